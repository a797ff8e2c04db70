"""Old outlooks by hand: what was projected, when it was known, and nothing of what came."""

from __future__ import annotations

import csv
import io
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from tests.sources.eia_forms import damaged, in_our_words
from tests.timebox import boxed

from forecast.contracts.errors import SourceError
from forecast.contracts.tables import CLAIMS, PUBLICATIONS
from forecast.sources.eia_outlooks import read

FIGURES = Path(__file__).parents[2].parent / "shared" / "figures" / "past_outlooks.csv"
COMPILED = Path(__file__).parents[2] / "data" / "raw" / "compiled" / "claims.csv"
AT = datetime(2026, 11, 23, tzinfo=UTC)
COLUMNS = [
    "claim_id", "publisher", "title", "published", "known_from", "geography", "scope", "metric",
    "base_year", "base_value", "target_year", "scenario", "target_low", "target_central",
    "target_high", "unit", "stated_cagr_low_pct", "stated_cagr_high_pct", "actual_value",
    "actual_source", "source_url", "grade", "note",
]  # fmt: skip
USUAL = {
    "claim_id": "old_1", "publisher": "EIA", "title": "AEO1999 Reference case: US sales",
    "published": "1999", "known_from": "1999-12-31", "geography": "US", "scope": "retail sales",
    "metric": "electricity_twh", "target_year": "2010", "scenario": "Reference",
    "target_central": "3900.25", "unit": "TWh", "grade": "A", "note": "came out lower",
}  # fmt: skip


def sheet(*rows, columns=COLUMNS):
    told = io.StringIO()
    lines = csv.DictWriter(told, columns, extrasaction="ignore")
    lines.writeheader()
    lines.writerows([{**USUAL, "claim_id": f"old_{n}", **row} for n, row in enumerate(rows)])
    return told.getvalue().encode()


def claim(**cells):
    (row,) = CLAIMS.check(read(sheet(cells), AT).claims).to_dict("records")
    return row


@pytest.mark.shared
def test_the_figures_give_the_claims_the_house_compiled_from_them():
    reading = read(FIGURES.read_bytes(), AT)
    compiled = CLAIMS.shape(pd.read_csv(COMPILED)).set_index("claim_id")
    found = CLAIMS.check(reading.claims).set_index("claim_id")
    columns = [name for name in found if name != "derived_from"]

    pd.testing.assert_frame_equal(found[columns], compiled.loc[found.index, columns])
    assert len(PUBLICATIONS.check(reading.publications)) == found["publication_id"].nunique()
    assert (len(found), sorted(reading.left_out.values())) == (38, [30, 68])


def test_an_edition_is_read_from_the_title():
    annual, short = claim(), claim(title="Short-Term Energy Outlook, June 2004", published="")

    assert (annual["family"], annual["edition"]) == ("eia_aeo", "1999")
    assert annual["publication_id"] == "eia_aeo_1999"
    assert (short["family"], short["edition"]) == ("eia_steo", "2004-06")
    assert short["publication_id"] == "eia_steo_2004_06"


def test_a_projection_keeps_numbers_unit_and_scope():
    row = claim(target_low="3800", base_year="1997", base_value="3140.5", stated_cagr_low_pct="1.4")

    assert (row["low"], row["central"], row["target_year"]) == (3800, 3900.25, 2010)
    assert (row["base_year"], row["base_value"], row["stated_cagr_low"]) == (1997, 3140.5, 0.014)
    assert (row["series_id"], row["scope"]) == ("us_retail_sales", "retail sales, direct use out")


def test_what_came_is_counted_and_read_nowhere():
    reading = read(sheet({"actual_value": "3754.84"}, {}), AT)

    assert len(reading.claims) == 2
    assert "3754" not in reading.claims.to_csv()
    assert "came out lower" not in reading.claims.to_csv()
    assert sum(reading.left_out.values()) == 1


def test_what_is_not_an_outlook_of_ours_is_counted():
    reading = read(sheet({"publisher": "IEA"}, {"title": "IEO2009"}), AT)

    assert reading.rows == 0
    assert len(reading.left_out) == 2


@pytest.mark.parametrize(("published", "known_from", "known"), [
    ("1999", "", "1999-12-31"),
    ("1999-06", "", "1999-06-30"),
    ("1999", "2001-02-03", "2001-02-03"),
    ("1999", "1998-01-01", "1999-12-31"),
    ("", "1999-12-31", "2026-11-23"),
    ("", "", "2026-11-23"),
])  # fmt: skip
def test_nothing_is_known_before_its_stamp_proves_it(published, known_from, known):
    row = claim(published=published, known_from=known_from)

    assert row["known_from"] == pd.Timestamp(known)


def test_an_unknown_scope_is_kept_in_its_words_and_is_no_series():
    row = claim(scope="commercial computing", geography="Guam")

    assert (row["series_id"], row["scope"]) == ("", "commercial computing")
    assert row["location"] == "Guam"


@pytest.mark.parametrize(("cells", "found"), [
    ({"claim_id": "a b"}, "the id 'a b'"),
    ({"unit": "quads"}, "the unit 'quads'"),
    ({"target_central": ""}, "no target value"),
    ({"target_central": "4,1"}, "`target_central`"),
    ({"target_year": "20100"}, "'20100' in row 1, `target_year`"),
    ({"published": "spring"}, "is dated 'spring'"),
    ({"known_from": "tomorrow"}, "is dated '1999' and 'tomorrow'"),
    ({"known_from": "20010203"}, "known_from '20010203'"),
    ({"published": "2031"}, "is known from 2031-12-31"),
    ({"grade": "F"}, "the grade 'F'"),
])  # fmt: skip
def test_a_cell_of_another_form_is_refused_by_name(cells, found):
    with pytest.raises(SourceError, match=f"eia_outlooks: the payload .*{found}"):
        read(sheet(cells), AT)


def test_an_id_twice_and_a_column_less_are_refused():
    with pytest.raises(SourceError, match="states same again in row 2"):
        read(sheet({"claim_id": "same"}, {"claim_id": "same"}), AT)
    with pytest.raises(SourceError, match=r"lacks the columns .*target_year"):
        read(sheet({}, columns=[name for name in COLUMNS if name != "target_year"]), AT)


TOKENS = [b"1999", b"2010", b"EIA", b"AEO", b"TWh", b"GWh", b"3900.25", b"1e400", b",", b'"', b"\n",
          b"\xff", b"US", b"-", b"A", b"9" * 99]  # fmt: skip
NUMBERS = re.compile(rb"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\.")


def test_a_damaged_file_is_read_as_it_stands_or_refused():
    sent = sheet({"base_year": "1997", "base_value": "3140.5"}, {"actual_value": "3754.84"})
    chance, tried = random.Random(13), 0
    for _ in boxed():
        tried += 1
        spoilt = damaged(chance, sent, TOKENS)
        try:
            said = CLAIMS.check(read(spoilt, AT).claims)
        except SourceError as refusal:
            in_our_words(refusal, "eia_outlooks")
            continue
        standing = {float(number) for number in NUMBERS.findall(spoilt)}
        assert set(said["central"].dropna()) <= standing
        assert (said["known_from"] <= pd.Timestamp(AT.date())).all()
    assert tried > 50
