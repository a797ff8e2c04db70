"""Between one series as the house follows it and the panel's arrays: tracks in, fans out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import NORMAL_SCORES
from forecast.growth.fans import Fan
from forecast.growth.panel.batch import Line

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track

LEAST_POINTS: Final = 8
"""Shorter tracks say too little of their own errors: the class's dated priors speak for them."""


def line_of(track: Track, name: str = "") -> Line:
    """Return a track as one line of a panel, its gaps blank.

    Args:
        track: The line models follow.
        name: Of the line; blank: the series' id.
    """
    first = int(track.periods[0])
    values = np.full(track.origin - first + 1, np.nan)
    values[track.periods - first] = track.values
    return Line(name or track.series.id, first, values)


def fan_of(quantiles: NDArray[np.float64], track: Track) -> Fan:
    r"""Return the panel's quantiles of a track as a fan, the doubt of its seams taken in.

    Where editions without a common period are joined, the mean growth of the whole track is in
    doubt by the edition's offset over its span, and a forecast :math:`h` periods ahead by
    :math:`h` times that.

    Args:
        quantiles: In the series' unit. [h, level]
        track: What they are a forecast of.

    Raises:
        FitError: They leave the range of numbers.
    """
    horizons = np.arange(1, len(quantiles) + 1)
    if not track.positive:
        return Fan(horizons, quantiles, logarithmic=False)
    with np.errstate(divide="ignore", invalid="ignore"):  # the fan refuses what is no number
        fan = Fan(horizons, np.log(quantiles))
    seams = len(set(track.edition.tolist())) - 1
    span = max(track.origin - int(track.periods[0]), 1)
    return blurred(fan, np.sqrt(seams) * track.edition_doubt * horizons / span)


def blurred(fan: Fan, doubt: NDArray[np.float64]) -> Fan:
    """Return a fan with an independent doubt added to its spread, level by level.

    Args:
        fan: In logarithms.
        doubt: Log s.d. at each horizon. [h]
    """
    middle = fan.median[:, None]
    away = np.hypot(fan.scores - middle, doubt[:, None] * NORMAL_SCORES)
    return Fan(fan.horizons, middle + np.sign(NORMAL_SCORES) * away)
