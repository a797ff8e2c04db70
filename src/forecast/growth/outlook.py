"""What the record of the field says before a series has spoken: the reference class.

Short histories say little about growth and almost nothing about their own errors. Every
model therefore starts from the class: how fast such series grew, how quickly growth drifts,
how wrong projections of them were. All of it is dated assumptions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.errors import SettingsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.assumptions import Assumption, Assumptions
    from forecast.contracts.catalogue import Series

NINETY_PERCENT: Final = 2 * 1.6448536269514722
"""Width of a central 90 % range, in standard deviations."""

_ANCHOR_YEARS: Final = (1, 3, 5, 10)


@dataclass(frozen=True)
class Outlook:
    """A reference class, in periods of one series.

    Attributes:
        growth_mean: Expected log growth a period, before the series has spoken.
        growth_sd: Its standard deviation over series of the class.
        drift: Standard deviation of the change of growth over one period.
        ceiling: Median ceiling over the last level; infinite if the class has none.
        ceiling_log_sd: Log s.d. of that multiple.
        anchors: (horizon in years, log s.d. of past projections' errors), rising.
        periods_per_year: Steps in a year.
    """

    growth_mean: float
    growth_sd: float
    drift: float
    ceiling: float
    ceiling_log_sd: float
    anchors: tuple[tuple[float, float], ...]
    periods_per_year: int

    def record_log_sd(self, horizons: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how wrong past projections were, as a log s.d. at each horizon.

        Between anchors and beyond them the s.d. is a power of the horizon; a class with one
        anchor widens with its square root.
        """
        if not self.anchors:
            return np.zeros(len(horizons))
        years = np.log(np.asarray(horizons) / self.periods_per_year)
        at, sd = np.log(np.array(self.anchors)).T
        if len(at) == 1:
            return np.asarray(np.exp(sd[0] + 0.5 * (years - at[0])))
        inside = np.interp(years, at, sd)
        first = (sd[1] - sd[0]) / (at[1] - at[0])
        last = (sd[-1] - sd[-2]) / (at[-1] - at[-2])
        below = np.minimum(years - at[0], 0.0) * first
        above = np.maximum(years - at[-1], 0.0) * last
        return np.asarray(np.exp(inside + below + above))

    @property
    def persistence(self) -> float:
        """The power of the horizon that errors grow with: Hurst exponent of the class."""
        if len(self.anchors) < 2:
            return 0.5
        (first, first_sd), (last, last_sd) = self.anchors[0], self.anchors[-1]
        power = np.log(last_sd / first_sd) / np.log(last / first)
        return float(np.clip(power, 0.5, 0.95))


def outlook(series: Series, assumptions: Assumptions) -> Outlook:
    """Return the reference class of a series, as known on the assumptions' day.

    Raises:
        SettingsError: The class states no growth, or a range that is none.
    """
    subjects = (series.id, series.reference_class, "any")
    growth = assumptions.get("growth_mean", *subjects)
    drift = assumptions.get("growth_drift", *subjects)
    ceiling = assumptions.find("ceiling_multiple", *subjects[:2])
    anchors = []
    for years in _ANCHOR_YEARS:
        row = assumptions.find(f"record_log_sd_{years}y", *subjects[:2])
        if row is not None:
            anchors.append((float(years), row.value))
    steps = series.periods_per_year
    return Outlook(
        growth_mean=growth.value / steps,
        growth_sd=_sd(growth) / steps,
        drift=drift.value / steps**1.5,
        ceiling=np.inf if ceiling is None else ceiling.value,
        ceiling_log_sd=0.0 if ceiling is None else _log_sd(ceiling),
        anchors=tuple(anchors),
        periods_per_year=steps,
    )


def _sd(row: Assumption) -> float:
    if not row.low < row.high:
        raise SettingsError(
            f"assumption {row.assumption_id}: range {row.low:g} to {row.high:g}; expected a 5 % "
            "and a higher 95 % point. Mend the row in assumptions.toml."
        )
    return (row.high - row.low) / NINETY_PERCENT


def _log_sd(row: Assumption) -> float:
    if not 0 < row.low < row.high:
        raise SettingsError(
            f"assumption {row.assumption_id}: range {row.low:g} to {row.high:g}; expected two "
            "rising numbers above zero. Mend the row in assumptions.toml."
        )
    return float(np.log(row.high / row.low)) / NINETY_PERCENT
