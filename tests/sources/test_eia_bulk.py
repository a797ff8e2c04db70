"""EIA's bulk files: one series a line, packed or plain, and nothing that breaks off."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.sources.eia_answers import answer, bulk_line, category_line, packed, sales

from forecast.contracts.errors import SourceError
from forecast.sources import eia_bulk
from forecast.sources.eia_api import refusal
from forecast.sources.eia_bulk import Unwanted, bulk_series, form, without_echo

REFUSE = refusal("eia_x", "the file")
LINES = b"\n".join([
    category_line("ELEC.SALES.US-COM.A"),
    bulk_line("ELEC.SALES.US-COM.A", [["2024", 1.50], ["2023", None]]),
    bulk_line("ELEC.PRICE.US-COM.A", [["2024", 2]]),
    bulk_line("ELEC.SALES.US-RES.A", []),
    bulk_line("ELEC.SALES.US-ALL.A", [["2024", "3"]], stamp=""),
])  # fmt: skip


def read(payload):
    unwanted = Unwanted()
    return list(bulk_series(payload, b"ELEC.SALES.", unwanted, REFUSE)), unwanted.told()


def refused(found):
    return pytest.raises(SourceError, match=rf"^eia_x: the file .*{found}")


def test_only_wanted_series_are_read_and_the_rest_is_counted():
    series, told = read(LINES)

    assert [one.series_id[-8:] for one in series] == ["US-COM.A", "US-RES.A", "US-ALL.A"]
    assert [one.before for one in series] == [0, 2, 2]
    assert series[0].periods == ("2024", "2023")
    assert series[0].found == ("1.5", None)
    assert told == {
        "a line of the bulk file about something else": 2,
        "a bulk series without data": 1,
    }


@pytest.mark.parametrize("dress", [
    lambda lines: lines + b"\n\n",
    lambda lines: b"\xef\xbb\xbf" + lines,
    lambda lines: lines.replace(b"\n", b"\r\n"),
    lambda lines: packed(("ELEC.txt", lines)),
])  # fmt: skip
def test_a_zip_or_crlf_or_byte_order_mark_changes_nothing(dress):
    assert read(dress(LINES)) == read(LINES)


@pytest.mark.parametrize(("stamp", "printed", "day"), [
    ("2026-09-23T17:01:12-04:00", "2026-09-23", "2026-09-23"),
    ("2026-09-23T23:01:12-04:00", "2026-09-23", "2026-09-24"),
    ("2026-09-23T17:01:12", "2026-09-23", "2026-09-24"),
    ("", "", "None"),
    (None, "", "None"),
])  # fmt: skip
def test_a_stamp_is_a_utc_day_and_the_day_after_where_no_offset_tells(stamp, printed, day):
    (series,), _ = read(bulk_line("ELEC.SALES.US-COM.A", [], stamp=stamp))

    assert (series.published, str(series.stamped)) == (printed, day)


@pytest.mark.parametrize(("payload", "kind"), [
    (LINES, "bulk"),
    (b' {"name": "x", "series_id": "ELEC.A"}', "bulk"),
    (b'{"geoset_id": "ELEC.A"}', "bulk"),
    (answer(sales(["2024"]), "annual"), "answer"),
    (b"", "answer"),
    (b"<html>", "answer"),
    (b"[1]", "answer"),
    (b"datetime_utc,respondent", "text"),
    (packed(("a.txt", b"")), "zip"),
    (packed(), "zip"),
    (b"\x1f\x8b\x08", "gzip"),
])  # fmt: skip
def test_a_form_is_told_by_how_it_begins(payload, kind):
    assert form(payload) == kind


@pytest.mark.parametrize(("payload", "found"), [
    (LINES[:-3], "breaks off in line 5"),
    (b'{"series_id": "ELEC.X"}\nELEC.SALES.', "breaks off in line 2"),
    (b'{"series_id": "ELEC.SALES.A", "series_id": 1}', "stands twice"),
    (LINES + b"\n" + LINES, "holds 'ELEC.SALES.US-COM.A' twice"),
    (b'{"series_id": "ELEC.SALES.A"}', "has `units` None for 'ELEC.SALES.A'"),
    (bulk_line("ELEC.SALES.A", {"2024": 1}), "has `data`"),
    (bulk_line("ELEC.SALES.A", [["2024"]]), r"has \['2024'\] in"),
    (bulk_line("ELEC.SALES.A", ["20"]), "has '20' in"),
    (bulk_line("ELEC.SALES.A", [[None, 1]]), "pairs of period and value"),
    (bulk_line("ELEC.SALES.A", [], stamp="yesterday"), "has `last_updated` 'yesterday'"),
    (bulk_line("ELEC.SALES.A", [], stamp=["x"]), "has `last_updated`"),
    (bulk_line("ELEC.SALES.A", [], stamp="0001-01-01T00:00:00+14:00"), "has `last_updated`"),
    (packed(), "is a zip we cannot open"),
    (packed(("a.txt", b"{}"), ("b.txt", b"{}")), "is a zip we cannot open"),
    (packed(("a.txt", b"{}" + b" " * 900_000)), "unpacks to 900,002 bytes"),
    (packed(("a.txt", LINES))[:-30], "is a zip we cannot open"),
])  # fmt: skip
def test_a_file_that_is_damaged_is_refused_for_what_it_is(payload, found):
    with refused(found):
        read(payload)


def test_a_line_of_another_series_that_names_ours_is_not_ours():
    series, told = read(b'{"series_id": "ELEC.X", "geoset_id": "ELEC.SALES.A"}')

    assert not series
    assert told == {"a line of the bulk file about something else": 1}


def test_a_damaged_zip_is_refused_while_it_is_read():
    whole = bytearray(packed(("a.txt", LINES)))
    whole[60] ^= 0xFF

    with refused("is a damaged zip|breaks off"):
        read(bytes(whole))


def test_a_locked_or_strangely_packed_zip_is_refused():
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.txt", LINES)
    locked = bytearray(whole.getvalue())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1

    with refused("is a zip we cannot open"):
        read(bytes(locked))


def test_a_line_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(eia_bulk, "_LINE_BYTES", 40)

    with refused("has a line beyond 40 bytes"):
        read(LINES)


def test_a_key_is_masked_in_every_form_of_text():
    assert b"sesame" not in without_echo(LINES + b'\n{"api_key": "sesame"}', REFUSE)
    assert b"sesame" not in without_echo(b"a,b\nhttps://x?api_key=sesame,1", REFUSE)
    assert b"sesame" not in without_echo(b'{"request": {"api_key": "sesame"}}', REFUSE)
    assert without_echo(packed(("a.txt", LINES)), REFUSE) == packed(("a.txt", LINES))
