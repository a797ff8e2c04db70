"""The drawing plane: where a year and a value lie in pixels, and which ticks suit them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

_STEPS: Final = (1, 2, 5)
_YEAR_STEPS: Final = (1, 2, 5, 10, 20, 50)


@dataclass(frozen=True)
class Plane:
    """A plot of ``width`` × ``height`` pixels over a range of years and of values."""

    width: int
    height: int
    years: tuple[float, float]
    values: tuple[float, float]
    logarithmic: bool = False

    def across(self, at: float) -> float:
        """Return the pixels from the left edge."""
        first, last = self.years
        return (at - first) / (last - first) * self.width

    def down(self, value: float) -> float:
        """Return the pixels from the upper edge."""
        low, high = (self._measure(end) for end in self.values)
        return (high - self._measure(value)) / (high - low) * self.height

    def year_at(self, across: float) -> float:
        """Return the year at a pixel: the inverse of ``across``."""
        first, last = self.years
        return first + across / self.width * (last - first)

    def value_at(self, down: float) -> float:
        """Return the value at a pixel: the inverse of ``down``."""
        low, high = (self._measure(end) for end in self.values)
        measured = high - down / self.height * (high - low)
        return math.exp(measured) if self.logarithmic else measured

    def _measure(self, value: float) -> float:
        return math.log(value) if self.logarithmic else value

    @property
    def year_ticks(self) -> list[int]:
        """Whole years, few enough to stand apart."""
        first, last = math.ceil(self.years[0]), math.floor(self.years[1])
        most = max(2, self.width // 48)
        step = next((s for s in _YEAR_STEPS if (last - first) / s <= most), _YEAR_STEPS[-1])
        return [year for year in range(first, last + 1) if year % step == 0]

    @property
    def value_ticks(self) -> list[float]:
        """Round values: four to six of them, or 1-2-5 steps on a logarithmic scale."""
        low, high = self.values
        if self.logarithmic:
            return _decades(low, high)
        rough = (high - low) / 6
        size = 10 ** math.floor(math.log10(rough))
        step = next((s * size for s in (*_STEPS, 10) if s * size >= rough), 10 * size)
        first = math.ceil(low / step)
        return [round(place * step, 10) for place in range(first, math.floor(high / step) + 1)]


def _decades(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    fine = [step * 10.0**power for power in powers for step in _STEPS]
    inside = [value for value in fine if low <= value <= high]
    whole = [value for value in inside if math.log10(value).is_integer()]
    return inside if len(inside) <= 8 else whole
