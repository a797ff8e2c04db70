"""The candidates: seventeen cheap forecasters, each at every origin of every series.

In levels and, as long as a series has stayed positive, in logarithms: Holt's trend, a damped
trend, the mixture of all smoothing families by their evidence, Theta, the mean growth of the
whole past and of the last five periods, and growth of the last three that returns to the mean of
the whole past or fades; and the last value. Where a value so far was not positive the twin in
levels speaks for the one in logarithms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.smoothing import smooth
from forecast.growth.panel.theta import dynamic_theta

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.smoothing import Smoothed

    Array = NDArray[np.float64]

SHAPES: Final = (
    "holt", "damped", "smoothing", "theta", "drift", "drift5", "returning", "fading",
)  # fmt: skip
"""What is tried twice: in levels and in logarithms."""

MEMBERS: Final = (*SHAPES, *(f"log_{name}" for name in SHAPES), "last_value")
"""Names of the candidates, in the order of the arrays."""

RECENT: Final = 5
"""Periods that count as recent growth."""

NEWEST: Final = 3
"""Periods whose growth returns to the long mean, or fades."""

RETURNS: Final = 0.8
"""What is left of its distance from the long mean one period later."""

FADES: Final = 0.85
"""What is left of growth one period later."""


def candidates(values: Array, steps: int, recent: int = RECENT) -> Array:
    """Return every candidate's forecasts at every origin. [n, t, member, h]

    Args:
        values: One series a row, left-aligned and finite; what pads a row must be its last
            value. [n, t]
        steps: Horizons wanted.
        recent: Periods that count as recent growth.
    """
    positive, logs = logarithms(values)
    twins = in_levels_and_logs(
        _shapes(values, steps, recent), _shapes(logs, steps, recent), positive
    )
    still = np.repeat(values[:, :, None, None], steps, axis=3)
    return np.concatenate([twins, still], axis=2)


def logarithms(values: Array) -> tuple[NDArray[np.bool_], Array]:
    """Return where every value so far was positive, and logarithms, zero elsewhere. [n, t] each"""
    positive = np.minimum.accumulate(values, axis=1) > 0
    return positive, np.log(np.where(positive, values, 1.0))


def in_levels_and_logs(level: Array, log: Array, positive: NDArray[np.bool_]) -> Array:
    """Return shapes in levels, then the same in logarithms as values. [n, t, member, h]

    Args:
        level: Forecasts of values. [n, t, shape, h]
        log: Forecasts of logarithms. [n, t, shape, h]
        positive: Where they stand; elsewhere the twin in levels speaks. [n, t]
    """
    with np.errstate(over="ignore"):
        grown = np.exp(np.minimum(log, 700.0))
    return np.concatenate([level, np.where(positive[:, :, None, None], grown, level)], axis=2)


def _shapes(values: Array, steps: int, recent: int) -> Array:
    """Return the shapes on one scale. [n, t, shape, h]"""
    smoothed = smooth(values, steps)
    long, late, newest = (mean_growth(values, n) for n in (values.shape[1], recent, NEWEST))
    told = [
        smoothed.paths[:, :, 2],
        smoothed.paths[:, :, 3],
        mixture(smoothed),
        dynamic_theta(values, steps),
        drift(values, long, steps),
        drift(values, late, steps),
        drift(values, long, steps) + _passing(newest - long, RETURNS, steps),
        values[:, :, None] + _passing(newest, FADES, steps),
    ]
    return np.stack(told, axis=2)


def mixture(smoothed: Smoothed) -> Array:
    """Return the families' forecasts weighted by their evidence. [n, t, h]"""
    evidence = smoothed.evidence
    weight = np.exp(evidence - evidence.max(axis=2, keepdims=True))
    weight = weight / weight.sum(axis=2, keepdims=True)
    told = [weight[:, :, f, None] * smoothed.paths[:, :, f] for f in range(weight.shape[2])]
    return np.asarray(sum(told))


def mean_growth(values: Array, window: int) -> Array:
    """Return mean growth of the last ``window`` periods. [n, t]"""
    time = np.arange(values.shape[1])
    start = np.maximum(time - window, 0)
    return np.asarray((values - values[:, start]) / np.maximum(time - start, 1))


def drift(values: Array, growth: Array, steps: int) -> Array:
    """Return values that grow evenly. [n, t, h]

    Args:
        values: [n, t]
        growth: A period. [n, t]
        steps: Horizons wanted.
    """
    return np.asarray(values[:, :, None] + growth[:, :, None] * np.arange(1, steps + 1))


def _passing(growth: Array, left: float, steps: int) -> Array:
    """Return what growth adds of which a share is left each period later. [n, t, h]"""
    return np.asarray(growth[:, :, None] * np.cumsum(left ** np.arange(1, steps + 1)))


def bounds(paths: Array, values: Array) -> Array:
    """Return the candidates' forecasts kept from exploding. [n, t, member, h]

    Mean growth per period over a horizon never leaves the range of growth the series has shown
    in single periods so far: of log growth while it stayed positive, of differences otherwise.

    Args:
        paths: [n, t, member, h]
        values: [n, t]
    """
    positive = np.minimum.accumulate(values, axis=1) > 0
    logs = np.log(np.where(positive, values, 1.0))
    horizons = np.arange(1, paths.shape[3] + 1)
    least, most = (edge[:, :, None] * horizons for edge in _range_of(logs))
    with np.errstate(over="ignore"):
        low = values[:, :, None] * np.exp(np.maximum(least, -700.0))
        high = values[:, :, None] * np.exp(np.minimum(most, 700.0))
    fall, rise = (values[:, :, None] + edge[:, :, None] * horizons for edge in _range_of(values))
    low = np.where(positive[:, :, None], low, fall)
    high = np.where(positive[:, :, None], high, rise)
    return np.asarray(np.clip(paths, low[:, :, None], high[:, :, None]))


def _range_of(values: Array) -> tuple[Array, Array]:
    """Return the least and the most growth in one period so far, zero among them. [n, t] each"""
    growth = np.diff(values, axis=1, prepend=values[:, :1])
    return np.minimum.accumulate(growth, axis=1), np.maximum.accumulate(growth, axis=1)
