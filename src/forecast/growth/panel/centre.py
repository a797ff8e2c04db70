r"""The centre: a trimmed mean of the candidates, weighted by their standing in the series.

Candidate :math:`m` weighs :math:`w_m \propto (\epsilon + r_m)^{-\kappa}`, with :math:`r_m` its mean
past error in the series and :math:`\kappa = 2 n / (n + n_0)` rising with the number of past origins
to the inverse square of J. M. Bates and C. W. J. Granger ("The combination of forecasts",
Operational Research Quarterly 20, 1969).
At each horizon the outer fifth of the weight on either side is cut off and the rest averaged: as
robust as the median and less jumpy. (V. R. R. Jose and R. L. Winkler, "Simple robust averages of
forecasts", International Journal of Forecasting 24, 2008.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

TRIM: Final = 0.2
"""Share of the weight cut off on either side."""

PRIOR_ORIGINS: Final = 4.0
"""How many past origins equal weights count for."""

SHARPEST: Final = 2.0
"""Power of past errors that weights would have after a history without end."""

FORGIVEN: Final = 0.05
"""Error, in steps of the series, below which candidates are alike."""


def weights(error: Array, origins: Array) -> Array:
    """Return the candidates' weights, which sum to one. [..., member]

    Args:
        error: Mean past errors, in steps of the series. [..., member]
        origins: How many origins they come from. [...]
    """
    power = SHARPEST * origins / (origins + PRIOR_ORIGINS)
    loss = np.log(error + FORGIVEN)
    raw = np.exp(-power[..., None] * (loss - loss.min(axis=-1, keepdims=True)))
    return np.asarray(raw / raw.sum(axis=-1, keepdims=True))


def trimmed_mean(paths: Array, weight: Array, trim: float = TRIM) -> Array:
    """Return the weighted mean of the middle of the candidates. [..., h]

    Args:
        paths: Forecasts. [..., member, h]
        weight: Sums to one over the members. [..., member]
        trim: Share of the weight cut off on either side, below one half.
    """
    order = np.argsort(paths, axis=-2, kind="stable")
    ranked = np.take_along_axis(paths, order, axis=-2)
    shares = np.take_along_axis(np.broadcast_to(weight[..., None], paths.shape), order, axis=-2)
    upper = np.cumsum(shares, axis=-2)
    kept = np.minimum(upper, 1 - trim) - np.maximum(upper - shares, trim)
    kept = np.maximum(kept, 0.0)
    return np.asarray((kept * ranked).sum(axis=-2) / kept.sum(axis=-2))
