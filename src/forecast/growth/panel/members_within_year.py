"""The candidates for quarters and months, seasons out, each at every origin.

A damped trend, the mixture of smoothing families by their evidence, Theta, mean growth of the
whole past, and the mean of the last year, each in levels and in logarithms. None follows a recent
trend for ever, as steps within a year are noisier beside what growth adds to them; for the same
reason the last value is no candidate: smoothing says it where it is worth saying. The grid of
smoothing is coarser than for years: many steps tell parameters apart no better than few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.members import (
    drift,
    in_levels_and_logs,
    logarithms,
    mean_growth,
    mixture,
)
from forecast.growth.panel.smoothing import grid_of
from forecast.growth.panel.smoothing_within_year import joined, smooth
from forecast.growth.panel.theta import dynamic_theta

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.smoothing import Grid

    Array = NDArray[np.float64]

SHAPES: Final = ("damped", "smoothing", "theta", "drift", "year_mean")
"""What is tried twice: in levels and in logarithms."""

MEMBERS: Final = (*SHAPES, *(f"log_{name}" for name in SHAPES))
"""Names of the candidates, in the order of the arrays."""

ALPHAS: Final = (0.05, 0.2, 0.4, 0.65, 1.0)
"""Grid of the level's smoothing."""

SHARES: Final = (0.0, 0.1, 0.3)
"""Grid of the smoothing of a slope that fades, as shares of the level's."""


def _fading(*phis: float) -> Grid:
    """Return a slope that may move and fades, cells of one fading side by side."""
    return joined(*(grid_of(ALPHAS, SHARES, (phi,), 6) for phi in phis))


FAMILIES: Final = (
    grid_of(ALPHAS, (0.0,), (0.0,), 3),
    grid_of(ALPHAS, (0.0,), (1.0,), 4),
    grid_of(ALPHAS, (0.02, 0.1, 0.3), (1.0,), 5),
    _fading(0.95, 0.99),
)
"""Level, constant slope, moving slope, fading slope."""


def candidates(values: Array, steps: int, periods_per_year: int) -> Array:
    """Return every candidate's forecasts at every origin. [n, t, member, h]

    Args:
        values: Without seasons; one series a row, left-aligned and finite; what pads a row must
            be its last value. [n, t]
        steps: Horizons wanted.
        periods_per_year: 4 or 12.
    """
    positive, logs = logarithms(values)
    both = _shapes(np.concatenate([values, logs]), steps, periods_per_year)  # one walk for both
    level, log = np.split(both, 2)
    return in_levels_and_logs(level, log, positive)


def _shapes(values: Array, steps: int, periods_per_year: int) -> Array:
    """Return the five shapes on one scale. [n, t, 5, h]"""
    smoothed = smooth(values, steps, FAMILIES)
    shapes = (
        smoothed.paths[:, :, -1],
        mixture(smoothed),
        dynamic_theta(values, steps),
        drift(values, mean_growth(values, values.shape[1]), steps),
        _year_mean(values, steps, periods_per_year),
    )
    return np.stack(shapes, axis=2)


def _year_mean(values: Array, steps: int, periods_per_year: int) -> Array:
    """Return the mean of the last year, or of fewer values where there are no more. [n, t, h]"""
    time = np.arange(values.shape[1])
    total = np.cumsum(np.concatenate([np.zeros((len(values), 1)), values], axis=1), axis=1)
    start = np.maximum(time - periods_per_year + 1, 0)
    mean = (total[:, 1:] - total[:, start]) / (time + 1 - start)
    return np.broadcast_to(mean[:, :, None], (*mean.shape, steps))
