"""Why a series of a panel is forecast as it is: candidates, past errors, weights, lessons."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import SettingsError
from forecast.evaluation.panel.card import packaged
from forecast.evaluation.panel.errors import TIMELESS
from forecast.evaluation.panel.lessons import lessons
from forecast.growth.panel.look import look, members
from forecast.growth.panel.season import last_batch
from forecast.growth.panel.tracks import line_of
from forecast.pipeline.fitting import Ask, learn
from forecast.pipeline.panels import open_panel

if TYPE_CHECKING:
    from forecast.contracts.histories import Track
    from forecast.evaluation.neighbours import School
    from forecast.evaluation.panel.tally import Tally
    from forecast.growth.panel.batch import Line
    from forecast.growth.panel.lessons import Lessons
    from forecast.pipeline.fitting_files import Wish


WORTH_SAYING: Final = 0.95
"""A share of lasting growth above this is no news."""


@dataclass(frozen=True)
class Candidate:
    """One candidate for one series.

    Attributes:
        name: See ``growth.panel.members``.
        weight: Before trimming.
        past_error: Mean absolute error so far, in mean steps of the series; fading with age.
        first: Forecast of the next period, seasons taken out.
        last: Forecast of the furthest.
    """

    name: str
    weight: float
    past_error: float
    first: float
    last: float


@dataclass(frozen=True)
class Why:
    """What stands behind the forecast of one series.

    Attributes:
        series: Its name.
        values: How many periods it has, bridged ones included.
        candidates: Heaviest first.
        factor: What growth is multiplied with at the first and the furthest horizon, as in
            ``Lessons``.
        cases: Errors of the panel behind the width there.
        remarks: What a reader should mind.
    """

    series: str
    values: int
    candidates: tuple[Candidate, ...]
    factor: tuple[float, float]
    cases: tuple[int, int]
    remarks: tuple[str, ...]


def explain(panel: Path, series: str, wish: Wish) -> Why:
    """Return why one series of a panel is forecast as it is.

    Args:
        panel: Parquet or CSV of unique_id, ds, y.
        series: Which.
        wish: As for ``fit_file``.

    Raises:
        SettingsError: The panel has no such series, or it was refused.
    """
    with tempfile.TemporaryDirectory(prefix="forecast-fit-") as folder:
        opened = open_panel(panel, wish.frequency, Path(folder))
        calendar = opened.calendar
        ask = Ask(wish.horizon, calendar.shared, calendar.periods_per_year)
        card = wish.card or packaged(ask.periods_per_year)
        found = [line for (line,) in opened.chunks(1) if line.name == series]
        if not found:
            why = opened.refused.get(series, "it has no such series")
            raise SettingsError(f"{panel}: {series} is not forecast: {why}")
        tally = learn(lambda: opened.chunks(wish.chunk), ask, card, wish.workers)
    line = found[0]
    last = line.first + len(line.values) - 1 if calendar.shared else TIMELESS
    taught = lessons(tally, card, last, periods_per_year=ask.periods_per_year)
    return _why(line, ask, taught, tally)


def why_of(track: Track, school: School, tally: Tally) -> Why:
    """Return why a series of the catalogue is forecast as it is by the panel engine.

    Args:
        track: The line models follow.
        school: Of its class and frequency.
        tally: What the class taught.
    """
    ask = school.ask
    taught = lessons(tally, school.card, track.origin, periods_per_year=ask.periods_per_year)
    return _why(line_of(track), ask, taught, tally)


def _why(line: Line, ask: Ask, taught: Lessons, tally: Tally) -> Why:
    batch = last_batch([line], ask.periods_per_year)
    seen = look(batch, ask.steps, ask.periods_per_year)
    names = members(ask.periods_per_year)
    rows = [
        Candidate(name, float(weight), float(error), float(path[0]), float(path[-1]))
        for name, weight, error, path in zip(
            names, seen.weights[0], seen.errors[0], seen.paths[0], strict=True
        )
    ]
    remarks = []
    if not seen.positive[batch.ends][0]:
        remarks.append("not always positive: candidates in logarithms refused, levels stand in")
    if not seen.errors[0].any():
        remarks.append("no past origin yet: candidates weigh the same")
    if seen.bounded[0]:
        remarks.append(
            f"the bound of growth touched {seen.bounded[0]:.0%} of candidates' forecasts"
        )
    if batch.seasons.any():
        remarks.append("seasons taken out and put back")
    least = int(taught.lasting.argmin())
    if seen.positive[batch.ends][0] and taught.lasting[least] < WORTH_SAYING:
        remarks.append(
            f"of growth apart from the panel's median {taught.lasting[least]:.0%} lasted to period "
            f"{least + 1}, so no more of it is carried on"
        )
    if not tally.error:
        remarks.append("the panel has no past errors: width is the packaged calibration's")
    return Why(
        series=line.name,
        values=len(line.values),
        candidates=tuple(sorted(rows, key=lambda row: (-row.weight, row.name))),
        factor=(float(taught.factor[0]), float(taught.factor[-1])),
        cases=(int(taught.cases[0]), int(taught.cases[-1])),
        remarks=tuple(remarks),
    )
