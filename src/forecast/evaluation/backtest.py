"""What we would have said on every past day that brought news, beside what came.

Leak-proof by construction: for each day the rows known by its end are cut out first
(``history.as_known``), and nothing but them reaches a model. Truth is read afterwards, from
another history: what the *same frame* says on the day of the question.

Monthly series are asked every third month (those that close a quarter): their forecasts
overlap so much that the months between add time, not knowledge. Slow models stay out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import FitError
from forecast.evaluation.neighbours import PACKAGED, School, fans_by_day
from forecast.growth.outlook import outlook
from forecast.growth.speaking import listen
from forecast.history.drawn import own_rows
from forecast.history.frames import one
from forecast.history.knowledge import as_known, known_days
from forecast.history.periods import number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series
    from forecast.contracts.histories import History, Track
    from forecast.contracts.vintages import Policy
    from forecast.growth.fans import Fan
    from forecast.growth.outlook import Outlook
    from forecast.growth.speaking import Voices

SLOW: Final = ("prophet",)
"""Models a backtest leaves out: a hundred fits of them would take minutes."""

LEAST_POINTS: Final = 2
"""A forecast of one point is the reference class's: it says nothing of our models."""

NOT_YET: Final = np.datetime64("NaT", "us")


_WHOLE: Final = 2
"""Day of a month on which the last hour of the month before is over everywhere."""


@dataclass(frozen=True)
class Case:
    """One forecast of the past, all its voices kept, beside what came.

    Attributes:
        as_of: The day whose knowledge the forecast stands on.
        policy: How known-ness was decided.
        voices: What each model said.
        truths: What the same frame says now; nan where it says nothing yet. [h]
        truth_known: The day each truth was known, under the policy. [h]
    """

    as_of: date
    policy: Policy
    voices: Voices
    truths: NDArray[np.float64]
    truth_known: NDArray[np.datetime64]

    @property
    def series(self) -> Series:
        """The series that was forecast."""
        return self.voices.track.series


@dataclass
class Heard:
    """What was heard already: the same rows make the same track, the same track the same voices.

    Backtests of one series overlap almost wholly; only what differs is computed.
    """

    _tracks: dict[tuple[object, ...], Track | None] = field(default_factory=dict)
    _voices: dict[tuple[object, ...], Voices] = field(default_factory=dict)
    _by_era: dict[int, Assumptions] = field(default_factory=dict)
    _outlooks: dict[tuple[str, int], Outlook] = field(default_factory=dict)
    _schools: dict[tuple[int, int], School] = field(default_factory=dict)

    def dated(self, assumptions: Assumptions, day: date) -> Assumptions:
        """Return assumptions as of a day; days between two dated rows read the same ones."""
        era = int((assumptions.table["known_from"] <= pd.Timestamp(day)).sum())
        if era not in self._by_era:
            self._by_era[era] = assumptions.on(day)
        return self._by_era[era]

    def reference(self, series: Series, dated: Assumptions) -> Outlook:
        """Return the reference class of a series; ``dated`` is of this room's own eras."""
        key = (series.id, id(dated))
        if key not in self._outlooks:
            self._outlooks[key] = outlook(series, dated)
        return self._outlooks[key]

    @property
    def hindsight(self) -> tuple[str, ...]:
        """Assumptions that some past day read before they were known."""
        used = (row for dated in self._by_era.values() for row in dated.used.values())
        return tuple(sorted({row.assumption_id for row in used if row.hindsight}))

    def track(self, key: tuple[object, ...], make: Callable[[], Track]) -> Track | None:
        """Return the track of a key, made once; None where nothing can be followed."""
        if key not in self._tracks:
            try:
                self._tracks[key] = make()
            except FitError:
                self._tracks[key] = None
        return self._tracks[key]

    def school(self, members: Sequence[Series]) -> School:
        """Return the school of a class and frequency."""
        steps = max(series.horizon for series in members)
        key = (steps, members[0].periods_per_year)
        return self._schools.setdefault(key, School(*key))

    def voices(self, track: Track, reference: Outlook, panel: Fan | None) -> Voices:
        """Return what each model says of a track, the panel beside it; models are asked once."""
        horizon = track.series.horizon
        arrays = (track.periods, track.values, track.log_sd, track.edition)
        key = (
            track.series.id,
            *(array.tobytes() for array in arrays),
            track.edition_doubt,
            track.base_doubt,
            reference,
            horizon,
            b"" if panel is None else panel.scores.tobytes(),
        )
        if key not in self._voices:
            self._voices[key] = listen(track, reference, horizon=horizon, panel=panel)
        return self._voices[key]


@dataclass(frozen=True)
class Ground:
    """What all backtests of one question stand on.

    Attributes:
        observations: OBSERVATIONS known on ``as_of`` under the question's policy; the index
            tells rows apart.
        publications: PUBLICATIONS that they name.
        assumptions: Of any day: each past day reads its own.
        as_of: The day of the question.
        heard: Voices already heard, shared between backtests.
    """

    observations: pd.DataFrame
    publications: pd.DataFrame
    assumptions: Assumptions
    as_of: date
    heard: Heard = field(default_factory=Heard)

    def history(self, series: Series, as_of: date, policy: Policy) -> History:
        """Return what was known of a series on a day."""
        return as_known(
            self.observations, self.publications, series=series, as_of=as_of, policy=policy
        )


