"""One question to one publisher: every page of its answer, proved whole and kept, or an error.

Answers go to disk as they come (``Source.streamed``), and are read from there, a page at a time.
What may quote a key or name a person goes through memory, and is cleared before it is written.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from forecast.contracts.errors import SourceError
from forecast.pipeline.holding import page_details
from forecast.pipeline.keys import cleared, hidden
from forecast.storage import raw as archive
from forecast.storage.incoming import incoming

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from forecast.pipeline.holding import Standing
    from forecast.sources.source import Question, Request, Source
    from forecast.storage.incoming import Draft
    from forecast.storage.raw import HeldPayload
    from forecast.transport import Transport


@dataclass(frozen=True)
class Errand:
    """How one source is asked: by which transport, when, with which key, and kept where."""

    transport: Transport
    raw: Path
    now: datetime
    key: str = field(default="", repr=False)
    """The key it is asked with: it is cleared from whatever is kept."""


@dataclass(frozen=True)
class Brought:
    """What an answer brought: its rows, pages that were not held, the name of the last one."""

    rows: int
    new: int
    vintage: str


class Bodies(Sequence[bytes]):
    """Bodies that are read whenever they are asked for: of those on disk one is in memory."""

    def __init__(self, found: Sequence[bytes | Draft | HeldPayload]) -> None:
        """Take what holds each of them."""
        self._found = found

    @overload
    def __getitem__(self, place: int) -> bytes: ...
    @overload
    def __getitem__(self, place: slice) -> Bodies: ...
    def __getitem__(self, place: int | slice) -> bytes | Bodies:
        """Read one body, or say which ones are to be read later."""
        if isinstance(place, slice):
            return Bodies(self._found[place])
        one = self._found[place]
        return one if isinstance(one, bytes) else one.payload

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._found)


def base_url(source: str) -> str | None:
    """Return the address that stands in for a publisher: ``FORECAST_BASE_URL_<SOURCE>``."""
    return os.environ.get(f"FORECAST_BASE_URL_{source.upper()}") or None


def bring(
    source: Source, question: Question, errand: Errand, held: Standing | None
) -> Brought | None:
    """Ask a question, prove its answer whole, and keep it; None if nothing changed since ``held``.

    Args:
        source: The publication.
        question: What to ask.
        errand: How to ask, and where to keep what comes.
        held: The answer held last, if any.

    Raises:
        FetchError: No answer.
        SourceError: The answer is not what its reader knows, or not whole: nothing is kept.
    """
    with ExitStack() as aside:
        pages = _pages(source, question, errand, held, aside)
        if not pages:
            return None
        bodies = Bodies([page.body for page in pages])
        source.complete(question.name, bodies, Bodies(held.pages if held else ()))
        rows = sum(source.read(body, errand.now).rows for body in bodies)
        kept = [
            archive.keep(
                errand.raw,
                source.name,
                page.body,
                retrieved_at=errand.now,
                details={**page.details, **page_details(question.name, number, len(pages))},
            )
            for number, page in enumerate(pages, start=1)
        ]
    return Brought(rows, sum(one.new for one in kept), kept[-1].held.vintage.name)


@dataclass(frozen=True)
class _Page:
    """One page of an answer as it may be kept, and how it came."""

    body: bytes | Draft
    details: Mapping[str, str]


def _pages(
    source: Source, question: Question, errand: Errand, held: Standing | None, aside: ExitStack
) -> list[_Page]:
    """Return every page of an answer; none if nothing has changed."""
    # of an answer in pages the first may stand while a later one changed: ask unconditionally
    known = held.pages[0].details if held and len(held.pages) == 1 else {}
    request, pages = question.request, []
    for _ in range(source.most_pages):
        page = _page(source, request, errand, known, aside)
        if page is None:
            return []
        pages.append(page)
        following = source.next(request, Bodies([page.body])[0])
        if following is None:
            return pages
        request, known = following, {}
    raise SourceError(
        f"{source.name}: {question.name or 'the answer'} goes on after {source.most_pages} pages; "
        "expected its end by then. Compare the publisher's paging with the reader."
    )


def _page(
    source: Source, request: Request, errand: Errand, known: Mapping[str, str], aside: ExitStack
) -> _Page | None:
    """Return one page, cleared of the key and of names; None if it is as we know it."""
    draft = aside.enter_context(incoming(errand.raw, source.name)) if source.streamed else None
    found = errand.transport.fetch(request, base=base_url(source.name), held=known, into=draft)
    if found.not_modified:
        return None
    details = _without(found.details, errand.key)
    received = found.body if draft is None else draft.payload
    clean = cleared(source.redacted(received), errand.key, source.name)
    if draft is None:
        return _Page(clean, details)
    if clean is not received:
        draft.replace(clean)
    return _Page(draft, details)


def _without(details: Mapping[str, str], key: str) -> dict[str, str]:
    """Return how an answer came, without what quotes the key: masked, a tag would match nothing."""
    return {name: value for name, value in details.items() if hidden(value, key) == value}
