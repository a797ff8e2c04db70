"""Series that a publication left out of a new edition: a dropped region, a missing table."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import pandas as pd

_RESTATED: Final = 0.5
"""An edition that repeats at least this share of the periods before is a whole new edition."""


def series(rows: pd.DataFrame) -> list[tuple[int, str]]:
    """Return for each series left out: a row of the edition that lacks it, and its id.

    Only the edition just before counts, so a loss is said once. An edition that holds only
    what is new (a day's hours, a month's figures) leaves nothing out.

    Args:
        rows: Prepared rows.
    """
    found: list[tuple[int, str]] = []
    several = rows.groupby("publication_id")["edition"].transform("nunique") > 1
    for _, mine in rows[several & ~rows["beside"]].groupby("publication_id", sort=True):
        editions = [edition for _, edition in mine.groupby("known", sort=True)]
        for before, after in pairwise(editions):
            found += _left_out(before, after)
    return found


def _left_out(before: pd.DataFrame, after: pd.DataFrame) -> list[tuple[int, str]]:
    lost = set(before["series_id"]) - set(after["series_id"])
    shared = before[~before["series_id"].isin(lost)]
    if not lost or shared.empty:
        return []
    key = ["series_id", "frequency", "tick"]
    stated = pd.MultiIndex.from_frame(after[key])
    restated = pd.MultiIndex.from_frame(shared[key]).isin(stated).mean()
    if restated < _RESTATED:
        return []
    return [(int(after.index[0]), name) for name in sorted(lost)]
