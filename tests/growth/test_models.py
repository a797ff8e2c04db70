"""Laws every model keeps: order, sign, scale, time, and a refusal instead of nonsense."""

from importlib import import_module

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import outlook, series, track

from forecast.contracts.errors import FitError
from forecast.growth import (
    constant_growth,
    damped_growth,
    last_value,
    logistic,
    prophet_trend,
)
from forecast.growth.evidence import growth_now
from forecast.growth.speaking import speak

FAST = ("last_value", "constant_growth", "damped_growth", "logistic", "exponential_smoothing")
YEARS = np.arange(1, 12)
NOISE = np.random.default_rng(3).standard_normal(24)
TYPICAL = {
    "two points": [100.0, 130.0],
    "rising": 70 * np.exp(0.08 * np.arange(16) + 0.05 * NOISE[:16]),
    "falling": 70 * np.exp(-0.05 * np.arange(20) + 0.05 * NOISE[:20]),
    "still": 70 * np.exp(0.02 * NOISE),
}
by_model = pytest.mark.parametrize("name", FAST)
by_model_and_history = pytest.mark.parametrize(
    ("name", "values"),
    [
        pytest.param(name, values, id=f"{name}: {history}")
        for name in FAST
        for history, values in TYPICAL.items()
        if name != "exponential_smoothing" or len(values) >= 8
    ],
)


def fit(name, line, stated=None, horizons=YEARS):
    return import_module(f"forecast.growth.{name}").fit(line, stated or outlook(), horizons)


@by_model_and_history
def test_quantiles_never_cross_and_stay_above_zero(name, values):
    fan = fit(name, track(values))

    assert fan.scores.shape == (11, 23)
    assert (np.diff(fan.quantiles) > 0).all()
    assert (fan.quantiles > 0).all()
    assert np.isfinite(fan.mean).all()


@by_model_and_history
@pytest.mark.parametrize("factor", [2.0, 1e-3, 1e6])
def test_scaling_the_history_scales_the_forecast(name, values, factor):
    once = fit(name, track(values)).quantiles
    scaled = fit(name, track(factor * np.asarray(values))).quantiles

    np.testing.assert_allclose(scaled / factor, once, rtol=2e-3)


@by_model_and_history
@pytest.mark.parametrize("shift", [-60, 1, 100])
def test_shifting_time_shifts_the_forecast(name, values, shift):
    line = track(values)

    shifted = track(values, periods=line.periods + shift)

    np.testing.assert_allclose(fit(name, shifted).scores, fit(name, line).scores, atol=1e-9)


@pytest.mark.parametrize("shift", [1, 2, 3, 4, -7])
def test_shifting_a_seasonal_series_by_any_quarter_shifts_what_is_said(shift):
    factors = np.array([0.1, -0.05, -0.08, 0.03])
    levels = np.exp(5 + factors[np.arange(40) % 4] + 0.01 * np.resize(NOISE, 40))
    stated = outlook(periods_per_year=4)
    quarterly = series("ie_dc", models=("constant_growth", "damped_growth"))

    def said(first):
        line = track(levels, of=quarterly, periods=np.arange(40) + first)
        return speak(line, stated, horizon=8).fans["combination"].scores

    np.testing.assert_allclose(said(160 + shift), said(160), atol=1e-9)


@by_model
def test_doubt_grows_with_the_horizon(name):
    assert (np.diff(fit(name, track(TYPICAL["rising"])).spread) > 0).all()


@by_model
def test_more_doubt_of_the_base_is_more_doubt_of_the_first_year(name):
    sure = fit(name, track(TYPICAL["still"], base_doubt=0.01))
    unsure = fit(name, track(TYPICAL["still"], base_doubt=0.3))

    assert unsure.spread[0] > sure.spread[0]
    assert unsure.spread[0] >= 0.29


@pytest.mark.parametrize("name", ["constant_growth", "damped_growth", "logistic"])
def test_a_faster_past_is_a_faster_future(name):
    slow = fit(name, track(100 * 1.02 ** np.arange(8)))
    fast = fit(name, track(100 * 1.02**7 / 1.10 ** np.arange(7, -1, -1)))

    assert (fast.median > slow.median).all()


def test_constant_growth_is_a_line_in_logarithms():
    line = track(TYPICAL["rising"])
    growth = growth_now(line, outlook())

    fan = constant_growth.fit(line, outlook(), YEARS)

    np.testing.assert_allclose(fan.median, line.logs[-1] + YEARS * growth.mean)
    expected = 0.18**2 + (YEARS * growth.sd) ** 2 + YEARS * growth.scatter**2
    np.testing.assert_allclose(fan.spread**2, expected)


def test_damped_growth_has_half_its_growth_after_six_and_a_half_years():
    line = track(TYPICAL["rising"])
    growth = growth_now(line, outlook()).mean

    steps = np.diff(damped_growth.fit(line, outlook(), YEARS).median, prepend=line.logs[-1])

    np.testing.assert_allclose(steps, growth * 0.9**YEARS)


