r"""Exponential smoothing of quarters and months: ``smoothing``, for many steps and few series.

The same families, averaged over their grids by the same evidence; see there for the formulas. Long
histories make the walk through time dear, so only the filter itself goes step by step. What the
start and the weights are at each origin is worked out for many origins at once, and what a grid
says of a horizon needs one weighted slope for each damping, not one for each cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.smoothing import FLOOR, SLOPE_DOUBT, Grid, Smoothed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CELLS: Final = 100_000
"""Numbers in one array of a block of origins: stays in the processor's cache."""


_FIELDS: Final = ("alpha", "beta", "phi", "parameters")


@dataclass(frozen=True)
class _Start:
    """What a start of one does, by origin: the same for every series. [t, g] each

    Attributes:
        errors: Its share of each error, of a first level and of a first slope.
        level: Its share of the level after the origin.
        slope: Its share of the slope.
        normal: Sums of squares and products of ``errors``: level, both, slope.
    """

    errors: tuple[Array, Array]
    level: tuple[Array, Array]
    slope: tuple[Array, Array]
    normal: tuple[Array, Array, Array]


def joined(*grids: Grid) -> Grid:
    """Return the cells of grids in one."""
    return Grid(*(np.concatenate([getattr(grid, name) for grid in grids]) for name in _FIELDS))


def smooth(values: Array, steps: int, families: tuple[Grid, ...]) -> Smoothed:
    """Return what exponential smoothing says at every origin of every series.

    Args:
        values: One series a row, left-aligned and finite; what follows an origin is never looked
            at there. [n, t]
        steps: Horizons wanted.
        families: Grids of the families, the cells of each in order of their damping.

    Returns:
        Forecasts by family; at the first two origins the last value.
    """
    grid = joined(*families)
    sizes = np.array([len(family.alpha) for family in families])
    count, length = values.shape
    shifted = (values - values[:, :1]).T
    leaps = np.cumsum(np.diff(shifted, axis=0, prepend=0.0) ** 2, axis=0)
    start = _start(grid, length)
    paths = np.empty((count, length, len(families), steps))
    evidence = np.zeros((count, length, len(families)))
    state = np.zeros((5, count, len(grid.alpha)))
    block = max(1, CELLS // (count * len(grid.alpha)))
    for begin in range(0, length, block):
        here = slice(begin, min(begin + block, length))
        level, slope, sse = _fitted(shifted[here], grid, state, start, here)
        sse = np.maximum(sse, FLOOR * leaps[here, :, None] + 1e-280)
        weight, told = _weights(_score(sse, grid.parameters, here), sizes)
        evidence[:, here] = told.transpose(1, 0, 2)
        paths[:, here] = _told(weight, level, slope, grid.phi, sizes, steps)
    paths += values[:, :1, None, None]
    paths[:, :2] = values[:, :2, None, None]
    return Smoothed(paths, evidence)


def _start(grid: Grid, length: int) -> _Start:
    alpha, beta, phi = grid.alpha, grid.beta, grid.phi
    level, slope = np.zeros((2, 2, len(alpha)))
    level[0], slope[1] = 1.0, 1.0
    errors, levels, slopes = np.empty((3, length, 2, len(alpha)))
    for t in range(length):
        errors[t] = level + phi * slope
        level = errors[t] - alpha * errors[t]
        slope = phi * slope - beta * errors[t]
        levels[t], slopes[t] = level, slope
    one, two = errors[:, 0], errors[:, 1]
    normal = (
        np.cumsum(one * one, axis=0),
        np.cumsum(one * two, axis=0),
        np.cumsum(two * two, axis=0) + 1 / SLOPE_DOUBT**2,
    )
    return _Start((one, two), (levels[:, 0], levels[:, 1]), (slopes[:, 0], slopes[:, 1]), normal)


def _fitted(
    shifted: Array, grid: Grid, state: Array, start: _Start, here: slice
) -> tuple[Array, Array, Array]:
    """Return level, slope and squared errors at the best start, and carry the state on.

    Args:
        shifted: Values less the first, of a block of origins. [t, n]
        grid: Parameters tried.
        state: Level, slope and running sums before the block, changed in place. [5, n, g]
        start: What a start of one does.
        here: Where the block lies.
    """
    alpha, beta, phi = grid.alpha, grid.beta, grid.phi
    level, slope, error = np.empty((3, *shifted.shape, len(alpha)))
    last_level, last_slope = state[0], state[1]
    for t, value in enumerate(shifted):
        fading = phi * last_slope
        before = last_level + fading
        error[t] = value[:, None] - before
        level[t] = last_level = before + alpha * error[t]
        slope[t] = last_slope = fading + beta * error[t]
    one, two = (part[here, None] for part in start.errors)
    sums = np.stack([error * error, one * error, two * error])
    sums[:, 0] += state[2:]
    np.cumsum(sums, axis=1, out=sums)
    state[0], state[1], state[2:] = last_level, last_slope, sums[:, -1]
    squares, base, rise = sums
    a, b, d = (part[here, None] for part in start.normal)
    with_slope = phi > 0
    det = np.where(with_slope, a * d - b * b, 1.0)
    start_l = np.where(with_slope, (d * base - b * rise) / det, base / a)
    start_b = np.where(with_slope, (a * rise - b * base) / det, 0.0)
    sse = squares - start_l * base - start_b * rise
    level += start_l * start.level[0][here, None] + start_b * start.level[1][here, None]
    slope += start_l * start.slope[0][here, None] + start_b * start.slope[1][here, None]
    return level, slope, sse


def _score(sse: Array, parameters: Array, here: slice) -> Array:
    """Return the log likelihood less the corrected Akaike penalty. [t, n, g]"""
    count = np.arange(here.start + 1, here.stop + 1)[:, None, None]
    spare = np.maximum(count - parameters - 1, 0.5)
    return np.asarray(-0.5 * count * np.log(sse) - parameters * count / spare)


def _weights(score: Array, sizes: NDArray[np.int64]) -> tuple[Array, Array]:
    """Return weights that sum to one in each family, and the log of their mean before.

    Args:
        score: [t, n, g]
        sizes: Cells of each family. [family]
    """
    edges = np.cumsum(sizes) - sizes
    top = np.maximum.reduceat(score, edges, axis=2)
    raw = np.exp(score - np.repeat(top, sizes, axis=2))
    total = np.add.reduceat(raw, edges, axis=2)
    return raw / np.repeat(total, sizes, axis=2), top + np.log(total / sizes)


def _told(
    weight: Array, level: Array, slope: Array, phi: Array, sizes: NDArray[np.int64], steps: int
) -> Array:
    """Return the weighted forecasts of each family. [n, t, family, h]"""
    edges = np.cumsum(sizes) - sizes
    base = np.add.reduceat(weight * level, edges, axis=2)
    parts = np.union1d(edges, np.flatnonzero(np.diff(phi)) + 1)
    rise = np.add.reduceat(weight * slope, parts, axis=2)
    family = np.searchsorted(edges, parts, side="right") - 1
    told = np.empty((*base.transpose(1, 0, 2).shape, steps))
    told[...] = base.transpose(1, 0, 2)[..., None]
    for part, place in enumerate(parts):
        reach = np.cumsum(phi[place] ** np.arange(1, steps + 1))
        told[:, :, family[part]] += rise[:, :, part].T[..., None] * reach
    return told
