"""The reader of MEC02: right rows, or an error that helps, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pandas as pd
import pytest

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.cso_ireland import SOURCE, complete, questions, read, redacted
from forecast.sources.source import Request, Situation

RECORDED = (
    Path(__file__).parents[2].parent / "shared" / "payloads" / "cso" / "MEC02_2026-07-07.json"
)


def by_quarter(reading, series_id="ie_dc"):
    rows = reading.observations
    return rows[rows["series_id"] == series_id].set_index("period_start")


def tampered(cube, dimension, **category):
    """Return a payload in which members of one dimension's category are replaced."""
    whole = cube()
    whole["dimension"][dimension]["category"].update(category)
    return json.dumps(whole).encode()


@pytest.mark.shared
def test_the_recorded_cube_gives_the_annual_sums_the_office_printed(retrieved_at):
    rows = read(RECORDED.read_bytes(), retrieved_at).observations
    annual = rows.pivot_table(
        index=rows["period_start"].dt.year, columns="series_id", values="value", aggfunc="sum"
    )

    sums = annual.loc[[2015, 2023, 2024, 2025], ["ie_dc", "ie_electricity_metered"]]
    assert sums.to_numpy().tolist() == [
        [1240, 24599],
        [6339, 30581],
        [6974, 31904],
        [7662, 32987],
    ]
    assert (len(rows), set(rows["known_from_basis"])) == (132, {"stamped"})


@pytest.mark.shared
def test_the_recorded_cube_is_complete_and_has_nobody_in_it():
    recorded = RECORDED.read_bytes()

    complete("", [recorded], [recorded])
    assert redacted(recorded) == recorded


def test_the_request_names_one_host_and_no_key():
    request = questions(Situation(date(2026, 7, 8)))[0].request

    assert request.url.startswith(f"https://{request.hosts[0]}/")
    assert (request.params, request.headers) == ((), ())
    assert SOURCE.next(request, b"") is None


def test_a_value_keeps_quarter_unit_text_and_place(payload, retrieved_at):
    row = by_quarter(read(payload(), retrieved_at)).loc["2025-04-01"]

    assert row["period_end"] == pd.Timestamp("2025-06-30")
    assert (row["value"], row["value_text"], row["unit"]) == (400.0, "400.0", "GWh")
    assert (row["frequency"], row["quantity"], row["obs_status"]) == ("Q", "energy", "A")
    assert (row["row"], row["scope"]) == (11, "metered, sites found by the office")


def test_what_is_read_keeps_the_contract(payload, retrieved_at):
    reading = read(payload(), retrieved_at)

    assert len(OBSERVATIONS.check(reading.observations)) == 18
    publication = PUBLICATIONS.check(reading.publications).iloc[0]
    assert (publication["publication_id"], publication["family"]) == ("cso_mec02", "cso")
    assert publication["published"] == "2026-07-07"


def test_a_stamp_before_retrieval_is_when_it_was_known(payload, retrieved_at):
    row = read(payload(), retrieved_at).observations.iloc[0]

    assert (row["known_from"], row["known_from_basis"]) == (pd.Timestamp("2026-07-07"), "stamped")


@pytest.mark.parametrize("updated", ["2026-07-09T00:00:00Z", None])
def test_a_stamp_that_proves_nothing_gives_the_day_of_retrieval(updated, payload, retrieved_at):
    row = read(payload(updated=updated), retrieved_at).observations.iloc[0]

    assert (row["known_from"], row["known_from_basis"]) == (pd.Timestamp("2026-07-08"), "fetched")


def test_a_stamp_older_than_the_newest_quarter_proves_nothing(payload, retrieved_at):
    rows = by_quarter(read(payload(updated="2025-07-01T11:00:00Z"), retrieved_at))

    assert rows["known_from_basis"].tolist() == ["fetched"] * 6


def test_a_stamp_that_goes_back_is_no_new_edition(payload):
    with pytest.raises(SourceError, match=r"is stamped 2026-07-06; .* no older than 2026-07-07"):
        complete("", [payload(updated="2026-07-06T11:00:00Z")], [payload()])


