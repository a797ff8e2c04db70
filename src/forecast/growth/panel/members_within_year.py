"""The candidates for quarters and months, seasons out, each at every origin.

As for years, in levels and in logarithms, and the last value; without those that follow a trend
for ever, as steps within a year are noisier beside what growth adds to them. For months simple
smoothing and the mean of the last year stand beside the rest, for quarters long growth. The grid
of smoothing is coarser: many steps tell parameters apart no better than few, and each costs time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.members import in_levels_and_logs, mixture
from forecast.growth.panel.smoothing import ALPHAS, DRIFT, LEVEL, grid_of, smooth
from forecast.growth.panel.theta import dynamic_theta

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHAPES: Final = {
    4: ("damped", "smoothing", "theta", "drift"),
    12: ("damped", "smoothing", "theta", "level", "year_mean"),
}
"""What is tried twice, by periods in a year."""

FAMILIES: Final = (
    LEVEL,
    DRIFT,
    grid_of(ALPHAS, (0.02, 0.1, 0.3), (1.0,), 5),
    grid_of(ALPHAS, (0.0, 0.1, 0.3), (0.95, 0.99), 6),
)
"""Level, constant slope, moving slope, fading slope."""


def members(periods_per_year: int) -> tuple[str, ...]:
    """Return the names of the candidates, in the order of the arrays.

    Args:
        periods_per_year: 4 or 12.
    """
    shapes = SHAPES[periods_per_year]
    return (*shapes, *(f"log_{name}" for name in shapes), "last_value")


def candidates(values: Array, steps: int, periods_per_year: int) -> Array:
    """Return every candidate's forecasts at every origin. [n, t, member, h]

    Args:
        values: Without seasons; one series a row, left-aligned and finite; what pads a row must
            be its last value. [n, t]
        steps: Horizons wanted.
        periods_per_year: 4 or 12.
    """

    def shapes(told: Array) -> Array:
        smoothed = smooth(told, steps, FAMILIES)
        shape = {
            "level": smoothed.paths[:, :, 0],
            "damped": smoothed.paths[:, :, 3],
            "smoothing": mixture(smoothed),
            "theta": dynamic_theta(told, steps),
            "drift": _drift(told, steps),
            "year_mean": _year_mean(told, steps),
        }
        return np.stack([shape[name] for name in SHAPES[periods_per_year]], axis=2)

    return in_levels_and_logs(values, steps, shapes)


def _drift(values: Array, steps: int) -> Array:
    """Return mean growth so far carried on. [n, t, h]"""
    growth = (values - values[:, :1]) / np.maximum(np.arange(values.shape[1]), 1)
    return np.asarray(values[:, :, None] + growth[:, :, None] * np.arange(1, steps + 1))


def _year_mean(values: Array, steps: int) -> Array:
    """Return the mean of the last twelve values, or of fewer where there are no more. [n, t, h]"""
    time = np.arange(values.shape[1])
    total = np.cumsum(np.concatenate([np.zeros((len(values), 1)), values], axis=1), axis=1)
    start = np.maximum(time - 11, 0)
    mean = (total[:, 1:] - total[:, start]) / (time + 1 - start)
    return np.repeat(mean[:, :, None], steps, axis=2)
