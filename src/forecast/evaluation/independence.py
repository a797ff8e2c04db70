r"""How many independent cases overlapping forecasts are worth.

Forecasts of one series from neighbouring origins share most of what happens: ten-year errors
of 2010 and 2011 have nine years in common. If growth errors of single periods were
independent, errors over :math:`(o, o+h]` and :math:`(o', o'+h']` would correlate by

.. math:: \rho = \frac{|(o, o+h] \cap (o', o'+h']|}{\sqrt{h\,h'}},

and whether an error lies inside a symmetric range, or its square, by at most :math:`\rho^2`.
The variance of a mean over :math:`n` cases is then that of

.. math:: n_\mathrm{eff} = \frac{n^2}{\sum_{i,j} \rho_{ij}^2}

independent ones (L. Kish, "Survey Sampling", 1965: the design effect). Different series count
as independent. Both are kind: growth errors persist, and 2009 and 2020 hit every series. The
ranges drawn from it are honest about overlap, not about common shocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shared(origins: NDArray[np.int64], horizons: NDArray[np.int64]) -> float:
    """Return the sum of squared correlations over all pairs of forecasts of one series.

    Args:
        origins: Period number of each forecast's origin. [n]
        horizons: Its horizon. [n]
    """
    start, length = origins.astype(float), horizons.astype(float)
    end = start + length
    first = np.maximum(start[:, None], start)
    last = np.minimum(end[:, None], end)
    overlap = np.maximum(last - first, 0.0)
    return float(np.sum(overlap**2 / np.outer(length, length)))


def effective_cases(
    series: NDArray[np.object_], origins: NDArray[np.int64], horizons: NDArray[np.int64]
) -> float:
    """Return how many independent cases the forecasts are worth; see the head of this file.

    Args:
        series: Whose forecast each is. [n]
        origins: Period number of its origin. [n]
        horizons: Its horizon. [n]
    """
    if len(origins) == 0:
        return 0.0
    together = 0.0
    for name in np.unique(series):
        own = series == name
        together += shared(origins[own], horizons[own])
    return len(origins) ** 2 / together
