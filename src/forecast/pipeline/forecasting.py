"""One series after another: from visible rows to FORECASTS, PATHS, INPUTS and a note."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.edition import SeriesNote
from forecast.contracts.errors import FitError
from forecast.contracts.levels import QUANTILES
from forecast.contracts.tables import FORECASTS, PATHS
from forecast.growth.outlook import outlook
from forecast.growth.paths import joint_paths
from forecast.growth.speaking import PANEL, speak
from forecast.history.frames import inputs
from forecast.history.periods import bounds

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series
    from forecast.contracts.histories import History, Track
    from forecast.growth.speaking import Spoken
    from forecast.pipeline.following import Followed
    from forecast.pipeline.walk import Ready

HISTORY_ONLY: Final = "history_only"
"""The scenario of this house until drivers and projects join: the past carried on."""


@dataclass(frozen=True)
class Subject:
    """What all rows of one series share."""

    run_id: str
    as_of: date
    series: Series
    origin: pd.Timestamp


@dataclass(frozen=True)
class SeriesResult:
    """Everything one series adds to an edition."""

    note: SeriesNote
    inputs: pd.DataFrame
    forecasts: pd.DataFrame = field(default_factory=FORECASTS.empty)
    paths: pd.DataFrame = field(default_factory=PATHS.empty)
    energy_paths: NDArray[np.float64] | None = None
    periods: NDArray[np.int64] | None = None
    subject: Subject | None = None


def forecast_series(
    followed: Followed,
    *,
    ready: Ready,
    assumptions: Assumptions,
    calibration: pd.DataFrame,
) -> SeriesResult:
    """Return the forecast of one series, or the reason why there is none.

    Args:
        followed: The series as known on the day, and what its class taught it.
        ready: The question and the rows it may see.
        assumptions: Read as of the question's day.
        calibration: CALIBRATION: what past forecasts of the class taught by that day.
    """
    question, history, track = ready.question, followed.history, followed.track
    series = history.series
    if track is None:
        return _unsaid(history, followed.refusal)
    try:
        reference = outlook(series, assumptions)
        spoken = speak(
            track,
            reference,
            horizon=question.horizon or series.horizon,
            calibration=calibration,
            panel=followed.panel,
        )
    except FitError as error:
        return _unsaid(history, str(error))
    fan = next(iter(spoken.fans.values()))
    periods = track.origin + fan.horizons
    _, (origin,) = bounds(np.array([track.origin]), series.frequency)
    subject = Subject(ready.run_id, question.as_of, series, origin)
    drawn = joint_paths(fan, track, reference, seed=question.seed) if series.headline else None
    return SeriesResult(
        note=_note(followed, track, spoken),
        inputs=inputs(history, track),
        forecasts=_forecast_rows(subject, spoken, track.origin),
        paths=PATHS.empty() if drawn is None else path_rows(subject, drawn, periods),
        energy_paths=drawn,
        periods=periods,
        subject=subject,
    )


def _unsaid(history: History, why: str) -> SeriesResult:
    note = SeriesNote(history.series.id, publications=history.publications, remarks=(why,))
    return SeriesResult(note, inputs(history, None))


def _forecast_rows(subject: Subject, spoken: Spoken, origin: int) -> pd.DataFrame:
    frames = []
    for place, (model, fan) in enumerate(spoken.fans.items()):
        rows = quantile_rows(subject, origin + fan.horizons, fan.quantiles, fan.mean)
        rows["model"] = model
        rows["fallback_from"] = spoken.fallback_from if place == 0 else ""
        frames.append(rows)
    return FORECASTS.shape(pd.concat(frames, ignore_index=True))


def quantile_rows(
    subject: Subject,
    periods: NDArray[np.int64],
    quantiles: NDArray[np.float64],
    means: NDArray[np.float64],
    frequency: str = "",
) -> pd.DataFrame:
    """Return FORECASTS rows of one model, ``model`` and ``fallback_from`` still blank.

    Args:
        subject: What the rows share.
        periods: Numbered periods. [h]
        quantiles: In the series' unit. [h, 23]
        means: In the series' unit. [h]
        frequency: The periods' step, if not the series' own.
    """
    series = subject.series
    step = frequency or series.frequency
    starts, ends = bounds(periods, step)
    rows = pd.DataFrame(quantiles, columns=list(QUANTILES))
    return rows.assign(
        run_id=subject.run_id,
        series_id=series.id,
        scenario=HISTORY_ONLY,
        model="",
        quantity=series.quantity,
        period_start=starts,
        period_end=ends,
        as_of=pd.Timestamp(subject.as_of),
        origin=subject.origin,
        horizon=np.arange(1, len(periods) + 1),
        frequency=step,
        year=ends.dt.year,
        location=series.location,
        unit=series.unit,
        fallback_from="",
        mean=means,
    )


def path_rows(
    subject: Subject,
    paths: NDArray[np.float64],
    periods: NDArray[np.int64],
    quantity: str = "",
    unit: str = "",
) -> pd.DataFrame:
    """Return PATHS rows of joint sample paths. [count, h] → count × h rows"""
    count, steps = paths.shape
    _, ends = bounds(periods, subject.series.frequency)
    return PATHS.shape(
        pd.DataFrame(
            {
                "run_id": subject.run_id,
                "series_id": subject.series.id,
                "scenario": HISTORY_ONLY,
                "quantity": quantity or subject.series.quantity,
                "path": np.repeat(np.arange(1, count + 1), steps),
                "period_end": np.tile(ends.to_numpy(), count),
                "year": np.tile(ends.dt.year.to_numpy(), count),
                "unit": unit or subject.series.unit,
                "value": paths.ravel(),
            }
        )
    )


def _note(followed: Followed, track: Track, spoken: Spoken) -> SeriesNote:
    history, spoke = followed.history, PANEL in spoken.members
    return SeriesNote(
        series_id=history.series.id,
        family=track.family,
        publications=history.publications,
        followed=tuple(dict.fromkeys(reversed(track.publications))),
        points=len(track),
        members=spoken.members,
        refusals=spoken.refusals,
        fallback_from=spoken.fallback_from,
        remarks=tuple(_remarks(history, track)),
        behind=asdict(followed.why) if followed.why is not None and spoke else {},
    )


def _on_the_calendar(history: History) -> str:
    """Say which of the company's own quarters a calendar quarter stands for, by the newest."""
    newest = history.rows.sort_values("period_end", kind="stable").iloc[-1]
    start, end, named = newest["filed_start"], newest["filed_end"], newest["period_start"]
    return (
        "Fiscal quarters, each on the calendar quarter that holds most of its days: "
        f"{named.year} Q{named.quarter} is {start:%Y-%m-%d} to {end:%Y-%m-%d} as filed. "
        "Four of them are a year here, whichever of them the company calls its year."
    )


def _remarks(history: History, track: Track) -> list[str]:
    """Say what a reader must see beside the numbers."""
    remarks = []
    known = len(history.publications)
    if len(track) == 1:
        remarks.append(
            f"{known} publication{'s' * (known != 1)} known, 1 point followed: growth and spread "
            "are the reference class's only."
        )
    if len(set(track.edition.tolist())) > 1:
        remarks.append(
            "Editions without a common period are joined: growth across the seam carries "
            f"{track.edition_doubt:.0%} doubt."
        )
    if history.series.periods == "fiscal":
        remarks.append(_on_the_calendar(history))
    if history.policy == "reconstructed":
        remarks.append("Reconstructed vintages: today's values with a usual lag, not a true past.")
    return remarks
