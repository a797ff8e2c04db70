"""Peers on the same panels in the same run: quantiles, and processor time a series.

Point and normal intervals of each method's own; samples (named so) where a method is slow.
"""

from __future__ import annotations

import logging
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from benchmarks.panels import STEPS, histories
from forecast.contracts.levels import LEVELS, NORMAL_SCORES, QUANTILES

if TYPE_CHECKING:
    from collections.abc import Callable

    Told = tuple[np.ndarray, np.ndarray]
    """Centre and standard deviation. [h] each"""

Z95 = 1.959963984540054


def last_value(y: np.ndarray, steps: int) -> Told:
    ahead = np.sqrt(np.arange(1, steps + 1))
    return np.full(steps, y[-1]), np.sqrt((np.diff(y) ** 2).mean()) * ahead


def statsforecast_model(make: Callable[[], object]) -> Callable[[np.ndarray, int], Told]:
    def told(y: np.ndarray, steps: int) -> Told:
        found = make().forecast(y=y, h=steps, level=[95])
        half = (np.asarray(found["hi-95"]) - np.asarray(found["lo-95"])) / 2
        return np.asarray(found["mean"]), half / Z95

    return told


def statsmodels_ets(y: np.ndarray, steps: int) -> Told:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = ETSModel(pd.Series(y), error="add", trend="add", damped_trend=True).fit(
            disp=False, maxiter=200
        )
        frame = fit.get_prediction(start=len(y), end=len(y) + steps - 1).summary_frame(alpha=0.05)
    half = (frame["pi_upper"] - frame["pi_lower"]).to_numpy() / 2
    return frame["mean"].to_numpy(), half / Z95


def prophet(y: np.ndarray, steps: int) -> Told:
    logging.getLogger("cmdstanpy").disabled = True
    logging.getLogger("prophet").disabled = True
    from prophet import Prophet

    days = pd.date_range("1900-12-31", periods=len(y) + steps, freq="YE")
    model = Prophet(
        n_changepoints=min(5, len(y) - 2), yearly_seasonality=False, weekly_seasonality=False,
        daily_seasonality=False, interval_width=0.95,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(pd.DataFrame({"ds": days[: len(y)], "y": y}), seed=1)
        np.random.seed(1)  # noqa: NPY002  Prophet draws from the global generator
        frame = model.predict(pd.DataFrame({"ds": days[len(y) :]}))
    half = (frame["yhat_upper"] - frame["yhat_lower"]).to_numpy() / 2
    return frame["yhat"].to_numpy(), half / Z95


def scum(y: np.ndarray, steps: int) -> Told:
    """Median of ETS, CES, ARIMA and DOT, and of their standard deviations."""
    from statsforecast.models import AutoARIMA, AutoCES, AutoETS, DynamicOptimizedTheta

    makes = (
        AutoETS, AutoCES, AutoARIMA, DynamicOptimizedTheta,
    )  # fmt: skip
    told = [statsforecast_model(make)(y, steps) for make in makes]
    return np.median([t[0] for t in told], axis=0), np.median([t[1] for t in told], axis=0)


def peers() -> dict[str, tuple[Callable[[np.ndarray, int], Told], int]]:
    """Return each peer and how many series it is asked, 0 for all."""
    from statsforecast.models import (
        AutoARIMA,
        AutoETS,
        DynamicOptimizedTheta,
        RandomWalkWithDrift,
        Theta,
    )

    return {
        "last value": (last_value, 0),
        "drift": (statsforecast_model(RandomWalkWithDrift), 0),
        "AutoETS": (statsforecast_model(AutoETS), 0),
        "AutoETS damped": (statsforecast_model(lambda: AutoETS(model="ZZN", damped=True)), 0),
        "Theta": (statsforecast_model(Theta), 0),
        "DynamicOptimizedTheta": (statsforecast_model(DynamicOptimizedTheta), 0),
        "AutoARIMA": (statsforecast_model(AutoARIMA), 150),
        "SCUM": (scum, 100),
        "statsmodels ETS AAdN": (statsmodels_ets, 150),
        "Prophet": (prophet, 60),
    }


def ask(name: str, dataset: str) -> tuple[pd.DataFrame, float, int]:
    """Return a peer's wide quantiles, its processor milliseconds a series, and how often it failed.

    Where it fails or says no number the last value speaks.
    """
    method, sample = peers()[name]
    groups = list(histories(dataset).groupby("unique_id", sort=True)["y"])
    if sample and sample < len(groups):
        chosen = np.random.default_rng(1).choice(len(groups), sample, replace=False)
        groups = [groups[k] for k in sorted(chosen)]
    steps, parts, spent, failed = STEPS[dataset], [], 0.0, 0
    for unique_id, values in groups:
        y, start = values.to_numpy(dtype=float), time.process_time()
        try:
            with np.errstate(divide="ignore", invalid="ignore"):
                mean, sd = method(y, steps)
        except Exception:  # noqa: BLE001  whatever stops a peer, the table counts it
            mean = sd = np.full(steps, np.nan)
        spent += time.process_time() - start
        if not (np.isfinite(mean) & np.isfinite(sd)).all():
            failed += 1
            mean, sd = last_value(y, steps)
        told = pd.DataFrame(mean[:, None] + sd[:, None] * NORMAL_SCORES, columns=list(QUANTILES))
        told.insert(0, "horizon", np.arange(1, steps + 1))
        parts.append(told.assign(unique_id=unique_id))
    return pd.concat(parts, ignore_index=True), 1000 * spent / len(groups), failed


assert len(LEVELS) == len(NORMAL_SCORES)
