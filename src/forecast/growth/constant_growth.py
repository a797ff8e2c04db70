r"""Constant growth: every period multiplies demand by much the same factor.

With log growth :math:`g \sim N(\mu, s^2)` and scatter :math:`\sigma`, demand :math:`h` periods
after the origin :math:`T` is log-normal:

.. math:: \ln y_{T+h} \sim N(\ln y_T + h\mu,\; b^2 + h^2 s^2 + h\sigma^2),

:math:`b` being the doubt of the base.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.errors import FitError
from forecast.growth.evidence import growth_now
from forecast.growth.fans import Fan, normal_fan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.outlook import Outlook


def fit(track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
    """Return the fan of constant growth.

    Raises:
        FitError: The track touches zero or is negative: growth has no meaning.
    """
    return carried_on(track, outlook, horizons, reach=horizons.astype(float))


def carried_on(
    track: Track, outlook: Outlook, horizons: NDArray[np.int64], *, reach: NDArray[np.float64]
) -> Fan:
    """Return the fan of today's growth carried on for ``reach`` periods' worth.

    Args:
        track: The line to carry on.
        outlook: Its reference class.
        horizons: Periods from the origin. [h]
        reach: Sum of growth's weights up to each horizon: the horizon itself if growth is
            constant, less if it is damped. [h]

    Raises:
        FitError: The track touches zero or is negative.
    """
    if not track.positive:
        raise FitError(
            f"{track.series.id}: {int((track.values <= 0).sum())} of {len(track)} values are zero "
            "or negative, so growth has no meaning. Let last_value speak."
        )
    growth = growth_now(track, outlook)
    centre = track.logs[-1] + reach * growth.mean
    spread = np.sqrt(track.base_doubt**2 + (reach * growth.sd) ** 2 + horizons * growth.scatter**2)
    return normal_fan(horizons, centre, spread)
