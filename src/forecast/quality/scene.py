"""What a round is judged on: its rows, and what was known beside them on that day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pandas as pd

from forecast.quality.prepared import SIZES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from forecast.contracts.catalogue import Catalogue

_T = TypeVar("_T")

MONTHS: Final = {"A": 12.0, "Q": 3.0, "M": 1.0, "D": 1 / 30.4, "H": 1 / 730.5, "I": 12.0}
"""Months in a step."""


@dataclass(frozen=True)
class Scene:
    """The rows of one round, and everything a rule may compare them with.

    Nothing in it became known after the rows themselves: later rows cannot change a verdict.

    Attributes:
        rows: Rows to judge, prepared, numbered from 0.
        known: Rows of the same strands that were judged in earlier rounds, and kept.
        vintage: All rows of the same publications and days, of any series, unjudged.
        padding: Hours just before and after the strand's year, unjudged.
        catalogue: The series this house forecasts.
    """

    rows: pd.DataFrame
    known: pd.DataFrame
    vintage: pd.DataFrame
    padding: pd.DataFrame
    catalogue: Catalogue
    _memory: dict[str, Any] = field(default_factory=dict)

    def remember(self, name: str, make: Callable[[], _T]) -> _T:
        """Return what ``make`` made the first time it was asked for under ``name``."""
        if name not in self._memory:
            self._memory[name] = make()
        found: _T = self._memory[name]
        return found

    def blank(self) -> NDArray[np.float64]:
        """Return a column of NaN, one for each row."""
        return np.full(len(self.rows), np.nan)

    def catalogued(self) -> pd.DataFrame:
        """Return, for each row, what the catalogue says of its series; blank where nothing.

        Limits known only later than a row would be hindsight: they are left out, as they are
        where a row is of another quantity or dimension than the series.
        """
        return self.remember("catalogued", lambda: catalogued(self.rows, self.catalogue))

    def in_unit(self, logs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return logs of sizes as numbers in each row's own unit."""
        return np.asarray(np.exp(logs) / self.rows["factor"].to_numpy(), dtype="float64")


def catalogued(rows: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the catalogue's limits in force for each row.

    Returns:
        ``step`` and ``periods`` (the series' own), ``low`` and ``high`` as sizes in the
        dimension's smallest unit for one row, ``fall`` and ``rise`` as log growth a period of
        the series.
    """
    stated = pd.DataFrame(
        [
            {
                "series_id": entry.id,
                "quantity": entry.quantity,
                "dimension": SIZES[entry.unit][0],
                "step": entry.frequency,
                "periods": entry.periods,
                "since": pd.Timestamp(entry.plausible.known_from),
                "months": MONTHS[entry.frequency] if entry.aggregation.rule == "sum" else np.nan,
                "low": entry.plausible.low * SIZES[entry.unit][1],
                "high": entry.plausible.high * SIZES[entry.unit][1],
                "fall": np.log1p(max(entry.plausible.growth_low, -0.999)),
                "rise": np.log1p(entry.plausible.growth_high),
            }
            for entry in catalogue
        ],
        columns=[
            "series_id", "quantity", "dimension", "step", "periods", "since", "months", "low",
            "high", "fall", "rise",
        ],
    )  # fmt: skip
    one = ["series_id", "quantity", "dimension"]
    asked = rows[[*one, "known", "frequency"]]
    found = asked.merge(stated, on=one, how="left").set_axis(rows.index)
    numbers = ["low", "high", "fall", "rise"]
    later = ~(found["known"] >= found["since"])
    found.loc[later, numbers] = np.nan
    parts = (found["frequency"].map(MONTHS) / found["months"]).fillna(1.0)
    found["low"], found["high"] = found["low"] * parts, found["high"] * parts
    return found[["step", "periods", *numbers]]
