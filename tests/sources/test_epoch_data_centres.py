"""Epoch AI's sites: power by site and day, projections apart, names that change."""

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
from forecast.contracts.tables import PROJECTS, PUBLICATIONS
from forecast.sources.epoch_changes import COLUMNS, KINDS, changes
from forecast.sources.epoch_data_centres import SOURCE, complete, questions, read
from forecast.sources.epoch_places import location
from forecast.sources.epoch_sites import site_id
from forecast.sources.source import Situation

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads" / "epoch"
EDITIONS = ("2025-12-14", "2026-05-23")
FETCHED = datetime(2026, 6, 1, 9, tzinfo=UTC)
TIMES = "Date,Data center,Power (MW)"
SITES = "Name,Current power (MW),Country,Address"
FIRST_NAMES = (
    "Alibaba Zhangbei", "Amazon Madison Mega Site", "Amazon Ridgeland", "Coreweave Helios",
    "Anthropic-Amazon New Carlisle", "Goodnight", "Google New Albany", "Google Omaha",
    "Meta Hyperion", "Meta Prometheus", "Microsoft Fairwater Atlanta", "Colossus 1", "Colossus 2",
    "Microsoft Fairwater Wisconsin", "OpenAI Stargate Abilene", "OpenAI Stargate UAE",
)  # fmt: skip


def table(header, *lines):
    return "\n".join((header, *lines, "")).encode()


def whole(*lines, without=0):
    """Return timelines with the sites of the first edition, and more lines."""
    return table(TIMES, *(f"2025-01-01,{name},10" for name in FIRST_NAMES[without:]), *lines)


def projects(payload, fetched=FETCHED):
    return PROJECTS.check(read(payload, fetched).projects)


def told(payload, fetched=FETCHED):
    rows = projects(payload, fetched)
    days = rows["period_end"].dt.date.astype(str)
    return list(zip(rows["project_id"], days, rows["value"], rows["status"], strict=True))


def recorded(name, edition):
    payload = (RECORDED / f"{name}_vintage_{edition}.csv").read_bytes()
    return payload, datetime.fromisoformat(f"{edition}T12:00:00+00:00")


def reached(rows, day):
    """Return facility power of a file on a day: what it covers, not what there is."""
    rows = rows[(rows["quantity"] == "facility_nameplate") & (rows["period_end"] <= day)]
    return rows.sort_values("period_end").groupby("project_id")["value"].last().sum()


@pytest.mark.shared
@pytest.mark.parametrize(("edition", "rows", "sites", "power", "at_new_year", "ahead"), [
    ("2025-12-14", 112, 16, 4_538.0, 4_538.0, 34),
    ("2026-05-23", 282, 51, 11_683.58, 6_575.8, 59),
])  # fmt: skip
def test_recorded_timelines_give_the_known_figures(edition, rows, sites, power, at_new_year, ahead):
    found = projects(*recorded("data_center_timelines", edition))
    facility = found[found["quantity"] == "facility_nameplate"]

    assert (len(facility), facility["project_id"].nunique()) == (rows, sites)
    assert reached(found, edition) == pytest.approx(power)
    assert reached(found, "2025-12-31") == pytest.approx(at_new_year)
    assert (facility["status"] == "projected").sum() == ahead
    assert (found["location"] != "WORLD").all()


@pytest.mark.shared
def test_every_recorded_site_keeps_its_id_though_each_was_renamed():
    old, new = (projects(*recorded("data_centers", edition)) for edition in EDITIONS)
    payloads = [recorded("data_centers", edition)[0].decode() for edition in EDITIONS]
    address = [
        {site_id(row.get("Name") or row["Handle"]): row["Address"] for row in rows}
        for rows in (csv.DictReader(io.StringIO(text, newline="")) for text in payloads)
    ]

    common = set(old["project_id"]) & set(new["project_id"])

    assert (len(old), len(new), len(common)) == (16, 50, 16)
    assert not set(old["name"]) & set(new["name"])
    assert all(address[0][site] == address[1][site] for site in common)


