"""Quantiles and odds read from joint paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.levels import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray


def path_quantiles(paths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 23 quantiles of each year. [years, 23]"""
    return np.quantile(paths, LEVELS, axis=0).T


def exceedance(paths: NDArray[np.float64], threshold: float) -> NDArray[np.float64]:
    """Return the share of paths at or above ``threshold``, year by year. [years]"""
    return np.asarray((paths >= threshold).mean(axis=0))


def in_five_points(probability: float) -> str:
    """Return a probability as people should read it: to 5 points, never 0 or 100 %.

    Example:
        >>> in_five_points(0.43), in_five_points(0.004), in_five_points(0.999)
        ('about 45 %', 'under 5 %', 'over 95 %')
    """
    if probability < 0.025:
        return "under 5 %"
    if probability >= 0.975:
        return "over 95 %"
    return f"about {5 * int(20 * probability + 0.5)} %"
