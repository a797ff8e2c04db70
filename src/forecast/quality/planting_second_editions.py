"""Faults in who says it and when: editions, stamps, missing rows, other series."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import pandas as pd

from forecast.quality.corruption import Planted
from forecast.quality.planting_second_places import (
    EDITION,
    FLOWS,
    added,
    changed,
    copied,
    day,
    kind,
    moved,
    one,
    only,
    removed,
    restless,
    rewritten,
    runs,
    stamped,
    stretch,
    tails,
    values,
    word,
)

if TYPE_CHECKING:
    from forecast.quality.planting_second_places import Labels, Spoil, Spots

_STEP: Final = ("frequency", "unit")
_PERIOD: Final = ["period_start", "period_end"]


def reissuable(least: int, *, steps: int = 0) -> Spots:
    """Find editions after which a later one could have come, with ``steps`` periods more."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        found = runs(least, frequencies="HDMQA")(frame, series)
        return [spot for spot in found if _days_to_come(frame, spot, steps) > 0]

    return find


def _earliest(frame: pd.DataFrame, labels: Labels, steps: int) -> pd.Timestamp:
    ends = moved(frame.loc[labels], steps)["period_end"]
    return max(day(frame, labels[0], "known_from"), cast("pd.Timestamp", ends.max()))


def _days_to_come(frame: pd.DataFrame, labels: Labels, steps: int) -> int:
    return int((frame["known_from"].max() - _earliest(frame, labels, steps)).days)


def _stamp(
    frame: pd.DataFrame, labels: Labels, steps: int, rng: np.random.Generator
) -> pd.Timestamp:
    """Return a day after the edition and its periods, not after the newest in the table."""
    days = int(rng.integers(1, _days_to_come(frame, labels, steps) + 1))
    return _earliest(frame, labels, steps) + pd.Timedelta(days=days)


