"""Denmark's hourly use of telecom and IT: whole quarters as they stand, or an error that helps."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.payload_mutants import RETRIEVED_AT, judged, mutants

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.energinet_industry import SOURCE, complete, questions, read
from forecast.sources.source import Situation

SIBLING = (
    Path(__file__).parents[2].parent / "shared" / "payloads" / "energinet"
) / "electricitymaps_ElectricityProdex5MinRealtime_2025-02-21.json"
LIMITED = b'{"statusCode":429,"message":"Rate limit is exceeded. Try again in 37 seconds"}'
JULY = datetime(2025, 7, 1)  # noqa: DTZ001 - the publisher writes UTC without saying so


def records(hours=48, start=JULY, value="Consumption_MWh", time="TimeUTC", code="JB_JC"):
    """Return hours that each use a tenth of a megawatt-hour more than the one before."""
    return [
        {
            time: f"{start + timedelta(hours=n):%Y-%m-%dT%H:%M:%S}",
            "TimeDK": f"{start + timedelta(hours=n + 2):%Y-%m-%dT%H:%M:%S}",
            "DK36Code": code,
            "DK36Title": "Telekommunikation & It- og informationstjenester",
            value: 300.5 + n / 10,
        }
        for n in range(hours)
    ]


def answer(rows=None, **members):
    """Return an answer in the publisher's form; None takes a member out."""
    rows = records() if rows is None else rows
    whole = {
        "total": len(rows),
        "filters": '{"DK36Code":["JB_JC"]}',
        "sort": "TimeUTC asc",
        "dataset": "ConsumptionDK3619IndustryHour",
        "records": rows,
        **members,
    }
    return json.dumps({k: v for k, v in whole.items() if v is not None}).encode()


def changed(place=4, **cells):
    """Return an answer one of whose records has other cells; None stands for null."""
    rows = records()
    rows[place].update(cells)
    return answer(rows)


def without(name):
    return answer([{k: v for k, v in row.items() if k != name} for row in records()])


def asked(today, held=None):
    return [question.name for question in questions(Situation(today, held or {}))]


def refused(found):
    return pytest.raises(SourceError, match=rf"^energinet_industry: .*{found}")


def test_it_asks_for_one_code_of_one_quarter_without_limit_or_key():
    question = questions(Situation(date(2026, 11, 26)))[0]
    params = dict(question.request.params)

    assert question.name == "2026q4"
    assert question.request.url.startswith(f"https://{question.request.hosts[0]}/dataset/")
    assert (params["start"], params["end"]) == ("2026-10-01T00:00", "2027-01-01T00:00")
    assert (params["limit"], params["timezone"]) == ("0", "utc")
    assert json.loads(params["filter"]) == {"DK36Code": ["JB_JC"]}
    assert SOURCE.key is None


def test_a_quarter_is_asked_once_its_first_hours_are_surely_out():
    assert asked(date(2026, 10, 25))[0] == "2026q3"
    assert asked(date(2026, 10, 26))[0] == "2026q4"


def test_at_first_every_quarter_is_asked_newest_first():
    names = asked(date(2026, 11, 26))

    assert (names[0], names[-1], len(names)) == ("2026q4", "2021q1", 24)


def test_later_only_the_two_newest_and_what_was_fetched_too_early_are_asked():
    held = {
        name: {"retrieved_at": "2026-11-20T06:30:00+00:00"} for name in asked(date(2026, 11, 26))
    }
    held["2024q1"] = {"retrieved_at": "2024-04-24T06:30:00+00:00"}
    held["2024q2"] = {"retrieved_at": "2024-07-26T06:30:00+00:00"}
    held["2024q3"] = {"retrieved_at": "by a hand that wrote no date"}

    assert asked(date(2026, 11, 26), held) == ["2026q4", "2026q3", "2024q3", "2024q1"]


def test_what_is_not_held_goes_before_what_is():
    held = {
        name: {"retrieved_at": "2026-11-20T06:30:00+00:00"} for name in asked(date(2026, 11, 26))
    }
    del held["2022q2"]

    assert asked(date(2026, 11, 26), held) == ["2022q2", "2026q4", "2026q3"]


def test_an_hour_keeps_its_start_its_unit_its_text_and_its_row():
    row = read(answer(), RETRIEVED_AT).observations.iloc[25]

    assert (row["series_id"], row["frequency"]) == ("dk_telecom_it_demand", "H")
    assert row["period_start"] == pd.Timestamp("2025-07-02T01:00")
    assert row["period_end"] == pd.Timestamp("2025-07-02")
    assert (row["value"], row["value_text"], row["unit"]) == (303.0, "303.0", "MWh")
    assert (row["quantity"], row["obs_status"], row["row"]) == ("energy", "A", 26)
    assert (row["known_from_basis"], row["known_from"]) == ("fetched", pd.Timestamp("2026-11-20"))


