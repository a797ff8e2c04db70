"""Past forecasts, taught only by what was known on their day, and judged case by case.

Each forecast is widened by the errors known on *its* as-of day, never by later ones, so the
judged combination is the one an honest run of that day would have published.

Beside it stand others, all given the combination's spread, so that a difference is one of
centres: both baselines, every member and the members' plain average (``equal_weights``).
``record_only`` is the combination with the width it has without lessons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.levels import LEVELS
from forecast.evaluation.calibration import known_by, learn
from forecast.evaluation.errors import centres, last_day
from forecast.evaluation.scores import crps, inside, mase, pinball, usual_step, width
from forecast.growth.intervals import volatility_group
from forecast.growth.speaking import COMBINATION, together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from forecast.evaluation.backtest import Case
    from forecast.evaluation.calibration import Learned

RECORD_ONLY: Final = "record_only"

PINBALL_LEVELS: Final = (0.1, 0.5, 0.9)


@dataclass
class Lessons:
    """What one class and frequency had learned by each day: asked once a day.

    Attributes:
        errors_by: Returns the errors of the class that could be computed on a day.
    """

    errors_by: Callable[[date], pd.DataFrame]
    _learned: dict[date, dict[str, Learned]] = field(default_factory=dict)

    def learned(self, day: date, group: str) -> Learned | None:
        """Return what errors known by a day teach a volatility group, else its class."""
        if day not in self._learned:
            self._learned[day] = learn(known_by(self.errors_by(day), day))
        learned = self._learned[day]
        return learned.get(group, learned.get(""))


def judge(cases: Sequence[Case], lessons: Lessons) -> pd.DataFrame:
    """Return one row a case, horizon and forecaster, with every score of it.

    Args:
        cases: Past forecasts of one class and frequency.
        lessons: What that class had learned by each day.
    """
    return stacked_cases([_judged(case, lessons) for case in cases if case.voices.members])


def stacked_cases(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return judged cases in one table; of none, a table without columns."""
    filled = [frame for frame in frames if not frame.empty]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def _judged(case: Case, lessons: Lessons) -> pd.DataFrame:
    series, track = case.series, case.voices.track
    said = _forecasters(case, lessons)
    known = np.flatnonzero(np.isfinite(case.truths))
    quantiles = np.array(list(said.values()))[:, known, :]
    actual = np.log(case.truths[known])
    step = usual_step(track.periods, track.values, series.periods_per_year)
    middle = quantiles[:, :, LEVELS.index(0.5)]
    scored = {
        "crps": crps(np.exp(actual), np.exp(quantiles)),
        "log_crps": crps(actual, quantiles),
        **{
            f"pinball_{level}": pinball(actual, quantiles[:, :, LEVELS.index(level)], level)
            for level in PINBALL_LEVELS
        },
        "in_80": inside(actual, quantiles, 80),
        "in_95": inside(actual, quantiles, 95),
        "width_80": width(quantiles, 80),
        "scaled_error": mase(np.exp(actual), np.exp(middle), np.array(step)),
        "log_error": middle - actual,
    }
    return pd.DataFrame(
        {
            "series_id": series.id,
            "subject": series.reference_class,
            "frequency": series.frequency,
            "quantity": series.quantity,
            "policy": case.policy,
            "as_of": pd.Timestamp(case.as_of),
            "origin": last_day(track),
            "origin_number": track.origin,
            "block": track.origin // (2 * series.periods_per_year),
            "points": len(track),
            "group": volatility_group(case.voices.scatter, series.periods_per_year),
            "horizon": np.tile(known + 1, len(said)),
            "forecaster": np.repeat(list(said), len(known)),
            "truth_known_from": np.tile(case.truth_known[known], len(said)),
            **{name: np.asarray(values).ravel() for name, values in scored.items()},
        }
    )


def _forecasters(case: Case, lessons: Lessons) -> dict[str, NDArray[np.float64]]:
    """Return the log quantiles of every forecaster: the combination first. [h, 23] each"""
    voices = case.voices
    group = volatility_group(voices.scatter, case.series.periods_per_year)
    learned = lessons.learned(case.as_of, group)
    fan = together(voices, None if learned is None else learned.errors).fans[COMBINATION]
    spread = fan.scores - fan.median[:, None]
    others = centres(voices)
    others[COMBINATION] = fan.median
    said = {name: centre[:, None] + spread for name, centre in others.items()}
    said[RECORD_ONLY] = together(voices).fans[COMBINATION].scores
    return said
