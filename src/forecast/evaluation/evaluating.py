"""One question about the past: how wrong were we, and what does it teach?

Under *reconstructed* vintages the backtest is scored as it stands. Under *strict* ones only
days we can prove are scored, and they are few, since most figures reached us in 2025 and 2026.
What a day's forecaster learns from is another matter: on any day, strict or not, an honest
forecaster would date the values then at hand by their usual lag and run the same backtest.
So calibration always comes from reconstructed vintages *of the rows known on the day*, says
so in its source, and never enters a strict score from later rows. A strict evaluation also
returns those reconstructed scores, each row under its own policy.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from forecast.contracts.tables import CALIBRATION
from forecast.evaluation.backtest import Ground, backtest
from forecast.evaluation.calibration import calibrate
from forecast.evaluation.errors import ERRORS, error_table
from forecast.evaluation.judging import Lessons, judge, stacked_cases
from forecast.evaluation.neighbours import learning_days
from forecast.evaluation.scoring import score_table
from forecast.history.knowledge import known_days, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Catalogue, Series
    from forecast.contracts.question import Question
    from forecast.contracts.table import Table
    from forecast.contracts.vintages import Policy


@dataclass(frozen=True)
class Examined:
    """What one reference class and frequency has to show for its past.

    Attributes:
        calibration: CALIBRATION, for ``growth.speaking.speak``.
        errors: Log errors of every past forecast (``errors.ERRORS``).
        judged: Every score of every past forecast (``judging``).
        hindsight: Assumptions past days read before they were known: these scores are not
            called ex ante.
    """

    calibration: pd.DataFrame
    errors: pd.DataFrame
    judged: pd.DataFrame
    hindsight: tuple[str, ...]


@dataclass(frozen=True)
class Evaluated:
    """What a whole catalogue has to show: see ``Examined``; ``scores`` are SCORES."""

    scores: pd.DataFrame
    calibration: pd.DataFrame
    errors: pd.DataFrame
    judged: pd.DataFrame
    hindsight: tuple[str, ...]


def evaluate(
    observations: pd.DataFrame,
    publications: pd.DataFrame,
    catalogue: Catalogue,
    assumptions: Assumptions,
    *,
    question: Question,
) -> Evaluated:
    """Return how wrong forecasts of every series were, and what that teaches.

    Args:
        observations: OBSERVATIONS; only what was known by the question's day is read.
        publications: PUBLICATIONS that they name.
        catalogue: The series; all that are forecast, whichever the question is about.
        assumptions: Of the home, any day: each past day reads its own.
        question: Its day, vintage policy and seed (of the bootstrap of skill).
    """
    as_of, policy = question.as_of, question.policy
    examined = [
        examine(observations, publications, members, assumptions, as_of=as_of, policy=policy)
        for members in classes(catalogue)
    ]
    return gather(examined, seed=question.seed)


def classes(catalogue: Catalogue) -> list[tuple[Series, ...]]:
    """Return the forecast series of each class and frequency: they learn from one another."""
    found: dict[tuple[str, str], list[Series]] = {}
    for series in catalogue.carried_on:
        found.setdefault((series.reference_class, series.frequency), []).append(series)
    return [tuple(members) for _, members in sorted(found.items())]


def gather(examined: Sequence[Examined], *, seed: int) -> Evaluated:
    """Return one evaluation of all classes: tables stacked, scores pooled over classes too."""
    judged = stacked_cases([one.judged for one in examined])
    return Evaluated(
        scores=score_table(judged, seed=seed),
        calibration=_stacked([one.calibration for one in examined], CALIBRATION),
        errors=_stacked([one.errors for one in examined], ERRORS),
        judged=judged,
        hindsight=tuple(sorted({name for one in examined for name in one.hindsight})),
    )


def examine(
    observations: pd.DataFrame,
    publications: pd.DataFrame,
    members: Sequence[Series],
    assumptions: Assumptions,
    *,
    as_of: date,
    policy: Policy,
) -> Examined:
    """Return what one reference class and frequency has to show: all it depends on is handed in.

    Args:
        observations: OBSERVATIONS; only rows of ``members`` known by ``as_of`` are read.
        publications: PUBLICATIONS that they name.
        members: Every series of one reference class and frequency.
        assumptions: Of the home, any day.
        as_of: The day of the question.
        policy: The vintage policy of the question.
    """
    lags = {series.id: series.publication_lag_days for series in members}
    own = observations[observations["series_id"].isin(lags)]
    rows = visible(own, as_of=as_of, lag_days=lags, policy=policy)
    ground = Ground(rows, publications, assumptions, as_of)
    past = backtest(ground, members, policy="reconstructed")
    errors = error_table(past)
    judged = [judge(past, Lessons(lambda _: errors))]
    if policy == "strict":
        proven = backtest(ground, members, policy="strict")
        taught = Lessons(_pasts(ground, members, lags, (case.as_of for case in proven)))
        judged.append(judge(proven, taught))
        errors = _stacked([errors, error_table(proven)], ERRORS)
    base = errors[errors["policy"] == "reconstructed"]
    return Examined(
        calibration=calibrate(base, as_of=as_of, held_from=_newest(rows, lags, policy)),
        errors=errors,
        judged=stacked_cases(judged),
        hindsight=ground.heard.hindsight,
    )


def _pasts(
    ground: Ground, members: Sequence[Series], lags: dict[str, int], days: Iterable[date]
) -> Callable[[date], pd.DataFrame]:
    """Return the errors a forecaster of a strict day could have computed, by day.

    Backtests are repeated once a year, as an honest house might: each day uses the newest.
    """
    lessons = learning_days(days)
    known: dict[date, pd.DataFrame] = {}

    def errors_by(day: date) -> pd.DataFrame:
        newest = lessons[bisect_right(lessons, day) - 1]
        if newest not in known:
            rows = visible(ground.observations, as_of=newest, lag_days=lags, policy="strict")
            then = Ground(rows, ground.publications, ground.assumptions, newest, ground.heard)
            known[newest] = error_table(backtest(then, members, policy="reconstructed"))
        return known[newest]

    return errors_by


def _newest(rows: pd.DataFrame, lags: dict[str, int], policy: Policy) -> dict[str, pd.Timestamp]:
    """Return the newest day any row of each series was known under the policy."""
    days = known_days(rows, lags, policy)
    return {str(name): own.max() for name, own in days.groupby(rows["series_id"])}


def _stacked(frames: Iterable[pd.DataFrame], table: Table) -> pd.DataFrame:
    filled = [frame for frame in frames if not frame.empty]
    return table.shape(pd.concat(filled, ignore_index=True)) if filled else table.empty()
