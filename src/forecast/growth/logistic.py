r"""Logistic growth towards a ceiling that is not known, only doubted.

.. math:: y(T+h) = \frac{L}{1 + (L/y_T - 1)\,e^{-kh}}, \qquad k = \frac{g}{1 - y_T/L}.

The curve passes the last level with today's growth :math:`g`. On a short history the ceiling
:math:`L` cannot be fitted: least squares either runs away or stops at the last point. We
therefore mix over a grid of ceilings (prior: a multiple of the last level, from the reference
class) and of growths (from ``evidence``), weighting each curve by how well it passes through
the earlier points; doubt about a point grows with its age, since curves drift. The fan is the
quantiles of that mixture, blurred by scatter and base doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.errors import FitError
from forecast.contracts.levels import LEVELS, NORMAL_SCORES
from forecast.growth.evidence import growth_now
from forecast.growth.fans import Fan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.evidence import GrowthNow
    from forecast.growth.outlook import Outlook

_NODES: Final = np.linspace(-2.4, 2.4, 17)
"""Normal scores of the grid, for the ceiling and for growth alike."""

_LEAST_MULTIPLE: Final = 1.02
"""A ceiling lies above the last level, if only just."""


def fit(track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
    """Return the fan of logistic growth.

    Raises:
        FitError: The class states no ceiling, or the track touches zero or is negative.
    """
    if not np.isfinite(outlook.ceiling):
        raise FitError(
            f"{track.series.id}: reference class {track.series.reference_class!r} states no "
            "ceiling_multiple. Add one to assumptions.toml, or drop the logistic model."
        )
    if not track.positive:
        raise FitError(f"{track.series.id}: values at or below zero have no logistic curve.")
    growth = growth_now(track, outlook)
    ceilings, rates, weights = _grid(outlook, growth)
    age = np.concatenate([track.periods - track.origin, horizons])
    curves = track.logs[-1] + _log_curve(age[None, :], ceilings[:, None], rates[:, None])
    past, future = curves[:, : len(track)], curves[:, len(track) :]
    weights = weights * _likelihood(track, outlook, growth, past)
    blur = np.sqrt(track.base_doubt**2 + horizons * growth.scatter**2)
    return Fan(horizons, _mixture_quantiles(future, weights / weights.sum(), blur))


def _grid(outlook: Outlook, growth: GrowthNow) -> tuple[NDArray[np.float64], ...]:
    """Return ceilings (multiples of the last level), growths and prior weights. [289] each."""
    multiples = np.exp(np.log(outlook.ceiling) + outlook.ceiling_log_sd * _NODES)
    rates = growth.mean + growth.sd * _NODES
    ceiling, rate = np.meshgrid(np.maximum(multiples, _LEAST_MULTIPLE), rates, indexing="ij")
    weight = np.exp(-0.5 * _NODES**2)
    return ceiling.ravel(), rate.ravel(), np.outer(weight, weight).ravel()


def _log_curve(
    age: NDArray[np.float64], multiple: NDArray[np.float64], rate: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the logarithm of the curve over its value at age 0."""
    steepness = rate / (1 - 1 / multiple)
    return np.log(multiple) - np.logaddexp(0.0, np.log(multiple - 1) - steepness * age)


def _likelihood(
    track: Track, outlook: Outlook, growth: GrowthNow, past: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how well each curve passes through the earlier points. [grid]"""
    age = (track.origin - track.periods).astype(float)
    seam = np.where(track.edition == track.edition[-1], 0.0, track.edition_doubt)
    variance = track.log_sd**2 + seam**2 + age * growth.scatter**2 + outlook.drift**2 * age**3 / 3
    earlier = age > 0
    misfit = (past - track.logs)[:, earlier] ** 2 / variance[earlier]
    # points share one random walk: together they count for little more than one of them
    log_likelihood = -0.5 * misfit.mean(axis=1) if earlier.any() else np.zeros(len(past))
    return np.asarray(np.exp(log_likelihood - log_likelihood.max()))


def _mixture_quantiles(
    curves: NDArray[np.float64], weights: NDArray[np.float64], blur: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the quantiles of a weighted mixture of normal distributions. [h, 23]

    Each curve is blurred by the same normal distribution, itself cut into 23 pieces.
    """
    edges = np.concatenate([[0.0], (np.array(LEVELS[1:]) + np.array(LEVELS[:-1])) / 2, [1.0]])
    pieces = np.diff(edges)
    mass = np.outer(weights, pieces).ravel()
    rows = []
    for at, width in zip(curves.T, blur, strict=True):
        values = (at[:, None] + width * NORMAL_SCORES).ravel()
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(mass[order]) - mass[order] / 2
        rows.append(np.interp(LEVELS, reached, values[order]))
    return np.array(rows)
