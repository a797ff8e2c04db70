"""One series, all its models: the combination first, doing nothing beside it, refusals named."""

import numpy as np
import pytest
from tests.builders import outlook, series, track

from forecast.contracts.errors import FitError
from forecast.growth.combination import combine
from forecast.growth.fans import normal_fan
from forecast.growth.speaking import speak

RISING = 100 * 1.08 ** np.arange(6)


def said(values=RISING, stated=None, horizon=5, **changes):
    return speak(track(values, of=series(**changes)), stated or outlook(), horizon=horizon)


def test_the_combination_stands_first_and_doing_nothing_beside_it():
    spoken = said()

    assert list(spoken.fans) == ["combination", "last_value", "constant_growth"]
    assert spoken.members == ("constant_growth", "damped_growth", "logistic")
    assert spoken.fallback_from == ""
    assert list(spoken.refusals) == ["panel", "exponential_smoothing"]
    assert spoken.refusals["panel"] == "6 points; the panel engine needs 8."
    assert "6 points" in spoken.refusals["exponential_smoothing"]


def test_the_combination_is_of_its_members_and_of_nothing_else():
    free = outlook(anchors=((1.0, 1e-6), (5.0, 1e-6)))
    both = said(stated=free, models=("constant_growth", "last_value", "damped_growth"))
    single = [
        said(stated=free, models=(name,)).fans["combination"]
        for name in ("constant_growth", "damped_growth")
    ]

    assert both.members == ("constant_growth", "damped_growth")
    np.testing.assert_allclose(both.fans["combination"].scores, combine(single).scores)


def test_last_value_is_combined_only_where_it_is_alone():
    alone = said(models=("last_value",))

    assert alone.members == ("last_value",)
    np.testing.assert_allclose(alone.fans["combination"].scores, alone.fans["last_value"].scores)


@pytest.mark.parametrize(
    ("values", "fallback", "speaker"),
    [
        (RISING, "last_value", "last_value"),
        (RISING, "constant_growth", "constant_growth"),
        ([3.0, 0.0, 2.0], "constant_growth", "last_value"),
    ],
)
def test_where_no_member_speaks_the_declared_fallback_does_marked(values, fallback, speaker):
    spoken = said(values, models=("exponential_smoothing",), fallback=fallback)

    assert next(iter(spoken.fans)) == speaker
    assert spoken.fallback_from == "combination"
    assert spoken.members == ()
    assert "combination" not in spoken.fans
    assert set(spoken.fans) <= {"last_value", "constant_growth"}


def test_where_not_even_last_value_speaks_the_series_is_refused_by_name():
    with pytest.raises(FitError, match="us_dc: no model could speak, nor last_value: the fan"):
        said([1e-100, 1e100, 1e-100, 1e100])


def test_a_series_that_touches_zero_is_not_widened_in_logarithms():
    spoken = said([3.0, 0.0, 2.0])

    assert not spoken.fans["last_value"].logarithmic


@pytest.mark.parametrize("values", [[70.0], RISING, 50 * 1.01 ** np.arange(30)])
@pytest.mark.parametrize("base_doubt", [0.01, 0.18])
def test_no_fan_is_narrower_than_the_record(values, base_doubt):
    line = track(values, base_doubt=base_doubt)

    spoken = speak(line, outlook(), horizon=5)

    for fan in spoken.fans.values():
        assert fan.spread[4] >= np.hypot(0.381, base_doubt) - 1e-9
        assert fan.spread[0] >= np.hypot(0.10, base_doubt) - 1e-9


@pytest.mark.parametrize("values", [[70.0], RISING, 50 * 1.01 ** np.arange(30)])
def test_a_factor_of_two_either_way_is_the_least_range_at_five_years(values):
    for fan in said(values).fans.values():
        low, high = fan.quantiles[4, [2, 20]]

        assert high / low >= 4 * 0.995


@pytest.mark.parametrize("horizon", [1, 11])
def test_every_period_up_to_the_horizon_is_spoken_of(horizon):
    for fan in said(horizon=horizon).fans.values():
        assert fan.horizons.tolist() == list(range(1, horizon + 1))


def panel(count=5, spread=0.1):
    horizons = np.arange(1, count + 1)
    return normal_fan(horizons, np.log(200) + 0.02 * horizons, spread * np.sqrt(horizons))


def test_the_panel_alone_gains_the_doubt_of_the_base():
    free = outlook(anchors=((1.0, 1e-6), (5.0, 1e-6)))
    line = track(RISING, of=series(models=("panel",)), base_doubt=0.18)

    spoken = speak(line, free, horizon=5, panel=panel())

    assert spoken.members == ("panel",)
    assert list(spoken.fans) == ["combination", "last_value", "constant_growth"]
    fan = spoken.fans["combination"]
    np.testing.assert_allclose(fan.median, panel().median)
    np.testing.assert_allclose(fan.spread, np.hypot(panel().spread, 0.18))


def test_the_panel_counts_for_half_and_the_middle_of_the_others_for_half():
    free = outlook(anchors=((1.0, 1e-6), (5.0, 1e-6)))
    names = ("constant_growth", "damped_growth", "logistic")

    def median(models):
        line = track(RISING, of=series(models=models), base_doubt=0.0)
        return speak(line, free, horizon=5, panel=panel()).fans["combination"].median

    both = median(("panel", *names))

    np.testing.assert_allclose(both, (panel().median + median(names)) / 2)


def test_the_panel_is_heard_only_where_the_catalogue_asks_for_it():
    of = series(models=("constant_growth", "damped_growth"))

    spoken = speak(track(RISING, of=of), outlook(), horizon=5, panel=panel())

    assert spoken.members == ("constant_growth", "damped_growth")


def test_a_panel_that_sees_further_is_cut_to_the_horizon():
    spoken = speak(track(RISING), outlook(), horizon=3, panel=panel(9))

    assert spoken.members[0] == "panel"
    assert spoken.fans["combination"].horizons.tolist() == [1, 2, 3]
