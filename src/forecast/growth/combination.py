"""Several models, one fan: the middle of the members, or their average.

Both work quantile by quantile, which keeps the shape of the members and their usual width
(F. Lichtendahl, Y. Grushka-Cockayne and R. Winkler, "Is it better to average probabilities or
quantiles?", Management Science 59, 2013). The middle is what is published: one member that
runs away does not take the others with it. Out of sample, against the plain average:

=====================================  ========================================
countries' energy (panel energyhist)   mean absolute log error -2.7 % [-4.6, -0.9]
M1 yearly                              -2.6 % [-5.5, +0.1]
our own five classes with a past       log-CRPS +1 %, 0, -3, -2 and -5 %
=====================================  ========================================

Weights from past errors fared like the plain average; the member that had been best so far
won one of our classes, drew two and lost two, one by 12 %. Neither is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.errors import FitError
from forecast.growth.fans import Fan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def middle(members: Sequence[Fan]) -> Fan:
    """Return the fan whose quantiles are the medians of the members'; never crossing.

    Raises:
        FitError: There is no member.
    """
    scores = np.median(_spoken(members), axis=0)
    return Fan(members[0].horizons, scores, members[0].logarithmic)


def combine(members: Sequence[Fan]) -> Fan:
    """Return the fan whose quantiles are the averages of the members'.

    Raises:
        FitError: There is no member.
    """
    scores = np.mean(_spoken(members), axis=0)
    return Fan(members[0].horizons, scores, members[0].logarithmic)


def _spoken(members: Sequence[Fan]) -> list[NDArray[np.float64]]:
    if not members:
        raise FitError("no model could speak, so there is nothing to combine.")
    return [member.scores for member in members]
