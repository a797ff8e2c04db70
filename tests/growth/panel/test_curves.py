"""Growth curves side by side: as good as the best of many starts, gaps and priors heeded."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.curves import FORMULAS, best_of_many, sample

from forecast.growth.panel.curves import Prior, fit_curves

TIMES = np.arange(16.0)


@pytest.mark.parametrize("shape", list(FORMULAS))
def test_a_clean_curve_is_found_again(shape):
    clean = FORMULAS[shape](TIMES, 80.0, 3.0, 0.5)[None]

    found = fit_curves(clean, shape)

    assert (found.ceiling[0], found.c[0], found.k[0]) == pytest.approx((80.0, 3.0, 0.5), rel=1e-5)
    assert found.at(TIMES)[0] == pytest.approx(clean[0], rel=1e-5)


@pytest.mark.parametrize("shape", list(FORMULAS))
def test_no_start_of_curve_fit_reaches_lower_squares(shape):
    values = sample(shape)[:120]

    found = fit_curves(values, shape)

    best = np.array([best_of_many(shape, row) for row in values])
    worse = found.squares > best * 1.001 + 1e-12 * (values**2).sum(axis=1)
    told = (values > 1e-6 * values.max(axis=1, keepdims=True)).sum(axis=1) >= 5
    assert not (worse & told).any()


def test_a_gap_says_nothing():
    values = sample("logistic")[:50]
    weights = np.ones_like(values)
    weights[:, 5:8] = 0
    spoiled = np.where(weights > 0, values, 1e9)

    plain, other = (fit_curves(v, "logistic", weights=weights) for v in (values, spoiled))

    np.testing.assert_array_equal(plain.ceiling, other.ceiling)


def test_scaling_the_series_scales_the_ceiling():
    values = sample("gompertz")[:50]

    once, thousand = fit_curves(values, "gompertz"), fit_curves(1024 * values, "gompertz")

    np.testing.assert_allclose(thousand.ceiling, 1024 * once.ceiling, rtol=1e-9)


def test_a_prior_holds_the_ceiling_of_early_growth():
    early = np.exp(0.3 * TIMES)[None]

    free = fit_curves(early, "logistic")
    held = fit_curves(early, "logistic", prior=Prior(ratio=3.0, weight=1.0))

    assert free.ceiling[0] > 100 * early.max()
    assert held.ceiling[0] < 10 * early.max()


def test_replicates_from_their_base_fit_need_few_steps():
    values = sample("logistic")[:100]
    base = fit_curves(values, "logistic")

    again = fit_curves(values, "logistic", start=base, iterations=6)

    np.testing.assert_allclose(again.squares, base.squares, rtol=1e-6)
