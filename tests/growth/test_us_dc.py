"""Our real headline series, as an honest forecaster would have told it on past days."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tests.builders import assumptions, catalogue, compiled_table, series

from forecast.contracts.errors import FitError
from forecast.contracts.question import Question
from forecast.contracts.tables import CALIBRATION
from forecast.growth.outlook import outlook
from forecast.growth.speaking import speak
from forecast.history.frames import inputs, one
from forecast.history.knowledge import as_known
from forecast.pipeline.following import Followed
from forecast.pipeline.forecasting import forecast_series

DAYS = [date(2008, 12, 31), date(2016, 12, 31), date(2024, 12, 31), date(2026, 11, 23)]


def known(as_of, rows=None, of=None, policy="strict"):
    rows = compiled_table("observations") if rows is None else rows
    return as_known(
        rows, compiled_table("publications"), series=of or series(), as_of=as_of, policy=policy
    )


def spoken(as_of, rows=None, of=None):
    of, dated = of or series(), assumptions().on(as_of)
    track = one(known(as_of, rows, of), dated)
    return track, speak(track, outlook(of, dated), horizon=of.horizon)


def median_of(year, as_of, rows=None):
    track, said = spoken(as_of, rows)
    place = year - 1970 - track.origin - 1
    return said.fans["combination"].quantiles[place, 11]


def test_at_the_end_of_2016_a_fair_eye_saw_65_to_95_twh_for_2020():
    assert 65 < median_of(2020, date(2016, 12, 31)) < 95


def test_at_the_end_of_2016_old_estimates_hardly_mattered():
    rows = compiled_table("observations")
    recent = rows[rows["period_start"] >= pd.Timestamp("2014-01-01")]

    whole, cut = (median_of(2020, date(2016, 12, 31), found) for found in (rows, recent))

    assert cut == pytest.approx(whole, rel=0.2)


def test_at_the_end_of_2008_one_publication_was_known_and_its_one_point():
    history = known(date(2008, 12, 31))
    track = one(history, assumptions().on(date(2008, 12, 31)))

    assert history.publications == ("epa_2007",)
    assert track.values.tolist() == [61.0]
    ready = SimpleNamespace(
        question=Question(date(2008, 12, 31), "", ""),
        run_id="0" * 16,
    )
    told = forecast_series(
        Followed(history, track),
        ready=ready,
        assumptions=assumptions().on(date(2008, 12, 31)),
        calibration=CALIBRATION.empty(),
    )
    assert told.note.points == 1
    assert any(
        "1 publication known" in said and "reference class" in said for said in told.note.remarks
    )


def test_in_2005_nothing_was_out_and_nothing_fails_but_the_forecast():
    history = known(date(2005, 1, 1))

    assert history.rows.empty
    assert inputs(history, None).empty
    with pytest.raises(FitError, match="us_dc as of 2005-01-01: no publication of lbnl"):
        one(history, assumptions().on(date(2005, 1, 1)))


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("series_id", ["us_dc", "world_dc"])
def test_five_years_on_estimates_of_data_centres_are_a_factor_of_two_in_doubt(as_of, series_id):
    try:
        track, said = spoken(as_of, of=series(series_id))
    except FitError:
        assert series_id == "world_dc"
        assert known(as_of, of=series(series_id)).rows.empty
        return

    for fan in said.fans.values():
        low, high = fan.quantiles[4, [2, 20]]
        assert high / low >= 4 * 0.995
    assert track.family


@pytest.mark.parametrize("entry", catalogue().heard(()).carried_on, ids=lambda entry: entry.id)
def test_every_series_of_the_catalogue_speaks_today_in_order_and_above_zero(entry):
    for fan in spoken(date(2026, 11, 23), of=entry)[1].fans.values():
        assert (np.diff(fan.quantiles) > 0).all()
        assert (fan.quantiles > 0).all()
        assert np.isfinite(fan.mean).all()
