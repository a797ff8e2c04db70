"""Growth curves descend side by side until no step promises more; those that arrive leave.

Steps that do not lower the squares are not taken, and the next one is damped. A series is done
where its undamped step promises next to nothing, so what is told as least squares is certified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from forecast.growth.panel.curve_steps import MOST_MISSING, direction, moved
from forecast.growth.panel.curve_valley import dot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.curve_valley import Array, Valley


class Effort(NamedTuple):
    """How far a descent goes.

    Attributes:
        enough: A series is done where the best step promises to lower its squares by less than
            this share.
        most: Steps at most; five do for most series.
        exact: Whether by Newton's matrix: dearer, and sure to arrive where residuals are large.
    """

    enough: float
    most: int = 100
    exact: bool = False


NOTHING: Final = 1e-15
"""A series is done, too, where the promise is this share of the squares of its values."""

WORST_DAMPING: Final = 1e8
"""A series no damped step improves is done."""

POOR: Final = 0.25
"""A step that gains less than this share of its promise is followed by a damped one."""

FEWEST: Final = 8
"""Series side by side at least, by repeating some: sums over one column round otherwise."""

LEFT: Final = 0.75
"""Converged series leave when less than this share is still moving; leaving costs a copy."""


def descend(
    valley: Valley,
    values: Array,
    roots: Array | None,
    start: tuple[Array, Array],
    effort: Effort,
    here: Array | None = None,
) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Return w, ln k, where series stand, and which have not arrived at their least squares.

    [n], [n], [7, n], [n]

    Args:
        valley: Shape and times.
        values: Times the roots of their weights. [t, n]
        roots: Of the weights; none if all are one. [t, n]
        start: w and ln k. [n] each
        effort: How far to go.
        here: Where they stand there, if known.
    """
    now = valley.look(values, roots, *start) if here is None else here
    going = _Going(values, roots, start, now, effort.enough)
    ended = np.empty((10, values.shape[1]))
    for _ in range(effort.most):
        arrived = going.aim(valley)
        if np.count_nonzero(~arrived) < LEFT * len(arrived):
            ended[:, going.rows] = going.stand()
            if arrived.all():
                break
            going.leave(arrived)
        going.step(valley)
    else:
        going.aim(valley)
        ended[:, going.rows] = going.stand()
    return ended[0], ended[1], ended[2:9], ended[9] > 0


class _Going:
    """The series still under way; all arrays are [n], [t, n] or [7, n]."""

    def __init__(
        self,
        values: Array,
        roots: Array | None,
        start: tuple[Array, Array],
        now: Array,
        enough: float,
    ) -> None:
        self.values, self.roots = values, roots
        self.w, self.log_k = start
        self.now, self.enough = now, enough
        self.rows = np.arange(len(self.w))
        self.damping = np.zeros(len(self.w))
        self.least = NOTHING * dot(values, values)

    def stand(self) -> Array:
        """Return parameters, sums and whether they move. [10, n]"""
        return np.concatenate([self.w[None], self.log_k[None], self.now, self.moving[None]])

    def aim(self, valley: Valley) -> NDArray[np.bool_]:
        """Choose the next step; return which series need none."""
        top = MOST_MISSING[valley.shape]
        at = self.w, self.log_k, top
        step_w, step_k, promise, self.ends = direction(self.now, self.damping, *at)
        self.toward, self.hoped = (step_w, step_k), promise
        if self.damping.any():
            promise = direction(self.now, np.zeros_like(self.damping), *at)[2]
        done: NDArray[np.bool_] = (promise <= self.enough * self.now[1] + self.least) | (
            self.damping >= WORST_DAMPING
        )
        self.moving = ~done
        return done

    def leave(self, arrived: NDArray[np.bool_]) -> None:
        """Let those that arrived go."""
        stay = np.flatnonzero(~arrived)
        stay = np.resize(stay, max(len(stay), FEWEST))
        self.values, self.now = self.values.take(stay, axis=1), self.now.take(stay, axis=1)
        self.roots = None if self.roots is None else self.roots.take(stay, axis=1)
        self.toward = self.toward[0][stay], self.toward[1][stay]
        for name in ("rows", "w", "log_k", "damping", "least", "ends", "moving", "hoped"):
            setattr(self, name, getattr(self, name)[stay])

    def step(self, valley: Valley) -> None:
        """Take the step where it lowers the squares, and damp the next one elsewhere."""
        bounds = MOST_MISSING[valley.shape], float(valley.back.max())
        w, log_k = moved(self.w, self.log_k, self.toward, self.ends, *bounds)
        new = valley.look(self.values, self.roots, w, log_k)
        gained = self.now[1] - new[1]
        better = self.moving & (gained >= 0)
        poor = self.moving & (gained < POOR * self.hoped)
        if better.all():
            self.w, self.log_k, self.now = w, log_k, new
        else:
            self.w = np.where(better, w, self.w)
            self.log_k = np.where(better, log_k, self.log_k)
            np.copyto(self.now, new, where=better)
        eased = np.where(self.damping < 1e-2, 0.0, self.damping / 10)
        self.damping = (
            np.where(poor, np.maximum(4 * self.damping, 0.03), eased) if poor.any() else eased
        )
