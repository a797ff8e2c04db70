"""One chunk of a panel: what it teaches, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.errors import TIMELESS, cohorts, tally_errors, tally_growth
from forecast.evaluation.panel.lessons import lessons
from forecast.evaluation.panel.tally import Tally
from forecast.growth.panel.cohort import carried, pulled
from forecast.growth.panel.fan import spread_out
from forecast.growth.panel.lessons import corrected
from forecast.growth.panel.look import look, rows_at_once
from forecast.growth.panel.members import MEMBERS
from forecast.growth.panel.scale import group_of, scale
from forecast.growth.panel.season import last_batch, past_batches, with_seasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from forecast.evaluation.panel.card import Card
    from forecast.growth.panel.batch import Batch, Line
    from forecast.growth.panel.look import Look

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Ask:
    """What is wanted of a panel.

    Attributes:
        steps: Horizons.
        calendar: Whether periods mean the same time in every series.
        periods_per_year: 1, 4 or 12.
    """

    steps: int
    calendar: bool
    periods_per_year: int = 1


@dataclass(frozen=True)
class Told:
    """The forecast of one series.

    Attributes:
        line: The series.
        quantiles: [h, level]
        mean: [h]
        weights: Of the candidates. [member]
        bounded: Share of the candidates' forecasts the growth bound touched.
    """

    line: Line
    quantiles: Array
    mean: Array
    weights: Array
    bounded: float


def growth_of(lines: Sequence[Line], ask: Ask) -> Tally:
    """Return the growth of a chunk."""
    tally = Tally(ask.steps)
    for batch in _past(lines, ask):
        tally.add(tally_growth(batch, calendar=ask.calendar, steps=ask.steps))
    return tally


def errors_of(lines: Sequence[Line], ask: Ask, total: Tally, card: Card) -> Tally:
    """Return the errors of past forecasts of a chunk."""
    tally = Tally(ask.steps)
    for batch in _past(lines, ask):
        cohort = cohorts(batch, total, calendar=ask.calendar)
        seen = look(batch, ask.steps, ask.periods_per_year)
        tally_errors(tally, batch, seen, cohort, card.coefficients, calendar=ask.calendar)
    return tally


def told_of(lines: Sequence[Line], ask: Ask, tally: Tally, card: Card) -> list[Told]:
    """Return the forecasts of a chunk."""
    told: list[Told] = []
    for part in _portions(lines, ask):
        batch = last_batch(part, ask.periods_per_year)
        seen = look(batch, ask.steps, ask.periods_per_year)
        quantiles = with_seasons(_quantiles(batch, seen, ask, tally, card), batch)
        for row, line in enumerate(part):
            mean = quantiles[row][:, LEVELS.index(0.5)]
            bounded = float(seen.bounded[row])
            told.append(Told(line, quantiles[row], mean, seen.weights[row], bounded))
    return told


def _quantiles(batch: Batch, seen: Look, ask: Ask, tally: Tally, card: Card) -> Array:
    """Return quantiles without seasons from the last origins. [n, h, level]"""
    cohort = cohorts(batch, tally, calendar=ask.calendar)
    ends = batch.ends
    within = batch.within_year
    centre = pulled(seen.centre, batch.values, seen.growth, cohort, within_year=within)[ends]
    start = (centre[:, 0] if within else batch.values[ends])[:, None]
    alike = carried(batch.values, cohort, centre.shape[1])[ends]
    unit = scale(batch.values, seen.features, card.coefficients)[ends]
    periods = batch.periods[ends] if ask.calendar else np.full(len(start), TIMELESS)
    group = group_of(batch.values)[ends]
    quantiles = np.zeros((*centre.shape, len(LEVELS)))
    for period in np.unique(periods):
        here = periods == period
        taught = lessons(tally, card, int(period), periods_per_year=ask.periods_per_year)
        middle = corrected(centre[here], alike[here], taught.lasting)
        middle = corrected(middle, start[here], taught.factor)
        shape = taught.shape[group[here]]
        quantiles[here] = spread_out(middle, unit[here], shape, seen.positive[ends][here])
    return quantiles


def _past(lines: Sequence[Line], ask: Ask) -> Iterator[Batch]:
    for part in _portions(lines, ask):
        longest = max(len(line.values) for line in part)
        rows = rows_at_once(longest, ask.steps, len(MEMBERS))
        yield from past_batches(part, ask.steps, ask.periods_per_year, rows)


def _portions(lines: Sequence[Line], ask: Ask) -> Iterator[Sequence[Line]]:
    """Yield a chunk in portions small enough for memory, in order."""
    longest = max((len(line.values) for line in lines), default=1)
    size = rows_at_once(longest, ask.steps, len(MEMBERS))
    for start in range(0, len(lines), size):
        yield lines[start : start + size]
