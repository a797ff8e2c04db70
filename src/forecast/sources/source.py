"""What every publication must be able to say about itself; pure: no network, clock or disk."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

import pandas as pd

from forecast.contracts.tables import CLAIMS, OBSERVATIONS, PROJECTS

Pairs = tuple[tuple[str, str], ...]
"""Names and values in order; a name may stand twice, as in a query string."""

NOTHING: Final[Mapping[str, int]] = MappingProxyType({})


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
    pace_s: float = 0.0
    """Least time the publisher wants between two requests. [s]"""


@dataclass(frozen=True)
class Key:
    """A key a publisher asks for: where an operator puts it, and where it is had."""

    variable: str
    """Name of the environment variable, such as ``EIA_API_KEY``."""
    register: str
    """Page that gives it out."""
    adds: str
    """What the house gains by it, for whoever has none."""


@dataclass(frozen=True)
class Situation:
    """What a source may know when it says what to ask for."""

    today: date
    """The UTC day on which we ask."""
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name of a question → details of the newest answer to it (etag, retrieved_at, …)."""
    key: str = field(default="", repr=False)
    """The operator's key; blank where the source needs none."""


@dataclass(frozen=True)
class Question:
    """One thing a source asks for, in one page or several.

    A name stands for the same rows for ever: answers to it are compared with one another, and
    a row that was in one and is not in the next was taken back by the publisher.
    """

    name: str
    """Its name among the questions of the source; blank where there is but one."""
    request: Request
    """The first page."""


@dataclass(frozen=True)
class Reading:
    """What one payload says: rows of OBSERVATIONS, PUBLICATIONS, CLAIMS and PROJECTS."""

    observations: pd.DataFrame
    publications: pd.DataFrame
    claims: pd.DataFrame = field(default_factory=CLAIMS.empty)
    projects: pd.DataFrame = field(default_factory=PROJECTS.empty)
    left_out: Mapping[str, int] = field(default_factory=lambda: NOTHING)
    """Why rows of the payload are in no table (``"a census division"``) → how many."""

    @property
    def rows(self) -> int:
        """Rows in all tables but PUBLICATIONS."""
        return len(self.observations) + len(self.claims) + len(self.projects)


def no_observations() -> pd.DataFrame:
    """Return OBSERVATIONS with no row, for a payload that holds none."""
    return OBSERVATIONS.empty()


def no_next(_request: Request, _body: bytes) -> Request | None:
    """Return None: the publication comes in one piece."""
    return None


def nothing_to_redact(payload: bytes) -> bytes:
    """Return ``payload`` as it is: it holds neither keys nor personal data."""
    return payload


@dataclass(frozen=True)
class Source:
    """A publication and its reader.

    The order of use: ``questions``; for each its first request; ``redacted`` on each body as it
    comes, then ``next`` until it returns None; ``complete`` over the redacted bodies, and ``read``
    on each before it is kept.
    """

    name: str
    title: str
    licence: str
    hosts: tuple[str, ...]
    questions: Callable[[Situation], tuple[Question, ...]]
    """What to ask for; none if the publication has no machine-readable page."""
    complete: Callable[[str, Sequence[bytes], Sequence[bytes]], None]
    """Raises SourceError naming what is short. Question, its bodies, those held."""
    read: Callable[[bytes, datetime], Reading]
    """Payload and instant of retrieval to rows; SourceError if the publisher changed its file."""
    next: Callable[[Request, bytes], Request | None] = no_next
    """The request after this one and its body, or None."""
    redacted: Callable[[bytes], bytes] = nothing_to_redact
    """The payload to keep: without keys and personal data."""
    key: Key | None = None
    """The key it cannot be asked without."""
    contact_needed: bool = False
    """Whether the publisher turns away whoever names no contact."""
    streamed: bool = False
    """Whether answers go to disk as they come, before ``redacted`` has seen them: only where no
    key is sent that an answer may quote, and no person is named in it."""
    most_pages: int = 1
    """Pages one question may at most take before the answer is called endless."""
    files: str = ""
    """What ``ingest --file`` takes, beyond what the address answers."""
