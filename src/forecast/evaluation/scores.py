r"""Scores: formulas only, each as in its paper. What is lower is better, but for skill.

Arrays broadcast; quantiles stand on the last axis, at the 23 levels of every forecast. Log
scores are the same formulas in logarithms: a miss of ten per cent costs the same in 1990 and
2030, in MWh and TWh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import LEVELS, SCORE_LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_LEVELS: Final = np.array(LEVELS)
_EVEN: Final = slice(LEVELS.index(SCORE_LEVELS[0]), LEVELS.index(SCORE_LEVELS[-1]) + 1)
_WEIGHTS: Final = np.diff(np.r_[0.0, (_LEVELS[1:] + _LEVELS[:-1]) / 2, 1.0])

INTERVALS: Final = {
    80: (LEVELS.index(0.10), LEVELS.index(0.90)),
    95: (LEVELS.index(0.025), LEVELS.index(0.975)),
}
"""Central ranges that are judged, in per cent, and the places of their ends."""


def pinball(actual: Array, forecast: Array, level: Array | float) -> Array:
    r"""Return the pinball loss :math:`\max\{\tau(y - q),\; (\tau - 1)(y - q)\}`.

    References: R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46, 1978.
    """
    shortfall = actual - forecast
    return np.maximum(level * shortfall, (level - 1) * shortfall)


def crps(actual: Array, quantiles: Array) -> Array:
    r"""Return the continuous ranked probability score from quantiles.

    .. math:: \mathrm{CRPS} = 2 \int_0^1 \rho_\tau(y - q_\tau)\,d\tau
        \approx 2 \sum_i w_i\,\rho_{\tau_i}(y - q_{\tau_i}),

    :math:`w_i` being the share of (0, 1) nearest to level :math:`\tau_i`: all 23 levels count,
    so the tails do. On a normal distribution it is within 1 % of the closed form; the mean over
    19 even levels (``crps_even``), comparable with published tables, leaves out what lies
    beyond 5 and 95 %.

    Args:
        actual: What came. [...]
        quantiles: The forecast, at the 23 levels. [..., 23]

    References: F. Laio and S. Tamea, Hydrol. Earth Syst. Sci. 11, 2007; T. Gneiting and
    A. Raftery, "Strictly proper scoring rules", JASA 102, 2007.
    """
    return np.asarray(2 * pinball(actual[..., None], quantiles, _LEVELS) @ _WEIGHTS)


def crps_even(actual: Array, quantiles: Array) -> Array:
    """Return twice the mean pinball loss at the 19 levels 0.05, 0.10 … 0.95 (accuracy.md §1)."""
    losses = pinball(actual[..., None], quantiles[..., _EVEN], _LEVELS[_EVEN])
    return np.asarray(2 * losses.mean(axis=-1))


def inside(actual: Array, quantiles: Array, interval: int) -> NDArray[np.bool_]:
    """Return whether what came lies in the central 80 or 95 % range, ends included."""
    low, high = INTERVALS[interval]
    return (quantiles[..., low] <= actual) & (actual <= quantiles[..., high])


def width(quantiles: Array, interval: int) -> Array:
    """Return the width of the central 80 or 95 % range: sharpness.

    References: T. Gneiting, F. Balabdaoui and A. Raftery, "Probabilistic forecasts, calibration
    and sharpness", JRSS B 69, 2007: as sharp as may be, subject to calibration.
    """
    low, high = INTERVALS[interval]
    return np.asarray(quantiles[..., high] - quantiles[..., low])


def binomial_range(cases: float, share: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the central range of the observed share if each case hits with chance ``share``.

    Exact binomial, no normal approximation: the smallest counts with at least half of
    ``1 - confidence`` at or below them, and at most that half above them, as shares.

    Args:
        cases: Independent cases; fractions are rounded, at least one.
        share: The chance of a hit, e.g. 0.8.
        confidence: How often the range holds the observed share, at the least.

    Example:
        >>> binomial_range(20, 0.8)
        (0.6, 0.95)
    """
    from scipy.special import bdtr

    n = max(round(cases), 1)
    counts = np.arange(n + 1)
    reached = bdtr(counts, n, share)
    tail = (1 - confidence) / 2
    low = int(np.searchsorted(reached, tail, side="left"))
    high = int(np.searchsorted(reached, 1 - tail, side="left"))
    return low / n, min(high, n) / n


def mase(actual: Array, forecast: Array, in_sample_step: Array) -> Array:
    """Return absolute errors over the series' usual change from year to year.

    The mean over cases is the mean absolute scaled error.

    Args:
        actual: What came.
        forecast: Point forecasts.
        in_sample_step: ``usual_step`` of the history each forecast was made from.

    References: R. Hyndman and A. Koehler, "Another look at measures of forecast accuracy",
    International Journal of Forecasting 22, 2006.
    """
    return np.abs(actual - forecast) / in_sample_step


def usual_step(periods: NDArray[np.int64], values: Array, lag: int) -> float:
    """Return the mean absolute change over ``lag`` periods (a year), of neighbours if none.

    Args:
        periods: Period numbers, rising, gaps allowed. [n]
        values: Levels. [n]
        lag: Periods in a year: seasons fall out.
    """
    by_period = dict(zip(periods.tolist(), values.tolist(), strict=True))
    steps = [abs(v - by_period[p - lag]) for p, v in by_period.items() if p - lag in by_period]
    found = float(np.mean(steps)) if steps else float(np.mean(np.abs(np.diff(values))))
    return found if found > 0 else float("nan")


def skill(score: float, baseline: float) -> float:
    """Return the share of a baseline's score that is saved: 1 is perfect, 0 no better."""
    return 1 - score / baseline
