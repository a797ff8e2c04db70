"""Exponential smoothing with a damped trend, on logarithms: statsmodels' ETS(A, Ad, N).

R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, "Forecasting with Exponential
Smoothing", 2008. A divergence guard stands behind it: on a few series an ETS explodes, so a
forecast whose growth leaves the admissible region is refused.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import FitError
from forecast.growth.fans import Fan, normal_fan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.outlook import Outlook

LEAST_POINTS: Final = 8
MOST_GAPS: Final = 1 / 3
"""Share of periods that may be bridged by interpolation before the model refuses."""

ADMISSIBLE_LOG_GROWTH: Final = 0.5
"""A year's forecast growth beyond ±65 % is an explosion, not a forecast."""


def fit(track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
    """Return the fan of exponential smoothing.

    Raises:
        FitError: Too few points, too many gaps, values at or below zero, no convergence, or
            growth outside the admissible region.
    """
    logs = _bridged(track)
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            whole = pd.Series(logs)
            fitted = ETSModel(whole, error="add", trend="add", damped_trend=True).fit(disp=False)
            steps = int(horizons[-1])
            predicted = fitted.get_prediction(start=len(logs), end=len(logs) + steps - 1)
            centre = np.asarray(predicted.predicted_mean)[horizons - 1]
            variance = np.asarray(predicted.forecast_variance)[horizons - 1]
        except (ValueError, np.linalg.LinAlgError) as error:
            raise FitError(f"{track.series.id}: exponential smoothing failed: {error}") from error
    _guard(track, outlook, centre, horizons)
    spread = np.sqrt(np.maximum(variance, 0.0) + track.base_doubt**2)
    return normal_fan(horizons, centre, spread)


def _bridged(track: Track) -> NDArray[np.float64]:
    """Return logarithms of every period from first to last, short gaps interpolated."""
    if not track.positive:
        raise FitError(f"{track.series.id}: values at or below zero have no logarithm.")
    if len(track) < LEAST_POINTS:
        raise FitError(
            f"{track.series.id}: {len(track)} points; exponential smoothing needs {LEAST_POINTS}."
        )
    whole = np.arange(track.periods[0], track.periods[-1] + 1)
    gaps = 1 - len(track) / len(whole)
    if gaps > MOST_GAPS:
        raise FitError(
            f"{track.series.id}: {gaps:.0%} of the periods are missing; exponential smoothing "
            f"bridges at most {MOST_GAPS:.0%}."
        )
    if any(edition != track.edition[-1] for edition in track.edition):
        raise FitError(
            f"{track.series.id}: points of editions without overlap; exponential smoothing would "
            "take the seam for growth."
        )
    return np.interp(whole, track.periods, track.logs)


def _guard(
    track: Track, outlook: Outlook, centre: NDArray[np.float64], horizons: NDArray[np.int64]
) -> None:
    growth = np.abs(centre - track.logs[-1]) / horizons * outlook.periods_per_year
    if not np.isfinite(centre).all() or growth.max() > ADMISSIBLE_LOG_GROWTH:
        raise FitError(
            f"{track.series.id}: exponential smoothing grows by {np.expm1(growth.max()):.0%} a "
            f"year, beyond the admissible {np.expm1(ADMISSIBLE_LOG_GROWTH):.0%}."
        )
