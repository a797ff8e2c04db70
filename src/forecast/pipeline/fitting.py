"""Forecasts of a whole panel: a first look, then errors, then quantiles, chunk by chunk.

Each pass reads the panel anew, so memory holds one chunk and the counts. Chunks may be of any
size and done by any worker: what passes between them is sums of whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.errors import TIMELESS, cohorts, tally_errors, tally_growth
from forecast.evaluation.panel.lessons import lessons
from forecast.evaluation.panel.tally import Tally
from forecast.growth.panel.cohort import pulled
from forecast.growth.panel.fan import spread_out
from forecast.growth.panel.lessons import corrected
from forecast.growth.panel.look import look, rows_at_once
from forecast.growth.panel.members import MEMBERS
from forecast.growth.panel.scale import group_of, scale
from forecast.growth.panel.season import CUTS, last_batch, past_batch, with_seasons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from forecast.evaluation.panel.card import Card
    from forecast.growth.panel.batch import Batch, Line

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


def learn(chunks: Callable[[], Iterable[Sequence[Line]]], ask: Ask, card: Card) -> Tally:
    """Return what a panel teaches: growth in a first look, then the errors of past forecasts.

    Args:
        chunks: Gives the series, some at a time; called twice.
        ask: What is wanted.
        card: The packaged calibration, for the scale errors are measured in.
    """
    total = Tally(ask.steps)
    for batch in _batches(chunks(), ask):
        total.add(tally_growth(batch, calendar=ask.calendar, steps=ask.steps))
    errors = Tally(ask.steps)
    for batch in _batches(chunks(), ask):
        cohort = cohorts(batch, total, calendar=ask.calendar)
        errors.add(
            tally_errors(
                batch,
                look(batch, ask.steps, ask.periods_per_year),
                cohort,
                card.coefficients,
                calendar=ask.calendar,
            )
        )
    total.add(errors)
    return total


def tell(chunks: Iterable[Sequence[Line]], ask: Ask, tally: Tally, card: Card) -> Iterator[Told]:
    """Yield the forecast of every series, in order.

    Args:
        chunks: The series, some at a time.
        ask: What is wanted.
        tally: What the panel taught.
        card: The packaged calibration.
    """
    for lines in chunks:
        for part in _portions(lines, ask):
            yield from _told(last_batch(part, ask.periods_per_year), part, ask, tally, card)


def _told(
    batch: Batch, lines: Sequence[Line], ask: Ask, tally: Tally, card: Card
) -> Iterator[Told]:
    seen = look(batch, ask.steps, ask.periods_per_year)
    cohort = cohorts(batch, tally, calendar=ask.calendar)
    ends = batch.ends
    centre = pulled(seen.centre, batch.values, seen.growth, cohort)[ends]
    unit = scale(batch.values, seen.features, card.coefficients)[ends]
    periods = batch.periods[ends] if ask.calendar else np.full(len(lines), TIMELESS)
    group = group_of(batch.values)[ends]
    quantiles = np.zeros((*centre.shape, len(LEVELS)))
    for last in np.unique(periods):
        here = periods == last
        taught = lessons(tally, card, int(last), periods_per_year=ask.periods_per_year)
        middle = corrected(centre[here], batch.values[ends][here], taught.factor)
        shape = taught.shape[group[here]]
        quantiles[here] = spread_out(middle, unit[here], shape, seen.positive[ends][here])
    quantiles = with_seasons(quantiles, batch)
    for row, line in enumerate(lines):
        mean = quantiles[row][:, LEVELS.index(0.5)]
        yield Told(line, quantiles[row], mean, seen.weights[row], float(seen.bounded[row]))


def _batches(chunks: Iterable[Sequence[Line]], ask: Ask) -> Iterator[Batch]:
    for lines in chunks:
        for part in _portions(lines, ask):
            batch = past_batch(part, ask.steps, ask.periods_per_year)
            if len(batch.length):
                yield batch


def _portions(lines: Sequence[Line], ask: Ask) -> Iterator[Sequence[Line]]:
    """Yield a chunk in portions small enough for memory, in order."""
    longest = max((len(line.values) for line in lines), default=1)
    size = rows_at_once(longest, ask.steps, len(MEMBERS))
    size = size if ask.periods_per_year == 1 else max(1, size // CUTS)
    for start in range(0, len(lines), size):
        yield lines[start : start + size]
