"""What the counts teach a series that ends in one period; nothing later is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.evaluation.panel.tally import BANDS, ERROR, GROUPS, RATIO, WORTH
from forecast.evaluation.panel.widths import drawn_as_one, drawn_by_horizon, group_widths
from forecast.growth.panel.lessons import HALF, Lessons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.evaluation.panel.card import Card
    from forecast.evaluation.panel.tally import Tally

    Array = NDArray[np.float64]

HALF_LIFE: Final = 3.0
"""Years in which a past bias of growth loses half its weight."""

BIAS_CASES: Final = 200.0
"""How many cases a ratio of one counts for beside the measured one; of quarters and months times
the horizons, as errors of one origin at many of them are nearly one error."""

LIMITS: Final = (0.5, 1.5)
"""Growth is never corrected beyond these factors."""

FUTURE: Final = 1.07
"""Errors to come are wider than errors that were: with this, 80 and 95 % intervals held 80 and
95 % on the average of the three panels we tuned on."""

FUTURE_QUARTERS: Final = 1.12
"""The same for quarters: 79 and 95 % on the average of five panels."""

MIDDLES: Final = (1.5, 4.0, 8.0)
"""Horizons that the ratios of the bands are of; between them they change evenly."""


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
    packaged = card.shape_at(tally.steps)
    drawn = drawn_by_horizon if periods_per_year == 1 else drawn_as_one
    shape, cases = drawn(errors.sum(axis=0), packaged)
    return Lessons(
        lasting=_lasting(tally, last),
        factor=_factor(tally, last, periods_per_year),
        shape=(FUTURE_QUARTERS if periods_per_year == 4 else FUTURE)
        * group_widths(errors)[:, None, None]
        * shape,
        coefficients=card.coefficients,
        cases=cases,
    )


def _lasting(tally: Tally, last: int) -> Array:
    """Return the share of growth apart from the cohort's that came true in the whole record. [h]

    Unlike a bias it belongs to the panel and not to the time, so all of the past counts alike; and
    it is never above one: what a series says of itself is not made more of.
    """
    none = np.zeros((len(BANDS) + 1, RATIO.count), np.int64)
    total = sum((tally.lasting[period] for period in tally.lasting if period <= last), none)
    return np.clip(_by_horizon(total, BIAS_CASES, 1.0, tally.steps), 0.0, 1.0)


def _factor(tally: Tally, last: int, periods_per_year: int) -> Array:
    """Return by how much growth was over- or understated lately, carried on by half. [h]"""
    total = np.zeros((len(BANDS) + 1, RATIO.count))
    for period in sorted(p for p in tally.ratio if p <= last):
        age = (last - period) / periods_per_year
        total = total + tally.ratio[period] * 0.5 ** (age / HALF_LIFE)
    doubt = BIAS_CASES * (tally.steps if periods_per_year > 1 else 1)
    return np.clip(_by_horizon(total, doubt, HALF, tally.steps), *LIMITS)


def _by_horizon(total: NDArray[np.int64] | Array, doubt: float, share: float, steps: int) -> Array:
    """Return median ratios, drawn to one where cases are few, even from band to band. [h]

    Steps from one band to the next would turn steady growth around.

    Args:
        total: By band. [band, bin]
        doubt: How many cases a ratio of one counts for.
        share: How much of the rest is carried on.
        steps: Horizons.
    """
    ratios, middles = [], []
    for middle, counts in zip(MIDDLES, total, strict=True):
        weight = counts.sum() / WORTH
        if weight:
            measured = RATIO.quantiles(counts, np.array([0.5]))[0]
            ratios.append(1 + share * (measured - 1) * weight / (weight + doubt))
            middles.append(middle)
    if not ratios:
        return np.ones(steps)
    return np.asarray(np.interp(np.arange(1, steps + 1), middles, ratios))
