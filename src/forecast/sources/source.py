"""What every publication must be able to say about itself; pure: no network, clock or disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

Pairs = tuple[tuple[str, str], ...]
"""Names and values in order; a name may stand twice, as in a query string."""


@dataclass(frozen=True)
class Request:
    """What to ask a publisher for. Whoever executes it adds nothing but manners."""

    source: str
    url: str
    """Address at the publisher, without secrets; a stand-in replaces scheme and host."""
    hosts: tuple[str, ...]
    """Hosts that may answer, redirects included."""
    media_types: tuple[str, ...]
    """Media types that can be what was asked for."""
    max_bytes: int
    """Most bytes an honest answer has, decompressed."""
    params: Pairs = field(default=(), repr=False)
    """Query string; a key may stand here, so it is not printed."""
    headers: Pairs = field(default=(), repr=False)
    """Headers; a key may stand here, so they are not printed."""


@dataclass(frozen=True)
class Reading:
    """What one payload says: rows of OBSERVATIONS, and of PUBLICATIONS who says them."""

    observations: pd.DataFrame
    publications: pd.DataFrame


def no_next(_request: Request, _body: bytes) -> Request | None:
    """Return None: the publication comes in one piece."""
    return None


def nothing_to_redact(payload: bytes) -> bytes:
    """Return ``payload`` as it is: it holds neither keys nor personal data."""
    return payload


@dataclass(frozen=True)
class Source:
    """A publication and its reader.

    The order of use: ``first``, then ``next`` until it returns None, ``complete`` over the bodies,
    ``redacted`` on each before it is kept, and ``read`` on each that was kept.
    """

    name: str
    title: str
    licence: str
    hosts: tuple[str, ...]
    first: Callable[[Mapping[str, str]], Request]
    """The first request, given what is known of the vintage we hold (may be empty)."""
    complete: Callable[[Sequence[bytes], bytes | None], None]
    """Raises SourceError naming what is short; the second argument is the vintage held last."""
    read: Callable[[bytes, datetime], Reading]
    """Payload and instant of retrieval to rows; SourceError if the publisher changed its file."""
    next: Callable[[Request, bytes], Request | None] = no_next
    """The request after this one and its body, or None."""
    redacted: Callable[[bytes], bytes] = nothing_to_redact
    """The payload to keep: without keys and personal data."""
