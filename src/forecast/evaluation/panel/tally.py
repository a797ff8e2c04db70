"""Counts of what was learned, by the period it became known in.

Everything is a histogram of whole numbers over fixed bins: sums of whole numbers do not depend
on order, chunks or workers, memory does not grow with the series, and a forecast made at the end
of period ``p`` reads the counts of periods up to ``p`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.growth.panel.scale import GROUP_BORDERS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Bins:
    """Fixed bins, even in asinh(x / unit): fine near zero, and the tails still fit.

    Attributes:
        unit: Below it bins are even in x, above it in log x.
        width: Of a bin, in asinh.
        reach: Bins on either side of zero.
    """

    unit: float
    width: float
    reach: int

    @property
    def count(self) -> int:
        """How many bins there are."""
        return 2 * self.reach + 1

    def of(self, values: Array) -> NDArray[np.int64]:
        """Return the bin of each value; what lies outside falls in the outermost."""
        place = np.rint(np.arcsinh(values / self.unit) / self.width)
        return (np.clip(place, -self.reach, self.reach) + self.reach).astype(np.int64)

    def edges(self) -> Array:
        """Return the upper edge of each bin. [bin]"""
        place = np.arange(-self.reach, self.reach + 1) + 0.5
        return np.asarray(self.unit * np.sinh(place * self.width))

    def quantiles(self, counts: Counts | Array, levels: Array) -> Array:
        """Return quantiles of what was counted, interpolated within bins. [level]

        Args:
            counts: At least one. [bin]
            levels: Probabilities.
        """
        known = np.flatnonzero(counts)
        total = np.cumsum(counts[known])
        upper = self.edges()
        lower = upper[known] - (
            upper[known] - self.unit * np.sinh((known - self.reach - 0.5) * self.width)
        )
        shares = np.stack([total - counts[known], total], axis=1).ravel() / total[-1]
        values = np.stack([lower, upper[known]], axis=1).ravel()
        return np.asarray(np.interp(levels, shares, values))


GROWTH: Final = Bins(unit=0.05, width=0.02, reach=230)
"""Mean log growths: a thousandth a period apart near zero."""

RATIO: Final = Bins(unit=1.0, width=0.01, reach=210)
"""What growth turned out to be over what was said: to four on either side."""

ERROR: Final = Bins(unit=0.1, width=0.02, reach=400)
"""Errors in units of the scale: to 150 on either side."""

WORTH: Final = 1_000
"""Ratios are weighted by the growth they are of, counted in thousandths of a step."""

BANDS: Final = (2, 5)
"""Horizons up to 2, up to 5, and beyond, share a ratio."""


GROUPS: Final = len(GROUP_BORDERS) + 1
"""How many volatility groups there are."""


class Histograms(dict[int, "Counts"]):
    """Histograms by period, zero where nothing was counted yet."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape

    def __missing__(self, period: int) -> Counts:
        """Begin a period."""
        self[period] = np.zeros(self.shape, np.int64)
        return self[period]

    def __reduce__(self) -> tuple[object, ...]:
        """Travel to another process with shape and counts."""
        return Histograms, (self.shape,), None, None, iter(self.items())


class Tally:
    """Histograms by period; those of one period may be added to another tally's.

    Attributes:
        growth: Mean log growths.
        ratio: What growth turned out to be over what was said, by band.
        lasting: The same of growth apart from the cohort's.
        error: Errors in units of the scale, by volatility group and horizon.
    """

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.growth = Histograms((GROWTH.count,))
        self.ratio = Histograms((len(BANDS) + 1, RATIO.count))
        self.lasting = Histograms((len(BANDS) + 1, RATIO.count))
        self.error = Histograms((GROUPS, steps, ERROR.count))

    def add(self, other: Tally) -> None:
        """Take in what another tally counted; what is new is shared, so count no more into it."""
        for mine, theirs in (
            (self.growth, other.growth), (self.ratio, other.ratio),
            (self.lasting, other.lasting), (self.error, other.error),
        ):  # fmt: skip
            for period, counts in theirs.items():
                mine[period] = mine[period] + counts if period in mine else counts


def count(
    table: dict[int, Counts],
    periods: NDArray[np.int64],
    cells: tuple[NDArray[np.int64], ...],
    weights: NDArray[np.int64] | None = None,
) -> None:
    """Add cases to a table of histograms.

    Args:
        table: Histograms by period.
        periods: When each case became known. [case]
        cells: Where each case falls in the histogram, one array an axis. [case] each
        weights: Whole numbers to add; one each if not given. [case]
    """
    for period in np.unique(periods):
        here = periods == period
        amount = 1 if weights is None else weights[here]
        np.add.at(table[int(period)], tuple(cell[here] for cell in cells), amount)
