"""Hours: blanks, spikes, other levels, copied days, hours that are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.quality import hours
from forecast.quality.prepared import TICKS
from forecast.quality.rule import Limits, Within
from forecast.quality.rules.periods import none_missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

_COPIED: Final = 12
"""As many hours running that equal the day before to the last digit are a copied day."""

_DISTINCT: Final = 6
"""A day of fewer distinct values may well repeat."""


def _blank(scene: Scene) -> Limits:
    blank = scene.rows["value"].isna().to_numpy().astype("float64")
    zero = np.zeros(len(blank))
    return Limits(
        blank,
        zero,
        zero,
        found=lambda place: f"value {scene.rows['value_text'].iat[place]!r}",
        expected=lambda _: "a number",
    )


def _spike(scene: Scene) -> Limits:
    limits = hours.of(scene)
    return _value_within(scene, limits.spike_low, limits.spike_high)


def _level(scene: Scene) -> Limits:
    limits = hours.of(scene)
    return _value_within(scene, limits.level_low, limits.level_high)


def _value_within(scene: Scene, low: NDArray[np.float64], high: NDArray[np.float64]) -> Limits:
    value = scene.rows["value"].to_numpy(dtype="float64")
    return Limits(value, scene.in_unit(low), scene.in_unit(high))


def _copied(scene: Scene) -> Limits:
    """How many hours running equal the same hours of the day before."""
    runs = np.full(len(scene.rows), np.nan)
    for places, at, logs in hours.series(scene):
        same = np.zeros(len(logs), dtype=bool)
        same[24:] = logs[24:] == logs[:-24]
        ends = np.flatnonzero(np.diff(np.concatenate([[0], same.astype(int), [0]])))
        length = np.zeros(len(logs))
        for start, stop in zip(ends[::2], ends[1::2], strict=True):
            if len(np.unique(logs[start:stop])) >= _DISTINCT:
                length[start:stop] = stop - start
        runs[places] = length[at]
    zero = np.where(np.isnan(runs), np.nan, 0.0)
    return Limits(
        runs,
        zero,
        zero + _COPIED - 1,
        found=lambda place: f"one of {runs[place]:.0f} hours equal to those of the day before",
        expected=lambda _: f"fewer than {_COPIED} such hours running",
    )


def _gaps(scene: Scene) -> Limits:
    return none_missing(scene, missing(scene))


def missing(scene: Scene) -> pd.DataFrame:
    """Return missing hours: ``place`` of a row beside the hole, and their ``tick``.

    The hours belong to the year of the rows; rows of the adjoining years and of earlier
    editions only show where the span begins and ends, and what has been stated already.
    """
    return scene.remember("missing hours", lambda: _missing(scene))


def _missing(scene: Scene) -> pd.DataFrame:
    found = [_holes(*edition) for edition in hours.editions(scene)]
    if not found:
        return pd.DataFrame({"place": [], "tick": []}).astype("int64")
    return pd.concat(found, ignore_index=True)


def _holes(places: NDArray[np.int64], own: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    year = pd.Timestamp(own["period_start"].min().year, 1, 1)
    first = (year - pd.Timestamp(0)) // pd.Timedelta(hours=1)
    after = (year + pd.DateOffset(years=1) - pd.Timestamp(0)) // pd.Timedelta(hours=1)
    same = beside[beside["publication_id"] == own["publication_id"].iat[0]]
    at = _hours(own)
    stated = np.concatenate([at, _hours(same)])
    span = np.arange(max(stated.min(), first), min(stated.max() + 1, after))
    holes = np.setdiff1d(span, stated)
    order = np.argsort(at, kind="stable")
    behind = np.searchsorted(at[order], holes)
    nearest = places[order[np.maximum(behind - 1, 0)]]
    return pd.DataFrame({"place": nearest, "tick": holes * TICKS})


def _hours(rows: pd.DataFrame) -> NDArray[np.int64]:
    return rows["t"].to_numpy(dtype="float64").round().astype("int64")


RULES: Final[tuple[Rule, ...]] = (
    Within(
        name="blank_hour",
        severity="critical",
        meaning="an hour without a number is a missing hour",
        limits=_blank,
        frequencies="HD",
    ),
    Within(
        name="spike",
        severity="critical",
        meaning="the hours around and the same hour of other days support it",
        limits=_spike,
        frequencies="H",
    ),
    Within(
        name="hour_level",
        severity="critical",
        meaning="not another level altogether than the same hour of the days around",
        limits=_level,
        frequencies="H",
    ),
    Within(
        name="copied_day",
        severity="critical",
        meaning="a day that equals the one before hour by hour is a copy of it",
        limits=_copied,
        frequencies="H",
    ),
    Within(
        name="missing_hour",
        severity="warning",
        meaning="a series has a row for each hour between its first and last",
        limits=_gaps,
        frequencies="H",
    ),
)
"""Rules of hours."""
