"""Past editions: each day sees its own rows, and a repeat gives the same bytes."""

from __future__ import annotations

from datetime import date

import pytest
from tests.homes import NOW, TODAY

from forecast import editions
from forecast.contracts.errors import SettingsError
from forecast.pipeline.backfilling import backfill, days


def test_both_ends_are_included():
    assert days(date(2024, 1, 1), date(2024, 1, 15), "1w") == [
        date(2024, 1, 1), date(2024, 1, 8), date(2024, 1, 15),
    ]  # fmt: skip


def test_months_keep_their_last_day():
    planned = days(date(2024, 1, 31), date(2024, 4, 30), "1mo")

    assert planned == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]


def test_years_step_over_leap_days():
    assert days(date(2024, 2, 29), date(2026, 3, 1), "1y")[-1] == date(2026, 2, 28)


@pytest.mark.parametrize("every", ["", "monthly", "0d", "3h", "-1mo"])
def test_a_step_that_is_none_is_refused(every):
    with pytest.raises(SettingsError, match="expected 7d, 2w, 1mo, 1y"):
        days(date(2024, 1, 1), date(2024, 2, 1), every)


def test_days_do_not_run_backwards():
    with pytest.raises(SettingsError, match="lies before --from"):
        days(date(2024, 2, 1), date(2024, 1, 1), "1mo")


def test_a_slip_of_the_finger_is_caught():
    with pytest.raises(SettingsError, match="more than 5000 days"):
        days(date(1000, 1, 1), date(2024, 1, 1), "1d")


def test_each_day_gets_its_edition_and_a_repeat_changes_nothing(own_home):
    planned = days(date(2020, 6, 30), date(2022, 6, 30), "1y")

    first = backfill(planned, own_home, today=TODAY, now=NOW)
    second = backfill(planned, own_home, today=TODAY, now=NOW)

    assert editions(home=own_home.home) == planned
    assert [one.outcome.run_id for one in first] == [one.outcome.run_id for one in second]
    assert [one.outcome.changed for one in second] == [False] * 3


def test_a_day_that_fails_is_named_and_the_others_go_on(own_home):
    filled = backfill([date(2022, 6, 30), date(2027, 1, 1)], own_home, today=TODAY, now=NOW)

    assert filled[0].outcome is not None
    assert "as_of 2027-01-01 is after today" in filled[1].reason
