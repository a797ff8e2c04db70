"""Growth curves side by side: as good as the best of many starts; scale, time, gaps, company."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.curves import FORMULAS, best_of_many, misleading, one_start, sample, worse
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.growth.panel import curve_valley
from forecast.growth.panel.curve_surrogate import foreseen
from forecast.growth.panel.curve_valley import Valley
from forecast.growth.panel.curves import Curves, Prior, fit_curves, refit_curves

TIMES = np.arange(16.0)
SHAPES = list(FORMULAS)


def parts(curves, rows=slice(None)):
    return [getattr(curves, name)[rows] for name in ("ceiling", "c", "k", "squares")]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("k", [0.5, -0.5])
def test_a_clean_curve_is_found_again(shape, k):
    clean = FORMULAS[shape](TIMES, 80.0, 6 * k, k)[None]

    found = fit_curves(clean, shape)

    assert (found.ceiling[0], found.c[0], found.k[0]) == pytest.approx((80.0, 6 * k, k), rel=1e-5)
    assert found.at(TIMES)[0] == pytest.approx(clean[0], rel=1e-5)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_start_of_curve_fit_reaches_lower_squares(shape):
    kinds = {"sample": sample(shape)[:60]}
    kinds |= {kind: values[:8] for kind, values in misleading().items()}

    for kind, values in kinds.items():
        ours = fit_curves(values, shape).squares
        best = np.array([best_of_many(shape, row) for row in values])
        assert not worse(ours, best, values).any(), kind


@pytest.mark.parametrize("shape", SHAPES)
def test_the_squares_told_are_those_of_the_curve_told(shape):
    for kind, values in misleading(20).items():
        found = fit_curves(values, shape)
        told = ((found.at(np.arange(values.shape[1])) - values) ** 2).sum(axis=1)
        least = 1e-10 * (values**2).sum(axis=1).max()
        np.testing.assert_allclose(found.squares, told, rtol=1e-6, atol=least, err_msg=kind)


@pytest.mark.parametrize("shape", SHAPES)
@given(st.integers(-60, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_scaling_the_series_scales_the_ceiling_and_nothing_else(shape, power, seed):
    values = sample(shape, seed)[:5]

    once, scaled = fit_curves(values, shape), fit_curves(values * 2.0**power, shape)

    np.testing.assert_array_equal(scaled.ceiling, once.ceiling * 2.0**power)
    np.testing.assert_array_equal(scaled.c, once.c)
    np.testing.assert_array_equal(scaled.k, once.k)


@pytest.mark.parametrize("shape", SHAPES)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_years_of_no_weight_before_the_first_only_shift_the_turning_point(shape, years, seed):
    values = sample(shape, seed)[:5]
    padded = np.pad(values, ((0, 0), (years, 0)), constant_values=7e5)
    weights = np.where(np.arange(padded.shape[1]) < years, 0.0, 1.0) * np.ones_like(padded)

    here, later = fit_curves(values, shape), fit_curves(padded, shape, weights=weights)

    floor = 1e-12 * (values**2).sum(axis=1).max()
    np.testing.assert_allclose(later.squares, here.squares, rtol=1e-5, atol=floor)
    told = np.abs(later.at(TIMES + years) - here.at(TIMES)).max(axis=1)
    near = told < 2e-3 * np.sqrt(here.squares) + 1e-4 * values.max(axis=1)
    few = (values > 1e-6 * values.max(axis=1, keepdims=True)).sum(axis=1) < 5  # many curves fit
    assert (near | few).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("weighted", [False, True])
def test_slopes_and_newtons_matrix_are_those_of_the_squares(shape, weighted, monkeypatch):
    monkeypatch.setattr(curve_valley, "SOUND", -1e9)
    rng = np.random.default_rng(0)
    valley = Valley(shape, np.arange(9, -1, -1.0), 8, exact=True)
    values, roots = rng.random((10, 8)), rng.random((10, 8)) + 0.5 if weighted else None
    w, log_k = rng.normal(-2, 0.5, 8), rng.normal(-0.5, 0.3, 8)

    def change(row, step_w, step_k):
        high = valley.look(values, roots, w + step_w, log_k + step_k)[row]
        return (high - valley.look(values, roots, w - step_w, log_k - step_k)[row]) / 2e-5

    here = valley.look(values, roots, w, log_k)
    slopes = np.stack([change(1, 1e-5, 0), change(1, 0, 1e-5)]) / 2
    matrix = np.stack([change(2, 1e-5, 0), change(2, 0, 1e-5), change(3, 0, 1e-5)])
    np.testing.assert_allclose(here[2:4], slopes, atol=1e-8)
    np.testing.assert_allclose(here[4:], matrix, atol=1e-7)


def test_a_gap_says_nothing():
    values = sample("logistic")[:50]
    weights = np.ones_like(values)
    weights[:, 5:8] = 0
    spoiled = np.where(weights > 0, values, 1e9)

    plain, other = (fit_curves(v, "logistic", weights=weights) for v in (values, spoiled))

    for one, two in zip(parts(plain), parts(other), strict=True):
        np.testing.assert_array_equal(one, two)


def test_weights_of_one_are_no_weights():
    values = sample("gompertz")[:50]

    plain, one = fit_curves(values, "gompertz"), fit_curves(values, "gompertz", weights=values**0)

    np.testing.assert_allclose(one.squares, plain.squares, rtol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 3, 17])
def test_company_changes_no_byte(shape, size):
    values = np.concatenate([sample(shape)[:40], misleading(4)["walk"], misleading(4)["step"]])

    together = fit_curves(values, shape)

    for first in range(0, len(values), size):
        rows = slice(first, first + size)
        for one, all_ in zip(parts(fit_curves(values[rows], shape)), parts(together), strict=True):
            np.testing.assert_array_equal(one, all_[rows])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("each", [7, 30, 33])
def test_neither_order_nor_company_changes_a_byte_of_replicates(shape, each):
    base, replicates = replicated(shape, 6, each)
    order = np.random.default_rng(2).permutation(each)
    some = order[: each // 2]

    plain, mixed, fewer = (
        refit_curves(np.ascontiguousarray(r), base)
        for r in (replicates, replicates[:, order], replicates[:, some])
    )
    third = refit_curves(replicates[3:4], Curves(shape, *parts(base, slice(3, 4))))

    for one, two, few, three in zip(*map(parts, (plain, mixed, fewer, third)), strict=True):
        np.testing.assert_array_equal(one[:, order], two)
        np.testing.assert_array_equal(one[:, some], few)
        np.testing.assert_array_equal(one[3:4], three)


def replicated(shape, count, each):
    base = fit_curves(sample(shape)[:count], shape)
    noise = np.random.default_rng(1).normal(0, 0.05, (count, each, 16))
    return base, base.at(TIMES)[:, None] * np.exp(noise)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_replicate_is_fitted_as_well_as_curve_fit_does_from_the_same_start(shape):
    base, replicates = replicated(shape, 40, 3)

    ours = refit_curves(replicates, base).squares

    starts = zip(base.ceiling, base.c, base.k, strict=True)
    theirs = np.array([
        [one_start(shape, y, start) for y in rows]
        for rows, start in zip(replicates, starts, strict=True)
    ])  # fmt: skip
    assert ours.shape == (40, 3)
    assert not worse(ours, theirs, replicates).any()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_polynomial_leads_most_replicates_to_their_least_squares(shape):
    base, replicates = replicated(shape, 40, 30)
    rows = replicates.reshape(-1, 16).T.copy()
    valley = Valley(shape, np.arange(15.0, -1, -1), rows.shape[1])
    odds = base.c - 15 * base.k
    w = -np.logaddexp(0.0, -odds) if shape == "logistic" else odds

    start_w, start_k, at_base = foreseen(valley, rows, None, w, np.log(base.k))

    led = valley.look(rows, None, start_w, start_k)[1]
    least = refit_curves(replicates, base).squares.ravel()
    there = valley.look(rows, None, np.repeat(w, 30), np.repeat(np.log(base.k), 30))[1]
    assert (np.abs(at_base - there) <= 1e-9 * there + 1e-12 * (rows**2).sum(axis=0)).all()
    assert (base.k > 0).all()
    assert np.mean(at_base < least * (1 + 1e-6)) < 0.01
    assert np.mean(led < least * (1 + 1e-6)) > 0.6


@pytest.mark.parametrize("shape", SHAPES)
def test_replicates_of_a_step_leave_it(shape):
    base = fit_curves(misleading(40)["step"], shape)
    noise = np.random.default_rng(3).normal(0, 0.08, (40, 5, 16))
    replicates = base.at(TIMES)[:, None] * np.exp(noise)

    ours = refit_curves(replicates, base).squares

    alone = fit_curves(replicates.reshape(-1, 16), shape).squares.reshape(40, 5)
    assert (np.abs(base.k) > 10).sum() > 10
    assert worse(ours, alone, replicates).mean() < 0.05


@pytest.mark.parametrize("shape", SHAPES)
def test_replicates_heed_gaps_and_priors_of_their_series(shape):
    base, replicates = replicated(shape, 10, 4)
    weights = np.ones((10, 16))
    weights[:, 9:11] = 0
    prior = Prior(ratio=1.5, weight=0.5)

    again = refit_curves(replicates, base, weights=weights, prior=prior)
    alone = fit_curves(
        replicates.reshape(-1, 16), shape, weights=np.repeat(weights, 4, axis=0), prior=prior
    )

    np.testing.assert_allclose(again.squares.ravel(), alone.squares, rtol=1e-5)


def test_a_prior_holds_the_ceiling_of_early_growth():
    early = np.exp(0.3 * TIMES)[None]

    free = fit_curves(early, "logistic")
    held = fit_curves(early, "logistic", prior=Prior(ratio=3.0, weight=1.0))

    assert free.ceiling[0] > 100 * early.max()
    assert held.ceiling[0] < 10 * early.max()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("row", [[0.0] * 6, [5.0] * 6, [0, 0, 0, 0, 0, 3.0], [1e-300] * 6, [2.0]])
def test_series_that_tell_nothing_have_finite_curves(shape, row):
    found = fit_curves(np.array([row]), shape)

    assert np.isfinite(parts(found)).all()
    assert found.at(np.arange(len(row)))[0] == pytest.approx(row, abs=1e-6 * max(row))


def test_no_series_have_no_curves():
    none = fit_curves(np.empty((0, 5)), "logistic")

    assert none.at(np.arange(3)).shape == (0, 3)
    assert refit_curves(np.empty((0, 7, 5)), none).squares.shape == (0, 7)
