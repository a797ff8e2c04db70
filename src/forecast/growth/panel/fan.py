r"""From centre, scale and pooled errors to quantiles.

Errors and quantiles are measured alike: a distance :math:`x` above the centre :math:`c` is added,
one below it shrinks the centre by a factor and so cannot reach zero,

.. math:: y = c + x \;(x \ge 0), \qquad y = c\, e^{x / c} \;(x < 0),

for series that have always been positive; for others :math:`y = c + x` throughout. Distances
never shrink with the horizon.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def distance(actual: Array, centre: Array, positive: NDArray[np.bool_]) -> Array:
    """Return how far what happened lies from the centre, on the scale errors are pooled on.

    Args:
        actual: Same shape as ``centre``.
        centre: In the series' unit.
        positive: Where the series has always been positive; broadcasts.
    """
    below = positive & (actual < centre) & (actual > 0) & (centre > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        folded = centre * np.log(np.where(below, actual / centre, 1.0))
    return np.where(below, folded, actual - centre)


def spread_out(centre: Array, scale: Array, shape: Array, positive: NDArray[np.bool_]) -> Array:
    """Return quantiles. [n, h, level]

    Args:
        centre: [n, h]
        scale: [n, h]
        shape: Pooled errors in units of the scale, zero at the median. [n, h, level]
        positive: Series that have always been positive. [n]
    """
    away = scale[:, :, None] * shape
    away = np.where(
        away >= 0, np.maximum.accumulate(away, axis=1), np.minimum.accumulate(away, axis=1)
    )
    safe = positive[:, None, None] & (centre[:, :, None] > 0) & (away < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        folded = centre[:, :, None] * np.exp(np.where(safe, away / centre[:, :, None], 0.0))
    told = np.where(safe, folded, centre[:, :, None] + away)
    return np.asarray(np.maximum.accumulate(told, axis=2))
