"""What one edition of the register says otherwise than an earlier one: four things kept apart.

A past that is told anew is no slippage, a site found is no growth, and a site that is gone was not
switched off. Only steps that lay ahead of the earlier edition can slip.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import date
from typing import Final

import pandas as pd

Rows = Mapping[date, float | None]
"""One site's power by day. [MW]"""

KINDS: Final = (
    "same",
    "restated past",
    "restated projection",
    "slipped",
    "brought forward",
    "new site",
    "added to the past",
    "added since",
    "vanished",
    "vanished site",
)
"""All that can become of a row, or be new in one."""

COLUMNS: Final = ("project_id", "period_end", "kind", "before", "after", "moved_days")


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return what became of each row of an earlier edition, and what is new in a later one.

    Args:
        before: PROJECTS of one earlier edition.
        after: PROJECTS of one later edition.

    Returns:
        One row for each site and day of either, with ``kind`` one of KINDS, power in both
        [MW], and days moved where a projected step of the same power has another day now. Days
        up to the earlier edition's own are its past. A quantity that one edition lacks, such as
        IT power in the first, is left aside: its sites were not discovered.
    """
    known = before["known_from"].max()
    edition = known.date() if isinstance(known, pd.Timestamp) else date.min
    shared = set(before["quantity"]) & set(after["quantity"])
    old, new = (_by_site(rows[rows["quantity"].isin(shared)]) for rows in (before, after))
    rows = [
        (site, *row)
        for site in sorted({*old, *new})
        for row in _site_changes(old.get(site), new.get(site), edition)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_site(projects: pd.DataFrame) -> dict[str, Rows]:
    return {
        str(site): dict(zip(rows["period_end"].dt.date, rows["value"], strict=True))
        for site, rows in projects.groupby("project_id")
    }


def _site_changes(
    old: Rows | None, new: Rows | None, edition: date
) -> Iterator[tuple[Hashable, ...]]:
    """Yield (day, kind, before, after, days moved) of one site."""
    if old is None or new is None:
        kind = "vanished site" if new is None else "new site"
        for day, power in sorted((old or new or {}).items()):
            yield (day, kind, *((power, None) if new is None else (None, power)), None)
        return
    moved = _moves(old, new, edition)
    for day in sorted({*old, *new} - set(moved.values())):
        if day in moved:
            days = (moved[day] - day).days
            kind = "slipped" if days > 0 else "brought forward"
            yield day, kind, old[day], new[moved[day]], days
        else:
            yield day, _kind(day, old, new, edition), old.get(day), new.get(day), None


def _kind(day: date, old: Rows, new: Rows, edition: date) -> str:
    past = day <= edition
    if day not in new:
        return "vanished"
    if day not in old:
        return "added to the past" if past else "added since"
    if old[day] == new[day]:
        return "same"
    return "restated past" if past else "restated projection"


def _moves(old: Rows, new: Rows, edition: date) -> dict[date, date]:
    """Return projected days that are gone → days on which the same power stands now.

    Steps keep their order: each takes the nearest day that no earlier step has taken.
    """
    free = sorted(set(new) - set(old))
    moved: dict[date, date] = {}
    for day in sorted(set(old) - set(new)):
        same = [later for later in free if new[later] == old[day]]
        if day > edition and same:
            moved[day] = min(same, key=lambda later: (abs(later - day), later))
            free.remove(moved[day])
    return moved
