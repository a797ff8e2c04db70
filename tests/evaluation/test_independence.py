"""Overlapping forecasts count for what they are worth."""

import numpy as np
import pytest

from forecast.evaluation.independence import effective_cases


def of(series, origins, horizons):
    return effective_cases(np.array(series, object), np.array(origins), np.array(horizons))


def test_one_step_forecasts_do_not_overlap():
    assert of(["a"] * 10, range(10), [1] * 10) == pytest.approx(10)


def test_two_forecasts_of_the_same_span_are_one():
    assert of(["a", "a"], [3, 3], [5, 5]) == pytest.approx(1)


def test_different_series_count_apart():
    assert of(["a", "b"], [3, 3], [5, 5]) == pytest.approx(2)


def test_long_horizons_are_worth_less_than_short_ones():
    short = of(["a"] * 30, range(30), [2] * 30)
    long = of(["a"] * 30, range(30), [10] * 30)

    assert 30 > short > long > 2


def test_no_case_is_worth_nothing():
    assert of([], [], []) == 0


def test_the_spread_of_coverage_over_random_walks_is_that_of_the_effective_cases():
    horizon, origins = 6, np.arange(40)
    walks = np.random.default_rng(3).standard_normal((4000, 46)).cumsum(axis=1)
    walks = np.hstack([np.zeros((4000, 1)), walks])
    errors = (walks[:, origins + horizon] - walks[:, origins]) / np.sqrt(horizon)
    share = (np.abs(errors) < 1.2816).mean(axis=1)

    worth = of(["a"] * 40, origins, [horizon] * 40)

    assert 0.8 * 0.2 / share.var() >= 0.95 * worth