def backtest(ground: Ground, members: Sequence[Series], *, policy: Policy) -> tuple[Case, ...]:
    """Return every past forecast for which some truth is known: by series, oldest first.

    Args:
        ground: What may be known.
        members: The catalogue's entries of one class and frequency: they teach one another.
        policy: ``strict`` counts only days we can prove; ``reconstructed`` dates each row by
            its period and the usual publication lag.
    """
    past = [asked for series in members for asked in _asked(ground, series, policy)]
    school = ground.heard.school(members) if members else None
    fans = fans_by_day(school, [(then.day, then.track) for then in past]) if school else []
    for then in (then for then, fan in zip(past, fans, strict=True) if fan is not None):
        ground.heard.dated(ground.assumptions, then.day).find(PACKAGED, "any")
    return tuple(
        Case(
            then.day,
            policy,
            ground.heard.voices(then.track, then.reference, fan),
            then.truths,
            then.truth_known,
        )
        for then, fan in zip(past, fans, strict=True)
        if np.isfinite(then.truths).any()
    )


@dataclass(frozen=True)
class _Asked:
    """A past day, what was known of a series by its end, and what came. [h] truths"""

    day: date
    track: Track
    reference: Outlook
    truths: NDArray[np.float64]
    truth_known: NDArray[np.datetime64]


def _asked(ground: Ground, series: Series, policy: Policy) -> Iterator[_Asked]:
    """Yield every day that brought news of one series, oldest first."""
    own = own_rows(ground.observations, series)
    ground = Ground(own, ground.publications, ground.assumptions, ground.as_of, ground.heard)
    series = _quick(series)
    truths: dict[str, _Truth] = {}
    for day, track, reference in _tracks(ground, series, policy):
        if track.family not in truths:
            truths[track.family] = _truth(ground, series, track.family, policy)
        ahead = track.origin + np.arange(1, series.horizon + 1)
        yield _Asked(day, track, reference, *truths[track.family].at(ahead, after=day))


def _quick(series: Series) -> Series:
    """Return the series without the models a backtest leaves out."""
    quick = tuple(name for name in series.models if name not in SLOW)
    return series.model_copy(update={"models": quick or (series.fallback,)})


def days_of_news(rows: pd.DataFrame, series: Series, policy: Policy) -> list[date]:
    """Return the days on which something new about a series became known, oldest first.

    Reconstructed monthly series: only days that bring a month closing a quarter. Reconstructed
    hours: only the second day of a month, by which the month before is whole in every zone.
    """
    days = known_days(rows, {series.id: series.publication_lag_days}, policy)
    if policy == "reconstructed":
        hours = rows["frequency"] == "H"
        rows, days = (part[~hours | (rows["period_end"].dt.day == _WHOLE)] for part in (rows, days))
    if series.frequency == "M" and policy == "reconstructed":
        days = days[rows["period_end"].dt.month % 3 == 0]
    return [day.date() for day in sorted(days.unique())]


def _tracks(
    ground: Ground, series: Series, policy: Policy
) -> Iterator[tuple[date, Track, Outlook]]:
    """Yield each day's track if it differs from the day's before, and its reference class."""
    rows, heard = ground.observations, ground.heard
    known = known_days(rows, {series.id: series.publication_lag_days}, policy)
    last: tuple[bytes, bytes] | None = None
    for day in days_of_news(rows, series, policy):
        if day >= ground.as_of:
            return
        dated = heard.dated(ground.assumptions, day)
        seen = rows.index[known <= pd.Timestamp(day)].to_numpy().tobytes()
        track = heard.track(
            (series.id, policy, seen, id(dated)),
            partial(_followed, ground, series, day, policy, dated),
        )
        if track is None or len(track) < LEAST_POINTS or not track.positive:
            continue
        line = (track.periods.tobytes(), track.values.tobytes())
        if line != last:
            last = line
            yield day, track, heard.reference(series, dated)


def _followed(
    ground: Ground, series: Series, day: date, policy: Policy, dated: Assumptions
) -> Track:
    """Return the track of a series, from what was known by the end of a day."""
    return one(ground.history(series, day, policy), dated)


@dataclass(frozen=True)
class _Truth:
    """What one frame says now, and since when: by period."""

    values: dict[int, float]
    known: dict[int, np.datetime64]

    def at(
        self, periods: NDArray[np.int64], *, after: date
    ) -> tuple[NDArray[np.float64], NDArray[np.datetime64]]:
        """Return truths of periods and the days they were known; only those known later."""
        known = np.array([self.known.get(int(p), NOT_YET) for p in periods], "datetime64[us]")
        values = np.array([self.values.get(int(p), np.nan) for p in periods])
        fit = (known > np.datetime64(after, "us")) & (values > 0)
        return np.where(fit, values, np.nan), np.where(fit, known, NOT_YET)


def _truth(ground: Ground, series: Series, family: str, policy: Policy) -> _Truth:
    """Return what a family of publications says on the day of the question."""
    framed = series.model_copy(update={"sources": (family,)})
    history = ground.history(framed, ground.as_of, policy)
    track = one(history, ground.heard.dated(ground.assumptions, ground.as_of))
    rows = history.rows
    days = known_days(rows, {series.id: series.publication_lag_days}, policy)
    numbers = number(rows["period_start"], series.frequency).tolist()
    stated = dict(zip(zip(rows["publication_id"], numbers, strict=True), days, strict=True))
    return _Truth(
        values=dict(zip(track.periods.tolist(), track.values.tolist(), strict=True)),
        known={
            period: np.datetime64(stated[publication, period], "us")
            for period, publication in zip(track.periods.tolist(), track.publications, strict=True)
        },
    )
