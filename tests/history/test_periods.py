"""Periods are whole numbers; a span is one of them or it is none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.history.periods import bounds, number, parts, regular

steps = st.sampled_from(["A", "Q", "M"])
numbers = st.integers(-200, 280)


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


@pytest.mark.parametrize(
    ("day", "frequency", "expected"),
    [
        ("1970-01-01", "A", 0),
        ("2024-12-31", "A", 54),
        ("1969-12-31", "A", -1),
        ("2024-01-01", "Q", 216),
        ("2024-03-31", "Q", 216),
        ("2024-04-01", "Q", 217),
        ("1970-12-01", "M", 11),
        ("1969-12-01", "M", -1),
    ],
)
def test_periods_are_counted_from_1970(day, frequency, expected):
    assert number(days(day), frequency).tolist() == [expected]


@given(steps, numbers)
def test_both_ends_of_a_period_lie_in_it_and_their_neighbours_do_not(frequency, period):
    first, last = bounds(np.array([period]), frequency)

    day = pd.Timedelta(days=1)
    inside = pd.Series([first[0] - day, first[0], last[0], last[0] + day])

    assert number(inside, frequency).tolist() == [period - 1, period, period, period + 1]


@given(steps, numbers)
def test_a_period_is_regular_and_one_day_less_is_not(frequency, period):
    first, last = bounds(np.array([period]), frequency)

    assert regular(first, last, frequency).all()
    assert not regular(first, last - pd.Timedelta(days=1), frequency).any()
    assert not regular(first + pd.Timedelta(days=1), last, frequency).any()


def test_regular_spans_keep_the_labels_of_their_rows():
    starts = days("2024-01-01", "2023-07-01")
    starts.index = [7, 3]

    found = regular(starts, days("2024-12-31", "2024-06-30").set_axis([7, 3]), "A")

    assert found.to_dict() == {7: True, 3: False}


@pytest.mark.parametrize(
    ("start", "end", "frequency", "whole"),
    [
        ("2024-01-01", "2024-01-01", "D", True),
        ("2024-01-01", "2024-01-02", "D", False),
        ("2024-01-01T23:00", "2024-01-01", "H", True),
        ("2024-01-01T02:00", "2023-12-31", "H", True),
        ("2024-01-01T23:00", "2024-01-02", "H", True),
        ("2024-01-01T23:00", "2024-01-03", "H", False),
    ],
)
def test_a_day_ends_on_its_day_and_an_hour_beside_it_at_most(start, end, frequency, whole):
    assert regular(days(start), days(end), frequency).tolist() == [whole]


@pytest.mark.parametrize(
    ("fine", "coarse", "first", "last", "zone", "expected"),
    [
        ("Q", "A", "2024-01-01", "2024-12-31", "UTC", 4),
        ("M", "A", "2024-01-01", "2024-12-31", "UTC", 12),
        ("M", "Q", "2024-01-01", "2024-03-31", "UTC", 3),
        ("D", "M", "2023-02-01", "2023-02-28", "UTC", 28),
        ("D", "A", "2024-01-01", "2024-12-31", "UTC", 366),
        ("H", "M", "2024-03-01", "2024-03-31", "UTC", 744),
        ("H", "M", "2024-03-01", "2024-03-31", "Europe/Dublin", 743),
        ("H", "M", "2024-10-01", "2024-10-31", "Europe/Dublin", 745),
    ],
)
def test_the_parts_of_a_period_are_counted_on_its_own_calendar(
    fine, coarse, first, last, zone, expected
):
    assert parts(fine, coarse, pd.Timestamp(first), pd.Timestamp(last), zone) == expected
