"""Filings of companies with calendars of their own, from a file to a forecast."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import pytest
from tests.homes import share
from tests.sources.sec_filings import Company, week_ends

from forecast.contracts.question import Place
from forecast.pipeline.by_hand import enter
from forecast.pipeline.walk import Asked, run

TODAY = date(2026, 7, 15)
NOW = datetime(2026, 7, 15, 6, tzinfo=UTC)
FISCAL = ("capex_orcl", "capex_nvda")


def month_ends(first_year, years):
    """Return ends of quarters of three months that follow a year's end in May."""
    ends = [date(first_year, 5, 31)]
    for year in range(first_year, first_year + years):
        february = pd.Timestamp(year + 1, 2, 1).days_in_month
        ends += [date(year, 8, 31), date(year, 11, 30)]
        ends += [date(year + 1, 2, february), date(year + 1, 5, 31)]
    return ends


def filed(ends, cik):
    """Return what a company that spends 5 % more each quarter has filed of whole years."""
    made = Company([round(200 * 1.05**n) for n in range(len(ends) - 1)], ends)
    made.file_all((len(ends) - 1) // 4)
    return made.payload(cik=cik)


@pytest.fixture(scope="module")
def outcome(tmp_path_factory, cache):
    home = tmp_path_factory.mktemp("fiscal")
    share(home, cache)
    quarters = [13, 13, 13, 14, *[13] * 20]  # to Sunday, 25 January 2026
    payloads = {
        "orcl": filed(month_ends(2020, 6), 1341439),
        "nvda": filed(week_ends(date(2020, 1, 26), quarters), 1045810),
    }
    place = Place(home)
    for name, payload in payloads.items():
        path = home / f"{name}.json"
        path.write_bytes(payload)
        entered = enter("sec_capex", path, place, now=NOW)
        assert (entered.kept, entered.refused) == (30, 0)
    return run(Asked(series=FISCAL), place, today=TODAY, now=NOW)


def test_quarters_of_any_calendar_are_forecast_after_the_calendar_quarter_they_lie_in(outcome):
    rows = pd.read_parquet(outcome.folder / "forecasts.parquet")
    spoken = rows[rows["model"] == "combination"].groupby("series_id")
    assert spoken["period_end"].min().map(str).to_dict() == {
        "capex_orcl": "2026-09-30",  # the newest filed, March to May, is the second quarter
        "capex_nvda": "2026-03-31",  # the newest filed ends in January: the fourth of 2025
    }
    assert (spoken.size() == 16).all()
    assert (rows["q05"] < rows["q95"]).all()


def test_what_was_filed_stands_beside_the_forecast_with_its_own_days(outcome):
    inputs = pd.read_parquet(outcome.folder / "inputs.parquet").query("series_id == 'capex_nvda'")
    quarters = inputs[inputs["role"] == "followed"].sort_values("period_start")
    assert len(quarters) == 24
    assert str(quarters["period_start"].iloc[0]) == "2020-01-27"
    long = quarters[quarters["reason"] != ""]
    assert [str(day) for day in long["period_end"]] == ["2021-01-31"]
    assert set(long["reason"]) == {"98 days as filed; models read 91 days' worth"}
    years = inputs[inputs["role"] == "left_out"]
    assert set(years["reason"]) == {"coarser than Q: it cannot be split"}
