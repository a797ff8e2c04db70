"""The gate: rows are kept, refused with a reason, or missed by name, each judged once."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from tests import builders
from tests.quality import sources

from forecast.contracts.errors import ContractError
from forecast.contracts.tables import OBSERVATIONS
from forecast.quality.gate import judge, judge_in_parts
from forecast.quality.verdicts import Remembered


def years(first: int, values: list[float], **changes: object) -> pd.DataFrame:
    """Return annual rows of one edition of a series no catalogue knows."""
    shared = {"series_id": "made_up", "raw_sha256": "a" * 64, "known_from": "2021-03-01"}
    rows = [
        builders.year(first + number, value, **(shared | {"row": number + 1} | changes))
        for number, value in enumerate(values)
    ]
    return builders.observations(*rows)


def together(*tables: pd.DataFrame) -> pd.DataFrame:
    stacked = pd.concat(tables, ignore_index=True)
    return OBSERVATIONS.shape(stacked.assign(row=range(1, len(stacked) + 1)))


def rules(table: pd.DataFrame) -> set[str]:
    return set(table["rule"])


STEADY = [100.0, 103.1, 105.2, 109.3, 111.4, 116.5, 118.6, 123.7, 125.8, 131.9]


def test_clean_rows_all_come_through():
    judged = judge(years(2010, STEADY), builders.catalogue())

    assert len(judged.kept) == len(STEADY)
    assert judged.quarantine.empty
    assert judged.warnings.empty
    assert not judged.stopped
    assert set(judged.checks["verdict"]) == {"pass"}


def test_an_empty_table_is_judged_too():
    judged = judge(OBSERVATIONS.empty(), builders.catalogue(), cache=Remembered())

    assert judged.kept.empty
    assert judged.checks.empty


def test_a_refused_row_stands_in_quarantine_as_text_with_rule_found_and_expected():
    values = [*STEADY[:5], STEADY[5] * 1_000, *STEADY[6:]]

    judged = judge(years(2010, values), builders.catalogue())

    row = judged.quarantine.query("rule == 'line'").iloc[0]
    assert row["row"] == "6"
    assert row["severity"] == "critical"
    assert "made_up,2015-01-01,2015-12-31" in row["text"]
    assert row["found"] == "116500 TWh"
    assert row["expected"].endswith("than the series is wont to move")
    assert 2015 not in set(judged.kept["period_start"].dt.year)
    assert len(judged.kept) == 9


def test_a_missing_year_is_a_row_too():
    whole = years(2010, STEADY)

    judged = judge(whole.drop(index=4).reset_index(drop=True), builders.catalogue())

    (missing,) = judged.quarantine.to_dict("records")
    assert missing["rule"] == "missing_period"
    assert missing["row"] == ""
    assert missing["severity"] == "warning"
    assert missing["text"] == "made_up, lbnl_1, 2014-01-01 to 2014-12-31"
    assert len(judged.kept) == 9


def test_checks_count_rows_by_vintage_and_rule():
    values = [*STEADY[:5], -STEADY[5], *STEADY[6:]]

    checks = judge(years(2010, values), builders.catalogue()).checks

    sign = checks[checks["rule"] == "not_negative"].iloc[0]
    assert sign["vintage"] == "lbnl_1@2021-03-01"
    assert (sign["rows_judged"], sign["rows_failed"], sign["verdict"]) == (10, 1, "critical")


def test_a_neighbour_rule_does_not_change_the_2016_edition_when_a_2017_row_arrives():
    edition_2016 = years(2010, [*STEADY[:6], 190.0], known_from="2017-06-01")
    later = years(2017, [260.0, 270.0, 280.0], publication="lbnl_2", known_from="2020-06-01")
    families = {"lbnl_1": "lbnl", "lbnl_2": "lbnl"}

    before = judge(edition_2016, builders.catalogue(), families=families)
    after = judge(together(edition_2016, later), builders.catalogue(), families=families)

    first = after.kept["publication_id"] == "lbnl_1"
    assert set(after.kept.loc[first, "value"]) == set(before.kept["value"])
    old = after.checks["vintage"].str.startswith("lbnl_1")
    pd.testing.assert_frame_equal(
        after.checks[old].reset_index(drop=True), before.checks, check_dtype=False
    )


def test_a_critical_breach_stops_that_source_only_and_the_last_good_vintage_stays():
    good = years(2010, STEADY)
    wrong = years(2010, [value * 1_000 for value in STEADY], known_from="2022-03-01")
    other = years(2010, STEADY, series_id="another", publication="other_1")

    judged = judge(together(good, wrong, other), builders.catalogue())

    assert judged.stopped == {"lbnl_1@2022-03-01 made_up": "10 of 10 rows refused"}
    assert set(judged.kept["known_from"].dt.year) == {2021}
    assert set(judged.kept["series_id"]) == {"made_up", "another"}


def test_a_vintage_is_stopped_whole_when_more_than_a_quarter_of_it_is_refused():
    good = years(2010, STEADY)
    values = [v * (1_000 if n > 5 else 1) for n, v in enumerate(STEADY)]
    wrong = years(2010, values, known_from="2022-03-01")

    judged = judge(together(good, wrong), builders.catalogue())

    spared = judged.quarantine[judged.quarantine["rule"] == "vintage_stopped"]
    assert len(spared) == 6
    assert set(judged.kept["known_from"].dt.year) == {2021}


def test_a_series_left_out_of_a_new_edition_is_named():
    frame = sources.editions("table", "Y", 10, seed=5)
    newest = frame["known_from"] == frame["known_from"].max()
    dropped = frame[~(newest & frame["series_id"].eq("table_region_1"))].reset_index(drop=True)

    judged = judge(dropped, builders.catalogue())

    assert judged.quarantine["text"].tolist() == ["table_region_1, table, the whole series"]
    assert rules(judged.quarantine) == {"withdrawn_series"}


def test_hours_of_a_day_added_later_leave_nothing_out():
    first = sources.hours("ba_one", days=10)
    second = sources.hours("ba_two", days=10)
    next_day = sources.hours("ba_one", start="2021-03-11", days=1, known_from="2021-03-13")

    judged = judge(together(first, second, next_day), builders.catalogue())

    assert "withdrawn_series" not in rules(judged.quarantine)


def test_limits_known_only_later_do_not_judge():
    early = years(2018, [2_600.0], series_id="us_dc", known_from="2019-06-01")
    late = years(2018, [2_600.0], series_id="us_dc", known_from="2025-06-01")

    assert "plausible_range" not in rules(judge(early, builders.catalogue()).quarantine)
    assert "plausible_range" in rules(judge(late, builders.catalogue()).quarantine)


def test_a_verdict_is_recalled_whatever_row_and_file_it_was_read_from():
    cache = Remembered()
    frame = years(2010, STEADY)
    first = judge(frame, builders.catalogue(), cache=cache)
    keys = set(cache.verdicts)
    again = frame.assign(raw_sha256="b" * 64, row=frame["row"] + 7)

    judged = judge(again, builders.catalogue(), cache=cache)

    assert set(cache.verdicts) == keys
    assert len(judged.kept) == len(first.kept)


def test_a_later_row_leaves_remembered_verdicts_as_they_are():
    cache = Remembered()
    judge(years(2010, STEADY), builders.catalogue(), cache=cache)
    keys = dict(cache.verdicts)
    later = years(2020, [135.0], known_from="2022-03-01")

    judge(together(years(2010, STEADY), later), builders.catalogue(), cache=cache)

    assert keys.items() <= cache.verdicts.items()
    assert len(cache.verdicts) == len(keys) + 1


def test_recalled_and_given_verdicts_make_the_same_tables():
    frame = together(
        sources.editions("table", "Q", 20, seed=7),
        years(2010, [*STEADY[:4], -1.0, *STEADY[5:]]),
        years(2010, [value * 1_000 for value in STEADY], known_from="2022-03-01"),
        sources.hours(days=6).drop(index=[40, 41]),
    )
    cache = Remembered()

    given = judge(frame, builders.catalogue(), cache=cache)
    recalled = judge(frame, builders.catalogue(), cache=cache)

    for table in ("kept", "quarantine", "warnings", "checks"):
        pd.testing.assert_frame_equal(getattr(given, table), getattr(recalled, table))
    assert given.stopped == recalled.stopped


def test_a_warm_run_imports_no_great_expectations():
    code = """
