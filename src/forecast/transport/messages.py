"""What goes out and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

Pairs = tuple[tuple[str, str], ...]
"""Names and values in order; a name may stand twice, as in a query string."""

Progress = Callable[[int, int | None], None]
"""Told the bytes received so far and the bytes declared, if any were."""


class Request(Protocol):
    """What a source asks for. Any object with these members will do."""

    @property
    def source(self) -> str:
        """Name of the source, for messages."""

    @property
    def url(self) -> str:
        """Address at the publisher, https, without secrets."""

    @property
    def params(self) -> Pairs:
        """Query string; a key may stand here, and is then never shown."""

    @property
    def headers(self) -> Pairs:
        """Headers of this request; a key may stand here."""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts that may answer, redirects included."""

    @property
    def media_types(self) -> tuple[str, ...]:
        """Media types that can be what was asked for; empty accepts all but web pages."""

    @property
    def max_bytes(self) -> int:
        """Most bytes an honest answer has, decompressed."""

    @property
    def pace_s(self) -> float:
        """Least time the publisher wants between two requests, if more than our own. [s]"""


@dataclass(frozen=True)
class Answer:
    """A whole answer: 200 with every byte of it, or 304 for what we hold already."""

    status: int
    body: bytes
    """Decompressed; empty when it was streamed into a file or nothing changed."""
    headers: Mapping[str, str]
    """Names in lower case; cookies are left out."""
    url: str
    """Where the answer came from, secrets masked."""
    not_modified: bool
    size: int
    """Decompressed bytes received."""

    @property
    def details(self) -> dict[str, str]:
        """What to keep beside a payload; as ``held`` it makes the next request conditional."""
        named = {
            "etag": "etag",
            "last_modified": "last-modified",
            "media_type": "content-type",
            "server_date": "date",
        }
        found = {name: self.headers.get(header, "") for name, header in named.items()}
        return {"url": self.url, **{name: value for name, value in found.items() if value}}
