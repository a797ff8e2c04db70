"""Figures on their way into OBSERVATIONS: what a number is about, and since when it is known.

A publisher's stamp proves a figure only if it lies after the end of the period the figure is about
and not after the day we fetched it; else the figure is known from that day. A period that had not
ended by then is left out: what is printed for it is a forecast or a part.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

import pandas as pd

from forecast.contracts.errors import VintageError
from forecast.contracts.tables import OBSERVATIONS
from forecast.sources.strict_json import Refuse

NOT_ENDED: Final = "a period that had not ended when it was fetched"

_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")
_MONTH: Final = re.compile(r"((?:19|20|21)[0-9]{2})(?:-|M)(0[1-9]|1[0-2])(?:-01)?")


class Span(NamedTuple):
    """The days a figure is about."""

    start: date
    end: date
    frequency: str


class Measure(NamedTuple):
    """What kind of number a figure is, in words of the contract."""

    unit: str
    quantity: str
    scope: str


class Figure(NamedTuple):
    """One number of one series and period, as a publisher says it."""

    series_id: str
    span: Span
    measure: Measure
    value: Decimal | None
    words: str
    row: int
    status: str = "A"
    stamped: date | None = None
    """Day of the publisher's stamp on it; None if it has none."""


@dataclass
class Sorted:
    """Rows of a payload, parted: figures, and why the others are none."""

    figures: list[Figure] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def take(self, figure: Figure, fetched: date) -> None:
        """Keep a figure, unless its period had not ended by the day it was fetched."""
        if figure.span.end < fetched:
            self.figures.append(figure)
        else:
            self.left_out[NOT_ENDED] += 1


def year_span(words: str) -> Span | None:
    """Return the calendar year that is written, or None if none is.

    Example:
        >>> year_span("2025").end
        datetime.date(2025, 12, 31)
    """
    if not _YEAR.fullmatch(words):
        return None
    return Span(date(int(words), 1, 1), date(int(words), 12, 31), "A")


def month_span(words: str) -> Span | None:
    """Return the month that is written as 2026-06, 2026-06-01 or 2026M06, or None.

    Example:
        >>> month_span("2024-02-01").end
        datetime.date(2024, 2, 29)
    """
    parts = _MONTH.fullmatch(words)
    if parts is None:
        return None
    year, month = int(parts[1]), int(parts[2])
    last = calendar.monthrange(year, month)[1]
    return Span(date(year, month, 1), date(year, month, last), "M")


def day_fetched(name: str, retrieved_at: datetime) -> date:
    """Return the UTC day of an instant.

    Raises:
        VintageError: It has no time zone.
    """
    if retrieved_at.tzinfo is None:
        raise VintageError(
            f"{name}: retrieved_at is {retrieved_at}, without a time zone. Expected a UTC instant. "
            "Mend the caller."
        )
    return retrieved_at.astimezone(UTC).date()


def refuse_twins(figures: Iterable[Figure], fetched: date, refuse: Refuse) -> None:
    """Raise if two rows speak of the same series and period, and are known from the same day."""
    seen: dict[tuple[str, Span, date], int] = {}
    for figure in figures:
        key = (figure.series_id, figure.span, _proven(figure, fetched) or fetched)
        if key in seen:
            twins = f"rows {seen[key]:,} and {figure.row:,}"
            refuse(f"says {figure.series_id} of {figure.span.end} in {twins}", "one of them")
        seen[key] = figure.row


def _proven(figure: Figure, fetched: date) -> date | None:
    """Return the day of the stamp, if it proves when the figure was known."""
    stamped = figure.stamped
    return stamped if stamped and figure.span.end < stamped <= fetched else None


def observations(
    figures: Iterable[Figure], payload: bytes, publication: Mapping[str, str], fetched: date
) -> pd.DataFrame:
    """Return OBSERVATIONS.

    Args:
        figures: What was read.
        payload: The bytes it was read from.
        publication: Frequency → publication id.
        fetched: UTC day on which we fetched it.
    """
    sha256 = hashlib.sha256(payload).hexdigest()
    rows = [{**row, "raw_sha256": sha256} for row in _as_rows(figures, publication, fetched)]
    return OBSERVATIONS.shape(pd.DataFrame(rows)) if rows else OBSERVATIONS.empty()


def _as_rows(
    figures: Iterable[Figure], publication: Mapping[str, str], fetched: date
) -> Iterator[dict[str, object]]:
    for figure in figures:
        proven, span = _proven(figure, fetched), figure.span
        yield {
            "series_id": figure.series_id,
            "period_start": span.start,
            "period_end": span.end,
            "publication_id": publication[span.frequency],
            "known_from": proven or fetched,
            "frequency": span.frequency,
            "value": None if figure.value is None else float(figure.value),
            "value_text": figure.words,
            "low": None,
            "high": None,
            "unit": figure.measure.unit,
            "quantity": figure.measure.quantity,
            "scope": figure.measure.scope,
            "obs_status": figure.status,
            "known_from_basis": "stamped" if proven else "fetched",
            "row": figure.row,
        }
