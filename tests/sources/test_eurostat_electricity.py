"""The reader of Eurostat's electricity balances: right rows, or an error that helps."""

from __future__ import annotations

import json
import random
from datetime import datetime
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.payload_mutants import RETRIEVED_AT, judged, mutants

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.eurostat_cube import AREAS, MEMBERS
from forecast.sources.eurostat_electricity import SOURCE, complete, questions, read
from forecast.sources.source import Situation

RECORDED = (
    Path(__file__).parents[2].parent / "shared" / "payloads" / "eurostat"
) / "nrg_cb_e_consumption.json"
WHOLE = ("EU27_2020", *MEMBERS, "NO")
YEARS = ("2023", "2024", "2025")
COLUMNS = ["series_id", "period_start", "value", "obs_status"]


def cube(geo=("EU27_2020", "EL", "IE"), time=YEARS, items=("ID", "FC"), freq="A", order=None):
    """Return a cube whose values tell their place: item, geo and time, each from 1."""
    codes = {"freq": [freq], "nrg_bal": items, "siec": ["E7000"], "unit": ["GWH"],
             "geo": geo, "time": time}  # fmt: skip
    order = order or list(codes)
    cells = product(*(codes[name] for name in order))
    told = [dict(zip(order, cell, strict=True)) for cell in cells]
    return {
        "version": "2.0",
        "class": "dataset",
        "updated": "2026-09-11T11:00:00+0200",
        "id": order,
        "size": [len(codes[name]) for name in order],
        "dimension": {
            name: {"category": {"index": {code: place for place, code in enumerate(known)},
                                "label": {code: code for code in known}}}
            for name, known in codes.items()
        },
        "value": {str(place): amount(cell, geo, time, items) for place, cell in enumerate(told)},
        "status": {},
        "extension": {"id": "NRG_CB_E" if freq == "A" else "NRG_CB_EM"},
    }  # fmt: skip


def amount(cell, geo, time, items):
    places = items.index(cell["nrg_bal"]), geo.index(cell["geo"]), time.index(cell["time"])
    return 10_000 * (places[0] + 1) + 100 * (places[1] + 1) + places[2] + 1.5


def monthly(time=("2026-04", "2026-05", "2026-06"), **members):
    return {**cube(geo=WHOLE, time=time, items=("AIM", "IMP"), freq="M"), **members}


def sent(document=None, **members):
    whole = {**(document or cube()), **members}
    return json.dumps({k: v for k, v in whole.items() if v is not None}).encode()


def whole(**parts):
    return sent(cube(geo=WHOLE, **parts))


def by_place(payload):
    rows = read(payload, RETRIEVED_AT).observations
    return rows.set_index(["series_id", rows["period_start"].dt.strftime("%Y-%m")])


@pytest.mark.shared
def test_the_recorded_cube_gives_the_figures_of_the_eu():
    rows = by_place(RECORDED.read_bytes())

    assert rows.loc[("eu27_electricity_inland", "2025-01"), "value"] == 2_664_060.797
    assert rows.loc[("eu27_electricity_final", "2025-01"), "value_text"] == "2412055.150"
    assert rows.loc[("eu27_electricity_final", "2025-01"), "obs_status"] == "P"
    assert (len(rows), set(rows["known_from_basis"])) == (56, {"stamped"})
    assert set(rows["known_from"]) == {pd.Timestamp("2026-09-11")}


def test_it_asks_each_data_set_for_the_eu_and_all_members():
    asked = {q.name: q.request for q in questions(Situation(today=RETRIEVED_AT.date()))}

    assert list(asked) == ["nrg_cb_e", "nrg_cb_em"]
    for name, request in asked.items():
        assert request.url.endswith(f"/{name}")
        geo = [value for key, value in request.params if key == "geo"]
        assert {"EU27_2020", *MEMBERS} <= set(geo) <= set(AREAS)
        assert len(geo) == len(set(geo)) < 50
    assert [v for k, v in asked["nrg_cb_em"].params if k == "nrg_bal"] == ["AIM"]
    assert SOURCE.key is None


