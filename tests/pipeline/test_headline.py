"""The built-in figures: what is said of US data centres, now and in the past."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from forecast.contracts.quantities import average_load_gw

NOW = date(2026, 11, 23)
ONE = ("us_dc",)


@pytest.fixture
def us_dc(built_in_home, ask):
    def of(as_of=NOW):
        outcome = ask(built_in_home, as_of=as_of, series=ONE)
        return {
            name: pd.read_parquet(outcome.folder / f"{name}.parquet")
            for name in ("forecasts", "inputs", "exceedances", "paths")
        } | {"summary": (outcome.folder / "summary.txt").read_text(encoding="utf-8")}

    return of


def of_year(table, year, **where):
    rows = table[table["year"] == year]
    for name, value in where.items():
        rows = rows[rows[name] == value]
    return rows


def test_a_run_follows_one_publication_and_shows_the_others(us_dc):
    inputs = us_dc()["inputs"].set_index("publication_id")

    followed = inputs[inputs["role"] == "followed"]
    assert sorted(followed["value"]) == [58.0, 76.0, 176.0, 192.0]
    assert set(followed.index) == {"lbnl_2024", "lbnl_2025_update"}
    assert inputs.at["lbnl_2016", "reason"] == "a newer edition speaks: lbnl_2024"
    assert inputs.at["iea_energy_ai_2025", "reason"].startswith("another frame: iea")
    assert inputs.at["mckinsey_gep_2023", "reason"].startswith("printed before its period ended")


def test_the_senses_are_one_demand(us_dc):
    said = us_dc()
    energy = of_year(said["forecasts"], 2030, model="combination", quantity="energy").iloc[0]
    load = of_year(said["forecasts"], 2030, quantity="average_load").iloc[0]
    connection = of_year(said["forecasts"], 2030, quantity="connection").iloc[0]

    assert load["q50"] == pytest.approx(average_load_gw(energy["q50"]), rel=0.005)
    assert connection["q50"] > load["q50"]
    # the factor is doubted too: connection is wider than load, in proportion
    assert connection["q95"] / connection["q05"] > load["q95"] / load["q05"]


def test_odds_fall_with_the_threshold_and_rise_with_the_sense(us_dc):
    odds = of_year(us_dc()["exceedances"], 2030)

    for _, sense in odds.groupby("quantity"):
        assert sense.sort_values("threshold")["probability"].is_monotonic_decreasing
    at_90 = odds[odds["threshold"] == 90].set_index("quantity")["probability"]
    assert at_90["average_load"] <= at_90["peak_load"] <= at_90["connection"]


def test_odds_are_counted_on_the_published_paths(us_dc):
    said = us_dc()
    paths = of_year(said["paths"], 2030, quantity="connection")["value"]
    odds = of_year(said["exceedances"], 2030, quantity="connection", threshold=90.0)

    assert odds["probability"].iloc[0] == pytest.approx((paths >= 90).mean(), abs=1e-9)


def test_in_2016_the_median_for_2020_was_within_reach_of_lbnl(us_dc):
    forecasts = us_dc(date(2016, 12, 31))["forecasts"]

    median = of_year(forecasts, 2020, model="combination", quantity="energy")["q50"].iloc[0]

    assert 65 <= median <= 95


def test_in_2016_rows_before_2014_hardly_matter(built_in_home, us_dc, ask):
    day = date(2016, 12, 31)
    whole = us_dc(day)["forecasts"]
    path = built_in_home.raw / "compiled" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if line.split(",")[1] >= "2014"), encoding="utf-8"
    )

    cut = us_dc(day)["forecasts"]

    medians = [
        of_year(table, 2020, model="combination", quantity="energy")["q50"].iloc[0]
        for table in (whole, cut)
    ]
    assert medians[1] == pytest.approx(medians[0], rel=0.2)


def test_every_input_of_2016_was_known_in_2016(us_dc):
    inputs = us_dc(date(2016, 12, 31))["inputs"]

    assert inputs["known_from"].max() <= date(2016, 12, 31)


def test_in_2008_it_says_how_little_is_known(us_dc):
    said = us_dc(date(2008, 12, 31))

    assert "1 publication known" in said["summary"]
    assert not said["forecasts"].empty


def test_in_1999_there_is_no_forecast_and_no_failure(us_dc):
    said = us_dc(date(1999, 12, 31))

    assert said["forecasts"].empty
    assert "no forecast" in said["summary"].lower()


def test_ireland_is_told_in_whole_years_too(built_in_home, ask):
    outcome = ask(built_in_home, as_of=NOW, series=("ie_dc",))
    forecasts = pd.read_parquet(outcome.folder / "forecasts.parquet")

    years = forecasts[(forecasts["frequency"] == "A")]
    quarters = forecasts[(forecasts["frequency"] == "Q") & (forecasts["model"] == "combination")]

    assert years["year"].tolist() == list(range(2026, 2032))
    means = quarters.groupby("year")["mean"].sum()
    for row in years.itertuples():
        assert row.mean == pytest.approx(means[row.year], rel=0.03)  # drawn paths, wide fans
