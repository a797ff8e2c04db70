"""One walk through time gives at every origin what a fresh fit there would give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from forecast.growth.panel.smoothing import DRIFT, LEVEL, smooth
from forecast.growth.panel.theta import dynamic_theta, lines


@pytest.fixture
def walks():
    return np.cumsum(np.random.default_rng(3).normal(0.5, 1, (5, 24)), axis=1)


def test_an_origin_says_the_same_whether_or_not_there_is_more(walks):
    whole, part = smooth(walks, 4), smooth(walks[:, :15], 4)

    np.testing.assert_array_equal(whole.paths[:, :15], part.paths)
    np.testing.assert_array_equal(dynamic_theta(walks, 4)[:, :15], dynamic_theta(walks[:, :15], 4))


def one_step_errors(values, alpha, start):
    level, errors = start, []
    for value in values:
        errors.append(value - level)
        level += alpha * errors[-1]
    return np.array(errors), level


def test_the_start_is_the_least_squares_one(walks):
    """With a single cell in the grid the family is plain smoothing; its start can be searched."""
    values = walks[0]
    for alpha in LEVEL.alpha[:3]:
        best = minimize_scalar(lambda s, a=alpha: (one_step_errors(values, a, s)[0] ** 2).sum())
        from forecast.growth.panel.smoothing import Grid, _Walk

        walk = _Walk(Grid(np.array([alpha]), np.zeros(1), np.zeros(1), np.array([3.0])), 1)
        for value in values:
            walk.step(np.array([value]))
        level, _, sse = walk.fitted()
        assert sse[0, 0] == pytest.approx(best.fun)
        assert level[0, 0] == pytest.approx(one_step_errors(values, alpha, best.x)[1])


def test_a_straight_line_is_carried_on():
    line = 3 + 2 * np.arange(12.0)[None]

    told = smooth(line, 5).paths[0, -1]

    assert told[1] == pytest.approx(line[0, -1] + 2 * np.arange(1, 6), rel=2e-3)
    assert told[2] == pytest.approx(line[0, -1] + 2 * np.arange(1, 6), rel=2e-3)


def test_slopes_of_lines_are_those_of_least_squares(walks):
    intercept, slope = lines(walks)

    for t in (4, 11, 23):
        expected = np.polyfit(np.arange(1, t + 2), walks[2, : t + 1], 1)
        assert (slope[2, t], intercept[2, t]) == pytest.approx(tuple(expected))


def test_drift_costs_one_parameter_more_than_none():
    assert DRIFT.parameters[0] == LEVEL.parameters[0] + 1
