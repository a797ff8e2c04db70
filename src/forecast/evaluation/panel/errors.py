"""From batches to counts: growth of every series, then errors of every past forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.evaluation.panel.tally import BANDS, ERROR, GROWTH, RATIO, WORTH, Tally, count
from forecast.growth.panel.cohort import ANY_TIME, SAME_TIME, Cohort, carried, growth, pulled
from forecast.growth.panel.fan import distance
from forecast.growth.panel.scale import group_of, scale, typical_step

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.evaluation.panel.tally import Histograms
    from forecast.growth.panel.batch import Batch
    from forecast.growth.panel.look import Look

    Array = NDArray[np.float64]
    Periods = NDArray[np.int64]

TIMELESS: Final = 0
"""The one period of a panel whose periods are running numbers."""

WORST: Final = 50.0
"""No case weighs more than this many steps."""


def tally_growth(batch: Batch, *, calendar: bool, steps: int) -> Tally:
    """Count the mean growth of each series: at every origin by period, or at its end only.

    Args:
        batch: Series side by side.
        calendar: Whether periods mean the same time in every series.
        steps: Horizons of the tally.
    """
    tally = Tally(steps)
    mean = growth(batch.values).mean
    inside = batch.origins & np.isfinite(mean)
    if not calendar:
        last = np.arange(mean.shape[1]) == batch.length[:, None] - 1
        inside &= last
    periods = batch.periods[inside] if calendar else np.full(int(inside.sum()), TIMELESS)
    count(tally.growth, periods, (GROWTH.of(mean[inside]),))
    return tally


def cohorts(batch: Batch, tally: Tally, *, calendar: bool) -> Cohort:
    """Return the cohort of every origin. [n, t] arrays

    Args:
        batch: Series side by side.
        tally: Growth of the whole panel.
        calendar: Whether periods mean the same time in every series.
    """
    periods = batch.periods if calendar else np.full(batch.values.shape, TIMELESS)
    median, spread, size = (np.zeros(batch.values.shape) for _ in range(3))
    for period in np.unique(periods):
        if int(period) not in tally.growth:
            continue
        counts = tally.growth[int(period)]
        low, middle, high = GROWTH.quantiles(counts, np.array([0.25, 0.5, 0.75]))
        here = periods == period
        median[here], spread[here], size[here] = middle, (high - low) / 1.349, counts.sum()
    return Cohort(median, spread, size, SAME_TIME if calendar else ANY_TIME)


def tally_errors(
    tally: Tally, batch: Batch, look: Look, cohort: Cohort, coefficients: Array, *, calendar: bool
) -> None:
    """Count the errors of every past forecast whose target has been seen.

    Args:
        tally: Takes them in.
        batch: Series side by side.
        look: What they say of themselves.
        cohort: Of every origin.
        coefficients: Of the scale.
        calendar: Whether periods mean the same time in every series.
    """
    within = batch.within_year
    centre = pulled(look.centre, batch.values, look.growth, cohort, within_year=within)
    start = centre[:, :, 0] if within else batch.values
    alike = carried(batch.values, cohort, centre.shape[2])
    unit = scale(batch.values, look.features, coefficients)
    step = np.maximum(typical_step(batch.values), 1e-290)
    group = group_of(batch.values)
    for h in range(1, min(tally.steps, batch.values.shape[1] - 1) + 1):
        origin, target = np.s_[:, :-h], np.s_[:, h:]
        cases = batch.origins[origin] & batch.seen[target]
        known = batch.periods[target][cases] if calendar else np.full(int(cases.sum()), TIMELESS)
        said, actual = centre[origin][..., h - 1][cases], batch.values[target][cases]
        before = start[origin][cases]
        away = distance(actual, said, look.positive[target][cases])
        scaled = away / np.maximum(unit[origin][..., h - 1][cases], 1e-290)
        row = np.full(len(known), h - 1)
        count(tally.error, known, (group[origin][cases], row, ERROR.of(scaled)))
        unit_step = step[origin][cases]
        _count_ratio(tally.ratio, known, h, (actual - before, said - before), unit_step)
        if not within:
            like = alike[origin][..., h - 1][cases]
            _count_ratio(tally.lasting, known, h, (actual - like, said - like), unit_step)


def _count_ratio(
    table: Histograms, known: Periods, h: int, moves: tuple[Array, Array], step: Array
) -> None:
    """Count what a move turned out to be over what was said, weighed by what was said.

    Args:
        table: Ratios by period.
        known: When each case became known. [case]
        h: Horizon.
        moves: What came and what was said; NaN where there is no reference. [case] each
        step: Typical steps. [case]
    """
    came, said = moves
    told = np.isfinite(said) & (said != 0)
    ratio = came[told] / said[told]
    weight = np.rint(WORTH * np.minimum(np.abs(said[told]) / step[told], WORST))
    band = np.full(len(ratio), np.searchsorted(BANDS, h))
    count(table, known[told], (band, RATIO.of(ratio)), weight.astype(np.int64))
