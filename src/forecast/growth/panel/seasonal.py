"""The seasons of one series as known at its last value.

A centred moving average over one year is the trend; what each season adds is the mean deviation
from it, recent years counting more. The average leaves the newest half year without a trend; once
first seasons are out, a straight line through the newest year and a half is that, and all
deviations give the seasons anew. Factors are shrunk by how far seasons differ beyond chance
(James and Stein, 1961), to nothing where chance would do as much. Deviations count where a
value was observed; where gaps are many only the newest stretch with few of them speaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LEAST_YEARS: Final = 2
"""Years of values without which no seasons are looked for."""

OBSERVED: Final = 0.9
"""Share of a stretch that must be observed."""

MEMORY: Final = 0.7
"""What a deviation still counts one year later."""


def seasons_of(values: Array, seen: NDArray[np.bool_], first: int, periods_per_year: int) -> Array:
    """Return what each season adds, zero where seasons do not differ beyond chance. [season]

    Args:
        values: One a period, gaps bridged; logarithms where seasons multiply. [t]
        seen: Which of them were observed. [t]
        first: Number of the first period.
        periods_per_year: Seasons in a year.
    """
    none = np.zeros(periods_per_year)
    start = _unbroken(seen)
    length = len(values) - start
    if length < LEAST_YEARS * periods_per_year:
        return none
    known, observed = values[start:], seen[start:]
    season = (np.arange(length) + first + start) % periods_per_year
    trend = _centred_average(known, periods_per_year)
    inside = np.isfinite(trend) & observed
    if not np.bincount(season[inside], minlength=periods_per_year).all():
        return none  # a season never observed
    found = _found(known - trend, inside, season, periods_per_year)
    half = periods_per_year // 2
    trend[-half:] = _line(known[-3 * half :] - found[season[-3 * half :]])[-half:]
    inside[-half:] = observed[-half:]
    return _found(known - trend, inside, season, periods_per_year)


def _found(
    deviation: Array, inside: NDArray[np.bool_], season: NDArray[np.int64], periods_per_year: int
) -> Array:
    """Return seasons of the deviations that count, each fading with its age."""
    age = (len(deviation) - 1 - np.flatnonzero(inside)) / periods_per_year
    return _shrunk(deviation[inside], MEMORY**age, season[inside], periods_per_year)


def _line(values: Array) -> Array:
    """Return the least squares line through values. [t]"""
    place = np.arange(len(values)) - (len(values) - 1) / 2
    return np.asarray(values.mean() + place * (place * values).sum() / (place**2).sum())


def _unbroken(seen: NDArray[np.bool_]) -> int:
    """Return where the longest stretch up to the end begins that has few gaps."""
    share = np.cumsum(seen[::-1]) / np.arange(1, len(seen) + 1)
    good = (share >= OBSERVED) & seen[::-1]
    return len(seen) - 1 - int(np.flatnonzero(good)[-1]) if good.any() else len(seen)


def _centred_average(values: Array, periods_per_year: int) -> Array:
    """Return the moving average over one year, centred; NaN at the ends. [t]"""
    weights = np.ones(periods_per_year + 1)
    weights[[0, -1]] = 0.5
    average = np.full(len(values), np.nan)
    half = periods_per_year // 2
    average[half:-half] = np.convolve(values, weights / periods_per_year, mode="valid")
    return average


def _shrunk(
    deviation: Array, weight: Array, season: NDArray[np.int64], periods_per_year: int
) -> Array:
    """Return weighted means of the seasons about zero, shrunk by chance over difference."""
    total = np.bincount(season, weight, periods_per_year)
    mean = np.bincount(season, weight * deviation, periods_per_year) / total
    rest = (weight * (deviation - mean[season]) ** 2).sum()
    mean = mean - mean.mean()
    count = weight.sum() ** 2 / (weight**2).sum()  # as many equal weights as these are worth
    within = rest / weight.sum() * count / max(count - periods_per_year, 1.0)
    between = (total * mean**2).sum() / weight.sum() * count / (periods_per_year - 1)
    if between <= within:
        return np.zeros(periods_per_year)
    return np.asarray(mean * (1 - within / between))