def test_days_are_counted_in_utc(payload):
    late_in_new_york = datetime(2026, 7, 7, 22, tzinfo=timezone(timedelta(hours=-4)))
    row = read(payload(updated="2026-07-08T00:30:00+01:00"), late_in_new_york).observations.iloc[0]

    assert row["known_from"] == pd.Timestamp("2026-07-07")


def test_a_retrieval_without_time_zone_is_the_callers_fault(payload):
    with pytest.raises(VintageError, match=r"cso_ireland: retrieved_at .*without a time zone"):
        read(payload(), datetime(2026, 7, 8))  # noqa: DTZ001 - the fault under test


def test_null_is_a_missing_value_and_not_nought(cube, payload, retrieved_at):
    values = cube()["value"]
    values[-2] = None
    last = by_quarter(read(payload(value=values), retrieved_at)).iloc[-1]

    assert (pd.isna(last["value"]), last["value_text"], last["obs_status"]) == (True, "", "M")


def test_a_sparse_cube_reads_like_a_dense_one(cube, payload, retrieved_at):
    values = {str(place): value for place, value in enumerate(cube()["value"])}
    backwards = dict(reversed(values.items()))
    del backwards["16"]
    rows = by_quarter(read(payload(value=backwards, status={"13": "p"}), retrieved_at))

    assert rows["value"].fillna(-1).tolist() == [100, 200, 300, 400, 500, -1]
    assert rows["obs_status"].tolist() == ["A", "A", "A", "A", "P", "M"]


@pytest.mark.parametrize("said", ["e", ["e"] * 18, {str(place): "E" for place in range(18)}])
def test_a_status_may_come_in_three_forms(said, payload, retrieved_at):
    assert set(read(payload(status=said), retrieved_at).observations["obs_status"]) == {"E"}


def test_an_index_of_places_reads_like_a_list(cube, retrieved_at):
    places = {"20": 2, "-": 0, "10": 1}
    rows = by_quarter(read(tampered(cube, "C03907V04659", index=places), retrieved_at))

    assert rows["value"].tolist() == [100, 200, 300, 400, 500, 600]


def test_the_order_of_dimensions_does_not_matter(cube, payload, retrieved_at):
    values = cube()["value"]
    turned = payload(
        id=["C03907V04659", "TLIST(Q1)", "STATISTIC"],
        size=[3, 6, 1],
        value=[values[3 * quarter + customer] for customer in range(3) for quarter in range(6)],
    )
    rows = by_quarter(read(turned, retrieved_at))

    assert rows["value"].tolist() == [100, 200, 300, 400, 500, 600]


@pytest.mark.parametrize("dress", [
    lambda sent: b"\xef\xbb\xbf" + sent,
    lambda sent: json.dumps(json.loads(sent), indent=2).replace("\n", "\r\n").encode(),
    lambda sent: sent + b"\r\n",
])  # fmt: skip
def test_a_byte_order_mark_or_crlf_changes_no_number(dress, payload, retrieved_at):
    columns = ["series_id", "period_end", "value", "value_text", "known_from", "row"]
    plain = read(payload(), retrieved_at).observations[columns]

    dressed = read(dress(payload()), retrieved_at).observations[columns]
    pd.testing.assert_frame_equal(dressed, plain)


@pytest.mark.parametrize(("sent", "found"), [
    (b"", "is empty"),
    (b" \r\n", "is empty"),
    (b"<!DOCTYPE html><html>Maintenance</html>", "is a web page or XML"),
    (b"\xff\xfe{\x00}\x00", "is not UTF-8 at byte 0"),
    (b"[1, 2]", "holds a list"),
    (b"[" * 100_000, "no JSON we can trust|breaks off"),
    (b'{"a": 1, "a": 2}', "member 'a' stands twice"),
    (b'{"a": NaN}', "NaN is not a number"),
    (b'{"a": 1e99999999999999999999}', "out of range"),
    (b'{"a": ' + b"9" * 5000 + b"}", "no JSON we can trust"),
    (b'{"error": [{"status": 404, "label": "no such matrix"}]}', "says error: .*no such matrix"),
    (b'{"dataset": {}}', "has class and version"),
])  # fmt: skip
def test_what_is_no_cube_is_refused_for_what_it_is(sent, found, retrieved_at):
    with pytest.raises(SourceError, match=rf"cso_ireland: MEC02 .*(?:{found}).*data.cso.ie"):
        read(sent, retrieved_at)


