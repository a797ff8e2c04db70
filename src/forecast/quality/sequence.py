r"""Rows in the order of their periods, how restless they are, and which of them agree.

A sequence holds the rows of one edition of a track and, where the edition is silent, what
earlier editions of the track said. On the log scale :math:`x`, a step of
:math:`\Delta t` periods is *ordinary* if

.. math:: |\Delta x - m\,\Delta t| \le \min\{\max(8 s \sqrt{\Delta t},\, f),\, c(\Delta t)\}

with :math:`m` the median growth a period and :math:`s` 1.4826 times the median absolute
deviation from it, drawn towards a usual spread where steps are few. Extraordinary steps cut
the sequence into segments; the longest one, and all that agree with it, are the line that a
row must keep to. So a spike, a shifted level and a wrong unit are all seen, and the row to
blame is the one that stands apart, not its neighbour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from forecast.quality.scene import Scene

    Numbers = NDArray[np.float64]
    Places = NDArray[np.int64]
    Allowed = Callable[[Places, Numbers], tuple[Numbers, Numbers]]
    """Sequence rows and steps in periods → lowest and highest change in logs."""

USUAL_SPREAD: Final = 0.2
"""Log spread a period where nothing is known."""

WEIGHT_OF_USUAL: Final = 4.0
"""The usual spread counts as this many steps."""

SPREADS: Final = 8.0
"""An ordinary step keeps within this many spreads."""

FLOOR: Final = 0.25
"""A change below this log ratio is never extraordinary."""

CEILING: Final = 1.35
"""A change of one period beyond this log ratio (3.9-fold) always is."""

CEILING_A_YEAR: Final = 0.35
"""How much wider the ceiling grows with each further year."""

YEARS: Final = {"A": 1.0, "Q": 0.25, "M": 1 / 12, "I": 1.0, "D": 1 / 365.25, "H": 1 / 8_766}
"""Years in a step."""

KNOWN_WEIGHT: Final = 1.5
"""A row judged before weighs more than one still to be judged."""


@dataclass(frozen=True)
class Sequence:
    """Rows of all sequences of a round, one after the other.

    Attributes:
        frame: ``place`` (of the row judged; -1 for one known before), ``code`` of the
            sequence, ``t``, ``log``, and the track's columns.
        growth: Median log growth a period, for each row's sequence.
        spread: Robust log spread a period, for each row's sequence.
    """

    frame: pd.DataFrame
    growth: Numbers
    spread: Numbers

    @property
    def code(self) -> Places:
        """The number of each row's sequence."""
        return self.frame["code"].to_numpy(dtype="int64")

    def scattered(self, values: Numbers, rows: int) -> Numbers:
        """Return ``values`` of sequence rows by place among the ``rows`` judged."""
        out = np.full(rows, np.nan)
        own = self.frame["place"].to_numpy() >= 0
        out[self.frame["place"].to_numpy()[own]] = values[own]
        return out


def of(scene: Scene) -> Sequence:
    """Return the sequences of a round; hours have their own (see ``hours``)."""
    return scene.remember("sequence", lambda: _built(scene))


_COLUMNS: Final = ["track", "edition", "tick", "t", "log", "place", "series_id", "frequency"]


def _built(scene: Scene) -> Sequence:
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    own = rows[rows["log"].notna() & (rows["frequency"] != "H")]
    known = scene.known[scene.known["log"].notna() & (scene.known["frequency"] != "H")]
    newest = known.sort_values("known", kind="stable").drop_duplicates(
        ["track", "tick"], keep="last"
    )
    beside = own[["track", "edition"]].drop_duplicates()
    beside = beside.merge(newest.drop(columns="edition").assign(place=-1), on="track")
    stated = pd.MultiIndex.from_frame(own[["track", "edition", "tick"]])
    silent = ~pd.MultiIndex.from_frame(beside[["track", "edition", "tick"]]).isin(stated)
    parts = [part for part in (own[_COLUMNS], beside.loc[silent, _COLUMNS]) if not part.empty]
    frame = pd.concat(parts, ignore_index=True) if parts else own[_COLUMNS]
    frame = frame.sort_values(["track", "edition", "t"], kind="stable", ignore_index=True)
    frame["code"] = frame.groupby(["track", "edition"], sort=False).ngroup()
    growth, spread = _temper(frame)
    return Sequence(frame, growth, spread)


def _temper(frame: pd.DataFrame) -> tuple[Numbers, Numbers]:
    """Return median growth and robust spread of each row's sequence."""
    steps = frame.groupby("code")[["t", "log"]].diff()
    real = steps["t"] > 0.2
    code = frame["code"]
    rate = (steps["log"] / steps["t"])[real]
    count = rate.groupby(code[real]).size().reindex(code, fill_value=0).to_numpy()
    growth = rate.groupby(code[real]).median().reindex(code).fillna(0.0).to_numpy()
    growth = np.where(count >= 3, growth, 0.0)
    off = (steps["log"] - growth * steps["t"]).abs() / np.sqrt(steps["t"].clip(lower=1.0))
    mad = off[real].groupby(code[real]).median().reindex(code).fillna(0.0).to_numpy() * 1.4826
    pooled = count * mad**2 + WEIGHT_OF_USUAL * USUAL_SPREAD**2
    return growth, np.sqrt(pooled / (count + WEIGHT_OF_USUAL))


