"""A class is a panel: it teaches by the year, nothing later than the day reaches a forecast."""

from datetime import date

import numpy as np
import pytest
from tests.builders import track
from tests.evaluation.conftest import ground, utility, walk

from forecast.evaluation.backtest import backtest
from forecast.evaluation.neighbours import School, fans_by_day, learning_days, speaks_of

MODELS = ("panel", "constant_growth")


def member(name, values, first=20, **changes):
    of = utility(name, models=MODELS, **changes)
    periods = first + np.arange(len(values))
    return track(values, of=of, periods=periods)


def rising(seed, count=20, drift=0.03, sd=0.04):
    rng = np.random.default_rng(seed)
    return 50 * np.exp(np.cumsum(rng.normal(drift, sd, count)))


@pytest.fixture(scope="module")
def school():
    return School(4, 1)


def test_the_engine_is_asked_of_eight_points_where_the_catalogue_wants_it():
    assert speaks_of(member("a", rising(1, 8)))
    assert not speaks_of(member("a", rising(1, 7)))
    assert not speaks_of(track(rising(1, 20), of=utility("a", models=("constant_growth",))))


def test_neighbours_teach_a_series_and_its_scale_does_not_matter(school):
    mine = member("mine", rising(1))
    class_of = [mine, *(member(f"n{k}", 9.0 * rising(k, drift=0.08)) for k in range(2, 30))]
    scaled = [member(t.series.id, 1e3 * t.values) for t in class_of]

    (alone,) = school.fans([mine], school.taught([mine]))
    (beside,) = school.fans([mine], school.taught(class_of))
    (larger,) = school.fans([scaled[0]], school.taught(scaled))

    assert beside.median[-1] > alone.median[-1]
    np.testing.assert_allclose(larger.quantiles, 1e3 * beside.quantiles, rtol=1e-9)


def test_a_fan_of_a_day_stands_on_no_track_of_a_later_day(school):
    whole = {name: rising(seed, 30) for seed, name in enumerate(("a", "b", "c"))}
    days = [(date(1990 + 20 + n, 6, 1), n) for n in range(10, 30)]

    def asked(upset):
        return [
            (day, member(name, values[:n] * np.where(np.arange(n) > 18, upset, 1.0)))
            for name, values in whole.items()
            for day, n in days
        ]

    plain, moved = (fans_by_day(school, asked(factor)) for factor in (1.0, 3.0))

    same = [a.scores.tobytes() == b.scores.tobytes() for a, b in zip(plain, moved, strict=True)]
    early = [len(held) <= 19 for _, held in asked(1.0)]
    assert all(equal for equal, before in zip(same, early, strict=True) if before)
    assert not any(equal for equal, before in zip(same, early, strict=True) if not before)


def test_a_class_learns_anew_once_a_year():
    days = [date(2020, 1, 1), date(2020, 7, 1), date(2021, 1, 2), date(2021, 12, 1)]

    assert learning_days(days) == [date(2020, 1, 1), date(2021, 1, 2)]


def test_the_panel_speaks_in_past_forecasts_from_eight_points_on():
    of = utility(models=MODELS)

    cases = backtest(ground(walk("valley")), [of], policy="strict")

    by_points = {len(case.voices.track): case.voices.members for case in cases}
    assert by_points[7] == ("constant_growth",)
    assert by_points[8] == MODELS
    assert by_points[30] == MODELS


def test_the_packaged_calibration_is_hindsight_on_days_before_it_was_built():
    whole = ground(walk("valley"))

    backtest(whole, [utility(models=MODELS)], policy="strict")

    assert "any.packaged_errors" in whole.heard.hindsight


def test_the_assumption_says_what_packaged_errors_are_worth():
    from tests.builders import assumptions

    from forecast.evaluation.panel.widths import SHAPE_CASES

    dated = assumptions().on(date(2026, 11, 26))
    assert dated.get("packaged_errors", "any").value == SHAPE_CASES
