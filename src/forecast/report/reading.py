"""Small questions put to the tables of an edition, one series at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from forecast.contracts.catalogue import BASELINES
from forecast.report.facts import Value
from forecast.report.words import months, period

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.contracts.edition import Edition

COMBINATION: Final = "combination"
"""The model that speaks, unless a fallback had to."""

HISTORY_ONLY: Final = "history_only"
"""The one scenario this report prints: the past carried on."""

MONTHS_IN: Final = {"A": 12, "Q": 3, "M": 1}


def spoken(
    edition: Edition, series_id: str, *, quantity: str = "", frequency: str = ""
) -> pd.DataFrame:
    """Return the forecast that speaks for a series, nearest period first.

    Args:
        edition: The edition.
        series_id: The catalogue's id.
        quantity: Another sense than the series' own.
        frequency: Another step than the series' own.
    """
    rows = _forecasts(edition, series_id, quantity, frequency)
    speaks = (rows["model"] == COMBINATION) | (rows["fallback_from"] != "")
    return rows[speaks].sort_values("horizon", ignore_index=True)


def baselines(edition: Edition, series_id: str) -> dict[str, dict[int, float]]:
    """Return the medians of doing nothing: by baseline, then by horizon."""
    rows = _forecasts(edition, series_id)
    return {
        name: dict(zip(own["horizon"].tolist(), own["q50"].tolist(), strict=True))
        for name in BASELINES
        if not (own := rows[rows["model"] == name]).empty
    }


def _forecasts(
    edition: Edition, series_id: str, quantity: str = "", frequency: str = ""
) -> pd.DataFrame:
    series = edition.catalogue[series_id]
    rows = edition.tables["forecasts"]
    return rows[
        (rows["series_id"] == series_id)
        & (rows["scenario"] == HISTORY_ONLY)
        & (rows["quantity"] == (quantity or series.quantity))
        & (rows["frequency"] == (frequency or series.frequency))
    ]


def values(edition: Edition, series_id: str, role: str) -> tuple[Value, ...]:
    """Return the values a series followed or left out, oldest period first."""
    rows = edition.tables["inputs"]
    chosen = rows[(rows["series_id"] == series_id) & (rows["role"] == role)]
    ordered = chosen.sort_values(["period_end", "period_start", "known_from"], kind="stable")
    known = publications(edition)
    return tuple(_value(row, known) for row in records(ordered))


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by column."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def publications(edition: Edition) -> dict[str, dict[str, Any]]:
    """Return PUBLICATIONS by id."""
    return {row["publication_id"]: row for row in records(edition.tables["publications"])}


def _value(row: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Value:
    name = row["publication_id"]
    printed = known.get(name, {})
    start, end, value = row["period_start"], row["period_end"], float(row["value"])
    return Value(
        period=period(start, end),
        at=place(start, end),
        months=months(start, end),
        value=None if pd.isna(value) else value,
        unit=row["unit"],
        publication_id=name,
        publisher=printed.get("publisher", name),
        title=printed.get("title", name),
        published=stamp(printed.get("published", ""), row["known_from"]),
        reason=row["reason"],
    )


def stamp(published: str, known_from: pd.Timestamp) -> str:
    """Return the publisher's own date, or the day a reader surely had it."""
    return published or f"undated, known from {known_from:%Y-%m-%d}"


def place(start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Return where a period stands on the axis: a year on its number, a part in its middle.

    Example:
        >>> place(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"))
        2026.125
        >>> place(pd.Timestamp("2026-01-26"), pd.Timestamp("2026-04-26"))
        2026.1916
    """
    span = months(start, end)
    if start.day > 1 and span > 1:
        middle = start + (end - start) / 2
        return round(middle.year + (middle.dayofyear - 1) / 365.25, 4)
    if span >= 12:
        return float(end.year)
    return round(start.year + (start.month - 1 + span / 2) / 12, 4)
