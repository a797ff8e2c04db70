"""Formulas: each against a library that was written by others, and against its own laws."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from forecast.contracts.levels import LEVELS, NORMAL_SCORES, SCORE_LEVELS
from forecast.evaluation import scores

numbers = st.floats(-50, 50, allow_nan=False)
spreads = st.floats(0.01, 20)


def normal(centre, spread):
    return np.asarray(centre)[..., None] + np.asarray(spread)[..., None] * NORMAL_SCORES


@given(numbers, numbers, st.sampled_from(LEVELS))
def test_pinball_is_the_quantile_score_of_scoringrules(actual, forecast, level):
    ours = scores.pinball(np.array(actual), np.array(forecast), level)

    assert ours == pytest.approx(scoringrules.quantile_score(actual, forecast, level))


@given(numbers, numbers, spreads)
def test_crps_of_a_normal_forecast_is_close_to_its_closed_form(actual, centre, spread):
    exact = float(scoringrules.crps_normal(actual, centre, spread))

    ours = float(scores.crps(np.array(actual), normal(centre, spread)))

    assert ours == pytest.approx(exact, rel=0.03, abs=0.01 * spread)


def test_crps_of_many_draws_is_within_one_percent_of_the_closed_form():
    drawn = np.random.default_rng(1).standard_normal(20_000)
    exact = scoringrules.crps_normal(drawn, 0.0, 1.0).mean()

    ours = scores.crps(drawn, normal(np.zeros(20_000), np.ones(20_000))).mean()

    assert ours == pytest.approx(exact, rel=0.01)


def test_crps_even_is_twice_the_mean_pinball_of_scoringrules():
    fan = normal(1.0, 0.5)
    even = [LEVELS.index(level) for level in SCORE_LEVELS]
    losses = scoringrules.quantile_score(1.7, fan[even], np.array(SCORE_LEVELS))

    assert float(scores.crps_even(np.array(1.7), fan)) == pytest.approx(2 * losses.mean())


def test_crps_from_quantiles_agrees_with_scoringrules_on_an_ensemble():
    levels = np.array(LEVELS)
    ensemble = stats.t(5).ppf((np.arange(4000) + 0.5) / 4000)
    exact = scoringrules.crps_ensemble(0.8, ensemble)

    ours = scores.crps(np.array(0.8), stats.t(5).ppf(levels))

    assert float(ours) == pytest.approx(float(exact), rel=0.02)


@given(numbers)
def test_a_perfect_forecast_costs_nothing(actual):
    certain = np.full(len(LEVELS), actual)

    assert scores.crps(np.array(actual), certain) == 0
    assert scores.inside(np.array(actual), certain, 80)
    assert scores.width(certain, 95) == 0


@given(numbers, numbers, spreads, st.floats(0.1, 100))
def test_what_is_counted_in_other_units_scores_in_other_units(actual, centre, spread, unit):
    once = scores.crps(np.array(actual), normal(centre, spread))
    scaled = scores.crps(np.array(unit * actual), unit * normal(centre, spread))

    assert scaled == pytest.approx(unit * once, rel=1e-9, abs=1e-9)


@given(st.floats(0.3, 3.0))
def test_the_true_spread_scores_best(spread):
    drawn = stats.norm.ppf((np.arange(2000) + 0.5) / 2000)
    true = scores.crps(drawn, normal(np.zeros(2000), np.ones(2000))).mean()

    other = scores.crps(drawn, normal(np.zeros(2000), np.full(2000, spread))).mean()

    assert true <= other + 1e-12


@given(st.integers(1, 300), st.sampled_from([0.8, 0.95]))
def test_the_binomial_range_is_scipys(cases, share):
    low, high = stats.binom.interval(0.95, cases, share)

    assert scores.binomial_range(cases, share) == pytest.approx((low / cases, high / cases))


def test_a_right_forecaster_keeps_its_coverage_range_in_most_histories():
    generator = np.random.default_rng(2)
    fan = normal(0.0, 1.0)
    kept = []
    for _ in range(300):
        hits = scores.inside(generator.standard_normal(60), fan, 80)
        low, high = scores.binomial_range(60, 0.8)
        kept.append(low <= hits.mean() <= high)

    assert np.mean(kept) >= 0.93


def test_mase_is_one_for_an_error_of_the_usual_size():
    periods, values = np.arange(4), np.array([1.0, 3.0, 2.0, 4.0])
    step = scores.usual_step(periods, values, lag=1)

    assert step == pytest.approx(5 / 3)
    assert scores.mase(np.array(10.0), np.array(10.0 + step), np.array(step)) == pytest.approx(1)


def test_the_usual_step_of_quarters_leaves_seasons_out():
    periods, values = np.arange(8), np.array([1.0, 9.0, 1.0, 9.0, 2.0, 10.0, 2.0, 10.0])

    assert scores.usual_step(periods, values, lag=4) == 1.0


def test_a_history_that_never_moved_has_no_usual_step():
    assert np.isnan(scores.usual_step(np.arange(3), np.ones(3), lag=1))


def test_skill_is_the_share_of_the_baselines_score_that_is_saved():
    assert scores.skill(0.3, 0.4) == pytest.approx(0.25)
    assert scores.skill(0.0, 0.4) == 1.0