def ordinary(sequence: Sequence, spreads: float = SPREADS, floor: float = FLOOR) -> Allowed:
    """Return how far an ordinary step may go; the formula is at the head of this file."""
    years = sequence.frame["frequency"].map(YEARS).to_numpy(dtype="float64")

    def allowed(rows: Places, steps: Numbers) -> tuple[Numbers, Numbers]:
        periods = np.maximum(steps, 1.0)
        ceiling = CEILING + CEILING_A_YEAR * (periods - 1.0) * years[rows]
        reach = np.maximum(spreads * sequence.spread[rows] * np.sqrt(periods), floor)
        reach = np.minimum(reach, ceiling)
        drift = np.clip(sequence.growth[rows] * steps, -ceiling, ceiling)
        return drift - reach, drift + reach

    return allowed


def line(sequence: Sequence, allowed: Allowed) -> tuple[Numbers, Numbers]:
    """Return the lowest and highest log each row may have to keep to the line.

    Args:
        sequence: Rows in order.
        allowed: Change allowed between two rows some periods apart.
    """
    frame, code = sequence.frame, sequence.code
    if frame.empty:
        return np.array([]), np.array([])
    log = frame["log"].to_numpy(dtype="float64")
    weight = np.where(frame["place"].to_numpy() >= 0, 1.0, KNOWN_WEIGHT)
    after = np.arange(1, len(frame))
    steady = code[1:] == code[:-1]
    steady &= _agree(frame, log, after - 1, after, allowed)
    segment = np.concatenate([[0], np.cumsum(~steady)])
    main = _agreed(frame, log, code, segment, weight, allowed)
    return _limits(frame, log, code, main, allowed)


def _agree(
    frame: pd.DataFrame, log: Numbers, earlier: Places, later: Places, allowed: Allowed
) -> NDArray[np.bool_]:
    t = frame["t"].to_numpy(dtype="float64")
    low, high = allowed(later, t[later] - t[earlier])
    change = log[later] - log[earlier]
    return np.asarray((change >= low) & (change <= high))


def _agreed(
    frame: pd.DataFrame,
    log: Numbers,
    code: Places,
    segment: Places,
    weight: Numbers,
    allowed: Allowed,
) -> NDArray[np.bool_]:
    """Return which rows are on the line: the heaviest segment and all that agree with it."""
    first = np.concatenate([[0], np.flatnonzero(np.diff(segment)) + 1])
    last = np.concatenate([first[1:], [len(segment)]]) - 1
    heavy = pd.Series(np.add.reduceat(weight, first))
    owner = code[first]
    heaviest = heavy.groupby(owner).transform("max")
    on_line = (heavy == heaviest).to_numpy()
    alone = pd.Series(on_line).groupby(owner).transform("sum").to_numpy() == 1
    on_line &= alone
    for _ in range(len(first)):
        before, behind = _references(code, on_line[segment])
        joins = np.zeros(len(first), dtype=bool)
        left = np.flatnonzero(~on_line & (before[first] >= 0))
        joins[left] |= _agree(frame, log, before[first[left]], first[left], allowed)
        right = np.flatnonzero(~on_line & (behind[last] >= 0))
        joins[right] |= _agree(frame, log, last[right], behind[last[right]], allowed)
        if not joins.any():
            break
        on_line |= joins
    return np.asarray(on_line[segment])


def _references(code: Places, main: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Return for each row the last row of the line before it and the first after it, or -1."""
    count = len(code)
    place = np.arange(count)
    before = np.maximum.accumulate(np.where(main, place, -1))
    before = np.concatenate([[-1], before[:-1]])
    behind = np.minimum.accumulate(np.where(main, place, count)[::-1])[::-1]
    behind = np.concatenate([behind[1:], [count]])
    before[(before >= 0) & (code[before] != code)] = -1
    inside = np.minimum(behind, count - 1)
    behind = np.where((behind < count) & (code[inside] == code), behind, -1)
    return before, behind


def _limits(
    frame: pd.DataFrame, log: Numbers, code: Places, main: NDArray[np.bool_], allowed: Allowed
) -> tuple[Numbers, Numbers]:
    leaderless = ~pd.Series(main).groupby(code).transform("any").to_numpy()
    before, behind = _references(code, main | leaderless)
    t = frame["t"].to_numpy(dtype="float64")
    rows = np.arange(len(frame))
    low, high = np.full(len(frame), np.inf), np.full(len(frame), -np.inf)
    for reference, sign in ((before, 1.0), (behind, -1.0)):
        has = np.flatnonzero(reference >= 0)
        there = reference[has]
        least, most = allowed(rows[has], np.abs(t[has] - t[there]))
        ends = np.stack([log[there] + sign * least, log[there] + sign * most])
        low[has] = np.minimum(low[has], ends.min(axis=0))
        high[has] = np.maximum(high[has], ends.max(axis=0))
    unjudged = np.isinf(low)
    return np.where(unjudged, np.nan, low), np.where(unjudged, np.nan, high)
