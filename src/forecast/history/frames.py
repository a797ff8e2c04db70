"""One line through many editions: the measurement model.

A model may never join editions naively: 91, 58, 200, 176, 192 TWh for 2013, 14, 22, 23, 24
come from five publications of three methods. A track follows one family of publications (the
catalogue's first that has spoken). The newest edition stands as printed. An older edition
fills periods the newer ones leave blank: rescaled to the newer level where both state a
period, else kept at its own level with an *unknown offset*, whose doubt every growth across
the seam carries.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.contracts.errors import FitError
from forecast.contracts.histories import Track
from forecast.contracts.tables import INPUTS
from forecast.history.fiscal import as_filed, unlike_13_weeks
from forecast.history.knowledge import known_days
from forecast.history.periods import number

if TYPE_CHECKING:
    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.histories import History


@dataclass
class _Point:
    value: float
    edition: int
    publication: str


def family_followed(history: History) -> str:
    """Return the catalogue's first family that had spoken, or ``""``."""
    spoken = {history.families.get(name, name) for name in history.rows["publication_id"]}
    return next((family for family in history.series.sources if family in spoken), "")


def one(history: History, assumptions: Assumptions) -> Track:
    """Return the track of the family the catalogue prefers among those that had spoken.

    Args:
        history: What was known of one series.
        assumptions: Doubt of points, of edition offsets and of the base, as of the day.

    Raises:
        FitError: No publication the catalogue names had spoken by then.
    """
    series, family = history.series, family_followed(history)
    if not family:
        raise FitError(
            f"{series.id} as of {history.as_of}: no publication of {', '.join(series.sources)} "
            "was out by then. Choose a later as_of or another series."
        )
    points = _join(_editions(history, family), series.frequency)
    periods = np.array(sorted(points), dtype=np.int64)
    chosen = [points[period] for period in periods]
    grades = [history.grades.get(point.publication, "C") for point in chosen]
    subjects = (series.id, series.reference_class)
    doubt = {
        grade: assumptions.get(f"point_doubt_{grade.lower()}", *subjects, "any").value
        for grade in sorted(set(grades))
    }
    return Track(
        series=series,
        family=family,
        periods=periods,
        values=np.array([point.value for point in chosen]),
        log_sd=np.array([doubt[grade] for grade in grades]),
        edition=np.array([point.edition for point in chosen], dtype=np.int64),
        publications=tuple(point.publication for point in chosen),
        edition_doubt=assumptions.get("edition_doubt", *subjects, "any").value,
        base_doubt=assumptions.get(f"base_doubt_{grades[-1].lower()}", *subjects, "any").value,
    )


def _editions(history: History, family: str) -> list[pd.DataFrame]:
    """Return the rows of each edition of a family, newest edition first."""
    of_family = history.rows["publication_id"].map(lambda name: history.families.get(name, name))
    rows = history.rows[of_family == family]
    editions = [edition for _, edition in rows.groupby("publication_id", sort=True)]
    return sorted(editions, key=lambda e: (e["known_from"].max(), len(e)), reverse=True)


def _join(editions: list[pd.DataFrame], frequency: str) -> dict[int, _Point]:
    """Return one point a period; see the head of this file for the rule."""
    points: dict[int, _Point] = {}
    for rank, edition in enumerate(editions):
        numbers = number(edition["period_start"], frequency)
        stated = dict(zip(numbers.tolist(), edition["value"].tolist(), strict=True))
        factor, frame = _link(points, stated, rank)
        publication = str(edition["publication_id"].iloc[0])
        for period, value in stated.items():
            points.setdefault(period, _Point(value * factor, frame, publication))
    return points


def _link(points: dict[int, _Point], stated: dict[int, float], rank: int) -> tuple[float, int]:
    """Return what lifts an older edition to the newest frame it overlaps, and that frame.

    The factor is the median ratio. An edition that overlaps none stands in its own frame.
    """
    ratios: dict[int, list[float]] = {}
    for period in stated.keys() & points.keys():
        newer = points[period]
        if stated[period] > 0 and newer.value > 0:
            ratios.setdefault(newer.edition, []).append(newer.value / stated[period])
    if not ratios:
        return 1.0, rank
    frame = min(ratios)
    return float(np.median(ratios[frame])), frame


def inputs(history: History, track: Track | None) -> pd.DataFrame:
    """Return INPUTS: every visible row of a series, and what became of it."""
    rows = pd.concat([history.rows.assign(reason=""), history.left_out], ignore_index=True)
    if rows.empty:
        return INPUTS.empty()
    rows["reason"] = [
        reason or _not_followed(history, track, publication, start)
        for reason, publication, start in zip(
            rows["reason"], rows["publication_id"], rows["period_start"], strict=True
        )
    ]
    lag_days = {history.series.id: history.series.publication_lag_days}
    days = known_days(rows, lag_days, history.policy)
    # a year with holes ends later than its visible parts; it is visible all the same
    as_of = pd.Timestamp(history.as_of)
    rows["known_from"] = days.where(days <= as_of, as_of)
    if history.policy == "reconstructed":
        rows["known_from_basis"] = "reconstructed"
    rows["role"] = np.where(rows["reason"] == "", "followed", "left_out")
    rows = _with_long_quarters_named(as_filed(rows), history)
    rows["period_start"] = rows["period_start"].dt.normalize()  # of an hour, its day
    # a year summed from quarters may stand beside the same publication's own, unfit year
    return INPUTS.shape(rows[INPUTS.names].drop_duplicates(list(INPUTS.key)))


def _with_long_quarters_named(rows: pd.DataFrame, history: History) -> pd.DataFrame:
    """Say of each followed fiscal quarter of 12 or 14 weeks what of it the models read."""
    if history.series.periods != "fiscal":
        return rows
    days = unlike_13_weeks(rows).where(rows["role"] == "followed", 0)
    told = days.map("{} days as filed; models read 91 days' worth".format)
    return rows.assign(reason=rows["reason"].where(days == 0, told))


def _not_followed(
    history: History, track: Track | None, publication: str, start: pd.Timestamp
) -> str:
    family = history.families.get(publication, publication)
    if track is None:
        return "the catalogue names no family that had spoken"
    if family != track.family:
        return f"another frame: {family}; the models follow {track.family}"
    period = int(number(pd.Series([start]), history.series.frequency)[0])
    place = np.flatnonzero(track.periods == period)
    speaker = track.publications[int(place[0])]
    return "" if speaker == publication else f"a newer edition speaks: {speaker}"
