r"""Honest intervals: as wide as past errors, as far as there are enough of them.

``evaluation`` measures how wrong forecasts of a reference class and frequency were (the
CALIBRATION table: quantiles of log errors, divided by each series' own scale, pooled by horizon
and centred on the point forecast). Here they meet one fan. A series' scale is its volatility
:math:`s`, more where the members' medians part (s.d. :math:`D(h)`):

.. math:: \sigma(h) = s\,\Bigl(1 + \frac{D(h)}{s\sqrt h}\Bigr)^{0.4}.

With :math:`q_\tau(h)` the pooled quantiles, :math:`b` the doubt of the base, :math:`r_\tau(h)` the
distance from the median of the fan without lessons (own spread, never narrower than the record
of its class) and :math:`n(h)` the independent errors behind :math:`q`,

.. math:: d_\tau^2 = w\,(\sigma\,q_\tau)^2 + w\,b^2 z_\tau^2 + (1 - w)\,r_\tau^2, \qquad
    w = \frac{n(h)}{n(h) + n_0}

is the squared distance of each quantile from the median: the posterior mean of a variance
whose prior is worth :math:`n_0` cases, level by level. Each term rises outwards, so quantiles
never cross. Horizons nobody has seen yet widen by the persistence of the class, and count for
fewer cases the further they lie.

Where the record still speaks: a class with fewer than twenty past origins has no CALIBRATION
rows at all, so US and world data centres (four points each, five publications, three methods)
keep the errors of published projections as their floor, and depend on no other series. Irish
quarters, electricity sales, construction and capital expenditure have decades or dozens of
origins: what these errors say of them is better founded than judgement, narrower or wider.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import NORMAL_SCORES, QUANTILES

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from forecast.contracts.catalogue import Series
    from forecast.growth.fans import Fan

PRIOR_CASES: Final = 10.0
"""How many independent errors the fan without lessons counts for."""

CALM: Final = "calm"
MIDDLING: Final = "middling"
WILD: Final = "wild"
VOLATILITY_BORDERS: Final = (0.05, 0.08)
"""Yearly s.d. of log growth that parts calm, middling and wild series: the thirds of 1,492
histories of countries' generation and primary energy up to 1999 (panel energyhist)."""

DISAGREEMENT_POWER: Final = 0.4
"""How strongly disagreement of the members widens: the power of the measured recipe, confirmed
on energyhist (CRPS -1 % against no power at all)."""


def volatility_group(scatter: float, periods_per_year: int) -> str:
    """Return calm, middling or wild: fixed borders, so no series moves another's group.

    Args:
        scatter: S.d. of log growth from period to period.
        periods_per_year: Steps in a year.
    """
    yearly = scatter * periods_per_year**0.5
    calm, middling = VOLATILITY_BORDERS
    if yearly < calm:
        return CALM
    return MIDDLING if yearly < middling else WILD


def scale(
    scatter: float, disagreement: NDArray[np.float64], horizons: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what errors of a series are measured in, at each horizon. [h]

    Args:
        scatter: S.d. of log growth from period to period, above zero.
        disagreement: S.d. of the members' medians. [h]
        horizons: Periods from the origin. [h]
    """
    apart = disagreement / (scatter * np.sqrt(horizons))
    return np.asarray(scatter * (1 + apart) ** DISAGREEMENT_POWER)


@dataclass(frozen=True)
class Errors:
    """Pooled errors of past origins, in units of a series' scale.

    Attributes:
        horizons: Periods from the origin, from 1, rising. [h]
        quantiles: Scaled log errors at the 23 levels, zero at the median. [h, 23]
        cases: How many independent errors each row is worth. [h]
    """

    horizons: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    cases: NDArray[np.float64]

    def at(
        self, horizons: NDArray[np.int64], persistence: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return quantiles and cases at ``horizons``; beyond those seen they widen and thin out.

        Args:
            horizons: Periods from the origin. [k]
            persistence: The power of the horizon that errors of the class grow with.

        Returns:
            Quantiles [k, 23] and independent cases [k].
        """
        place = np.clip(np.searchsorted(self.horizons, horizons), 0, len(self.horizons) - 1)
        beyond = np.maximum(horizons / self.horizons[place], 1.0)
        widened = self.quantiles[place] * (beyond**persistence)[:, None]
        return widened, self.cases[place] / beyond


def errors_of(calibration: pd.DataFrame, series: Series, scatter: float) -> Errors | None:
    """Return the errors a series is judged by: of its volatility group, else of its class.

    Args:
        calibration: CALIBRATION; of several editions of a row the newest stands.
        series: For its reference class and frequency.
        scatter: The series' volatility.
    """
    rows = calibration[
        (calibration["subject"] == series.reference_class)
        & (calibration["frequency"] == series.frequency)
    ]
    own = rows[rows["group"] == volatility_group(scatter, series.periods_per_year)]
    chosen = own if len(own) else rows[rows["group"] == ""]
    if chosen.empty:
        return None
    newest = chosen.sort_values("known_from", kind="stable").drop_duplicates("horizon", keep="last")
    newest = newest.sort_values("horizon", kind="stable")
    return Errors(
        newest["horizon"].to_numpy(),
        newest[list(QUANTILES)].to_numpy(),
        newest["n_effective"].to_numpy(),
    )


def as_wide_as(
    fan: Fan, errors: Errors, *, scale: NDArray[np.float64], base_doubt: float, persistence: float
) -> Fan:
    """Return the fan with the width past errors ask for, as far as there are enough of them.

    Args:
        fan: The fan without lessons, in logarithms.
        errors: Pooled errors of past origins.
        scale: What the series' errors are measured in. [h]
        base_doubt: Log s.d. of the newest level, which past errors did not see.
        persistence: The power errors grow with beyond the horizons seen.
    """
    scaled, cases = errors.at(fan.horizons, persistence)
    weight = (cases / (cases + PRIOR_CASES))[:, None]
    learned = (scale[:, None] * scaled) ** 2 + (base_doubt * NORMAL_SCORES) ** 2
    prior = (fan.scores - fan.median[:, None]) ** 2
    distance = np.sqrt(weight * learned + (1 - weight) * prior)
    return replace(fan, scores=fan.median[:, None] + np.sign(NORMAL_SCORES) * distance)