def test_there_are_twenty_seven_members_and_no_area_twice():
    assert len(set(MEMBERS)) == 27
    assert len(set(AREAS.values())) == len(AREAS)


def test_a_value_keeps_place_unit_text_and_flag():
    row = by_place(sent(status={"5": "p"})).loc[("grc_electricity_inland", "2025-01")]

    assert (row["value"], row["value_text"], row["unit"]) == (10203.5, "10203.5", "GWh")
    assert (row["obs_status"], row["row"], row["frequency"]) == ("P", 6, "A")
    assert row["period_end"] == pd.Timestamp("2025-12-31")


def test_what_is_read_keeps_the_contract():
    reading = read(sent(), RETRIEVED_AT)

    assert len(OBSERVATIONS.check(reading.observations)) == reading.rows == 18
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert (publication["publication_id"], publication["family"], publication["published"]) == (
        "eurostat_nrg_cb_e", "eurostat", "2026-09-11",
    )  # fmt: skip
    assert publication["attribution"].endswith("10.2908/NRG_CB_E), accessed 2026-11-20")


def test_months_are_another_publication_and_other_items_are_left_out():
    reading = read(sent(monthly()), RETRIEVED_AT)
    rows = reading.observations

    assert set(rows["series_id"].str.rpartition("_")[2]) == {"available"}
    assert (set(rows["publication_id"]), set(rows["frequency"])) == ({"eurostat_nrg_cb_em"}, {"M"})
    assert reading.publications["family"].tolist() == ["eurostat_monthly"]
    assert dict(reading.left_out) == {"another item of the balance": 3 * len(WHOLE)}


def test_both_spellings_of_months_read_alike():
    other = sent(monthly(time=("2026M04", "2026M05", "2026M06")))

    pd.testing.assert_frame_equal(
        read(other, RETRIEVED_AT).observations[COLUMNS],
        read(sent(monthly()), RETRIEVED_AT).observations[COLUMNS],
    )


def test_a_stamp_older_than_the_newest_period_proves_nothing():
    rows = by_place(sent(updated="2025-06-01T23:00:00+0200")).loc["irl_electricity_final"]

    assert rows["known_from_basis"].tolist() == ["fetched"] * 3


@pytest.mark.parametrize("updated", [None, "2026-11-21T11:00:00+0200"])
def test_a_stamp_that_proves_nothing_gives_the_day_of_retrieval(updated):
    rows = read(sent(updated=updated), RETRIEVED_AT).observations

    assert set(rows["known_from"]) == {pd.Timestamp("2026-11-20")}
    assert set(rows["known_from_basis"]) == {"fetched"}


def test_a_period_that_had_not_ended_and_a_forecast_are_left_out():
    document = sent(cube(time=("2024", "2025", "2026")), status={"0": "f"})
    reading = read(document, RETRIEVED_AT)

    assert dict(reading.left_out) == {
        "a period that had not ended when it was fetched": 6,
        "a forecast of the office": 1,
    }


@pytest.mark.parametrize("mark", ["|C", "c", "c|C", ":", "m"])
def test_a_value_withheld_is_a_row_without_value(mark):
    values = {k: v for k, v in cube()["value"].items() if k != "5"}
    row = by_place(sent(value=values, status={"5": mark})).loc[
        ("grc_electricity_inland", "2025-01")
    ]

    assert (pd.isna(row["value"]), row["value_text"], row["obs_status"]) == (True, "", "M")


def test_a_value_absent_without_a_word_is_counted():
    values = {k: v for k, v in cube()["value"].items() if k != "5"}

    reading = read(sent(value=values), RETRIEVED_AT)
    assert dict(reading.left_out) == {"no value, and no reason given": 1}
    assert reading.rows == 17