def test_damping_of_four_quarters_is_the_damping_of_a_year():
    quarterly = outlook(periods_per_year=4)
    line = track(TYPICAL["rising"], of=series("ie_dc"))

    steps = np.diff(damped_growth.fit(line, quarterly, np.arange(1, 20)).median)

    np.testing.assert_allclose(steps[4:] / steps[:-4], 0.9)


def test_last_value_stays_where_it_is():
    fan = last_value.fit(track(TYPICAL["rising"]), outlook(), YEARS)

    np.testing.assert_allclose(fan.median, np.log(TYPICAL["rising"][-1]))


def test_last_value_speaks_of_a_series_that_touches_zero_in_levels():
    fan = last_value.fit(track([3.0, 0.0, 4.0, 0.0]), outlook(), YEARS)

    assert not fan.logarithmic
    assert fan.median.tolist() == [0.0] * 11
    np.testing.assert_allclose(fan.spread, np.sqrt((9 + 16 + 16) / 3) * np.sqrt(YEARS))


def test_steps_over_a_gap_in_levels_are_spread_over_it():
    fan = last_value.fit(track([0.0, 6.0], periods=np.array([0, 9])), outlook(), YEARS)

    np.testing.assert_allclose(fan.spread, 2 * np.sqrt(YEARS))


def test_a_single_negative_value_has_its_own_size_as_doubt():
    fan = last_value.fit(track([-2.0]), outlook(), YEARS)

    np.testing.assert_allclose(fan.spread, 2 * np.sqrt(YEARS))


def test_logistic_growth_stays_below_its_highest_ceiling_and_bends():
    sure = outlook(ceiling=2.0, ceiling_log_sd=1e-6, anchors=((1.0, 0.01),))
    line = track(100 * 1.1 ** np.arange(6), base_doubt=0.0, log_sd=np.full(6, 0.01))

    medians = logistic.fit(line, sure, np.arange(1, 60)).median

    assert medians[-1] == pytest.approx(line.logs[-1] + np.log(2), abs=0.05)
    assert medians[0] - line.logs[-1] > medians[20] - medians[19]


def test_logistic_growth_without_a_ceiling_is_refused_with_the_class():
    with pytest.raises(FitError, match="'data_centres' states no ceiling_multiple"):
        logistic.fit(track([1.0, 2.0]), outlook(ceiling=np.inf), YEARS)


def test_a_seam_lets_earlier_points_say_less_of_the_curve():
    values = [10.0, 60.0, 90.0, 100.0]
    whole = logistic.fit(track(values), outlook(), YEARS).median
    seamed = logistic.fit(track(values, edition=np.array([1, 1, 1, 0])), outlook(), YEARS).median

    assert not np.allclose(whole, seamed, atol=1e-4)


# ── refusals ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", [*FAST[1:], "prophet_trend"])
@pytest.mark.parametrize("values", [[0.0] * 12, [1.0, -1.0] * 6, [0.0, *range(1, 12)]])
def test_what_has_no_logarithm_is_refused(name, values):
    with pytest.raises(FitError, match=r"zero|positive"):
        fit(name, track(values))


@pytest.mark.parametrize("count", [1, 7])
def test_exponential_smoothing_needs_points(count):
    with pytest.raises(FitError, match=f"{count} points; exponential smoothing needs 8"):
        fit("exponential_smoothing", track(np.arange(1.0, count + 1)))


def test_exponential_smoothing_speaks_from_eight_points_on():
    fan = fit("exponential_smoothing", track(100 * 1.05 ** np.arange(8)))

    assert fan.median[0] == pytest.approx(np.log(100 * 1.05**8), abs=0.02)


def test_exponential_smoothing_bridges_a_third_of_the_periods_and_no_more():
    values = 100 * 1.03 ** np.arange(12)
    two_thirds = np.sort(np.concatenate([np.arange(0, 18, 3), np.arange(1, 18, 3)]))
    half = np.arange(0, 24, 2)

    assert fit("exponential_smoothing", track(values, periods=two_thirds)).scores.shape == (11, 23)
    with pytest.raises(FitError, match="48% of the periods are missing"):
        fit("exponential_smoothing", track(values, periods=half))


def test_exponential_smoothing_never_takes_a_seam_for_growth():
    seamed = track(np.arange(1.0, 13), edition=np.array([1] * 6 + [0] * 6))

    with pytest.raises(FitError, match="editions without overlap"):
        fit("exponential_smoothing", seamed)


def test_exponential_smoothing_refuses_an_explosion():
    with pytest.raises(FitError, match="beyond the admissible 65%"):
        fit("exponential_smoothing", track(np.exp(0.9 * np.arange(14))))


def test_exponential_smoothing_carries_a_steady_trend_on():
    fan = fit("exponential_smoothing", track(100 * 1.05 ** np.arange(20)))

    assert fan.median[0] == pytest.approx(np.log(100 * 1.05**20), abs=0.01)


def test_jumps_beyond_numbers_are_refused_even_by_last_value():
    with pytest.raises(FitError, match="leaves the range of numbers"):
        fit("last_value", track([1e-100, 1e100] * 4))


levels = st.one_of(
    st.floats(1e-12, 1e12),
    st.sampled_from([0.0, 1e-12, 1e12, 1.0, -1.0, -1e9]),
)


