"""United States, Energy Information Administration: hourly demand by balancing authority (EIA-930).

MWh in each hour since 2019, as the authorities report it: with gaps, zeros and spikes that nobody
flags, revised for weeks afterwards. Nothing is judged or mended here; that is the gate's affair.
The feed names an hour by its end in UTC; a row here starts at the instant the hour starts, and its
last day is the UTC day of that instant. Authorities stand beside the regions and the lower 48
states (US48) that contain them: never add them up.

Nothing in the API says when a value was published, so a value is known from the day we fetched it;
a bulk file has a stamp for each series, which is believed of hours that had ended by then.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources import eia_api
from forecast.sources.eia_api import Ask, first_page, next_page, refusal, whole_answer
from forecast.sources.eia_bulk import without_echo
from forecast.sources.eia_cells import texts
from forecast.sources.eia_figures import GRACE, fetched_day, refuse_shorter
from forecast.sources.eia_grid_hours import DEMAND, NAME, ROUTE, UNIT, read_hours
from forecast.sources.eia_key import key
from forecast.sources.source import Question, Reading, Situation, Source
from forecast.sources.strict_json import Json, Refuse, excerpt

TITLE: Final = "Hourly electric grid monitor, demand by balancing authority (API v2, Form EIA-930)"
PUBLICATION_ID: Final = "eia_930_live"
FAMILY: Final = "eia_930"
SCOPE: Final = "hourly demand as reported"
NOT_ENDED: Final = "an hour that had not ended when it was fetched"

RESPONDENTS: Final = ("PJM", "ERCO", "MISO", "CISO", "US48")
"""Whom we ask about; the reader takes any."""
FIRST_YEAR: Final = 2019
REVISED: Final = 2
"""Newest quarters that are asked for every time: authorities revise for weeks."""

SETTLES: Final = timedelta(days=30)
"""An answer fetched so long after its quarter is not asked for again."""

_QUESTION: Final = re.compile(r"([a-z0-9]+)-([0-9]{4})q([1-4])")


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return one question for each respondent and quarter that is new, recent or not settled.

    A quarter's hours are those that start in it. It is asked from its second day, while it is one
    of the two newest, and until it was fetched once after its end.
    """
    newest = _quarter(situation.today - timedelta(days=1))
    found = []
    for place in range(4 * FIRST_YEAR, newest + 1):
        year, number = divmod(place, 4)
        for respondent in RESPONDENTS:
            name = f"{respondent.lower()}-{year}q{number + 1}"
            settled = _fetched_after(situation.held.get(name, {}), place)
            if place > newest - REVISED or not settled:
                found.append(Question(name, first_page(ROUTE, _ask(name), situation.key)))
    return tuple(found)


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that an answer is whole, is about what was asked, and is no shorter than the one held.

    Whole as ``whole_answer`` says; every row is demand of the respondent asked, in an hour of the
    quarter asked. Hours may be missing at the publisher. It reaches as far as the answer held, with
    at most 2 % fewer values.

    Raises:
        SourceError: Something is short, or is not the answer this reader knows.
    """
    which = f"the answer to {question or 'a question'}"
    refuse = refusal(NAME, which)
    rows = whole_answer(ROUTE, bodies, refuse)
    hours = [read_hours(body, which).table for body in bodies]
    if question:
        _refuse_other_rows(_ask(question), rows, refuse)
    before = [read_hours(body, f"{which} as held").table for body in held]
    _refuse_less(hours, before, refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each respondent and hour; an hour without value has status M.

    Args:
        payload: A page of the API; the bulk file EBA, its lines or their zip; or a CSV with the
            columns datetime_utc, respondent, demand_mwh, which may be packed with gzip.
        retrieved_at: UTC instant we fetched it.

    Raises:
        SourceError: The payload is not what this reader knows.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = fetched_day(retrieved_at, NAME)
    found = read_hours(payload)
    refuse_twins(found.table, refusal(NAME, "the payload"))
    now = pd.Timestamp(retrieved_at.astimezone(UTC).replace(tzinfo=None))
    ended = found.table["start"] + pd.Timedelta(hours=1) <= now
    frame = _observations(found.table[ended], fetched)
    frame = frame.assign(raw_sha256=hashlib.sha256(payload).hexdigest())
    left_out = dict(found.left_out)
    if early := int((~ended).sum()):
        left_out[NOT_ENDED] = early
    return Reading(OBSERVATIONS.shape(frame), _publication(found.published), left_out=left_out)


def redacted(payload: bytes) -> bytes:
    """Return the payload with every echo of a key masked, all other bytes as they were.

    Raises:
        SourceError: An answer is not whole JSON, or hides a key where we cannot mask it.
    """
    return without_echo(payload, refusal(NAME, "the payload"))


def refuse_twins(hours: pd.DataFrame, refuse: Refuse) -> None:
    """Refuse if an hour of a respondent stands twice, however it is spelled."""
    twins = hours.duplicated(["respondent", "start"])
    if twins.any():
        one = hours[twins].iloc[0]
        end = one["start"] + pd.Timedelta(hours=1)
        refuse(f"holds {one['respondent']} in the hour to {end:%Y-%m-%dT%H} twice", "each once")


def _quarter(day: date) -> int:
    """Return the quarter of a day, counted from the year 0."""
    return 4 * day.year + (day.month - 1) // 3


def _first_day(place: int) -> date:
    """Return the first day of a quarter."""
    return date(place // 4, 3 * (place % 4) + 1, 1)


def _fetched_after(held: Mapping[str, str], place: int) -> bool:
    """Return whether the answer held came when its quarter had settled."""
    if not held:
        return False
    try:
        fetched = datetime.fromisoformat(held.get("retrieved_at", "")).date()
    except ValueError:
        return True
    return fetched >= _first_day(place + 1) + SETTLES


def _ask(question: str) -> Ask:
    """Return what a question asks of the route: its name says it all.

    Raises:
        SourceError: No question of ours has this name.
    """
    parts = _QUESTION.fullmatch(question)
    if parts is None:
        refusal(NAME, "a question")(f"is named {excerpt(question)}", "its own, as pjm-2024q3")
    place = 4 * int(parts[2]) + int(parts[3]) - 1
    return Ask(
        frequency="hourly",
        facets={"respondent": (parts[1].upper(),), "type": (DEMAND,)},
        start=f"{_first_day(place)}T01",
        end=f"{_first_day(place + 1)}T00",
    )


def _refuse_other_rows(ask: Ask, rows: Sequence[Json], refuse: Refuse) -> None:
    """Raise if an answer is about another respondent, type or time than was asked."""
    for facet, wanted in ask.facets.items():
        if others := set(texts(rows, facet, refuse)) - set(wanted):
            refuse(f"has rows of {facet} {excerpt(min(others))}", f"{wanted[0]} alone, as asked")
    hours = texts(rows, "period", refuse)
    if min(hours) < ask.start or max(hours) > ask.end:
        refuse(f"reaches from {min(hours)} to {max(hours)}", f"{ask.start} to {ask.end}, as asked")


def _refuse_less(
    hours: Sequence[pd.DataFrame], before: Sequence[pd.DataFrame], refuse: Refuse
) -> None:
    """Raise if an answer reaches less far than the one held, or tells over 2 % fewer values."""
    refuse_shorter(_named(hours), _named(before), refuse)
    told, told_before = (
        sum(int(t["value"].notna().sum()) for t in some) for some in (hours, before)
    )
    if told < (1 - GRACE) * told_before:
        refuse(f"has {told:,} values", f"about {told_before:,}, as in the answer held")


def _named(tables: Sequence[pd.DataFrame]) -> dict[tuple[str, ...], str]:
    """Return the hour of each row, by what names it."""
    return {
        (respondent, hour): hour
        for table in tables
        for respondent, hour in zip(
            table["respondent"], np.datetime_as_string(table["start"].to_numpy()), strict=True
        )
    }


def _observations(hours: pd.DataFrame, fetched: date) -> pd.DataFrame:
    """Return rows of OBSERVATIONS, without the hash."""
    first = hours["start"].dt.normalize()
    day = pd.Timestamp(fetched)
    proven = (first < hours["stamped"]) & (hours["stamped"] <= day)
    return pd.DataFrame(
        {
            "series_id": "us_" + hours["respondent"].str.lower() + "_demand",
            "period_start": hours["start"],
            "period_end": first,
            "publication_id": PUBLICATION_ID,
            "known_from": hours["stamped"].where(proven, day),
            "frequency": "H",
            "value": hours["value"],
            "value_text": hours["text"],
            "low": np.nan,
            "high": np.nan,
            "unit": UNIT,
            "quantity": "energy",
            "scope": SCOPE,
            "obs_status": np.where(hours["value"].isna(), "M", "A"),
            "known_from_basis": np.where(proven, "stamped", "fetched"),
            "row": hours["row"],
        }
    )


def _publication(published: str) -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": FAMILY,
        "publisher": eia_api.PUBLISHER,
        "title": TITLE,
        "url": "https://www.eia.gov/opendata/browser/electricity/rto/region-data",
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
    key=key("hourly demand of PJM, ERCOT, MISO, California and the lower 48 states"),
    most_pages=3,
    files=(
        "an answer of the API as JSON; the bulk file EBA.zip, or lines of it; or CSV with the "
        "columns datetime_utc, respondent, demand_mwh (datetime_utc is the hour's end)"
    ),
)
"""The publication, for whoever walks all of them."""