@pytest.mark.parametrize(("mark", "letter"), [
    ("p", "P"), ("e", "E"), ("b", "B"), ("bp", "P"), ("pe", "E"), ("s", "E"), ("d", "D"),
    ("u", "U"), ("r", "A"), ("p|C", "P"), ("|F", "A"), ("", "A"),
])  # fmt: skip
def test_a_flag_is_told_by_its_sdmx_letter(mark, letter):
    rows = by_place(sent(status={"5": mark}))

    assert rows.loc[("grc_electricity_inland", "2025-01"), "obs_status"] == letter


def test_aggregates_of_another_kind_are_left_out():
    document = cube(geo=("EU27_2020", "EA20", "EU28"))

    assert dict(read(sent(document), RETRIEVED_AT).left_out) == {
        "an aggregate or place of another kind: would double count": 12
    }


def test_other_units_are_left_out():
    document = cube()
    document["size"][3] = 2
    document["dimension"]["unit"]["category"]["index"] = {"GWH": 0, "TJ": 1}
    values = {str(place): 1 for place in range(36)}

    reading = read(sent(document, value=values), RETRIEVED_AT)
    assert (reading.rows, dict(reading.left_out)) == (18, {"another energy carrier or unit": 18})


def test_an_older_cube_without_frequency_is_read():
    document = cube(order=["nrg_bal", "siec", "unit", "geo", "time"])
    del document["dimension"]["freq"]

    assert read(sent(document, extension=None), RETRIEVED_AT).rows == 18


@pytest.mark.parametrize(("members", "found"), [
    ({"error": [{"status": 404, "id": 100, "label": "ERR_NOT_FOUND_4"}]}, "says error: .*FOUND"),
    ({"error": [{"status": 200, "id": 100, "label": "NO_RESULTS"}]}, "says error: .*NO_RESULTS"),
    ({"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE"}}, "says warning: .*413"),
    ({"value": {}}, "holds no value at all"),
    ({"value": {}, "status": {"0": "|C"}}, "holds no value at all"),
    ({"value": {"99": 1}}, "has `value` at '99'"),
    ({"updated": "2026-09-11"}, "has `updated` '2026-09-11'"),
    ({"updated": "2026-02-30T11:00:00+0200"}, "an instant of the calendar"),
    ({"extension": {"id": "NRG_BAL_C"}}, "is the data set 'NRG_BAL_C'"),
    ({"status": {"5": "q"}}, "has the flag 'q' at value 6"),
    ({"status": {"5": "p|x"}}, "has the flag 'p|x' at value 6"),
    ({"status": {"5": ":"}}, "has the flag ':' on value 6"),
])  # fmt: skip
def test_a_cube_that_is_none_is_refused_for_what_it_says(members, found):
    with pytest.raises(SourceError, match=f"eurostat_electricity: the cube .*{found}"):
        read(sent(**members), RETRIEVED_AT)


@pytest.mark.parametrize(("dimension", "index", "label", "found"), [
    ("unit", {"KTOE": 0}, {}, r"has unit \['KTOE'\]; this reader knows GWH"),
    ("unit", {"GWH": 0}, {"GWH": "Megawatt-hour"}, "is in unit 'Megawatt-hour'"),
    ("unit", {"GWH": 0}, {"GWH": 7}, "is in unit 7"),
    ("siec", {"G3000": 0}, {}, r"has siec \['G3000'\]; this reader knows E7000"),
    ("freq", {"M": 0}, {}, "has times .*as its `freq` says"),
    ("time", {"2023": 0, "2024": 1, "2025-Q1": 2}, {}, "has the time '2025-Q1'"),
    ("time", {"2023": 0, "2024": 1, "2025-01": 2}, {}, "has times"),
    ("time", {"2025-01": 0, "2025M01": 1, "2025-02": 2}, {}, "each once"),
])  # fmt: skip
def test_a_dimension_of_another_kind_is_refused(dimension, index, label, found):
    document = cube()
    document["dimension"][dimension]["category"] = {"index": index, "label": label}

    with pytest.raises(SourceError, match=found):
        read(sent(document), RETRIEVED_AT)


