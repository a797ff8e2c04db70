"""Where a fault of the second author may fall, and how it is written into the table.

A *spot* is a list of index labels, in the order of their periods. ``Spots`` finds all spots
of a kind in one series; ``Spoil`` writes the fault at one of them.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias, cast

import numpy as np
import pandas as pd

from forecast.contracts.quantities import QUANTITIES, UNITS
from forecast.quality.corruption import Corruption, Planted, next_row, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Labels: TypeAlias = list[int]
Spots: TypeAlias = Callable[[pd.DataFrame, str], list[Labels]]
Spoil: TypeAlias = Callable[[pd.DataFrame, Labels, np.random.Generator], Planted]
Numbers: TypeAlias = np.ndarray[tuple[int], np.dtype[np.float64]]
Where: TypeAlias = Callable[[Labels, np.random.Generator], Labels]

MATERIAL: Final = 0.05
"""Relative difference from which two values count as different, where a fault exchanges them."""

EDITION: Final = ["publication_id", "known_from", "frequency"]
"""Columns that name one edition of one step."""

FLOWS: Final = ("energy", "spend")
"""Quantities whose parts add up to a whole."""

_MOST_TAILS: Final = 40
_MONTHS: Final = {"M": 1, "Q": 3, "A": 12}


def kind(name: str, spots: Spots, spoil: Spoil) -> Corruption:
    """Return the corruption that spoils one of ``spots``, chosen by chance."""

    def applies(frame: pd.DataFrame, series: str) -> bool:
        return bool(spots(frame, series))

    def plant(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
        found = spots(frame, series)
        return spoil(frame, found[int(rng.integers(len(found)))], rng)

    return Corruption(name, applies, plant)


def runs(
    least: int = 1,
    *,
    frequencies: str = "HDMQAI",
    quantities: Sequence[str] = QUANTITIES,
    units: Sequence[str] = UNITS,
) -> Spots:
    """Find the rows of one step in one edition, zeros left out, where there are enough."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        rows = frame.loc[places(frame, series)]
        rows = rows[
            rows["value"].ne(0)
            & rows["frequency"].isin(list(frequencies))
            & rows["quantity"].isin(list(quantities))
            & rows["unit"].isin(list(units))
        ].sort_values(["period_start", "period_end"], kind="stable")
        editions = rows.groupby(EDITION)
        return [[int(label) for label in part.index] for _, part in editions if len(part) >= least]

    return find


