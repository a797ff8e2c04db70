"""Periods as whole numbers, so that gaps and irregular years are plain arithmetic.

A year, quarter or month is numbered from 1970: 2024 is 54, 2024Q1 is 216.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

PER_YEAR: Final = {"A": 1, "Q": 4, "M": 12}
"""Periods in a year, by frequency."""


def number(days: pd.Series, frequency: str) -> NDArray[np.int64]:
    """Return the number of the period that each day lies in."""
    months = (days.dt.year - 1970) * 12 + days.dt.month - 1
    return np.asarray(months // (12 // PER_YEAR[frequency]), dtype=np.int64)


def bounds(numbers: NDArray[np.int64], frequency: str) -> tuple[pd.Series, pd.Series]:
    """Return first and last day of numbered periods."""
    months = np.asarray(numbers, dtype=np.int64) * (12 // PER_YEAR[frequency])
    step = 12 // PER_YEAR[frequency]
    starts = months.astype("datetime64[M]")
    ends = (months + step).astype("datetime64[M]").astype("datetime64[D]") - 1
    return (
        pd.Series(starts.astype("datetime64[us]")),
        pd.Series(ends.astype("datetime64[us]")),
    )


def regular(starts: pd.Series, ends: pd.Series, frequency: str) -> pd.Series:
    """Return which spans are exactly one calendar period of ``frequency``."""
    if frequency not in PER_YEAR:
        # an hour starts at an instant and ends on a local day: perhaps the day before or after
        apart = (ends.dt.normalize() - starts.dt.normalize()).dt.days.abs()
        return pd.Series(apart <= (1 if frequency == "H" else 0), index=starts.index, dtype=bool)
    first, last = bounds(number(starts, frequency), frequency)
    same = (starts.to_numpy() == first.to_numpy()) & (ends.to_numpy() == last.to_numpy())
    return pd.Series(same, index=starts.index, dtype=bool)


def parts(fine: str, coarse: str, first: pd.Timestamp, last: pd.Timestamp, time_zone: str) -> int:
    """Return how many ``fine`` periods make the ``coarse`` one from ``first`` to ``last`` day."""
    if fine in PER_YEAR:
        return PER_YEAR[fine] // PER_YEAR[coarse]
    if fine == "D":
        return (last - first).days + 1
    begin, end = (
        day.tz_localize(time_zone, ambiguous=True, nonexistent="shift_forward")
        for day in (first, last + pd.Timedelta(days=1))
    )
    return round((end - begin) / pd.Timedelta(hours=1))