import sys
from tests import builders
from tests.quality import sources
from forecast.quality.gate import judge
from forecast.quality.verdicts import Remembered

class Folder(Remembered):
    pass

frame = sources.editions("table", "Y", 8, seed=3)
import pickle, pathlib
path = pathlib.Path(sys.argv[1])
cache = Folder(pickle.loads(path.read_bytes()) if path.exists() else {})
judge(frame, builders.catalogue(), cache=cache)
path.write_bytes(pickle.dumps(cache.verdicts))
print("great_expectations" in sys.modules)
"""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-c", code, f"{folder}/verdicts"]
        runs = [
            subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
            for _ in range(2)
        ]

    assert runs == ["True", "False"]


def test_hours_in_parts_are_judged_as_the_whole_is():
    frame = sources.hours(start="2020-12-10", days=45)
    frame.loc[300, "value"] *= 3
    frame["value_text"] = frame["value"].map("{:.12g}".format)
    frame = frame.drop(index=range(515, 530)).reset_index(drop=True)  # the turn of the year
    cache, in_parts = Remembered(), Remembered()

    whole = judge(frame, builders.catalogue(), cache=cache)
    years_apart = [part for _, part in frame.groupby(frame["period_start"].dt.year)]
    parts = list(judge_in_parts(iter(years_apart), builders.catalogue(), cache=in_parts))

    assert cache.verdicts == in_parts.verdicts
    missing = pd.concat([part.quarantine for part in parts])
    assert sorted(missing["text"]) == sorted(whole.quarantine["text"])
    assert (missing["rule"] == "missing_hour").sum() == 15


def test_a_table_of_another_shape_is_no_matter_for_quarantine():
    with pytest.raises(ContractError, match="`value` is missing"):
        judge(years(2010, STEADY).drop(columns="value"), builders.catalogue())


def test_the_clean_figures_of_this_house_lose_nothing():
    frame = builders.compiled_table("observations")
    publications = builders.compiled_table("publications")
    families = dict(zip(publications["publication_id"], publications["family"], strict=True))

    judged = judge(frame, builders.catalogue(), families=families)

    assert len(judged.kept) == len(frame)
    assert rules(judged.quarantine) == {"missing_period"}
    assert len(judged.warnings) <= 12
    assert np.isclose(judged.kept["value"].sum(), frame["value"].sum())


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234.5", 1_234.5), ("1.234,5", 1_234.5), ("1 234.5", 1_234.5), ("n/a", np.nan), ("", 7.0)],
)
def test_a_number_is_read_as_it_was_printed_anywhere(text, value):
    frame = years(2010, [value]).assign(value_text=text)

    assert "as_received" not in rules(judge(frame, builders.catalogue()).quarantine)


@pytest.mark.parametrize(("text", "value"), [("123.45", 12.345), ("7", 7_000.0), ("12", np.nan)])
def test_a_value_unlike_its_text_is_the_readers_slip(text, value):
    frame = years(2010, [value]).assign(value_text=text)

    assert rules(judge(frame, builders.catalogue()).quarantine) == {"as_received"}


def weekly_quarters(series_id: str, weeks: list[int]) -> pd.DataFrame:
    """Return quarters of so many weeks from the end of January 2015 on, all in one edition."""
    shared = {"series_id": series_id, "unit": "USD", "quantity": "spend", "frequency": "Q"}
    rows, start = [], pd.Timestamp("2015-01-26")
    for number, length in enumerate(weeks):
        end = start + pd.Timedelta(weeks=length, days=-1)
        spent = 1e8 * 1.03**number
        told = shared | {"row": number + 1, "known_from": "2020-03-01"}
        rows.append(builders.row(str(start.date()), str(end.date()), spent, **told))
        start = end + pd.Timedelta(days=1)
    return builders.observations(*rows)


def test_quarters_of_weeks_begin_on_another_day_each_year_and_fourteen_weeks_are_doubted():
    rows = weekly_quarters("capex_nvda", [*[13] * 3, 14, *[13] * 16])

    judged = judge(rows, builders.catalogue())

    assert len(judged.kept) == 20
    doubted = judged.warnings.query("rule == 'one_period_long'")
    assert doubted["row"].tolist() == ["4"]


def test_quarters_of_weeks_in_a_series_of_calendar_quarters_are_not_about_them():
    rows = weekly_quarters("capex_msft", [*[13] * 3, 14, *[13] * 16])

    assert "period_aligned" in rules(judge(rows, builders.catalogue()).quarantine)
