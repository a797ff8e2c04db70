r"""The dynamic Theta model of many series at every origin in one walk through time.

J. A. Fiorucci and others, "Models for optimising the theta method", International Journal of
Forecasting 32, 2016. With the level :math:`l_t = \alpha y_t + (1 - \alpha) l_{t-1}` and the least
squares line :math:`A_t + B_t t` of the values so far,

.. math:: \hat y_{t+h} = l_t + (1 - 1/\theta)\Bigl[(1-\alpha)^t A_t
    + \bigl(h - 1 + (1 - (1-\alpha)^{t+1})/\alpha\bigr) B_t\Bigr].

As in ``smoothing``, the start of the level is a least squares value at each origin, and
:math:`(\alpha, \theta)` are averaged over a grid by their likelihood.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.smoothing import ALPHAS, FLOOR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

THETAS: Final = (1.0, 1.3, 2.0, 4.0, 20.0)
"""Grid of theta: 1 is simple smoothing, 2 the standard model, 20 nearly a whole trend."""


def dynamic_theta(values: Array, steps: int) -> Array:
    """Return what the Theta model says at every origin. [n, t, h]

    Args:
        values: One series a row, left-aligned, finite. [n, t]
        steps: Horizons wanted.
    """
    alpha, theta = np.array(list(product(ALPHAS, THETAS))).T
    share = 1 - 1 / theta
    shifted = values - values[:, :1]
    intercept, slope = lines(shifted)
    leaps = np.cumsum(np.diff(shifted, axis=1, prepend=0.0) ** 2, axis=1)
    level = said = np.zeros((len(values), len(alpha)))
    squares, cross, normal = np.zeros_like(level), np.zeros_like(level), np.zeros(len(alpha))
    unit = np.ones(len(alpha))
    paths = np.zeros((*values.shape, steps))
    for t in range(values.shape[1]):
        now = shifted[:, t, None]
        error = now - said
        squares, cross = squares + error * error, cross + unit * error
        normal, unit = normal + unit * unit, (1 - alpha) * unit
        level = level + alpha * (now - level)
        rise = share * slope[:, t, None]
        held = (1 - (1 - alpha) ** (t + 2)) / alpha
        said = level + share * (1 - alpha) ** (t + 1) * intercept[:, t, None] + rise * held
        start = cross / normal
        weight = _likelihood(squares - start * cross, FLOOR * leaps[:, t, None], t + 1)
        base = (weight * (said + start * unit)).sum(axis=1)
        climb = (weight * rise).sum(axis=1)
        paths[:, t] = (values[:, 0] + base)[:, None] + climb[:, None] * np.arange(steps)
    return paths


def _likelihood(sse: Array, floor: Array, count: int) -> Array:
    """Return weights of the grid that sum to one. [n, g]"""
    score = -0.5 * count * np.log(np.maximum(sse, floor + 1e-280))
    raw = np.exp(score - score.max(axis=1)[:, None])
    return np.asarray(raw / raw.sum(axis=1)[:, None])


def lines(values: Array) -> tuple[Array, Array]:
    """Return intercept and slope of the least squares line through the values so far.

    Time runs 1, 2, …; a lone value has slope zero.

    Args:
        values: [n, t]

    Returns:
        Intercepts and slopes. [n, t] each
    """
    time = np.arange(1, values.shape[1] + 1, dtype=float)
    mean_time = (time + 1) / 2
    spread = time * (time * time - 1) / 12
    total = np.cumsum(values, axis=1)
    moment = np.cumsum(values * time, axis=1)
    slope = (moment - mean_time * total) / np.maximum(spread, 0.5)
    return total / time - slope * mean_time, slope
