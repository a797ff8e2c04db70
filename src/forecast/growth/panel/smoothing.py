r"""Exponential smoothing of many series at every origin in one walk through time.

Innovations form (R. J. Hyndman and others, "Forecasting with Exponential Smoothing", 2008):

.. math:: e_t = y_t - l_{t-1} - \varphi b_{t-1},\quad l_t = l_{t-1} + \varphi b_{t-1} + \alpha e_t,
    \quad b_t = \varphi b_{t-1} + \beta e_t.

Two things make it fast and free of local minima. The start :math:`(l_0, b_0)` enters every
:math:`e_t` linearly, so for given :math:`(\alpha, \beta, \varphi)` running sums give its least
squares value at *each* origin (variable projection, G. Golub and V. Pereyra, 1973). And the
parameters are not searched for but averaged over a grid, each cell weighted by its likelihood,
:math:`w \propto S^{-n/2}`, with a penalty for each parameter (corrected Akaike). One walk of the
grid thus gives the fit a fresh estimation would give at every past origin.

Nothing after an origin touches what is said at it, to the last bit.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FLOOR: Final = 1e-6
"""Least squared error counted, as a share of the squared steps: a straight line is not divine."""

SLOPE_DOUBT: Final = 4.0
"""Prior s.d. of the first slope, in s.d. of the innovations: weak, and keeps two points sane."""


@dataclass(frozen=True)
class Grid:
    """Smoothing parameters tried for one family. [g] each

    Attributes:
        alpha: Smoothing of the level.
        beta: Smoothing of the slope.
        phi: Damping of the slope; 0 = no slope at all.
        parameters: How many parameters a cell has used up, for the penalty.
    """

    alpha: Array
    beta: Array
    phi: Array
    parameters: Array


def grid_of(
    alphas: tuple[float, ...],
    shares: tuple[float, ...],
    phis: tuple[float, ...],
    parameters: int,
) -> Grid:
    """Return every combination of the parameters given.

    Args:
        alphas: Smoothing of the level.
        shares: Smoothing of the slope as a share of ``alpha``.
        phis: Damping of the slope.
        parameters: What a cell costs in degrees of freedom, start and variance included.
    """
    cells = np.array(list(itertools.product(alphas, shares, phis)))
    alpha, share, phi = cells.T
    return Grid(alpha, alpha * share, phi, np.full(len(cells), float(parameters)))


ALPHAS: Final = (0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)
"""Grid of the level's smoothing."""

LEVEL: Final = grid_of(ALPHAS, (0.0,), (0.0,), 3)
"""No slope: simple exponential smoothing."""

DRIFT: Final = grid_of(ALPHAS, (0.0,), (1.0,), 4)
"""A constant slope: the family of Theta (R. J. Hyndman and B. Billah, 2003)."""

TREND: Final = grid_of(ALPHAS, (0.02, 0.08, 0.2, 0.4, 0.7, 1.0), (1.0,), 5)
"""A slope that moves: Holt's method."""

DAMPED: Final = grid_of(ALPHAS, (0.0, 0.08, 0.2, 0.4, 0.7, 1.0), (0.8, 0.88, 0.94, 0.98), 6)
"""A slope that moves and fades (E. S. Gardner and E. McKenzie, 1985)."""

FAMILIES: Final = (LEVEL, DRIFT, TREND, DAMPED)
"""In the order of their results."""


@dataclass(frozen=True)
class Smoothed:
    """What each family says at each origin.

    Attributes:
        paths: Forecasts. [n, t, family, h]
        evidence: Log likelihood less the penalty, averaged over the family's cells. [n, t, family]
    """

    paths: Array
    evidence: Array