@pytest.mark.shared
def test_the_later_recorded_edition_is_complete_beside_the_earlier():
    for question, name in (("sites", "data_centers"), ("timelines", "data_center_timelines")):
        old, new = (recorded(name, edition)[0] for edition in EDITIONS)
        complete(question, [old], [])
        complete(question, [new], [old])
        with pytest.raises(SourceError, match="expected about"):
            complete(question, [old], [new])


@pytest.mark.shared
def test_between_recorded_editions_most_is_discovery_and_little_is_slippage():
    old, new = (projects(*recorded("data_center_timelines", e)) for e in EDITIONS)

    kinds = changes(old, new)["kind"].value_counts().to_dict()

    assert kinds["slipped"] == 3
    assert kinds["restated past"] == 17
    assert kinds["new site"] == 282 - 107
    assert sum(kinds[k] for k in ("same", "restated past", "restated projection", "slipped")) + (
        kinds["vanished"]
    ) == len(old)


def test_each_file_is_a_question_and_needs_no_key():
    asked = questions(Situation(today=date(2026, 11, 23)))

    assert [q.name for q in asked] == ["sites", "timelines"]
    assert asked[0].request.url.endswith("/data_centers.csv")
    assert asked[1].request.url.endswith("/data_center_timelines.csv")
    assert SOURCE.key is None


def test_rows_after_the_day_of_retrieval_are_projected():
    payload = table(TIMES, "2026-06-01,Meta Kuna,5", "2026-06-02,Meta Kuna,7.5")

    assert told(payload) == [
        ("epoch:meta-kuna", "2026-06-01", 5.0, "energised"),
        ("epoch:meta-kuna", "2026-06-02", 7.5, "projected"),
    ]


def test_days_are_counted_in_utc():
    late = datetime.fromisoformat("2026-06-01T22:00:00-04:00")

    assert told(table(TIMES, "2026-06-02,Meta Kuna,7.5"), late)[0][3] == "energised"


def test_facility_and_it_power_are_two_quantities_with_rows_of_their_own():
    payload = table("Date,Data center,IT power (MW),Power (MW)", "2025-01-01,Meta Kuna,4,5")

    rows = projects(payload).set_index("project_id")

    assert rows["quantity"].to_dict() == {
        "epoch:meta-kuna": "facility_nameplate", "epoch:meta-kuna:it": "it_nameplate",
    }  # fmt: skip
    assert rows["value"].tolist() == [5.0, 4.0]
    assert rows["known_from"].astype(str).tolist() == ["2026-06-01"] * 2


def test_a_reading_holds_no_observation_and_names_the_publisher():
    reading = read(table(TIMES, "2025-01-01,Meta Kuna,5"), FETCHED)

    assert reading.observations.empty
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert (publication["grade"], publication["licence"]) == ("B", "CC BY 4.0")
    assert publication["publication_id"] == reading.projects["source"].iloc[0]


def test_a_file_saved_by_a_spreadsheet_reads_like_the_file_itself():
    plain = table(TIMES, "2025-01-13,Meta Kuna,5", "2026-12-02,Meta Kuna,7")
    saved = plain.replace(b"2025-01-13", b"1/13/2025").replace(b"2026-12-02", b"12/2/2026")
    saved = b"\xef\xbb\xbf" + saved.replace(b"\n", b"\r\n")

    pd.testing.assert_frame_equal(projects(saved), projects(plain))


def test_columns_are_found_by_name_wherever_they_stand():
    header = "Performance (8-bit OP/s),Power (MW),Construction status,Data center,Date"
    payload = table(
        header, '2e+21,5,"[News](https://x.org/a,b)\nand ""more""",Meta Kuna,2025-01-01'
    )

    assert told(payload) == [("epoch:meta-kuna", "2025-01-01", 5.0, "energised")]


def test_a_blank_power_is_counted_and_not_nought():
    payload = table("Date,Data center,IT power (MW),Power (MW)", "2025-01-01,Meta Kuna,,")

    reading = read(payload, FETCHED)

    assert reading.rows == 0
    assert reading.left_out == {"no facility power is stated": 1, "no IT power is stated": 1}


