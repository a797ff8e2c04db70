"""What the server is asked, what it replies, and how the reply goes over the wire."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Protocol

JSON = "application/json"
CSV = "text/csv"


@dataclass(frozen=True)
class Asked:
    """One request, as it came in."""

    source: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: dict[str, str]
    number: int
    """How many requests this source has had, this one included."""

    def one(self, name: str, default: str = "") -> str:
        """Return the last value of a parameter."""
        return dict(self.query).get(name, default)

    def all(self, name: str) -> list[str]:
        """Return every value of a parameter."""
        return [value for key, value in self.query if key == name]

    @property
    def first_page(self) -> bool:
        return self.one("offset", "0") == "0"


@dataclass(frozen=True)
class Reply:
    """An answer, and the way it is sent: whole, reset, short, drip, silent, bomb."""

    body: bytes = b""
    media_type: str = JSON
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wire: str = "whole"

    def but(self, **members: object) -> Reply:
        return replace(self, **members)  # type: ignore[arg-type]


class Publisher(Protocol):
    """One publisher: what it says to a request, and how its figures change."""

    name: str
    revised: bool
    """Whether one figure has been changed since the first edition."""
    gone: bool
    """Whether one row has been taken back since the first edition."""

    def answer(self, asked: Asked) -> Reply: ...
