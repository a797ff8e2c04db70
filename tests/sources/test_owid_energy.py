"""The reader of Our World in Data's energy figures: right rows, or an error that helps."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.payload_mutants import RETRIEVED_AT, judged, mutants

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.owid_energy import SOURCE, complete, questions, read
from forecast.sources.source import Situation

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads" / "owid"
HEADER = "country,year,iso_code,population,electricity_demand,electricity_generation,{}"
CODES = ("BRA", "CHN", "DEU", "FRA", "GBR", "IND", "JPN", "USA")
CHART = b"Entity,Code,Year,Electricity demand - TWh\nIreland,IRL,2024,33.5\nAsia,,2024,9000\n"


def data_set(years=(2023, 2024, 2025), codes=CODES, extra=(), end="\n"):
    """Return a data set in which a country's demand is its place and its year's last digits."""
    lines = [HEADER.format("net_elec_imports")]
    for place, code in enumerate([*codes, ""], start=1):
        name = f"Country {code}" if code else "World"
        lines += [f'"{name}",{y},{code},9,{place}{y % 100}.5,{place}{y % 100},0.5' for y in years]
    return ("\n".join([*lines, *extra]) + end).encode()


def by_series(payload, retrieved_at=RETRIEVED_AT):
    rows = read(payload, retrieved_at).observations
    return rows.set_index(["series_id", rows["period_start"].dt.year])


@pytest.mark.shared
def test_the_recorded_chart_holds_what_the_publisher_printed():
    reading = read((RECORDED / "grapher_electricity-demand_2024-06.csv").read_bytes(), RETRIEVED_AT)
    rows = reading.observations.set_index(["series_id", "period_start"])

    assert rows.loc[("zwe_electricity_demand", "2022-01-01"), "value_text"] == "10.69"
    assert len(rows) + sum(reading.left_out.values()) == 5863
    assert "world_electricity_demand" in rows.index.get_level_values(0)


@pytest.mark.shared
def test_the_recorded_excerpt_balances():
    rows = by_series((RECORDED / "owid_energy_excerpt.csv").read_bytes())

    assert rows.loc[("usa_electricity_demand", 2025), "value"] == 4535.81
    assert rows.loc[("usa_electricity_generation", 2025), "value"] == 4519.79


def test_it_asks_for_one_file_without_a_key():
    (question,) = questions(Situation(today=RETRIEVED_AT.date()))

    assert question.name == "energy_data"
    assert question.request.url.startswith(f"https://{question.request.hosts[0]}/")
    assert (question.request.params, SOURCE.key) == ((), None)
    assert SOURCE.next(question.request, b"") is None


def test_a_figure_keeps_year_unit_text_and_row():
    row = by_series(data_set()).loc[("chn_electricity_demand", 2024)]

    assert (row["value"], row["value_text"], row["unit"]) == (224.5, "224.5", "TWh")
    assert (row["frequency"], row["quantity"], row["row"]) == ("A", "energy", 5)
    assert row["period_end"] == pd.Timestamp("2024-12-31")
    assert (row["known_from_basis"], row["known_from"]) == ("fetched", pd.Timestamp("2026-11-20"))


def test_what_is_read_keeps_the_contract():
    reading = read(data_set(), RETRIEVED_AT)

    assert len(OBSERVATIONS.check(reading.observations)) == reading.rows == 54
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert (publication["publication_id"], publication["family"]) == (
        "owid_energy_live", "owid_energy",
    )  # fmt: skip
    assert "Ember" in publication["attribution"]


def test_aggregates_and_lines_without_figure_are_counted_not_read():
    extra = ('"ASEAN (Ember)",2024,,9,5,5,0', "Africa,2024,OWID_AFR,9,5,5,0", "Fiji,1900,FJI,9,,,")
    reading = read(data_set(extra=extra), RETRIEVED_AT)

    assert sorted(reading.left_out.values()) == [1, 1, 1]
    assert len(reading.observations) == 54


def test_a_year_that_had_not_ended_is_left_out():
    reading = read(data_set(years=(2025, 2026)), RETRIEVED_AT)

    assert dict(reading.left_out) == {"a period that had not ended when it was fetched": 18}
    assert set(reading.observations["period_end"].dt.year) == {2025}


@pytest.mark.parametrize("title", [
    "Electricity demand - TWh", "Electricity demand (TWh)", "electricity_demand", "Total demand",
    "total_demand__twh", "Electricity demand - terawatt-hours",
])  # fmt: skip
@pytest.mark.parametrize("head", ["Entity,Code,Year", "entity,code,year"])
def test_a_chart_is_read_under_old_and_new_titles(head, title):
    sent = CHART.replace(b"Entity,Code,Year", head.encode())
    reading = read(sent.replace(b"Electricity demand - TWh", title.encode()), RETRIEVED_AT)

    assert reading.observations["value"].tolist() == [33.5]
    assert sum(reading.left_out.values()) == 1


def test_the_world_may_have_a_code_of_the_publishers_own():
    reading = read(CHART + b"World,OWID_WRL,2024,30000\n", RETRIEVED_AT)

    assert "world_electricity_demand" in set(reading.observations["series_id"])


def test_a_chart_of_generation_is_generation():
    sent = CHART.replace(b"demand - TWh", b"generation")

    assert read(sent, RETRIEVED_AT).observations["series_id"].tolist() == [
        "irl_electricity_generation"
    ]


@pytest.mark.parametrize("title", [
    b"Electricity demand - GWh", b"Electricity demand per capita", b"Share of demand",
    b"Electricity demand - TWh,Total demand",
])  # fmt: skip
def test_a_chart_of_something_else_is_refused(title):
    lines = CHART.replace(b"Electricity demand - TWh", title)

    with pytest.raises(SourceError, match="one column of electricity demand or generation in TWh"):
        read(lines, RETRIEVED_AT)


def test_the_json_form_reads_like_the_csv():
    document = {
        "World": {"data": [{"year": 2024, "electricity_demand": 30000.5, "population": 8}]},
        "Ireland": {"iso_code": "IRL", "data": [{"year": 2023}, {
            "year": 2024, "electricity_demand": 33, "electricity_generation": 31.25,
            "net_elec_imports": 1.75,
        }]},
    }  # fmt: skip
    reading = read(json.dumps(document).encode(), RETRIEVED_AT)
    rows = reading.observations.set_index("series_id")

    assert rows["value_text"].to_dict() == {
        "irl_electricity_demand": "33",
        "irl_electricity_generation": "31.25",
        "world_electricity_demand": "30000.5",
    }
    assert rows.loc["irl_electricity_demand", "row"] == 3
    assert dict(reading.left_out) == {"no figure of demand or generation": 1}


@pytest.mark.parametrize(("document", "found"), [
    ({"Ireland": {"iso_code": "IRL"}}, "no list of years under 'Ireland'"),
    ({"Ireland": []}, "no list of years under 'Ireland'"),
    ({"Ireland": {"data": [7]}}, "no year in row 1"),
    ({"Ireland": {"iso_code": 7, "data": [{}]}}, "no year in row 1"),
    ({"Ireland": {"iso_code": "IRL", "data": [{"year": "2024"}]}}, "holds '2024' in row 1"),
    ({"Ireland": {"iso_code": "IRL", "data": [{"year": True}]}}, "holds True in row 1"),
    ({"Ireland": {"iso_code": "IRL", "data": [{}]}}, "has the year '' in row 1"),
    ([], "holds a list"),
])  # fmt: skip
def test_json_of_another_form_is_refused(document, found):
    with pytest.raises(SourceError, match=f"owid_energy: the file .*{found}"):
        read(json.dumps(document).encode(), RETRIEVED_AT)


@pytest.mark.parametrize(("line", "found"), [
    ("Eire,2024,IE,1,1,1,0", "has the code 'IE' in row 28"),
    ("Eire,2024-25,IRL,1,1,1,0", "has the year '2024-25' in row 28"),
    ("Eire,2024,IRL,1,n/a,1,0", "holds 'n/a' in row 28, demand"),
    ("Eire,2024,IRL,1,1,1,?", "holds '[?]' in row 28, net imports"),
    ("Eire,2024,IRL,1,33000000,33000000,0", "holds more than 200,000 in row 28"),
    ("China,2024,CHN,1,9,9,0", "says chn_electricity_demand of 2024-12-31 in rows 5 and 28"),
    ("Eire,2024,IRL,1,1,1", "row 28, .*, with 6 fields"),
])  # fmt: skip
def test_a_strange_line_is_named(line, found):
    with pytest.raises(SourceError, match=found):
        read(data_set(extra=(line,)), RETRIEVED_AT)


def test_a_file_whose_balance_fails_is_another_file():
    with pytest.raises(SourceError, match="27 of 27 rows in which generation and net imports"):
        read(data_set().replace(b",0.5\n", b",900\n"), RETRIEVED_AT)


def test_a_balance_that_fails_once_is_left_to_the_gate():
    assert read(data_set(extra=("Eire,2024,IRL,1,9,1,0",)), RETRIEVED_AT).rows == 56


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="owid_energy: retrieved_at"):
        read(data_set(), datetime(2026, 7, 8))  # noqa: DTZ001 - the fault under test


def test_a_whole_file_is_complete_alone_and_beside_the_held_one():
    complete("energy_data", [data_set()], [])
    complete("energy_data", [data_set()], [data_set()])
    complete("energy_data", [data_set()], [data_set(years=(2023, 2024))])
    complete("energy_data", [data_set()], [CHART])
    complete("energy_data", [data_set()], [HEADER.format("x").encode() + b"\n"])


@pytest.mark.parametrize(("bodies", "found"), [
    ([], "came as 0 bodies"),
    ([data_set(), data_set()], "came as 2 bodies"),
    ([CHART], "is a chart"),
    ([data_set(end="")], "has no end to its last line"),
    ([data_set()[:-3]], "with 6 fields|no end"),
    ([data_set(codes=CODES[1:])], r"lacks \['bra_electricity_demand'\] of 2024-01-01"),
    ([data_set(codes=())[:60] + b"\n"], "lacks|fields"),
    ([HEADER.format("x").encode() + b"\n"], "has no figure of a country"),
    ([data_set(years=(2023, 2024))], "reaches to 2024-12-31; .* 2025-12-31 at least"),
    ([data_set(years=(2024, 2025))], "has 36 figures; .* 54, as in the vintage held"),
])  # fmt: skip
def test_a_short_answer_is_named_short(bodies, found):
    with pytest.raises(SourceError, match=f"owid_energy: .*(?:{found})"):
        complete("energy_data", bodies, [data_set()])


def test_a_damaged_held_file_is_named_as_the_held_one():
    with pytest.raises(SourceError, match="the data set as held lacks the columns"):
        complete("energy_data", [data_set()], [b"x\n"])


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(7)))
def test_the_order_of_columns_does_not_matter(order):
    lines = [line.split(",") for line in data_set().decode().splitlines()]
    turned = "\n".join(",".join(line[place] for place in order) for line in lines) + "\n"

    pd.testing.assert_frame_equal(
        read(turned.encode(), RETRIEVED_AT).observations.drop(columns="raw_sha256"),
        read(data_set(), RETRIEVED_AT).observations.drop(columns="raw_sha256"),
    )


@pytest.mark.parametrize("whole", [data_set(codes=CODES[:2]), CHART])
def test_a_damaged_file_gives_no_wrong_number(whole):
    outcomes = [judged("owid_energy", read, sent) for sent in mutants(whole, seed=4)]

    assert {True, False} <= set(outcomes)


def test_a_damaged_json_gives_no_wrong_number():
    document = {"World": {"data": [{"year": y, "electricity_demand": y / 8} for y in (2023, 2024)]}}
    whole = json.dumps(document).encode()

    assert {judged("owid_energy", read, sent) for sent in mutants(whole, seed=5)} == {True, False}


def test_utc_days_are_counted():
    late = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)

    assert by_series(data_set(), late).loc[("chn_electricity_demand", 2025), "value"] == 225.5


IRELAND = b"Entity,Code,Year,Electricity demand - TWh\n" + b"".join(
    b"Ireland,IRL,%d,%d.25\n" % (year, 30 + year - 2015) for year in range(2015, 2024)
)


@pytest.mark.parametrize("cut", range(6))
def test_a_chart_cut_anywhere_in_its_last_number_never_tells_a_smaller_one(cut):
    whole = IRELAND + b"Ireland,IRL,2024,39.25"

    reading = read(whole[: len(whole) - cut], RETRIEVED_AT)

    told = by_series(whole[: len(whole) - cut])["value"]
    if cut == 0:
        assert told[("irl_electricity_demand", 2024)] == 39.25
    else:
        assert ("irl_electricity_demand", 2024) not in told.index
        assert len(told) + sum(reading.left_out.values()) == 10


@pytest.mark.parametrize("year", [1025, 1600, 2300, 9999])
def test_a_year_no_statistics_speak_of_is_refused(year):
    with pytest.raises(SourceError, match=f"has the year '{year}' in row 10"):
        read(IRELAND + b"Ireland,IRL,%d,39.25\n" % year, RETRIEVED_AT)


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_chart_cut_after_its_header_tells_nothing(end):
    header = IRELAND.split(b"\n")[0]

    assert read(header + end, RETRIEVED_AT).observations.empty


def test_a_last_line_that_is_ended_is_read_whatever_its_size():
    told = by_series(IRELAND + b"Ireland,IRL,2024,3.9\n")["value"]

    assert told[("irl_electricity_demand", 2024)] == 3.9
