"""Replicates of fitted series descend from where a polynomial around the series' curve tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.curve_descent import Effort, descend
from forecast.growth.panel.curve_series import filled
from forecast.growth.panel.curve_steps import HIGHEST, LOWEST, MOST_MISSING, placed, turning
from forecast.growth.panel.curve_surrogate import foreseen
from forecast.growth.panel.curve_valley import Valley

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.curve_series import Series
    from forecast.growth.panel.curve_valley import Array, Shape

BRISK: Final = float(np.log(5.0))
"""Replicates start from no faster rate: a step between two values has no slope that leads on."""


def again(
    block: Series, shape: Shape, c: Array, k: Array, effort: Effort
) -> tuple[Array, Array, Array, Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what ``Found`` holds of replicates, from their series' curves.

    Args:
        block: Replicates, all of one series beside each other. [n replicates]
        shape: Which curve.
        c: Of the series. [n]
        k: Of the series. [n]
        effort: How far to go.
    """
    each = block.count // len(c)
    falling = k < 0
    valley = Valley(shape, block.back, block.count)
    w, log_k = _own(valley, np.where(falling, c, c + k * (1 - block.length)), np.abs(k))
    every = np.repeat(falling, each)
    values, roots = block.turned(every, slice(None))
    *start, squares = foreseen(valley, values, roots, w, log_k)
    here = valley.look(values, roots, *start)
    lost = np.flatnonzero(here[1] > squares)
    if len(lost):
        lost = filled(lost)
        start[0][lost], start[1][lost] = w[lost // each], log_k[lost // each]
        own = values[:, lost], None if roots is None else roots[:, lost]
        here[:, lost] = valley.look(*own, start[0][lost], start[1][lost])
    w, log_k, here, moving = descend(valley, values, roots, (start[0], start[1]), effort, here)
    return w, log_k, here[0], here[1], every, moving


def _own(valley: Valley, odds: Array, k: Array) -> tuple[Array, Array]:
    """Return w and ln k of series, no faster than replicates start from. [n]

    Args:
        valley: Shape and times.
        odds: c - k t at the last value. [n]
        k: Rate, not below zero. [n]
    """
    top = MOST_MISSING[valley.shape]
    w = np.minimum(-np.logaddexp(0.0, -odds) if valley.shape == "logistic" else odds, top)
    log_k = np.clip(np.log(k), LOWEST, HIGHEST)
    fast = log_k > BRISK
    if not fast.any():
        return w, log_k
    pivot, log_b, _ = turning(w, log_k, valley.oldest)
    slower = placed(pivot, log_b, np.minimum(log_k, BRISK), top)
    return np.where(fast, slower[0], w), np.where(fast, slower[1], log_k)