def test_every_cut_of_a_payload_is_refused(payload, retrieved_at):
    whole = payload()

    for end in range(0, len(whole), 7):
        with pytest.raises(SourceError, match=r"is empty|breaks off"):
            read(whole[:end], retrieved_at)


@pytest.mark.parametrize(("members", "found"), [
    ({"class": "collection"}, "has class and version"),
    ({"version": "1.0"}, "has class and version"),
    ({"value": None}, "has `value` None"),
    ({"value": [1.0] * 17}, "holds 17 entries of `value`; this reader knows 18"),
    ({"value": [1.0] * 19}, "holds 19 entries of `value`; this reader knows 18"),
    ({"value": [None] * 18}, "holds no value at all"),
    ({"value": {}}, "holds no value at all"),
    ({"value": {"18": 1.0}}, "has `value` at '18'"),
    ({"value": {"01": 1.0}}, "has `value` at '01'"),
    ({"value": ["6565.0"] * 18}, "holds '6565.0' as value 1;"),
    ({"value": [True] * 18}, "holds True as value 1"),
    ({"value": [10**400] * 18}, "a finite number"),
    ({"value": [-1.0] * 18}, "has '-1.0' GWh for All metered .* of 2024Q3"),
    ({"status": "?"}, "marks All metered .* with status '[?]'"),
    ({"status": "M"}, "marks All metered .* with status 'M'"),
    ({"status": ["p"]}, "holds 1 entries of `status`"),
    ({"status": {"3": 7}}, "has status 7"),
    ({"size": [1, 3, 6]}, r"has `size` \[1, 3, 6\]; this reader knows \[1, 6, 3\]"),
    ({"size": [True, 6, 3]}, "has `size`"),
    ({"id": ["STATISTIC"]}, "describes dimensions"),
    ({"id": ["STATISTIC", "STATISTIC", "TLIST(Q1)"]}, "each dimension once"),
    ({"id": [1, 2, 3]}, "a list of dimensions"),
    ({"dimension": []}, "describes dimensions"),
    ({"updated": "yesterday"}, "has `updated` 'yesterday'"),
    ({"updated": "2026-02-30T11:00:00Z"}, "an instant of the calendar"),
    ({"updated": "0001-01-01T00:00:00+14:00"}, "an instant of the calendar"),
    ({"extension": {"matrix": "MEC03"}}, "is the cube 'MEC03'"),
])  # fmt: skip
def test_a_cube_of_another_form_is_refused_by_name(members, found, payload, retrieved_at):
    with pytest.raises(SourceError, match=rf"cso_ireland: MEC02.* {found}"):
        read(payload(**members), retrieved_at)


@pytest.mark.parametrize(("dimension", "category", "found"), [
    ("STATISTIC", {"unit": {"MEC02": {"label": "MWh"}}}, "is in unit .*MWh.*knows GWh"),
    ("STATISTIC", {"unit": {}}, "is in unit None"),
    ("STATISTIC", {"unit": {"MEC02": {"label": "GWh", "multiplier": 3}}}, "is in unit"),
    ("STATISTIC", {"index": ["MEC03"]}, r"with \['MEC03'\]"),
    ("TLIST(Q1)", {"index": ["2024", "2025", "2026", "2027", "2028", "2029"]}, "quarter '2024'"),
    ("TLIST(Q1)", {"index": ["2024Q3"] * 6}, "each code once"),
    ("TLIST(Q1)", {"index": 6}, "codes as text"),
    ("C03907V04659", {"index": {"-": 0, "10": 1, "20": 3}}, "each place from 0 to 2 once"),
    ("C03907V04659", {"index": {"-": 0, "10": 1, "20": True}}, "each place from 0 to 2 once"),
    ("C03907V04659", {"index": ["-", "10", "30"]}, "has customers"),
    ("C03907V04659", {"label": {"-": "All", "10": "Others", "20": "Data centres"}}, "customers"),
])  # fmt: skip
def test_a_dimension_of_another_kind_is_refused(dimension, category, found, cube, retrieved_at):
    with pytest.raises(SourceError, match=found):
        read(tampered(cube, dimension, **category), retrieved_at)


