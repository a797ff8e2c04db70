"""Large loads entered by hand: each figure in its series, or refused with row and column."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.timebox import boxed

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import CLAIMS, OBSERVATIONS, PUBLICATIONS
from forecast.sources.large_load import SOURCE, complete, questions, read
from forecast.sources.large_load_rows import KINDS
from forecast.sources.source import Situation

ROOT = Path(__file__).parents[2]
HISTORY = ROOT.parent / "shared" / "figures" / "history.csv"
COMPILED = ROOT / "data" / "raw" / "compiled" / "observations.csv"
FETCHED = datetime(2026, 10, 5, 9, tzinfo=UTC)
HEADER = "table,period,category,value,unit,published"
LINE = "ercot,2026-06,approved,8926,MW,2026-07"


def table(*lines, header=HEADER):
    return "\n".join((header, *lines, "")).encode()


def rows(payload, fetched=FETCHED):
    reading = read(payload, fetched)
    PUBLICATIONS.check(reading.publications)
    CLAIMS.check(reading.claims)
    return OBSERVATIONS.check(reading.observations)


@pytest.mark.shared
def test_the_figures_we_know_land_in_the_series_that_hold_them():
    tables = ("ercot_large", "ercot_observed_energized")
    figures = csv.DictReader(io.StringIO(HISTORY.read_text(encoding="utf-8")))
    known = [figure for figure in figures if figure["series_id"].startswith(tables)]
    lines = []
    for figure in known:
        month = figure["period_start"] != figure["period_end"]
        period = figure["period_end"][:7] if month else figure["period_end"]
        lines.append(f"ercot,{period},{figure['metric']},{figure['value']},MW,"
                     f"{figure['published']},\"{figure['source']}\"")  # fmt: skip

    found = rows(table(*lines, header=HEADER + ",paper"))

    compiled = pd.read_csv(COMPILED)
    ours = compiled[compiled["series_id"].isin(set(found["series_id"]))]
    columns = ["series_id", "period_start", "period_end", "value", "unit", "quantity", "scope"]
    found = found.assign(
        period_start=found["period_start"].dt.date.astype(str),
        period_end=found["period_end"].dt.date.astype(str),
    )
    as_sets = [set(map(tuple, frame[columns].to_numpy().tolist())) for frame in (found, ours)]
    assert len(found) == len(known) > 90
    assert as_sets[0] <= as_sets[1]


def test_nothing_is_asked_for():
    assert questions(Situation(today=date(2026, 11, 23))) == ()
    assert (SOURCE.hosts, SOURCE.key) == ((), None)


def test_a_monthly_figure_keeps_month_unit_text_and_place():
    row = rows(table(LINE)).iloc[0]

    assert row["series_id"] == "ercot_large_load_approved"
    assert (str(row["period_start"].date()), str(row["period_end"].date())) == (
        "2026-06-01", "2026-06-30",
    )  # fmt: skip
    assert (row["value"], row["value_text"], row["unit"], row["row"]) == (8926, "8926", "MW", 1)
    assert (row["frequency"], row["quantity"], row["obs_status"]) == ("M", "connection", "A")
    assert row["scope"] == "all large loads, approved to energise"


def test_months_and_days_of_requests_are_two_series():
    found = rows(table(
        "ERCOT,2026-02,Requested,241748,MW,2026-03-20",
        "ercot,2026-03-26,tracked large-load requests,410.618,gw,2026-04-09",
    ))  # fmt: skip

    assert found["series_id"].tolist() == ["ercot_large_load", "ercot_large_load_requests"]
    assert found["scope"].tolist() == [
        "all large loads, requested, standalone plus co-located", "all large loads, requested",
    ]  # fmt: skip
    assert found["unit"].tolist() == ["MW", "GW"]
    assert found["frequency"].tolist() == ["M", "I"]


@pytest.mark.parametrize(("operator", "category"), sorted(KINDS))
def test_every_category_of_both_operators_has_a_series(operator, category):
    found = rows(table(f"{operator},2026-06-30,{category},100,MW,2026-07"))

    assert found["series_id"].tolist() == [KINDS[operator, category].by_day]
    assert found["quantity"].iloc[0] == ("peak_load" if "peak" in category else "connection")


@pytest.mark.parametrize(("published", "known", "basis"), [
    ("2026-07", "2026-07-31", "stamped"),
    ("2026-07-15", "2026-07-15", "stamped"),
    ("2026-07-01", "2026-07-01", "stamped"),
    ("2026-06", "2026-10-05", "fetched"),
    ("2026-06-30", "2026-10-05", "fetched"),
    ("2026-06-10", "2026-10-05", "fetched"),
    ("2026-11-01", "2026-10-05", "fetched"),
    ("2026", "2026-10-05", "fetched"),
    ("", "2026-10-05", "fetched"),
])  # fmt: skip
def test_a_stamp_counts_if_it_lies_between_the_period_and_the_file(published, known, basis):
    row = rows(table(LINE.replace("2026-07", published))).iloc[0]

    assert (str(row["known_from"].date()), row["known_from_basis"]) == (known, basis)


def test_days_are_counted_in_utc():
    late = datetime.fromisoformat("2026-09-30T23:00:00-05:00")

    assert str(rows(table(LINE.replace("2026-07", "")), late)["known_from"].iloc[0].date()) == (
        "2026-10-01"
    )


def test_a_period_that_has_not_ended_is_no_observation():
    reading = read(table(LINE, "ercot,2026-10,approved,1,MW,2026-10"), FETCHED)

    assert reading.rows == 1
    assert reading.left_out == {"a period that has not ended: no observation": 1}


def test_two_papers_may_say_two_things_of_one_period():
    header = HEADER + ",paper,status,url,note"
    found = read(table(
        "ercot,2026-06-30,requested,465500,MW,2026-07,Overview,,https://example.org/o,",
        "ercot,2026-06-30,requested,474000,MW,2026-07-29,Senate deck,E,,printed",
        header=header,
    ), FETCHED)  # fmt: skip

    assert found.observations["publication_id"].tolist() == [
        "ercot_large_load_2026_07_29_senate_deck", "ercot_large_load_2026_07_overview",
    ]  # fmt: skip
    assert found.observations["obs_status"].tolist() == ["E", "A"]
    papers = found.publications.set_index("title")
    assert set(papers["family"]) == {"ercot"}
    assert papers.loc["Overview", "url"] == "https://example.org/o"
    assert papers.loc["Senate deck", "url"].startswith("https://www.ercot.com/")


def test_what_a_forecast_adds_is_a_claim():
    reading = read(table("PJM,2030,large-load adjustment,31.5,GW,2026-01-14"), FETCHED)

    claim = CLAIMS.check(reading.claims).iloc[0]
    assert reading.observations.empty
    assert claim["claim_id"] == "pjm_large_load_2026_01_14_2030"
    assert (claim["target_year"], claim["central"], claim["unit"]) == (2030, 31.5, "GW")
    assert (claim["measure"], claim["quantity"]) == ("increment", "peak_load")
    assert (claim["location"], claim["edition"]) == ("US-PJM", "2026-01-14")
    assert str(claim["known_from"].date()) == "2026-01-14"
    assert reading.publications["family"].tolist() == ["pjm_large_load"]


def test_an_undated_claim_is_known_and_called_by_the_day_of_the_file():
    claim = read(table("pjm,2030,adjustment,31.5,GW,"), FETCHED).claims.iloc[0]

    assert (str(claim["known_from"].date()), claim["edition"]) == ("2026-10-05", "2026-10-05")


def test_a_total_near_its_parts_is_believed():
    parts = ("ercot,2026-02,requested_standalone,213.1,GW,2026-03-20",
             "ercot,2026-02,requested_colocated,28643,MW,2026-03-20")  # fmt: skip

    assert len(rows(table(*parts, "ercot,2026-02,requested,241748,MW,2026-03-20"))) == 3
    assert len(rows(table(parts[0], "ercot,2026-02,requested,9,MW,2026-03-20"))) == 2
    with pytest.raises(SourceError, match=r"holds 214748 MW in row 3, whose parts are 241,743"):
        read(table(*parts, "ercot,2026-02,requested,214748,MW,2026-03-20"), FETCHED)


@pytest.mark.parametrize(("payload", "found"), [
    (b"", "is empty"),
    (b"<html>", "is a web page"),
    (table(), "has a header and no row"),
    (table("a", header="table"), r"lacks the columns \['period', 'category'"),
    (table(LINE + ",x", header=HEADER + ",staus"), "has the column 'staus'"),
    (table(LINE + ",x"), "with 7 fields"),
    (table(LINE.replace("ercot", "miso")), "holds 'miso' in row 1, `table`; expected ercot or"),
    (table(LINE.replace("approved", "wanted")), "holds 'wanted' in row 1, `category`"),
    (table(LINE.replace("approved", "adjustment")), "`category`; expected one of requested, "),
    (table("pjm,2030-01,adjustment,1,GW,2026"), "`period`; expected the year"),
    (table("pjm,2030,requested,1,GW,2026"), "`period`; expected a month"),
    (table(LINE.replace("2026-06", "2026-13")), "`period`; expected a month"),
    (table(LINE.replace("2026-06", "2026-06-31")), "`period`; expected a day of the calendar"),
    (table(LINE.replace("2026-06", "Q2 2026")), "`period`; expected a month"),
    (table(LINE.replace("8926", "")), "holds '' in row 1, `value`"),
    (table(LINE.replace("8926", "-1")), "`value`; expected a power from 0 to 10,000,000 MW"),
    (table(LINE.replace("8926,MW", "10001,GW")), "a power from 0 to 10,000 GW"),
    (table(LINE.replace("8926", "8.926.000")), "expected a finite number"),
    (table(LINE.replace("MW", "MWh")), "`unit`; expected MW or GW"),
    (table(LINE.replace("2026-07", "July")), "`published`; expected when the figure came out"),
    (table(LINE.replace("2026-07", "٢٠٢٦")), "`published`; expected when the figure came out"),
    (table(LINE.replace("2026-07", "2026-02-30")), "`published`; expected when"),
    (table(LINE.replace("2026-07", "2025-07")), "does not lie before the period"),
    (table(LINE + ",X", header=HEADER + ",status"), "`status`; expected A actual"),
    (table(LINE, LINE), "states approved of 2026-06-01 in rows 1 and 2"),
])  # fmt: skip
def test_a_table_of_another_form_is_refused_with_row_and_column(payload, found):
    with pytest.raises(SourceError, match=rf"large_load: the table .*{found}"):
        read(payload, FETCHED)


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="without a time zone"):
        read(table(LINE), datetime(2026, 10, 5))  # noqa: DTZ001 - the fault under test


def test_a_table_is_complete_by_itself_whatever_was_held():
    complete("", [table(LINE)], [table(LINE, LINE.replace("06", "05"))])
    complete("file", [table(LINE), table(LINE)])


@pytest.mark.parametrize(("bodies", "found"), [
    ([], "came as 0 bodies"),
    ([table(LINE)[:-1]], "breaks off in its last line"),
    ([table(LINE, LINE)], "in rows 1 and 2"),
])  # fmt: skip
def test_a_table_that_is_short_or_unsound_is_not_complete(bodies, found):
    with pytest.raises(SourceError, match=found):
        complete("", bodies)


def test_a_file_saved_by_a_spreadsheet_reads_like_the_file_itself():
    saved = b"\xef\xbb\xbf" + table(LINE).replace(b"\n", b"\r\n")

    columns = [name for name in OBSERVATIONS.names if name != "raw_sha256"]
    pd.testing.assert_frame_equal(rows(saved)[columns], rows(table(LINE))[columns])


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(6)), st.permutations(range(8)))
def test_the_order_of_rows_and_columns_changes_nothing(columns, order):
    lines = [f"ercot,2026-0{n + 1},approved,{n},MW,2026-09-01".split(",") for n in range(8)]
    turned = [",".join(lines[n][c] for c in columns) for n in order]
    header = ",".join(HEADER.split(",")[c] for c in columns)

    kept = [name for name in OBSERVATIONS.names if name not in {"raw_sha256", "row"}]
    plain = rows(table(*map(",".join, lines)))
    pd.testing.assert_frame_equal(rows(table(*turned, header=header))[kept], plain[kept])


def mutated(payload, chance):
    at = chance.randrange(len(payload))
    kind = chance.randrange(3)
    if kind == 0:
        return payload[:at] + bytes([chance.randrange(256)]) + payload[at + 1 :]
    if kind == 1:
        return payload[:at] + payload[at + chance.randrange(1, 40) :]
    return payload[:at] + chance.choice([b",", b'"', b"\n", b"e", b"\0", b"9"]) + payload[at:]


def judged(payload):
    """Read a table; each value must stand in it as written."""
    try:
        complete("", [payload])
        reading = read(payload, FETCHED)
    except SourceError as refusal:
        message = str(refusal)
        assert message.startswith("large_load: ")
        assert "\n" not in message
        return False
    written = {float(n) for n in re.findall(rb"\d*\.?\d+(?:[eE][+-]?\d+)?|\d+\.", payload)}
    OBSERVATIONS.check(reading.observations)
    assert {*reading.observations["value"], *reading.claims["central"]} <= written
    return True


def test_damaged_tables_are_read_as_they_stand_or_refused_in_our_words():
    chance = random.Random(20261123)
    lines = [f"ercot,2026-0{n + 1},{category},{n}50.25,MW,2026-09-0{n + 1},Paper {n}"
             for n in range(6) for category in ("approved", "studied", "energised")]  # fmt: skip
    lines += [f"pjm,203{n},adjustment,{n}.5,GW,2026-01-14,LAS" for n in range(6)]
    sound = table(*lines, header=HEADER + ",paper")
    outcomes = {True: 0, False: 0}

    for _ in boxed():
        outcomes[judged(mutated(sound, chance))] += 1

    assert min(outcomes.values()) > 3


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_refused(payload):
    with pytest.raises(SourceError, match="large_load: the table"):
        read(payload, FETCHED)
