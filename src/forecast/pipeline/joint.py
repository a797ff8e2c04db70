"""Joint futures of a panel: sample paths of every series, and wholes that are sums of their parts.

Quantiles of different series do not add; paths do. So series of a hierarchy are told by coherent
paths, and their quantiles are those of the paths.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS
from forecast.growth.panel.hierarchy import coherent
from forecast.growth.panel.paths import likeness, paths, scores

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from forecast.pipeline.fitting import Told
    from forecast.pipeline.periods import Calendar

    Array = NDArray[np.float64]

COLUMNS: Final = ("whole", "part")
"""What a file of a hierarchy must have."""

DRAWS: Final = (100, 9_999)
"""Paths of a series, at least and at most."""

MOST_HELD: Final = 50_000_000
"""Values of the paths of a hierarchy, which are held in memory together."""


@dataclass(frozen=True)
class Joint:
    """What is asked about joint futures.

    Attributes:
        paths: File of sample paths to write, Parquet or CSV; none if not wanted.
        hierarchy: CSV of ``whole``, ``part``; none if series do not add up.
        draws: Paths of a series.
        common: Correlation of the errors of any two series; if none, that of the steps of the
            hierarchy's smallest parts so far, and 0 without a hierarchy.
        seed: Of all draws.
    """

    paths: Path | None = None
    hierarchy: Path | None = None
    draws: int = 1_000
    common: float | None = None
    seed: int = 0

    def check(self) -> None:
        """Refuse what cannot be drawn.

        Raises:
            SettingsError: Draws or correlation out of bounds, or the folder does not exist.
        """
        low, high = DRAWS
        if not low <= self.draws <= high:
            raise SettingsError(f"{self.draws} draws are not between {low} and {high:,}")
        if self.common is not None and not 0 <= self.common <= 1:
            raise SettingsError(f"common {self.common} is no correlation between 0 and 1")
        if self.paths and not self.paths.parent.is_dir():
            raise SettingsError(f"{self.paths.parent}: no such folder; make it, or write elsewhere")


QUANTILES_ALONE: Final = Joint()


def read_hierarchy(path: Path) -> dict[str, list[str]]:
    """Return the parts of every whole.

    Raises:
        SettingsError: No such file, columns missing, or a blank name.
    """
    expected = f"expected CSV with the columns {' and '.join(COLUMNS)}, one row a part"
    if not path.is_file():
        raise SettingsError(f"{path}: no such file; {expected}")
    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}; {expected}") from error
    if missing := [name for name in COLUMNS if name not in rows.columns]:
        raise SettingsError(f"{path} lacks {', '.join(missing)}; {expected}")
    rows = rows[list(COLUMNS)]
    if blank := int((rows == "").any(axis=1).sum()):
        raise SettingsError(f"{path}: {blank} rows have a blank name; {expected}")
    return {str(whole): list(group) for whole, group in rows.groupby("whole")["part"]}


@dataclass(frozen=True)
class Family:
    """Coherent paths of a hierarchy.

    Attributes:
        paths: Of every series in it. [count, h] each
        common: Correlation the smallest parts were drawn with.
    """

    paths: Mapping[str, Array]
    common: float


def family(
    told: Iterable[Told], children: Mapping[str, list[str]], joint: Joint, calendar: Calendar
) -> Family:
    """Return coherent paths of the series of a hierarchy.

    Args:
        told: Forecasts of its series.
        children: Parts of every whole.
        joint: What is asked.
        calendar: How periods are numbered.

    Raises:
        SettingsError: A series is not forecast, ends in another period than the others or has
            been below zero; the hierarchy is no tree; too many paths for memory.
    """
    held = {one.line.name: one for one in told}
    named = {*children, *(part for parts in children.values() for part in parts)}
    if missing := sorted(named - set(held)):
        raise SettingsError(
            f"{joint.hierarchy} names {_some(missing)}, not forecast from this panel. "
            "Add them to the panel, or take them out of the hierarchy."
        )
    _check(held, joint, calendar)
    leaves = [one.line for name, one in sorted(held.items()) if name not in children]
    common = joint.common
    if common is None:
        common = likeness([(line.first, line.values) for line in leaves])
    own = {name: drawn(one, joint, common) for name, one in held.items()}
    return Family(coherent({n: np.maximum(p, 0.0) for n, p in own.items()}, children), common)


def _check(held: Mapping[str, Told], joint: Joint, calendar: Calendar) -> None:
    """Refuse series whose paths cannot be added."""
    lines = [one.line for one in held.values()]
    last = {line.name: line.first + len(line.values) - 1 for line in lines}
    late = max(last.values())
    if early := sorted(name for name, period in last.items() if period != late):
        spot = calendar.text(last[early[0]])
        raise SettingsError(
            f"{_some(early)} end before the others of {joint.hierarchy}, the first in {spot}, "
            f"the others in {calendar.text(late)}. Sums need one last period: cut all to it."
        )
    if below := sorted(line.name for line in lines if np.nanmin(line.values) < 0):
        raise SettingsError(
            f"{_some(below)} of {joint.hierarchy} have been below zero; expected parts of a sum "
            "that are never negative. Take them out of the hierarchy."
        )
    values = sum(len(one.mean) for one in held.values()) * joint.draws
    if values > MOST_HELD:
        raise SettingsError(
            f"{len(held)} series of {joint.hierarchy} with {joint.draws:,} draws make {values:,} "
            f"values; at most {MOST_HELD:,} are held. Ask for fewer draws."
        )


def drawn(told: Told, joint: Joint, common: float) -> Array:
    """Return sample paths of one series with the quantiles of its forecast. [count, h]"""
    known = told.line.values[np.isfinite(told.line.values)]
    z = scores(told.line.name, joint.draws, len(told.mean), seed=joint.seed, common=common)
    return paths(told.quantiles, z, positive=bool((known > 0).all()))


def retold(told: Told, sample: Array) -> Told:
    """Return a forecast with the quantiles and the mean of coherent paths.

    The mean is that of the paths and not the median: means of parts add up, medians do not.
    """
    quantiles = np.quantile(sample, LEVELS, axis=0).T
    return replace(told, quantiles=quantiles, mean=sample.mean(axis=0))


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
