"""What the data page promises: age, refusals and revisions, none of them hidden."""

import json
import re
from dataclasses import replace

import pytest

from forecast.report import pages
from forecast.report.contents import contents
from forecast.report.gate import folded


@pytest.fixture(scope="module")
def told(edition):
    return contents(edition).data


def test_the_age_of_a_source_is_counted_from_its_newest_row_to_the_as_of_day(told):
    ages = {source.publication_id: source.age_days for source in told.sources}

    assert ages == {"lbnl_2025": 158, "lbnl_2024": 703, "iea_2025": 592, "cso_2026": None}


def test_a_family_is_as_old_as_its_newest_edition(told):
    assert [(row.family, row.age_days, row.publications, row.rows) for row in told.families] == [
        ("lbnl", 158, 2, 4),
        ("iea", 592, 1, 1),
    ]


@pytest.mark.parametrize("name", ["report.html", "data.html", "report.md"])
def test_a_stopped_vintage_is_seen_before_any_section(written, name):
    top = re.split("US data centres: how|<section|## The record", written[name])[0]

    assert "Stopped" in top


@pytest.mark.parametrize("name", ["data.html", "report.md"])
def test_a_stopped_vintage_stands_with_its_reason(written, name):
    assert re.search(
        r"cso_2027@2026-11-01(?:</code>)?: 2 of 8 rows are not numbers\.", written[name]
    )


def test_missing_periods_are_folded_and_other_findings_counted_after_the_first_few(told):
    missing, steps = told.refused

    assert [example.what for example in missing.examples] == ["2016 to 2017; 2019, lbnl_2024"]
    assert (missing.count, missing.rest) == (3, 0)
    assert [example.what for example in steps.examples] == [
        "2020 Q1, cso_2026", "2021 Q1, cso_2026", "2022 Q1, cso_2026",
    ]  # fmt: skip
    assert (steps.count, steps.rest) == (5, 2)


def test_what_became_of_a_row_is_said_and_a_warning_is_not_called_refused(edition, told):
    rows = edition.tables["quarantine"].assign(severity=["warning"] * 7 + ["critical"])

    data = contents(replace(edition, tables={**edition.tables, "quarantine": rows})).data

    assert told.found == "none refused, 5 kept in doubt, 3 missing"
    assert data.found == "1 refused, 4 kept in doubt, 3 missing"
    assert data.refused[0].fate == "refused"


def test_a_gap_that_comes_back_every_year_is_one_range():
    gaps = [f"capex, sec, {year}-10-01 to {year}-12-31" for year in (2021, 2017, 2018, 2019)]

    assert folded(gaps) == "2017 Q4 to 2019 Q4 once a year; 2021 Q4"


def test_years_that_start_in_summer_fold_to_their_two_ends():
    fiscal = [f"company, report, {year}-07-01 to {year + 1}-06-30" for year in (2020, 2021)]

    assert folded(fiscal) == "2020-07 to 2022-06"


def test_a_row_that_names_no_series_or_period_is_still_shown(edition):
    rows = edition.tables["quarantine"].iloc[:1].assign(rule="as_received", text="?? <b>")

    page = pages.write(replace(edition, tables={**edition.tables, "quarantine": rows}))

    assert b"?? &lt;b&gt;" in page["data.html"]
    assert b"not told" in page["data.html"]


def test_a_rule_has_the_worst_verdict_of_its_vintages(told):
    assert [(row.rule, row.judged, row.failed, row.verdict) for row in told.checks] == [
        ("missing_period", 18, 3, "warning"),
        ("not_negative", 10, 0, "pass"),
    ]


def test_a_revision_is_within_one_family_and_says_if_the_scope_changed(told):
    (revision,) = told.revisions

    assert [saying.value for saying in revision.sayings] == [70.0, 58.0]
    assert (revision.change, revision.remark) == ("\u221217 %", "what is counted changed too")
    assert told.periods_repeated == 2


def test_the_data_page_says_when_nothing_was_judged(edition):
    tables = {name: frame.iloc[:0] for name, frame in edition.tables.items()}

    page = pages.write(replace(edition, stopped={}, tables=tables, notes=()))["data.html"].decode()

    for said in ("No check has judged them.", "No vintage was stopped.", "Nothing stands in quar"):
        assert said in page


def test_the_json_holds_the_data_page(written, told):
    said = json.loads(written["report.json"])["data"]

    assert said["stopped"][0]["vintage"] == "cso_2027@2026-11-01"
    assert len(said["sources"]) == len(told.sources)
