"""What was known on a day: nothing later, nothing in another unit, nothing unfit."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from tests.builders import (
    assumptions,
    catalogue,
    compiled_table,
    observations,
    parts,
    publications,
    row,
    series,
    year,
)

from forecast.contracts.errors import FitError
from forecast.contracts.tables import INPUTS
from forecast.growth.outlook import outlook
from forecast.growth.speaking import speak
from forecast.history.frames import inputs, one
from forecast.history.knowledge import as_known, known_days, visible

LATE = date(2030, 1, 1)
LBNL = publications(lbnl_1="lbnl", lbnl_2="lbnl", lbnl_3="lbnl", iea_1="iea")


def known(*rows, of=None, as_of=LATE, policy="strict"):
    return as_known(observations(*rows), LBNL, series=of or series(), as_of=as_of, policy=policy)


def reasons(*rows, **changes):
    return known(*rows, **changes).left_out["reason"].tolist()


def test_a_later_revision_is_invisible_to_an_earlier_reader():
    spring = year(2023, 7.0, known_from="2024-04-01")
    autumn = year(2023, 7.7, known_from="2024-10-01")

    values = {
        day: known(spring, autumn, as_of=day).rows["value"].tolist()
        for day in (date(2024, 3, 31), date(2024, 4, 1), date(2024, 9, 30), date(2024, 10, 1))
    }

    assert list(values.values()) == [[], [7.0], [7.0], [7.7]]


def test_a_withdrawn_value_is_not_replaced_by_an_older_one():
    history = known(
        year(2023, 7.0, known_from="2024-04-01"), year(2023, None, known_from="2024-10-01")
    )

    assert history.rows.empty
    assert history.left_out["reason"].tolist() == ["no single value is stated"]


def test_editions_of_one_period_stay_apart():
    history = known(
        year(2023, 7.0, publication="lbnl_2", known_from="2025-01-01"),
        year(2023, 8.0, publication="lbnl_1", known_from="2024-01-01"),
    )

    assert sorted(history.rows["value"]) == [7.0, 8.0]
    assert history.publications == ("lbnl_1", "lbnl_2")


def test_rows_of_other_series_are_not_read():
    history = known(year(2023, 7.0, series_id="world_dc"))

    assert history.rows.empty
    assert history.left_out.empty


def test_a_day_before_anything_was_out_is_an_empty_history():
    history = known(year(2023, 7.0, known_from="2024-04-01"), as_of=date(2005, 1, 1))

    assert history.rows.empty
    assert history.publications == ()
    assert INPUTS.check(inputs(history, None)).empty


def test_values_come_in_the_unit_of_the_series():
    history = known(year(2023, 7_000.0, unit="GWh", low=6_000.0, high=8_000.0))

    (found,) = history.rows.to_dict("records")

    assert (found["value"], found["low"], found["high"], found["unit"]) == (7.0, 6.0, 8.0, "TWh")


def test_a_value_that_cannot_be_converted_keeps_its_own_unit():
    history = known(year(2023, 48.0, unit="GW"), year(2022, 6.0))

    (stranger,) = history.left_out.to_dict("records")

    assert (stranger["value"], stranger["unit"]) == (48.0, "GW")
    assert "GW measures power, TWh measures energy" in stranger["reason"]
    assert history.rows["value"].tolist() == [6.0]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (year(2023, 4.0, quantity="share"), "another quantity than energy"),
        (
            year(2023, 4.0, obs_status="F"),
            "printed before its period ended: a forecast, no observation",
        ),
        (year(2023, None, low=1.0), "no single value is stated"),
        (
            row("2023-12-31", "2023-12-31", 4.0, frequency="I"),
            "coarser than A: it cannot be split",
        ),
        (
            row("2022-07-01", "2023-06-30", 4.0),
            "not one calendar period: a fiscal year or a mean of several",
        ),
        (
            row("2014-01-01", "2016-12-31", 4.0),
            "not one calendar period: a fiscal year or a mean of several",
        ),
        (
            row("2023-01-01", "2023-09-30", 4.0, frequency="Q"),
            "not one calendar period: a fiscal year or a mean of several",
        ),
        (
            row("2023-01-01", "2023-12-31", 4.0, frequency="Q"),
            "not one calendar period: a fiscal year or a mean of several",
        ),
    ],
)
def test_what_no_model_may_follow_is_left_out_by_name(found, reason):
    assert reasons(found) == [reason]


@pytest.mark.parametrize(
    "found",
    [
        row("2023-12-31", "2023-12-31", 4.0, frequency="I"),
        row("2023-12-01", "2023-12-31", 4.0, frequency="M"),
        year(2023, 4.0),
    ],
)
def test_a_series_of_instants_is_never_followed(found):
    instants = series(frequency="I", forecast=False)

    assert reasons(found, of=instants) == ["an instant: no model carries it on"]


def test_a_year_cannot_be_split_into_quarters():
    assert reasons(year(2023, 4.0), of=series(frequency="Q")) == [
        "coarser than Q: it cannot be split"
    ]


def test_the_first_reason_is_the_one_that_is_given():
    (reason,) = reasons(year(2023, None, obs_status="F", unit="GW", quantity="peak_load"))

    assert reason.startswith("GW measures power")


def test_a_series_with_a_scope_follows_only_that_scope():
    wanted = series(scope="crypto out")

    history = known(year(2022, 4.0, scope="crypto out"), year(2023, 5.0, scope="all"), of=wanted)

    assert history.rows["value"].tolist() == [4.0]
    assert history.left_out["reason"].tolist() == ["another scope than 'crypto out'"]


def test_reconstructed_rows_are_known_a_usual_lag_after_their_period():
    rows = observations(year(2023, 7.0, known_from="2026-01-01"))

    days = {
        policy: known_days(rows, {"us_dc": 100}, policy).tolist()
        for policy in ("strict", "reconstructed")
    }

    assert days == {
        "strict": [pd.Timestamp("2026-01-01")],
        "reconstructed": [pd.Timestamp("2024-04-09")],
    }


def test_only_what_can_be_proved_is_known_unless_told_otherwise():
    rows = observations(year(2023, 7.0, known_from="2026-01-01"))

    history = as_known(rows, LBNL, series=series(), as_of=date(2025, 12, 31))

    assert history.rows.empty
    assert history.policy == "strict"


def test_a_series_without_a_lag_keeps_its_own_day():
    rows = observations(
        year(2023, 7.0, known_from="2026-01-01"),
        year(2023, 7.0, known_from="2026-01-01", series_id="world_dc"),
    )

    days = known_days(rows, {"us_dc": 0}, "reconstructed")

    assert days.tolist() == [pd.Timestamp("2023-12-31"), pd.Timestamp("2026-01-01")]
    assert known_days(rows, {}, "reconstructed").tolist() == [pd.Timestamp("2026-01-01")] * 2


def test_a_row_is_visible_from_its_day_on_and_not_before():
    rows = observations(year(2023, 7.0, known_from="2026-01-01"))

    seen = [
        len(visible(rows, as_of=day, lag_days={}, policy="strict"))
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2))
    ]

    assert seen == [0, 1, 1]


def test_inputs_of_a_reconstructed_run_say_so_and_are_never_later_than_its_day():
    day = date(2023, 8, 1)
    history = known(
        year(2021, 5.0, known_from="2026-01-01"),
        *parts("2023Q1", [1.0, 2.0], "Q", known_from="2026-01-01"),
        of=series(publication_lag_days=10),
        as_of=day,
        policy="reconstructed",
    )

    listed = INPUTS.check(inputs(history, None))

    assert listed["known_from"].tolist() == [pd.Timestamp("2022-01-10"), pd.Timestamp(day)]
    assert set(listed["known_from_basis"]) == {"reconstructed"}


# ── no look-ahead, as a law ──────────────────────────────────────────────────────────────────

DAY = date(2022, 6, 30)
LAG = 180

periods = st.one_of(
    st.integers(2008, 2025).map(lambda y: (f"{y}-01-01", f"{y}-12-31", "A")),
    st.tuples(st.integers(2018, 2024), st.integers(1, 4)).map(
        lambda yq: (
            str(pd.Period(f"{yq[0]}Q{yq[1]}").start_time.date()),
            str(pd.Period(f"{yq[0]}Q{yq[1]}").end_time.date()),
            "Q",
        )
    ),
    st.just(("2019-07-01", "2020-06-30", "A")),
)
rows_of_anyone = st.lists(
    st.builds(
        lambda period, value, publication, known_from, unit, status: row(
            period[0],
            period[1],
            value,
            frequency=period[2],
            publication=publication,
            known_from=str(known_from),
            unit=unit,
            obs_status=status,
        ),
        period=periods,
        value=st.one_of(st.none(), st.floats(1e-3, 1e6)),
        publication=st.sampled_from(["lbnl_1", "lbnl_2", "lbnl_3", "iea_1"]),
        known_from=st.dates(date(2010, 1, 1), date(2026, 1, 1)),
        unit=st.sampled_from(["TWh", "GWh", "GW"]),
        status=st.sampled_from(["A", "A", "A", "F"]),
    ),
    max_size=25,
    unique_by=lambda r: (r["period_start"], r["period_end"], r["publication_id"], r["known_from"]),
)


def is_later(found, policy):
    if policy == "strict":
        return date.fromisoformat(found["known_from"]) > DAY
    return date.fromisoformat(found["period_end"]) + timedelta(days=LAG) > DAY


def everything_said(rows, policy):
    """Return history, track, inputs and fan of what was known on the day."""
    of = series(publication_lag_days=LAG, models=("constant_growth", "damped_growth", "logistic"))
    history = known(*rows, of=of, as_of=DAY, policy=policy)
    dated = assumptions().on(DAY)
    try:
        track = one(history, dated)
    except FitError:
        return history, None, inputs(history, None), None
    fan = speak(track, outlook(of, dated), horizon=3).fans["combination"]
    return history, track, inputs(history, track), fan


@settings(max_examples=25)
@given(rows_of_anyone, st.sampled_from(["strict", "reconstructed"]))
def test_rows_known_later_never_change_what_was_said_on_a_day(rows, policy):
    earlier = [found for found in rows if not is_later(found, policy)]

    history, track, listed, fan = everything_said(rows, policy)
    same_history, same_track, same_listed, same_fan = everything_said(earlier, policy)

    assert_frame_equal(history.rows, same_history.rows)
    assert_frame_equal(history.left_out, same_history.left_out)
    assert_frame_equal(INPUTS.check(listed), INPUTS.check(same_listed))
    assert (listed["known_from"] <= pd.Timestamp(DAY)).all()
    assert (track is None) == (same_track is None)
    if track is not None:
        assert track.values.tolist() == same_track.values.tolist()
        assert track.edition.tolist() == same_track.edition.tolist()
        assert track.publications == same_track.publications
        assert fan.scores.tolist() == same_fan.scores.tolist()


@pytest.mark.parametrize("policy", ["strict", "reconstructed"])
@pytest.mark.parametrize("entry", list(catalogue()), ids=catalogue().ids)
def test_our_own_figures_hide_what_came_later(entry, policy):
    rows, day = compiled_table("observations"), date(2025, 6, 30)
    of_anyone = compiled_table("publications")
    lag = {entry.id: entry.publication_lag_days}
    earlier = visible(rows, as_of=day, lag_days=lag, policy=policy)

    everything = as_known(rows, of_anyone, series=entry, as_of=day, policy=policy)
    cut = as_known(earlier, of_anyone, series=entry, as_of=day, policy=policy)

    assert_frame_equal(everything.rows, cut.rows)
    assert_frame_equal(everything.left_out, cut.left_out)
    if policy == "strict":
        assert (everything.rows["known_from"] <= pd.Timestamp(day)).all()
