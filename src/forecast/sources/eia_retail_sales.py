"""United States, Energy Information Administration: electricity sold to ultimate customers.

GWh by month and by year since 2001, for the country, each state and the District of Columbia, by
sector and in all. What customers make and use themselves is not in it. Data centres are not a
sector: most of them stand among commercial customers, some among industrial ones.

Recent months rest on a sample of utilities and are estimates until the yearly census replaces
them, a year of months at once and without a mark; the newest year is the sum of such months.
Nothing in the API says when a value was published, so a value is known from the day we fetched it;
a bulk file has a stamp for each series, which is believed of periods that had ended by then.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final

import pandas as pd

from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources import eia_api
from forecast.sources.eia_api import Ask, first_page, next_page, read_page, refusal, whole_answer
from forecast.sources.eia_bulk import without_echo
from forecast.sources.eia_cells import texts
from forecast.sources.eia_figures import Period, fetched_day, known, period, refuse_shorter
from forecast.sources.eia_key import key
from forecast.sources.eia_retail_sales_rows import (
    NAME,
    ROUTE,
    SECTORS,
    STATES,
    UNIT,
    Sale,
    read_sales,
)
from forecast.sources.source import Question, Reading, Situation, Source
from forecast.sources.strict_json import Json, Refuse, excerpt

TITLE: Final = "Retail sales of electricity to ultimate customers (API v2, Forms EIA-861M and 861)"
PUBLICATION_ID: Final = "eia_retail_sales_live"
SCOPE: Final = "retail sales"
NOT_ENDED: Final = "a period that had not ended when it was fetched"

FIRST_YEAR: Final = 2001
_DECADE: Final = 10
_NEW_YEAR_FROM: Final = (4, 10)
"""Month and day from which a year's first month is sure to be out: its usual lag is 60 to 85 days.
Asked before, a state question of the new year would be answered with nothing, which is an error."""

_QUESTION: Final = re.compile(r"(monthly|annual)-(us|states)(?:-([0-9]{4})(?:-([0-9]{4}))?)?")


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return the country in one question per frequency, the states by year and by ten years.

    Each question fits on one page, so no page can repeat another's rows, and the answer about a
    past year is byte for byte the same until the publisher revises that year.
    """
    today = situation.today
    newest = today.year - (1 if (today.month, today.day) < _NEW_YEAR_FROM else 0)
    names = ["monthly-us", "annual-us"]
    names += [f"monthly-states-{year}" for year in range(FIRST_YEAR, newest + 1)]
    names += [
        f"annual-states-{first}-{first + _DECADE - 1}" for first in range(FIRST_YEAR, newest, 10)
    ]
    return tuple(Question(name, first_page(ROUTE, _ask(name), situation.key)) for name in names)


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that an answer is whole, is about what was asked, and is no shorter than the one held.

    Whole as ``whole_answer`` says; every place asked has the sector ALL in every period from the
    answer's first to its last, and no row is about another place or time. It reaches as far as the
    answer held, with at most 2 % fewer values.

    Raises:
        SourceError: Something is short, or is not the answer this reader knows.
    """
    which = f"the answer to {question or 'a question'}"
    refuse = refusal(NAME, which)
    rows = whole_answer(ROUTE, bodies, refuse)
    sales = [sale for body in bodies for sale in read_sales(body, which).rows]
    if question:
        ask = _ask(question)
        _refuse_other_rows(ask, read_page(bodies[0], refuse).frequency, rows, refuse)
        _refuse_gaps(sales, ask.facets["stateid"], refuse)
    before = [sale for body in held for sale in read_sales(body, f"{which} as held").rows]
    refuse_shorter(_told(sales), _told(before), refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each place, sector and period; nothing is summed.

    Args:
        payload: A page of the API, or the bulk file ELEC: its lines, or their zip.
        retrieved_at: UTC instant we fetched it.

    Raises:
        SourceError: The payload is not what this reader knows.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = fetched_day(retrieved_at, NAME)
    found = read_sales(payload)
    refuse = refusal(NAME, "the payload")
    periods = {one: period(one, "`period`", refuse) for one in {s.period for s in found.rows}}
    ended = [sale for sale in found.rows if periods[sale.period].last < fetched]
    rows = [_row(sale, periods[sale.period], fetched) for sale in ended]
    frame = pd.DataFrame(rows, columns=OBSERVATIONS.names)
    frame = frame.assign(raw_sha256=hashlib.sha256(payload).hexdigest())
    left_out = dict(found.left_out)
    if early := len(found.rows) - len(ended):
        left_out[NOT_ENDED] = early
    return Reading(OBSERVATIONS.shape(frame), _publication(found.published), left_out=left_out)


def redacted(payload: bytes) -> bytes:
    """Return the payload with every echo of a key masked, all other bytes as they were.

    Raises:
        SourceError: An answer is not whole JSON, or hides a key where we cannot mask it.
    """
    return without_echo(payload, refusal(NAME, "the payload"))


def _ask(question: str) -> Ask:
    """Return what a question asks of the route: its name says it all.

    Raises:
        SourceError: No question of ours has this name.
    """
    parts = _QUESTION.fullmatch(question)
    if parts is None:
        refusal(NAME, "a question")(f"is named {excerpt(question)}", "its own, as monthly-us")
    frequency, places, first, last = parts.groups()
    start, end = (first or str(FIRST_YEAR), last or first or "")
    months = frequency == "monthly"
    return Ask(
        frequency=frequency,
        facets={"stateid": STATES if places == "states" else ("US",), "sectorid": tuple(SECTORS)},
        start=f"{start}-01" if months else start,
        end=f"{end}-12" if months and end else end,
    )


def _refuse_other_rows(ask: Ask, frequency: str, rows: Sequence[Json], refuse: Refuse) -> None:
    """Raise if an answer is about another frequency, place or time than was asked."""
    if frequency != ask.frequency:
        refuse(f"has frequency {excerpt(frequency)}", f"{ask.frequency!r}, as asked")
    if others := set(texts(rows, "stateid", refuse)) - set(ask.facets["stateid"]):
        refuse(f"has rows of {excerpt(min(others))}", "rows of the places asked")
    periods = texts(rows, "period", refuse)
    if min(periods) < ask.start or (ask.end and max(periods) > ask.end):
        asked = f"{ask.start} to {ask.end or 'now'}, as asked"
        refuse(f"reaches from {min(periods)} to {max(periods)}", asked)


def _refuse_gaps(sales: Sequence[Sale], places: Sequence[str], refuse: Refuse) -> None:
    """Raise unless each place has all sectors' total in every period that any row is about."""
    totals: dict[str, set[str]] = {place: set() for place in places}
    for sale in sales:
        if sale.sector == "ALL":
            totals[sale.place].add(sale.period)
    periods = {sale.period for sale in sales}
    for place, known_periods in totals.items():
        if lost := periods - known_periods:
            refuse(f"lacks the total of {place} in {min(lost)}", "the total of every place asked")
    for one, following in pairwise(sorted(periods)):
        if _follows(one) != following:
            refuse(f"jumps from {one} to {following}", "periods without a gap")


