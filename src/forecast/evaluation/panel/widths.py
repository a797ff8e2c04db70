"""How wide errors are and what shape they have: the panel's own record beside the packaged one.

A width is one number and is learned from few errors; a shape, its tails above all, takes many. So
each is drawn to the packaged calibration by its own count. Errors far ahead overlap and tell less
than their number, so more of them are needed the further the horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

WIDTH_CASES: Final = 20.0
"""How many errors of the panel's own the packaged width is worth, times the horizon."""

SHAPE_CASES: Final = 100.0
"""The same of the packaged shape."""

LOW: Final = LEVELS.index(0.1)
HIGH: Final = LEVELS.index(0.9)


def drawn(own: Array, cases: NDArray[np.int64], packaged: Array) -> Array:
    """Return pooled errors by horizon, drawn to the packaged ones where cases are few. [h, level]

    Args:
        own: Quantiles of the panel's errors, zero at the median. [h, level]
        cases: How many errors stand behind them. [h]
        packaged: The same of the packaged calibration. [h, level]
    """
    horizons = np.arange(1, len(own) + 1)
    own_width, width = _width(own), _width(packaged)
    told = (cases > 0) & (own_width > 0)  # errors that are all alike have no width to speak of
    own_width = np.where(told, own_width, width)
    share = np.where(told, cases / (cases + WIDTH_CASES * horizons), 0.0)
    trust = np.where(told, cases / (cases + SHAPE_CASES * horizons), 0.0)[:, None]
    mixed = own_width**share * width ** (1 - share)
    shape = trust * own / own_width[:, None] + (1 - trust) * packaged / width[:, None]
    return np.asarray(mixed[:, None] * shape)


def _width(quantiles: Array) -> Array:
    """Return half the width of the middle 80 %. [h]"""
    return np.asarray((quantiles[:, HIGH] - quantiles[:, LOW]) / 2)
