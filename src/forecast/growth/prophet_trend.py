"""Prophet: a piecewise linear trend on logarithms (S. J. Taylor and B. Letham, 2018).

Opt-in: ``models`` in the catalogue names it. It is slow to import, and on annual data adds
little beyond a piecewise trend.
"""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import FitError
from forecast.contracts.levels import LEVELS
from forecast.growth.fans import Fan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.outlook import Outlook

LEAST_POINTS: Final = 6
_SEED: Final = 20_180_101
_DRAWS: Final = 1000
_MOST_CHANGEPOINTS: Final = 5


def fit(track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
    """Return the fan of Prophet's trend.

    Raises:
        FitError: Fewer than six points, or values at or below zero.
    """
    if not track.positive or len(track) < LEAST_POINTS:
        raise FitError(
            f"{track.series.id}: Prophet needs {LEAST_POINTS} positive points; there are "
            f"{int((track.values > 0).sum())}."
        )
    draws = _draws(track, track.origin + horizons, outlook.periods_per_year)
    blur = np.random.Generator(np.random.Philox(_SEED)).standard_normal(_DRAWS)
    scores = np.quantile(draws + track.base_doubt * blur, LEVELS, axis=1).T
    return Fan(horizons, scores)


def _draws(track: Track, future: NDArray[np.int64], periods_per_year: int) -> NDArray[np.float64]:
    """Return sampled logarithms, one row a horizon. [h, draws]"""
    logging.getLogger("prophet.plot").disabled = True  # it deplores a missing plotly
    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    model = Prophet(
        n_changepoints=min(_MOST_CHANGEPOINTS, len(track) // 3),
        yearly_seasonality=False,
        weekly_seasonality=False,
        daily_seasonality=False,
        uncertainty_samples=_DRAWS,
    )
    state = np.random.get_state()  # noqa: NPY002 - Prophet draws from the global generator
    np.random.seed(_SEED)  # noqa: NPY002 - and nothing else makes it repeatable
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            days = _days(track.periods, periods_per_year)
            model.fit(pd.DataFrame({"ds": days, "y": track.logs}), seed=_SEED)
            asked = pd.DataFrame({"ds": _days(future, periods_per_year)})
            return np.asarray(model.predictive_samples(asked)["yhat"])
    finally:
        np.random.set_state(state)  # noqa: NPY002


def _days(periods: NDArray[np.int64], periods_per_year: int) -> pd.DatetimeIndex:
    months = np.asarray(periods) * (12 // periods_per_year)
    return pd.DatetimeIndex(months.astype("datetime64[M]").astype("datetime64[ns]"))
