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
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecast.growth.panel.curve_descent import Effort, descend
from forecast.growth.panel.curve_grid import STARTS, grid, starts
from forecast.growth.panel.curve_replicates import again
from forecast.growth.panel.curve_series import NO_PRIOR, Prior, Series, filled
from forecast.growth.panel.curve_valley import Valley

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from forecast.growth.panel.curve_grid import Grid
    from forecast.growth.panel.curve_valley import Array, Shape

    Found = tuple[Array, Array, Array, Array, NDArray[np.bool_], NDArray[np.bool_]]
    """w, ln k, level, squares, whether the curve falls, and whether it has not arrived."""

BLOCK_VALUES: Final = 131_072
"""Values in one block: enough to make a call worth its while, few enough for the cache."""

SCORED_VALUES: Final = 512
"""Room for one series' scores: few series are scored at once, so that scores stay in the cache."""

SCOUTING, LAST = Effort(enough=3e-8, most=12), Effort(enough=3e-8, exact=True)
"""How near to the least squares series are brought: all of a block side by side, and then whoever
has not arrived, without the others."""

AGAIN, STILL, END = Effort(3e-7, most=1), Effort(3e-7, most=3), Effort(3e-7, exact=True)
"""The same for replicates: in their block, then all that have not arrived, twice."""

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

    def block(rows: NDArray[np.int64]) -> Series:
        rows = filled(rows)
        return Series(_taken(values, rows), None if weights is None else weights[rows], prior)

    parts = []
    for here in _blocks(len(values), values.shape[1]):
        rows = np.arange(here.start, here.stop)
        series = block(rows)
        parts.append([part[: len(rows)] for part in (*_searched(series, shape), series.scale)])
    return _told(shape, values.shape[1], _finished(block, shape, parts, LAST), values.shape[:1])


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
    single = replicates.reshape(-1, length)

    def block(rows: NDArray[np.int64]) -> Series:
        rows = filled(rows)
        return Series(
            _taken(single, rows), None if weights is None else weights[rows // each], prior
        )

    parts = []
    for here in _blocks(count, length * each):
        rows = filled(np.arange(here.start, here.stop))
        series = block((rows[:, None] * each + np.arange(each)).ravel())
        done = (here.stop - here.start) * each
        told = again(series, base.shape, base.c[rows], base.k[rows], AGAIN)
        parts.append([part[:done] for part in (*told, series.scale)])
    return _told(base.shape, length, _finished(block, base.shape, parts, STILL, END), (count, each))


def _searched(block: Series, shape: Shape) -> Found:
    """Return the best curves from the grid; from several starts where one may err.

    All starts take some steps only. The best of a series of several goes on, and so does whoever
    has not arrived.
    """
    seen = grid(shape, block.length)
    cell = np.concatenate([
        block.scores(seen, rows).argmax(axis=1) for rows in _blocks(block.count, SCORED_VALUES)
    ])  # fmt: skip
    valley = Valley(shape, block.back, block.count)
    found = _scouted(block, valley, seen, cell, slice(None))
    poor = found[3] * SURE > block.flat()
    unsure = np.flatnonzero(poor | (found[1] > np.log(GRADUAL)))
    size = len(block.back) * STARTS
    wide = Valley(shape, block.back, max(BLOCK_VALUES // size, 1) * STARTS)
    for here in _blocks(len(unsure), size):
        rows = unsure[here]
        cells = starts(seen, block.scores(seen, rows))
        each = cells.shape[1]
        more = _scouted(block, wide, seen, cells.ravel(), np.repeat(rows, each))
        pick = more[3].reshape(-1, each).argmin(axis=1) + each * np.arange(len(rows))
        better = more[3][pick] < found[3][rows]
        for mine, other in zip(found, more, strict=True):
            mine[rows] = np.where(better, other[pick], mine[rows])
    found[5][unsure] = True
    return found


def _scouted(
    block: Series,
    valley: Valley,
    seen: Grid,
    cell: NDArray[np.int64],
    rows: NDArray[np.int64] | slice,
) -> Found:
    """Return curves some steps from some cells; cells of falling curves follow the others."""
    falling = cell >= len(seen.w)
    cell = cell % len(seen.w)
    values, roots = block.turned(falling, rows)
    start = seen.w[cell], seen.log_k[cell]
    w, log_k, here, moving = descend(valley, values, roots, start, SCOUTING)
    return w, log_k, here[0], here[1], falling, moving


def _finished(
    block: Callable[[NDArray[np.int64]], Series],
    shape: Shape,
    parts: list[list[NDArray[Any]]],
    *efforts: Effort,
) -> list[NDArray[Any]]:
    """Return what was found in all blocks, those that had not arrived at their least squares."""
    if not parts:
        return [np.empty(0, dtype=kind) for kind in (float, float, float, float, bool, bool, float)]
    found = [np.concatenate(part) for part in zip(*parts, strict=True)]
    for effort in efforts:
        late = np.flatnonzero(found[5])
        if not len(late):
            break
        series, rows = block(late), filled(late)
        values, roots = series.turned(found[4][rows], slice(None))
        valley = Valley(shape, series.back, series.count, exact=effort.exact)
        start = found[0][rows], found[1][rows]
        w, log_k, here, moving = descend(valley, values, roots, start, effort)
        told = w, log_k, here[0], here[1], found[4][rows], moving
        for mine, other in zip(found, told, strict=False):
            mine[late] = other[: len(late)]
    return found


def _told(
    shape: Shape, length: int, found: Sequence[NDArray[Any]], form: tuple[int, ...]
) -> Curves:
    """Return curves in the series' units."""
    w, log_k, level, squares, falling, _, scale = (part.reshape(form) for part in found)
    k = np.exp(log_k)
    odds = w - np.log(-np.expm1(w)) if shape == "logistic" else w
    over = 1 / -np.expm1(w) if shape == "logistic" else np.exp(np.exp(w))
    c = np.where(falling, odds, odds + k * (length - 1))
    return Curves(shape, level * over * scale, c, np.where(falling, -k, k), squares * scale * scale)


def _taken(values: Array, rows: NDArray[np.int64]) -> Array:
    """Return some rows, without a copy where they follow one another."""
    if len(rows) and np.array_equal(rows, np.arange(rows[0], rows[0] + len(rows))):
        return values[rows[0] : rows[-1] + 1]
    return values[rows]


def _blocks(count: int, width: int) -> Iterator[slice]:
    """Yield series in blocks of about ``BLOCK_VALUES`` values."""
    size = max(1, BLOCK_VALUES // width)
    for first in range(0, count, size):
        yield slice(first, min(first + size, count))