def test_a_day_told_twice_counts_once_if_it_says_the_same_and_not_at_all_if_not():
    payload = table(
        TIMES, "2025-01-01,Meta Kuna,5", "2025-01-01,Meta Kuna,5.0",
        "2025-02-01,Meta Kuna,6", "2025-02-01,Meta Kuna,7",
    )  # fmt: skip

    reading = read(payload, FETCHED)

    assert [row[1:3] for row in told(payload)] == [("2025-01-01", 5.0)]
    assert reading.left_out == {
        "a site's day stated again with the same power": 1,
        "a site's day stated with different powers: none can be chosen": 2,
    }


def test_the_list_of_sites_gives_power_on_the_day_it_was_fetched():
    payload = table(
        SITES,
        'Colossus 2,1494,United States,"5420 Tulane Rd, Memphis, TN 38109"',
        "DayOne Nusajaya,336,Malaysia,",
        "Google Kansas City East,0,United States,",
        "New Site,,United States,",
    )

    reading = read(payload, FETCHED)
    rows = projects(payload).set_index("project_id")

    assert rows["location"].tolist() == ["US-TN", "MYS", "USA"]
    assert rows["value"].tolist() == [1494, 336, 0]
    assert set(rows["period_end"].astype(str)) == {"2026-06-01"}
    assert reading.left_out == {"no facility power is stated": 1}


def test_the_first_editions_list_calls_a_site_by_its_handle():
    payload = table("Handle,Title,Current power (MW)", "xAI Colossus 1 Memphis Tennessee,x,498")

    assert told(payload)[0][0] == "epoch:colossus-1"


def test_a_state_we_know_is_finer_than_a_country():
    payload = table(SITES, "Google Storey County,214,United States,")

    assert projects(payload)["location"].tolist() == ["US-NV"]


def test_a_site_of_no_known_place_is_somewhere_in_the_world():
    assert projects(table(TIMES, "2025-01-01,Unheard Of,5"))["location"].tolist() == ["WORLD"]


@pytest.mark.parametrize(("country", "address", "expected"), [
    ("United States", "3500 River Rd, The Dalles, OR", "US-OR"),
    ("United States", "601 Kuna Mora Rd,  Kuna ID 83634", "US-ID"),
    ("United States", "14651 Gold Coast Rd 68138 Papillion Nebraska, USA", "US-NE"),
    ("", "Highway 22 Canton, Mississippi Madison County", "US-MS"),
    ("", "1626 County Line Road Ridgeland, Mississippi", "US-MS"),
    ("USA", "Goodyear, Arizona 85338", "US-AZ"),
    ("United States", "12 Virginia Ave, Kansas City", "USA"),
    ("United States", "1 A St, Reno, NV 89502, then B St, Elko, ID 83634", "USA"),
    ("", "Zhangbei County, Hebei, China, 076471", "CHN"),
    ("", "Al Dhafrah, Abu Dhabi, United Arab Emirates", "ARE"),
    ("", "Frankfurt, DE 60314, Germany", "WORLD"),
    ("Germany", "Frankfurt, DE 60314", "DEU"),
    ("Atlantis", "5420 Tulane Rd, Memphis, TN 38109", "WORLD"),
    ("", "", "WORLD"),
])  # fmt: skip
def test_a_state_is_named_only_where_it_is_certain(country, address, expected):
    assert location(country, address) == expected


