"""Forecasts of a whole panel: a first look, then errors, then quantiles, chunk by chunk.

Each pass reads the panel anew, so memory holds one chunk and the counts. Chunks may be of any
size and done by any worker: what passes between them is sums of whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.evaluation.panel.passes import Ask, Told, errors_of, growth_of, told_of
from forecast.evaluation.panel.tally import Tally
from forecast.pipeline.crews import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from forecast.evaluation.panel.card import Card
    from forecast.growth.panel.batch import Line

    Chunks = Callable[[], Iterable[Sequence[Line]]]

__all__ = ["Ask", "Told", "learn", "tell"]


def learn(chunks: Chunks, ask: Ask, card: Card, workers: int = 1) -> Tally:
    """Return what a panel teaches: growth in a first look, then the errors of past forecasts.

    Args:
        chunks: Gives the series, some at a time; called twice.
        ask: What is wanted.
        card: The packaged calibration, for the scale errors are measured in.
        workers: Processes; changes nothing but time.
    """
    total, errors = Tally(ask.steps), Tally(ask.steps)
    for part in spread(growth_of, (ask,), chunks(), workers):
        total.add(part)
    for part in spread(errors_of, (ask, total, card), chunks(), workers):
        errors.add(part)
    total.add(errors)
    return total


def tell(
    chunks: Iterable[Sequence[Line]], ask: Ask, tally: Tally, card: Card, workers: int = 1
) -> Iterator[Told]:
    """Yield the forecast of every series, in order.

    Args:
        chunks: The series, some at a time.
        ask: What is wanted.
        tally: What the panel taught.
        card: The packaged calibration.
        workers: Processes; changes nothing but time.
    """
    for told in spread(told_of, (ask, tally, card), chunks, workers):
        yield from told
