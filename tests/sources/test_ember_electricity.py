"""The reader of Ember's data: right rows in every form, or an error that helps."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.payload_mutants import RETRIEVED_AT, judged, mutants

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.ember_electricity import SOURCE, complete, questions, read, redacted
from forecast.sources.source import Situation

RECORDED = (
    Path(__file__).parents[2].parent / "shared" / "payloads" / "ember"
) / "ember_yearly_global_excerpt.csv"
AREAS = ("BRA", "CHN", "DEU", "FRA", "GBR", "IND", "JPN", "USA", "")
COLUMNS = ["series_id", "period_start", "period_end", "value", "value_text", "frequency"]
SOURCES = (("Demand", True, 5), ("Total generation", True, 4), ("Net imports", False, 1),
           ("Hydro, bioenergy and other renewables", True, 2))  # fmt: skip


def figures(periods, areas=AREAS):
    """Yield each area, code, type, period, source and value of a file."""
    for period in periods:
        for place, code in enumerate(areas, start=1):
            name, kind = (f"Land, {code}", "Country or economy") if code else ("EU", "Region")
            for source, whole, last in SOURCES:
                yield name, code, kind, period, source, whole, f"{place}{period[2:4]}.{last}"


def wide(periods=("2023", "2024", "2025"), areas=AREAS, head="Year"):
    """Return a file in the form of July 2026."""
    lines = [f"Area,ISO 3 code,{head},Area type,Electricity source,Is aggregated source,"
             "Generation (TWh),Share of generation (%),EU member"]  # fmt: skip
    lines += [
        f'"{name}",{code},{period},{kind},"{source}",{whole},{value},1.0,False'
        for name, code, kind, period, source, whole, value in figures(periods, areas)
    ]
    return ("\n".join(lines) + "\n").encode()


def months(*years):
    return wide([f"{year}-{month:02}-01" for year in years for month in range(1, 13)], head="Date")


def long(head="Country code,Year", total="Total Generation", unit="TWh"):
    """Return a file in the long form of before."""
    area, period = head.split(",")
    lines = [f"Area,{area},{period},Area type,Category,Subcategory,Variable,Unit,Value,YoY"]
    for name, code, kind, year, source, _, value in figures(("2023", "2024", "2025")):
        what = {
            "Demand": f"Electricity demand,Demand,Demand,{unit}",
            "Total generation": f"Electricity generation,Total,{total},{unit}",
            "Net imports": "Electricity imports,Electricity imports,Net Imports,TWh",
        }.get(source, f"Electricity generation,Fuel,Hydro,{unit}")
        old_kind = kind.partition(" or ")[0]
        lines.append(f'"{name}",{code},{year},{old_kind},{what},{value},')
    lines.append('"Land, USA",USA,2025,Country,Electricity demand,Demand per capita,'
                 "Demand per capita,MWh,12.5,")  # fmt: skip
    lines.append('"Land, USA",USA,2025,Country,Electricity generation,Total,'
                 f"{total},%,100,")  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def answer(member="demand_twh", series="Demand", rows=None, **stats):
    """Return an answer of the API."""
    rows = rows if rows is not None else [
        {"entity": "Ireland", "entity_code": "IRL", "is_aggregate_entity": False,
         "date": "2024", "series": series, "is_aggregate_series": True, member: 33.25},
        {"entity": "EU", "entity_code": None, "is_aggregate_entity": True,
         "date": "2025-06-01", "series": series, "is_aggregate_series": True, member: 212},
        {"entity": "Asia", "entity_code": "", "is_aggregate_entity": True,
         "date": "2024", "series": series, "is_aggregate_series": True, member: 9999},
        {"entity": "Ireland", "entity_code": "IRL", "is_aggregate_entity": False,
         "date": "2025", "series": series, "is_aggregate_series": True, member: None},
    ]  # fmt: skip
    stats = {"number_of_records": len(rows), "timestamp": "2026-11-19T00:00:00", **stats}
    return json.dumps({"stats": stats, "data": rows}).encode()


def rows_of(payload):
    return read(payload, RETRIEVED_AT).observations[COLUMNS]


@pytest.mark.shared
def test_the_recorded_excerpt_gives_demand_and_not_its_parts():
    reading = read(RECORDED.read_bytes(), RETRIEVED_AT)
    values = reading.observations.set_index(["series_id", "period_start"])["value_text"]

    assert values["chn_electricity_demand", "2025-01-01"] == "10486.272"
    assert values["eu27_electricity_demand", "2025-01-01"] == "2774.435"
    assert values["eu27_electricity_generation", "2025-01-01"] == "2798.415"
    assert (len(values), sum(reading.left_out.values())) == (6, 2)


def test_it_asks_for_years_and_months_without_a_key():
    asked = {q.name: q.request for q in questions(Situation(today=RETRIEVED_AT.date()))}

    assert list(asked) == ["yearly_global", "monthly_global"]
    for name, request in asked.items():
        assert request.url.startswith(f"https://{request.hosts[0]}/")
        assert request.url.endswith(f"release_generation_{name}.csv")
        assert request.params == ()
    assert SOURCE.key is None


def test_demand_is_a_row_whose_value_stands_under_generation():
    rows = read(wide(), RETRIEVED_AT).observations.set_index(["series_id", "period_start"])
    row = rows.loc[("deu_electricity_demand", "2024-01-01")]

    assert (row["value"], row["value_text"], row["unit"]) == (324.5, "324.5", "TWh")
    assert (row["frequency"], row["row"], row["known_from_basis"]) == ("A", 45, "fetched")
    assert rows.loc[("eu27_electricity_generation", "2025-01-01"), "value"] == 925.4


def test_what_is_read_keeps_the_contract_and_what_is_not_is_counted():
    reading = read(wide(), RETRIEVED_AT)

    assert len(OBSERVATIONS.check(reading.observations)) == reading.rows == 54
    assert dict(reading.left_out) == {
        "net imports": 27,
        "one source of generation or a group of them: part of the total": 27,
    }
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert (publication["publication_id"], publication["family"]) == ("ember_live", "ember")


def test_regions_and_blanks_are_left_out():
    extra = (
        b"Asia,,2024,Region,Demand,True,9,1,False\nWorld,WLD,2024,Region,Demand,True,9,1,False\n"
    )
    blank = b"Fiji,FJI,2024,Country or economy,Demand,True,,1,False\n"
    reading = read(wide() + extra + blank, RETRIEVED_AT)

    assert reading.left_out["a region: would double count"] == 2
    assert reading.left_out["no figure"] == 1
    assert reading.rows == 54


@pytest.mark.parametrize("head", ["Country code,Year", "ISO 3 code,Year", "iso 3 code,year"])
@pytest.mark.parametrize("total", ["Total Generation", "Total generation"])
@pytest.mark.parametrize("unit", ["TWh", "TWH", " twh"])
def test_the_long_form_reads_like_the_present_one(head, total, unit):
    pd.testing.assert_frame_equal(rows_of(long(head, total, unit)), rows_of(wide()))


def test_the_long_form_counts_shares_and_amounts_per_head_apart():
    left_out = read(long(), RETRIEVED_AT).left_out

    assert (left_out["a share"], left_out["an amount per head"]) == (1, 1)
    assert left_out["another category than demand and generation"] == 27


def test_months_are_months_and_the_running_one_is_left_out():
    reading = read(months(2026), RETRIEVED_AT)
    demand = reading.observations.query("series_id == 'usa_electricity_demand'")

    assert demand["period_end"].dt.month.tolist() == list(range(1, 11))
    assert demand["period_end"].max() == pd.Timestamp("2026-10-31")
    assert set(reading.observations["frequency"]) == {"M"}
    assert reading.left_out["a period that had not ended when it was fetched"] == 36


def test_an_answer_of_the_api_reads_like_a_file():
    reading = read(answer(), RETRIEVED_AT)
    rows = reading.observations.set_index("series_id")

    assert rows["value_text"].to_dict() == {
        "irl_electricity_demand": "33.25", "eu27_electricity_demand": "212",
    }  # fmt: skip
    assert rows["frequency"].to_dict()["eu27_electricity_demand"] == "M"
    assert dict(reading.left_out) == {"a region: would double count": 1, "no figure": 1}


@pytest.mark.parametrize(("series", "read_as"), [
    ("Total generation", {"irl_electricity_generation", "eu27_electricity_generation"}),
    ("Solar", set()),
])  # fmt: skip
def test_generation_from_the_api_is_the_total_only(series, read_as):
    sent = answer("generation_twh", series)

    assert set(read(sent, RETRIEVED_AT).observations["series_id"]) == read_as


@pytest.mark.parametrize(("sent", "found"), [
    (answer(rows=[]), "has 0 rows and states 0.*must have 3 letters"),
    (answer(number_of_records=5), "has 4 rows and states 5"),
    (answer(number_of_records="4"), "has 4 rows and states '4'"),
    (b'{"detail": "No API key set"}', "says 'No API key set'"),
    (b'{"stats": {}}', "says {'stats': {}}"),
    (b"[]", "holds a list"),
    (answer(rows=[7]), "has no members in row 1"),
    (answer(rows=[{"entity": "Ireland", "date": 2024}]), "says .* in row 1; .* as text"),
    (answer(rows=[{"entity": "I", "date": "2024", "is_aggregate_entity": 1}]), "says .* as text"),
    (answer(rows=[{"entity": "I", "date": "2024"}]), "says .* knows `demand_twh` or"),
    (answer(rows=[{"entity": "I", "date": "2024", "demand_twh": "3"}]), "holds '3' in row 1"),
    (answer(rows=[{"entity": "I", "date": "2024", "demand_twh": True}]), "holds True in row 1"),
])  # fmt: skip
def test_a_strange_answer_of_the_api_is_refused(sent, found):
    with pytest.raises(SourceError, match=f"ember_electricity: the file {found}"):
        read(sent, RETRIEVED_AT)


@pytest.mark.parametrize(("old", "new", "found"), [
    (b",DEU,2024,", b",DE,2024,", "has the code 'DE' in row 45"),
    (b",DEU,2024,", b",DEU,2024Q1,", "has the period '2024Q1' in row 45"),
    (b",324.5,", b",n/a,", "holds 'n/a' in row 45"),
    (b",DEU,2024,", b",DEU,2023,", "says deu_electricity_demand of 2023-12-31 in rows 9 and 45"),
    (b"Generation (TWh)", b"Generation (GWh)", r"lacks the columns \['Generation \(TWh\)'\]"),
    (b",Year,", b",Period,", "one of Year or Date"),
    (b",ISO 3 code,", b",ISO 2 code,", "one of ISO 3 code or Country code"),
    (b"Electricity source", b"Fuel", "lacks the columns .'Category'"),
])  # fmt: skip
def test_a_strange_file_is_refused_by_name(old, new, found):
    with pytest.raises(SourceError, match=found):
        read(wide().replace(old, new, 1), RETRIEVED_AT)


def test_another_unit_in_the_long_form_is_refused():
    with pytest.raises(SourceError, match="has 'Demand' in 'GWh' in row 1; this reader knows TWh"):
        read(long(unit="GWh"), RETRIEVED_AT)


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="ember_electricity: retrieved_at"):
        read(wide(), datetime(2026, 7, 8))  # noqa: DTZ001 - the fault under test


def test_whole_files_are_complete_alone_and_beside_the_held_ones():
    complete("yearly_global", [wide()], [])
    complete("yearly_global", [wide()], [wide(("2023", "2024"))])
    complete("yearly_global", [wide()], [long()])
    complete("monthly_global", [months(2024, 2025)], [months(2024)])


@pytest.mark.parametrize(("question", "body", "found"), [
    ("yearly_global", wide()[:-1], "has no end to its last line"),
    ("yearly_global", wide()[:-9], "with 8 fields"),
    ("yearly_global", months(2024, 2025), r"has figures of frequency \['M'\]"),
    ("monthly_global", wide(), r"has figures of frequency \['A'\]"),
    ("yearly_global", wide(areas=AREAS[1:]), r"lacks \['bra_electricity_demand'\] of 2024"),
    ("yearly_global", wide(areas=AREAS[:-1]), "lacks .'eu27_electricity_demand'"),
    ("yearly_global", wide(("2023", "2024")), "reaches to 2024-12-31; .*2025-12-31 at least"),
    ("yearly_global", wide(("2024", "2025")), "has 36 figures; .* 54"),
    ("yearly_global", b"<html>503</html>", "is a web page"),
])  # fmt: skip
def test_a_short_answer_is_named_short(question, body, found):
    with pytest.raises(SourceError, match=f"ember_electricity: the file {question} .*{found}"):
        complete(question, [body], [wide()])


def test_a_damaged_held_file_is_named_as_the_held_one():
    with pytest.raises(SourceError, match="the file yearly_global as held is empty"):
        complete("yearly_global", [wide()], [b""])


def test_a_key_in_an_answer_is_emptied_and_every_number_kept():
    sent = answer(query_parameters_used={"api_key": 'ses"xyzzy', "entity_code": "IRL"})
    cleared = redacted(sent)

    assert b"xyzzy" not in cleared
    assert redacted(cleared) == cleared
    pd.testing.assert_frame_equal(rows_of(cleared), rows_of(sent))
    assert redacted(wide()) == wide()


@pytest.mark.parametrize("hidden", [b'"api\\u005fkey": "x"', b'"api_key": ["x"]'])
def test_a_key_we_cannot_clear_is_not_kept_unseen(hidden):
    with pytest.raises(SourceError, match="holds a key in a form we cannot clear"):
        redacted(b'{"data": [{' + hidden + b"}]}")


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(9)))
def test_the_order_of_columns_does_not_matter(order):
    lines = pd.read_csv(pd.io.common.BytesIO(wide()), dtype=str, keep_default_na=False)
    turned = lines.iloc[:, list(order)].to_csv(index=False).encode()

    pd.testing.assert_frame_equal(rows_of(turned), rows_of(wide()))


@pytest.mark.parametrize("whole", [wide(areas=AREAS[-2:]), long()[:1500].rpartition(b"\n")[0]])
def test_a_damaged_file_gives_no_wrong_number(whole):
    assert {judged("ember_electricity", read, s) for s in mutants(whole, seed=3)} == {True, False}


def test_a_damaged_answer_gives_no_wrong_number():
    assert {judged("ember_electricity", read, s) for s in mutants(answer(), 6)} == {True, False}
