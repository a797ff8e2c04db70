r"""Where growth curves stand, many side by side: squares, slopes, curvature, ceilings profiled out.

Seen from the last value, :math:`\tau` periods back, both curves are functions of one distance,

.. math:: g = \frac{1}{1+b} \text{ (logistic)}, \quad g = e^{-b} \text{ (Gompertz)}, \qquad
    b = e^{w}\,(e^{k\tau} - 1),

times the level of the last value: :math:`e^w` is the share of the ceiling still missing there
(logistic), or the logarithm of ceiling over level (Gompertz). For given :math:`(w, \ln k)` the
level is linear and drops out. Values lie one period apart, so that :math:`e^{k\tau}` is a product
from one to the next.

Arrays are [time, series], so that sums over time add whole rows. Every series is computed by
itself: company changes no byte. Where series stand is one array [7, series]: level of the last
value, squares, half their slopes in w and ln k, and the Gauss–Newton matrix (ww, wk, kk).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Shape = Literal["logistic", "gompertz"]

FARTHEST: Final = {"logistic": 300.0, "gompertz": float(np.log(690.0))}
"""Logarithms of b + exp(w) are cut here: what is beyond is zero."""

SOUND: Final = 0.05
"""Newton's matrix is sound where it is at least this share of Gauss and Newton's."""


class Valley:
    """Buffers and sums of one shape at one length of history."""

    def __init__(self, shape: Shape, back: Array, size: int, *, exact: bool = False) -> None:
        """Reserve room for some series.

        Args:
            shape: Which curve.
            back: How far each value lies back: down to zero by ones, then the ceiling's. [t]
            size: How many series.
            exact: Newton's matrix instead of Gauss and Newton's, wherever it is sound: dearer, and
                sure to arrive where residuals are large.
        """
        self.shape, self.exact = shape, exact
        self.back = back
        self.ahead = -np.maximum(back, 0.0)[:, None]
        self.oldest = int(back.max())
        self.room = np.empty((4, len(back), size))

    def curve(self, w: Array, log_k: Array) -> tuple[Array, Array, Array]:
        """Return g and its slopes in w and ln k; the next call overwrites them. [t, n] each

        With a for exp(w + k tau), both slopes are g' times something: b and a k tau.
        """
        g, slope_w, slope_k, steep = self.room[:, :, : len(w)]
        a = self._grown(w, log_k, out=slope_k)
        if self.shape == "logistic":
            np.subtract(a, np.expm1(w), out=g)
            np.divide(1, g, out=g)
            np.multiply(g, g, out=steep)
            np.subtract(steep, g, out=slope_w)
        else:
            np.subtract(np.exp(w), a, out=slope_w)
            steep = np.exp(slope_w, out=g)
            slope_w *= g
        a *= self.ahead
        a *= steep
        a *= np.exp(log_k)
        return g, slope_w, slope_k

    def _grown(self, w: Array, log_k: Array, out: Array) -> Array:
        """Return exp(w + k tau), period by period; at a time without end it is zero. [t, n]"""
        now, k = np.exp(w), np.exp(log_k)
        growth, cut = np.exp(k), np.max(w + k * self.oldest) > FARTHEST[self.shape]
        most = np.exp(FARTHEST[self.shape])
        out[self.oldest + 1 :] = 0.0
        out[self.oldest] = now
        for row in range(self.oldest, 0, -1):
            now = np.multiply(now, growth, out=out[row - 1])
            if cut:
                np.minimum(now, most, out=now)
        return out

    def look(self, values: Array, roots: Array | None, w: Array, log_k: Array) -> Array:
        """Return where series stand. [7, n]

        Args:
            values: Times the roots of their weights. [t, n]
            roots: Of the weights; none if all are one. [t, n]
            w: Parameter. [n]
            log_k: Parameter. [n]
        """
        g, by_w, by_k = self.curve(w, log_k)
        if roots is not None:
            g *= roots
            by_w *= roots
            by_k *= roots
        here = np.empty((7, len(w)))
        gg = dot(g, g)
        here[0] = np.maximum(dot(g, values) / np.maximum(gg, 1e-300), 0.0)
        residual = np.multiply(g, here[0], out=self.room[3, :, : len(w)])
        np.subtract(values, residual, out=residual)
        pairs = (
            (residual, residual),
            (residual, by_w),
            (residual, by_k),
            (by_w, by_w),
            (by_w, by_k),
            (by_k, by_k),
        )
        for row, (one, other) in zip(here[1:], pairs, strict=True):
            np.einsum("tn,tn->n", one, other, out=row)
        along = dot(g, by_w), dot(g, by_k)
        if not self.exact:
            profile(here, gg, *along)
            return here
        bend = self._bend(here, (gg, *along), (residual, g, by_w, by_k), log_k)
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
        g'' b_x b_y + g' b_xy, and all of it can be had from g and its slopes.
        """
        residual, g, by_w, by_k = parts
        gg, gw, gk = along
        level, _, rw, rk = here[:4]
        weighted = residual / np.maximum(g, 1e-300)
        weighted *= 2.0 if self.shape == "logistic" else 1.0
        wide = np.maximum(gg, 1e-300)
        turn = self.ahead * np.exp(log_k)
        return np.stack([
            (2 * level * gw - rw) * rw / wide - level * (rw + dot(weighted * by_w, by_w)),
            (level * (gw * rk + gk * rw) - rw * rk) / wide
            - level * (rk + dot(weighted * by_w, by_k)),
            (2 * level * gk - rk) * rk / wide
            - level * (rk + dot(weighted * by_k, by_k) - dot(residual * turn, by_k)),
        ])  # fmt: skip


def profile(here: Array, gg: Array, gw: Array, gk: Array) -> None:
    """Take from plain sums what the level, free at every step, takes up.

    Args:
        here: Level, squares, residuals times slopes, slopes times slopes; changed. [7, n]
        gg: The curve times itself. [n]
        gw: The curve times its slope in w. [n]
        gk: The curve times its slope in ln k. [n]
    """
    gg = np.maximum(gg, 1e-300)
    share = gw / gg
    here[2:4] *= -here[0]
    here[4] -= share * gw
    here[5] -= share * gk
    here[6] -= gk * gk / gg
    here[4:] *= here[0] * here[0]


def dot(a: Array, b: Array) -> Array:
    """Return sums over time of products. [n]"""
    return np.asarray(np.einsum("tn,tn->n", a, b))
