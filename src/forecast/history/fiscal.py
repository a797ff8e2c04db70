r"""Fiscal quarters on the calendar, for companies whose quarters are not the calendar's.

A fiscal quarter is named after the calendar quarter that holds most of its days, as in the
frames of the SEC; of two as large the later one. So quarters of different companies stand beside
one another, and a company that moves its year end needs no new calendar: what lies between, a
month or two, is no quarter and is nowhere counted as one. Quarters that follow day upon day take
calendar quarters that follow one another: where they turn near the middle of a calendar quarter,
weeks drift across the half, and no quarter may be named twice for that.

Rows keep the days and the amount they were filed with. Only what a model is given is placed,
and only there 12 or 14 weeks count as 13:

.. math:: y = 91\, y_{\text{filed}} / d \quad\text{if } d < 88 \text{ or } d > 93 \text{ days}

so that the longer quarter of a year of 53 weeks is no growth, and the next one no fall.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.history.periods import bounds, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.catalogue import Series

STEP: Final = "Q"
"""The step that is placed: the only one companies report in beside their years."""

_QUARTER: Final = (80, 100)
"""Days in a fiscal quarter: three months, or 12 to 14 weeks."""

_PLAIN: Final = (88, 93)
"""Days of a quarter of three months or 13 weeks, a day more or less."""

_WEEKS_13: Final = 91

_DAY: Final = pd.Timedelta(days=1)

_FILED: Final = {"period_start": "filed_start", "period_end": "filed_end", "value": "filed_value"}
"""Columns a placed row keeps as they were filed."""


def days(starts: pd.Series, ends: pd.Series) -> pd.Series:
    """Return how many days each span has, both ends counted."""
    counted: pd.Series = (ends.dt.normalize() - starts.dt.normalize()).dt.days + 1
    return counted


def is_quarter(rows: pd.DataFrame) -> pd.Series:
    """Return which rows are about one fiscal quarter, whatever its days."""
    long = days(rows["period_start"], rows["period_end"]).between(*_QUARTER)
    return (rows["frequency"] == STEP) & long


def place(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Return judged rows with each fiscal quarter on its calendar quarter.

    A publication's two quarters on one calendar quarter (filed again by another calendar) are
    one too many: the one with more days there stands, of two alike the one known later.

    Args:
        rows: Judged rows of one series: OBSERVATIONS and ``reason``, in its unit.
        series: The catalogue's entry; one of calendar periods is returned as it came.

    Returns:
        The rows, with ``filed_start``, ``filed_end`` and ``filed_value`` as they came.
    """
    if series.periods != "fiscal" or rows.empty:
        return rows
    quarters = (rows["reason"] == "") & is_quarter(rows)
    kept = rows.assign(**{name: rows[column] for column, name in _FILED.items()})
    found = rows[quarters]
    length = days(found["period_start"], found["period_end"])
    starts, ends = bounds(_numbers(found), STEP)
    scale = (_WEEKS_13 / length).where(~length.between(*_PLAIN), 1.0)
    for column in ("value", "low", "high"):
        kept.loc[quarters, column] = found[column] * scale
    kept.loc[quarters, "period_start"] = starts.to_numpy()
    kept.loc[quarters, "period_end"] = ends.to_numpy()
    kept.loc[_spare(kept[quarters]), "reason"] = (
        "another fiscal quarter covers more of the same calendar quarter"
    )
    return kept


def _numbers(found: pd.DataFrame) -> NDArray[np.int64]:
    """Return the calendar quarter of each fiscal one, numbered from 1970.

    Along a chain of quarters, each beginning on the day after another ended, numbers rise by
    one, from the beginning that puts most of them where most of their days are.
    """
    starts, ends = found["period_start"].dt.normalize(), found["period_end"].dt.normalize()
    middles = starts + pd.to_timedelta(days(starts, ends) // 2, unit="D")
    own = number(middles, STEP)
    spans = sorted(zip(found["publication_id"], starts, ends, range(len(found)), strict=True))
    ended: dict[tuple[str, pd.Timestamp], tuple[int, int]] = {}
    chain, steps = np.zeros(len(found), dtype=np.int64), np.zeros(len(found), dtype=np.int64)
    for publication, start, end, row in spans:
        before = ended.get((publication, start - _DAY))
        chain[row], steps[row] = (row, 0) if before is None else (before[0], before[1] + 1)
        ended[publication, end] = int(chain[row]), int(steps[row])
    votes: dict[int, Counter[int]] = {}
    for first, vote in zip(chain.tolist(), (own - steps).tolist(), strict=True):
        votes.setdefault(first, Counter())[vote] += 1
    begin = {first: max(zip(c.values(), c.keys(), strict=True))[1] for first, c in votes.items()}
    return np.array([begin[c] for c in chain.tolist()], dtype=np.int64) + steps


def _spare(placed: pd.DataFrame) -> pd.Index:
    """Return the index of rows whose calendar quarter another row of the publication has."""
    first = placed[["period_start", "filed_start"]].max(axis=1)
    last = placed[["period_end", "filed_end"]].min(axis=1)
    ordered = placed.assign(there=days(first, last)).sort_values(
        ["there", "known_from"], kind="stable"
    )
    return ordered.index[ordered.duplicated(["publication_id", "period_start"], keep="last")]


def as_filed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with the days and amounts they were filed with; others as they are."""
    if "filed_start" not in rows:
        return rows
    back = {c: rows[name].where(rows[name].notna(), rows[c]) for c, name in _FILED.items()}
    return rows.assign(**back).drop(columns=list(_FILED.values()))


def unlike_13_weeks(rows: pd.DataFrame) -> pd.Series:
    """Return how many days a filed fiscal quarter has where a model reads 91; 0 elsewhere."""
    length = days(rows["period_start"], rows["period_end"])
    return length.where(is_quarter(rows) & ~length.between(*_PLAIN), 0)
