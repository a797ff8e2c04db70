r"""How uncertain a series is at a horizon: what its errors are measured in.

The scale is the series' mean absolute step :math:`d` times a power law in what is known at the
origin: horizon, disagreement of the candidates, scatter of steps, recent steps, how steps change,
one-step errors of the centre, length, and :math:`d` as a share of the level :math:`v = d / |y|`,

.. math:: \ln \sigma(h) = \ln d + \sum_k \beta_k x_k(h).

The :math:`\beta` are fitted once, to the upper quantile of :math:`\ln|e|` on the panels the
packaged calibration is built from (quantile regression, R. Koenker and G. Bassett, 1978), and
stand in its card. Every feature is a ratio: scale the series and the scale scales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.standing import mean_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TYPICAL_STEP: Final = 0.06
"""Mean step of a typical series as a share of its level."""

PRIOR_STEPS: Final = 0.2
"""How many steps it counts for: it speaks alone of a single point, and softly of a constant."""

KNOTS: Final = (0.03, 0.07, 0.15)
"""Shares of the level where the effect of volatility may bend."""

RATIO_DOUBT: Final = 1.0
"""Features count by half after this many steps more than one: two points have no scatter yet."""

GROUP_BORDERS: Final = (0.015, 0.035, 0.07, 0.14)
"""Mean step as a share of the level that parts five groups of volatility, calm to wild."""

RECENT: Final = 5
"""Steps that count as recent."""

COMMON: Final = (
    "one", "log_horizon", "apart", "scatter", "recent", "bends", "one_step_errors", "length",
    "volatility", *(f"volatility_above_{knot:g}" for knot in KNOTS),
)  # fmt: skip
"""Names of the features of any frequency, in the order of the arrays."""

FEATURES: Final = (
    *COMMON, "mostly_apart", "length_by_horizon", "one_step_errors_by_horizon",
)  # fmt: skip
"""The same for years: also how far most candidates are apart, and what length and noise tell far
out: noise about a trend does not grow with the horizon."""

FEATURES_WITHIN_YEAR: Final = (*COMMON, "persistence", "persistence_by_horizon")
"""The same for quarters and months: how far steps add up over a year, and that by horizon."""

NEUTRAL: Final = 0.5
"""Persistence of a random walk: of histories too short to show theirs."""


def typical_step(values: Array) -> Array:
    """Return the mean absolute step so far, softened by a typical one. [n, t]"""
    taken = np.arange(values.shape[1], dtype=float)
    own = taken * mean_step(values)
    return (own + PRIOR_STEPS * TYPICAL_STEP * np.abs(values)) / (taken + PRIOR_STEPS)


def features(
    values: Array, one_step: Array, apart: Array, mostly: Array, periods_per_year: int = 1
) -> Array:
    """Return what the scale depends on, at every origin and horizon. [n, t, h, feature]

    Args:
        values: [n, t]
        one_step: What the centre said one step ahead, at each origin. [n, t]
        apart: S.d. of the candidates. [n, t, h]
        mostly: Mean absolute distance of the candidates, which one outlier moves less. [n, t, h]
        periods_per_year: 1, or the number of seasons taken out of ``values``.
    """
    step = np.maximum(typical_step(values), 1e-290)
    steps = np.diff(values, axis=1, prepend=values[:, :1])
    errors = np.zeros_like(values)
    errors[:, 1:] = np.abs(values[:, 1:] - one_step[:, :-1])
    bends = np.abs(np.diff(steps, axis=1, prepend=steps[:, :1]))
    length = np.arange(1, values.shape[1] + 1)
    long = np.broadcast_to(np.log(length / 20), values.shape)
    trust = (length - 1) / (length + RATIO_DOUBT)
    with np.errstate(over="ignore", divide="ignore"):
        volatility = np.log(np.clip(step / np.maximum(np.abs(values), 1e-290), 0.003, 1.0))
    still = [
        trust * _log_ratio(_scatter(steps), step, 0.05),
        trust * _log_ratio(_running(np.abs(steps), RECENT, 1), step, 0.05),
        trust * _log_ratio(_running(bends, values.shape[1], 2), step, 0.05),
        trust * _log_ratio(_running(errors, values.shape[1], 4), step, 0.05),
        long,
        volatility,
        *(np.maximum(volatility - np.log(knot), 0.0) for knot in KNOTS),
    ]
    horizons = np.log(np.arange(1, apart.shape[2] + 1))
    names = FEATURES if periods_per_year == 1 else FEATURES_WITHIN_YEAR
    out = np.ones((len(names), *apart.shape))  # a feature lies in one piece: read one by one
    out[1] = horizons
    out[2] = trust[:, None] * _log_ratio(apart, step[:, :, None], 0.02)
    for place, feature in enumerate(still, start=3):
        out[place] = feature[:, :, None]
    if periods_per_year == 1:
        out[-3] = trust[:, None] * _log_ratio(mostly, step[:, :, None], 0.02)
        out[-2] = long[:, :, None] * horizons
        out[-1] = out[names.index("one_step_errors")] * horizons
    else:
        out[-2] = persistence(values, step, periods_per_year)[:, :, None]
        out[-1] = out[-2] * horizons
    return np.moveaxis(out, 0, -1)


def persistence(values: Array, step: Array, periods_per_year: int) -> Array:
    """Return the power of time by which changes grow from a period to a year. [n, t]

    0 where steps cancel (noise about a level), a half for a random walk, 1 where they add up.

    Args:
        values: [n, t]
        step: Typical step so far. [n, t]
        periods_per_year: Above 1.
    """
    year = periods_per_year
    change = np.zeros_like(values)
    change[:, year:] = np.abs(values[:, year:] - values[:, :-year])
    power = _log_ratio(_running(change, values.shape[1], year), step, 0.05) / np.log(year)
    years = np.maximum(np.arange(values.shape[1]) - year + 1, 0) / year
    trust = years / (years + RATIO_DOUBT)
    return np.asarray(NEUTRAL + trust * (np.clip(power, -0.5, 1.5) - NEUTRAL))


def group_of(values: Array) -> NDArray[np.int64]:
    """Return each origin's volatility group, 0 the calmest. [n, t]

    Borders are fixed shares of the level, so no series moves another's group.

    Args:
        values: [n, t]
    """
    level = np.maximum(np.abs(values), 1e-290)
    with np.errstate(over="ignore"):
        return np.asarray(np.searchsorted(GROUP_BORDERS, typical_step(values) / level))


def scale(values: Array, known: Array, coefficients: Array) -> Array:
    """Return the scale of errors at every origin and horizon, in the series' unit. [n, t, h]

    Args:
        values: [n, t]
        known: ``features``. [n, t, h, feature]
        coefficients: [feature]
    """
    told = np.zeros(known.shape[:-1])
    for place, coefficient in enumerate(coefficients):  # in order: the same digits in any batch
        told = told + coefficient * known[..., place]
    return typical_step(values)[:, :, None] * np.exp(np.clip(told, -6.0, 6.0))


def _log_ratio(part: Array, step: Array, floor: float) -> Array:
    return np.asarray(np.log(np.clip(part / step, floor, 1e3)))


def _running(values: Array, window: int, first: int) -> Array:
    """Return the mean of the last ``window`` values so far, from index ``first`` on. [n, t]"""
    kept = np.where(np.arange(values.shape[1]) >= first, values, 0.0)
    total = np.cumsum(kept, axis=1)
    before = np.zeros_like(total)
    before[:, window:] = total[:, :-window] if window < total.shape[1] else 0.0
    time = np.arange(values.shape[1])
    number = np.minimum(time - first + 1, window)
    return np.asarray((total - before) / np.maximum(number, 1))


def _scatter(steps: Array) -> Array:
    """Return the s.d. of the steps so far. [n, t]"""
    number = np.maximum(np.arange(steps.shape[1]), 1)
    mean = np.cumsum(steps, axis=1) / number
    square = np.cumsum(steps * steps, axis=1) / number
    return np.asarray(np.sqrt(np.maximum(square - mean * mean, 0.0)))
