"""One combination: the plain average of the members' quantiles.

Averaging quantiles keeps the shape of the members and their average width (F. Lichtendahl,
Y. Grushka-Cockayne and R. Winkler, "Is it better to average probabilities or quantiles?",
Management Science 59, 2013). Equal weights are hard to beat on short histories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.errors import FitError
from forecast.growth.fans import Fan

if TYPE_CHECKING:
    from collections.abc import Sequence


def combine(members: Sequence[Fan]) -> Fan:
    """Return the fan whose quantiles are the average of the members'.

    Raises:
        FitError: There is no member.
    """
    if not members:
        raise FitError("no model could speak, so there is nothing to combine.")
    scores = np.mean([member.scores for member in members], axis=0)
    return Fan(members[0].horizons, scores, members[0].logarithmic)