def stale_edition(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Publish the old values under a new stamp, the last one again for one period more.

    EIA overwrites STEO and recent months of the MER in place, with no flag and no stamp.
    """
    rows = frame.loc[labels]
    more = pd.concat([rows, moved(rows.iloc[-1:], 1)])
    return added(frame, stamped(more, _stamp(frame, labels, 1, rng)))


def old_file_redated(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Publish the old values under new periods: yesterday's file with today's labels."""
    rows = moved(frame.loc[labels], 1)
    return added(frame, stamped(rows, _stamp(frame, labels, 1, rng)))


def past_rescaled(low: float, high: float) -> Spoil:
    """Publish the whole past again, times a constant.

    LBNL's figure for 2014 went from 70 to 58 TWh between editions, and a change of unit prefix
    or of deflator does the same; the honest kind comes with a note.
    """

    def spoil(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
        factor = (1 + rng.uniform(low, high)) ** float(rng.choice([-1, 1]))
        rows = copied(frame, labels, values(frame, labels) * factor)
        return added(frame, stamped(rows, _stamp(frame, labels, 0, rng)))

    return spoil


def edition_shorter(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Publish an edition without the newest periods of the one before: a download cut short.

    A zip's CSV cut in mid-line with a matching gzip end; Epoch's file lost 30 rows in summer.
    """
    cut = int(rng.integers(1, len(labels) // 3 + 1))
    rows = frame.loc[labels[:-cut]]
    return added(frame, stamped(rows, _stamp(frame, labels, 0, rng)))


def truncated_tail(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Lose the newest periods: NVDA's tag ends in 2020; EIA bounds compare dates as text."""
    return removed(frame, labels)


def first_page_only(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Keep the rows of one page: Energinet's default limit gives 100 of 2.1 million rows."""
    kept = int(rng.integers(1, len(labels) // 2))
    return removed(frame, labels[kept:] if rng.random() < 0.5 else labels[:-kept])


def rows_missing(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Lose rows inside: the last 23 hours of five years are missing in PJM's recording."""
    return removed(frame, stretch(labels[1:-1], rng))


def page_repeated(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Repeat rows of one page on the next, in the place of others: EIA, ropensci/eia#26."""
    count = int(rng.integers(1, len(labels) // 2 + 1))
    at = int(rng.integers(count, len(labels) - count + 1))
    again = added(frame, frame.loc[labels[at - count : at]])
    lost = removed(again.frame, labels[at : at + count])
    return Planted(lost.frame, rows=again.rows, gone=lost.gone)


def restated(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Give two values under one stamp: six GOOGL periods hold two, 10,959 and 11,014 M for 2014."""
    row = one(labels, rng)
    factor = 1 + float(rng.choice([-1, 1]) * rng.uniform(0.003, 0.05))
    return added(frame, copied(frame, row, values(frame, row) * factor))


def known_before_end(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """State an actual value before its period ended: nine figures of our own were printed so."""
    row = one(labels, rng)
    start, end = day(frame, row[0], "period_start"), day(frame, row[0], "period_end")
    early = int(rng.integers(1, max(2, (end - start).days + 1)))
    worse = frame.copy()
    worse.loc[row, "known_from"] = end - pd.Timedelta(days=early)
    return changed(frame, worse, row)


def stamps_invented(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Back-date an edition's rows, each to some weeks after its period.

    A query of ALFRED without ``realtime_*`` gives today's values as if they had always been.
    """
    lags = pd.to_timedelta(rng.integers(5, 60, len(labels)), unit="D")
    early = frame.loc[labels, "period_end"].to_numpy() + lags.to_numpy()
    worse = frame.copy()
    worse.loc[labels, "known_from"] = np.minimum(
        early.astype("datetime64[us]"), frame.loc[labels, "known_from"].to_numpy()
    )
    return changed(frame, worse, labels)


def later_row_earlier(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Put a row of a later edition into an earlier one: editions joined into one table."""
    later, host = labels
    rows = frame.loc[[later]].copy()
    for name in ("publication_id", "known_from", "known_from_basis", "raw_sha256"):
        rows[name] = frame.loc[[host], name].to_numpy()
    return added(frame, rows)


def projection_as_actual(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Continue history with projections in the same column: Epoch's timelines, EIA's STEO."""
    known, last = day(frame, labels[-1], "known_from"), frame.loc[labels[-1:]]
    count = int(rng.integers(1, 5))
    first = next(step for step in range(1, 100) if moved(last, step)["period_end"].max() > known)
    growth = 1 + rng.uniform(0.01, 0.1)
    parts = [
        moved(copied(frame, labels[-1:], values(frame, labels[-1:]) * growth**step), step)
        for step in range(1, first + count)
    ]
    return added(frame, pd.concat(parts))


def columns_swapped(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Exchange the columns of two series: Epoch reorders and adds columns between editions."""
    half = len(labels) // 2
    ours, theirs = labels[:half], labels[half:]
    return rewritten(frame, labels, values(frame, theirs + ours))


def other_series(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver another series under this name: a ``respondent`` or an aggregate mislabelled.

    A World Bank sample of ours calls the aggregate "1A" Argentina.
    """
    half = len(labels) // 2
    return rewritten(frame, labels[:half], values(frame, labels[half:]))


def part_missing(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Leave one part out of a total, from some period on: a state or sector that came late."""
    half = len(labels) // 2
    cut = int(rng.integers(half))
    ours, part = labels[cut:half], labels[half + cut :]
    return rewritten(frame, ours, values(frame, ours) - values(frame, part))


def beside(*, same_unit: bool, parts: bool = False) -> Spots:
    """Find an edition's rows, then those of another series for the same periods.

    Args:
        same_unit: Whether the other one has to be in the same unit and quantity.
        parts: Whether the other one has to be a part of this one, by its name and size.
    """
    alike = [*EDITION, *_PERIOD, *(("unit", "quantity") if same_unit else ())]

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        rows = frame.assign(label=frame.index)[frame["value"].notna()]
        rows = rows[~rows.duplicated(["series_id", *EDITION, *_PERIOD], keep=False)]
        pairs = rows[rows["series_id"].eq(series)].merge(
            rows[rows["series_id"].ne(series)], on=alike, suffixes=("", "_other")
        )
        gap = (pairs["value"] - pairs["value_other"]).abs()
        kept = gap >= 0.05 * pairs[["value", "value_other"]].abs().max(axis="columns")
        if parts:
            stem = series.removesuffix("_total") + "_"
            kept &= pairs["series_id_other"].str.startswith(stem)
            kept &= pairs["value_other"].between(0.03 * pairs["value"], 0.9 * pairs["value"])
        groups = pairs[kept].sort_values("period_start").groupby([*EDITION, "series_id_other"])
        return [
            [int(label) for label in (*group["label"], *group["label_other"])]
            for _, group in groups
        ]

    return find


def crossings(frame: pd.DataFrame, series: str) -> list[Labels]:
    """Find rows of later editions with a row of an earlier one that had not come so far."""
    found = []
    for early, late in permutations(runs()(frame, series), 2):
        host, first = early[-1], late[0]
        if day(frame, first, "known_from") <= day(frame, host, "known_from"):
            continue
        if any(
            word(frame, first, name) != word(frame, host, name) for name in ("frequency", "unit")
        ):
            continue
        reached = day(frame, host, "period_end")
        found += [[row, host] for row in late if day(frame, row, "period_start") > reached]
    return found


def _in_time(row: pd.Series) -> bool:
    return bool(row["obs_status"] != "F" and row["known_from"] > row["period_end"])


def _fresh(row: pd.Series) -> bool:
    return _in_time(row) and bool((row["known_from"] - row["period_end"]).days < 1_100)


def _late(row: pd.Series) -> bool:
    return bool((row["known_from"] - row["period_end"]).days > 60)


EDITIONS: Final = (
    kind("stale_edition_new_stamp", reissuable(2, steps=1), stale_edition),
    kind("old_file_redated", restless(reissuable(3, steps=1)), old_file_redated),
    kind("whole_past_rescaled", reissuable(2), past_rescaled(0.07, 0.4)),
    kind("whole_past_off_a_little", reissuable(2), past_rescaled(0.005, 0.02)),
    kind("edition_shorter_than_before", reissuable(4), edition_shorter),
    kind("truncated_tail", tails(runs(4)), truncated_tail),
    kind("first_page_only", runs(8), first_page_only),
    kind("rows_missing_inside", runs(5, frequencies="HDMQ"), rows_missing),
    kind("page_repeated", runs(4), page_repeated),
    kind("restated_under_one_stamp", runs(), restated),
    kind("known_before_period_ended", only(runs(), _in_time), known_before_end),
    kind("stamps_invented", only(runs(), _late), stamps_invented),
    kind("later_row_in_earlier_edition", crossings, later_row_earlier),
    kind(
        "projection_as_actual",
        only(runs(2, frequencies="MQA", quantities=FLOWS), _fresh),
        projection_as_actual,
    ),
    kind("columns_swapped", beside(same_unit=False), columns_swapped),
    kind("another_series_values", beside(same_unit=True), other_series),
    kind("part_missing_from_total", beside(same_unit=True, parts=True), part_missing),
)
"""Kinds in which an edition is not what its stamp or name says."""