@pytest.mark.parametrize("label", ["Gigawatt-hour", "Gigawatt hours", "gigawatt-hours", "GWh"])
def test_the_unit_may_be_spelled_otherwise(label):
    document = cube()
    document["dimension"]["unit"]["category"]["label"] = {"GWH": label}

    assert read(sent(document), RETRIEVED_AT).rows == 18


def test_a_renamed_dimension_is_refused_with_both_names():
    renamed = sent().replace(b'"nrg_bal"', b'"indic_nrg"')

    with pytest.raises(SourceError, match=r"has dimensions .*'indic_nrg'.*knows .*'nrg_bal'"):
        read(renamed, RETRIEVED_AT)


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="eurostat_electricity: retrieved_at"):
        read(sent(), datetime(2026, 7, 8))  # noqa: DTZ001 - the fault under test


def test_whole_cubes_are_complete_alone_and_beside_the_held_ones():
    complete("nrg_cb_e", [whole()], [])
    complete("nrg_cb_e", [whole()], [whole(time=YEARS[:2])])
    complete("nrg_cb_em", [sent(monthly())], [sent(monthly())])


def test_a_few_values_taken_back_leave_an_answer_whole():
    values = {k: v for k, v in cube(geo=WHOLE)["value"].items() if k not in {"0", "9"}}

    complete("nrg_cb_e", [sent(cube(geo=WHOLE), value=values)], [whole()])


@pytest.mark.parametrize(("question", "body", "found"), [
    ("nrg_cb_em", whole(), "nrg_cb_em is answered with nrg_cb_e"),
    ("nrg_cb_e", whole(items=("FC",)), r"lacks nrg_bal \['ID'\]"),
    ("nrg_cb_e", sent(cube(geo=WHOLE[:-3])), r"lacks geo \['SI', 'SK'\]"),
    ("nrg_cb_e", sent(cube(geo=WHOLE[1:])), r"lacks geo \['EU27_2020'\]"),
    ("nrg_cb_e", sent(cube(geo=WHOLE[:-1])), "has 168 figures; .* 174, as in the vintage held"),
    ("nrg_cb_e", whole(time=YEARS[:2]), "reaches to 2024-12-31; .*2025-12-31 at least"),
    ("nrg_cb_e", b'{"warning": {"status": 413}}', "says warning"),
])  # fmt: skip
def test_a_short_answer_is_named_short(question, body, found):
    with pytest.raises(SourceError, match=f"eurostat_electricity: {question} .*{found}|{found}"):
        complete(question, [body], [whole()])


def test_a_damaged_held_cube_is_named_as_the_held_one():
    with pytest.raises(SourceError, match="nrg_cb_e as held breaks off"):
        complete("nrg_cb_e", [whole()], [whole()[:-5]])


@settings(max_examples=30, deadline=None)
@given(st.permutations(["freq", "nrg_bal", "siec", "unit", "geo", "time"]), st.integers())
def test_the_order_of_dimensions_codes_and_values_does_not_matter(order, seed):
    document, chance = cube(order=order), random.Random(seed)
    values = list(document["value"].items())
    chance.shuffle(values)

    pd.testing.assert_frame_equal(
        read(sent(document, value=dict(values)), RETRIEVED_AT).observations[COLUMNS],
        read(sent(), RETRIEVED_AT).observations[COLUMNS],
    )


@pytest.mark.parametrize("document", [
    {**cube(), "status": {"5": "p", "7": "|C"}},
    {**cube(("EL", "IE"), ("2026-05", "2026-06"), ("AIM",), "M"), "status": {"1": "bp"}},
])  # fmt: skip
def test_a_damaged_cube_gives_no_wrong_number(document):
    outcomes = [judged("eurostat_electricity", read, s) for s in mutants(sent(document), seed=2)]

    assert {True, False} <= set(outcomes)


def test_a_stamp_that_goes_back_is_no_new_edition():
    older = sent(cube(geo=WHOLE), updated="2026-09-10T11:00:00+0200")

    with pytest.raises(SourceError, match=r"is stamped 2026-09-10; .* no older than 2026-09-11"):
        complete("nrg_cb_e", [older], [whole()])
