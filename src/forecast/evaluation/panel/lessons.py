"""What the counts teach a series that ends in one period; nothing later is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.tally import BANDS, ERROR, GROUPS, RATIO
from forecast.growth.panel.lessons import HALF, Lessons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.evaluation.panel.card import Card
    from forecast.evaluation.panel.tally import Tally

    Array = NDArray[np.float64]

HALF_LIFE: Final = 3.0
"""Years in which a past bias of growth loses half its weight."""

PACKAGED_CASES: Final = 100.0
"""How many errors of the panel's own the packaged shape is worth, times the horizon."""

BIAS_CASES: Final = 200.0
"""How many cases a ratio of one counts for beside the measured one; of quarters and months times
the horizons, as errors of one origin at many of them are nearly one error."""

LIMITS: Final = (0.5, 1.5)
"""Growth is never corrected beyond these factors."""

GROUP_CASES: Final = 200.0
"""How many errors a horizon a group needs for half its say in its own width."""

FUTURE: Final = 1.07
"""Errors to come are wider than errors that were: with this, 80 and 95 % intervals held 80 and
95 % on the average of the three panels we tuned on."""

FUTURE_QUARTERS: Final = 1.12
"""The same for quarters: 79 and 95 % on the average of five panels."""

WIDTH_CASES: Final = 40.0
"""How many errors at the first horizon the panel needs for half its say in the packaged width."""

WIDTH_LEVEL: Final = 0.8
"""Share of errors within the widths compared."""

UPPER: Final = 0.85
"""Level of |error| by which widths of groups are compared."""

MEDIAN: Final = LEVELS.index(0.5)


def lessons(tally: Tally, card: Card, last: int, *, periods_per_year: int) -> Lessons:
    """Return what may be told to series whose last period is ``last``.

    Args:
        tally: Errors of the whole panel.
        card: The packaged calibration.
        last: Number of the last period; counts of later ones are not read.
        periods_per_year: Steps in a year: half-lives are in years.
    """
    known = sorted(period for period in tally.error if period <= last)
    errors = np.zeros((GROUPS, tally.steps, ERROR.count), np.int64)
    for period in known:
        errors += tally.error[period]
    own, cases = _own_shape(errors.sum(axis=0))
    trust = (cases / (cases + PACKAGED_CASES * np.arange(1, tally.steps + 1)))[:, None]
    packaged = card.shape_at(tally.steps)
    if periods_per_year > 1:
        packaged = packaged * _own_width(errors.sum(axis=0), packaged)
    return Lessons(
        factor=_factor(tally, last, periods_per_year),
        shape=(FUTURE_QUARTERS if periods_per_year == 4 else FUTURE)
        * _group_widths(errors)[:, None, None]
        * (trust * own + (1 - trust) * packaged),
        coefficients=card.coefficients,
        cases=cases,
    )


def _own_shape(errors: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64]]:
    """Return centred quantiles by horizon, neighbours helping, and the cases behind them."""
    cases = errors.sum(axis=1)
    shape = np.zeros((len(errors), len(LEVELS)))
    for h in range(len(errors)):
        near = 2 * errors[h]
        near = near + (errors[h - 1] if h else errors[h])
        near = near + (errors[h + 1] if h + 1 < len(errors) else errors[h])
        if near.sum():
            told = ERROR.quantiles(near, np.array(LEVELS))
            shape[h] = told - told[MEDIAN]
    return shape, cases


def _own_width(errors: NDArray[np.int64], packaged: Array) -> float:
    """Return how much wider the panel's own errors are than the packaged ones, all horizons alike.

    One number is learned from fewer cases than a shape: errors of one origin at many horizons are
    nearly one error, so origins are counted and not errors.

    Args:
        errors: By horizon. [h, bin]
        packaged: Quantiles. [h, level]
    """
    counts = errors.sum(axis=1)
    folded = errors + errors[:, ::-1]
    level = np.array([(1 + WIDTH_LEVEL) / 2])
    place = [LEVELS.index(round((1 + sign * WIDTH_LEVEL) / 2, 3)) for sign in (-1, 1)]
    logs = [
        np.log(max(float(ERROR.quantiles(folded[h], level)[0]), 1e-3) / expected)
        for h in np.flatnonzero(counts)
        if (expected := (packaged[h, place[1]] - packaged[h, place[0]]) / 2) > 0
    ]
    if not logs:
        return 1.0
    weight = counts[counts > 0]
    share = counts[0] / (counts[0] + WIDTH_CASES)
    return float(np.exp(share * (weight * logs).sum() / weight.sum()))


def _group_widths(errors: NDArray[np.int64]) -> Array:
    """Return how much wider each group's errors are than those of all. [group]"""
    folded = errors.sum(axis=1)
    folded = folded + folded[:, ::-1]  # of either sign alike
    total = folded.sum(axis=0)
    widths = np.ones(len(folded))
    for group, counts in enumerate(folded):
        if counts.sum():
            level = np.array([(1 + UPPER) / 2])
            ratio = ERROR.quantiles(counts, level)[0] / ERROR.quantiles(total, level)[0]
            cases = counts.sum() / 2
            widths[group] = ratio ** (cases / (cases + GROUP_CASES * errors.shape[1]))
    return widths


def _factor(tally: Tally, last: int, periods_per_year: int) -> Array:
    """Return by how much growth was over- or understated lately, carried on by half. [h]"""
    total = np.zeros((len(BANDS) + 1, RATIO.count))
    for period in sorted(p for p in tally.ratio if p <= last):
        age = (last - period) / periods_per_year
        total = total + tally.ratio[period] * 0.5 ** (age / HALF_LIFE)
    by_band, doubt = np.ones(len(total)), BIAS_CASES * (tally.steps if periods_per_year > 1 else 1)
    for band, counts in enumerate(total):
        weight = counts.sum() / 1_000
        if weight:
            measured = RATIO.quantiles(counts, np.array([0.5]))[0]
            by_band[band] = 1 + HALF * (measured - 1) * weight / (weight + doubt)
    horizons = np.arange(1, tally.steps + 1)
    return np.asarray(np.clip(by_band[np.searchsorted(BANDS, horizons)], *LIMITS))
