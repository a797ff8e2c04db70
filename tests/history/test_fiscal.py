"""Fiscal quarters take their places on the calendar; what was filed stays as it was filed."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import assumptions, observations, publications, row, series
from tests.conftest import SHARED
from tests.sources.sec_filings import week_ends

from forecast.history.frames import inputs, one
from forecast.history.knowledge import as_known, known_days
from forecast.history.periods import number
from forecast.sources.sec_capex import read

LATE = date(2030, 1, 1)
FILINGS = publications(filings="sec")
ORACLE = series("capex_orcl")


def filed(start, end, value=1e9, **changes):
    told = {"series_id": "capex_orcl", "frequency": "Q", "unit": "USD", "quantity": "spend"}
    return row(str(start), str(end), value, publication="filings", **(told | changes))


def chain(ends, values=None):
    """Return quarters one after the other: the day before the first, and the last day of each."""
    values = values or [1e9] * (len(ends) - 1)
    return [
        filed(before + timedelta(days=1), end, value)
        for before, end, value in zip(ends, ends[1:], values, strict=False)
    ]


def known(*rows, entry=ORACLE, **asked):
    return as_known(observations(*rows), FILINGS, series=entry, as_of=LATE, **asked)


def names(history):
    """Return the calendar quarters of the rows models may follow, by their filed first day."""
    rows = history.rows.sort_values("filed_start")
    return [f"{start.year}Q{start.quarter}" for start in rows["period_start"]]


@pytest.mark.parametrize(("start", "end", "named"), [
    ("2025-06-01", "2025-08-31", "2025Q3"),  # Oracle: 61 of 92 days
    ("2025-09-01", "2025-11-30", "2025Q4"),
    ("2025-12-01", "2026-02-28", "2026Q1"),
    ("2024-01-29", "2024-04-28", "2024Q1"),  # NVIDIA: 63 of 91 days
    ("2024-10-28", "2025-01-26", "2024Q4"),
    ("2026-10-26", "2027-01-31", "2026Q4"),  # 14 weeks: 67 of 98 days
    ("2024-01-01", "2024-03-31", "2024Q1"),
    ("2023-05-16", "2023-08-15", "2023Q3"),  # 46 of 92 days: the later one
])  # fmt: skip
def test_a_quarter_is_named_after_the_calendar_quarter_that_holds_most_of_its_days(
    start, end, named
):
    assert names(known(filed(start, end))) == [named]


@given(start=st.dates(date(2010, 1, 1), date(2026, 1, 1)), length=st.integers(80, 100))
def test_no_other_calendar_quarter_holds_more_of_its_days(start, length):
    end = start + timedelta(days=length - 1)
    counted = pd.Series(pd.date_range(start, end)).dt.to_period("Q").value_counts()

    (named,) = names(known(filed(start, end)))

    assert counted[pd.Period(named)] == counted.max()


@given(
    before=st.dates(date(2009, 1, 1), date(2012, 1, 1)),
    weeks=st.lists(st.sampled_from([13, 13, 13, 13, 13, 13, 14]), min_size=2, max_size=40),
)
def test_quarters_that_follow_one_another_are_named_one_after_the_other(before, weeks):
    history = known(*chain(week_ends(before, weeks)))

    assert history.left_out.empty
    steps = np.diff(number(history.rows["period_start"], "Q"))
    assert set(steps.tolist()) == {1}


def test_days_and_amounts_stay_as_filed_in_what_was_read_of_them():
    history = known(filed("2026-10-26", "2027-01-31", 98e9))
    track = one(history, assumptions())

    (told,) = inputs(history, track).to_dict("records")

    assert (told["period_start"], told["period_end"]) == (
        pd.Timestamp("2026-10-26"), pd.Timestamp("2027-01-31"),
    )  # fmt: skip
    assert (told["value"], told["unit"], told["role"]) == (98.0, "USD bn", "followed")
    assert told["reason"] == "98 days as filed; models read 91 days' worth"


def test_a_quarter_of_fourteen_weeks_is_no_growth_and_the_next_one_no_fall():
    weeks = [13, 13, 13, 14, 13, 13, 13, 12]
    spent = [week * 1e9 for week in weeks]  # the same each week

    track = one(known(*chain(week_ends(date(2025, 1, 26), weeks), spent)), assumptions())

    assert track.values.tolist() == pytest.approx([13.0] * 8)


@pytest.mark.parametrize("end", ["2025-08-30", "2025-08-31"])
def test_a_quarter_of_three_months_is_read_as_it_stands(end):
    assert known(filed("2025-06-01", end, 7e9)).rows["value"].tolist() == [7.0]


def test_a_company_that_moves_its_year_end_goes_on_and_the_month_between_is_no_quarter():
    old = chain([date(2023, 2, 28), date(2023, 5, 31), date(2023, 8, 31), date(2023, 11, 30)])
    between = filed("2023-12-01", "2023-12-31", 1e8)
    new = chain([date(2023, 12, 31), date(2024, 3, 31), date(2024, 6, 30)])

    history = known(*old, between, *new)

    assert names(history) == ["2023Q2", "2023Q3", "2023Q4", "2024Q1", "2024Q2"]
    (out,) = history.left_out.to_dict("records")
    assert str(out["period_start"].date()) == "2023-12-01"
    assert out["reason"].startswith("not one calendar period")


def test_two_months_between_leave_a_hole_rather_than_a_made_up_quarter():
    old = chain([date(2023, 1, 31), date(2023, 4, 30), date(2023, 7, 31)])
    new = chain([date(2023, 9, 30), date(2023, 12, 31)])

    assert names(known(*old, *new)) == ["2023Q1", "2023Q2", "2023Q4"]


def test_of_one_quarter_filed_by_two_calendars_the_one_with_more_days_there_stands():
    old = chain([date(2023, 5, 31), date(2023, 8, 31), date(2023, 11, 30)], [5e9, 6e9])
    again = filed("2023-10-01", "2023-12-31", 7e9)

    history = known(*old, again)

    assert names(history) == ["2023Q3", "2023Q4"]
    assert sorted(history.rows["value"]) == [5.0, 7.0]
    (out,) = (
        inputs(history, one(history, assumptions())).query("role == 'left_out'").to_dict("records")
    )
    assert (str(out["period_start"].date()), out["value"]) == ("2023-09-01", 6.0)
    assert out["reason"] == "another fiscal quarter covers more of the same calendar quarter"


def test_a_fiscal_year_is_not_split_into_quarters():
    history = known(filed("2024-06-01", "2025-05-31", frequency="A"))

    assert history.rows.empty
    assert history.left_out["reason"].tolist() == ["coarser than Q: it cannot be split"]


def test_a_series_of_the_calendar_takes_no_fiscal_quarter():
    microsoft = series("capex_msft")
    history = known(filed("2025-06-01", "2025-08-31", series_id="capex_msft"), entry=microsoft)

    assert history.rows.empty


def test_a_usual_lag_counts_from_the_day_the_quarter_was_over():
    rows = observations(filed("2025-06-01", "2025-08-31"))
    lag = {"capex_orcl": ORACLE.publication_lag_days}
    history = as_known(
        rows, FILINGS, series=ORACLE, as_of=date(2025, 10, 30), policy="reconstructed"
    )

    known_by = [known_days(table, lag, "reconstructed").iloc[0] for table in (rows, history.rows)]

    assert [str(day.date()) for day in known_by] == ["2025-10-30"] * 2


@pytest.mark.shared
def test_recorded_quarters_of_the_calendar_are_where_they_were():
    recorded = SHARED / "payloads" / "sec" / "companyfacts_GOOGL_full.json.gz"
    payload = gzip.decompress(recorded.read_bytes())
    reading = read(payload, datetime(2026, 7, 9, tzinfo=UTC))
    google = series("capex_googl")

    plain, placed = (
        as_known(reading.observations, reading.publications, series=entry, as_of=LATE)
        for entry in (google, google.model_copy(update={"periods": "fiscal"}))
    )

    assert len(placed.rows) == 46
    pd.testing.assert_frame_equal(placed.rows[plain.rows.columns], plain.rows)
