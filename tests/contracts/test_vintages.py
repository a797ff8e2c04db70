"""A stamp proves only the last day it may mean."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.contracts.errors import SettingsError
from forecast.contracts.vintages import Vintage, known_from


@pytest.mark.parametrize(
    ("published", "known"),
    [
        ("2024-12-20", date(2024, 12, 20)),
        ("2016-06", date(2016, 6, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 28)),
        ("2012", date(2012, 12, 31)),
        (" 2012 ", date(2012, 12, 31)),
    ],
)
def test_a_partial_stamp_is_known_on_its_last_day(published, known):
    assert known_from(published) == known


@pytest.mark.parametrize(
    "published",
    ["", "12", "2024-6", "June 2024", "2024-06-01T00:00", "20240601", "2024-06-", "x2024"],
)
def test_a_stamp_of_another_form_is_refused_as_it_stands(published):
    with pytest.raises(SettingsError, match=r"published is .*expected YYYY, YYYY-MM or YYYY-MM-DD"):
        known_from(published)


@pytest.mark.parametrize("published", ["2024-13", "2024-00", "2023-02-29", "2024-04-31", "0000"])
def test_no_day_of_the_calendar_is_refused(published):
    with pytest.raises(SettingsError, match="no day of the calendar"):
        known_from(published)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_shorter_stamp_is_never_known_earlier(day):
    stamps = f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}"

    known = [known_from(stamp) for stamp in stamps]

    assert known == sorted(known)
    assert known[0] == day


def test_a_vintage_is_named_after_its_instant_and_hash():
    vintage = Vintage("cso", datetime(2026, 7, 7, 10, 11, 12, tzinfo=UTC), "0123456789abcdef")

    assert vintage.name == "20260707T101112Z-0123456789ab"
