r"""Last value: nothing changes.

:math:`y_{T+h} = y_T`, with log errors of s.d. :math:`\sqrt{b^2 + h\,\sigma^2}`: :math:`b` the
doubt of the base, :math:`\sigma` the scatter of growth about *zero*. Series that touch zero or
turn negative are taken in levels. It is the baseline every model has to beat, and the usual
fallback, since it speaks for a single point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.growth.evidence import growth_now
from forecast.growth.fans import Fan, normal_fan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.outlook import Outlook


def fit(track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
    """Return the fan of the last value.

    Raises:
        FitError: Values jump so far that the fan leaves the range of numbers; else it never
            refuses.
    """
    if not track.positive:
        return _in_levels(track, horizons)
    growth = growth_now(track, outlook)
    step = np.hypot(growth.scatter, growth.mean)
    spread = np.sqrt(track.base_doubt**2 + horizons * step**2)
    return normal_fan(horizons, np.full(len(horizons), track.logs[-1]), spread)


def _in_levels(track: Track, horizons: NDArray[np.int64]) -> Fan:
    spans = np.diff(track.periods)
    changes = np.diff(track.values) / np.sqrt(spans)
    step = float(np.sqrt(np.mean(changes**2))) if len(changes) else abs(float(track.values[-1]))
    centre = np.full(len(horizons), track.values[-1])
    return normal_fan(horizons, centre, step * np.sqrt(horizons), logarithmic=False)
