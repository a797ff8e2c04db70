"""Everything one batch of series says of itself, at every origin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel import members_within_year
from forecast.growth.panel.centre import trimmed_mean, weights
from forecast.growth.panel.cohort import Growth, growth
from forecast.growth.panel.members import MEMBERS, bounds, candidates
from forecast.growth.panel.scale import features
from forecast.growth.panel.standing import NEAR, NEAR_WITHIN_YEAR, past_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.growth.panel.batch import Batch

    Array = NDArray[np.float64]

CELLS: Final = 3_000_000
"""Numbers in the largest array made at a time: bounds memory whatever the batch."""

FARTHEST: Final = 1e150
"""Distances count up to this: their squares must be numbers."""


@dataclass(frozen=True)
class Look:
    """What is said at every origin, before anything is learned from other series.

    Attributes:
        centre: Weighted trimmed mean of the candidates; for quarters and months only one step
            ahead where there is no origin. [n, t, h]
        features: What the scale of errors depends on. [n, t, h, feature]
        growth: Own mean growth and its noise.
        positive: Whether every value so far was positive. [n, t]
        weights: Of the candidates at the last origin. [n, member]
        errors: Their mean past errors there, in steps of the series. [n, member]
        paths: Their forecasts there. [n, member, h]
        bounded: Share of the candidates' forecasts there that the growth bound touched. [n]
    """

    centre: Array
    features: Array
    growth: Growth
    positive: NDArray[np.bool_]
    weights: Array
    errors: Array
    paths: Array
    bounded: Array


def look(batch: Batch, steps: int, periods_per_year: int = 1) -> Look:
    """Return what a batch says of itself.

    Args:
        batch: Series side by side.
        steps: Horizons wanted.
        periods_per_year: Steps in a year: other candidates speak for quarters and months.
    """
    values, seen = batch.values, batch.seen
    annual = periods_per_year == 1
    paths = (
        candidates(values, steps)
        if annual
        else members_within_year.candidates(values, steps, periods_per_year)
    )
    kept = bounds(paths, values)
    error, origins = past_errors(kept, values, seen, NEAR if annual else NEAR_WITHIN_YEAR)
    weight = weights(error, origins)
    if annual:
        centre, apart, mostly = _middle(kept, weight)
    else:  # few of many places are origins: elsewhere only the next step is ever looked at
        at = batch.origins
        centre = np.repeat(values[:, :, None], steps, axis=2)
        apart, mostly = np.zeros_like(centre), np.zeros_like(centre)
        centre[:, :, :1] = _middle(kept[..., :1], weight)[0]
        centre[at], apart[at], mostly[at] = _middle(kept[at], weight[at])
    ends = batch.ends
    return Look(
        centre=centre,
        features=features(values, centre[:, :, 0], apart, mostly, periods_per_year),
        growth=growth(values),
        positive=np.minimum.accumulate(values, axis=1) > 0,
        weights=weight[ends],
        errors=error[ends],
        paths=kept[ends],
        bounded=(kept[ends] != paths[ends]).mean(axis=(1, 2)),
    )


def _middle(paths: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Return the trimmed mean of the candidates, and how far they lie from it. [..., h] each

    Far is told twice: in the square mean and in the mean, which one outlier moves less.
    """
    centre = trimmed_mean(paths, weight)
    away = np.minimum(np.abs(paths - centre[..., None, :]), FARTHEST)
    square, plain = np.zeros_like(centre), np.zeros_like(centre)
    for m in range(away.shape[-2]):
        share = weight[..., m, None]
        square += share * away[..., m, :] ** 2
        plain += share * away[..., m, :]
    return centre, np.sqrt(square), plain


def members(periods_per_year: int) -> tuple[str, ...]:
    """Return the names of the candidates of a frequency, in the order of the arrays.

    Args:
        periods_per_year: 1, 4 or 12.
    """
    return MEMBERS if periods_per_year == 1 else members_within_year.MEMBERS


def rows_at_once(length: int, steps: int, members: int) -> int:
    """Return how many series of a length may be looked at together. At least one."""
    return max(1, CELLS // (length * steps * members))
