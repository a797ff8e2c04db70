"""A month's energy and a year's peak are made from the same hours."""

from datetime import date

import pandas as pd
import pytest
from tests.builders import observations, publications, row, series, year

from forecast.contracts.catalogue import Aggregation
from forecast.history.drawn import own_rows
from forecast.history.frames import inputs
from forecast.history.knowledge import as_known

LATE = date(2030, 1, 1)
FAMILIES = publications(grid="eia_930")


def hour(at, value, **changes):
    start = pd.Timestamp("2023-01-01") + pd.Timedelta(hours=at)
    told = {"series_id": "us_x_demand", "frequency": "H", "unit": "MWh", **changes}
    day = str(start.date())
    return row(str(start), day, value, publication="grid", known_from="2024-02-01", **told)


def of(rule, **changes):
    return series().model_copy(
        update={
            "sources": ("eia_930",),
            "aggregation": Aggregation(rule=rule, completeness=0.99),
            "scope": "",
            **changes,
        }
    )


PEAK = of("maximum", id="us_x_peak", rows_of="us_x_demand", quantity="peak_load", unit="GW")
ENERGY = of("sum", id="us_x_demand", frequency="M", unit="GWh")
HOURS = [hour(at, 100_000.0 + at % 24) for at in range(365 * 24)]


def known(entry, *rows):
    return as_known(observations(*rows), FAMILIES, series=entry, as_of=LATE)


def test_the_peak_of_a_year_is_its_highest_hour():
    (year,) = known(PEAK, *HOURS).rows.to_dict("records")

    assert (year["series_id"], year["value"], year["unit"]) == ("us_x_peak", 100.023, "GW")
    assert year["quantity"] == "peak_load"


def test_the_energy_of_a_month_is_the_sum_of_its_hours():
    rows = known(ENERGY, *HOURS).rows.sort_values("period_start")

    assert len(rows) == 12
    assert rows["value"].iloc[0] == pytest.approx(31 * (2400 + sum(range(24)) / 1000))


def test_rows_of_its_own_stand_beside_those_it_is_drawn_from():
    own = year(2020, 5.0, series_id="us_x_peak", unit="MW", quantity="peak_load")

    rows = own_rows(observations(own, hour(0, 7.0)), PEAK)

    assert sorted(rows["value"]) == [5.0, 7.0]
    assert set(rows["series_id"]) == {"us_x_peak"}
    assert set(rows["unit"]) == {"MW"}


def test_a_blank_hour_is_told_by_its_day():
    history = known(PEAK, *HOURS[:-1], hour(365 * 24 - 1, None))

    told = inputs(history, None)

    assert (told["period_start"] == told["period_start"].dt.normalize()).all()
    assert "no single value is stated" in set(told["reason"])


def test_only_hours_of_energy_that_are_drawn_become_loads():
    drawn_year = year(2021, 1.0, series_id="us_x_demand", unit="MWh")
    own_hour = hour(1, 2.0, series_id="us_x_peak")
    in_gwh = hour(2, 3.0, unit="GWh")

    rows = own_rows(observations(drawn_year, own_hour, in_gwh), PEAK)

    assert set(rows["quantity"]) == {"energy"}
    assert sorted(rows["unit"]) == ["GWh", "MWh", "MWh"]


def test_energy_drawn_from_energy_stays_energy():
    month = of("sum", id="us_x_month", rows_of="us_x_demand")

    rows = own_rows(observations(hour(0, 7.0)), month)

    assert (rows["unit"].item(), rows["quantity"].item()) == ("MWh", "energy")
