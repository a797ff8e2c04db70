"""The reader of data-centre construction: right rows, two things apart, or an error that helps."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.payload_mutants import RETRIEVED_AT, judged, mutants

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.census_construction import SOURCE, complete, questions, read
from forecast.sources.source import Situation

RECORDED = (
    Path(__file__).parents[2].parent / "shared" / "payloads" / "census"
) / "monthly-spending-data-center-us.csv"
TITLE = "Monthly spending on data center construction in the United States"
RATES = b"""period,value,unit,published,url
2026-06,68.3,USD bn/yr,2026-08-03,https://example.org
2026-07,75200,USD m/yr,2026-09-01,
2014-01,1.6,USD bn/yr,,
"""


def chart(months=20, start=2024, amount=2_500_000_000, head="Entity,Code,Day", title=TITLE):
    """Return a chart in which each month spends a million more than the one before."""
    lines = [f"{head},{title}"]
    for n in range(months):
        year, month = start + n // 12, n % 12 + 1
        lines.append(f"United States,USA,{year}-{month:02}-01,{amount + n * 1_000_000}")
    return "\n".join(lines).encode()


@pytest.mark.shared
def test_the_recorded_chart_gives_every_month_as_printed():
    recorded = RECORDED.read_bytes()
    rows = read(recorded, RETRIEVED_AT).observations

    assert len(rows) == 140
    assert rows["value_text"].iloc[[0, -1]].tolist() == ["149693689", "2573949149"]
    assert rows["period_end"].iloc[-1] == pd.Timestamp("2025-08-31")
    complete("monthly_spending", [recorded], [recorded])


def test_it_asks_for_one_chart_without_a_key():
    (question,) = questions(Situation(today=RETRIEVED_AT.date()))

    assert question.name == "monthly_spending"
    assert question.request.url.startswith(f"https://{question.request.hosts[0]}/")
    assert (question.request.params, SOURCE.key) == ((), None)


def test_a_month_keeps_dollars_scope_text_and_row():
    row = read(chart(), RETRIEVED_AT).observations.iloc[1]

    assert (row["series_id"], row["frequency"], row["row"]) == ("dc_construction", "M", 2)
    assert (row["value"], row["value_text"], row["unit"]) == (2.501e9, "2501000000", "USD")
    assert (row["quantity"], row["scope"]) == ("spend", "deflated, not seasonally adjusted")
    assert row["period_end"] == pd.Timestamp("2024-02-29")
    assert (row["known_from_basis"], row["known_from"]) == ("fetched", pd.Timestamp("2026-11-20"))


def test_what_is_read_keeps_the_contract():
    reading = read(chart(), RETRIEVED_AT)

    assert len(OBSERVATIONS.check(reading.observations)) == reading.rows == 20
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert (publication["publication_id"], publication["family"]) == ("owid_c30_live", "census_c30")


@pytest.mark.parametrize(("head", "title"), [
    ("entity,code,day", "data_center_construction"),
    ("Entity,Code,Day", "Spending on data centres"),
    ("Entity,Code,Day,Annotations", TITLE),
])  # fmt: skip
def test_the_title_of_the_value_may_change(head, title):
    sent = chart(head=head, title=title)
    if "Annotations" in head:
        sent = sent.replace(b"-01,2", b"-01,,2")

    assert read(sent, RETRIEVED_AT).rows == 20


@pytest.mark.parametrize("dress", [
    lambda sent: b"\xef\xbb\xbf" + sent,
    lambda sent: sent.replace(b"\n", b"\r\n"),
    lambda sent: sent + b"\n",
])  # fmt: skip
def test_byte_order_mark_and_line_ends_change_no_number(dress):
    columns = ["period_end", "value", "value_text", "row"]

    pd.testing.assert_frame_equal(
        read(dress(chart()), RETRIEVED_AT).observations[columns],
        read(chart(), RETRIEVED_AT).observations[columns],
    )


def test_other_areas_blanks_and_the_running_month_are_left_out():
    extra = b"\nCanada,CAN,2026-01-01,9\nUnited States,USA,2026-01-01,\n"
    running = b"United States,USA,2026-11-01,2500000000"
    reading = read(chart() + extra + running, RETRIEVED_AT)

    assert dict(reading.left_out) == {
        "another area than the United States": 1,
        "no figure": 1,
        "a period that had not ended when it was fetched": 1,
    }


@pytest.mark.parametrize(("sent", "found"), [
    (b"", "is empty"),
    (b"<html>Not found</html>", "is a web page"),
    (chart(head="Entity,Code,Month"), "has the columns"),
    (chart().replace(b"United States,", b"Canada,"), "gives 'Canada' the code 'USA'"),
    (chart().replace(b"States,USA,2025-03", b"States,CAN,2025-03"), "the code 'CAN' in row 15"),
    (chart().replace(b"States,USA,2025-03", b"States,,2025-03"), "the code '' in row 15"),
    (chart(title="Spending on offices"), "one of spending on data centers"),
    (chart(title="Data center spending in millions"), "one of spending on data centers"),
    (chart(head="Entity,Code,Day,Data centers"), "one of spending on data centers"),
    (chart(amount=2_500), "holds '2500' in row 1; .* dollars of a month"),
    (chart(amount=25 * 10**12), "holds '25000000000000' in row 1"),
    (chart().replace(b"2024-03-01", b"2024-03"), "has the Day '2024-03' in row 3"),
    (chart().replace(b"2024-03-01", b"2024-03-15"), "has the Day '2024-03-15' in row 3"),
    (chart().replace(b"2024-03-01", b"2024-02-01"), "2024-02-29 in rows 2 and 3"),
    (chart().replace(b"2502000000", b"n/a"), "holds 'n/a' in row 3"),
    (RATES.replace(b"USD bn/yr", b"USD bn"), "has the unit 'USD bn' in row 1"),
    (RATES.replace(b"2026-06,", b"2026-Q2,"), "has the period '2026-Q2' in row 1"),
    (RATES.replace(b"68.3", b""), "holds '' in row 1"),
    (RATES.replace(b"68.3", b"-1"), "holds '-1' in row 1"),
    (RATES.replace(b"2026-08-03", b"3 August"), "has published '3 August' in row 1"),
    (RATES.replace(b"2026-08-03", b"2026-02-30"), "has published '2026-02-30' in row 1"),
    (RATES + b"2014-01,1.7,USD bn/yr,,\n", "dc_construction_saar of 2014-01-31 in rows 3 and 4"),
    (RATES.replace(b"value", b"amount"), "lacks the columns .'value'"),
])  # fmt: skip
def test_what_this_reader_does_not_know_is_refused_by_name(sent, found):
    with pytest.raises(SourceError, match=f"census_construction: the file .*{found}|{found}"):
        read(sent, RETRIEVED_AT)


def test_annual_rates_come_by_hand_and_are_never_mixed_with_months():
    reading = read(RATES, RETRIEVED_AT)
    rows = reading.observations

    assert rows["series_id"].unique().tolist() == ["dc_construction_saar"]
    assert rows["value"].tolist() == [1.6, 68.3, 75.2]
    assert rows["value_text"].tolist() == ["1.6", "68.3", ""]
    assert rows["unit"].unique().tolist() == ["USD bn/yr"]
    assert reading.publications["publication_id"].tolist() == ["census_c30_saar"]
    OBSERVATIONS.check(rows)


def test_a_dated_release_is_known_from_its_day_and_an_undated_one_from_ours():
    rows = read(RATES, RETRIEVED_AT).observations

    assert rows["known_from"].dt.strftime("%Y-%m-%d").tolist() == [
        "2026-11-20", "2026-08-03", "2026-09-01",
    ]  # fmt: skip
    assert rows["known_from_basis"].tolist() == ["fetched", "stamped", "stamped"]


def test_a_later_release_may_say_the_same_month_again():
    again = RATES + b"2026-06,70.1,USD bn/yr,2026-09-01,\n"

    assert read(again, RETRIEVED_AT).rows == 4


@pytest.mark.parametrize("published", ["", "2026-12-01", "2026-11-20"])
def test_two_rates_of_a_month_known_from_the_same_day_are_refused(published):
    again = RATES + f"2014-01,1.7,USD bn/yr,{published},\n".encode()

    with pytest.raises(SourceError, match="2014-01-31 in rows 3 and 4"):
        read(again, RETRIEVED_AT)


def test_a_release_dated_after_we_had_it_proves_nothing():
    rows = read(RATES.replace(b"2026-09-01", b"2026-12-01"), RETRIEVED_AT).observations

    assert rows["known_from_basis"].tolist() == ["fetched", "stamped", "fetched"]


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="census_construction: retrieved_at"):
        read(chart(), datetime(2026, 7, 8))  # noqa: DTZ001 - the fault under test


def test_a_whole_chart_is_complete_alone_and_beside_the_held_one():
    complete("monthly_spending", [chart()], [])
    complete("monthly_spending", [chart()], [chart()])
    complete("monthly_spending", [chart(21)], [chart()])


@pytest.mark.parametrize(("body", "found"), [
    (chart()[:-1], "ends with .*may be cut off"),
    (chart()[:-4], "ends with .*may be cut off|holds"),
    (chart(1), "ends with"),
    (chart(0), "ends with"),
    (chart(19), "reaches to 2025-07-31; .*2025-08-31 at least"),
    (chart(8, 2025), "has 8 figures; .* 20, as in the vintage held"),
    (chart().replace(b"2024-03-01", b"2023-03-01"), "jumps from 2023-03-31 to 2024-01-01"),
    (RATES, "has the columns"),
])  # fmt: skip
def test_a_short_answer_is_named_short(body, found):
    with pytest.raises(SourceError, match=f"census_construction: the chart .*(?:{found})"):
        complete("monthly_spending", [body], [chart()])


def test_every_cut_of_a_chart_is_refused_or_a_whole_number_of_months():
    whole = chart()
    held = len(whole.splitlines()) - 1

    for end in range(len(whole)):
        with pytest.raises(SourceError):
            complete("monthly_spending", [whole[:end]], [whole])
    assert held == 20


def test_a_damaged_held_chart_is_named_as_the_held_one():
    with pytest.raises(SourceError, match="the chart as held is empty"):
        complete("monthly_spending", [chart()], [b""])


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_columns_does_not_matter(order):
    lines = [line.split(",") for line in chart().decode().splitlines()]
    turned = "\n".join(",".join(line[place] for place in order) for line in lines)

    pd.testing.assert_frame_equal(
        read(turned.encode(), RETRIEVED_AT).observations.drop(columns="raw_sha256"),
        read(chart(), RETRIEVED_AT).observations.drop(columns="raw_sha256"),
    )


@pytest.mark.parametrize("whole", [chart(), RATES.replace(b"75200,USD m/yr", b"75.2,USD bn/yr")])
def test_a_damaged_file_gives_no_wrong_number(whole):
    outcomes = [judged("census_construction", read, sent) for sent in mutants(whole, seed=8)]

    assert {True, False} <= set(outcomes)


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_chart_by_hand_cut_inside_its_last_number_is_refused(cut):
    lines = b"Entity,Code,Day,Data center\n" + b"".join(
        b"United States,USA,2026-%02d-01,21%08d\n" % (month, month) for month in range(1, 5)
    )
    cut_off = lines.rstrip()[:-cut]

    assert len(read(lines.rstrip(), RETRIEVED_AT).observations) == 4
    with pytest.raises(SourceError):
        read(cut_off, RETRIEVED_AT)
