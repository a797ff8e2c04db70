"""Past forecasts are taught by their own day, and rivals differ in their centres alone."""

import numpy as np
import pandas as pd
import pytest
from tests.evaluation.conftest import ground, utility, walk

from forecast.evaluation.backtest import backtest
from forecast.evaluation.errors import error_table
from forecast.evaluation.judging import Lessons, judge


@pytest.fixture(scope="module")
def past():
    return backtest(ground(walk("valley", years=60)), [utility()], policy="strict")


@pytest.fixture(scope="module")
def judged(past):
    errors = error_table(past)
    return judge(past, Lessons(lambda _: errors))


def test_errors_are_those_of_the_medians(past, judged):
    table = error_table(past)
    key = ["as_of", "horizon"]
    ours = table[table["forecaster"] == "combination"].set_index(key)["log_error"].sort_index()
    theirs = judged[judged["forecaster"] == "combination"].set_index(key)["log_error"].sort_index()

    pd.testing.assert_series_equal(ours, theirs, check_index_type=False)


def test_an_error_is_the_log_of_forecast_over_truth(past):
    case = past[10]
    row = error_table([case]).query("forecaster == 'last_value' and horizon == 1").iloc[0]

    level = case.voices.track.values[-1]
    assert row["log_error"] == pytest.approx(np.log(level / case.truths[0]))


def test_every_rival_has_the_spread_of_the_combination(judged):
    rivals = judged[judged["forecaster"] != "record_only"]

    spreads = rivals.groupby(["as_of", "horizon"])["width_80"]
    assert (spreads.max() - spreads.min()).max() < 1e-12


def test_the_record_alone_has_the_centre_of_the_combination(judged):
    pairs = judged.pivot(index=["as_of", "horizon"], columns="forecaster", values="log_error")

    np.testing.assert_allclose(pairs["record_only"], pairs["combination"])


def test_without_lessons_the_combination_is_the_record(judged):
    wide = judged.pivot(index=["as_of", "horizon"], columns="forecaster", values="width_80")
    apart = (wide["combination"] - wide["record_only"]).abs() > 1e-12

    first = apart[apart].index.get_level_values("as_of").min()
    mature = judged.loc[judged["points"] >= 8, "as_of"].drop_duplicates().sort_values()
    assert first == mature.iloc[20]
    assert apart.any()


def test_lessons_of_a_day_hold_nothing_known_later(past):
    errors = error_table(past)
    day = pd.Timestamp("2012-06-01")
    later = errors["truth_known_from"] > day
    upset = errors.assign(log_error=errors["log_error"].where(~later, 9.0))

    judged = [judge(past, Lessons(lambda _, table=table: table)) for table in (errors, upset)]
    honest, changed = (table[table["as_of"] <= day] for table in judged)

    pd.testing.assert_frame_equal(honest, changed)
