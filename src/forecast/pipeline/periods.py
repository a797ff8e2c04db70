"""Numbering the periods of a panel: years, quarters or months, or running numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from forecast.contracts.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

Frequency = Literal["A", "Q", "M"]

PERIODS_PER_YEAR: Final[dict[str, int]] = {"A": 1, "Q": 4, "M": 12}

YEARS: Final = (1000, 2999)
"""Whole numbers between these, in an annual panel, are years of the calendar."""


@dataclass(frozen=True)
class Calendar:
    """How periods are numbered.

    Attributes:
        frequency: A, Q or M.
        numbered: Whether ds is a whole number rather than a date.
        shared: Whether a period means the same time in every series.
    """

    frequency: str
    numbered: bool
    shared: bool

    unreadable: int = -(2**40)

    @property
    def periods_per_year(self) -> int:
        """Steps in a year."""
        return PERIODS_PER_YEAR[self.frequency]

    @property
    def expected(self) -> str:
        """What a ds should be, in words."""
        return "whole number" if self.numbered else "date (YYYY-MM-DD)"

    def number(self, ds: pa.ChunkedArray) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each row's period and, for dates, its day since 1970.

        Rows that cannot be read get the period ``unreadable``.
        """
        if self.numbered:
            numbers = pd.to_numeric(ds.to_pandas(), errors="coerce").to_numpy("float64")
            fine = np.isfinite(numbers) & (np.abs(numbers) < 2**39) & (numbers == np.rint(numbers))
            period = np.where(fine, np.where(fine, numbers, 0), self.unreadable)
            return period.astype(np.int64), np.zeros(len(period), dtype=np.int64)
        days = _dates(ds).to_numpy().astype("datetime64[D]")
        fine = ~np.isnat(days)
        safe = np.where(fine, days, np.datetime64(0, "D"))
        months = safe.astype("datetime64[M]").astype(np.int64) + 1970 * 12
        period = np.where(fine, months // (12 // self.periods_per_year), self.unreadable)
        return period.astype(np.int64), safe.astype(np.int64)

    def text(self, period: int) -> str:
        """Return a period in words."""
        if self.numbered or self.frequency == "A":
            return str(period)
        year, part = divmod(period, self.periods_per_year)
        return f"{year}-{'Q' if self.frequency == 'Q' else ''}{part + 1:02d}"

    def after(self, last: int, stamp: int | None, steps: int) -> NDArray[np.int64]:
        """Return the ds of the next periods: numbers, or days since 1970. [h]

        A last day of a month is followed by last days of months, another day by the same day.

        Args:
            last: Number of the last period.
            stamp: Day of the last value.
            steps: How many.
        """
        ahead = np.arange(1, steps + 1)
        if stamp is None:
            return np.asarray(last + ahead)
        day = np.datetime64(stamp, "D")
        month = day.astype("datetime64[M]")
        months = month + ahead * (12 // self.periods_per_year)
        ends = (months + 1).astype("datetime64[D]") - 1
        if (day + 1).astype("datetime64[M]") != month:
            return np.asarray(ends.astype(np.int64))
        same = months.astype("datetime64[D]") + (day - month.astype("datetime64[D]"))
        return np.asarray(np.minimum(same, ends).astype(np.int64))


def calendar_of(ds: Sequence[pa.Array], frequency: str | None, path: Path) -> Calendar:
    """Return how a panel's periods are numbered.

    Args:
        ds: The whole column, in pieces.
        frequency: As asked for, if it was.
        path: For the message.

    Raises:
        SettingsError: Nothing in the column can be read.
    """
    whole = pa.chunked_array([chunk for piece in ds for chunk in piece.chunks])
    numbers = None
    if not pa.types.is_temporal(whole.type):
        unique = whole.unique().to_pandas()
        numbers = pd.to_numeric(unique, errors="coerce").dropna()
    if numbers is not None and len(numbers) * 2 > len(unique):
        step = frequency or "A"
        low, high = float(numbers.min()), float(numbers.max())
        return Calendar(step, numbered=True, shared=step == "A" and _years(low, high))
    days = _dates(whole.unique()).dropna().sort_values()
    if days.empty:
        raise SettingsError(
            f"{path}: no ds can be read, first {whole[0].as_py()!r}; expected whole numbers "
            "(years or running) or dates as YYYY-MM-DD."
        )
    return Calendar(frequency or _frequency(days), numbered=False, shared=True)


def _years(low: float, high: float) -> bool:
    return YEARS[0] <= low and high <= YEARS[1]


def _dates(ds: pa.ChunkedArray | pa.Array) -> pd.Series:
    values = ds.to_pandas()
    if pa.types.is_temporal(ds.type):
        stamps: pd.Series = pd.to_datetime(values, errors="coerce")
        return stamps.dt.tz_localize(None) if stamps.dt.tz is not None else stamps
    read: pd.Series = pd.to_datetime(values, errors="coerce", format="ISO8601")
    return read


def _frequency(days: pd.Series) -> str:
    """Return the step most days of the panel lie apart."""
    months = days.to_numpy().astype("datetime64[M]").astype(np.int64)
    apart = np.diff(np.unique(months))
    typical = float(np.median(apart)) if len(apart) else 12.0
    return "A" if typical > 6 else "Q" if typical > 1 else "M"
