r"""Steps of growth curves towards their least squares, along the valley and within its bounds.

Steps in w and ln k are Gauss and Newton's on the projected curve, in the end Newton's, damped where
they fail (K. Levenberg, Quarterly of Applied Mathematics 2, 1944). A step is taken along the curved
valley in which :math:`b` at one observation stays: there, growth without end and a step between two
observations are limits reached in a few steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.curve_valley import Array

LEAST_RATE, MOST_RATE = 1e-5, 40.0
"""Bounds of k, per period: a straight line or an exponential; a step between two observations."""

LOWEST, HIGHEST = float(np.log(LEAST_RATE)), float(np.log(MOST_RATE))
"""The same of its logarithm."""

MOST_MISSING: Final = {"logistic": -1e-9, "gompertz": float(np.log(300.0))}
"""Bound of w: the ceiling is a thousand million times the last level, or e to the 300th: beyond,
squares no longer tell growth with a ceiling from growth without."""

REACH: Final = (2.0, 1.5)
"""Longest step: in the logarithm of b where the curve turns, in the logarithm of k."""

RIDGE: Final = 1e-12
"""Least damping: what the squares tell apart by less is rounding."""

LEAST: Final = 1e-140
"""Stands in for a curvature of zero."""


def direction(
    here: Array, damping: Array, w: Array, log_k: Array, top: float
) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Return the damped step in w and ln k, what it promises, and where it ends at the bound."""
    down_w, down_k, ww, wk, kk = here[2:]
    more = 1 + (damping + RIDGE)
    ww, kk = ww * more + LEAST, kk * more + LEAST
    det = np.maximum(ww * kk - wk * wk, RIDGE * ww * kk)
    step_w = (wk * down_k - kk * down_w) / det
    step_k = (wk * down_w - ww * down_k) / det
    gap = top - w
    ends = (step_w > gap) & (gap < 1)
    if ends.any():
        step_k = np.where(ends, -(down_k + wk * gap) / kk, step_k)
        step_w = np.where(ends, gap, step_w)
    held = ((log_k >= HIGHEST) & (step_k > 0)) | ((log_k <= LOWEST) & (step_k < 0))
    if held.any():
        step_w = np.where(held, np.minimum(-down_w / ww, gap), step_w)
        step_k = np.where(held, 0.0, step_k)
    return step_w, step_k, -(down_w * step_w + down_k * step_k), ends


def moved(
    w: Array,
    log_k: Array,
    step: tuple[Array, Array],
    ends: NDArray[np.bool_],
    top: float,
    oldest: float,
) -> tuple[Array, Array]:
    """Return parameters after a step along the valley."""
    step_w, step_k = step
    pivot, log_b, lean = turning(w, log_k, oldest)
    rise = step_w + lean * step_k
    short = np.maximum(np.maximum(np.abs(rise) / REACH[0], np.abs(step_k) / REACH[1]), 1.0)
    new_w, new_k = placed(pivot, log_b + rise / short, log_k + step_k / short, top)
    if ends.any():
        straight = np.clip(log_k + np.clip(step_k, -REACH[1], REACH[1]), LOWEST, HIGHEST)
        new_k = np.where(ends, straight, new_k)
        new_w = np.where(ends, top, new_w)
    return new_w, new_k


def turning(w: Array, log_k: Array, oldest: float) -> tuple[Array, Array, Array]:
    """Return the valley's own coordinates. [n] each

    How far back the observation nearest to b = 1 lies, where the curve turns; ln b there; and how
    much ln b rises with ln k.
    """
    k = np.exp(log_k)
    pivot = np.clip(np.rint(_softly(-w) / k), 1.0, oldest)
    turn = pivot * k
    bend = -np.expm1(-turn)
    return pivot, w + turn + np.log(bend), turn / bend


def placed(pivot: Array, log_b: Array, log_k: Array, top: float) -> tuple[Array, Array]:
    """Return w and ln k of some ln b at the pivot, within their bounds."""
    log_k = np.clip(log_k, LOWEST, HIGHEST)
    turn = pivot * np.exp(log_k)
    w = log_b - turn - np.log(-np.expm1(-turn))
    over = w > top
    if over.any():
        steep = np.log(_softly(log_b - top) / pivot)
        log_k = np.where(over, np.clip(steep, LOWEST, HIGHEST), log_k)
        w = np.where(over, top, w)
    return w, log_k


def _softly(x: Array) -> Array:
    """Return log(1 + exp(x))."""
    return np.maximum(x, np.log1p(np.exp(np.minimum(x, 40.0))))