@pytest.mark.parametrize(("payload", "found"), [
    (b"", "is empty"),
    (b"<!doctype html>", "is a web page or XML"),
    (b"a,b\n1,2\n", r"has the columns \['a', 'b'\]"),
    (table("Date,Data center,Power (GW)", "2025-01-01,A,1"), r"lacks the columns \['Power \(MW\)"),
    (table("Title,Current power (MW)", "A,1"), r"lacks the columns \['Name'\]"),
    (table(TIMES), "has a header and no row"),
    (table(TIMES, "2025-01-01,Meta"), "with 2 fields"),
    (table(TIMES, '2025-01-01,"Meta,5'), "inside quotes"),
    (table(TIMES, "2025-01-01, ,5"), "row 1, `Data center`; expected the name of a site"),
    (table(TIMES, "2025-01-01,A,5", "2025-02-30,A,5"), "row 2, `Date`; expected a day of the cal"),
    (table(TIMES, "2025-01-01,A,5", "2/3/2025,A,5"), "row 1, `Date`; expected one form"),
    (table(TIMES, "13/1/2025,A,5"), "as year-month-day or month/day/year"),
    (table(TIMES, "01.02.2025,A,5"), "expected one form"),
    (table(TIMES, "0201-01-01,A,5"), "a day from 1990 to 2100"),
    (table(TIMES, "2025-01-01,A,much"), "row 1, `Power .MW.`; expected a finite number"),
    (table(TIMES, "2025-01-01,A,1e999"), "expected a finite number"),
    (table(TIMES, "2025-01-01,A,-1"), "a power from 0 to 100,000 MW"),
    (table(TIMES, "2025-01-01,A,100001"), "a power from 0 to 100,000 MW"),
])  # fmt: skip
def test_a_file_of_another_form_is_refused_by_name(payload, found):
    with pytest.raises(SourceError, match=rf"epoch_data_centres: the payload .*{found}"):
        read(payload, FETCHED)


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="without a time zone"):
        read(whole(), datetime(2026, 6, 1))  # noqa: DTZ001 - the fault under test


def test_a_file_with_the_known_sites_is_complete():
    complete("timelines", [whole()], ())
    complete("timelines", [whole(without=3)], [whole(without=3)])
    complete("timelines", [whole("2025-01-02,Another,1")], [whole()])


@pytest.mark.parametrize(("question", "bodies", "held", "found"), [
    ("timelines", [], [], "came as 0 bodies"),
    ("sites", [whole()], [], "is the file of timelines"),
    ("timelines", [whole()[:-1]], [], "breaks off in its last line"),
    ("timelines", [whole(without=5)], [], "lacks 5 of 16 known sites"),
    ("timelines", [whole()], [whole("2025-02-01,Meta Kuna,1")], "has 16 rows; expected about 17"),
    ("timelines", [whole(*["2025-02-01,Meta Kuna,1"] * 9, without=2)], [whole()],
     "lacks 2 of 16 known sites"),
])  # fmt: skip
def test_a_file_that_is_short_is_named_short(question, bodies, held, found):
    with pytest.raises(SourceError, match=found):
        complete(question, bodies, held)


def edition(day, *steps):
    """Return PROJECTS of an edition fetched on a day, from (day, site, power)."""
    lines = [f"{when},{site},{power}" for when, site, power in steps]
    return projects(table(TIMES, *lines), datetime.fromisoformat(f"{day}T00:00:00+00:00"))


def what_became(before, after):
    rows = changes(before, after)
    assert list(rows.columns) == list(COLUMNS)
    assert set(rows["kind"]) <= set(KINDS)
    return {
        (row.project_id.removeprefix("epoch:"), str(row.period_end)): row.kind
        for row in rows.itertuples()
    }


def test_a_restated_past_is_no_slippage():
    before = edition("2025-12-14", ("2025-01-01", "A", 5), ("2026-01-01", "A", 9))
    after = edition("2026-05-23", ("2025-01-01", "A", 4), ("2026-01-01", "A", 8))

    assert what_became(before, after) == {
        ("a", "2025-01-01"): "restated past", ("a", "2026-01-01"): "restated projection",
    }  # fmt: skip


def test_a_projected_step_that_moved_has_slipped_or_come_forward():
    before = edition("2025-12-14", ("2026-01-01", "A", 9), ("2026-08-01", "B", 3))
    after = edition("2026-05-23", ("2026-03-02", "A", 9), ("2026-07-31", "B", 3))

    rows = changes(before, after)

    assert rows["kind"].tolist() == ["slipped", "brought forward"]
    assert rows["moved_days"].tolist() == [60, -1]


def test_a_past_step_that_moved_has_not_slipped():
    before = edition("2025-12-14", ("2025-10-01", "A", 9))
    after = edition("2026-05-23", ("2025-12-01", "A", 9))

    assert what_became(before, after) == {
        ("a", "2025-10-01"): "vanished", ("a", "2025-12-01"): "added to the past",
    }  # fmt: skip


