"""A run is a pure function of its question and of the rows it may see."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta

import duckdb
import pandas as pd
import polars as pl
import pytest
from tests.homes import TODAY, own_rows, write_own

from forecast import editions, load
from forecast.contracts.errors import SettingsError, SourceError


def parquet(outcome, name="forecasts"):
    return pd.read_parquet(outcome.folder / f"{name}.parquet")


def values(outcome, series_id):
    rows = parquet(outcome)
    return rows[rows["series_id"] == series_id].drop(columns="run_id").reset_index(drop=True)


def contents(outcome):
    return {path.name: path.read_bytes() for path in sorted(outcome.folder.iterdir())}


def test_a_second_run_says_unchanged(own_home, ask):
    first = ask(own_home)

    second = ask(own_home)

    assert (first.changed, second.changed) == (True, False)
    assert second.run_id == first.run_id


def test_the_next_day_without_new_data_asks_the_same_question(own_home, ask):
    first = ask(own_home)

    tomorrow = ask(own_home, today=TODAY + timedelta(days=1))

    assert tomorrow.as_of == first.as_of == date(2026, 3, 1)
    assert not tomorrow.changed


def test_one_changed_value_moves_only_the_series_that_depend_on_it(own_home, ask):
    before = ask(own_home)
    rows = own_rows()
    rows[-2] = rows[-2].replace(rows[-2].split(",")[5], "1400.0")
    write_own(own_home.home, rows)

    after = ask(own_home)

    assert after.run_id != before.run_id
    pd.testing.assert_frame_equal(values(after, "valley_peak"), values(before, "valley_peak"))
    assert not values(after, "valley_sales").equals(values(before, "valley_sales"))


def test_rows_known_later_never_change_an_earlier_edition(own_home, ask):
    day = date(2022, 6, 30)
    before = contents(ask(own_home, as_of=day))
    kept = [row for row in own_rows() if row.split(",")[4] <= str(day)]
    changed = [
        row.replace("GWh", "TWh").replace("valley,", "other,")
        for row in own_rows()
        if row not in kept
    ]
    shutil.rmtree(own_home.processed)
    write_own(own_home.home, [*changed, *kept])

    after = contents(ask(own_home, as_of=day))

    assert after == before


def test_an_edition_tells_the_newest_day_it_knows(own_home, ask):
    outcome = ask(own_home, as_of=date(2022, 6, 30))

    manifest = json.loads((outcome.folder / "manifest.json").read_text())

    assert manifest["newest_known_from"] == "2022-03-01"
    assert parquet(outcome, "inputs")["known_from"].max() == date(2022, 3, 1)


def test_the_future_is_refused(own_home, ask):
    with pytest.raises(SettingsError, match=r"as_of 2027-01-01 is after today, 2026-11-26"):
        ask(own_home, as_of=date(2027, 1, 1))


def test_an_unknown_series_is_refused_with_those_there_are(own_home, ask):
    with pytest.raises(SettingsError, match=r"'us_dc' is not in the catalogue.*valley_sales"):
        ask(own_home, series=("us_dc",))


def test_a_run_of_some_series_is_kept_but_not_published(own_home, ask):
    outcome = ask(own_home, series=("valley_peak",))

    assert set(parquet(outcome)["series_id"]) == {"valley_peak"}
    assert not outcome.published
    assert editions(home=own_home.home) == []


def test_latest_never_moves_backwards(own_home, ask):
    newest = ask(own_home)

    ask(own_home, as_of=date(2022, 6, 30))

    assert (own_home.processed / "latest").resolve() == newest.folder
    assert editions(home=own_home.home) == [date(2022, 6, 30), date(2026, 3, 1)]


def test_reconstructed_editions_stand_apart_and_are_marked(own_home, ask):
    outcome = ask(own_home, as_of=date(2022, 6, 30), policy="reconstructed")

    assert editions(home=own_home.home) == []
    assert editions(home=own_home.home) != [outcome.as_of]
    assert (own_home.processed / "editions-reconstructed" / "2022-06-30").exists()
    assert set(parquet(outcome, "inputs")["known_from_basis"]) == {"reconstructed"}
    assert "econstructed" in (outcome.folder / "summary.txt").read_text()


def test_quantiles_never_cross_in_any_published_row(own_home, ask):
    rows = parquet(ask(own_home)).filter(regex=r"^q\d")

    assert (rows.diff(axis=1).iloc[:, 1:] >= 0).all().all()


def test_published_numbers_have_six_significant_digits(own_home, ask):
    for value in parquet(ask(own_home))["q50"]:
        assert value == float(f"{value:.6g}")


def test_pandas_alone_reads_a_table_with_its_attributes(own_home, ask):
    ask(own_home)

    forecasts = pd.read_parquet(own_home.processed / "latest" / "forecasts.parquet")

    assert forecasts.attrs["as_of"] == "2026-03-01"
    assert forecasts.attrs["attribution"] == "valley"
    assert {"run_id", "title", "schema_version"} <= forecasts.attrs.keys()


def test_duckdb_and_polars_read_every_edition_by_a_glob(own_home, ask):
    for day in (date(2022, 6, 30), date(2024, 6, 30), date(2026, 6, 30)):
        ask(own_home, as_of=day)
    glob = str(own_home.processed / "editions" / "*" / "forecasts.parquet")

    with duckdb.connect() as connection:
        query = f"select count(distinct run_id), count(*) from read_parquet('{glob}')"  # noqa: S608
        runs, rows = connection.execute(query).fetchone()

    assert runs == 3
    assert rows == len(pl.read_parquet(glob)) == 3 * len(load(home=own_home.home))


def test_a_truncated_table_is_refused_and_the_last_edition_stays(own_home, ask):
    stands = ask(own_home)
    path = own_home.raw / "own" / "observations.csv"
    path.write_text("<html>maintenance</html>", encoding="utf-8")

    with pytest.raises(SourceError, match=r"observations.csv: an HTML or XML page"):
        ask(own_home)

    assert load(home=own_home.home).attrs["run_id"] == stands.run_id


def test_an_empty_home_says_what_to_do(tmp_path, ask, own_home):
    shutil.rmtree(own_home.raw)

    with pytest.raises(SettingsError, match=r"holds no table. Put a CSV of observations in"):
        ask(own_home)


def test_a_reconstructed_run_of_the_same_day_is_another_run(own_home, ask):
    strict = ask(own_home, as_of=date(2022, 6, 30))

    reconstructed = ask(own_home, as_of=date(2022, 6, 30), policy="reconstructed")

    assert strict.run_id != reconstructed.run_id


def test_a_missing_table_is_named_with_those_there_are(own_home, ask):
    ask(own_home)

    with pytest.raises(
        SettingsError, match=r"no table 'audits'. It holds assumptions, calibration"
    ):
        load("audits", home=own_home.home)
