r"""What a track says about growth now: prior and past growth, weighed.

Growth :math:`g` is a random walk with step s.d. ``drift``. Growth between two points,
:math:`a` periods old, is evidence about today's growth with variance

.. math:: v_i = s_i^2 + \sigma^2 / n_i + d^2 a_i,

where :math:`s_i` is the doubt of the two points, :math:`n_i` the periods between them and
:math:`\sigma` the scatter of yearly growth. With the prior of the reference class the
posterior is the precision-weighted mean: the filter of a local linear trend, in closed form
(A. C. Harvey, "Forecasting, Structural Time Series Models and the Kalman Filter", 1989, ch. 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from forecast.contracts.histories import Track
    from forecast.growth.outlook import Outlook

PRIOR_CASES: Final = 4
"""How many observed growths the scatter of the reference class counts for."""


@dataclass(frozen=True)
class GrowthNow:
    """Log growth a period at the origin: mean, doubt, and the scatter around it."""

    mean: float
    sd: float
    scatter: float


def growth_now(track: Track, outlook: Outlook) -> GrowthNow:
    """Return what the reference class and the track together say of growth at the origin."""
    scatter = _scatter(track, outlook)
    precisions = [1 / outlook.growth_sd**2]
    rates = [outlook.growth_mean]
    for growth in track.growths:
        span = growth.end - growth.start
        age = track.origin - growth.middle
        doubt = growth.log_sd**2 + scatter**2 / span + outlook.drift**2 * age
        precisions.append(1 / doubt)
        rates.append(growth.log_growth)
    total = sum(precisions)
    mean = float(np.dot(precisions, rates)) / total
    return GrowthNow(mean=mean, sd=float(total**-0.5), scatter=scatter)


def _scatter(track: Track, outlook: Outlook) -> float:
    """Return the s.d. of growth from period to period, shrunk to the class.

    Only growth within one edition counts. The class counts for ``PRIOR_CASES`` growths.
    """
    seamless = track.edition[1:] == track.edition[:-1]
    inside = [g for g, same in zip(track.growths, seamless, strict=True) if same]
    record = float(outlook.record_log_sd(np.array([1]))[0])
    prior = record if record > 0 else outlook.growth_sd
    if len(inside) < 2:
        return prior
    rates = np.array([g.log_growth for g in inside])
    spans = np.array([g.end - g.start for g in inside], dtype=float)
    centre = float(np.average(rates, weights=spans))
    squares = float(np.sum(spans * (rates - centre) ** 2))
    return float(np.sqrt((PRIOR_CASES * prior**2 + squares) / (PRIOR_CASES + len(rates) - 1)))
