"""Fine periods become coarse ones by the catalogue's rule, and only where enough is there."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import observations, parts, publications, row, series, year

from forecast.contracts.catalogue import Aggregation
from forecast.contracts.tables import INPUTS
from forecast.history.frames import inputs
from forecast.history.knowledge import as_known

LATE = date(2030, 1, 1)
LBNL = publications(lbnl_1="lbnl", lbnl_2="lbnl")


def known(*rows, of=None, rule="sum", as_of=LATE, policy="strict", **aggregation):
    of = (of or series()).model_copy(update={"aggregation": Aggregation(rule=rule, **aggregation)})
    return as_known(observations(*rows), LBNL, series=of, as_of=as_of, policy=policy)


@pytest.mark.parametrize(
    ("rule", "value"), [("sum", 10.0), ("mean", 2.5), ("maximum", 4.0), ("last", 3.0)]
)
def test_four_quarters_make_a_year_by_each_rule(rule, value):
    history = known(*parts("2023Q1", [1, 4, 2, 3], "Q"), rule=rule)

    (annual,) = history.rows.to_dict("records")

    assert annual["value"] == value
    assert annual["frequency"] == "A"
    assert annual["period_start"] == pd.Timestamp("2023-01-01")
    assert annual["period_end"] == pd.Timestamp("2023-12-31")


def test_quarters_in_another_order_are_the_same_year():
    backwards = parts("2023Q1", [1, 4, 2, 3], "Q")[::-1]

    assert known(*backwards, rule="last").rows["value"].tolist() == [3.0]


def test_a_year_with_a_hole_is_left_out_by_name():
    history = known(*parts("2023Q1", [1, 2, 3], "Q"))

    assert history.rows.empty
    assert history.left_out["reason"].tolist() == [
        "only 3 of 4 parts: fewer than the completeness limit"
    ]


def test_a_quarter_without_a_value_is_a_hole():
    history = known(*parts("2023Q1", [1, 2, 3, None], "Q"))

    assert history.rows.empty
    assert sorted(history.left_out["reason"]) == [
        "no single value is stated",
        "only 3 of 4 parts: fewer than the completeness limit",
    ]


@pytest.mark.parametrize(("limit", "whole"), [(0.75, True), (0.76, False)])
def test_completeness_is_the_least_share_of_parts(limit, whole):
    history = known(*parts("2023Q1", [1, 2, 3], "Q"), completeness=limit)

    assert len(history.rows) == whole
    assert len(history.left_out) == (not whole)


def test_a_sum_is_known_when_its_last_part_is():
    early = parts("2023Q1", [1, 2, 3], "Q", known_from="2024-01-01")
    last = parts("2023Q4", [4], "Q", known_from="2024-06-01")

    before = known(*early, *last, as_of=date(2024, 5, 31))
    after = known(*early, *last, as_of=date(2024, 6, 1))

    assert before.rows.empty
    assert after.rows["known_from"].tolist() == [pd.Timestamp("2024-06-01")]


def test_a_printed_year_speaks_before_the_sum_of_its_quarters():
    history = known(*parts("2023Q1", [1, 2, 3, 4], "Q"), year(2023, 11.0))

    assert history.rows["value"].tolist() == [11.0]


def test_another_publications_year_does_not_silence_a_sum():
    history = known(*parts("2023Q1", [1, 2, 3, 4], "Q"), year(2023, 11.0, publication="lbnl_2"))

    assert sorted(history.rows["value"]) == [10.0, 11.0]


def test_a_year_printed_as_a_forecast_does_not_silence_the_sum_of_its_quarters():
    history = known(*parts("2023Q1", [1, 2, 3, 4], "Q"), year(2023, 9.0, obs_status="F"))

    assert history.rows["value"].tolist() == [10.0]
    assert INPUTS.check(inputs(history, None))["value"].tolist() == [10.0]


def test_months_and_quarters_of_one_publication_are_one_year_not_two():
    months = parts("2023-01", [1] * 12, "M")
    quarters = parts("2023Q1", [4] * 4, "Q")

    history = known(*months, *quarters)

    assert history.rows["value"].tolist() == [16.0]
    assert len(INPUTS.check(inputs(history, None))) == 1


def test_whole_months_speak_where_quarters_have_holes():
    months = parts("2023-01", [1] * 12, "M")
    quarters = parts("2023Q1", [4] * 3, "Q")

    history = known(*months, *quarters)

    assert history.rows["value"].tolist() == [12.0]
    assert history.left_out.empty


def test_a_sum_has_no_range_of_its_own():
    history = known(*parts("2023Q1", [1, 2, 3, 4], "Q", low=0.5, high=9.0))

    assert history.rows[["low", "high"]].isna().all(axis=None)
    assert history.rows["value_text"].tolist() == [""]
    assert history.rows["publication_id"].tolist() == ["lbnl_1"]


def test_years_are_summed_one_by_one():
    history = known(*parts("2022Q1", [1, 1, 1, 1, 2, 2, 2, 2], "Q"))

    assert history.rows.sort_values("period_start")["value"].tolist() == [4.0, 8.0]


@pytest.mark.parametrize("month", ["2023-02", "2024-02", "2023-04", "2023-12"])
def test_the_days_of_any_month_are_complete(month):
    days = pd.period_range(f"{month}-01", pd.Period(month, "M").end_time, freq="D")
    rows = parts(f"{month}-01", [1.0] * len(days), "D")

    whole = known(*rows, of=series(frequency="M"))
    holed = known(*rows[:-1], of=series(frequency="M"))

    assert whole.rows["value"].tolist() == [float(len(days))]
    assert holed.rows.empty


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Europe/Dublin", "Asia/Tokyo"])
def test_a_printed_day_or_month_belongs_to_its_own_year_in_any_time_zone(zone):
    months = known(*parts("2023-01", [1.0] * 12, "M"), time_zone=zone)
    days = known(*parts("2023-01-01", [1.0] * 365, "D"), time_zone=zone)

    assert months.rows["value"].tolist() == [12.0]
    assert days.rows["value"].tolist() == [365.0]


def hours(first, count):
    starts = pd.date_range(first, periods=count, freq="h")
    return [row(str(s), str(s.date()), 1.0, frequency="H") for s in starts]


@pytest.mark.parametrize(
    ("zone", "first", "count"),
    [
        ("UTC", "2023-03-01T00:00", 744),
        ("America/Chicago", "2023-03-01T06:00", 743),
        ("Europe/Dublin", "2023-03-01T00:00", 743),
    ],
)
def test_an_hour_belongs_to_the_month_of_its_time_zone(zone, first, count):
    monthly = series(frequency="M")

    whole = known(*hours(first, count), of=monthly, time_zone=zone)
    holed = known(*hours(first, count - 1), of=monthly, time_zone=zone)

    assert whole.rows["value"].tolist() == [float(count)]
    assert whole.left_out.empty
    assert holed.rows.empty


@settings(max_examples=8)
@given(st.lists(st.floats(0.1, 1e6), min_size=12, max_size=12), st.sampled_from(["sum", "maximum"]))
def test_months_make_the_same_year_directly_or_through_quarters(values, rule):
    months = parts("2023-01", values, "M")
    quarterly = known(*months, of=series(frequency="Q"), rule=rule).rows
    back = quarterly.to_dict("records")

    directly = known(*months, rule=rule).rows["value"].iloc[0]

    assert known(*back, rule=rule).rows["value"].iloc[0] == pytest.approx(directly)