@st.composite
def tracks(draw):
    of = draw(st.sampled_from([series(), series("ie_dc"), series("dc_construction")]))
    count = draw(st.integers(1, 60))
    shape = draw(st.sampled_from(["free", "constant", "positive", "walk"]))
    if shape == "constant":
        values = [draw(levels)] * count
    elif shape == "walk":
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        values = np.exp(np.cumsum(rng.standard_normal(count)) * draw(st.floats(0, 1)))
        values = values * draw(st.sampled_from([1e-12, 1.0, 1e12]))
    else:
        cell = levels if shape == "free" else st.floats(1e-12, 1e12)
        values = draw(st.lists(cell, min_size=count, max_size=count))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    steps = 1 + rng.poisson(draw(st.sampled_from([0.0, 0.3, 3.0])), count)
    return track(
        values,
        of=of,
        periods=np.cumsum(steps) + draw(st.integers(-50, 600)),
        edition=np.sort(rng.integers(0, draw(st.sampled_from([1, 3])), count))[::-1],
        log_sd=np.full(count, draw(st.sampled_from([0.005, 0.1]))),
        base_doubt=draw(st.sampled_from([0.01, 0.25])),
    )


@settings(max_examples=70)
@given(tracks())
def test_a_model_gives_a_whole_fan_or_a_reason(line):
    stated = outlook(periods_per_year=line.series.periods_per_year)
    horizons = np.arange(1, 37)

    for name in FAST:
        try:
            fan = fit(name, line, stated, horizons)
        except FitError:
            continue
        assert np.isfinite(fan.quantiles).all()
        assert np.isfinite(fan.mean).all()
        assert (np.diff(fan.scores) >= 0).all()
        assert (fan.quantiles > 0).all() or not line.positive


@settings(max_examples=30)
@given(tracks())
def test_a_house_speaks_for_any_track_or_says_why_not(line):
    stated = outlook(periods_per_year=line.series.periods_per_year)

    try:
        spoken = speak(line, stated, horizon=24)
    except FitError:
        return

    for fan in spoken.fans.values():
        assert np.isfinite(fan.quantiles).all()
        assert np.isfinite(fan.mean).all()
        assert (np.diff(fan.scores) >= 0).all()
        assert (fan.quantiles > 0).all() or not line.positive


# ── Prophet ──────────────────────────────────────────────────────────────────────────────────


def test_prophet_is_fitted_follows_the_trend_and_says_the_same_twice():
    line = track(100 * 1.05 ** np.arange(16), base_doubt=0.02)
    np.random.seed(1)  # noqa: NPY002 - the state Prophet must leave alone
    before = np.random.get_state()[1].tolist()  # noqa: NPY002

    once = prophet_trend.fit(line, outlook(), YEARS)
    twice = prophet_trend.fit(line, outlook(), YEARS)

    np.testing.assert_array_equal(once.scores, twice.scores)
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002
    np.testing.assert_allclose(np.diff(once.median), np.log(1.05), atol=0.01)
    assert (np.diff(once.scores) > 0).all()
    assert once.spread[0] >= 0.015


def test_prophet_scales_with_its_history():
    values = 100 * np.exp(0.05 * np.arange(16) + 0.03 * NOISE[:16])

    once = prophet_trend.fit(track(values), outlook(), YEARS)
    twice = prophet_trend.fit(track(2 * values), outlook(), YEARS)

    np.testing.assert_allclose(twice.scores - once.scores, np.log(2), atol=0.05)


@pytest.mark.parametrize("values", [np.full(8, 5.0), np.full(6, 1e-12), [1e-12, 1e12] * 5], ids=str)
def test_prophet_gives_a_whole_fan_or_a_reason(values):
    try:
        fan = prophet_trend.fit(track(values), outlook(), YEARS)
    except FitError:
        return

    assert np.isfinite(fan.quantiles).all()
    assert np.isfinite(fan.mean).all()


def test_prophet_needs_six_points():
    with pytest.raises(FitError, match="Prophet needs 6 positive points; there are 5"):
        prophet_trend.fit(track(np.arange(1.0, 6)), outlook(), YEARS)


def test_prophet_reads_quarters_and_months_by_the_calendar():
    for of, steps in ((series("ie_dc"), 4), (series("dc_construction"), 12)):
        days = prophet_trend._days(np.array([0, 1, steps, 2 * steps]), steps)

        assert days[0].isoformat() == "1970-01-01T00:00:00"
        assert days[2].isoformat() == "1971-01-01T00:00:00"
        assert days[3].isoformat() == "1972-01-01T00:00:00"
        assert days[1].month == 1 + 12 // of.periods_per_year


def test_a_library_that_fails_is_a_refusal_not_a_crash(monkeypatch):
    def fails(*_args, **_kwargs):
        raise np.linalg.LinAlgError("singular")

    monkeypatch.setattr("statsmodels.tsa.exponential_smoothing.ets.ETSModel", fails)

    with pytest.raises(FitError, match="us_dc: exponential smoothing failed: singular"):
        fit("exponential_smoothing", track(np.arange(1.0, 13)))
