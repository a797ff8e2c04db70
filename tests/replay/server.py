"""A server on loopback that plays every publisher, and commits whatever fault it is told to.

A source is known by the first part of the path: its base address is ``<server>/<source>``.
"""

from __future__ import annotations

import gzip
import socket
import struct
import threading
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from tests.replay.messages import Asked, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.replay.messages import Publisher

DRIP_S = 0.05


@dataclass
class World:
    """Every publisher, its fault if it has one, and what was asked of whom."""

    publishers: dict[str, Publisher]
    base: str = ""
    faults: dict[str, Callable[[Asked, Reply], Reply]] = field(default_factory=dict)
    seen: list[tuple[Asked, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    done: threading.Event = field(default_factory=threading.Event)

    def address(self, source: str) -> str:
        return f"{self.base}/{source}"

    def reply(self, asked: Asked) -> Reply:
        """Return what the publisher says, spoilt by its fault."""
        honest = self.publishers[asked.source].answer(asked)
        spoilt = self.faults.get(asked.source, lambda _, reply: reply)(asked, honest)
        return not_modified(asked, spoilt)

    def statuses(self, source: str) -> list[int]:
        return [status for asked, status in self.seen if asked.source == source]

    def conditional(self, source: str) -> int:
        """Return how many requests to a publisher were conditional."""
        asked = [asked.headers for asked, _ in self.seen if asked.source == source]
        return sum("if-none-match" in names or "if-modified-since" in names for names in asked)

    def forget(self) -> None:
        self.seen.clear()
        self.counts.clear()
        self.faults.clear()


def tagged(body: bytes) -> dict[str, str]:
    """Return the headers of a publisher who marks its editions."""
    return {"ETag": f'"{sha256(body).hexdigest()[:16]}"'}


def not_modified(asked: Asked, reply: Reply) -> Reply:
    """Return 304 if the asker holds what would be sent."""
    tag = reply.headers.get("ETag")
    if reply.status == 200 and tag and asked.headers.get("if-none-match") == tag:
        return reply.but(body=b"", status=304, wire="whole")
    return reply


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.close_connection = True
            parts = urlsplit(self.path)
            source, _, path = parts.path.lstrip("/").partition("/")
            world.counts[source] += 1
            asked = Asked(
                source,
                f"/{path}",
                tuple(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                world.counts[source],
            )
            reply = world.reply(asked)
            world.seen.append((asked, reply.status))
            send(self, reply, world.done)

        def date_time_string(self, *_: object) -> str:
            """Stand still: what is kept of an answer does not depend on the clock."""
            return "Fri, 10 Jul 2026 06:00:00 GMT"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def send(handler: BaseHTTPRequestHandler, reply: Reply, done: threading.Event) -> None:
    """Send a reply the way it says."""
    if reply.wire == "silent":
        done.wait(5)
        return
    body, headers = reply.body, dict(reply.headers)
    if reply.wire == "gzip":
        body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
    declared = len(body) * 2 + 7 if reply.wire == "short" else len(body)
    handler.send_response(reply.status)
    handler.send_header("Content-Type", reply.media_type)
    handler.send_header("Content-Length", str(0 if reply.status == 304 else declared))
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    _WAYS.get(reply.wire, _whole)(handler, body, done)


def _whole(handler: BaseHTTPRequestHandler, body: bytes, _done: threading.Event) -> None:
    handler.wfile.write(body)


def _drip(handler: BaseHTTPRequestHandler, body: bytes, done: threading.Event) -> None:
    for byte in body:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        if done.wait(DRIP_S):
            return


def _reset(handler: BaseHTTPRequestHandler, body: bytes, _done: threading.Event) -> None:
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    at_once = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    handler.connection.close()


_WAYS = {"drip": _drip, "reset": _reset}


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up: they are meant to."""


@contextmanager
def served(publishers: dict[str, Publisher]) -> Iterator[World]:
    """Serve publishers until the end of the block."""
    world = World(publishers)
    server = _Quiet(("127.0.0.1", 0), _handler(world))
    world.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield world
    finally:
        world.done.set()
        with suppress(OSError):
            server.shutdown()
        server.server_close()
        thread.join()
