"""Hourly demand of EIA-930: hours by their start, gaps kept, nothing judged."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.eia_answers import AT, answer, bulk_line, hour, hours, packed

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources import eia_grid_hours
from forecast.sources.eia_grid_demand import (
    RESPONDENTS,
    SOURCE,
    complete,
    questions,
    read,
    redacted,
)
from forecast.sources.source import Situation

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads"
MWH = "megawatthours"
SAID = ["series_id", "period_start", "period_end", "value", "unit", "obs_status"]
QUARTER = answer(hours("2024-07-01T01", 2208), "hourly")


def refused(found):
    return pytest.raises(SourceError, match=rf"^eia_grid_demand: .*{found}")


def asked(today, held=None):
    return questions(Situation(today, held or {}, "sesame"))


def in_csv(*lines, header="datetime_utc,respondent,demand_mwh"):
    return "\n".join([header, *lines, ""]).encode()


@pytest.mark.shared
@pytest.mark.parametrize(("name", "series", "starts", "values"), [
    ("openbb_rto_region_data_AEC_2019-01-02T00.json", "us_aec_demand", ["2019-01-01T23"], [486]),
    ("electricitymaps_US_NW_BPAT-consumption.json", "us_bpat_demand",
     ["2023-05-01T09", "2023-05-01T10"], [4792, 6215]),
])  # fmt: skip
def test_recordings_of_both_versions_give_their_hours(name, series, starts, values):
    rows = OBSERVATIONS.check(read((RECORDED / "eia" / name).read_bytes(), AT).observations)

    assert set(rows["series_id"]) == {series}
    assert rows["period_start"].dt.strftime("%Y-%m-%dT%H").tolist() == starts
    assert rows["value"].tolist() == values


@pytest.mark.shared
def test_another_route_is_refused_by_the_column_it_lacks():
    with refused("has no column `type` in row 1, but .*'fueltype'"):
        read((RECORDED / "eia" / "electricitymaps_US-NW-PGE-with-nulls.json").read_bytes(), AT)


@pytest.mark.shared
def test_six_recorded_years_keep_their_faults():
    recorded = (RECORDED / "pjm" / "pjm_hourly_demand_2019_2024_eia.csv.gz").read_bytes()
    rows = OBSERVATIONS.check(read(recorded, AT).observations)
    by_start = rows.set_index("period_start")["value"]

    assert (len(rows), int(rows["value"].isna().sum())) == (52469, 116)
    assert set(rows["series_id"]) == {"us_pjm_demand"}
    assert by_start[pd.Timestamp("2021-10-19T03")] == 2_147_480_000
    assert by_start[pd.Timestamp("2018-12-31T23")] == 94_016
    assert redacted(recorded) == recorded


def test_an_hour_named_by_its_end_starts_before_it():
    reading = read(answer([hour("2024-01-01T00", value="486")], "hourly"), AT)
    row = OBSERVATIONS.check(reading.observations).iloc[0]

    assert row["period_start"] == pd.Timestamp("2023-12-31T23")
    assert row["period_end"] == pd.Timestamp("2023-12-31")
    assert (row["series_id"], row["value_text"], row["unit"]) == ("us_pjm_demand", "486", "MWh")
    assert (row["frequency"], row["quantity"], row["row"]) == ("H", "energy", 1)
    assert (row["known_from"], row["known_from_basis"]) == (pd.Timestamp(AT.date()), "fetched")
    PUBLICATIONS.check(reading.publications)


def test_null_is_an_hour_without_value_and_a_wild_one_is_passed_on():
    rows = [hour("2024-01-01T01", value=None), hour("2024-01-01T02", value="2147483647")]
    found = read(answer(rows, "hourly"), AT).observations

    assert found["obs_status"].tolist() == ["M", "A"]
    assert found["value_text"].tolist() == ["", "2147483647"]
    assert np.isnan(found["value"][0])
    assert found["value"][1] == 2_147_483_647


def test_other_types_are_counted_not_read():
    rows = [hour("2024-01-01T01", type=kind) for kind in ("D", "DF", "NG", "TI")]
    reading = read(answer(rows, "hourly"), AT)

    assert reading.observations["row"].tolist() == [1]
    assert list(reading.left_out.values()) == [3]


def test_an_hour_that_has_not_ended_is_no_observation():
    rows = [hour("2026-11-23T06"), hour("2026-11-23T07")]
    reading = read(answer(rows, "hourly"), AT)

    assert reading.observations["row"].tolist() == [1]
    assert dict(reading.left_out) == {"an hour that had not ended when it was fetched": 1}


def test_an_instant_without_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match=r"eia_grid_demand: retrieved_at .*time zone"):
        read(QUARTER, datetime(2026, 1, 1))  # noqa: DTZ001


def test_every_form_tells_the_same_hours():
    rows = hours("2024-03-31T00", 30, "US48")
    api = read(answer(rows, "hourly"), AT).observations[SAID]
    pairs = [[row["period"].replace("-", "") + "Z", int(row["value"])] for row in rows]
    line = bulk_line("EBA.US48-ALL.D.H", pairs[::-1], units="megawatthours")
    told = [f"{row['period']},US48,{row['value']}.0" for row in rows]
    named = [f"{row['period'].replace('T', ' ')}:00,{row['value']}" for row in rows]
    forms = [
        line,
        packed(("EBA.txt", line)),
        in_csv(*told),
        gzip.compress(in_csv(*told)),
        in_csv(*named, header="datetime_utc,us48_demand_mwh"),
    ]

    for form in forms:
        pd.testing.assert_frame_equal(read(form, AT).observations[SAID], api)


def test_a_bulk_file_gives_every_authority_and_counts_what_is_not_demand_in_utc():
    payload = b"\n".join([
        bulk_line("EBA.PJM-ALL.D.H", [["20260923T20Z", 1], ["20260923T23Z", None]], MWH),
        bulk_line("EBA.PJM-ALL.DF.H", [["20260923T20Z", 1]], MWH),
        bulk_line("EBA.PJM-ALL.D.HL", [["20260923T16-04", 1]], MWH),
        bulk_line("EBA.AEC-ALL.D.H", [["20260922T20Z", 1]], MWH),
        bulk_line("EBA.TVA-ALL.D.H", [], MWH),
        bulk_line("NG.X.A", [["2024", 1]], MWH),
    ])  # fmt: skip
    reading = read(payload, AT)
    rows = reading.observations

    assert rows["series_id"].tolist() == ["us_aec_demand", "us_pjm_demand", "us_pjm_demand"]
    assert rows["row"].tolist() == [5, 1, 2]
    assert rows["known_from"].dt.date.tolist() == [date(2026, 9, 23), AT.date(), AT.date()]
    assert rows["known_from_basis"].tolist() == ["stamped", "fetched", "fetched"]
    assert sorted(reading.left_out.values()) == [1, 3]
    assert reading.publications["published"].tolist() == ["2026-09-23"]


def test_a_bulk_file_without_demand_has_no_row():
    assert read(bulk_line("EBA.PJM-ALL.NG.H", [], "megawatthours"), AT).rows == 0


@pytest.mark.parametrize(("row", "frequency", "found"), [
    (hour("2024-01-01T24"), "hourly", "holds the hour '2024-01-01T24' in row 1"),
    (hour("2024-02-30T01"), "hourly", "holds the hour '2024-02-30T01'"),
    (hour("0001-01-01T01"), "hourly", "holds the hour '0001-01-01T01'"),
    (hour("2024-01-01"), "hourly", "holds the hour '2024-01-01'"),
    (hour("2024-01-01T01-05"), "hourly", "holds the hour '2024-01-01T01-05'.*UTC"),
    (hour("2024-01-01T01"), "local-hourly", "has frequency 'local-hourly'"),
    (hour("2024-01-01"), "daily", "has frequency 'daily'"),
    (hour("2024-01-01T01", "pjm"), "hourly", "holds the respondent 'pjm'"),
    (hour("2024-01-01T01", type="d"), "hourly", "holds the type 'd'"),
    (hour("2024-01-01T01", value="x"), "hourly", "holds 'x' as `value` 1"),
    (hour("2024-01-01T01", **{"value-units": "MW"}), "hourly", "is in 'MW'"),
])  # fmt: skip
def test_a_row_of_another_kind_is_refused_by_name(row, frequency, found):
    with refused(found):
        read(answer([row], frequency), AT)


@pytest.mark.parametrize(("payload", "found"), [
    (answer([hour("2024-01-01T01"), hour("2024-01-01T01", value="2")], "hourly"), "twice"),
    (in_csv("2024-01-01T01,PJM,1", "2024-01-01 01:00,PJM,1"), "PJM in the hour to .*T01 twice"),
    (in_csv("2024-01-01T01,PJM,1", "2024-01-01T0"), "2.* fields"),
    (in_csv("2024-01-01T01,,1"), "holds the respondent ''"),
    (in_csv("2024-01-01T01,PJM,n/a"), "holds 'n/a' as `demand_mwh` 1"),
    (in_csv("2024-01-01T01,1", header="datetime_utc,demand_mwh"), "respondent"),
    (in_csv("2024-01-01T01,PJM,90009").rstrip(b"\n")[:-4], "a last line without its end"),
    (in_csv("2024-01-01T01,1,2", header="datetime_utc,pjm_demand_mwh,x"), "respondent"),
    (bulk_line("EBA.PJM-ALL.D.H", [["20240101T01Z", 1]], "megawatts"), "is in 'megawatts'"),
    (bulk_line("EBA.PJM-ALL.D.H", [["20240101T01-05", 1]], "megawatthours"), "holds the hour"),
    (gzip.compress(in_csv())[:-3], "gzip file cut off"),
    (gzip.compress(in_csv()) + b"x", "gzip file cut off, too large or with a tail"),
    (b"\x1f\x8b\x08xxxxxxxxxxxxxxxx", "is a damaged gzip file"),
    (b"<html></html>", "is a web page"),
    (b"", "is empty"),
])  # fmt: skip
def test_what_is_no_table_of_hours_is_refused_for_what_it_is(payload, found):
    with refused(found):
        read(payload, AT)


def test_what_unpacks_beyond_all_measure_is_refused(monkeypatch):
    monkeypatch.setattr(eia_grid_hours, "_MOST_UNPACKED", 1000)

    with refused("gzip file cut off, too large"):
        read(gzip.compress(b" " * 100_000), AT)


def test_a_csv_of_no_hours_has_no_row():
    assert read(in_csv(), AT).rows == 0


def test_each_authority_is_asked_by_quarter_from_2019_and_fits_a_page():
    found = asked(date(2026, 11, 23))
    names = [question.name for question in found]
    params = dict(found[names.index("ciso-2024q3")].request.params)

    assert (names[0], names[-1], len(names)) == ("pjm-2019q1", "us48-2026q4", 32 * len(RESPONDENTS))
    assert (params["start"], params["end"]) == ("2024-07-01T01", "2024-10-01T00")
    assert (params["facets[respondent][]"], params["facets[type][]"]) == ("CISO", "D")
    assert int(params["length"]) >= 92 * 24
    assert "sesame" not in repr(found)


def test_a_new_quarter_is_asked_from_its_second_day():
    assert asked(date(2027, 1, 1))[-1].name == "us48-2026q4"
    assert asked(date(2027, 1, 2))[-1].name == "us48-2027q1"


@pytest.mark.parametrize(("fetched", "names"), [
    ("2024-10-31T00:00:00+00:00", []),
    ("2024-10-30T00:00:00+00:00", ["pjm-2024q3"]),
    ("2024-08-01T00:00:00+00:00", ["pjm-2024q3"]),
    ("", []),
    ("soon", []),
])  # fmt: skip
def test_a_held_quarter_is_asked_again_until_it_was_fetched_a_month_after_its_end(fetched, names):
    day = date(2026, 11, 23)
    late = {q.name: {"retrieved_at": "2026-11-01T00:00:00+00:00"} for q in asked(day)}
    found = [q.name for q in asked(day, {**late, "pjm-2024q3": {"retrieved_at": fetched}})]

    newest = [f"{r.lower()}-2026q{n}" for n in (3, 4) for r in RESPONDENTS]
    assert found == [*names, *newest]


def test_quarters_follow_one_another_without_gap_or_overlap():
    bounds = [
        (dict(q.request.params)["start"], dict(q.request.params)["end"])
        for q in asked(date(2026, 11, 23))
        if q.name.startswith("pjm")
    ]

    for (_, end), (start, _) in pairwise(bounds):
        assert datetime.fromisoformat(end) + timedelta(hours=1) == datetime.fromisoformat(start)


def test_a_whole_quarter_is_complete():
    complete("pjm-2024q3", [QUARTER])
    complete("pjm-2024q3", [QUARTER], [QUARTER])
    complete("pjm-2024q3", [QUARTER], [answer(hours("2024-07-01T01", 2000), "hourly")])
    complete("", [QUARTER])


@pytest.mark.parametrize(("question", "body", "found"), [
    ("pjm-2024q3", answer(hours("2024-07-01T01", 9), "hourly", total="10"), "holds 9 of 10 rows"),
    ("pjm-2024q3", answer([], "hourly"), "holds 0 of 0 rows"),
    ("erco-2024q3", QUARTER, "has rows of respondent 'PJM'.*ERCO alone"),
    ("pjm-2024q2", QUARTER, "reaches from 2024-07-01T01"),
    ("pjm-2024q3", answer(hours("2024-07-01T00", 9), "hourly"), "reaches from 2024-07-01T00"),
    ("pjm-2024q3", answer([hour("2024-07-01T01", type="DF")], "hourly"), "has rows of type 'DF'"),
    ("pjm-2024q5", QUARTER, "a question is named 'pjm-2024q5'"),
])  # fmt: skip
def test_an_answer_to_another_question_is_refused(question, body, found):
    with refused(found):
        complete(question, [body])


def test_an_answer_shorter_than_the_held_one_is_refused_unless_hardly():
    fewer = json.loads(QUARTER)["response"]["data"]
    with refused("reaches to .*2024-09"):
        complete("pjm-2024q3", [answer(fewer[:-1], "hourly")], [QUARTER])
    with refused("has 2,1.. rows"):
        complete("pjm-2024q3", [answer(fewer[50:], "hourly")], [QUARTER])
    complete("pjm-2024q3", [answer(fewer[40:], "hourly")], [QUARTER])


@pytest.mark.parametrize(("nulls", "short"), [(44, False), (45, True)])
def test_values_taken_back_in_the_hundreds_are_refused(nulls, short):
    rows = [
        {**row, "value": None if place < nulls else row["value"]}
        for place, row in enumerate(json.loads(QUARTER)["response"]["data"][::-1])
    ]
    again = answer(rows, "hourly")

    if short:
        with refused("has 2,163 values.*about 2,208"):
            complete("pjm-2024q3", [again], [QUARTER])
    else:
        complete("pjm-2024q3", [again], [QUARTER])


def test_a_key_echoed_is_not_kept():
    sent = QUARTER.replace(b'"params": {', b'"params": {"api_key": "sesame", ')

    assert b"sesame" not in redacted(sent)


def test_the_source_says_what_it_is():
    assert (SOURCE.name, SOURCE.hosts, SOURCE.key.variable) == (
        "eia_grid_demand", ("api.eia.gov",), "EIA_API_KEY",
    )  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(
    first=st.datetimes(datetime(2019, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001
    order=st.randoms(use_true_random=False),
)
def test_every_hour_lies_in_its_day_whatever_the_order(first, order):
    rows = hours(f"{first:%Y-%m-%dT%H}", 50)
    order.shuffle(rows)
    found = read(answer(rows, "hourly"), datetime(2026, 11, 23, tzinfo=UTC)).observations

    starts = found["period_start"]
    assert (starts.diff().dropna() == pd.Timedelta(hours=1)).all()
    assert (starts.dt.normalize() == found["period_end"]).all()
    ends = [rows[n - 1]["period"] for n in found["row"]]
    assert (starts + pd.Timedelta(hours=1)).dt.strftime("%Y-%m-%dT%H").tolist() == ends
