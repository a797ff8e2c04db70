"""When a value is about: whole periods, none missing, none from the future."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.quality.prepared import TICKS
from forecast.quality.rule import Limits, Within

if TYPE_CHECKING:
    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

_WHOLE: Final = (0.9, 1.1)
"""Lengths, in periods, that are about one period."""

_EXACT: Final = (0.9999, 1.0001)

_WEEKS: Final = (0.96, 1.04)
"""13 weeks are 0.98 to 1.02 quarters and 52 or 53 weeks a year; 12 and 14 weeks are no quarter."""

_SERIES_LIKE: Final = 4
"""Fewer rows than this are points, and points have no gaps."""

_DENSE: Final = 0.25
"""Rows that cover less than this share of their span are points, not a series with gaps."""

_TOO_SOON: Final = 0.75
"""A row known within this share of the shortest lag so far is doubted."""

_OUT_OF_DATE: Final = {"A": 900, "Q": 450, "M": 270, "D": 90}
"""Days after which the newest period of an edition is not news: the end may be cut off."""

_EDITIONS: Final = 2
"""Fewer earlier editions show no usual lag."""


def _over(scene: Scene) -> Limits:
    rows = scene.rows
    end = rows["period_end"].where(rows["frequency"] != "H", rows["period_start"])
    early = days(end.dt.normalize() - rows["known"]).to_numpy()
    judged = (rows["obs_status"] != "F").to_numpy()
    zero = np.zeros(len(rows))
    return Limits(
        early,
        np.where(judged, -np.inf, np.nan),
        np.where(judged, zero, np.nan),
        found=lambda place: (
            f"period ends {end.iat[place]:%Y-%m-%d}, known {rows['known'].iat[place]:%Y-%m-%d}"
        ),
        expected=lambda _: "a period that is over, or the status F",
    )


def _soon(scene: Scene) -> Limits:
    """How long after its period a row is known, beside the newest rows of earlier editions."""
    rows = scene.rows
    known = scene.known[(scene.known["obs_status"] != "F") & scene.known["t"].notna()]
    newest = known.sort_values("t", kind="stable").drop_duplicates(
        ["track", "edition"], keep="last"
    )
    by = days(newest["known"] - newest["period_end"]).groupby(newest["track"])
    least = rows["track"].map(by.min()[by.size() >= _EDITIONS]) * _TOO_SOON
    lag = days(rows["known"] - rows["period_end"])
    judged = (rows["obs_status"] != "F") & least.notna()
    return Limits(
        lag.to_numpy(),
        np.where(judged, least, np.nan),
        np.where(judged, np.inf, np.nan),
        found=lambda place: f"known {lag.iat[place]:.0f} days after the period",
        expected=lambda place: f"at least {least.iat[place]:.0f} days",
    )


def _dated(scene: Scene) -> Limits:
    """How old an edition's newest period is on the day the edition is known [days]."""
    rows = scene.rows
    by = rows.groupby(["track", "edition"], sort=False)
    newest = rows["t"] == by["t"].transform("max")
    judged = newest & (by["t"].transform("size") >= _SERIES_LIKE)
    age = days(rows["known"] - rows["period_end"])
    most = rows["frequency"].map(_OUT_OF_DATE).astype("float64")
    return Limits(
        age.to_numpy(),
        np.where(judged, -np.inf, np.nan),
        np.where(judged, most, np.nan),
        found=lambda place: f"the newest period ended {age.iat[place]:.0f} days before",
        expected=lambda place: f"at most {most.iat[place]:.0f} days",
    )


def _length(scene: Scene) -> Limits:
    """Let a period be whole; a fiscal one of weeks is, within days, and 14 weeks are doubted."""
    length = scene.rows["length"].to_numpy(dtype="float64")
    fiscal = (scene.catalogued()["periods"] == "fiscal").to_numpy()
    return Limits(
        length,
        np.where(fiscal, _WEEKS[0], _EXACT[0]),
        np.where(fiscal, _WEEKS[1], _EXACT[1]),
        found=lambda place: f"{length[place]:.4g} periods",
        expected=lambda _: "one period",
    )


def _aligned(scene: Scene) -> Limits:
    """The day and month that periods begin on, counted within the period.

    Fiscal ones begin where they begin: on another day each year where they are of whole weeks,
    in another month once a company moves the end of its year.
    """
    rows = pd.concat([scene.rows, scene.known], ignore_index=True)
    code = _phase(rows)
    whole = rows["length"].between(*_WHOLE)
    frame = pd.DataFrame({"track": rows["track"], "code": code})[whole & code.notna()]
    counts = frame.groupby(["track", "code"], sort=True).size().rename("n").reset_index()
    # where two beginnings are as common, the calendar's is the right one
    usual = counts.sort_values(["n", "code"], ascending=[False, True], kind="stable")
    usual = usual.drop_duplicates("track").set_index("track")
    total = counts.groupby("track")["n"].sum()
    track = scene.rows["track"]
    judged = (track.map(total) >= 3) & whole.iloc[: len(scene.rows)].to_numpy()
    judged &= scene.catalogued()["periods"] != "fiscal"
    wanted = np.where(judged, track.map(usual["code"]), np.nan)
    return Limits(
        code.iloc[: len(scene.rows)].to_numpy(dtype="float64"),
        wanted,
        wanted,
        found=lambda place: f"starts {scene.rows['period_start'].iat[place]:%Y-%m-%d}",
        expected=lambda _: "the first day of a period, as in the rest of the series",
    )


def _phase(rows: pd.DataFrame) -> pd.Series:
    """Return where in a period a row starts: 0 is its first day; hours and instants blank."""
    start = rows["period_start"]
    months = rows["frequency"].map({"A": 12, "Q": 3, "M": 1}).astype("float64")
    phase: pd.Series = ((start.dt.month - 1) % months) * 31 + start.dt.day - 1
    return phase


