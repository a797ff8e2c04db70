"""Series as growth curves are fitted to them: scaled, weighted, times first, a prior at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecast.growth.panel.curve_descent import FEWEST
from forecast.growth.panel.curve_grid import back, score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.curve_grid import Grid
    from forecast.growth.panel.curve_valley import Array


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


def filled(rows: NDArray[Any]) -> NDArray[Any]:
    """Return rows, some of them again if there are too few: sums of few round otherwise."""
    if len(rows) >= FEWEST or not len(rows):
        return rows
    return rows[np.resize(np.arange(len(rows)), FEWEST)]


class Series:
    """Some series to fit, scaled to at most one by powers of two. [t, n] each

    With a prior a last row follows: the ceiling believed in.
    """

    def __init__(self, values: Array, weights: Array | None, prior: Prior) -> None:
        self.count, self.length = values.shape
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
        self.backwards = np.arange(len(self.back))
        self.backwards[: self.length] = self.backwards[: self.length][::-1]

    def turned(
        self, falling: NDArray[np.bool_], rows: NDArray[np.int64] | slice
    ) -> tuple[Array, Array | None]:
        """Return values and roots of some series, the falling ones read backwards."""
        values = self.values[:, rows]
        roots = None if self.roots is None else self.roots[:, rows]
        if falling.any():
            values = np.where(falling, values[self.backwards], values)
            roots = None if roots is None else np.where(falling, roots[self.backwards], roots)
        return values, roots

    def scores(self, seen: Grid, rows: NDArray[np.int64] | slice) -> Array:
        """Return how well rising and falling curves of the grid fit. [n, 2 cells]"""
        told = []
        for order in (slice(None), self.backwards):
            values = self.values[order][:, rows].T
            roots = None if self.roots is None else self.roots[order][:, rows].T
            told.append(score(seen, values, roots))
        return np.concatenate(told, axis=1)

    def flat(self) -> Array:
        """Return the squares a flat line leaves. [n]"""
        roots = np.ones_like(self.values) if self.roots is None else self.roots
        along = (self.values * roots).sum(axis=0)
        own = (self.values * self.values).sum(axis=0)
        return np.asarray(own - along**2 / np.maximum((roots * roots).sum(axis=0), 1e-300))
