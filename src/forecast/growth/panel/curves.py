r"""Growth curves of thousands of series at once, without local minima and without a compiler.

A curve is a ceiling times a shape with two parameters,

.. math:: y_t \approx L\, f(t; c, k), \qquad
    f = \frac{1}{1 + e^{c - k t}} \text{ (logistic)}, \qquad
    f = e^{-e^{c - k t}} \text{ (Gompertz)}.

For given :math:`(c, k)` the ceiling is a weighted least squares value in closed form, so only two
parameters are searched (variable projection: G. H. Golub and V. Pereyra, SIAM Journal on Numerical
Analysis 10, 1973; the Jacobian is that of L. Kaufman, BIT 15, 1975). The start is the best cell of
a grid, found for all series by matrix products; Levenberg and Marquardt's steps then run on all
series side by side, each with its own damping. A weight of zero is a gap. A prior on the ceiling
is one more observation: :math:`L` equals ``prior_ratio`` times the largest value, with a weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Shape = Literal["logistic", "gompertz"]

RATES: Final = np.geomspace(0.01, 2.5, 22)
"""Growth rates of the grid, per period."""

MIDDLES: Final = np.linspace(-1.0, 2.5, 30)
"""Points of inflection of the grid, in lengths of the history from its first value."""

LEAST_SHIFT: Final = -40.0
"""Bound of c: beyond it the first value is the ceiling."""

RATE_LIMITS: Final = (1e-4, 6.0)
"""Bounds of k: beyond them the curve is a straight line or a step."""

EARLIEST: Final = {"logistic": 9.0, "gompertz": 2.2}
"""Bound of c - k t at the last value: there the ceiling is 8,000 times the curve, and more is
not to be told from growth without end."""

EXPONENT: Final = 80.0
"""Exponents are cut here: what is beyond is zero or one."""

BLOCK: Final = 1_024
"""Series in one block: its arrays stay in the cache."""

STOP: Final = 1e-10
"""A series is done when a step lowers its squares by less than this share."""


@dataclass(frozen=True)
class Curves:
    """Fitted curves. [n] each

    Attributes:
        shape: ``logistic`` or ``gompertz``.
        ceiling: In the series' unit.
        c: Shift.
        k: Rate. [1/period]
        squares: Weighted sum of squared residuals, the prior's included.
    """

    shape: Shape
    ceiling: Array
    c: Array
    k: Array
    squares: Array

    def at(self, times: Array) -> Array:
        """Return the curves at some times, counted from the first value. [n, time]"""
        return np.asarray(self.ceiling[:, None] * _basis(self.shape, self.c, self.k, times)[0])


@dataclass(frozen=True)
class Prior:
    """What is believed of a ceiling before the data.

    Attributes:
        ratio: Ceiling over largest value.
        weight: How many observations it is worth; zero is no prior.
    """

    ratio: float = 2.0
    weight: float = 0.0


NO_PRIOR: Final = Prior()


def fit_curves(
    values: Array,
    shape: Shape,
    *,
    weights: Array | None = None,
    prior: Prior = NO_PRIOR,
    start: Curves | None = None,
    iterations: int = 200,
) -> Curves:
    """Return the least squares curve of every series.

    Args:
        values: One series a row; where the weight is zero anything finite. [n, t]
        shape: Which curve.
        weights: At least zero; ones if not given. [n, t]
        prior: On the ceiling.
        start: Curves to start from, one a series (replicates of a fitted series); else the grid.
        iterations: Steps at most. Six do for replicates that start from their base fit.
    """
    given = np.ones_like(values) if weights is None else weights.astype(values.dtype)
    parts = []
    for first in range(0, len(values), BLOCK):
        here = slice(first, first + BLOCK)
        block = _Block(values[here], given[here], shape, prior)
        if start is None:
            block.search()
        else:
            block.c = start.c[here].astype(values.dtype)
            block.k = start.k[here].astype(values.dtype)
        parts.append(block.descend(iterations))
    joined = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Curves(shape, *joined)


def _basis(shape: Shape, c: Array, k: Array, times: Array) -> tuple[Array, Array]:
    """Return f and −∂f/∂c. [n, t] each"""
    power = c[:, None] - k[:, None] * times
    np.clip(power, -EXPONENT, EXPONENT, out=power)
    np.exp(power, out=power)
    if shape == "logistic":
        f = 1 / (1 + power)
        return f, f * (1 - f)
    f = np.exp(-power)
    power *= f
    return f, power


class _Block:
    """Some series being fitted; all arrays are [n] or [n, t]."""

    def __init__(self, values: Array, weights: Array, shape: Shape, prior: Prior) -> None:
        self.shape: Shape = shape
        self.times = np.arange(values.shape[1], dtype=values.dtype)
        self.powers = np.stack([self.times**p for p in range(3)], axis=1)
        self.plain = bool((weights == 1).all())
        known = values if self.plain else np.where(weights > 0, values, 0)
        self.top = np.maximum(np.abs(known).max(axis=1), np.finfo(values.dtype).tiny)
        self.values = known / self.top[:, None]
        self.weights = weights
        self.prior = prior
        self.c = self.k = np.zeros(len(values))

    def search(self) -> None:
        """Start every series from the best cell of the grid."""
        length = len(self.times)
        rate, middle = (g.ravel() for g in np.meshgrid(RATES, MIDDLES * length, indexing="ij"))
        shift = self._bounded(rate * middle, rate)
        f = _basis(self.shape, shift, rate, self.times)[0]
        weighted = self.values if self.plain else self.weights * self.values
        cross = weighted @ f.T + self.prior.weight * self.prior.ratio
        squared = (f * f).sum(axis=1) if self.plain else self.weights @ (f * f).T
        gain = cross * cross
        gain /= squared + self.prior.weight + 1e-12
        gain[cross <= 0] = -1.0
        best = gain.argmax(axis=1)
        self.c, self.k = shift[best], rate[best]

    def _bounded(self, c: Array, k: Array) -> Array:
        """Return c within its bounds at some rates."""
        return np.clip(c, LEAST_SHIFT, k * self.times[-1] + EARLIEST[self.shape])

    def descend(self, iterations: int) -> tuple[Array, Array, Array, Array]:
        """Take Levenberg–Marquardt steps; return ceiling, c, k and squares."""
        size = len(self.c)
        damping = np.full(size, 1e-3, dtype=self.values.dtype)
        c, k = self.c.astype(self.values.dtype), self.k.astype(self.values.dtype)
        ceiling, squares, gradient, normal = self._sums(c, k, slice(None))
        active: NDArray[np.int64] | slice = slice(None)
        for _ in range(iterations):
            if not isinstance(active, slice) and not len(active):
                break
            step_c, step_k = _step(gradient[:, active], normal[:, active], damping[active])
            new_k = np.clip(k[active] + step_k, *RATE_LIMITS)
            new_c = self._bounded(c[active] + step_c, new_k)
            found = self._sums(new_c, new_k, active)
            better = found[1] < squares[active]
            gained = squares[active] - found[1]
            sure = damping[active] < 1e-2  # a small gain under heavy damping is no end
            done = better & sure & (gained <= STOP * (squares[active] + 1e-14))
            for old, new in zip((c, k, ceiling, squares), (new_c, new_k, *found[:2]), strict=True):
                old[active] = np.where(better, new, old[active])
            for old, new in ((gradient, found[2]), (normal, found[3])):
                old[:, active] = np.where(better, new, old[:, active])
            damping[active] *= np.where(better, 0.2, 6).astype(damping.dtype)
            going = ~done & (damping[active] < 1e9)
            if not going.all():
                active = (np.arange(size) if isinstance(active, slice) else active)[going]
        return ceiling * self.top, c, k, squares * self.top**2

    def _sums(
        self, c: Array, k: Array, rows: NDArray[np.int64] | slice
    ) -> tuple[Array, Array, Array, Array]:
        """Return ceiling, squares, gradient [2, n] and normal matrix [3, n] at some parameters."""
        values = self.values[rows]
        f, p = _basis(self.shape, c, k, self.times)
        wf, wp = (f, p) if self.plain else (self.weights[rows] * f, self.weights[rows] * p)
        ff = np.einsum("nt,nt->n", wf, f) + self.prior.weight
        fy = np.einsum("nt,nt->n", wf, values) + self.prior.weight * self.prior.ratio
        ceiling = np.maximum(fy / np.maximum(ff, 1e-30), 0.0)
        residual = values - ceiling[:, None] * f
        weighted = residual if self.plain else self.weights[rows] * residual
        squares = np.einsum("nt,nt->n", weighted, residual)
        squares += self.prior.weight * (ceiling - self.prior.ratio) ** 2
        pf = (wp * f) @ self.powers[:, :2]
        pp = (wp * p) @ self.powers
        pr = (weighted * p) @ self.powers[:, :2]
        # the model falls by L p in c and rises by L p t in k; both less their part along f
        gradient = np.stack([-ceiling * pr[:, 0], ceiling * pr[:, 1]])
        along = pf / np.maximum(ff, 1e-30)[:, None]
        scale = ceiling**2
        cc = scale * (pp[:, 0] - along[:, 0] * pf[:, 0])
        ck = -scale * (pp[:, 1] - along[:, 0] * pf[:, 1])
        kk = scale * (pp[:, 2] - along[:, 1] * pf[:, 1])
        return ceiling, squares, gradient, np.stack([cc, ck, kk])


def _step(gradient: Array, normal: Array, damping: Array) -> tuple[Array, Array]:
    """Return the damped Gauss–Newton step in c and k. [n] each"""
    cc, ck, kk = normal
    cc = cc * (1 + damping) + 1e-14
    kk = kk * (1 + damping) + 1e-14
    det = cc * kk - ck * ck
    det = np.where(np.abs(det) < 1e-35, 1e-35, det).astype(det.dtype)
    return (kk * gradient[0] - ck * gradient[1]) / det, (cc * gradient[1] - ck * gradient[0]) / det
