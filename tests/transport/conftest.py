"""Real servers on loopback that answer as they are told, and a clock that does not wait."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from forecast.transport import Clock, Patience, Transport

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Asked:
    """A request; a stand-in for whatever a source hands over."""

    source: str = "cso_ireland"
    url: str = "https://ws.cso.ie/public/MEC02"
    hosts: tuple[str, ...] = ("ws.cso.ie",)
    media_types: tuple[str, ...] = ("application/json",)
    max_bytes: int = 100_000
    params: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    pace_s: float = 0.0


@dataclass
class Publisher:
    """A server on loopback: each request gets the next reply, the last one for ever."""

    replies: list[Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    base: str = ""

    def tell(self, *replies: Callable[[BaseHTTPRequestHandler], None]) -> None:
        self.replies = list(replies)

    def next_reply(self, handler: BaseHTTPRequestHandler) -> None:
        names = {name.lower(): value for name, value in handler.headers.items()}
        self.seen.append((handler.path, names))
        (self.replies.pop(0) if len(self.replies) > 1 else self.replies[0])(handler)


def _handler(publisher: Publisher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True
            publisher.next_reply(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing of clients that hang up: they are meant to."""


def _served() -> Iterator[Publisher]:
    publisher = Publisher()
    server = _Quiet(("127.0.0.1", 0), _handler(publisher))
    publisher.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield publisher
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    yield from _served()


@pytest.fixture
def stranger() -> Iterator[Publisher]:
    """A second server, told to be another host than the publisher."""
    yield from _served()


@pytest.fixture
def asked() -> Callable[..., Asked]:
    return lambda **members: replace(Asked(), **members)


@pytest.fixture
def sends() -> Callable[..., Callable[[BaseHTTPRequestHandler], None]]:
    """Status, body and headers → a reply that is whole."""

    def reply(
        status: int = 200, body: bytes = b'{"a": 1}', **headers: str
    ) -> Callable[[BaseHTTPRequestHandler], None]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def send(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            whole = {**JSON, "Content-Length": str(len(body)), **named}
            for name, value in whole.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(body)

        return send

    return reply


@pytest.fixture
def says() -> Callable[..., Callable[[BaseHTTPRequestHandler], None]]:
    """Raw bytes → a reply that sends just them, then closes, or resets."""

    def reply(raw: bytes, *, reset: bool = False) -> Callable[[BaseHTTPRequestHandler], None]:
        def send(handler: BaseHTTPRequestHandler) -> None:
            handler.wfile.write(raw)
            handler.wfile.flush()
            if reset:
                at_once = struct.pack("ii", 1, 0)
                handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
                handler.connection.close()

        return send

    return reply


@pytest.fixture
def naps() -> list[float]:
    """How long the transport slept, each time."""
    return []


@pytest.fixture
def transport(naps: list[float]) -> Callable[..., Transport]:
    """Members of Patience → a transport whose sleeps are noted and not slept."""

    def make(**patience: Any) -> Transport:
        clock = Clock(sleep=naps.append, chance=lambda: 1.0)
        return Transport(
            "ops@example.org", patience=Patience(**{"pace_s": 0.0, **patience}), clock=clock
        )

    return make
