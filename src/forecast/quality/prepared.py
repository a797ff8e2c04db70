"""Rows made ready to be judged: sizes in one unit, periods as numbers, tracks and rounds.

A *track* is what may be compared row by row: one series, family of publications, scope,
quantity and step. An *edition* is one publication on the day it became known. A *strand* is
what is judged in one go: a series (one calendar year of it, where it runs by the hour), and a
strand's rows are judged in *rounds*, one for each day on which some of them became known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import ContractError
from forecast.contracts.quantities import UNITS, unit_factor
from forecast.contracts.tables import OBSERVATIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

SMALLEST: Final = {
    "energy": "MWh",
    "power": "MW",
    "money": "USD",
    "money a year": "USD bn/yr",
    "fraction": "ratio",
    "index": "index",
}
"""Dimension → the unit that sizes are compared in."""

STEP_MONTHS: Final = {"A": 12, "Q": 3, "M": 1, "I": 12}
"""Months in a period; moments in time are placed on the scale of years."""

TICKS: Final = 1_000
"""Periods are matched to a thousandth of a period."""

_LONG: Final = 1.5
"""Spans longer than this many periods are means over several and stand at their middle."""

_NEVER: Final = pd.Timestamp("2200-01-01")
"""Stands for a day that is not stated: such rows are judged last, and refused."""


def _sizes() -> dict[str, tuple[str, float]]:
    found = {}
    for unit in UNITS:
        for dimension, smallest in SMALLEST.items():
            try:
                found[unit] = (dimension, unit_factor(unit, smallest))
            except ContractError:
                continue
    return found


SIZES: Final = _sizes()
"""Unit → (dimension, size in the dimension's smallest unit)."""


def prepare(observations: pd.DataFrame, families: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows in a fixed order, with what the rules compare as columns beside them.

    Args:
        observations: OBSERVATIONS.
        families: Publication → family; one that is not named is its own family.
    """
    order = [*OBSERVATIONS.key, "scope", "frequency", "value", "raw_sha256", "row"]
    rows = observations.sort_values(order, kind="stable", ignore_index=True)
    rows["family"] = rows["publication_id"].map(lambda name: families.get(name, name))
    rows["known"] = rows["known_from"].fillna(_NEVER)
    known_unit = {unit: size for unit, (_, size) in SIZES.items()}
    rows["dimension"] = rows["unit"].map({unit: d for unit, (d, _) in SIZES.items()}).fillna("")
    rows["factor"] = rows["unit"].map(known_unit).astype("float64")
    rows["log"] = _log(rows["value"] * rows["factor"])
    rows["t"], rows["length"] = _placed(rows)
    rows["tick"] = (rows["t"] * TICKS).round().fillna(-1).astype("int64")
    hourly = rows["frequency"] == "H"
    year = rows["period_start"].dt.year.fillna(0).astype("int64").astype(str)
    rows["strand"] = rows["series_id"].where(~hourly, rows["series_id"] + " " + year)
    compared = ["series_id", "family", "scope", "quantity", "dimension", "frequency"]
    rows["track"] = rows.groupby(compared, sort=False).ngroup()
    rows["edition"] = rows.groupby(["publication_id", "known"], sort=False).ngroup()
    rows["round"] = rows.groupby("strand")["known"].rank("dense").astype("int64") - 1
    return rows


def _log(sizes: pd.Series) -> pd.Series:
    positive = sizes.where((sizes > 0) & np.isfinite(sizes))
    return pd.Series(np.log(positive.to_numpy(dtype="float64")), index=sizes.index)


def _placed(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return where each period stands on its own scale, and how many periods long it is."""
    frequency = rows["frequency"]
    step = frequency.map(STEP_MONTHS).astype("float64")
    start = _months(rows["period_start"].where(frequency != "I", rows["period_end"]))
    end = _months(rows["period_end"] + pd.Timedelta(days=1))
    length = ((end - start) / step).where(frequency != "I", 1.0)
    middle = (start / step + (length - 1) / 2).where(length > _LONG, start / step)
    seconds = (rows["period_start"] - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    day, hour = frequency == "D", frequency == "H"
    t = middle.mask(day, seconds / 86_400).mask(hour, seconds / 3_600)
    days = (rows["period_end"].dt.normalize() - rows["period_start"].dt.normalize()).dt.days + 1
    return t, length.mask(day, days.astype("float64")).mask(hour, 1.0)


def _months(days: pd.Series) -> pd.Series:
    """Return days as months since 1970, with a fraction."""
    whole = (days.dt.year - 1970) * 12 + days.dt.month - 1
    months: pd.Series = (whole + (days.dt.day - 1) / days.dt.days_in_month).astype("float64")
    return months
