"""Seasons of many series, taken out as they were known at some past days.

Seasons are estimated from what lies before a *cut*, so a series is forecast anew at each: one row
of a batch is one series without the seasons known at one cut, and its origins are the cut and the
periods of the year after it, when a forecaster who looks at seasons once a year would still have
used them. Annual series have no seasons, and all their origins share one row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.batch import batch_of
from forecast.growth.panel.seasonal import LEAST_YEARS, seasons_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from forecast.growth.panel.batch import Batch, Line

    Array = NDArray[np.float64]
    Places = NDArray[np.int64]

CUTS: Final = 6
"""Past cuts of a series with seasons, each with a year of origins: bounds what it costs."""

FIRST_ORIGIN: Final = 6
"""Index of the first origin whose errors count: seven values are known there."""


def past_batches(
    lines: Sequence[Line], steps: int, periods_per_year: int, most_rows: int = 1
) -> Iterator[Batch]:
    """Yield series with the origins their errors are learned from.

    Args:
        lines: At least one.
        steps: Horizons wanted.
        periods_per_year: 1 for annual: all origins from ``FIRST_ORIGIN`` in one row a series.
        most_rows: Rows of a batch with seasons.
    """
    batch = batch_of(lines)
    if periods_per_year == 1:
        place = np.arange(batch.values.shape[1])
        yield replace(batch, origins=batch.seen & (place >= FIRST_ORIGIN))
        return
    spans = [
        (row, cut, last)
        for row, length in enumerate(batch.length)
        for cut, last in cuts_of(int(length), periods_per_year)
    ]
    spans.sort(key=lambda span: span[2])  # rows that end early side by side: less to walk through
    for start in range(0, len(spans), most_rows):
        rows, cuts, lasts = (np.array(part) for part in zip(*spans[start : start + most_rows],
                                                            strict=True))  # fmt: skip
        chosen = batch.rows(rows).until(lasts + 1 + steps)
        yield seasonless(chosen, cuts, lasts, periods_per_year)


def cuts_of(length: int, periods_per_year: int) -> list[tuple[int, int]]:
    """Return the cuts of a series and the last origin that uses each.

    They lie whole years before the end, evenly over the past. Where the whole series is long enough
    for seasons, so is what lies before each cut: errors of forecasts without seasons teach nothing
    of forecasts with them.

    Args:
        length: Periods from first to last value.
        periods_per_year: Steps in a year.
    """
    last = length - 1
    seasonal = LEAST_YEARS * periods_per_year
    first = seasonal - 1 if length > seasonal else FIRST_ORIGIN
    years = max((last - first) // periods_per_year, 0) if length > seasonal else 0
    if not years:
        return [(first, last)] if last >= first else []
    backs = np.unique(np.rint(np.linspace(1, years, min(CUTS, years))).astype(int))
    cuts = [last - int(back) * periods_per_year for back in backs]
    return [(cut, cut + periods_per_year - 1) for cut in cuts[1:]] + [(cuts[0], last)]


def last_batch(lines: Sequence[Line], periods_per_year: int) -> Batch:
    """Return series with their last origin only, its seasons taken out."""
    batch = batch_of(lines)
    last = batch.length - 1
    return seasonless(batch, last, last, periods_per_year)


def seasonless(batch: Batch, cuts: Places, lasts: Places, periods_per_year: int) -> Batch:
    """Return a batch without the seasons known at a cut of each row.

    Gaps are bridged anew once the seasons are gone.

    Args:
        batch: Series side by side.
        cuts: Index of each row's first origin. [n]
        lasts: Index of each row's last origin. [n]
        periods_per_year: Seasons in a year.
    """
    place = np.arange(batch.values.shape[1])
    origins = batch.seen & (place >= cuts[:, None]) & (place <= lasts[:, None])
    if periods_per_year == 1:
        return replace(batch, origins=origins)
    seasons = np.zeros((len(cuts), periods_per_year))
    multiply = np.zeros(len(cuts), dtype=bool)
    for row, cut in enumerate(cuts):
        known = batch.values[row, : cut + 1]
        multiply[row] = bool((known > 0).all())
        told = np.log(known) if multiply[row] else known
        seen = batch.seen[row, : cut + 1]
        seasons[row] = seasons_of(told, seen, int(batch.first[row]), periods_per_year)
    added = np.take_along_axis(seasons, batch.periods % periods_per_year, axis=1)
    values = _with(batch.values, -added, multiply[:, None])
    for row, length in enumerate(batch.length):
        here = batch.seen[row]
        if not here[:length].all():
            values[row] = np.interp(place, place[here], values[row, here])
    after = place >= batch.length[:, None]
    values = np.where(after, values[batch.ends][:, None], values)
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
    return _with(told, added, batch.multiply[:, None, None])


def _with(values: Array, added: Array, multiply: NDArray[np.bool_]) -> Array:
    """Return values with what is added to them, or to their logarithms where ``multiply``."""
    return np.where(multiply, values * np.exp(np.where(multiply, added, 0.0)), values + added)