def test_kilowatt_hours_become_megawatt_hours_and_have_no_text_of_their_own():
    row = read(answer(records(value="ConsumptionkWh")), RETRIEVED_AT).observations.iloc[0]

    assert (row["value"], row["value_text"], row["unit"]) == (0.3005, "", "MWh")


def test_what_is_read_keeps_the_contract():
    reading = read(answer(), RETRIEVED_AT)

    assert len(OBSERVATIONS.check(reading.observations)) == reading.rows == 48
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert publication["publication_id"] == "energinet_dk36_live"
    assert publication["family"] == "energinet_dk36"


@pytest.mark.parametrize("written", [
    "2025-07-01T04:00:00", "2025-07-01T04:00", "2025-07-01T04:00Z", "2025-07-01T04:00:00Z",
])  # fmt: skip
@pytest.mark.parametrize("column", ["TimeUTC", "HourUTC"])
def test_an_hour_may_be_written_in_the_forms_the_publisher_documents(column, written):
    rows = records(1, time=column)
    rows[0][column] = written

    reading = read(answer(rows), RETRIEVED_AT)

    assert reading.observations["period_start"].iloc[0] == pd.Timestamp("2025-07-01T04:00")


def test_the_danish_clock_is_never_read():
    autumn = records(4, datetime(2025, 10, 25, 23))  # noqa: DTZ001 - as above
    for row in autumn:
        row["TimeDK"] = "2025-10-26T02:00:00"

    assert read(answer(autumn), RETRIEVED_AT).observations["period_start"].is_unique


def test_a_null_is_an_hour_without_value():
    row = read(changed(Consumption_MWh=None), RETRIEVED_AT).observations.iloc[4]

    assert pd.isna(row["value"])
    assert (row["value_text"], row["obs_status"]) == ("", "M")


def test_other_codes_and_hours_of_the_day_of_fetching_are_left_out():
    rows = records() + records(3, code="PR") + records(2, datetime(2026, 11, 20))  # noqa: DTZ001
    reading = read(answer(rows), RETRIEVED_AT)

    assert reading.rows == 48
    assert dict(reading.left_out) == {
        "another industry code than JB_JC": 3,
        "a period that had not ended when it was fetched": 2,
    }


@pytest.mark.parametrize(("sent", "found"), [
    (b"", "is empty"),
    (b"<html>Not found</html>", "is a web page"),
    (b"[]", "holds a list"),
    (answer()[:-9], "breaks off or is damaged"),
    (LIMITED, "says status '429': 'Rate limit is exceeded. Try again in 37 seconds'"),
    (answer(dataset="ElectricityProdex5MinRealtime"), "is of the data set 'ElectricityProdex5Min"),
    (answer(dataset=None), "is of the data set None"),
    (answer(records=None), "has records None"),
    (answer(records={"a": 1}), "has records {'a': '1'}"),
    (answer([3]), "has the record '3' in row 1"),
    (answer(total=None), "holds 48 records of None"),
    (answer(total=49), "holds 48 records of '49'"),
    (answer(total=2133788, limit=100), "holds 48 records of '2133788'; .*the default limit of 100"),
    (without("TimeUTC"), "has the columns .*TimeUTC or HourUTC"),
    (without("DK36Code"), "has the columns .*; this reader knows DK36Code"),
    (without("Consumption_MWh"), "has the columns .*Consumption_MWh or ConsumptionkWh"),
    (answer(records(value="Consumption_GWh")), "has the columns .*'Consumption_GWh'"),
    (answer(records(time="Minutes5UTC")), "has the columns .*'Minutes5UTC'"),
    (changed(HourUTC="2025-07-01T04:00:00"), "has the columns .* in row 5"),
    (changed(ConsumptionkWh=304500), "has the columns .* in row 5"),
    (changed(TimeUTC="2025-07-01T04:30:00"), "holds the hour '2025-07-01T04:30:00' in row 5"),
    (changed(TimeUTC="2025-07-01T04:00:00+02:00"), r"holds the hour '2025-07-01T04:00:00\+02:00'"),
    (changed(TimeUTC="2025-13-01T04:00:00"), "holds the hour '2025-13-01T04:00:00' in row 5"),
    (changed(TimeUTC=None), "holds the hour None in row 5"),
    (changed(TimeUTC="2025-07-01T05:00:00"), "2025-07-01 in rows 5 and 6"),
    (changed(DK36Code=None), "holds the code None in row 5"),
    (changed(Consumption_MWh="300.9"), "holds the value '300.9' in row 5"),
    (changed(Consumption_MWh=True), "holds the value True in row 5"),
    (answer().replace(b"300.9", b"1e999"), "holds '1e999' in row 5"),
    (answer().replace(b"300.9", b"NaN"), "NaN is not a number"),
])  # fmt: skip
def test_what_this_reader_does_not_know_is_refused_by_name(sent, found):
    with refused(f"the answer .*(?:{found})"):
        read(sent, RETRIEVED_AT)


