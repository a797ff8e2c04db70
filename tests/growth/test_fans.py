"""A fan: 23 quantiles that never cross, their mean, and honest widening."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.contracts.errors import FitError
from forecast.contracts.levels import LEVELS, NORMAL_SCORES
from forecast.growth.combination import combine
from forecast.growth.fans import Fan, normal_fan

ONE = np.array([1])
centres = st.floats(-28, 28)
spreads = st.floats(1e-3, 3.0)


def fan(centre, spread, **changes):
    return normal_fan(ONE, np.array([centre]), np.array([spread]), **changes)


@given(centres, spreads)
def test_the_mean_of_a_log_normal_fan_is_the_textbooks(mu, s):
    assert fan(mu, s).mean[0] == pytest.approx(np.exp(mu + s**2 / 2), rel=1e-3)


@given(centres, spreads)
def test_a_normal_fan_keeps_its_centre_spread_and_order(mu, s):
    drawn = fan(mu, s)

    assert drawn.median[0] == mu
    assert drawn.spread[0] == pytest.approx(s)
    assert (np.diff(drawn.quantiles) > 0).all()
    assert (drawn.quantiles > 0).all()
    assert drawn.quantiles[0, 2] == pytest.approx(np.exp(mu - 1.6448536 * s))


def test_a_fan_in_levels_is_its_own_quantiles():
    drawn = fan(-5.0, 2.0, logarithmic=False)

    assert drawn.quantiles is drawn.scores
    assert drawn.mean[0] == pytest.approx(-5.0)


@given(centres, spreads)
def test_a_fan_is_log_normal_between_and_beyond_its_levels(mu, s):
    asked = np.array([[-6.0, -3.0, -0.01, 0.3, 2.5, 6.0]])

    np.testing.assert_allclose(np.log(fan(mu, s).at(asked)), mu + s * asked, atol=1e-9)


def test_a_fan_at_its_levels_is_its_quantiles():
    drawn = fan(1.0, 0.5)

    np.testing.assert_allclose(drawn.at(NORMAL_SCORES[None]), drawn.quantiles)


@given(spreads, spreads)
def test_widening_reaches_the_floor_keeps_the_median_and_never_narrows(own, floor):
    before = fan(3.0, own)

    after = before.no_narrower_than(np.array([floor]))

    assert after.spread[0] == pytest.approx(max(own, floor))
    assert after.median[0] == pytest.approx(3.0)
    assert (np.diff(after.scores) > 0).all()


def test_a_fan_without_width_is_widened_to_a_normal_one():
    flat = Fan(ONE, np.full((1, 23), 2.0))

    wider = flat.no_narrower_than(np.array([0.3]))

    np.testing.assert_allclose(wider.scores[0], 2.0 + 0.3 * NORMAL_SCORES)
    np.testing.assert_allclose(flat.no_narrower_than(np.array([0.0])).scores, 2.0)


def test_widening_keeps_the_skew_of_a_fan():
    skewed = Fan(ONE, np.where(NORMAL_SCORES > 0, 2.0, 1.0)[None] * NORMAL_SCORES)

    wider = skewed.no_narrower_than(2 * skewed.spread)

    np.testing.assert_allclose(wider.scores, 2 * skewed.scores)


def test_a_shift_moves_every_quantile_by_the_same_factor():
    moved = fan(0.0, 0.3).shifted(np.array([np.log(1.1)]))

    np.testing.assert_allclose(moved.quantiles, 1.1 * fan(0.0, 0.3).quantiles)


@pytest.mark.parametrize(
    ("centre", "spread"), [(np.nan, 1.0), (0.0, np.nan), (np.inf, 1.0), (0.0, 50.0), (101.0, 0.1)]
)
def test_what_leaves_the_range_of_numbers_is_no_fan(centre, spread):
    with pytest.raises(FitError, match="leaves the range of numbers"):
        fan(centre, spread)


def test_in_levels_only_infinity_leaves_the_range():
    assert fan(1e12, 1e12, logarithmic=False).median[0] == 1e12
    with pytest.raises(FitError):
        fan(np.inf, 1.0, logarithmic=False)


@given(st.floats(-90, 90), st.floats(1e-3, 80.0))
def test_any_fan_that_is_allowed_has_a_finite_mean(centre, spread):
    try:
        drawn = fan(centre, spread)
    except FitError:
        return

    assert np.isfinite(drawn.mean).all()
    assert np.isfinite(drawn.at(np.array([[-4.0, 4.0]]))).all()


@given(st.lists(st.tuples(centres, spreads), min_size=1, max_size=5))
def test_the_combination_is_the_average_of_its_members_quantiles(members):
    combined = combine([fan(mu, s) for mu, s in members])

    assert combined.median[0] == pytest.approx(np.mean([mu for mu, _ in members]), abs=1e-9)
    assert combined.spread[0] == pytest.approx(np.mean([s for _, s in members]))
    assert (np.diff(combined.scores) > 0).all()


def test_nobody_combines_to_nothing():
    with pytest.raises(FitError, match="no model could speak"):
        combine([])


def test_levels_and_scores_agree_in_number():
    assert fan(0.0, 1.0).scores.shape == (1, len(LEVELS))
