"""Judgement is allowed, labelled and dated; what was known later is marked hindsight."""

from datetime import date

import pandas as pd
import pytest
from tests.builders import assumptions, catalogue

from forecast.contracts.assumptions import parse_assumptions
from forecast.contracts.errors import SettingsError
from forecast.contracts.tables import ASSUMPTIONS

ROWS = assumptions().table
ROW = """
[[assumption]]
assumption_id = "{id}"
subject = "{subject}"
name = "growth_mean"
value = {value}
source = "judgement"
grade = "C"
known_from = {known}
"""


def stated(*rows):
    return parse_assumptions(
        "".join(
            ROW.format(id=f"{subject}.{known}", subject=subject, value=value, known=known)
            for subject, value, known in rows
        )
    )


@pytest.mark.parametrize("row", ROWS.to_dict("records"), ids=ROWS["assumption_id"])
def test_each_built_in_row_is_whole(row):
    assert row["source"]
    assert row["grade"] in "ABC"
    assert row["known_from"] <= pd.Timestamp("2026-11-23")
    if pd.notna(row["low"]):
        assert row["low"] < row["value"] < row["high"]


@pytest.mark.parametrize("subject", sorted({entry.reference_class for entry in catalogue()}))
@pytest.mark.parametrize(
    "name",
    [
        "growth_mean",
        "growth_drift",
        "edition_doubt",
        *(f"{doubt}_doubt_{grade}" for doubt in ("base", "point") for grade in "abc"),
    ],
)
def test_every_reference_class_finds_what_models_ask_for(subject, name):
    row = assumptions().get(name, subject, "any")

    assert row.value == row.value


@pytest.mark.parametrize(
    ("as_of", "value", "hindsight"),
    [
        (date(2005, 1, 1), 0.10, True),
        (date(2007, 8, 1), 0.10, True),
        (date(2007, 8, 2), 0.10, False),
        (date(2011, 7, 31), 0.10, False),
        (date(2011, 8, 1), 0.06, False),
        (date(2016, 12, 31), 0.04, False),
        (date(2026, 1, 1), 0.12, False),
    ],
)
def test_the_newest_row_known_on_the_day_is_used_else_the_first_as_hindsight(
    as_of, value, hindsight
):
    row = assumptions().on(as_of).get("growth_mean", "data_centres")

    assert (row.value, row.hindsight) == (value, hindsight)


def test_without_a_day_the_newest_row_is_used():
    row = assumptions().get("growth_mean", "data_centres")

    assert row.value == 0.12
    assert row.known_from == date(2025, 4, 10)
    assert not row.hindsight


def test_the_most_particular_subject_speaks():
    known = stated(("any", 0.01, "2000-01-01"), ("us_dc", 0.02, "2000-01-01"))

    assert known.get("growth_mean", "us_dc", "any").value == 0.02
    assert known.get("growth_mean", "ie_dc", "any").value == 0.01
    assert known.find("growth_mean", "ie_dc") is None
    assert known.find("growth_drift", "us_dc") is None


def test_what_nobody_states_is_refused_with_the_subjects_asked():
    with pytest.raises(SettingsError, match="'growth_mean' is stated for none of ie_dc, elsewhere"):
        stated(("any", 0.01, "2000-01-01")).get("growth_mean", "ie_dc", "elsewhere")


def test_a_run_lists_what_it_used_and_nothing_else():
    dated = assumptions().on(date(2010, 1, 1))
    dated.get("growth_mean", "data_centres")
    dated.get("growth_drift", "data_centres")

    used = dated.used_table().set_index("assumption_id")["hindsight"].to_dict()

    assert used == {"data_centres.growth_mean.2007": False, "data_centres.growth_drift.2011": True}


def test_another_day_starts_with_nothing_used():
    dated = assumptions().on(date(2010, 1, 1))
    dated.get("growth_mean", "data_centres")

    again = dated.on(date(2012, 1, 1))

    assert again.used_table().empty
    assert list(again.used_table()) == ASSUMPTIONS.names
    assert again.sha256 == dated.sha256
    assert again.as_of == date(2012, 1, 1)


def test_rows_may_leave_range_and_unit_blank():
    row = stated(("any", 0.01, "2000-01-01")).get("growth_mean", "any")

    assert row.low != row.low
    assert row.high != row.high


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[assumption", "mine.toml is not TOML"),
        ("", "`assumption_id` is missing"),
        (ROW.format(id="a", subject="s", value="'much'", known="2000-01-01"), "`value` is not"),
        (ROW.format(id="a", subject="s", value=1, known="'some day'"), "`known_from` is not"),
        (ROW.format(id="a", subject="s", value=1, known="2000-01-01") * 2, "2 rows share a key"),
        (ROW.format(id="a", subject="", value=1, known="2000-01-01"), "`subject` is blank"),
        ('[assumption]\nassumption_id = "a"', "found one table; expected rows"),
        (
            ROW.format(id="a", subject="s", value=1, known="2000-01-01")
            + '[[asumption]]\nassumption_id = "b"',
            "found asumption; expected rows",
        ),
        (
            ROW.format(id="a", subject="s", value=1, known="2000-01-01") + 'medium = "x"',
            "`medium` is not a column",
        ),
    ],
)
def test_a_wrong_file_is_refused_by_name(text, message):
    with pytest.raises(SettingsError, match=message) as refusal:
        parse_assumptions(text, name="mine.toml")

    assert str(refusal.value).startswith("mine.toml")


def test_another_byte_is_another_file():
    text = ROW.format(id="a", subject="s", value=1, known="2000-01-01")

    assert parse_assumptions(text).sha256 != parse_assumptions(text + "\n").sha256
    assert len(parse_assumptions(text).sha256) == 64


def test_a_range_stands_as_it_was_stated_and_nothing_is_hindsight_before_it_is_used():
    text = ROW.format(id="a", subject="s", value=1, known="2000-01-01") + "low = 0.5\nhigh = 2.0\n"

    stated = parse_assumptions(text + 'unit = "log"\n')

    row = stated.get("growth_mean", "s")
    assert (row.low, row.high) == (0.5, 2.0)
    assert stated.table[["unit", "hindsight"]].to_numpy().tolist() == [["log", False]]


def test_a_file_without_a_name_is_called_as_the_home_calls_it():
    with pytest.raises(SettingsError, match=r"^assumptions\.toml: "):
        parse_assumptions("")