@pytest.mark.shared
def test_the_recorded_sibling_is_refused_for_what_it_is():
    with refused("is of the data set 'ElectricityProdex5MinRealtime'"):
        read(SIBLING.read_bytes(), RETRIEVED_AT)


@pytest.mark.shared
def test_the_recorded_envelope_is_the_one_we_write_and_falls_short():
    renamed = SIBLING.read_bytes().replace(
        b"ElectricityProdex5MinRealtime", b"ConsumptionDK3619IndustryHour"
    )

    with refused("holds 100 records of '2133788'"):
        complete("2025q1", [renamed])


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="energinet_industry: retrieved_at"):
        read(answer(), datetime(2026, 7, 8))  # noqa: DTZ001 - the fault under test


def test_a_whole_answer_is_complete_alone_and_beside_the_held_one():
    complete("2025q3", [answer()], [])
    complete("2025q3", [answer()], [answer()])
    complete("2025q3", [answer(records(96))], [answer()])
    complete("2025q3", [answer(records(92 * 24))], [answer()])


@pytest.mark.parametrize(("body", "found"), [
    (LIMITED, "says status '429'"),
    (answer(records(100), total=2208, limit=100), "holds 100 records of '2208'"),
    (answer([]), "holds no hour with a value"),
    (answer([{**row, "Consumption_MWh": None} for row in records()]), "no hour with a value"),
    (answer(records(code="PR")), "has 48 rows of another industry code than JB_JC"),
    (changed(DK36Code="JA"), "has 1 rows of another industry code than JB_JC"),
    (answer(records(92 * 24 + 1)), "reaches from 2025-07-01T00 to 2025-10-01T00"),
    (answer(records(start=JULY - timedelta(hours=1))), "reaches from 2025-06-30T23"),
    (answer(records(24)), "reaches to 2025-07-01; .*2025-07-02 at least"),
    (answer(records()[:20] + records()[24:]), "has 44 figures; .*48"),
])  # fmt: skip
def test_a_short_or_strange_answer_is_named(body, found):
    with refused(f"the answer to 2025q3 .*{found}"):
        complete("2025q3", [body], [answer()])


@pytest.mark.parametrize("bodies", [[], [answer(), answer()]])
def test_an_answer_is_one_body(bodies):
    with refused(f"came as {len(bodies)} bodies"):
        complete("2025q3", bodies)


@pytest.mark.parametrize("name", ["", "2025q5", "2025-q3", "pjm-2025q3"])
def test_a_question_of_another_name_is_none_of_ours(name):
    with refused(f"a question is named '{name}'"):
        complete(name, [answer()])


def test_a_damaged_held_answer_is_named_as_the_held_one():
    with refused("the answer to 2025q3 as held is empty"):
        complete("2025q3", [answer()], [b""])


@pytest.mark.parametrize("cut", range(1, 200))
def test_every_cut_of_an_answer_is_refused(cut):
    whole = answer()
    with pytest.raises(SourceError):
        complete("2025q3", [whole[: len(whole) * cut // 200]], [])


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_records_does_not_matter(order):
    rows = records(12)
    apart = ["raw_sha256", "row"]

    pd.testing.assert_frame_equal(
        OBSERVATIONS.check(read(answer([rows[n] for n in order]), RETRIEVED_AT).observations).drop(
            columns=apart
        ),
        OBSERVATIONS.check(read(answer(rows), RETRIEVED_AT).observations).drop(columns=apart),
    )


@pytest.mark.parametrize("whole", [answer(), answer(records(time="HourUTC"), limit=100)])
def test_a_damaged_answer_gives_no_wrong_number(whole):
    outcomes = [judged("energinet_industry", read, sent) for sent in mutants(whole, seed=36)]

    assert {True, False} <= set(outcomes)


def test_a_damaged_answer_is_never_a_bare_exception_to_whoever_completes():
    for sent in mutants(answer(), seed=19):
        refusal = ""
        try:
            complete("2025q3", [sent], [answer()])
            complete("2025q3", [answer()], [sent])
        except SourceError as error:
            refusal = str(error)
        assert not refusal or refusal.startswith("energinet_industry: ")


def test_the_fetching_day_is_the_utc_day():
    late = datetime(2026, 11, 21, 0, 30, tzinfo=UTC)

    assert read(answer(), late).observations["known_from"].iloc[0] == pd.Timestamp("2026-11-21")
