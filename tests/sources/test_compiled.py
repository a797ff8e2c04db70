"""Tables compiled by hand: read whole, or refused with file, row and column."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.contracts.errors import SourceError
from forecast.contracts.tables import CLAIMS, OBSERVATIONS, OUTCOMES, PUBLICATIONS
from forecast.sources.compiled import read, table_of

OWN = "observations_own.csv"
HEADER = "series_id,period_start,period_end,value,unit,known_from,scope"
LINE = "mine,2024-01-01,2024-12-31,5.5,TWh,2025-02-01,all sites"
PUBLISHED = (
    "publication_id,family,publisher,title,url,published,licence,attribution,redistributable,grade"
)


def csv(*lines, header=HEADER):
    return "\n".join((header, *lines, "")).encode()


def test_a_small_file_is_completed_by_its_reader():
    payload = csv(LINE, LINE.replace("2024", "2023"))

    found = read(payload, name=OWN)

    first = found.iloc[1].to_dict()
    assert list(found) == OBSERVATIONS.names
    assert first["publication_id"] == "own"
    assert first["frequency"] == "A"
    assert first["quantity"] == "energy"
    assert first["obs_status"] == "A"
    assert first["known_from_basis"] == "stamped"
    assert first["value"] == 5.5
    assert first["value_text"] == "5.5"
    assert first["raw_sha256"] == hashlib.sha256(payload).hexdigest()
    assert found["row"].tolist() == [2, 1]
    assert found[["low", "high"]].isna().all(axis=None)


def test_a_partial_stamp_is_known_on_its_last_day():
    header = HEADER.replace("known_from", "published")

    found = read(csv(LINE.replace("2025-02-01", "2025-02"), header=header), name=OWN)

    assert found["known_from"].tolist() == [pd.Timestamp("2025-02-28")]


def test_a_file_that_says_both_is_known_when_it_says():
    found = read(csv(LINE + ",2020", header=HEADER + ",published"), name=OWN)

    assert found["known_from"].tolist() == [pd.Timestamp("2025-02-01")]


def test_blank_values_stay_blank_and_text_stays_text():
    found = read(csv(LINE.replace("5.5", "").replace("all sites", "NA")), name=OWN)

    assert found["value"].isna().all()
    assert found["scope"].tolist() == ["NA"]


@pytest.mark.parametrize(
    "encoded", ["\ufeff".encode() + csv(LINE), csv(LINE).replace(b"\n", b"\r\n")]
)
def test_marks_and_line_ends_of_spreadsheets_do_not_matter(encoded):
    assert read(encoded, name=OWN)["series_id"].tolist() == ["mine"]


def test_a_header_alone_is_an_empty_table():
    assert read(csv(), name=OWN).dtypes.equals(OBSERVATIONS.empty().dtypes)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("observations.csv", OBSERVATIONS),
        ("observations_2026.csv", OBSERVATIONS),
        ("publications.csv", PUBLICATIONS),
        ("claims.csv", CLAIMS),
        ("outcomes.csv", OUTCOMES),
    ],
)
def test_a_file_is_known_by_how_its_name_begins(name, table):
    assert table_of(name) is table


def test_a_file_of_another_name_is_refused_with_the_names_there_are():
    with pytest.raises(SourceError, match=r"figures\.csv: .*publications, observations, claims"):
        read(csv(LINE), name="figures.csv")


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the file is empty"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"<html>", "an HTML or XML page"),
        (b"  \n<?xml", "an HTML or XML page"),
        (csv(LINE + ", part two"), "not a whole CSV file"),
        (csv(LINE, LINE + ", part two"), "not a whole CSV file"),
        (csv(LINE, '"mine'), "not a whole CSV file"),
        (csv(LINE, header=HEADER.replace("unit", "units")), "columns unit are missing; found"),
        (
            csv(LINE, header=HEADER.replace("known_from", "seen")),
            "neither known_from nor published",
        ),
        (csv(LINE, header=HEADER.replace("scope", "note")), "columns none are missing and note"),
        (csv(LINE.replace("5.5", "5,5")), "not a whole CSV file|is"),
        (csv(LINE.replace("5.5", "much")), r"row 1: `value` is 'much'; expected a number"),
        (csv(LINE, LINE.replace("5.5", "nan")), r"row 2: `value` is 'nan'; expected a number"),
        (csv(LINE.replace("5.5", "1e999")), "row 1: `value` is '1e999'; expected a number"),
        (csv(LINE.replace("2024-12-31", "2024-13-31")), r"row 1: `period_end` .* YYYY-MM-DD"),
        (csv(LINE.replace("2024-12-31", "31.12.2024")), r"row 1: `period_end` .* YYYY-MM-DD"),
        (csv(LINE.replace("2025-02-01", "2025-02")), r"row 1: `known_from` .* YYYY-MM-DD"),
        (csv(LINE.replace("2025-02-01", "")), "`known_from` is blank in 1 rows"),
        (csv(LINE.replace("TWh", "kWh")), "`unit` holds 'kWh', not one of TWh"),
        (csv(LINE.replace("TWh", "")), "`unit` is blank"),
        (csv("mine,2024-01-01,2024-12-31,5.5"), "`unit` is blank"),
        (csv(LINE, LINE), "2 rows share a key"),
    ],
)
def test_what_is_no_such_file_is_refused_by_name(payload, message):
    with pytest.raises(SourceError, match=message) as refusal:
        read(payload, name=OWN)

    assert str(refusal.value).startswith(OWN)


def test_a_stamp_of_another_form_is_refused_with_the_file():
    header = HEADER.replace("known_from", "published")

    with pytest.raises(SourceError, match=rf"{OWN}: published is 'February'"):
        read(csv(LINE.replace("2025-02-01", "February"), header=header), name=OWN)


@pytest.mark.parametrize(("flag", "expected"), [("true", True), ("FALSE", False)])
def test_a_publication_says_whether_it_may_be_passed_on(flag, expected):
    line = f"p,f,us,report,,,free,us,{flag},A"

    found = read(csv(line, header=PUBLISHED), name="publications.csv")

    assert found["redistributable"].tolist() == [expected]


@pytest.mark.parametrize("flag", ["", "yes", "1"])
def test_a_publication_that_does_not_say_is_never_passed_on_by_accident(flag):
    line = f"p,f,us,report,,,free,us,{flag},A"

    with pytest.raises(SourceError, match="redistributable"):
        read(csv(line, header=PUBLISHED), name="publications.csv")


def test_a_year_with_a_fraction_is_no_year():
    header = ",".join(CLAIMS.names)
    cells = dict.fromkeys(CLAIMS.names, "") | {
        "claim_id": "c",
        "publication_id": "p",
        "quantity": "energy",
        "measure": "level",
        "target_year": "2030.5",
        "known_from": "2025-01-01",
    }

    with pytest.raises(SourceError, match="`target_year` is not Int64"):
        read(csv(",".join(cells.values()), header=header), name="claims.csv")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_refusal(payload):
    for name in ("observations.csv", "publications.csv", "claims.csv"):
        with pytest.raises(SourceError):
            read(payload, name=name)


@given(st.data())
def test_a_file_cut_or_altered_anywhere_is_a_table_or_a_refusal(data):
    whole = csv(LINE, LINE.replace("2024", "2023"))
    at = data.draw(st.integers(0, len(whole) - 1))
    altered = data.draw(st.sampled_from([b"", b",", b'"', b"\n", b"\x00", b"9", b"<"]))
    rest = data.draw(st.booleans())

    try:
        found = read(whole[:at] + altered + (whole[at + 1 :] if rest else b""), name=OWN)
    except SourceError:
        return

    assert OBSERVATIONS.check(found).equals(found)
