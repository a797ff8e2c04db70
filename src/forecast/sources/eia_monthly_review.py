"""United States, EIA: electricity in the Monthly Energy Review (MER), monthly and annual.

End use is retail sales and direct use by those who generate; net generation, trade and losses
close the balance. Months since 1973, years since 1949, in million kilowatt-hours (GWh). Recent
months are preliminary, every autumn the past is revised, and nothing in the file says either: a
vintage is the day we fetched it. Direct use is estimated and has no value before 1989.

Three forms hold the same figures: the API (route total-energy), the CSV that the table browser
exports without a key (month 13 is the year), and the bulk file TOTAL, which alone is stamped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

import pandas as pd

from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources import eia_api, eia_key
from forecast.sources.eia_bulk import without_echo
from forecast.sources.eia_cells import texts
from forecast.sources.eia_figures import fetched_day, known, refuse_shorter
from forecast.sources.eia_monthly_review_rows import (
    MSNS,
    NOT_ENDED,
    SCOPES,
    SURE,
    UNIT,
    Figure,
    figures_in,
    followed,
    refuse_odd_years,
)
from forecast.sources.source import Question, Reading, Situation, Source
from forecast.sources.strict_json import Refuse, excerpt

NAME: Final = "eia_monthly_review"
TITLE: Final = "Monthly Energy Review, electricity (tables 7.1 and 7.6)"
PUBLICATION_ID: Final = "eia_mer_live"
PAGE: Final = "https://www.eia.gov/totalenergy/data/browser/?tbl=T07.06"

ROUTE: Final = eia_api.Route(NAME, "total-energy", keys=("period", "msn"))

QUESTIONS: Final = ("monthly", "annual")
"""Names of the questions, which are frequencies too."""


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return one question for the months and one for the years, each in pages."""
    return tuple(
        Question(
            name,
            eia_api.first_page(ROUTE, eia_api.Ask(name, {"msn": tuple(MSNS)}), situation.key),
        )
        for name in QUESTIONS
    )


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the pages are one whole answer and not short of the one held.

    Whole: all rows the publisher counts, each once, with every mnemonic that recorded tables
    have; not short: it reaches as far as the answer held, with at most 2 % fewer rows.

    Raises:
        SourceError: Something is short, or is not the answer this reader knows.
    """
    refuse = _refusal(f"the answer to {question}")
    rows = _periods(bodies, refuse)
    frequency = eia_api.read_page(bodies[0], refuse).frequency
    if frequency not in {"", question}:
        refuse(f"is {excerpt(frequency)}", f"the {question} answer")
    lacking = SURE - {str(key[1]) for key in rows}
    if lacking:
        refuse(f"lacks {excerpt(sorted(lacking))}", "every series asked for")
    if held:
        refuse_shorter(rows, _periods(held, _refusal(f"the answer to {question} as held")), refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each figure of a series we follow, in any of the three forms.

    Args:
        payload: A page of the API, a table of the browser as CSV, or the bulk file TOTAL.
        retrieved_at: UTC instant we fetched it.

    Raises:
        SourceError: The payload is none of them, or not as this reader knows it.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = fetched_day(retrieved_at, NAME)
    refuse = _refusal()
    left_out: Counter[str] = Counter()
    told = list(followed(figures_in(payload, left_out, refuse), left_out, refuse))
    refuse_odd_years(told, refuse)
    sha256 = hashlib.sha256(payload).hexdigest()
    rows = [{**row, "raw_sha256": sha256} for row in _rows(told, fetched, left_out)]
    observations = OBSERVATIONS.shape(pd.DataFrame(rows)) if rows else OBSERVATIONS.empty()
    return Reading(observations, _publication(), left_out=dict(left_out))


def redacted(payload: bytes) -> bytes:
    """Return the payload with every echo of a key masked."""
    return without_echo(payload, _refusal())


def _refusal(which: str = "the payload") -> Refuse:
    return eia_api.refusal(NAME, which)


def _periods(bodies: Sequence[bytes], refuse: Refuse) -> dict[tuple[str, ...], str]:
    """Return the key of each row of an answer with its period."""
    rows = eia_api.whole_answer(ROUTE, bodies, refuse)
    periods, msns = (texts(rows, name, refuse) for name in ROUTE.keys)
    return {(period, msn): period for period, msn in zip(periods, msns, strict=True)}


def _rows(
    told: Sequence[tuple[str, Figure]], fetched: date, left_out: Counter[str]
) -> Iterator[dict[str, object]]:
    """Yield rows of OBSERVATIONS, without the hash; a period still to end is counted."""
    for series, figure in told:
        start, end = figure.span
        day, basis = known(figure.stamp, end, fetched)
        if end >= day:
            left_out[NOT_ENDED] += 1
            continue
        yield {
            "series_id": series,
            "period_start": start,
            "period_end": end,
            "publication_id": PUBLICATION_ID,
            "known_from": day,
            "frequency": "A" if figure.annual else "M",
            "value": None if figure.value is None else float(figure.value),
            "value_text": figure.value_text,
            "low": None,
            "high": None,
            "unit": UNIT,
            "quantity": "energy",
            "scope": SCOPES.get(series, "retail sales"),
            "obs_status": "M" if figure.value is None else "A",
            "known_from_basis": basis,
            "row": figure.row,
        }


def _publication() -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": "eia_mer",
        "publisher": eia_api.PUBLISHER,
        "title": TITLE,
        "url": PAGE,
        "published": "",
        "licence": eia_api.LICENCE,
        "attribution": f"{eia_api.ATTRIBUTION}, Monthly Energy Review",
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
    next=eia_api.next_page,
    redacted=redacted,
    key=eia_key.key(
        "US electricity end use, sales, generation, trade and losses by month and year, as revised"
    ),
    most_pages=10,
    files=(
        "a table of the Monthly Energy Review exported as CSV by the browser at "
        "www.eia.gov/totalenergy/data/browser (7.1 or 7.6), or the bulk file TOTAL, packed or not"
    ),
)
"""The publication, for whoever walks all of them."""