def test_a_site_found_is_no_growth_and_a_site_gone_was_not_switched_off():
    before = edition("2025-12-14", ("2025-01-01", "A", 5), ("2025-01-01", "B", 5))
    after = edition(
        "2026-05-23", ("2025-01-01", "B", 5), ("2026-04-01", "B", 6), ("2020-01-01", "C", 7)
    )

    assert what_became(before, after) == {
        ("a", "2025-01-01"): "vanished site", ("b", "2025-01-01"): "same",
        ("b", "2026-04-01"): "added since", ("c", "2020-01-01"): "new site",
    }  # fmt: skip


def test_a_quantity_that_is_new_in_the_file_is_no_discovery():
    before = edition("2025-12-14", ("2025-01-01", "A", 5))
    after = projects(table("Date,Data center,Power (MW),IT power (MW)", "2025-01-01,A,5,4"))

    assert what_became(before, after) == {("a", "2025-01-01"): "same"}


def test_nothing_became_of_nothing():
    assert changes(PROJECTS.empty(), PROJECTS.empty()).empty


days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
steps = st.lists(
    st.tuples(days, st.sampled_from("ABC"), st.integers(0, 4)),
    min_size=1,
    max_size=12,
    unique_by=lambda step: step[:2],
)


@settings(max_examples=15, deadline=None)
@given(old=steps, new=steps)
def test_every_row_of_two_editions_is_accounted_for_once(old, new):
    before, after = edition("2025-12-14", *old), edition("2026-05-23", *new)

    rows = changes(before, after)

    moved = rows["kind"].isin(["slipped", "brought forward"]).sum()
    assert rows["before"].notna().sum() == len(old)
    assert rows["after"].notna().sum() == len(new)
    assert len(rows) == len({step[:2] for step in (*old, *new)}) - moved
    past = rows[rows["period_end"] <= date(2025, 12, 14)]
    assert not past["kind"].isin(["slipped", "restated projection", "brought forward"]).any()


@settings(max_examples=10, deadline=None)
@given(old=steps)
def test_an_edition_beside_itself_is_all_the_same(old):
    assert set(changes(edition("2025-12-14", *old), edition("2025-12-14", *old))["kind"]) == {
        "same"
    }


def mutated(payload, chance):
    at = chance.randrange(len(payload))
    kind = chance.randrange(4)
    if kind == 0:
        return payload[:at] + bytes([chance.randrange(256)]) + payload[at + 1 :]
    if kind == 1:
        return payload[:at] + payload[at + chance.randrange(1, 40) :]
    if kind == 2:
        return (
            payload[:at]
            + chance.choice([b",", b'"', b"\n", b"e", b"-", b"\0", b"9"])
            + payload[at:]
        )
    lines = payload.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def judged(payload):
    """Read a payload; each power must stand in it as written."""
    try:
        complete("timelines", [payload], [])
        rows = projects(payload)
    except SourceError as refusal:
        message = str(refusal)
        assert message.startswith("epoch_data_centres: ")
        assert "\n" not in message
        return False
    written = {float(n) for n in re.findall(rb"\d*\.?\d+(?:[eE][+-]?\d+)?|\d+\.", payload)}
    assert set(rows["value"]) <= written
    return True


def test_damaged_files_are_read_as_they_stand_or_refused_in_our_words():
    chance = random.Random(20261123)
    header = "Date,Construction status,Data center,IT power (MW),Power (MW)"
    lines = [f'2025-03-0{n % 9 + 1},"Says ""so"",\nthen",{name},{n}.5,{n * 1.25}'
             for n, name in enumerate(FIRST_NAMES * 2)]  # fmt: skip
    sound, outcomes = table(header, *lines), {True: 0, False: 0}

    for _ in boxed():
        outcomes[judged(mutated(sound, chance))] += 1

    assert min(outcomes.values()) > 3


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_refused(payload):
    with pytest.raises(SourceError, match="epoch_data_centres: the payload"):
        read(payload, FETCHED)