def test_a_renamed_dimension_is_refused_with_both_names(payload, retrieved_at):
    renamed = payload().replace(b"TLIST(Q1)", b"TLIST(A1)")

    with pytest.raises(SourceError, match=r"MEC02 of 2026-07-07 has dimensions .*A1.*knows .*Q1"):
        read(renamed, retrieved_at)


def test_a_gap_between_quarters_is_refused(cube, retrieved_at):
    gap = json.dumps(cube(("2024Q3", "2025Q1"))).encode()

    with pytest.raises(SourceError, match="jumps from 2024Q3 to 2025Q1"):
        read(gap, retrieved_at)


def test_a_whole_cube_that_reaches_as_far_as_the_held_one_is_complete(cube, payload):
    longer = json.dumps(
        cube(("2024Q2", "2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4"))
    )

    complete("", [payload()])
    complete("", [payload()], [payload()])
    complete("", [longer.encode()], [payload()])


@pytest.mark.parametrize("quarters", [
    ("2024Q3", "2024Q4", "2025Q1", "2025Q2", "2025Q3"),
    ("2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4"),
])  # fmt: skip
def test_a_cube_shorter_than_the_held_one_is_named_short(quarters, cube, payload):
    with pytest.raises(SourceError, match="at least 2024Q3 to 2025Q4, as in the vintage held"):
        complete("", [json.dumps(cube(quarters)).encode()], [payload()])


def test_a_newest_quarter_without_value_does_not_count_as_complete(cube, payload):
    values = cube()["value"]
    values[-2] = None

    with pytest.raises(SourceError, match="has data centres from 2024Q3 to 2025Q3"):
        complete("", [payload(value=values)], [payload()])


def test_a_cube_without_data_centres_is_incomplete(cube, payload):
    values = [None if place % 3 == 1 else value for place, value in enumerate(cube()["value"])]

    with pytest.raises(SourceError, match="has no value of data centres"):
        complete("", [payload(value=values)])


def test_a_cube_in_two_bodies_is_refused(payload):
    with pytest.raises(SourceError, match="came as 2 bodies"):
        complete("", [payload(), payload()])


def test_a_damaged_held_vintage_is_named_as_the_held_one(payload):
    with pytest.raises(SourceError, match="MEC02 as held breaks off"):
        complete("", [payload()], [payload()[:-9]])


def test_the_person_is_taken_out_and_every_number_kept(payload, retrieved_at):
    cleared = redacted(payload())

    assert b"Person" not in cleared
    assert b'"contact": {}' in cleared
    assert read(cleared, retrieved_at).observations["value"].sum() == 2000 * 21


def test_taking_the_person_out_twice_changes_nothing_more(payload):
    sent = b"\xef\xbb\xbf" + payload(note=['a "contact": in a text', "\u00e9"])

    assert redacted(redacted(sent)) == redacted(sent)
    assert redacted(sent).startswith(b"\xef\xbb\xbf")


def test_a_person_behind_escaped_letters_is_not_kept_unseen(payload):
    hidden = payload().replace(b'"contact"', b'"cont\\u0061ct"')

    with pytest.raises(SourceError, match="spells `contact` in a way we cannot clear"):
        redacted(hidden)


def test_what_is_no_json_is_not_redacted():
    with pytest.raises(SourceError, match="is a web page or XML"):
        redacted(b"<html></html>")


def test_a_request_does_not_print_its_key():
    keyed = Request(
        source="x", url="https://x.org", hosts=("x.org",), media_types=(), max_bytes=1,
        params=(("api_key", "sesame"),), headers=(("X-Api-Key", "sesame"),),
    )  # fmt: skip

    assert "sesame" not in repr(keyed)


def test_an_instant_in_another_zone_is_the_same_instant(payload):
    utc = datetime(2026, 7, 8, 1, tzinfo=UTC)
    irish = utc.astimezone(timezone(timedelta(hours=1)))

    pd.testing.assert_frame_equal(
        read(payload(), irish).observations, read(payload(), utc).observations
    )
