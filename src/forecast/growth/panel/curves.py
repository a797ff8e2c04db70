r"""Growth curves of thousands of series at once, without local minima and without a compiler.

A curve is a ceiling times a shape with two parameters,

.. math:: y_t \approx L\, f(t; c, k), \qquad
    f = \frac{1}{1 + e^{c - k t}} \text{ (logistic)}, \qquad
    f = e^{-e^{c - k t}} \text{ (Gompertz)}.

For given :math:`(c, k)` the ceiling is a weighted least squares value in closed form, so only two
parameters are searched (variable projection: G. H. Golub and V. Pereyra, SIAM Journal on Numerical
Analysis 10, 1973; the Jacobian is that of L. Kaufman, BIT 15, 1975). Series start from the best
cell of a grid, found by matrix products, and descend side by side; replicates of a fitted series
start from its curve, whose slopes they share. A weight of zero is a gap. A prior on the ceiling is
one more observation, at a time without end: :math:`L` equals ``ratio`` times the largest value.

Negative rates are falling curves. Where a history tells of no ceiling, the ceiling found is
absurdly high and says just that; a prior keeps it sane.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.curve_grid import back, grid, score, starts
from forecast.growth.panel.curve_steps import (
    HIGHEST,
    LOWEST,
    MOST_MISSING,
    Valley,
    descend,
    profile,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.curve_steps import Array, Shape

BLOCK_VALUES: Final = 131_072
"""Values in one block: enough to make a call worth its while, few enough for the cache."""

SCORED_AT_ONCE: Final = 256
"""Series scored on the grid at once: their scores stay in the cache."""

SURE: Final = 20.0
"""One start is enough for a curve that leaves this many times less than a flat line does,"""

GRADUAL: Final = 1.5
"""and turns no faster than this rate. [1/period]"""


@dataclass(frozen=True)
class Curves:
    """Fitted curves. [n], or [n, replicate], each

    Attributes:
        shape: ``logistic`` or ``gompertz``.
        ceiling: In the series' unit.
        c: Shift.
        k: Rate; negative for a falling curve. [1/period]
        squares: Weighted sum of squared residuals, the prior's included.
    """

    shape: Shape
    ceiling: Array
    c: Array
    k: Array
    squares: Array

    def at(self, times: Array) -> Array:
        """Return the curves at some times, counted from the first value. [..., time]"""
        odds = np.clip(self.c[..., None] - self.k[..., None] * times, -700.0, 700.0)
        f = 1 / (1 + np.exp(odds)) if self.shape == "logistic" else np.exp(-np.exp(odds))
        return np.asarray(self.ceiling[..., None] * f)


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
    values: Array, shape: Shape, *, weights: Array | None = None, prior: Prior = NO_PRIOR
) -> Curves:
    """Return the least squares curve of every series.

    Args:
        values: One series a row; where the weight is zero anything finite. [n, t]
        shape: Which curve.
        weights: At least zero; ones if not given. [n, t]
        prior: On the ceiling.
    """
    found = []
    for here in _blocks(len(values), values.shape[1]):
        block = _Series(values[here], None if weights is None else weights[here], prior)
        found.append(block.told(shape, _searched(block, shape)))
    return _joined(shape, found, values.shape[:1])


def refit_curves(
    replicates: Array, base: Curves, *, weights: Array | None = None, prior: Prior = NO_PRIOR
) -> Curves:
    """Return the least squares curves of replicates of fitted series, each [n, replicate].

    They start from their series' curve, and stay in its valley.

    Args:
        replicates: Of every series. [n, replicate, t]
        base: The series' own curves. [n]
        weights: Of the series' values, the same for all its replicates. [n, t]
        prior: On the ceiling.
    """
    count, each, length = replicates.shape
    found = []
    for here in _blocks(count, length * each):
        given = None if weights is None else np.repeat(weights[here], each, axis=0)
        block = _Series(replicates[here].reshape(-1, length), given, prior)
        found.append(block.told(base.shape, _again(block, base, here, each)))
    return _joined(base.shape, found, (count, each))


class _Series:
    """Some series to fit, scaled to at most one by powers of two. [t, n] each

    With a prior a last row follows: the ceiling believed in.
    """

    def __init__(self, values: Array, weights: Array | None, prior: Prior) -> None:
        self.length = values.shape[1]
        rows = np.array(values.T, order="C")
        if weights is not None:
            rows[weights.T <= 0] = 0.0
        largest = np.maximum(rows.max(axis=0), -rows.min(axis=0))
        self.scale = np.ldexp(1.0, np.clip(np.frexp(largest)[1], -1000, None))
        rows /= self.scale
        self.roots = None if weights is None else np.sqrt(np.maximum(weights.T, 0.0))
        if prior.weight:
            believed = prior.ratio * largest / self.scale
            rows = np.concatenate([rows, believed[None]])
            root = np.ones((self.length, len(values))) if self.roots is None else self.roots
            one = np.full((1, len(values)), np.sqrt(prior.weight))
            self.roots = np.concatenate([root, one])
        self.values = rows if self.roots is None else rows * self.roots
        self.back = back(self.length, ceiling=bool(prior.weight))

    def turned(
        self, falling: NDArray[np.bool_], rows: NDArray[np.int64] | slice = slice(None)
    ) -> tuple[Array, Array | None]:
        """Return values and roots of some series, the falling ones read backwards."""
        order = np.arange(len(self.back))
        order[: self.length] = order[: self.length][::-1]
        values = self.values[:, rows]
        roots = None if self.roots is None else self.roots[:, rows]
        if falling.any():
            values = np.where(falling, values[order], values)
            roots = None if roots is None else np.where(falling, roots[order], roots)
        return values, roots

    def flat(self) -> Array:
        """Return the squares a flat line leaves. [n]"""
        roots = np.ones_like(self.values) if self.roots is None else self.roots
        along = (self.values * roots).sum(axis=0)
        own = (self.values * self.values).sum(axis=0)
        return np.asarray(own - along**2 / np.maximum((roots * roots).sum(axis=0), 1e-300))

    def told(self, shape: Shape, found: Found) -> tuple[Array, Array, Array, Array]:
        """Return ceiling, c, k and squares."""
        w, log_k, level, squares, falling = found
        k = np.exp(log_k)
        odds = w - np.log(-np.expm1(w)) if shape == "logistic" else w
        over = 1 / -np.expm1(w) if shape == "logistic" else np.exp(np.exp(w))
        c = np.where(falling, odds, odds + k * (self.length - 1))
        k = np.where(falling, -k, k)
        return level * over * self.scale, c, k, squares * self.scale * self.scale


def _searched(block: _Series, shape: Shape) -> Found:
    """Return the best curves from the grid; from many starts where one may err."""
    seen = grid(shape, block.length)
    count = block.values.shape[1]
    falling, cell = np.zeros(count, dtype=bool), np.zeros(count, dtype=np.int64)
    for first in range(0, count, SCORED_AT_ONCE):
        rows = slice(first, first + SCORED_AT_ONCE)
        best, at = _best_cells(seen, block, rows)
        falling[rows] = best[1] > best[0]
        cell[rows] = np.where(falling[rows], at[1], at[0])
    valley = Valley(shape, block.back, count)
    start = seen.w[cell], seen.log_k[cell]
    w, log_k, here = descend(valley, *block.turned(falling), start)
    found = [w, log_k, here[0], here[1], falling]
    poor = here[1] * SURE > block.flat()
    unsure = np.flatnonzero(poor | (log_k > np.log(GRADUAL)))
    each = 2 * starts(seen, np.zeros((1, len(seen.w)))).shape[1]
    at_once = max(1, BLOCK_VALUES // (each * len(block.back)))
    for first in range(0, len(unsure), at_once):
        _start_again(block, seen, valley, unsure[first : first + at_once], found)
    return tuple(found)


def _best_cells(seen, block, rows):
    told = [score(seen, *_rows(block.turned(np.array([way]), rows))) for way in (False, True)]
    at = [scores.argmax(axis=1) for scores in told]
    best = [np.take_along_axis(s, a[:, None], 1)[:, 0] for s, a in zip(told, at)]
    return best, at


def _rows(turned):
    values, roots = turned
    return values.T, None if roots is None else roots.T


def _start_again(block, seen, valley, rows, found):
    told = []
    for way in (False, True):
        values, roots = block.turned(np.array([way]), rows)
        cells = starts(seen, score(seen, values.T, None if roots is None else roots.T))
        each = cells.shape[1]
        values = np.repeat(values, each, axis=1)
        roots = None if roots is None else np.repeat(roots, each, axis=1)
        if values.shape[1] > valley.room.shape[2]:
            valley = Valley(valley.shape, block.back, values.shape[1])
        cell = cells.ravel()
        w, log_k, here = descend(valley, values, roots, (seen.w[cell], seen.log_k[cell]))
        squares = here[1].reshape(-1, each)
        pick = squares.argmin(axis=1) + each * np.arange(len(rows))
        told.append([w[pick], log_k[pick], here[0][pick], here[1][pick], np.full(len(rows), way)])
    for other in told:
        better = other[3] < found[3][rows]
        for mine, its in zip(found, other, strict=True):
            mine[rows] = np.where(better, its, mine[rows])


def _again(block, base, here, each):
    k = np.abs(base.k[here])
    falling = base.k[here] < 0
    odds = np.where(falling, base.c[here], base.c[here] - k * (block.length - 1))
    w = -np.logaddexp(0.0, -odds) if base.shape == "logistic" else odds
    w = np.minimum(w, MOST_MISSING[base.shape])
    log_k = np.clip(np.log(k), LOWEST, HIGHEST)
    valley = Valley(base.shape, block.back, block.values.shape[1])
    values, roots = block.turned(np.repeat(falling, each))
    start = np.repeat(w, each), np.repeat(log_k, each)
    sums = None
    if roots is None:
        sums = _shared(valley, values, w, log_k, each)
    w, log_k, now = descend(valley, values, roots, start, sums)
    return w, log_k, now[0], now[1], np.repeat(falling, each)


def _shared(valley, values, w, log_k, each):
    curve = np.stack(valley.curve(w, log_k))            # 3,t,S
    by = values.reshape(len(values), -1, each)          # t,S,B
    seen = np.matmul(curve.transpose(2, 0, 1), by.transpose(1, 0, 2))   # S,3,B
    gram = np.einsum("ats,bts->abs", curve, curve)
    gram = np.repeat(gram, each, axis=2)
    y = seen.transpose(1, 0, 2).reshape(3, -1)
    here = np.empty((7, values.shape[1]))
    level = np.maximum(y[0] / np.maximum(gram[0, 0], 1e-300), 0.0)
    here[0] = level
    here[1] = np.maximum(np.einsum("tn,tn->n", values, values) - level * y[0], 0) * (1+1e-12)
    here[2] = y[1] - level * gram[0, 1]
    here[3] = y[2] - level * gram[0, 2]
    here[4], here[5], here[6] = gram[1, 1], gram[1, 2], gram[2, 2]
    profile(here, gram[0, 0], gram[0, 1], gram[0, 2])
    return here


def _blocks(count, width):
    size = max(1, BLOCK_VALUES // width)
    for first in range(0, count, size):
        yield slice(first, first + size)


def _joined(shape, found, form):
    columns = (np.concatenate(column).reshape(form) for column in zip(*found, strict=True))
    return Curves(shape, *columns)
