"""Denmark, Energinet: hourly electricity of telecom and IT (ConsumptionDK3619IndustryHour).

Metered use of the industries JB and JC of Denmark's DK36 grouping, which the publisher joins so
that no firm is known by its use. Data centres are in it and cannot be parted from the others;
those that stand under another code are not.

No answer has been recorded. Its columns are taken to be TimeUTC (or HourUTC), the start of an hour
in UTC without offset; DK36Code; and Consumption_MWh (or ConsumptionkWh), with one record for each
hour and code. Anything else is refused by name. TimeDK repeats an hour each autumn: it is not read.

A request without ``limit=0`` is answered with 100 records and status 200; ``total`` tells. Nothing
says when a value was published or revised, so it is known from the day we fetched it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from forecast.contracts.tables import PUBLICATIONS
from forecast.sources.energinet_industry_hours import (
    CODE,
    CODES,
    DATASET,
    NAME,
    OTHER_CODE,
    read_hours,
)
from forecast.sources.figures import Figure, Sorted, day_fetched, observations
from forecast.sources.source import Question, Reading, Request, Situation, Source
from forecast.sources.strict_json import Refuse, excerpt
from forecast.sources.wholeness import only_body, refusal_of, refuse_shorter

TITLE: Final = "Consumption per DK36/DK19 industry code and hour (Energi Data Service)"
LICENCE: Final = "CC BY 4.0"
HOSTS: Final = ("api.energidataservice.dk",)
FIRST_QUARTER: Final = 4 * 2021
"""Measuring points have hours since 2021; quarters are counted from the year 0."""
REVISED: Final = 2
"""Newest quarters that are asked for every time."""
LAG: Final = timedelta(days=25)
"""Hours are out some 18 days later: by then the first of a quarter are, or its last."""

_PAGE: Final = f"https://www.energidataservice.dk/tso-electricity/{DATASET}"
_QUESTION: Final = re.compile(r"(2[0-9]{3})q([1-4])")


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return one question for each quarter that is new, recent, or was fetched before its end.

    What is not held goes first, newest first: a publisher who lets us ask but once in a while
    then gives another quarter each time.
    """
    newest = _quarter(situation.today - LAG)
    places = [
        place
        for place in range(newest, FIRST_QUARTER - 1, -1)
        if place > newest - REVISED or not _whole(situation.held.get(_name(place), {}), place)
    ]
    places.sort(key=lambda place: _name(place) in situation.held)
    return tuple(Question(_name(place), _request(place)) for place in places)


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that an answer holds all records it counts, of the code and the quarter asked.

    Hours may be missing at the publisher. It reaches as far as the answer held, with at most 2 %
    fewer values.

    Raises:
        SourceError: Something is short, or is not the answer this reader knows.
    """
    place = _place(question)
    which = f"the answer to {question}"
    refuse = refusal_of(NAME, which, _PAGE)
    found = read_hours(only_body(bodies, refuse), date.max, refuse)
    if others := found.left_out[OTHER_CODE]:
        refuse(f"has {others:,} rows of {OTHER_CODE}", f"{CODE} alone, as asked")
    _refuse_other_hours([figure.span.start for figure in found.figures], place, refuse)
    told = _told(found)
    if not told:
        refuse("holds no hour with a value", "hours of the quarter asked")
    for body in held:
        before = read_hours(body, date.max, refusal_of(NAME, f"{which} as held", _PAGE))
        refuse_shorter(told, _told(before), refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each hour of telecom and IT; other industries are left out and counted.

    Raises:
        SourceError: The payload is not what this reader knows, or short of what it counts.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = day_fetched(NAME, retrieved_at)
    parted = read_hours(payload, fetched, refusal_of(NAME, "the answer", _PAGE))
    rows = observations(parted.figures, payload, {"H": "energinet_dk36_live"}, fetched)
    return Reading(rows, _publication(), left_out=dict(parted.left_out))


def _told(hours: Sorted) -> list[Figure]:
    return [figure for figure in hours.figures if figure.value is not None]


def _refuse_other_hours(starts: Sequence[date], place: int, refuse: Refuse) -> None:
    """Raise if an answer reaches out of the quarter asked."""
    days = {date(start.year, start.month, start.day) for start in starts}
    if days and not _first_day(place) <= min(days) <= max(days) < _first_day(place + 1):
        reach = f"from {min(starts):%Y-%m-%dT%H} to {max(starts):%Y-%m-%dT%H}"
        refuse(f"reaches {reach}", f"hours of {_name(place)}, as asked")


def _quarter(day: date) -> int:
    return 4 * day.year + (day.month - 1) // 3


def _first_day(place: int) -> date:
    return date(place // 4, 3 * (place % 4) + 1, 1)


def _name(place: int) -> str:
    return f"{place // 4}q{place % 4 + 1}"


def _place(question: str) -> int:
    """Return the quarter a question asks for.

    Raises:
        SourceError: No question of ours has this name.
    """
    parts = _QUESTION.fullmatch(question)
    if parts is None:
        refuse = refusal_of(NAME, "a question", _PAGE)
        refuse(f"is named {excerpt(question)}", "its own, as 2025q3")
    return 4 * int(parts[1]) + int(parts[2]) - 1


def _whole(held: Mapping[str, str], place: int) -> bool:
    """Return whether the answer held came when the last hours of its quarter were out."""
    try:
        fetched = datetime.fromisoformat(held.get("retrieved_at", "")).date()
    except ValueError:
        return False
    return fetched >= _first_day(place + 1) + LAG


def _request(place: int) -> Request:
    return Request(
        source=NAME,
        url=f"https://{HOSTS[0]}/dataset/{DATASET}",
        hosts=HOSTS,
        media_types=("application/json",),
        max_bytes=8_000_000,
        pace_s=61.0,  # one request a minute for each data set
        params=(
            ("start", f"{_first_day(place)}T00:00"),
            ("end", f"{_first_day(place + 1)}T00:00"),
            ("timezone", "utc"),
            ("limit", "0"),
            ("offset", "0"),
            ("sort", "TimeUTC asc"),
            ("filter", json.dumps({CODES: [CODE]}, separators=(",", ":"))),
        ),
    )


def _publication() -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": "energinet_dk36_live",
        "family": "energinet_dk36",
        "publisher": "Energinet",
        "title": TITLE,
        "url": _PAGE,
        "published": "",
        "licence": LICENCE,
        "attribution": f"Energinet, Energi Data Service, {DATASET}",
        "redistributable": True,
        "grade": "A",
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
    files="an answer of the API as JSON, any hours and industries, asked with limit=0",
)
"""The publication, for whoever walks all of them."""
