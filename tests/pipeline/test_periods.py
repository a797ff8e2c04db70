"""Periods of a panel: what is a calendar, what a running number, and what comes after."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from forecast.contracts.errors import SettingsError
from forecast.pipeline.periods import Calendar, calendar_of

PANEL = Path("panel.csv")


def of(values, frequency=None):
    return calendar_of([pa.chunked_array([pa.array(values)])], frequency, PANEL)


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


@pytest.mark.parametrize(
    ("values", "frequency", "numbered", "shared"),
    [
        ([1999, 2000], "A", True, True),
        (["1999", "2000"], "A", True, True),
        ([1, 2, 52], "A", True, False),
        (days("2001-12-31", "2002-12-31"), "A", False, True),
        (days("2001-03-31", "2001-06-30"), "Q", False, True),
        (["2001-01-01", "2001-02-01"], "M", False, True),
    ],
)
def test_the_calendar_is_read_off_the_periods(values, frequency, numbered, shared):
    found = of(values)

    assert (found.frequency, found.numbered, found.shared) == (frequency, numbered, shared)


def test_running_numbers_of_months_share_no_time():
    assert not of([1990, 1991], "M").shared


def test_dates_are_numbered_by_period_whatever_the_day():
    calendar = Calendar("Q", numbered=False, shared=True)

    periods, _ = calendar.number(pa.chunked_array([pa.array(days("2001-01-01", "2001-03-31"))]))

    assert periods.tolist() == [2001 * 4, 2001 * 4]


@pytest.mark.parametrize(
    ("step", "last", "expected"),
    [
        ("M", "2023-11-30", ["2023-12-31", "2024-01-31", "2024-02-29"]),
        ("M", "2023-11-01", ["2023-12-01", "2024-01-01", "2024-02-01"]),
        ("Q", "2023-09-30", ["2023-12-31", "2024-03-31", "2024-06-30"]),
        ("A", "2024-02-29", ["2025-02-28", "2026-02-28", "2027-02-28"]),
        ("M", "2024-01-30", ["2024-02-29", "2024-03-30", "2024-04-30"]),
    ],
)
def test_periods_go_on_as_they_were_dated(step, last, expected):
    calendar = Calendar(step, numbered=False, shared=True)
    stamp = int(np.datetime64(last, "D").astype(int))

    after = calendar.after(0, stamp, 3)

    assert [str(np.datetime64(int(day), "D")) for day in after] == expected


def test_a_number_that_is_none_is_unreadable():
    calendar = Calendar("A", numbered=True, shared=True)

    periods, _ = calendar.number(pa.chunked_array([pa.array(["2001", "soon", None, "2001.5"])]))

    assert (periods == calendar.unreadable).tolist() == [False, True, True, True]


def test_text_that_is_no_period_is_refused_with_what_was_expected():
    with pytest.raises(SettingsError, match=r"panel\.csv: no ds can be read, first 'soon'"):
        of(["soon", "later"])
