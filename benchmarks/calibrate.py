"""Build the packaged calibration: ``python -m benchmarks.calibrate [--of energyhist m4draft]``.

Past forecasts of this engine, at every origin of every series of the panels named, against what
came; only coefficients and pooled quantiles of errors are kept, no value of any panel.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import forecast.evaluation.panel
from benchmarks.panels import CALENDAR, STEPS, whole_series
from forecast.evaluation.panel.calibrating import Cases, fitted_scale, past_cases, pooled_shape
from forecast.evaluation.panel.card import FILES, Card
from forecast.evaluation.panel.errors import cohorts, tally_growth
from forecast.evaluation.panel.tally import Tally
from forecast.growth.panel.look import look
from forecast.growth.panel.season import past_batches

if TYPE_CHECKING:
    from forecast.growth.panel.batch import Line

CHUNK = 200


def main() -> None:
    """Write the calibration into the package."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--of", nargs="+", default=["energyhist", "m4draft"])
    home = Path(forecast.evaluation.panel.__file__).parent / FILES[1]
    parser.add_argument("--out", type=Path, default=home)
    asked = parser.parse_args()
    card = build(asked.of)
    asked.out.write_text(card.text(), encoding="utf-8")
    print(f"{asked.out}: made of {', '.join(asked.of)}")


def build(datasets: list[str]) -> Card:
    """Return the calibration of some panels; every origin and the last ones weigh the same."""
    pools, made_of = [], []
    for dataset in datasets:
        every, ends = cases_of(dataset)
        pools += [every, ends]
        made_of.append(_origin_of(dataset, every))
    coefficients = fitted_scale(pools)
    steps = max(STEPS[dataset] for dataset in datasets)
    return Card(coefficients, pooled_shape(pools, coefficients, steps), tuple(made_of))


def cases_of(dataset: str) -> tuple[Cases, Cases]:
    """Return cases at every origin, and at the last origin that has every horizon behind it."""
    steps, calendar = STEPS[dataset], CALENDAR[dataset]
    found: tuple[list[Cases], list[Cases]] = ([], [])
    for lines in whole_series(dataset).values():
        chunks = [lines[start : start + CHUNK] for start in range(0, len(lines), CHUNK)]
        tally = Tally(steps)
        for chunk in chunks:
            (batch,) = past_batches(chunk, steps, 1)
            tally.add(tally_growth(batch, calendar=calendar, steps=steps))
        for chunk in chunks:
            (batch,) = past_batches(chunk, steps, 1)
            cohort, seen = cohorts(batch, tally, calendar=calendar), look(batch, steps)
            for at_ends, kept in enumerate(found):
                kept.append(past_cases(batch, seen, cohort, at_ends=bool(at_ends)))
    return joined(found[0]), joined(found[1])


def joined(parts: list[Cases]) -> Cases:
    fields = Cases.__dataclass_fields__
    return Cases(*(np.concatenate([getattr(p, name) for p in parts]) for name in fields))


def _origin_of(dataset: str, cases: Cases) -> dict[str, object]:
    groups = whole_series(dataset)
    lines: list[Line] = [line for group in groups.values() for line in group]
    years = [line.first for line in lines] + [line.first + len(line.values) - 1 for line in lines]
    named = "\n".join(sorted(line.name for line in lines))
    return {
        "name": dataset,
        "series": len(lines),
        "first": min(years) if CALENDAR[dataset] else "running numbers",
        "last": max(years) if CALENDAR[dataset] else "running numbers",
        "errors_by_horizon": np.bincount(cases.horizon)[1:].tolist(),
        "names_sha256": hashlib.sha256(named.encode()).hexdigest(),
    }


if __name__ == "__main__":
    main()
