"""Laws of a panel's forecast: scale, time, positivity, order of quantiles, odd histories."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.card import packaged
from forecast.growth.panel.batch import Line
from forecast.pipeline.fitting import Ask, learn, tell

STEPS = 6


def told(lines, *, calendar=False, year=1, chunk=7):
    ask = Ask(STEPS, calendar, year)

    def chunks():
        return (lines[k : k + chunk] for k in range(0, len(lines), chunk))

    card = packaged()
    return list(tell(chunks(), ask, learn(chunks, ask, card), card))


def companions(count=12, first=2000):
    rng = np.random.default_rng(8)
    return [
        Line(f"c{k:02d}", first, 20 * np.exp(np.cumsum(rng.normal(0.02, 0.05, 18))))
        for k in range(count)
    ]


def alone(values, **kinds):
    lines = [*companions(), Line("own", 2000, np.asarray(values, dtype=float))]
    return told(lines, **kinds)[-1]


histories = st.lists(
    st.floats(0.5, 2, allow_nan=False), min_size=1, max_size=30
).map(lambda steps: 10 * np.cumprod(steps))  # fmt: skip


@given(histories, st.sampled_from([1e-12, 1e-3, 7.0, 1e12]))
@settings(max_examples=25)
def test_scaling_the_history_scales_the_forecast(values, factor):
    once, scaled = alone(values), alone(values * factor)

    np.testing.assert_allclose(scaled.quantiles, once.quantiles * factor, rtol=1e-6)


@given(histories)
@settings(max_examples=15)
def test_the_name_of_the_first_period_moves_nothing_but_the_periods(values):
    here = told([*companions(), Line("own", 2000, values)], calendar=True)[-1]
    later = told([*companions(first=2007), Line("own", 2007, values)], calendar=True)[-1]

    np.testing.assert_array_equal(here.quantiles, later.quantiles)


@given(histories)
@settings(max_examples=40)
def test_quantiles_never_cross_and_what_was_positive_stays_so(values):
    quantiles = alone(values).quantiles

    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles > 0).all()
    assert np.isfinite(quantiles).all()


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda n: n / 1e5), min_size=1, max_size=25))
@settings(max_examples=40)
def test_any_finite_history_gets_finite_ordered_quantiles(values):
    quantiles = alone(values).quantiles

    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()


def test_a_single_point_gets_an_honest_width():
    quantiles = alone([100.0]).quantiles

    assert quantiles[0, 0] < 97
    assert quantiles[0, -1] > 103
    assert quantiles[0, LEVELS.index(0.5)] == pytest.approx(100, rel=0.1)


def test_width_grows_with_the_horizon():
    quantiles = alone(companions()[0].values).quantiles
    width = quantiles[:, LEVELS.index(0.9)] - quantiles[:, LEVELS.index(0.1)]

    assert (np.diff(width) > 0).all()


def test_a_constant_series_stays_where_it_is_with_a_little_doubt():
    quantiles = alone(np.full(20, 50.0)).quantiles

    assert quantiles[:, LEVELS.index(0.5)] == pytest.approx(np.full(STEPS, 50.0), rel=0.02)
    assert (quantiles[:, -1] > quantiles[:, 0]).all()


def test_zeros_throughout_stay_zero():
    assert (alone(np.zeros(15)).quantiles == 0).all()


def test_a_gap_is_bridged_and_no_origin_looks_across_it():
    values = companions()[1].values.copy()
    values[8:10] = np.nan

    assert np.isfinite(alone(values).quantiles).all()


def test_a_break_in_level_widens():
    calm = 100 + np.random.default_rng(1).normal(0, 0.5, 20)
    broken = np.where(np.arange(20) < 15, calm, 3 * calm)
    width = [np.ptp(alone(v).quantiles[0]) / v[-1] for v in (calm, broken)]

    assert width[1] > 3 * width[0]


def test_no_explosion_after_one_leap():
    values = np.r_[np.full(14, 10.0) + np.random.default_rng(2).normal(0, 0.1, 14), 1000.0]

    assert alone(values).quantiles[:, LEVELS.index(0.5)].max() < 3000


def test_chunks_of_any_size_say_the_same_to_the_last_bit():
    lines = companions(30)
    one, other = told(lines, calendar=True, chunk=1), told(lines, calendar=True, chunk=30)

    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.quantiles, b.quantiles)
