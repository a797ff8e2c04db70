"""Scores of quarterly and monthly forecasts: beside the seasonal naive, in seasonal steps.

Definitions are those of the annual scorer with m seasons in a year: the scale of a series is its
mean absolute change over a year, or over one period where a year is too long for the history.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from forecast.contracts.levels import LEVELS

CRPS = [LEVELS.index(round(0.05 * k, 2)) for k in range(1, 20)]
LOW80, HIGH80, LOW95, HIGH95 = (LEVELS.index(x) for x in (0.1, 0.9, 0.025, 0.975))
MEDIAN = LEVELS.index(0.5)
CAP = 50.0
"""A series' sCRPS and, ten times it, MSIS are capped in the means marked so."""


def seasonal_naive(values: np.ndarray, steps: int, year: int) -> np.ndarray:
    """Return the last year again; of a shorter or gappy year the last value. [h]"""
    if len(values) < year:
        return np.full(steps, values[-1])
    last = values[-year:]
    last = np.where(np.isfinite(last), last, values[-1])
    return last[np.arange(steps) % year]


def scale_of(values: np.ndarray, year: int) -> float:
    """Return the mean absolute change over a year."""
    for lag in (year, 1):
        if len(values) > lag:
            change = np.abs(values[lag:] - values[:-lag])
            if np.isfinite(change).any() and np.nanmean(change) > 0:
                return float(np.nanmean(change))
    return float("nan")


def score(
    actual: np.ndarray,
    told: np.ndarray,
    scale: np.ndarray,
    naive: np.ndarray,
    bands: tuple[int, ...] = (),
) -> pd.Series:
    """Return mean scores: first over a series' horizons, then over series.

    Args:
        actual: NaN where unknown. [n, h]
        told: Quantiles. [n, h, level]
        scale: [n]
        naive: What the seasonal naive said. [n, h]
        bands: Upper horizons of bands whose coverage is shown.
    """
    fine = np.isfinite(scale)
    actual, told, scale, naive = actual[fine], told[fine], scale[fine, None], naive[fine]
    levels = np.array(LEVELS)
    miss = actual[..., None] - told
    pinball = np.maximum(levels * miss, (levels - 1) * miss)
    crps = np.nanmean(2 * pinball[..., CRPS].mean(axis=2) / scale, axis=1)
    low, high = told[..., LOW95], told[..., HIGH95]
    outside = np.maximum(low - actual, 0) + np.maximum(actual - high, 0)
    msis = np.nanmean(((high - low) + 40 * outside) / scale + 0 * actual, axis=1)
    mase, naive_mase = (np.nanmean(np.abs(actual - p) / scale, axis=1)
                        for p in (told[..., MEDIAN], naive))  # fmt: skip
    smape, naive_smape = (_smape(actual, p) for p in (told[..., MEDIAN], naive))
    out = {
        "tasks": len(actual),
        "MASE": mase.mean(),
        "OWA": (mase.mean() / naive_mase.mean() + smape / naive_smape) / 2,
        "sCRPS_w": np.minimum(crps, CAP).mean(),
        "gCRPS": np.exp(np.log(np.maximum(crps, 1e-6)).mean()),
        "MSIS_w": np.minimum(msis, 10 * CAP).mean(),
    }
    edges = [0, *(band for band in bands if band < actual.shape[1]), actual.shape[1]]
    for first, last in [(0, actual.shape[1]), *(pairwise(edges) if bands else ())]:
        name = "" if (first, last) == (0, actual.shape[1]) else f" h{first + 1}-{last}"
        for share, lower, upper in ((80, LOW80, HIGH80), (95, LOW95, HIGH95)):
            cell = np.s_[:, first:last]
            seen = np.isfinite(actual[cell])
            hit = (actual >= told[..., lower]) & (actual <= told[..., upper])
            out[f"cov{share}{name}"] = 100 * hit[cell][seen].mean()
    return pd.Series(out)


def _smape(actual: np.ndarray, said: np.ndarray) -> float:
    size = np.abs(actual) + np.abs(said)
    return float(
        np.nanmean(np.nanmean(200 * np.abs(actual - said) / np.maximum(size, 1e-300), axis=1))
    )
