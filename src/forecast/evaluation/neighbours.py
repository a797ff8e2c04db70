"""What series of one class and frequency teach one another through the panel engine, by day.

A class is a panel: its growths and the errors its past forecasts would have had are pooled, and
each series is told what they teach. On any day the panel is the tracks as known on that day; what
it teaches is learned anew once a year, as an honest house might, so that no forecast stands on
anything known after its day. Within a panel no series sees a period later than its own last.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import FitError
from forecast.evaluation.panel.card import packaged
from forecast.evaluation.panel.passes import Ask, errors_of, growth_of, told_of
from forecast.evaluation.panel.tally import Tally
from forecast.growth.panel.tracks import LEAST_POINTS, fan_of, line_of
from forecast.growth.speaking import PANEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from forecast.contracts.histories import Track
    from forecast.evaluation.panel.card import Card
    from forecast.growth.fans import Fan
    from forecast.growth.panel.batch import Line

PACKAGED: Final = "packaged_errors"
"""The assumption that dates the packaged calibration: earlier days read it in hindsight."""

YEAR: Final = 365
"""Days after which a house learns anew."""


def speaks_of(track: Track) -> bool:
    """Return whether the panel engine is asked of a track: wanted, and long enough."""
    return PANEL in track.series.models and len(track) >= LEAST_POINTS


@dataclass
class School:
    """What panels of one class and frequency taught: the same panel is asked once.

    Attributes:
        steps: Horizons that errors are learned at.
        periods_per_year: 1, 4 or 12.
    """

    steps: int
    periods_per_year: int
    _tallies: dict[tuple[object, ...], Tally] = field(default_factory=dict)

    @cached_property
    def card(self) -> Card:
        """The packaged calibration of the frequency."""
        return packaged(self.periods_per_year)

    @property
    def ask(self) -> Ask:
        """What is wanted of every panel."""
        return Ask(self.steps, calendar=True, periods_per_year=self.periods_per_year)

    def taught(self, tracks: Iterable[Track]) -> Tally:
        """Return what a panel teaches.

        Args:
            tracks: One of each series, as known on one day.
        """
        lines = [line_of(track) for track in tracks if PANEL in track.series.models]
        key = tuple((line.name, line.first, line.values.tobytes()) for line in lines)
        if key not in self._tallies:
            self._tallies[key] = self._learned(lines)
        return self._tallies[key]

    def _learned(self, lines: list[Line]) -> Tally:
        total = growth_of(lines, self.ask) if lines else Tally(self.steps)
        if lines:
            total.add(errors_of(lines, self.ask, total, self.card))
        return total

    def fans(self, tracks: Sequence[Track], tally: Tally) -> list[Fan | None]:
        """Return what the engine says of each track; None where it is not asked or fails.

        Args:
            tracks: Any, several of one series too.
            tally: What a panel known by the day of each of them taught.
        """
        asked = [place for place, track in enumerate(tracks) if speaks_of(track)]
        fans: list[Fan | None] = [None] * len(tracks)
        if not asked:
            return fans
        lines = [line_of(tracks[place], str(place)) for place in asked]
        for place, told in zip(asked, told_of(lines, self.ask, tally, self.card), strict=True):
            try:
                fans[place] = fan_of(told.quantiles, tracks[place])
            except FitError:
                continue
        return fans


def fans_by_day(school: School, asked: Sequence[tuple[date, Track]]) -> list[Fan | None]:
    """Return what the engine said of each track on its day, taught by the panel of that year.

    Args:
        school: Of the class and frequency.
        asked: Days and the tracks known on them, of every series of the class.
    """
    years = learning_days(day for day, _ in asked)
    fans: list[Fan | None] = [None] * len(asked)
    for turn, learned in enumerate(years):
        newest: dict[str, tuple[date, Track]] = {}
        for day, track in asked:
            held = newest.get(track.series.id)
            if day <= learned and (held is None or held[0] <= day):
                newest[track.series.id] = (day, track)
        tally = school.taught(track for _, (_, track) in sorted(newest.items()))
        mine = [n for n, (day, _) in enumerate(asked) if bisect_right(years, day) - 1 == turn]
        told = school.fans([asked[n][1] for n in mine], tally)
        for n, fan in zip(mine, told, strict=True):
            fans[n] = fan
    return fans


def learning_days(days: Iterable[date]) -> list[date]:
    """Return the first of the days, and each that comes a year or more after the one before."""
    chosen: list[date] = []
    for day in sorted(set(days)):
        if not chosen or (day - chosen[-1]).days >= YEAR:
            chosen.append(day)
    return chosen
