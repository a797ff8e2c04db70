"""Seasons of many series, taken out as they were known at each of a few origins.

Seasons are estimated from what lies before an origin, so a series is forecast anew at each: one
row of a batch is one series at one origin, divided by the seasons known there. Annual series
have no seasons, and all their origins share one row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.batch import batch_of
from forecast.growth.season import factors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from forecast.growth.panel.batch import Batch, Line

    Array = NDArray[np.float64]

LEAST_YEARS: Final = 3
"""Years of values before an origin without which no seasons are looked for."""

CUTS: Final = 6
"""Past origins of a series with seasons."""

FIRST_ORIGIN: Final = 6
"""Index of the first origin whose errors count: seven values are known there."""


def past_batch(lines: Sequence[Line], steps: int, periods_per_year: int) -> Batch:
    """Return series with the origins their errors are learned from.

    Args:
        lines: At least one.
        steps: Horizons wanted.
        periods_per_year: 1 for annual: all origins from ``FIRST_ORIGIN`` in one row a series.
    """
    batch = batch_of(lines)
    if periods_per_year == 1:
        place = np.arange(batch.values.shape[1])
        return replace(batch, origins=batch.seen & (place >= FIRST_ORIGIN))
    apart = max(1, -(-steps // 3))
    rows, cuts = [], []
    for row, length in enumerate(batch.length):
        places = [length - 1 - apart * back for back in range(CUTS + 1)]
        good = [p for p in places if p >= FIRST_ORIGIN and batch.seen[row, p]]
        rows += [row] * len(good)
        cuts += good
    chosen = batch.rows(np.array(rows, dtype=np.int64))
    return seasonless(chosen, np.array(cuts, dtype=np.int64), periods_per_year)


def last_batch(lines: Sequence[Line], periods_per_year: int) -> Batch:
    """Return series with their last origin only, its seasons taken out."""
    batch = batch_of(lines)
    return seasonless(batch, batch.length - 1, periods_per_year)


def seasonless(batch: Batch, cuts: NDArray[np.int64], periods_per_year: int) -> Batch:
    """Return a batch with one origin a row and the seasons known there taken out.

    Args:
        batch: Series side by side.
        cuts: Index of each row's origin. [n]
        periods_per_year: Seasons in a year.
    """
    origins = np.zeros(batch.seen.shape, dtype=bool)
    origins[np.arange(len(cuts)), cuts] = True
    if periods_per_year == 1:
        return replace(batch, origins=origins)
    values = batch.values.copy()
    seasons = np.zeros((len(cuts), periods_per_year))
    multiply = np.zeros(len(cuts), dtype=bool)
    for row, cut in enumerate(cuts):
        known = batch.values[row, : cut + 1]
        multiply[row] = bool((known > 0).all())
        if cut + 1 >= LEAST_YEARS * periods_per_year:
            told = np.log(known) if multiply[row] else known
            seasons[row] = factors(told, int(batch.first[row]), periods_per_year)
    added = np.take_along_axis(seasons, batch.periods % periods_per_year, axis=1)
    values = np.where(multiply[:, None], values * np.exp(-added), values - added)
    return replace(batch, values=values, origins=origins, seasons=seasons, multiply=multiply)


def with_seasons(told: Array, batch: Batch) -> Array:
    """Return quantiles with the seasons of their periods put back. [n, h, level]

    Args:
        told: Quantiles from the last origin of each row. [n, h, level]
        batch: What ``last_batch`` gave.
    """
    if batch.seasons.shape[1] == 1:
        return told
    after = (batch.first + batch.length)[:, None] + np.arange(told.shape[1])
    added = np.take_along_axis(batch.seasons, after % batch.seasons.shape[1], axis=1)[:, :, None]
    return np.where(batch.multiply[:, None, None], told * np.exp(added), told + added)
