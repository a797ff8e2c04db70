"""The accuracy panels beside the repository, as lines; their scorer, as a module."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.growth.panel.batch import Line

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[1]
PANELS = ROOT.parent / "shared" / "panels"

CALENDAR = {"energy": True, "energyhist": True, "m1": False, "m4draft": False}
"""Whether a panel's periods are years."""

STEPS = {"energy": 10, "energyhist": 10, "m1": 6, "m4draft": 6}
"""Horizons of its tasks."""


def scorer() -> ModuleType:
    """Return score.py of the panels."""
    spec = importlib.util.spec_from_file_location("score", PANELS / "score.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["score"] = module
    spec.loader.exec_module(module)
    return module


def table(name: str, dataset: str) -> pd.DataFrame:
    """Return ``train`` or ``test`` of one data set, sorted."""
    whole = pd.read_parquet(PANELS / f"{name}.parquet")
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
