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
        lasting: Share of the growth apart from the cohort's that lasts. [h]
        factor: What growth is multiplied with: the distance of the centre from the last value,
            or from the first step told of quarters and months. [h]
        shape: Pooled errors in units of the scale, zero at the median, of each volatility
            group. [group, h, level]
        coefficients: Of the scale. [feature]
        cases: How many errors of the panel given stand behind ``shape``. [h]
    """

    lasting: Array
    factor: Array
    shape: Array
    coefficients: Array
    cases: NDArray[np.int64]


def corrected(centre: Array, reference: Array, factor: Array) -> Array:
    """Return the centre with its distance from a reference multiplied. [n, h]

    Args:
        centre: [n, h]
        reference: Where it is NaN the centre stays. [n, h], or [n, 1] for all horizons.
        factor: [h]
    """
    moved = (1 - factor) * (reference - centre)  # exactly nothing where the factor is one
    return centre + np.where(np.isnan(moved), 0.0, moved)
