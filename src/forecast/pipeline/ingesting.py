"""From publishers to ``data/raw``: ask, prove the answer whole, keep it once.

A source that fails loses nothing: the last good vintage stays. One failing source never
stops the others.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from forecast.contracts.errors import FetchError, SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from forecast.contracts.errors import ForecastError
    from forecast.contracts.question import Place
    from forecast.pipeline.walk import Say
    from forecast.sources.source import Source
    from forecast.storage.raw import HeldPayload
    from forecast.transport import Transport

CONTACT_VARIABLE: Final = "FORECAST_CONTACT"
DEFAULT_CONTACT: Final = "operator has not set FORECAST_CONTACT"

_MOST_PAGES: Final = 3
"""Pages a source of one document may at most ask for before it is taken for endless."""


@dataclass(frozen=True)
class Ingested:
    """What became of one source: kept, unchanged, or refused with the reason."""

    source: str
    verdict: Literal["kept", "unchanged", "refused"]
    rows: int = 0
    vintage: str = ""
    reason: str = ""


def base_url(source: str) -> str | None:
    """Return the address that stands in for a publisher: ``FORECAST_BASE_URL_<SOURCE>``."""
    return os.environ.get(f"FORECAST_BASE_URL_{source.upper()}") or None


def ingest(
    names: tuple[str, ...],
    place: Place,
    *,
    now: datetime,
    say: Say = lambda _: None,
    transport: Transport | None = None,
) -> list[Ingested]:
    """Ask publishers for what is new and keep it; all of them if none is named.

    Args:
        names: Sources to ask, in this order.
        place: Where vintages are kept.
        now: The instant of retrieval.
        say: Where progress is told.
        transport: How to ask, if not with the usual patience.

    Raises:
        SettingsError: A name is none of the sources'.
    """
    from forecast.pipeline.registry import SOURCES

    outcomes = []
    asking = transport or _polite()
    for name in known_sources(names):
        say(f"{name}: asking {SOURCES[name].title}")
        try:
            outcomes.append(ask(name, place, now=now, transport=asking))
        except (FetchError, SourceError) as error:
            outcomes.append(refused(name, place, error))
        say(f"{name}: {outcomes[-1].verdict}")
    return outcomes


def known_sources(names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the sources named, in that order; all of them if none is.

    Raises:
        SettingsError: A name is none of the sources'.
    """
    from forecast.pipeline.registry import SOURCES

    if unknown := [name for name in names if name not in SOURCES]:
        raise SettingsError(f"source {', '.join(unknown)} is unknown. Known: {', '.join(SOURCES)}.")
    return tuple(names) or tuple(SOURCES)


def ask(name: str, place: Place, *, now: datetime, transport: Transport | None = None) -> Ingested:
    """Ask one publisher for what is new and keep it.

    Args:
        name: The source.
        place: Where vintages are kept.
        now: The instant of retrieval.
        transport: How to ask, if not with the usual patience; one shares each host's pace.

    Raises:
        FetchError: No answer.
        SourceError: The answer is not what its reader knows, or not whole.
    """
    from forecast.pipeline.registry import SOURCES
    from forecast.storage.raw import held

    source = SOURCES[name]
    last = held(place.raw, name)
    bodies, details = _fetched(source, transport or _polite(), last[-1] if last else None)
    if not bodies:
        return Ingested(name, "unchanged", vintage=last[-1].vintage.name)
    source.complete(bodies, last[-1].payload if last else None)
    return _kept(source, place.raw, bodies, details, now)


def _polite() -> Transport:
    from forecast.transport import Transport

    return Transport(os.environ.get(CONTACT_VARIABLE, DEFAULT_CONTACT))


def refused(name: str, place: Place, error: ForecastError) -> Ingested:
    """Return what is told of a source that refused: why, and what is still held of it."""
    from forecast.storage.raw import held

    last = held(place.raw, name)
    stays = f" The vintage of {last[-1].vintage.retrieved_at:%Y-%m-%d} stays." if last else ""
    return Ingested(name, "refused", reason=f"{error}{stays}")


def _fetched(
    source: Source, transport: Transport, last: HeldPayload | None
) -> tuple[list[bytes], Mapping[str, str]]:
    """Return every body of an answer and how it came; no body if nothing has changed."""
    known = last.details if last else {}
    request, bodies, details = source.first(known), [], {}
    for _ in range(_MOST_PAGES):
        answer = transport.fetch(request, base=base_url(source.name), held=known)
        if answer.not_modified:
            return [], {}
        bodies.append(answer.body)
        details = answer.details
        following = source.next(request, answer.body)
        if following is None:
            return bodies, details
        request, known = following, {}
    raise SourceError(
        f"{source.name}: more than {_MOST_PAGES} pages, and no end; expected one document. "
        "Compare the publisher's paging with the reader."
    )


def _kept(
    source: Source, raw: Path, bodies: list[bytes], details: Mapping[str, str], now: datetime
) -> Ingested:
    """Read every body before the first is kept, so that nothing unreadable enters."""
    from forecast.storage.raw import keep

    payloads = [source.redacted(body) for body in bodies]
    rows = sum(len(source.read(payload, now).observations) for payload in payloads)
    kept = [
        keep(raw, source.name, payload, retrieved_at=now, details=details) for payload in payloads
    ]
    new = any(one.new for one in kept)
    return Ingested(source.name, "kept" if new else "unchanged", rows, kept[-1].held.vintage.name)