def days(spans: pd.Series) -> pd.Series:
    """Return spans of time in days."""
    whole: pd.Series = spans.dt.total_seconds() / 86_400
    return whole


def _gaps(scene: Scene) -> Limits:
    """How many periods are missing right after a row, within one publication."""
    return none_missing(scene, missing(scene))


def _gone(scene: Scene) -> Limits:
    """How many periods of the edition before the rows' edition leaves out."""
    return none_missing(scene, withdrawn(scene))


def none_missing(scene: Scene, holes: pd.DataFrame) -> Limits:
    """Let no row have a hole beside it."""
    places = holes["place"].to_numpy(dtype="int64")
    counts = np.bincount(places, minlength=len(scene.rows)).astype("float64")
    zero = np.zeros(len(counts))
    return Limits(
        counts,
        zero,
        zero,
        found=lambda place: f"{counts[place]:.0f} periods without a row",
        expected=lambda _: "a row for each period",
    )


def missing(scene: Scene) -> pd.DataFrame:
    """Return missing periods: ``place`` of the row they follow, and their ``tick``."""
    return scene.remember("missing periods", lambda: _missing(scene))


def _missing(scene: Scene) -> pd.DataFrame:
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    rows = rows[~rows["frequency"].isin(["I", "H"]) & rows["t"].notna()]
    one = ["track", "publication_id", "edition"]
    known = (
        rows[one]
        .drop_duplicates()
        .merge(scene.known.drop(columns="edition").assign(place=-1), on=one[:2])
    )
    columns = [*one, "tick", "place"]
    parts = [part for part in (rows[columns], known[columns]) if not part.empty]
    stated = pd.concat(parts) if parts else rows[columns]
    stated = stated.sort_values([*one, "tick", "place"], kind="stable")
    stated = stated.drop_duplicates([*one, "tick"], keep="last")
    by = stated.groupby(one, sort=False)["tick"]
    span = (by.transform("max") - by.transform("min")) / TICKS + 1
    count = by.transform("size")
    following = by.shift(-1)
    step = (following - stated["tick"]) / TICKS
    gap = (step > 1.5) & (count >= _SERIES_LIKE) & (count >= _DENSE * span)
    after = stated.groupby(one, sort=False)["place"].shift(-1)
    place = stated["place"].astype("float64").where(stated["place"] >= 0, after)
    holes = pd.DataFrame({"place": place, "tick": stated["tick"], "n": step.round() - 1})
    holes = holes[gap & (holes["place"] >= 0)]
    return _each(holes)


def _each(holes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each missing period."""
    count = holes["n"].to_numpy(dtype="float64").astype("int64")
    order = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + 1
    return pd.DataFrame(
        {
            "place": np.repeat(holes["place"].to_numpy(dtype="int64"), count),
            "tick": np.repeat(holes["tick"].to_numpy(dtype="int64"), count) + order * TICKS,
        }
    )


def withdrawn(scene: Scene) -> pd.DataFrame:
    """Return periods the publication's edition before stated and this one, a restatement, not.

    An edition restates if it repeats at least a quarter of the one before, or its beginning.
    Periods that drop out at the beginning are a moving window, and no loss.
    """
    return scene.remember("withdrawn periods", lambda: _withdrawn(scene))


def _withdrawn(scene: Scene) -> pd.DataFrame:
    one = ["track", "strand", "publication_id"]
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    # hours come as they change: one that is taken back comes as a blank
    rows = rows[~rows["frequency"].isin(["I", "H"])]
    newest = scene.known.groupby(one, sort=False)["known"].transform("max")
    before = scene.known.loc[scene.known["known"] == newest, [*one, "tick"]]
    own = rows[[*one, "tick", "place"]]
    both = before.merge(own, on=[*one, "tick"], how="left")
    by = own.groupby(one, sort=False)
    heads = by.agg(head=("place", "min"), start=("tick", "min")).reset_index()
    both = both.merge(heads, on=one)
    by = both.groupby(one, sort=False)
    restates = by["place"].transform("count") >= by["tick"].transform("size") / 4
    restates |= by["tick"].transform("min") >= both["start"]
    lost = both["place"].isna() & restates & (both["tick"] > both["start"])
    found = both.loc[lost, ["head", "tick"]].rename(columns={"head": "place"})
    return found.astype("int64").drop_duplicates().reset_index(drop=True)


RULES: Final[tuple[Rule, ...]] = (
    Within(
        name="period_is_over",
        severity="critical",
        meaning="a period still running on the day its row was known is a forecast",
        limits=_over,
    ),
    Within(
        name="published_too_soon",
        severity="warning",
        meaning="no earlier edition was out so soon after its newest period",
        limits=_soon,
        frequencies="AQM",
    ),
    Within(
        name="out_of_date",
        severity="warning",
        meaning="an edition reaches to a period not long before it",
        limits=_dated,
        frequencies="AQMD",
    ),
    Within(
        name="one_period_long",
        severity="warning",
        meaning="a row is about one whole period of its step: no day more, no part of one",
        limits=_length,
        frequencies="AQM",
    ),
    Within(
        name="period_aligned",
        severity="critical",
        meaning="a fiscal year or a shifted quarter among calendar ones is about another time",
        limits=_aligned,
        frequencies="AQM",
    ),
    Within(
        name="missing_period",
        severity="warning",
        meaning="a series has a row for each period between its first and last",
        limits=_gaps,
        frequencies="AQMD",
    ),
    Within(
        name="withdrawn_period",
        severity="warning",
        meaning="a new edition of a table still holds the periods of the one before",
        limits=_gone,
        frequencies="AQMDH",
    ),
)
"""Rules of time."""
