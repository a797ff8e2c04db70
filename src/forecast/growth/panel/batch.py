"""Series side by side in one array."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Line:
    """One series without gaps at its ends.

    Attributes:
        name: Its ``unique_id``.
        first: Number of its first period.
        values: One a period; NaN where nothing was observed, never at either end.
        stamp: Days since 1970 of the last value's date; none for numbered periods.
    """

    name: str
    first: int
    values: NDArray[np.float64]
    stamp: int | None = None


@dataclass(frozen=True)
class Batch:
    """Series left-aligned in one array, gaps bridged, ends padded with the last value.

    A bridge is a straight line between the values on either side. No origin lies inside a gap,
    so no origin sees a value later than itself through one.

    Attributes:
        values: Without their seasons, if they have any. [n, t]
        seen: True where a value was observed. [n, t]
        length: Periods from first to last value. [n]
        first: Number of the first period. [n]
        origins: Where forecasts are made from. [n, t]
        seasons: What each season adds, in logarithms where ``multiply``. [n, season]
        multiply: Where seasons multiply. [n]
    """

    values: NDArray[np.float64]
    seen: NDArray[np.bool_]
    length: NDArray[np.int64]
    first: NDArray[np.int64]
    origins: NDArray[np.bool_]
    seasons: NDArray[np.float64]
    multiply: NDArray[np.bool_]

    @property
    def periods(self) -> NDArray[np.int64]:
        """Number of each period. [n, t]"""
        return self.first[:, None] + np.arange(self.values.shape[1])

    @property
    def within_year(self) -> bool:
        """Whether periods are parts of a year: there are seasons, found or not."""
        return bool(self.seasons.shape[1] > 1)

    @property
    def ends(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Index of each series' last value: rows and columns. [n], [n]"""
        return np.arange(len(self.length)), self.length - 1

    def rows(self, chosen: NDArray[np.int64]) -> Batch:
        """Return a batch of some rows, each as often as it is named."""
        return Batch(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def until(self, ends: NDArray[np.int64]) -> Batch:
        """Return a batch whose rows end no later than given, its array as short as it can be.

        A row that would end in a gap ends at the value before it.

        Args:
            ends: Index after each row's last period. [n]
        """
        place = np.arange(self.values.shape[1])
        kept = self.seen & (place < ends[:, None])
        length = (place * kept).max(axis=1) + 1
        width = int(length.max())
        last = self.values[np.arange(len(length)), length - 1]
        values = np.where(place < length[:, None], self.values, last[:, None])[:, :width]
        return replace(
            self, values=values, seen=kept[:, :width], length=length,
            origins=(self.origins & kept)[:, :width],
        )  # fmt: skip


def batch_of(lines: Sequence[Line]) -> Batch:
    """Return series as one batch, every observed value an origin and no seasons.

    Args:
        lines: At least one; every value finite or NaN, first and last finite.
    """
    length = np.array([len(line.values) for line in lines], dtype=np.int64)
    values = np.zeros((len(lines), int(length.max())))
    seen = np.zeros(values.shape, dtype=bool)
    for row, line in enumerate(lines):
        here = np.isfinite(line.values)
        place = np.arange(len(line.values))
        bridged = line.values if here.all() else np.interp(place, place[here], line.values[here])
        values[row, : len(bridged)] = bridged
        values[row, len(bridged) :] = bridged[-1]
        seen[row, : len(bridged)] = here
    first = np.array([line.first for line in lines], dtype=np.int64)
    none = np.zeros((len(lines), 1)), np.zeros(len(lines), dtype=bool)
    return Batch(values, seen, length, first, seen, *none)
