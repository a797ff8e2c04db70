r"""Joint paths: whole futures, not one year at a time.

Each year's marginal is the fan's own; the dependence between years is stated: one share of
the variance is doubt about the base, common to all years; the rest behaves like fractional
Brownian motion, whose exponent :math:`H` is how fast the record says errors grow,

.. math:: \mathrm{Cov}(h, k) = b^2 + \tfrac12 \left(h^{2H} + k^{2H} - |h-k|^{2H}\right)

(B. Mandelbrot and J. van Ness, SIAM Review 10, 1968). Draws are counter-based, keyed by
(seed, series), so chunks and workers change nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.fans import Fan
    from forecast.growth.outlook import Outlook

COUNT: Final = 1000
"""Paths drawn for a series."""


def generator(seed: int, *names: str) -> np.random.Generator:
    """Return the random numbers of one (seed, names): the same wherever they are drawn."""
    digest = hashlib.sha256("\x1f".join((str(seed), *names)).encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "big")))


def joint_paths(
    fan: Fan, track: Track, outlook: Outlook, *, seed: int, count: int = COUNT
) -> NDArray[np.float64]:
    """Return joint sample paths whose quantiles are the fan's. [count, h]

    Args:
        fan: The marginals.
        track: For the doubt of the base and the series' name.
        outlook: For the persistence of errors.
        seed: The question's seed.
        count: How many paths.
    """
    root = np.linalg.cholesky(_correlation(fan, track, outlook))
    draws = generator(seed, track.series.id, "paths").standard_normal((count, len(fan.horizons)))
    scores = _evenly_spread(draws @ root.T)
    return fan.at(scores.T).T


def _correlation(fan: Fan, track: Track, outlook: Outlook) -> NDArray[np.float64]:
    """Return the correlation of log errors between horizons. [h, h]"""
    power = 2 * outlook.persistence
    h = fan.horizons.astype(float)
    motion = (h[:, None] ** power + h[None, :] ** power - np.abs(h[:, None] - h) ** power) / 2
    step = max(float(fan.spread[0]) ** 2 - track.base_doubt**2, 1e-12)
    covariance = track.base_doubt**2 + motion * step
    deviation = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(deviation, deviation)
    return np.asarray(correlation * (1 - 1e-9) + 1e-9 * np.eye(len(h)))


def _evenly_spread(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return scores with each column's ranks kept and its values evenly spread.

    So every year's sample has the fan's quantiles, not those of a lucky draw.
    """
    count = len(scores)
    ranks = scores.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return normal_scores(count)[ranks]


def normal_scores(count: int) -> NDArray[np.float64]:
    """Return ``count`` evenly spread standard normal quantiles, in rising order."""
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(count) + 0.5) / count))
