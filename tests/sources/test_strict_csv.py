"""CSV read strictly: right cells, or an error that says where the file breaks."""

from __future__ import annotations

import csv
import io
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.contracts.errors import SourceError
from forecast.sources.strict_csv import exact, read_header, read_sheet

FILE = b'Area,Year,Value\n"Congo, DR",2024,1.5\nIreland,2025,\n'
COLUMNS = ("Area", "Year", "Value")
CONTROL = "".join(map(chr, (*range(32), 127))).translate({9: None, 10: None, 13: None})


def refuse(found, expected):
    raise SourceError(f"test: {found}; expected {expected}")


def cells(payload, required=COLUMNS, optional=()):
    return [dict(row.cells) for row in read_sheet(payload, refuse, required, optional).rows]


def test_each_line_is_a_row_with_text_as_written():
    sheet = read_sheet(FILE, refuse, COLUMNS)

    assert cells(FILE) == [
        {"Area": "Congo, DR", "Year": "2024", "Value": "1.5"},
        {"Area": "Ireland", "Year": "2025", "Value": ""},
    ]
    assert [row.number for row in sheet.rows] == [1, 2]
    assert (sheet.header, sheet.ended) == (("Area", "Year", "Value"), True)


@pytest.mark.parametrize("dress", [
    lambda sent: b"\xef\xbb\xbf" + sent,
    lambda sent: sent.replace(b"\n", b"\r\n"),
    lambda sent: sent.replace(b"\n", b"\r"),
    lambda sent: sent.rstrip(b"\n"),
    lambda sent: sent + b"\r\n\n",
])  # fmt: skip
def test_byte_order_mark_and_line_ends_change_nothing(dress):
    assert cells(dress(FILE)) == cells(FILE)


def test_a_missing_last_line_end_is_told():
    assert not read_sheet(FILE.rstrip(), refuse, COLUMNS).ended
    assert read_sheet(FILE.replace(b"\n", b"\r\n"), refuse, COLUMNS).ended


def test_columns_are_found_by_name_whatever_their_place_and_case():
    moved = b"value,AREA,note,Year \n1.5,Ireland,x,2024\n"

    assert cells(moved) == [{"Area": "Ireland", "Year": "2024", "Value": "1.5"}]
    assert read_sheet(moved, refuse, COLUMNS).has("Note")


def test_an_optional_column_that_is_not_there_reads_as_blank():
    sheet = read_sheet(FILE, refuse, ("Year",), ("Unit",))

    assert cells(FILE, ("Year",), ("Unit",))[0] == {"Year": "2024", "Unit": ""}
    assert not sheet.has("Unit")


def test_a_text_may_hold_commas_quotes_and_line_ends():
    assert cells(b'Area,Note\n"a, ""b""\nc",d\n', ("Area",)) == [{"Area": 'a, "b"\nc'}]


def test_the_header_alone_tells_one_form_from_another():
    assert read_header(FILE, refuse) == COLUMNS
    assert read_header(b'"a\nb",c\n1,2\n', refuse) == ("a\nb", "c")
    assert read_header(b"\na,b\n", refuse) == ()


@pytest.mark.parametrize(("sent", "found"), [
    (b"", "is empty"),
    (b" \r\n", "is empty"),
    (b"<!DOCTYPE html><p>Back soon", "is a web page or XML, beginning '<!DOCTYPE"),
    (b"\xff\xfeA\x00", "is not UTF-8 at byte 0"),
    (b"Area,Year,Value\na,\0,c\n", r"holds the control character '\\x00' at 18"),
    (b"Area,Year,Value\na,68.\x1e,c\n", r"holds the control character '\\x1e' at 21"),
    (b"Area,Year,Value\na,b\n", "holds row 1, beginning 'a,b', with 2 fields; expected 3"),
    (b"Area,Year,Value\na,b,c\n\nd,e,f\n", "holds row 2, beginning '', with 0 fields"),
    (b"Area,Year,Value\na,b,c,d\n", "holds row 1, .*with 4 fields; expected 3"),
    (b'Area,Year,Value\na,b,"c\n', "breaks off inside quotes"),
    (b'Area,Year,Value\na,"b"x,"c""\n', "breaks off inside quotes"),
    (b'Area,Year,Value\na,"b"x,c\n', "is damaged in line 2"),
    (b"Area,Year,Value\na,b," + b"c" * 200_000, "is damaged in line 2 .field larger"),
    (b"Area,Year,area,Value\n", "has the column 'area' 2 times"),
    (b"Area,Jahr\n", r"lacks the columns \['Year', 'Value'\]; its header is \['Area', 'Jahr'\]"),
    (b'{"error": 1}', "lacks the columns"),
])  # fmt: skip
def test_what_is_no_whole_csv_is_refused_for_what_it_is(sent, found):
    with pytest.raises(SourceError, match=rf"test: {found}"):
        read_sheet(sent, refuse, COLUMNS)


@pytest.mark.parametrize(("words", "number"), [
    ("1.50", "1.50"), ("-3", "-3"), ("+.5", "0.5"), ("7.", "7"), (" 2 ", "2"), ("1e3", "1000"),
    ("0.0e-900", "0"),
])  # fmt: skip
def test_a_number_is_what_is_written(words, number):
    assert exact(words, "row 1", refuse) == Decimal(number)


def test_a_blank_is_no_number():
    assert exact("  ", "row 1", refuse) is None


@pytest.mark.parametrize("words", [
    "n/a", "1,5", "1 000", "NaN", "inf", "0x10", "1_0", "--1", "٣", "1e400", "1e-400", "1e99999",
    "1" * 400, "Not Available",
])  # fmt: skip
def test_what_is_no_finite_number_is_refused_with_its_place(words):
    with pytest.raises(SourceError, match=r"test: holds .* in row 1, `Year`; expected a finite"):
        exact(words, "row 1, `Year`", refuse)


CELLS = st.text(st.characters(exclude_characters=CONTROL), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_what_was_written_is_what_is_read(lines):
    lines = [("key", *line) for line in lines]
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("k", "a", "b"), *lines])

    found = cells(written.getvalue().encode("utf-8", "replace"), ("k", "a", "b"))
    clean = [tuple(c.encode("utf-8", "replace").decode() for c in line) for line in lines]
    assert [tuple(row.values()) for row in found] == clean


def test_any_bytes_give_cells_of_the_file_or_a_refusal():
    chance = random.Random(7)
    for _ in range(3_000):
        sent = bytearray(FILE)
        for _ in range(chance.randint(1, 4)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        try:
            found = cells(bytes(sent), ("Area",), ("Year", "Value"))
        except SourceError:
            continue
        words = sent.decode().replace('""', '"')
        assert all(cell in words for row in found for cell in row.values())