def smooth(values: Array, steps: int, families: tuple[Grid, ...] = FAMILIES) -> Smoothed:
    """Return what exponential smoothing says at every origin of every series.

    Args:
        values: One series a row, left-aligned; what follows a row's end is never looked at by
            the origins before it. Finite. [n, t]
        steps: Horizons wanted.
        families: Grids of the families.

    Returns:
        Forecasts by family; meaningless at the first two origins.
    """
    grid = Grid(*(np.concatenate([getattr(f, name) for f in families]) for name in _FIELDS))
    edges = np.cumsum([0, *(len(family.alpha) for family in families)])
    first = values[:, :1]
    shifted = values - first
    count, length = values.shape
    walk = _Walk(grid, count)
    reach = _reach(grid.phi, steps)
    paths = np.zeros((count, length, len(families), steps))
    evidence = np.zeros((count, length, len(families)))
    squares = np.zeros(count)
    for t in range(length):
        if t:
            squares = squares + (shifted[:, t] - shifted[:, t - 1]) ** 2
        walk.step(shifted[:, t])
        if t < 2:
            paths[:, t] = values[:, t, None, None]
            continue
        level, slope, sse = walk.fitted()
        sse = np.maximum(sse, FLOOR * squares[:, None] + 1e-280)
        score = _score(sse, grid.parameters, t + 1)
        for f, (start, end) in enumerate(itertools.pairwise(edges)):
            cells = slice(start, end)
            weight, evidence[:, t, f] = _weights(score[:, cells])
            told = _told(weight, level[:, cells], slope[:, cells], reach[cells])
            paths[:, t, f] = first + told
    return Smoothed(paths, evidence)


_FIELDS: Final = ("alpha", "beta", "phi", "parameters")


def _reach(phi: Array, steps: int) -> Array:
    """Return how many slopes lie between the level and each horizon. [g, h]"""
    return np.asarray(np.cumsum(phi[:, None] ** np.arange(1, steps + 1), axis=1))


def _score(sse: Array, parameters: Array, count: int) -> Array:
    """Return the log likelihood less the corrected Akaike penalty. [n, g]"""
    spare = np.maximum(count - parameters - 1, 0.5)
    penalty = parameters * count / spare
    return np.asarray(-0.5 * count * np.log(sse) - penalty)


def _weights(score: Array) -> tuple[Array, Array]:
    """Return weights that sum to one, and the log of their mean before. [n, g], [n]"""
    top = score.max(axis=1)
    raw = np.exp(score - top[:, None])
    total = raw.sum(axis=1)
    return raw / total[:, None], top + np.log(total / score.shape[1])


def _told(weight: Array, level: Array, slope: Array, reach: Array) -> Array:
    """Return the weighted forecast. [n, h]"""
    base = (weight * level).sum(axis=1)
    rise = weight * slope
    rises = [(rise * reach[:, h]).sum(axis=1) for h in range(reach.shape[1])]
    return np.asarray(base[:, None] + np.stack(rises, axis=1))


class _Walk:
    """State of the filter: of the data from a zero start, and of a unit start without data."""

    def __init__(self, grid: Grid, count: int) -> None:
        size = len(grid.alpha)
        self.grid = grid
        self.level = np.zeros((count, size))
        self.slope = np.zeros((count, size))
        self.squares = np.zeros((count, size))
        self.cross = np.zeros((2, count, size))
        self.unit = (
            np.stack([np.ones(size), np.zeros(size)]),
            np.stack([np.zeros(size), np.ones(size)]),
        )
        self.normal = np.zeros((2, 2, size))
        self.normal[1, 1] = 1 / SLOPE_DOUBT**2

    def step(self, value: Array) -> None:
        """Take in the next value of every series. [n]"""
        alpha, beta, phi = self.grid.alpha, self.grid.beta, self.grid.phi
        before = self.level + phi * self.slope
        error = value[:, None] - before
        (level_l, level_b), (slope_l, slope_b) = self.unit
        response = np.stack([level_l + phi * slope_l, level_b + phi * slope_b])
        self.squares = self.squares + error * error
        self.cross = self.cross + response[:, None, :] * error
        self.normal = self.normal + response[:, None, :] * response[None, :, :]
        self.level = before + alpha * error
        self.slope = phi * self.slope + beta * error
        self.unit = (
            np.stack([response[0] - alpha * response[0], response[1] - alpha * response[1]]),
            np.stack([phi * slope_l - beta * response[0], phi * slope_b - beta * response[1]]),
        )

    def fitted(self) -> tuple[Array, Array, Array]:
        """Return level, slope and squared errors at the best start. [n, g] each"""
        (a, b), (_, d) = self.normal
        base, rise = self.cross
        with_slope = self.grid.phi > 0
        det = a * d - b * b
        start_l = np.where(with_slope, (d * base - b * rise) / det, base / a)
        start_b = np.where(with_slope, (a * rise - b * base) / det, 0.0)
        sse = self.squares - start_l * base - start_b * rise
        (level_l, level_b), (slope_l, slope_b) = self.unit
        level = self.level + start_l * level_l + start_b * level_b
        slope = self.slope + start_l * slope_l + start_b * slope_b
        return level, slope, sse
