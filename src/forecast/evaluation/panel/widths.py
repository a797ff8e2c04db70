"""How wide errors are and what shape they have: the panel's own record beside the packaged one.

A width is one number and is learned from few errors; a shape, its tails above all, takes many. So
each is drawn to the packaged calibration by its own count. Errors far ahead overlap and tell less
than their number, so more of them are needed the further the horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.tally import ERROR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Counts = NDArray[np.int64]

SHAPE_CASES: Final = 100.0
"""How many errors of the panel's own the packaged shape is worth, times the horizon."""

WIDTH_CASES: Final = 20.0
"""The same of the packaged width of years."""

ORIGINS: Final = 40.0
"""How many errors at the first horizon the packaged width of quarters and months is worth."""

GROUP_CASES: Final = 200.0
"""How many errors a horizon a group needs for half its say in its own width."""

UPPER: Final = 0.85
"""Level of |error| by which widths of groups are compared."""

LEAST: Final = 1e-9
"""Width below which errors are none."""

LOW, MEDIAN, HIGH = (LEVELS.index(level) for level in (0.1, 0.5, 0.9))


def drawn_by_horizon(errors: Counts, packaged: Array) -> tuple[Array, Counts]:
    """Return pooled errors, the width of each horizon and side learned by itself, and their cases.

    Args:
        errors: Of the panel, by horizon. [h, bin]
        packaged: Quantiles of the packaged calibration, zero at the median. [h, level]

    Returns:
        Quantiles [h, level] and counts [h].
    """
    own, cases = _shape(errors)
    horizons = np.arange(1, len(own) + 1)
    share = cases / (cases + WIDTH_CASES * horizons)
    trust = (cases / (cases + SHAPE_CASES * horizons))[:, None]
    told = np.empty_like(own)
    for side, edge in ((slice(MEDIAN + 1), LOW), (slice(MEDIAN, None), HIGH)):
        width = np.abs(packaged[:, edge])
        own_width = np.where(cases > 0, np.maximum(np.abs(own[:, edge]), LEAST), width)
        mixed = (own_width**share * width ** (1 - share))[:, None]
        shape = trust * own[:, side] / own_width[:, None]
        told[:, side] = mixed * (shape + (1 - trust) * packaged[:, side] / width[:, None])
    # a few errors amid many of none: scaled up, they would lie beyond all that either knows
    told = np.clip(told, np.minimum(own, packaged), np.maximum(own, packaged))
    return np.where(cases[:, None] > 0, told, packaged), cases


def drawn_as_one(errors: Counts, packaged: Array) -> tuple[Array, Counts]:
    """Return the same with one width for all horizons, as quarters and months take it.

    One number is learned from fewer cases than a shape: errors of one origin at many horizons are
    nearly one error, so origins are counted and not errors.
    """
    own, cases = _shape(errors)
    trust = (cases / (cases + SHAPE_CASES * np.arange(1, len(own) + 1)))[:, None]
    return trust * own + (1 - trust) * _relative_width(errors, packaged) * packaged, cases


def group_widths(errors: Counts) -> Array:
    """Return how much wider each volatility group's errors are than those of all. [group]

    Args:
        errors: [group, h, bin]
    """
    folded = errors.sum(axis=1)
    folded = folded + folded[:, ::-1]  # of either sign alike
    total = folded.sum(axis=0)
    widths = np.ones(len(folded))
    level = np.array([(1 + UPPER) / 2])
    for group, counts in enumerate(folded):
        if counts.sum():
            ratio = ERROR.quantiles(counts, level)[0] / ERROR.quantiles(total, level)[0]
            cases = counts.sum() / 2
            widths[group] = ratio ** (cases / (cases + GROUP_CASES * errors.shape[1]))
    return widths


def _shape(errors: Counts) -> tuple[Array, Counts]:
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


def _width(quantiles: Array) -> Array:
    """Return half the width of the middle 80 %. [h]"""
    return np.asarray((quantiles[:, HIGH] - quantiles[:, LOW]) / 2)


def _relative_width(errors: Counts, packaged: Array) -> float:
    """Return how much wider the panel's own errors are than the packaged ones, over all horizons.

    Args:
        errors: By horizon. [h, bin]
        packaged: Quantiles. [h, level]
    """
    counts = errors.sum(axis=1)
    folded = errors + errors[:, ::-1]
    width = _width(packaged)
    logs = [
        np.log(max(float(ERROR.quantiles(folded[h], np.array([LEVELS[HIGH]]))[0]), 1e-3) / width[h])
        for h in np.flatnonzero(counts)
        if width[h] > 0
    ]
    if not logs:
        return 1.0
    weight = counts[counts > 0]
    share = counts[0] / (counts[0] + ORIGINS)
    return float(np.exp(share * (weight * logs).sum() / weight.sum()))
