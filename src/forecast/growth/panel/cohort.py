r"""Growth of its like: how far a series' growth may be trusted, and what to trust beside it.

Each series' mean log growth :math:`g_i` so far is its true growth plus noise of variance
:math:`\nu_i = s_i^2 / n_i`. Across the series known in the same period the :math:`g_i` have
median :math:`m` and spread :math:`\tau`. The centre's growth :math:`G_i(h)` per period is pulled
towards the cohort as far as its own is noise (empirical Bayes, B. Efron and C. Morris, 1975),

.. math:: G_i'(h) = \rho_i G_i(h) + (1 - \rho_i)\, m, \qquad
    \rho_i = 1 - \frac{n}{n + n_0}\,\frac{\nu_i}{\nu_i + (k \tau)^2},

with :math:`n` the series in the cohort. A panel of like series (one variable in many countries)
pulls hard, a mixed one hardly: its spread is wide. Series that were not always positive keep
their own growth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TYPICAL_SD: Final = 0.06
"""Yearly s.d. of log growth of a typical series: stands beside one's own where points are few."""

PRIOR_STEPS: Final = 0.5
"""How many steps of growth the typical s.d. counts for."""

COHORT_DOUBT: Final = 10.0
"""How many series a cohort needs for half its say."""

SAME_TIME: Final = 1.0
"""Multiple of the spread that counts where the cohort is of the same period."""

ANY_TIME: Final = 2.0
"""The same where periods are running numbers, so that a cohort shares no time."""

MOST: Final = 20.0
"""No log growth beyond this, in sum over the horizons: e to the 20th is half a thousand million."""


@dataclass(frozen=True)
class Growth:
    """Mean log growth so far and how noisy it is; NaN where a value was not positive. [n, t]"""

    mean: Array
    noise: Array


@dataclass(frozen=True)
class Cohort:
    """Growth of the series known in the period of each origin. [n, t] each

    Attributes:
        median: Of the series' mean log growths.
        spread: S.d. of the same, from quartiles.
        size: How many series there are.
        multiple: How many spreads count, ``SAME_TIME`` or ``ANY_TIME``.
    """

    median: Array
    spread: Array
    size: Array
    multiple: float


def growth(values: Array) -> Growth:
    """Return mean log growth at every origin and the variance of its noise.

    Args:
        values: [n, t]
    """
    positive = np.minimum.accumulate(values, axis=1) > 0
    logs = np.log(np.where(positive, values, 1.0))
    count = np.arange(values.shape[1], dtype=float)
    mean = (logs - logs[:, :1]) / np.maximum(count, 1)
    squares = np.cumsum(np.diff(logs, axis=1, prepend=logs[:, :1]) ** 2, axis=1)
    inside = np.maximum(squares - count * mean**2, 0.0)
    variance = (inside + PRIOR_STEPS * TYPICAL_SD**2) / np.maximum(count - 1 + PRIOR_STEPS, 0.5)
    known = positive & (count > 0)
    return Growth(
        np.where(known, mean, np.nan), np.where(known, variance / np.maximum(count, 1), np.nan)
    )


def carried(values: Array, cohort: Cohort, steps: int) -> Array:
    """Return where each value leads with the growth of its cohort. [n, t, h]

    NaN where a value so far was not positive, and where there is no cohort.

    Args:
        values: [n, t]
        cohort: Growth of their like.
        steps: Horizons wanted.
    """
    grown = np.clip(np.arange(1, steps + 1) * cohort.median[:, :, None], -MOST, MOST)
    known = (np.minimum.accumulate(values, axis=1) > 0) & (cohort.size > 0)
    return np.where(known, values, np.nan)[:, :, None] * np.exp(grown)


def pulled(
    centre: Array, values: Array, own: Growth, cohort: Cohort, *, within_year: bool = False
) -> Array:
    """Return the centre with its growth pulled towards the cohort's. [n, t, h]

    Args:
        centre: [n, t, h]
        values: [n, t]
        own: Growth of the series.
        cohort: Growth of their like.
        within_year: Growth counts from the first step told, not from the last value, which says
            less of the level of quarters and months than the candidates do.
    """
    start = centre[:, :, 0] if within_year else values
    horizons = np.arange(centre.shape[2]) + (0 if within_year else 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_growth = np.log(centre / start[:, :, None])
        share = own.noise / (own.noise + (cohort.multiple * cohort.spread) ** 2)
    share = share * cohort.size / (cohort.size + COHORT_DOUBT)
    moved = log_growth + share[:, :, None] * (horizons * cohort.median[:, :, None] - log_growth)
    told = start[:, :, None] * np.exp(np.clip(moved, -MOST, MOST))
    return np.where(np.isfinite(moved), told, centre)
