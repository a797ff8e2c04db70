"""What the record page promises: what kind of record it is, first, and chance beside each score."""

import json
import re
from dataclasses import replace

import pytest

from forecast.report import pages
from forecast.report.contents import contents
from forecast.report.dots import dot_chart


@pytest.fixture(scope="module")
def told(edition):
    return contents(edition).record


IRELAND = ("ie_dc", "strict")


def test_the_first_sentence_says_what_kind_of_record_it_is(written):
    first = re.search(r"</p>\s*<p class=\"answer\">(.*?)</p>", written["record.html"])[1]

    assert first.startswith("Most of this record is reconstructed: 40 cases of past days replayed")
    assert "2 cases rest on strict vintages" in first
    assert "all of them anecdotal" in first


@pytest.mark.parametrize("name", ["record.html", "report.md", "report.html"])
def test_scores_that_read_later_assumptions_are_not_called_ex_ante(written, name):
    assert (
        "These scores are not ex ante: past days were forecast with 1 assumption" in (written[name])
    )
    assert "<code>data_centres.growth_mean</code>" in written["record.html"]


def test_a_record_without_hindsight_makes_no_such_remark(edition):
    page = pages.write(replace(edition, record_hindsight=()))["record.html"]

    assert b"ex ante" not in page


def test_coverage_stands_as_hits_beside_the_range_chance_leaves(written, told):
    (ireland,) = told.policies[0].series

    assert (ireland.hits_80.hits, ireland.hits_80.cases) == (30, 40)
    assert "30 of 40 (75 %)" in written["record.html"]
    assert "chance leaves 60 to 100 %" in written["record.html"]
    assert ireland.skill_last_value == "+50 % (+40 to +60)"
    assert ireland.bias == "\u221210 %"


@pytest.mark.parametrize(
    ("shares", "worth", "group", "verdict"),
    [
        ((0.8, 0.95), 25.0, "series", "within"),
        ((0.8, 0.95), 5.0, "series", "within, but a wide range: worth about 5.0 cases"),
        ((0.5, 0.95), 25.0, "series", "80 % below: ranges too narrow; 95 % within"),
        ((0.8, 0.95), 2.0, "anecdotal: series", "anecdotal: too few to judge"),
        ((0.5, 0.95), 2.0, "anecdotal: series", "anecdotal, yet below the range"),
    ],
)
def test_a_verdict_is_words_and_few_cases_have_none(scored, shares, worth, group, verdict):
    edition = scored((IRELAND, shares, {"worth": worth, "group": group}))

    (record,) = contents(edition).record.policies

    assert record.series[0].verdict == verdict


def test_policies_are_never_mixed_in_one_table(told):
    assert [(record.policy, record.cases) for record in told.policies] == [
        ("reconstructed", 40),
        ("strict", 2),
    ]


def test_only_the_forecaster_that_speaks_is_scored(edition):
    rows = edition.tables["scores"].assign(forecaster="record_only")

    record = contents(replace(edition, tables={**edition.tables, "scores": rows})).record

    assert record.policies == ()


def test_a_series_or_class_without_scores_stands_with_its_reason(written, told):
    assert [silent.series_id for silent in told.unscored] == ["silent_dc"]
    assert "Silent data centres</strong>: none was out by then." in written["record.html"]
    assert [silent.title for silent in told.unlearned] == ["Data centres, annual"]


def test_a_forecast_that_was_never_tested_says_so(scored):
    unscored = contents(scored((IRELAND, (0.8, 0.95), {}))).record.unscored

    assert unscored[0].reason.startswith("3 points followed: no forecast from a past day has met")


def test_coverage_by_horizon_is_a_chart_with_its_numbers_in_words_and_a_table(written, told):
    (ireland,) = told.policies[0].drawn

    assert "2 quarters ahead 20 of 40 (50 %); chance leaves 60 to 100 %." in ireland.alt
    assert "Within at 1 of 2 horizons." in ireland.alt
    assert written["record.html"].count('role="img"') == 1
    assert "Ireland: data centres, metered, by horizon" in written["record.html"]


def test_a_share_outside_its_range_is_another_shape_not_only_another_colour(told):
    drawn = dot_chart(told.policies[0].drawn[0])

    assert drawn.count("l5 5-5 5-5-5z") == 1
    assert drawn.count("a3 3 0 1 0 6 0") == 1


def test_horizons_of_few_cases_only_are_named_instead_of_drawn(scored):
    few = {"group": "anecdotal: horizon", "n": 1}
    edition = scored(*((IRELAND, (1, 1), {**few, "horizon": horizon}) for horizon in (1, 2)))

    page = pages.write(edition)["record.html"].decode()

    assert "<svg" not in page
    assert "every horizon is anecdotal: Ireland: data centres, metered." in page


def test_calibration_in_use_is_dated_and_counted(told):
    (lesson,) = told.lessons

    assert (lesson.horizons, lesson.n, lesson.n_effective) == ("1 to 2", "36 to 35", "36 to 24")
    assert (lesson.known_from, lesson.source) == ("2026-07-09", "errors of ie_dc")


def test_an_edition_without_scores_says_so_in_a_line(edition):
    empty = {name: edition.tables[name].iloc[:0] for name in ("scores", "calibration")}

    files = pages.write(replace(edition, tables={**edition.tables, **empty}))

    for name in ("record.html", "report.md"):
        assert b"There is no record yet" in files[name]
        assert b"ex ante" not in files[name]
    assert b"No past errors are pooled in this edition." in files["record.html"]


def test_the_json_holds_the_record_page(written):
    said = json.loads(written["report.json"])["record"]

    assert said["policies"][0]["series"][0]["hits_80"]["hits"] == 30
    assert said["hindsight"] == ["data_centres.growth_mean"]


def test_the_summary_is_written_from_the_same_contents(edition, written):
    from forecast.report.summary import summary

    assert written["summary.txt"] == summary(edition)
