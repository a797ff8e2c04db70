"""A fan: the quantiles of every period to come.

Positive series live in logarithms, where widening keeps every value positive; other series
in levels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.errors import FitError
from forecast.contracts.levels import NORMAL_SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MEDIAN: Final = 11
_Q05, _Q95 = 2, 20
_LOG_RANGE: Final = 100.0
"""Outer quantiles beyond e^±100 are an explosion; their means would leave the range of numbers."""

_GRID: Final = np.linspace(-8.0, 8.0, 321)
_WEIGHT: Final = np.exp(-(_GRID**2) / 2) / np.exp(-(_GRID**2) / 2).sum()


@dataclass(frozen=True)
class Fan:
    """Quantiles at the 23 levels, in logarithms if ``logarithmic``, else in levels.

    Attributes:
        horizons: Periods from the origin, from 1. [h]
        scores: The quantiles, never crossing. [h, 23]
    """

    horizons: NDArray[np.int64]
    scores: NDArray[np.float64]
    logarithmic: bool = True

    def __post_init__(self) -> None:
        """Refuse what is no number, or leaves the range of numbers."""
        scores = self.scores
        if not np.isfinite(scores).all() or (
            self.logarithmic and np.abs(scores).max() > _LOG_RANGE
        ):
            raise FitError(
                "the fan leaves the range of numbers: growth or spread exploded. "
                "Let the declared fallback speak."
            )

    @property
    def quantiles(self) -> NDArray[np.float64]:
        """Quantiles in the unit of the series. [h, 23]"""
        return np.exp(self.scores) if self.logarithmic else self.scores

    @property
    def median(self) -> NDArray[np.float64]:
        """Medians in logarithms or levels. [h]"""
        return np.asarray(self.scores[:, _MEDIAN])

    @property
    def spread(self) -> NDArray[np.float64]:
        """Standard deviation of the normal distribution with the same 90 % range. [h]"""
        width = NORMAL_SCORES[_Q95] - NORMAL_SCORES[_Q05]
        return np.asarray((self.scores[:, _Q95] - self.scores[:, _Q05]) / width)

    @property
    def mean(self) -> NDArray[np.float64]:
        """Expected values in the unit of the series. [h]"""
        values = self.at(np.broadcast_to(_GRID, (len(self.horizons), len(_GRID))))
        return np.asarray(values @ _WEIGHT)

    def at(self, normal_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values at standard normal scores, beyond the outer levels too.

        Between levels the quantile function is linear in the normal score; beyond them it
        goes on with the outer slope, so that a log-normal fan stays exactly log-normal.

        Args:
            normal_scores: One row a horizon. [h, k]

        Returns:
            Values in the unit of the series. [h, k]
        """
        rows = []
        for own, asked in zip(self.scores, normal_scores, strict=True):
            inside = np.interp(asked, NORMAL_SCORES, own)
            low = (own[1] - own[0]) / (NORMAL_SCORES[1] - NORMAL_SCORES[0])
            high = (own[-1] - own[-2]) / (NORMAL_SCORES[-1] - NORMAL_SCORES[-2])
            below = np.minimum(asked - NORMAL_SCORES[0], 0.0) * low
            above = np.maximum(asked - NORMAL_SCORES[-1], 0.0) * high
            rows.append(inside + below + above)
        return np.exp(np.array(rows)) if self.logarithmic else np.array(rows)

    def no_narrower_than(self, floor: NDArray[np.float64]) -> Fan:
        """Return the fan widened about its median where it is narrower than ``floor``.

        Args:
            floor: Least spread at each horizon, as a standard deviation. [h]
        """
        own = self.spread
        normal = self.median[:, None] + floor[:, None] * NORMAL_SCORES
        factor = np.where(own > 0, np.maximum(floor / np.where(own > 0, own, 1.0), 1.0), 1.0)
        wider = self.median[:, None] + factor[:, None] * (self.scores - self.median[:, None])
        flat = (own <= floor * 1e-9)[:, None]
        return replace(self, scores=np.where(flat, normal, wider))

    def shifted(self, by: NDArray[np.float64]) -> Fan:
        """Return the fan moved by an amount at each horizon, in its own scale. [h]"""
        return replace(self, scores=self.scores + by[:, None])


def normal_fan(
    horizons: NDArray[np.int64],
    centre: NDArray[np.float64],
    spread: NDArray[np.float64],
    *,
    logarithmic: bool = True,
) -> Fan:
    """Return a normal fan (log-normal in the unit of the series) from centre and s.d.

    Raises:
        FitError: The centre or the spread is not a number, or leaves the range of numbers.
    """
    return Fan(horizons, centre[:, None] + spread[:, None] * NORMAL_SCORES, logarithmic)
