"""Past editions, one as-of day after another: each sees only what was known on its day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import ForecastError, SettingsError
from forecast.pipeline.walk import Asked, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from forecast.contracts.question import Place
    from forecast.contracts.vintages import Policy
    from forecast.pipeline.walk import Outcome, Say

_EVERY: Final = re.compile(r"(\d+)(d|w|mo|y)$")
_MOST: Final = 5_000
"""A plan longer than this is a slip of the finger."""


@dataclass(frozen=True)
class Filled:
    """What became of one day of a backfill."""

    as_of: date
    outcome: Outcome | None
    reason: str = ""


def days(first: date, last: date, every: str) -> list[date]:
    """Return the as-of days from ``first`` to ``last``, both included.

    Months and years keep the day of ``first``, or the month's last day where it has none.

    Args:
        first: First day.
        last: Last day; the last one planned is not after it.
        every: ``7d``, ``2w``, ``1mo``, ``1y``, …

    Raises:
        SettingsError: The step is none, or the days run backwards.

    Example:
        >>> [str(day) for day in days(date(2024, 1, 31), date(2024, 3, 31), "1mo")]
        ['2024-01-31', '2024-02-29', '2024-03-31']
    """
    step = _EVERY.match(every)
    if step is None or int(step[1]) < 1:
        raise SettingsError(f"--every is {every!r}; expected 7d, 2w, 1mo, 1y or the like.")
    if last < first:
        raise SettingsError(f"--to {last} lies before --from {first}. Swap them.")
    planned: list[date] = []
    for day in _steps(first, int(step[1]), step[2]):
        if day > last:
            return planned
        planned.append(day)
        if len(planned) > _MOST:
            raise SettingsError(f"more than {_MOST} days. Choose a longer --every.")
    return planned


def _steps(first: date, count: int, unit: str) -> Iterator[date]:
    number = 0
    while True:
        if unit in {"d", "w"}:
            yield first + timedelta(days=number * count * (7 if unit == "w" else 1))
        else:
            yield _months_later(first, number * count * (12 if unit == "y" else 1))
        number += 1


def _months_later(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    for day in range(first.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, first.day)


def backfill(
    planned: list[date],
    place: Place,
    *,
    policy: Policy = "strict",
    today: date,
    now: datetime,
    say: Say = lambda _: None,
) -> list[Filled]:
    """Run each planned day; a day that fails is named and the others go on."""
    filled = []
    for day in planned:
        try:
            outcome = run(Asked(as_of=day, policy=policy), place, today=today, now=now, say=say)
            filled.append(Filled(day, outcome))
        except ForecastError as error:
            filled.append(Filled(day, None, str(error)))
        say(f"{day}: {filled[-1].reason or filled[-1].outcome.run_id}")  # type: ignore[union-attr]
    return filled
