"""Where growth curves are searched from: a grid of shapes, and several starts where one may err.

The grid is spaced by what a curve looks like: rates in equal ratios, and for each rate turning
points at equal fractions of the time a turn takes. The best cell of all series is found by one
matrix product. A falling series is a rising one read backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.curve_products import cut
from forecast.growth.panel.curve_steps import HIGHEST, LOWEST, MOST_MISSING
from forecast.growth.panel.curve_valley import Valley

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.curve_valley import Array, Shape

RATES: Final = 12
"""Rates of the grid,"""

SLOWEST, FASTEST = 0.4, 5.0
"""from one that bends little over the whole history to one that turns between two values:
the first per history, the last per period."""

TURN: Final = {"logistic": (6.0, 5.0), "gompertz": (3.0, 2.5)}
"""How long before its turning point a curve lies still, and how long after, in times 1/k."""

SPACING: Final = (0.7, 0.3)
"""Between turning points: in times 1/k, and in periods at least."""


STARTS: Final = 16
"""Starts where one may err."""


@dataclass(frozen=True)
class Grid:
    """Curves to start from.

    Attributes:
        w, log_k: Parameters. [cell]
        curves: Values over the last value; one time more is the ceiling's. [t, cell]
        rates: First cell of each rate.
    """

    w: Array
    log_k: Array
    curves: Array
    rates: tuple[int, ...]


@lru_cache(maxsize=64)
def grid(shape: Shape, length: int) -> Grid:
    """Return the grid of a shape for histories of some length."""
    rows = []
    before, after = TURN[shape]
    for k in np.geomspace(SLOWEST / length, FASTEST, RATES):
        turn = np.arange(-before / k, length - 1 + after / k, max(SPACING[0] / k, SPACING[1]))
        odds = k * (turn - (length - 1))
        w = -np.logaddexp(0.0, -odds) if shape == "logistic" else odds
        rows.append(np.stack([np.minimum(w, MOST_MISSING[shape]), np.full_like(w, np.log(k))]))
    w, log_k = np.concatenate(rows, axis=1)
    curves = Valley(shape, back(length, ceiling=True), len(w)).curve(w, log_k)[0].copy()
    firsts = np.cumsum([0, *(row.shape[1] for row in rows[:-1])])
    return Grid(w, np.clip(log_k, LOWEST, HIGHEST), curves, tuple(int(n) for n in firsts))


def back(length: int, *, ceiling: bool) -> Array:
    """Return how far each value lies back, and if asked the ceiling, at a time without end."""
    times = np.arange(length - 1, -1, -1.0)
    return np.append(times, -1e9) if ceiling else times


def score(seen: Grid, values: Array, roots: Array | None) -> Array:
    """Return how well every cell's curve fits every series; its square lowers the squares.

    Without weights, cells that fit as well have the same score on any processor. With weights a
    curve may be largest where it has none, and cut to that it would be lost.

    Args:
        seen: The grid.
        values: Times the roots of their weights. [n, t]
        roots: Of the weights; none if all are one. [n, t]
    """
    length = values.shape[1]
    curves = seen.curves[:length]
    if roots is None:
        unit = curves / np.sqrt((curves * curves).sum(axis=0))
        return np.asarray(cut(values, 1, length) @ cut(unit, 0, length))
    cross = (values * roots) @ curves
    cross /= np.sqrt((roots * roots) @ (curves * curves) + 1e-300)
    return cross


def starts(seen: Grid, scores: Array) -> NDArray[np.int64]:
    """Return cells to start from where one may err, rising first, then falling. [n, start]

    Of each slow rate the best turning point, of each fast one the best three: curves that turn
    between two values have a minimum for every pair of them. Of all these the best few.

    Args:
        seen: The grid.
        scores: Of rising and then of falling curves. [n, 2 cells]
    """
    found = []
    size = len(seen.w)
    for side in (0, size):
        for first, end in zip(seen.rates, (*seen.rates[1:], size), strict=True):
            count = 3 if seen.log_k[first] > 0 else 1
            order = np.argsort(-scores[:, side + first : side + end], axis=1, kind="stable")
            found.append(order[:, :count] + side + first)
    cells = np.concatenate(found, axis=1)
    order = np.argsort(-np.take_along_axis(scores, cells, axis=1), axis=1, kind="stable")
    return np.take_along_axis(cells, order[:, :STARTS], axis=1)