def _follows(written: str) -> str:
    """Return the year or month after one.

    Example:
        >>> _follows("2024"), _follows("2024-12")
        ('2025', '2025-01')
    """
    year, _, month = written.partition("-")
    if not month:
        return f"{int(year) + 1}"
    return f"{year}-{int(month) + 1:02}" if month != "12" else f"{int(year) + 1}-01"


def _told(sales: Sequence[Sale]) -> dict[tuple[str, ...], str]:
    """Return the period of each value that is told, by what names it."""
    return {
        (sale.series_id, sale.period): sale.period for sale in sales if not math.isnan(sale.value)
    }


def _row(sale: Sale, about: Period, fetched: date) -> dict[str, object]:
    """Return one row of OBSERVATIONS, without the hash."""
    day, basis = known(sale.stamped, about.last, fetched)
    return {
        "series_id": sale.series_id,
        "period_start": about.first,
        "period_end": about.last,
        "publication_id": PUBLICATION_ID,
        "known_from": day,
        "frequency": about.frequency,
        "value": sale.value,
        "value_text": sale.text,
        "unit": UNIT,
        "quantity": "energy",
        "scope": SCOPE,
        "obs_status": "M" if math.isnan(sale.value) else "A",
        "known_from_basis": basis,
        "row": sale.row,
    }


def _publication(published: str) -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": NAME,
        "publisher": eia_api.PUBLISHER,
        "title": TITLE,
        "url": "https://www.eia.gov/opendata/browser/electricity/retail-sales",
        "published": published,
        "licence": eia_api.LICENCE,
        "attribution": eia_api.ATTRIBUTION,
        "redistributable": True,
        "grade": "A",
    }
    return PUBLICATIONS.shape(pd.DataFrame([row]))


SOURCE: Final = Source(
    name=NAME,
    title=TITLE,
    licence=eia_api.LICENCE,
    hosts=eia_api.HOSTS,
    questions=questions,
    complete=complete,
    read=read,
    next=next_page,
    redacted=redacted,
    key=key("monthly and yearly electricity sales of the US and its states, by sector"),
    most_pages=4,
    files="an answer of the API as JSON, or the bulk file ELEC.zip, or lines of it",
)
"""The publication, for whoever walks all of them."""
