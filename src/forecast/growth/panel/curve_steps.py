r"""Descent to the least squares of many growth curves side by side, ceilings profiled out.

Seen from the last value, :math:`\tau` periods back, both curves are functions of one distance,

.. math:: g = \frac{1}{1+b} \text{ (logistic)}, \quad g = e^{-b} \text{ (Gompertz)}, \qquad
    b = e^{w}\,(e^{k\tau} - 1),

times the level of the last value: :math:`e^w` is the share of the ceiling still missing there
(logistic), or the logarithm of ceiling over level (Gompertz). For given :math:`(w, \ln k)` the
level is linear and drops out; steps in the two that stay are Gauss and Newton's on the projected
curve, in the end Newton's, damped where they fail (K. Levenberg, Quarterly of Applied Mathematics
2, 1944). A step is taken along the curved valley in which :math:`b` at one observation stays:
there, growth without end and a step between two observations are limits reached in a few steps.

Arrays are [time, series], so that sums over time add whole rows, and a series that has converged
leaves. Every series is computed by itself: company changes no byte. Where series stand is one
array [7, series]: level of the last value, squares, half their slopes in w and ln k, and the
Gauss–Newton matrix (ww, wk, kk).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Shape = Literal["logistic", "gompertz"]

LEAST_RATE, MOST_RATE = 1e-5, 40.0
"""Bounds of k, per period: a straight line or an exponential; a step between two observations."""

MOST_MISSING: Final = {"logistic": -1e-9, "gompertz": float(np.log(300.0))}
"""Bound of w: the ceiling is a thousand million times the last level, or e to the 300th: beyond,
squares no longer tell growth with a ceiling from growth without."""

FARTHEST: Final = {"logistic": 300.0, "gompertz": float(np.log(690.0))}
"""Logarithms of b + exp(w) are cut here: what is beyond is zero."""

REACH: Final = (2.0, 1.5)
"""Longest step: in the logarithm of b where the curve turns, in the logarithm of k."""

SOUND: Final = 0.05
"""Newton's matrix is sound where it is at least this share of Gauss and Newton's."""

RIDGE: Final = 1e-12
"""Least damping: what the squares tell apart by less is rounding."""

LEAST: Final = 1e-140
"""Stands in for a curvature of zero."""

LOWEST, HIGHEST = float(np.log(LEAST_RATE)), float(np.log(MOST_RATE))


class Valley:
    """Buffers and sums of one shape at one length of history."""

    def __init__(self, shape: Shape, back: Array, size: int, *, exact: bool = False) -> None:
        """Reserve room for some series.

        Args:
            shape: Which curve.
            back: How far each value lies back. [t]
            size: How many series.
            exact: Newton's matrix instead of Gauss and Newton's, wherever it is sound: dearer, and
                sure to arrive where residuals are large.
        """
        self.shape, self.exact = shape, exact
        self.back = back[:, None]
        self.room = np.empty((5, len(back), size))

    def curve(self, w: Array, log_k: Array) -> tuple[Array, Array, Array]:
        """Return g and its falls in w and ln k; the next call overwrites them. [t, n] each"""
        turn, over, b, g, fall = self.room[:, :, : len(w)]
        np.multiply(self.back, np.exp(log_k), out=turn)
        np.add(turn, w, out=over)
        np.minimum(over, FARTHEST[self.shape], out=over)
        np.exp(over, out=over)
        np.subtract(over, np.exp(w), out=b)
        if self.shape == "logistic":
            np.add(b, 1, out=g)
            np.divide(1, g, out=g)
            steep = np.multiply(g, g, out=fall)
        else:
            np.negative(b, out=g)
            steep = np.exp(g, out=g)
        turn *= over
        fall_k = np.multiply(turn, steep, out=over)
        fall = np.multiply(steep, b, out=fall)
        return g, fall, fall_k

    def look(self, values: Array, roots: Array | None, w: Array, log_k: Array) -> Array:
        """Return where series stand. [7, n]

        Args:
            values: Times the roots of their weights. [t, n]
            roots: Of the weights; none if all are one. [t, n]
            w: Parameter. [n]
            log_k: Parameter. [n]
        """
        g, fall_w, fall_k = self.curve(w, log_k)
        if roots is not None:
            g *= roots
            fall_w *= roots
            fall_k *= roots
        here = np.empty((7, len(w)))
        gg = dot(g, g)
        here[0] = np.maximum(dot(g, values) / np.maximum(gg, 1e-300), 0.0)
        residual = np.multiply(g, here[0], out=self.room[0, :, : len(w)])
        np.subtract(values, residual, out=residual)
        pairs = (
            (residual, residual),
            (residual, fall_w),
            (residual, fall_k),
            (fall_w, fall_w),
            (fall_w, fall_k),
            (fall_k, fall_k),
        )
        for row, (one, other) in zip(here[1:], pairs, strict=True):
            np.einsum("tn,tn->n", one, other, out=row)
        along = dot(g, fall_w), dot(g, fall_k)
        if not self.exact:
            profile(here, gg, *along)
            return here
        bend = self._bend(here, (gg, *along), (residual, g, fall_w, fall_k), log_k)
        profile(here, gg, *along)
        ww, wk, kk = here[4:] + bend
        det = here[4] * here[6] - here[5] ** 2
        sound = (ww > SOUND * here[4]) & (kk > SOUND * here[6]) & (ww * kk - wk**2 > SOUND * det)
        here[4:] = np.where(sound, here[4:] + bend, here[4:])
        return here

    def _bend(
        self,
        here: Array,
        along: tuple[Array, Array, Array],
        parts: tuple[Array, Array, Array, Array],
        log_k: Array,
    ) -> Array:
        """Return what second derivatives add to the Gauss–Newton matrix. [3, n]

        With g' and g'' the derivatives of g by b, the curve's second derivatives are
        g'' b_x b_y + g' b_xy, and all of it can be had from g and its falls.
        """
        residual, g, fall_w, fall_k = parts
        gg, gw, gk = along
        level, _, down_w, down_k = here[:4]
        weighted = residual / np.maximum(g, 1e-300)
        weighted *= 2.0 if self.shape == "logistic" else 1.0
        wide = np.maximum(gg, 1e-300)
        turn = np.maximum(self.back, 0.0) * np.exp(log_k)
        return np.stack([
            level * (down_w - dot(weighted * fall_w, fall_w))
            + (2 * level * gw - down_w) * down_w / wide,
            level * (down_k - dot(weighted * fall_w, fall_k))
            + (level * (gw * down_k + gk * down_w) - down_w * down_k) / wide,
            level * (down_k + dot(residual * turn, fall_k) - dot(weighted * fall_k, fall_k))
            + (2 * level * gk - down_k) * down_k / wide,
        ])  # fmt: skip


def profile(here: Array, gg: Array, gw: Array, gk: Array) -> None:
    """Take from plain sums what the level, free at every step, takes up.

    Args:
        here: Level, squares, residuals times falls, falls times falls; changed. [7, n]
        gg: The curve times itself. [n]
        gw: The curve times its fall in w. [n]
        gk: The curve times its fall in ln k. [n]
    """
    gg = np.maximum(gg, 1e-300)
    share = gw / gg
    here[2:4] *= here[0]
    here[4] -= share * gw
    here[5] -= share * gk
    here[6] -= gk * gk / gg
    here[4:] *= here[0] * here[0]


def shared(valley: Valley, values: Array, w: Array, log_k: Array) -> Array:
    """Return where replicates stand at the curve of their series: products, no exponentials.

    Args:
        valley: Shape and times.
        values: Replicates, all of one series beside each other. [t, n replicates]
        w: Of the series. [n]
        log_k: Of the series. [n]
    """
    parts = np.stack(valley.curve(w, log_k))
    own = np.repeat(np.einsum("atn,btn->abn", parts, parts), values.shape[1] // len(w), axis=2)
    by_series = values.reshape(len(values), len(w), -1).transpose(1, 0, 2)
    along = np.matmul(parts.transpose(2, 0, 1), by_series).transpose(1, 0, 2).reshape(3, -1)
    here = np.empty((7, values.shape[1]))
    here[0] = np.maximum(along[0] / np.maximum(own[0, 0], 1e-300), 0.0)
    # a difference of sums, rounded up: the first step is judged by the sum of the differences
    squares = dot(values, values)
    here[1] = np.maximum(squares - here[0] * along[0], 0.0) + 1e-13 * squares
    here[2:4] = along[1:] - here[0] * own[0, 1:]
    here[4], here[5], here[6] = own[1, 1], own[1, 2], own[2, 2]
    profile(here, own[0, 0], own[0, 1], own[0, 2])
    return here


def dot(a: Array, b: Array) -> Array:
    """Return sums over time of products. [n]"""
    return np.asarray(np.einsum("tn,tn->n", a, b))


def _softly(x: Array) -> Array:
    """Return log(1 + exp(x))."""
    return np.maximum(x, np.log1p(np.exp(np.minimum(x, 40.0))))


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
    """Return parameters after a step along the valley.

    The step keeps its effect on b at the observation nearest to b = 1, where the curve turns.
    """
    step_w, step_k = step
    k = np.exp(log_k)
    pivot = np.clip(np.rint(_softly(-w) / k), 1.0, oldest)
    turn = pivot * k
    bend = -np.expm1(-turn)
    rise = step_w + turn / bend * step_k
    short = np.maximum(np.maximum(np.abs(rise) / REACH[0], np.abs(step_k) / REACH[1]), 1.0)
    log_b = w + turn + np.log(bend) + rise / short
    new_k = np.clip(log_k + step_k / short, LOWEST, HIGHEST)
    turn = pivot * np.exp(new_k)
    new_w = log_b - turn - np.log(-np.expm1(-turn))
    over = new_w > top
    if over.any():
        steep = np.log(_softly(log_b - top) / pivot)
        new_k = np.where(over, np.clip(steep, LOWEST, HIGHEST), new_k)
        new_w = np.where(over, top, new_w)
    if ends.any():
        straight = np.clip(log_k + np.clip(step_k, -REACH[1], REACH[1]), LOWEST, HIGHEST)
        new_k = np.where(ends, straight, new_k)
        new_w = np.where(ends, top, new_w)
    return new_w, new_k
