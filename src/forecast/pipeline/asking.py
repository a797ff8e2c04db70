"""One question to one publisher: every page of its answer, proved whole, or an error."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.contracts.errors import SourceError
from forecast.pipeline.holding import page_details
from forecast.pipeline.keys import cleared, hidden

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from forecast.pipeline.holding import Standing
    from forecast.sources.source import Question, Source
    from forecast.transport import Transport


@dataclass(frozen=True)
class Answered:
    """A whole answer: its pages as they may be kept, how each came, and the rows they hold."""

    question: str
    payloads: tuple[bytes, ...]
    details: tuple[dict[str, str], ...]
    rows: int


def base_url(source: str) -> str | None:
    """Return the address that stands in for a publisher: ``FORECAST_BASE_URL_<SOURCE>``."""
    return os.environ.get(f"FORECAST_BASE_URL_{source.upper()}") or None


def answer(
    source: Source,
    question: Question,
    *,
    transport: Transport,
    held: Standing | None,
    now: datetime,
    key: str = "",
) -> Answered | None:
    """Return the whole answer to a question, read once; None if nothing changed since ``held``.

    Args:
        source: The publication.
        question: What to ask.
        transport: How to ask.
        held: The answer held last, if any.
        now: The instant of retrieval.
        key: The key it is asked with: it is cleared from whatever is kept.

    Raises:
        FetchError: No answer.
        SourceError: The answer is not what its reader knows, or not whole.
    """
    bodies, details = _pages(source, question, transport, held)
    if not bodies:
        return None
    payloads = tuple(cleared(source.redacted(body), key, source.name) for body in bodies)
    before = [page.payload for page in held.pages] if held else []
    source.complete(question.name, bodies, before)
    rows = sum(source.read(payload, now).rows for payload in payloads)
    named = [
        {**_without(how, key), **page_details(question.name, page, len(bodies))}
        for page, how in enumerate(details, start=1)
    ]
    return Answered(question.name, payloads, tuple(named), rows)


def _without(details: Mapping[str, str], key: str) -> dict[str, str]:
    """Return how an answer came, without what quotes the key: masked, a tag would match nothing."""
    return {name: value for name, value in details.items() if hidden(value, key) == value}


def keep(answered: Answered, source: str, raw: Path, now: datetime) -> tuple[int, str]:
    """Keep every page of an answer; return how many were not held, and the name of the last."""
    from forecast.storage import raw as archive

    kept = [
        archive.keep(raw, source, payload, retrieved_at=now, details=details)
        for payload, details in zip(answered.payloads, answered.details, strict=True)
    ]
    return sum(one.new for one in kept), kept[-1].held.vintage.name


def _pages(
    source: Source, question: Question, transport: Transport, held: Standing | None
) -> tuple[list[bytes], list[dict[str, str]]]:
    """Return every body of an answer and how each came; none if nothing has changed."""
    # of an answer in pages the first may stand while a later one changed: ask unconditionally
    known = held.pages[0].details if held and len(held.pages) == 1 else {}
    request, bodies, details = question.request, [], []
    for _ in range(source.most_pages):
        found = transport.fetch(request, base=base_url(source.name), held=known)
        if found.not_modified:
            return [], []
        bodies.append(found.body)
        details.append(found.details)
        following = source.next(request, found.body)
        if following is None:
            return bodies, details
        request, known = following, {}
    raise SourceError(
        f"{source.name}: {question.name or 'the answer'} goes on after {source.most_pages} pages; "
        "expected its end by then. Compare the publisher's paging with the reader."
    )
