"""Build the quarterly and monthly calibrations: ``python -m benchmarks.calibrate_seasonal``.

As for years: past forecasts of this engine against what came, of ``mer`` and ``filings`` only up
to the end of their early outcomes, so that late tasks may be scored; of ``m1`` all series, or one
half where the other is to be scored.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import forecast.evaluation.panel
from benchmarks.calibrate import joined
from benchmarks.seasonal_panels import EARLY_ENDS, filing_lines, m1_series, mer_lines
from forecast.evaluation.panel.calibrating import Cases, fitted_scale, past_cases, pooled_shape
from forecast.evaluation.panel.card import FILES, Card
from forecast.evaluation.panel.errors import cohorts, tally_growth
from forecast.evaluation.panel.tally import Tally
from forecast.growth.panel.batch import Line
from forecast.growth.panel.look import look
from forecast.growth.panel.season import past_batches

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = {4: 20, 12: 60}
"""Horizons; beyond the last the shape stays and the scale grows on."""

FILINGS_END = 2023 * 4 + 3
"""Last quarter of what is learned of ``filings``."""

LONGEST = 200
"""Values of a series, as ``forecast fit`` takes them."""

ROWS = 60

NAMES = ("m1", "mer", "filings")


def main() -> None:
    """Write both calibrations into the package."""
    for year in (4, 12):
        path = Path(forecast.evaluation.panel.__file__).parent / FILES[year]
        path.write_text(build(year).text(), encoding="utf-8")
        print(f"{path}: {path.stat().st_size} bytes")


def build(year: int, half: int | None = None, names: tuple[str, ...] = NAMES) -> Card:
    """Return a calibration.

    Args:
        year: Periods in a year, 4 or 12.
        half: 0 or 1 to leave out every second series of ``m1``.
        names: Of the panels to learn from.
    """
    pools, made_of = [], []
    for name, lines, calendar in _lines(year, half):
        if name.split()[0] not in names:
            continue
        every, ends = cases_of(lines, year, calendar=calendar)
        pools += [every, ends] if name.startswith("m1") else [every]
        made_of.append(_origin_of(name, lines, every, year, calendar=calendar))
    coefficients = fitted_scale(pools)
    return Card(coefficients, pooled_shape(pools, coefficients, STEPS[year]), tuple(made_of))


def _lines(year: int, half: int | None) -> list[tuple[str, list[Line], bool]]:
    """Return what is learned from: name, series, and whether their periods are of the calendar."""
    kind = {4: "quarterly", 12: "monthly"}[year]
    m1 = [Line(name, 0, values[-LONGEST:]) for name, values, _ in m1_series(kind)]
    if half is not None:
        m1 = m1[1 - half :: 2]
    found = [(f"m1 {kind}", m1, False)]
    last = (EARLY_ENDS + 1) * year - 1
    mer = [piece for line in mer_lines(year) for piece in _pieces(line, last)]
    found.append((f"mer {kind} to {EARLY_ENDS}", mer, True))
    if year == 4:
        filed = [piece for line in filing_lines() for piece in _pieces(line, FILINGS_END)]
        found.append((f"filings {kind} to {FILINGS_END // 4}", filed, True))
    return found


def _pieces(line: Line, last: int) -> list[Line]:
    """Return a series up to a period, in pieces no longer than are ever used."""
    known = line.values[: max(last - line.first + 1, 0)]
    pieces = []
    for end in range(len(known), 0, -LONGEST):
        start = max(end - LONGEST, 0)
        seen = np.flatnonzero(np.isfinite(known[start:end]))
        if len(seen) >= 8:
            inside = known[start:end][seen[0] : seen[-1] + 1]
            first = line.first + start + int(seen[0])
            pieces.append(Line(f"{line.name}|{first}", first, inside))
    return pieces


def cases_of(lines: Sequence[Line], year: int, *, calendar: bool) -> tuple[Cases, Cases]:
    """Return cases at every origin, and at the last origin that has a year or two behind it."""
    steps = STEPS[year]
    tally = Tally(steps)
    batches = list(past_batches(lines, steps, year, ROWS))
    for batch in batches:
        tally.add(tally_growth(batch, calendar=calendar, steps=steps))
    found: tuple[list[Cases], list[Cases]] = ([], [])
    length = {line.name: len(line.values) for line in lines}
    longest = max(length.values())
    for batch in batches:
        cohort, seen = cohorts(batch, tally, calendar=calendar), look(batch, steps, year)
        found[0].append(past_cases(batch, seen, cohort, at_ends=False))
        place = np.arange(min(longest, batch.values.shape[1]))
        late = batch.origins & (place >= batch.length[:, None] - 1 - 2 * year)
        found[1].append(past_cases(replace(batch, origins=late), seen, cohort, at_ends=False))
    return joined(found[0]), joined(found[1])


def _origin_of(
    name: str, lines: Sequence[Line], cases: Cases, year: int, *, calendar: bool
) -> dict[str, object]:
    years = [p // year for line in lines for p in (line.first, line.first + len(line.values) - 1)]
    named = "\n".join(sorted(line.name for line in lines))
    return {
        "name": name,
        "series": len(lines),
        "first": min(years) if calendar else "running numbers",
        "last": max(years) if calendar else "running numbers",
        "errors_by_horizon": np.bincount(cases.horizon)[1:].tolist(),
        "names_sha256": hashlib.sha256(named.encode()).hexdigest(),
    }


if __name__ == "__main__":
    main()
