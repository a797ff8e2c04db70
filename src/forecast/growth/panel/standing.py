r"""How well each candidate has done so far in this very series.

At origin :math:`s` a candidate's standing is the mean of its absolute errors, in units of the
series' mean step and fading with age, over earlier origins whose targets lie at or before
:math:`s`. Nothing later counts, so the standing at a past origin is what a forecaster had there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FIRST_ORIGIN: Final = 6
"""Index of the first origin whose errors count: seven values are known there."""

NEAR: Final = 3
"""Horizons whose errors count, for years: the nearest tell candidates apart most surely."""

NEAR_WITHIN_YEAR: Final = 6
"""The same for quarters and months."""

MEMORY: Final = 0.9
"""What an error still counts one period later."""

WORST: Final = 50.0
"""Errors count up to this many steps, so that one explosion is not for ever."""


def mean_step(values: Array) -> Array:
    """Return the mean absolute step up to each origin; at the first value, zero. [n, t]"""
    steps = np.abs(np.diff(values, axis=1, prepend=values[:, :1]))
    return np.asarray(np.cumsum(steps, axis=1) / np.maximum(np.arange(values.shape[1]), 1))


def past_errors(
    paths: Array, values: Array, seen: NDArray[np.bool_], most: int = NEAR
) -> tuple[Array, Array]:
    """Return each candidate's mean scaled error so far, and how many origins' worth there are.

    Args:
        paths: Forecasts. [n, t, member, h]
        values: What happened. [n, t]
        seen: Which of ``values`` were observed. [n, t]
        most: Horizons whose errors count.

    Returns:
        Mean absolute errors [n, t, member] and counts in origins [n, t].
    """
    count, length, members, steps = paths.shape
    step = np.maximum(mean_step(values), 1e-300)
    near = min(most, steps)
    total = np.zeros((count, length, members))
    number = np.zeros((count, length))
    for h in range(1, near + 1):
        if length <= FIRST_ORIGIN + h:
            break
        origin = slice(FIRST_ORIGIN, length - h)
        target = slice(FIRST_ORIGIN + h, length)
        counts = seen[:, origin] & seen[:, target]
        error = np.abs(paths[:, origin, :, h - 1] - values[:, target, None])
        unit = step[:, origin, None]
        scaled = np.minimum(error, WORST * unit) / unit
        total[:, target] += np.where(counts[:, :, None], scaled, 0.0)
        number[:, target] += counts
    for t in range(1, length):
        total[:, t] += MEMORY * total[:, t - 1]
        number[:, t] += MEMORY * number[:, t - 1]
    return total / np.maximum(number, 1e-9)[:, :, None], number / near
