"""The vintages of a source, question by question and page by page.

A page that did not change is not kept again, so an answer as it stood on a day is put together
from the newest of each page. How many pages it had, its newest page says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Final

from forecast.storage.raw import REQUEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from forecast.storage.raw import HeldPayload

BY_HAND: Final = "by hand"
"""The request that a payload from a person answers: it may hold any part of the publication."""

PAGES: Final = "pages"
_PAGE: Final = " page "


def page_details(question: str, page: int, pages: int) -> dict[str, str]:
    """Return what is kept beside a page so that it is found again.

    Example:
        >>> page_details("monthly-us", 2, 3)
        {'request': 'monthly-us page 2', 'pages': '3'}
    """
    name = question if page == 1 else f"{question}{_PAGE}{page}"
    return {**({REQUEST: name} if name else {}), **({PAGES: str(pages)} if pages > 1 else {})}


@dataclass(frozen=True)
class Standing:
    """An answer to one question as it stood at an instant."""

    question: str
    at: datetime
    pages: tuple[HeldPayload, ...]
    new: tuple[HeldPayload, ...] = field(repr=False)
    """The pages that came at this instant."""


def standings(held: Sequence[HeldPayload]) -> Iterator[Standing]:
    """Yield every answer of a source as it stood, question by question, oldest first.

    Args:
        held: All payloads of one source, oldest first.
    """
    by_question: dict[str, list[HeldPayload]] = {}
    for payload in held:
        by_question.setdefault(_question(payload), []).append(payload)
    for question, payloads in by_question.items():
        pages: dict[int, HeldPayload] = {}
        for at, group in groupby(payloads, lambda payload: payload.vintage.retrieved_at):
            came = tuple(group)
            pages.update({_page(payload): payload for payload in came})
            count = int(came[-1].details.get(PAGES, "1"))
            standing = tuple(pages[n] for n in sorted(pages) if n <= count)
            yield Standing(question, at, standing, came)


def newest(held: Sequence[HeldPayload]) -> dict[str, Standing]:
    """Return the newest answer to each question a source was asked; not what came by hand."""
    return {one.question: one for one in standings(held) if one.question != BY_HAND}


def _question(payload: HeldPayload) -> str:
    return payload.request.partition(_PAGE)[0]


def _page(payload: HeldPayload) -> int:
    return int(payload.request.partition(_PAGE)[2] or 1)
