"""Building a calibration: cases of past forecasts, the scale that fits them, pooled shapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import LEVELS
from forecast.growth.panel.cohort import pulled
from forecast.growth.panel.fan import distance
from forecast.growth.panel.scale import typical_step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from forecast.growth.panel.batch import Batch
    from forecast.growth.panel.cohort import Cohort
    from forecast.growth.panel.look import Look

    Array = NDArray[np.float64]

UPPER: Final = 0.85
"""Level of |error| the scale is fitted to: between the two intervals that are judged."""

RIDGE: Final = 1e-3
"""Penalty on squared coefficients, the intercept apart."""

SMOOTH: Final = 0.05
"""Width over which the corner of the pinball loss is rounded."""


@dataclass(frozen=True)
class Cases:
    """Past forecasts and what came of them. [case] each, features [case, feature]"""

    horizon: NDArray[np.int64]
    away: Array
    step: Array
    features: Array

    def scaled(self, coefficients: Array) -> Array:
        """Return errors in units of the scale. [case]"""
        unit = self.step * np.exp(np.clip(self.features @ coefficients, -6, 6))
        return np.asarray(self.away / np.maximum(unit, 1e-290))


def past_cases(batch: Batch, look: Look, cohort: Cohort, *, at_ends: bool) -> Cases:
    """Return cases of one batch.

    Args:
        batch: Histories, outcomes included where ``at_ends``.
        look: What they say of themselves.
        cohort: Of every origin.
        at_ends: Only the last origin that has every horizon behind it.
    """
    centre = pulled(look.centre, batch.values, look.growth, cohort, within_year=batch.within_year)
    step = typical_step(batch.values)
    parts = []
    for h in range(1, min(centre.shape[2], batch.values.shape[1] - 1) + 1):
        origin, target = np.s_[:, :-h], np.s_[:, h:]
        cases = batch.origins[origin] & batch.seen[target] & (step[origin] > 0)
        if at_ends:
            place = np.arange(batch.values.shape[1])[:-h]
            cases &= place == batch.length[:, None] - 1 - centre.shape[2]
        actual, said = batch.values[target][cases], centre[origin][..., h - 1][cases]
        away = distance(actual, said, look.positive[target][cases])
        parts.append((np.full(len(away), h), away, step[origin][cases],
                      look.features[origin][..., h - 1, :][cases]))  # fmt: skip
    return Cases(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def fitted_scale(cases: Sequence[Cases]) -> Array:
    """Return the coefficients of the scale, every set of cases weighing the same. [feature]

    Minimises the pinball loss of ln|error / step| at ``UPPER``, its corner rounded.
    """
    from scipy.optimize import minimize

    known = np.concatenate([c.features for c in cases])
    size = np.concatenate([np.abs(c.away) / c.step for c in cases])
    target = np.log(np.maximum(size, 1e-4))
    weight = np.concatenate([np.full(len(c.away), 1 / len(c.away) / len(cases)) for c in cases])

    def loss(beta: Array) -> tuple[float, Array]:
        over = target - known @ beta
        rounded = np.logaddexp(0, over / SMOOTH) * SMOOTH - (1 - UPPER) * over
        slope = 1 / (1 + np.exp(-np.clip(over / SMOOTH, -500, 500))) - (1 - UPPER)
        ridge = np.r_[0.0, beta[1:]]
        gradient = -known.T @ (weight * slope) + 2 * RIDGE * ridge
        return float((weight * rounded).sum() + RIDGE * (ridge**2).sum()), gradient

    found = minimize(loss, np.zeros(known.shape[1]), jac=True, method="L-BFGS-B")
    return np.asarray(found.x)


def pooled_shape(cases: Sequence[Cases], coefficients: Array, steps: int) -> Array:
    """Return quantiles of scaled errors by horizon, zero at the median. [h, level]

    Every set of cases weighs the same; a set without the horizon is left out there, and a
    horizon that none has takes the shape of the one before.
    """
    shape = np.zeros((steps, len(LEVELS)))
    for h in range(1, steps + 1):
        values, weights = [], []
        for one in cases:
            scaled = one.scaled(coefficients)[one.horizon == h]
            if len(scaled):
                values.append(scaled)
                weights.append(np.full(len(scaled), 1 / len(scaled)))
        if not values:
            shape[h - 1] = shape[h - 2]
            continue
        pooled, weight = np.concatenate(values), np.concatenate(weights)
        order = np.argsort(pooled, kind="stable")
        below = np.cumsum(weight[order]) - weight[order] / 2
        told = np.interp(LEVELS, below / weight.sum(), pooled[order])
        shape[h - 1] = told - np.interp(0.5, LEVELS, told)
    return shape
