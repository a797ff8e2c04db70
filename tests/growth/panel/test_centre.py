"""The centre and what moves it: weights, trimming, the bound of growth, the cohort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecast.growth.panel.centre import trimmed_mean, weights
from forecast.growth.panel.cohort import Cohort, growth, pulled
from forecast.growth.panel.members import MEMBERS, bounds, candidates
from forecast.growth.panel.standing import past_errors


@given(arrays(float, (9, 3), elements=st.floats(-1e3, 1e3)))
def test_a_trimmed_mean_lies_among_the_middle(paths):
    told = trimmed_mean(paths, np.full(9, 1 / 9), trim=0.2)

    low, high = np.sort(paths, axis=0)[[1, -2]]
    assert (told >= low - 1e-9).all()
    assert (told <= high + 1e-9).all()


def test_one_wild_candidate_of_many_moves_little():
    paths = np.r_[np.linspace(9, 11, 12), 1e12][:, None]

    assert trimmed_mean(paths, np.full(13, 1 / 13))[0] == pytest.approx(10, rel=0.05)


def test_without_past_origins_candidates_weigh_the_same():
    assert weights(np.array([1.0, 5.0]), np.array(0.0)).tolist() == [0.5, 0.5]


def test_the_better_candidate_weighs_more_the_more_is_known():
    error = np.array([1.0, 3.0])

    early, late = (weights(error, np.array(n))[0] for n in (2.0, 20.0))

    assert 0.5 < early < late


def test_standing_at_an_origin_knows_targets_up_to_it_only():
    values = np.exp(np.cumsum(np.random.default_rng(2).normal(0, 0.1, (3, 25)), axis=1))
    seen = np.ones(values.shape, dtype=bool)
    whole, _ = past_errors(candidates(values, 4), values, seen)

    part, _ = past_errors(candidates(values[:, :17], 4), values[:, :17], seen[:, :17])

    np.testing.assert_array_equal(whole[:, :17], part)


def test_no_candidate_outgrows_the_fastest_period_so_far():
    values = np.array([[1, 1.1, 1.3, 1.35, 1.5, 1.8, 1.9, 2.1, 2.6]])
    kept = bounds(candidates(values, 8), values)[0, -1]

    fastest = np.log(values[0, 1:] / values[0, :-1]).max()
    limit = values[0, -1] * np.exp(fastest * np.arange(1, 9))
    assert (kept <= limit * (1 + 1e-12)).all()
    assert kept.shape == (len(MEMBERS), 8)


def cohort(values, median, spread, size=100.0):
    shape = values.shape
    return Cohort(np.full(shape, median), np.full(shape, spread), np.full(shape, size), 1.0)


def test_a_noisy_series_is_pulled_to_its_cohort_and_a_steady_one_hardly():
    rng = np.random.default_rng(6)
    steady = 100 * np.exp(0.08 * np.arange(20) + rng.normal(0, 0.002, 20))
    noisy = 100 * np.exp(0.08 * np.arange(20) + np.cumsum(rng.normal(0, 0.2, 20)))
    values = np.stack([steady, noisy])
    ahead = values[:, :, None] * np.exp(0.08 * np.arange(1, 5))

    moved = pulled(ahead, values, growth(values), cohort(values, 0.02, 0.02))

    told = np.log(moved / values[:, :, None])[:, -1, -1] / 4
    assert told[0] == pytest.approx(0.08, abs=0.003)
    assert 0.02 < told[1] < 0.04


def test_a_cohort_of_nobody_pulls_nothing():
    values = 100 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.2, (1, 12)), axis=1))
    ahead = np.repeat(values[:, :, None], 3, axis=2)

    moved = pulled(ahead, values, growth(values), cohort(values, 0.5, 0.01, size=0.0))

    np.testing.assert_allclose(moved, ahead)


def test_a_series_that_was_not_always_positive_keeps_its_own_growth():
    values = np.array([[3.0, -1, 2, 4, 5, 6, 7, 8]])
    ahead = np.repeat(values[:, :, None], 3, axis=2) + 1

    moved = pulled(ahead, values, growth(values), cohort(values, 0.5, 0.01))

    np.testing.assert_array_equal(moved[:, 1:], ahead[:, 1:])
