"""What a series is told that it cannot know from its own past."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

HALF: Final = 0.5
"""How much of a measured bias of growth is carried on: past decades' persist by about half."""


@dataclass(frozen=True)
class Lessons:
    """Learned across series from errors known by one period.

    Attributes:
        factor: What centre-to-last-value distances are multiplied with. [h]
        shape: Pooled errors in units of the scale, zero at the median, of each volatility
            group. [group, h, level]
        coefficients: Of the scale. [feature]
        cases: How many errors of the panel given stand behind ``shape``. [h]
    """

    factor: Array
    shape: Array
    coefficients: Array
    cases: NDArray[np.int64]


def corrected(centre: Array, last: Array, factor: Array) -> Array:
    """Return the centre with its distance from the last value multiplied. [n, h]

    Args:
        centre: [n, h]
        last: [n]
        factor: [h]
    """
    return np.asarray(last[:, None] + factor * (centre - last[:, None]))
