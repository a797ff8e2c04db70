"""US Census Bureau, construction spending (C30): what is put in place of data centres, by month.

Two different things, never mixed. Our World in Data publishes dollars of a month, deflated and not
seasonally adjusted (``dc_construction``); an edition may move the whole past to other prices. The
Bureau's own releases state a seasonally adjusted annual rate in dollars of the day, which comes to
us by hand, a point at a time (``dc_construction_saar``). The machines inside are in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final

import pandas as pd

from forecast.contracts.tables import PUBLICATIONS
from forecast.sources.census_construction_rows import chart, rates
from forecast.sources.figures import Figure, day_fetched, observations
from forecast.sources.source import Question, Reading, Request, Situation, Source
from forecast.sources.strict_csv import plain, read_header
from forecast.sources.strict_json import Refuse, excerpt
from forecast.sources.wholeness import only_body, refusal_of, refuse_shorter

NAME: Final = "census_construction"
TITLE: Final = "Monthly spending on data center construction in the US (C30)"
LICENCE: Final = "CC BY 4.0"
HOSTS: Final = ("ourworldindata.org",)
QUESTION: Final = "monthly_spending"

_PAGE: Final = "https://ourworldindata.org/grapher/monthly-spending-data-center-us"
_JUMP: Final = 4
"""A last value so many times the one before, or so small a part of it, has lost or won a digit."""


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return the one question: the chart's whole download."""
    del situation
    request = Request(
        source=NAME,
        url=f"{_PAGE}.csv",
        hosts=HOSTS,
        media_types=("text/csv", "application/csv", "text/plain", "application/octet-stream"),
        max_bytes=2_000_000,
    )
    return (Question(QUESTION, request),)


def complete(_question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the body is the whole chart.

    The file never ends its last line, so that a cut inside the last number shows only in its size:
    it must be like the month before. Months must follow one another, and it must reach as far as
    the vintage held, with nearly as many.

    Raises:
        SourceError: Something is short, or is not the chart this reader knows.
    """
    refuse = refusal_of(NAME, "the chart", _PAGE)
    found = chart(only_body(bodies, refuse), date.max, refuse).figures
    found.sort(key=lambda figure: figure.span)
    for before, after in pairwise(found):
        if (after.span.start - before.span.end).days != 1:
            refuse(f"jumps from {before.span.end} to {after.span.start}", "each month")
    _refuse_cut(found, refuse)
    for body in held:
        refuse_held = refusal_of(NAME, "the chart as held", _PAGE)
        refuse_shorter(found, chart(body, date.max, refuse_held).figures, refuse)


def _refuse_cut(found: Sequence[Figure], refuse: Refuse) -> None:
    """Refuse months whose last one is not like the one before: a digit of it may be missing."""
    last = [figure.value for figure in found[-2:] if figure.value]
    if len(last) < 2 or not last[0] / _JUMP < last[1] < last[0] * _JUMP:
        ends = excerpt([figure.words for figure in found[-2:]])
        refuse(f"ends with {ends}", "two months of like size: it may be cut off")


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each month; nothing is summed, nothing turned into an annual rate.

    Raises:
        SourceError: The payload is neither the chart nor our file of annual rates.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = day_fetched(NAME, retrieved_at)
    refuse = refusal_of(NAME, "the file", _PAGE)
    names = {plain(name) for name in read_header(payload, refuse)}
    by_hand = "published" in names
    parted = (rates if by_hand else chart)(payload, fetched, refuse)
    if not by_hand and len(parted.figures) > 1 and not payload.endswith((b"\n", b"\r")):
        _refuse_cut(sorted(parted.figures, key=lambda figure: figure.span), refuse)
    publication = "census_c30_saar" if by_hand else "owid_c30_live"
    rows = observations(parted.figures, payload, {"M": publication}, fetched)
    return Reading(rows, _publication(by_hand=by_hand), left_out=dict(parted.left_out))


def _publication(*, by_hand: bool) -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    monthly = {
        "publication_id": "owid_c30_live",
        "publisher": "US Census Bureau, via Our World in Data",
        "title": TITLE,
        "url": f"{_PAGE}.csv",
        "licence": LICENCE,
        "attribution": "US Census Bureau, via Our World in Data (CC BY 4.0)",
    }
    annual_rate = {
        "publication_id": "census_c30_saar",
        "publisher": "US Census Bureau",
        "title": "C30 private construction, seasonally adjusted annual rate, by hand",
        "url": "https://www.census.gov/construction/c30/xlsx/privsatime.xlsx",
        "licence": "public domain",
        "attribution": "US Census Bureau",
    }
    row = {
        **(annual_rate if by_hand else monthly),
        "family": "census_c30",
        "published": "",
        "redistributable": True,
        "grade": "B",
    }
    return PUBLICATIONS.shape(pd.DataFrame([row]))


SOURCE: Final = Source(
    name=NAME,
    title=TITLE,
    licence=LICENCE,
    hosts=HOSTS,
    questions=questions,
    complete=complete,
    read=read,
    streamed=True,
    files="the chart's CSV; annual rates as CSV with period, value, unit, published[, url]",
)
"""The publication, for whoever walks all of them."""
