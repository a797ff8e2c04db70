r"""Damped growth: today's growth, fading.

Growth of period :math:`T+i` is :math:`\phi^i g`, so that

.. math:: \ln y_{T+h} = \ln y_T + g \sum_{i=1}^{h} \phi^i.

With :math:`\phi` 0.9 a year half of today's growth is gone after 6½ years (E. S. Gardner and
E. McKenzie, "Forecasting trends in time series", Management Science 31, 1985).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.growth.constant_growth import carried_on

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.fans import Fan
    from forecast.growth.outlook import Outlook

DAMPING_A_YEAR: Final = 0.9
"""Share of growth that is left after a year."""


def fit(track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
    """Return the fan of damped growth.

    Raises:
        FitError: The track touches zero or is negative.
    """
    phi = DAMPING_A_YEAR ** (1 / outlook.periods_per_year)
    reach = phi * (1 - phi**horizons) / (1 - phi)
    return carried_on(track, outlook, horizons, reach=reach)
