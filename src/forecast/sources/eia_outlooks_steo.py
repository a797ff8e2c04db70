"""The Short-Term Energy Outlook: history and projection in one series, overwritten every month.

The edition is not stated: it is named after the month in which we fetched it (or of the stamp, in
the bulk file). Years that had not ended are claims; periods that had are estimates. A month or
quarter still to end is no claim of a year, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from forecast.sources.eia_figures import Period, known, period
from forecast.sources.eia_outlooks_tables import (
    BILLION_KWH,
    NO_VALUE,
    OTHER,
    SCOPES,
    STEO_PAGE,
    Figure,
    Told,
    claim,
    publication,
    same_unit,
)
from forecast.sources.strict_json import Refuse, excerpt

SERIES: Final = {
    "ELCOTWH": "us_electricity",
    "ELTCTWH": "us_retail_sales",
    "ELRCP_US": "us_sales_residential",
    "ELCCP_US": "us_sales_commercial",
    "ELICP_US": "us_sales_industrial",
    "ELACP_US": "us_sales_transportation",
    "ELDUTWH": "us_direct_use",
}
"""Id at the publisher → series; table 7a. Older ids (EXTCPUS, …) are rates a day: not read."""

FAMILY: Final = "eia_steo"
PAST: Final = "eia_steo_live"
"""The publication of estimates of the past, whatever the edition: they revise one another."""

_STEPS: Final = {"Q": "quarter", "M": "month"}
_TITLE: Final = "Short-Term Energy Outlook"


def tell(figures: Iterable[Figure], fetched: date, told: Told, refuse: Refuse) -> None:
    """Add what the outlook says to what is told.

    Raises:
        SourceError: A unit, period or sign is not as this reader knows it, or one stands twice.
    """
    seen: set[tuple[str, Period]] = set()
    for figure in figures:
        series = SERIES.get(figure.code)
        if series is None:
            told.left_out[OTHER] += 1
            continue
        when = period(figure.period, f"row {figure.row:,}", refuse)
        _refuse_strange(figure, refuse)
        if (series, when) in seen:
            refuse(f"states {figure.code} of {figure.period} again in row {figure.row:,}", "once")
        seen.add((series, when))
        day = figure.stamp if figure.stamp and figure.stamp <= fetched else fetched
        if when.last < day:
            told.observations.append(_observation(series, figure, when, fetched))
            told.publications[PAST] = _publication(PAST, f"{_TITLE}, past periods", "")
        elif when.frequency != "A":
            told.left_out[f"a {_STEPS[when.frequency]} that had not ended: no claim of a year"] += 1
        elif figure.value is None:
            told.left_out[NO_VALUE] += 1
        else:
            edition = f"{FAMILY}_{day:%Y_%m}"
            told.claims.append(_claim(series, figure, when.last.year, day))
            told.publications[edition] = _publication(
                edition, f"{_TITLE}, {day:%B %Y}", str(day) if figure.stamp == day else ""
            )


def _claim(series: str, figure: Figure, year: int, day: date) -> dict[str, object]:
    """Return one projected year; the day tells two editions fetched in one month apart."""
    return claim(
        claim_id=f"{FAMILY}_{day:%Y_%m_%d}_{series}_{year}",
        publication_id=f"{FAMILY}_{day:%Y_%m}",
        series_id=series,
        scenario="base",
        scope=SCOPES.get(series, "retail sales"),
        target_year=year,
        central=float(figure.value or 0),
        family=FAMILY,
        edition=f"{day:%Y-%m}",
        known_from=day,
    )


def _observation(series: str, figure: Figure, when: Period, fetched: date) -> dict[str, object]:
    day, basis = known(figure.stamp, when.last, fetched)
    return {
        "series_id": series,
        "period_start": when.first,
        "period_end": when.last,
        "publication_id": PAST,
        "known_from": day,
        "frequency": when.frequency,
        "value": None if figure.value is None else float(figure.value),
        "value_text": figure.value_text,
        "low": None,
        "high": None,
        "unit": "TWh",
        "quantity": "energy",
        "scope": SCOPES.get(series, "retail sales"),
        "obs_status": "M" if figure.value is None else "E",
        "known_from_basis": basis,
        "row": figure.row,
    }


def _publication(publication_id: str, title: str, published: str) -> dict[str, object]:
    return publication(
        publication_id, family=FAMILY, title=title, url=STEO_PAGE, published=published
    )


def _refuse_strange(figure: Figure, refuse: Refuse) -> None:
    if same_unit(figure.unit) not in BILLION_KWH:
        refuse(f"states {figure.code} in {excerpt(figure.unit)}", "billion kilowatt-hours")
    if figure.value is not None and figure.value < 0:
        refuse(f"has {figure.value} for {figure.code} in row {figure.row:,}", "no negative energy")