def windows(of: Spots, length: int) -> Spots:
    """Find ``length`` rows that follow one another."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        return [
            run[start : start + length]
            for run in of(frame, series)
            for start in range(len(run) - length + 1)
        ]

    return find


def tails(of: Spots, least: int = 1) -> Spots:
    """Find the ends of runs, at most forty a run; the beginning is never part of it."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        return [
            run[cut:]
            for run in of(frame, series)
            for cut in range(1, len(run) - least + 1, max(1, len(run) // _MOST_TAILS))
        ]

    return find


def restless(of: Spots) -> Spots:
    """Keep the spots in which two neighbours differ materially."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        return [spot for spot in of(frame, series) if bool(_steps(frame, spot).any())]

    return find


def only(of: Spots, keep: Callable[[pd.Series], bool]) -> Spots:
    """Keep the rows of each spot that ``keep`` wants, and the spots with any row left."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        found = of(frame, series)
        kept = {label for spot in found for label, row in frame.loc[spot].iterrows() if keep(row)}
        return [rows for spot in found if (rows := [label for label in spot if label in kept])]

    return find


def years(frame: pd.DataFrame, series: str) -> list[Labels]:
    """Find calendar years of a flow that are complete in months or quarters."""
    found: list[Labels] = []
    for run in runs(4, frequencies="MQ", quantities=FLOWS, units=ADDITIVE)(frame, series):
        count = 12 // _MONTHS[word(frame, run[0], "frequency")]
        rows = frame.loc[run]
        for _, part in rows.groupby(rows["period_start"].dt.year):
            if len(part) == count:
                found.append([int(label) for label in part.index])
    return found


ADDITIVE: Final = ("TWh", "GWh", "MWh", "USD bn", "USD")
"""Units of flows whose parts add up; an annual rate does not."""


def differ(first: float, second: float) -> bool:
    """Whether two values differ materially."""
    return abs(first - second) >= MATERIAL * max(abs(first), abs(second)) > 0


def word(frame: pd.DataFrame, label: int, column: str) -> str:
    """Return the text in one cell."""
    return str(frame.loc[label, column])


def day(frame: pd.DataFrame, label: int, column: str) -> pd.Timestamp:
    """Return the day in one cell."""
    return cast("pd.Timestamp", frame.loc[label, column])


def values(frame: pd.DataFrame, labels: Labels) -> Numbers:
    """Return the values of the rows, in that order."""
    return np.asarray(frame.loc[labels, "value"], dtype="float64")


def _steps(frame: pd.DataFrame, labels: Labels) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    level = np.abs(values(frame, labels))
    return np.abs(np.diff(level)) >= MATERIAL * np.maximum(level[1:], level[:-1])


def whole(labels: Labels, _: np.random.Generator) -> Labels:
    """Choose every row of the spot."""
    return labels


def one(labels: Labels, rng: np.random.Generator) -> Labels:
    """Choose one row of the spot."""
    return [labels[int(rng.integers(len(labels)))]]


def stretch(labels: Labels, rng: np.random.Generator) -> Labels:
    """Choose rows that follow one another: one to a quarter of the spot."""
    count = int(rng.integers(1, max(2, len(labels) // 4 + 1)))
    start = int(rng.integers(len(labels) - count + 1))
    return labels[start : start + count]


def scattered(labels: Labels, rng: np.random.Generator) -> Labels:
    """Choose some rows here and there, but never all."""
    count = int(rng.integers(1, max(2, len(labels) * 2 // 3)))
    return sorted(int(label) for label in rng.choice(labels, size=count, replace=False))


def as_text(value: float) -> str:
    """Return a number as a publisher would print it."""
    return str(np.format_float_positional(float(f"{value:.12g}"), trim="-"))


def _printed(frame: pd.DataFrame, labels: Labels, new: Iterable[float]) -> list[str]:
    """Print values as finely as the sound ones were, in four digits at least.

    A value that stands elsewhere in the table was moved, not made: it stays as it is.
    """
    made = np.asarray(list(new), dtype="float64")
    texts = []
    for old, value, held in zip(
        values(frame, labels), made, np.isin(made, frame["value"]), strict=True
    ):
        decimals = len(as_text(float(old)).partition(".")[2])
        size = math.floor(math.log10(abs(value))) if value else 0
        texts.append(as_text(value if held else round(float(value), max(decimals, 3 - size))))
    return texts


def stepped(
    start: pd.Timestamp, end: pd.Timestamp, frequency: str, steps: int
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the period ``steps`` later. Instants have no next one: they move by months."""
    if frequency == "H":
        moved = start + pd.Timedelta(hours=steps)
        return moved, moved.normalize()
    if frequency == "D":
        return start + pd.Timedelta(days=steps), end + pd.Timedelta(days=steps)
    months = pd.DateOffset(months=steps * _MONTHS.get(frequency, 1))
    day = pd.Timedelta(days=1)
    return start + months, (end + day + months) - day


def rewritten(
    frame: pd.DataFrame,
    labels: Labels,
    new: Iterable[float],
    *,
    texts: list[str] | None = None,
    ranges: bool = False,
) -> Planted:
    """Return the table with other values in some rows, and their text with them.

    Args:
        frame: The sound table.
        labels: Rows to rewrite.
        new: Their values.
        texts: Their text, if it is not simply the value's.
        ranges: Whether the ends of a stated range are multiplied as the value is.
    """
    worse = frame.copy()
    if texts is None:
        texts = _printed(frame, labels, new)
        new = [float(text) for text in texts]
    worse.loc[labels, "value"] = np.asarray(list(new), dtype="float64")
    worse.loc[labels, "value_text"] = texts
    if ranges:
        factor = values(worse, labels) / values(frame, labels)
        for side in ("low", "high"):
            worse.loc[labels, side] = frame.loc[labels, side].to_numpy(dtype="float64") * factor
    return changed(frame, worse, labels)


def changed(frame: pd.DataFrame, worse: pd.DataFrame, labels: Labels) -> Planted:
    """Return the spoilt table, naming those of ``labels`` that really differ."""
    before, after = frame.loc[labels], worse.loc[labels]
    same = before.eq(after) | (before.isna() & after.isna())
    rows = before.loc[~same.all(axis="columns"), "row"]
    return Planted(worse, rows=frozenset(int(row) for row in rows))


def added(frame: pd.DataFrame, rows: pd.DataFrame) -> Planted:
    """Return the table with ``rows`` below it, under numbers of their own."""
    first = next_row(frame)
    numbers = range(first, first + len(rows))
    more = rows.assign(row=np.asarray(numbers, dtype="int64"))
    return Planted(pd.concat([frame, more], ignore_index=True), rows=frozenset(numbers))


def removed(frame: pd.DataFrame, labels: Labels) -> Planted:
    """Return the table without some rows."""
    gone = frozenset(int(row) for row in frame.loc[labels, "row"])
    return Planted(frame.drop(index=labels).reset_index(drop=True), gone=gone)


def copied(frame: pd.DataFrame, labels: Labels, new: Iterable[float]) -> pd.DataFrame:
    """Return copies of rows with other values."""
    printed = _printed(frame, labels, new)
    return frame.loc[labels].assign(value=[float(text) for text in printed], value_text=printed)


def moved(rows: pd.DataFrame, steps: int) -> pd.DataFrame:
    """Return rows under the labels of periods ``steps`` later."""
    periods = [
        stepped(start, end, frequency, steps)
        for start, end, frequency in zip(
            rows["period_start"], rows["period_end"], rows["frequency"], strict=True
        )
    ]
    return rows.assign(
        period_start=pd.Series([a for a, _ in periods], index=rows.index).astype("datetime64[us]"),
        period_end=pd.Series([b for _, b in periods], index=rows.index).astype("datetime64[us]"),
    )


def stamped(rows: pd.DataFrame, known_from: pd.Timestamp) -> pd.DataFrame:
    """Return rows as they stand in another payload, received on another day."""
    old = str(rows["raw_sha256"].iloc[0])
    digest = hashlib.sha256(f"{old} {known_from}".encode()).hexdigest()
    days = pd.Series(known_from, index=rows.index).astype("datetime64[us]")
    return rows.assign(known_from=days, raw_sha256=digest)
