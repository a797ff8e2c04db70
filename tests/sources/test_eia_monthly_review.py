"""The reader of the Monthly Energy Review: its three forms say the same."""

from __future__ import annotations

import io
import random
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.eia_forms import KEY, answer, bulk, damaged, in_our_words, line
from tests.timebox import boxed

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.eia_monthly_review import SOURCE, complete, questions, read, redacted
from forecast.sources.eia_monthly_review_rows import MSNS, SURE
from forecast.sources.source import Situation

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads" / "eia"
AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
HEADER = "MSN,YYYYMM,Value,Column_Order,Description,Unit"
WORDS = {
    "ELTCPUS": "Electricity End Use, Total",
    "ESTCPUS": "Electricity Sales to Ultimate Customers, Total",
    "ELDUPUS": "Electricity Direct Use",
    "ELETPUS": "Electricity Net Generation, Total",
}
UNIT = "Million Kilowatthours"


def table(*rows, header=HEADER, end="\n"):
    return (end.join([header, *rows]) + end).encode()


def csv_row(period, value, msn="ELTCPUS", words=None, unit=UNIT):
    return f'{msn},{period},{value},1,"{words or WORDS.get(msn, "Other")}",{unit}'


def year_of(months=(100.5,) * 12, total=1206, msn="ELTCPUS"):
    told = [csv_row(f"2025{n:02}", value, msn) for n, value in enumerate(months, start=1)]
    return table(*told, csv_row("202513", total, msn))


def api_row(period, value, msn="ELTCPUS", **members):
    words = f"{WORDS.get(msn, 'Other')} in Million Kilowatthours"
    return {"period": period, "msn": msn, "seriesDescription": words, "value": value,
            "unit": UNIT, **members}  # fmt: skip


def page(*rows, frequency="annual", **members):
    return answer("total-energy", list(rows), frequency, **members)


def every(value="7", period="2025", msns=MSNS):
    return [api_row(period, value, msn) for msn in msns]


def values(payload, at=AT):
    rows = OBSERVATIONS.check(read(payload, at).observations)
    return {
        (r.series_id, f"{r.period_start:%Y-%m}", r.frequency): r.value for r in rows.itertuples()
    }


@pytest.mark.shared
def test_the_recorded_table_gives_its_years_and_its_months():
    reading = read((RECORDED / "mer_browser_T07.06_2021-01.csv").read_bytes(), AT)
    rows = OBSERVATIONS.check(reading.observations)
    end_use = rows[(rows["series_id"] == "us_electricity") & (rows["frequency"] == "A")]

    assert (len(rows), dict(reading.left_out), rows["value"].isna().sum()) == (4515, {}, 232)
    assert end_use.set_index(end_use["period_end"].dt.year)["value"][2019] == 3954608.952
    assert set(rows["series_id"]) == {
        "us_electricity", "us_retail_sales", "us_direct_use", "us_sales_residential",
        "us_sales_commercial", "us_sales_industrial", "us_sales_transportation",
    }  # fmt: skip


@pytest.mark.shared
def test_a_recorded_answer_about_something_else_is_left_out():
    reading = read((RECORDED / "openbb_total_energy_ARICBUS_1973-01.json").read_bytes(), AT)

    assert (reading.rows, dict(reading.left_out)) == (0, {"another series of the review": 1})


def test_month_13_is_the_year_and_no_month():
    found = values(year_of())

    assert found["us_electricity", "2025-01", "A"] == 1206
    assert found["us_electricity", "2025-12", "M"] == 100.5
    assert len(found) == 13


def test_a_value_keeps_text_unit_place_and_what_is_counted():
    row = read(table(csv_row("202502", "66791.10")), AT).observations.iloc[0]

    assert (row["value"], row["value_text"], row["unit"]) == (66791.1, "66791.10", "GWh")
    assert (row["row"], row["scope"]) == (1, "all end use, sales and direct use")
    assert row["period_end"] == pd.Timestamp("2025-02-28")
    assert (row["known_from"], row["known_from_basis"]) == (pd.Timestamp("2026-11-23"), "fetched")


def test_not_available_is_a_missing_value_with_its_text():
    row = read(table(csv_row("198512", "Not Available", "ELDUPUS")), AT).observations.iloc[0]

    assert (pd.isna(row["value"]), row["obs_status"]) == (True, "M")
    assert row["value_text"] == "Not Available"


def test_the_three_forms_say_the_same():
    months = [("2025-01", "10.5"), ("2025-02", "9.25")]
    csv = table(*(csv_row(p.replace("-", ""), v) for p, v in months), csv_row("202513", "77"))
    api = page(*(api_row(p, v) for p, v in months), api_row("2025", "77"))
    lines = bulk(
        line("TOTAL.ELTCPUS.M", [[p.replace("-", ""), float(v)] for p, v in months], UNIT),
        line("TOTAL.ELTCPUS.A", [["2025", 77]], UNIT),
    )

    assert values(csv) == values(api) == values(lines)


def test_numbers_are_read_as_texts_and_as_numbers():
    assert values(page(api_row("2025", ".306"))) == {("us_electricity", "2025-01", "A"): 0.306}
    assert values(page(api_row("2025", 0.306))) == {("us_electricity", "2025-01", "A"): 0.306}


def test_a_series_we_never_saw_the_mnemonic_of_is_known_by_its_words():
    rows = table(csv_row("202513", "61", "ELXXPUS", "Electricity  Imports"),
                 csv_row("202513", "-2", "LOXXPUS", "T&D Losses and Unaccounted for"))  # fmt: skip

    assert {name for name, *_ in values(rows)} == {"us_imports", "us_grid_losses"}


def test_a_stamp_of_the_bulk_file_dates_periods_that_had_ended():
    stamp = "2026-03-26T17:00:00-04:00"
    sent = bulk(line("TOTAL.ELTCPUS.M", [["202602", 1], ["202603", 2]], UNIT, last_updated=stamp))
    rows = read(sent, AT).observations

    assert rows["known_from_basis"].tolist() == ["stamped", "fetched"]
    assert rows["known_from"].dt.date.tolist() == [date(2026, 3, 26), date(2026, 11, 23)]


def test_a_packed_bulk_file_reads_like_its_lines():
    lines = bulk(line("TOTAL.ELTCPUS.A", [["2025", 5], ["2024", None]], UNIT),
                 line("TOTAL.PATCPUS.A", [["2025", 5]], "x"), '{"category_id": "1"}')  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("TOTAL.txt", lines)

    assert len(values(packed.getvalue())) == 2
    assert dict(read(lines, AT).left_out) == {
        "another series of the review": 1,
        "a line of the bulk file about something else": 1,
    }


def test_a_period_that_had_not_ended_is_no_observation():
    reading = read(page(api_row("2026", "1"), api_row("2025", "2")), AT)

    assert len(reading.observations) == 1
    assert sum(reading.left_out.values()) == 1


@pytest.mark.parametrize("unit", ["million kilowatt hours", "Million Kilowatt-Hours"])
def test_a_unit_may_be_spelled_in_several_ways(unit):
    assert len(values(table(csv_row("202513", "1", unit=unit)))) == 1


@pytest.mark.parametrize(("row", "found"), [
    (csv_row("202513", "1", unit="Billion Kilowatthours"), "states ELTCPUS in 'Billion"),
    (csv_row("202514", "1"), "'202514' as `YYYYMM`"),
    (csv_row("2025", "1"), "'2025' as `YYYYMM`"),
    (csv_row("202513", "1,5").replace("1,5", '"1,5"'), "'1,5' in row 1, `Value`"),
    (csv_row("202513", "1e999"), "'1e999'"),
    (csv_row("202513", "-3"), "no negative energy"),
    (csv_row("202513", "1", msn="a b"), "the mnemonic 'a b'"),
    (csv_row("202513", "1", words="Electricity Direct Use"), "calls ELTCPUS"),
    (csv_row("202513", "1") + "\n" + csv_row("202513", "1"), "states us_electricity of 2025-13"),
    ("ELTCPUS,202513", "with 2 fields"),
])  # fmt: skip
def test_a_row_of_another_form_is_refused_by_name(row, found):
    with pytest.raises(SourceError, match=rf"eia_monthly_review: the payload .*{found}"):
        read(table(row), AT)


@pytest.mark.parametrize(("sent", "found"), [
    (b"", "is empty"),
    (b"<html>down</html>", "web page"),
    (b"\x1f\x8b\x08", "packed with gzip"),
    (b"PK\x03\x04", "zip"),
    (b"MSN,Value\n", "lacks the columns"),
    (b'{"error": {"code": "API_KEY_MISSING"}}', "API_KEY_MISSING"),
    (page({"period": "2025", "msn": "ELTCPUS", "unit": UNIT}), "no column `value`"),
    (page(api_row("2025-Q1", "1")), "the quarter 2025-Q1"),
    (page(api_row("soon", "1")), "the period 'soon'"),
    (page(api_row("2025", True)), "holds True"),
    (bulk(line("TOTAL.ELTCPUS.A", [["2025", "x"]], UNIT)), "holds 'x'"),
    (bulk(line("TOTAL.ELTCPUS.A", [["2025", 1]], UNIT))[:-9], "breaks off|damaged"),
])  # fmt: skip
def test_what_is_none_of_the_forms_is_refused_for_what_it_is(sent, found):
    with pytest.raises(SourceError, match=f"eia_monthly_review: .*{found}"):
        read(sent, AT)


def test_the_total_of_a_year_may_miss_its_months_a_little_and_not_much():
    assert len(values(year_of(total=1210))) == 13
    with pytest.raises(SourceError, match=r"1206.0 as the sum of twelve months .* 1300"):
        read(year_of(total=1300), AT)


def test_a_year_with_a_missing_month_is_not_compared_with_its_total():
    months = (100.5,) * 11 + ("Not Available",)

    assert len(values(year_of(months, total=9999))) == 13


@given(st.lists(st.integers(1, 10**9), min_size=12, max_size=12))
def test_thousandths_summed_are_their_total(months):
    told = [f"{value / 1000:.3f}" for value in months]

    assert len(values(year_of(told, total=f"{sum(months) / 1000:.3f}"))) == 13


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="without a time zone"):
        read(year_of(), datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize("dress", [
    lambda sent: b"\xef\xbb\xbf" + sent,
    lambda sent: sent.replace(b"\n", b"\r\n"),
    lambda sent: sent.rstrip(b"\n"),
])  # fmt: skip
def test_a_byte_order_mark_or_crlf_changes_no_number(dress):
    assert values(dress(year_of())) == values(year_of())


def test_the_questions_ask_for_months_and_years_and_hide_the_key():
    asked = questions(Situation(date(2026, 11, 23), key=KEY))

    assert [one.name for one in asked] == ["monthly", "annual"]
    assert ("facets[msn][]", "ELTCPUS") in asked[0].request.params
    assert ("api_key", KEY) in asked[0].request.params
    assert KEY not in repr(asked)
    assert SOURCE.key is not None


def test_an_answer_with_all_series_that_reaches_as_far_is_complete():
    complete("annual", [page(*every())])
    complete("annual", [page(*every(), *every(period="2024"))], [page(*every())])


@pytest.mark.parametrize(("sent", "held", "found"), [
    (page(*every(msns=SURE - {"ELTCPUS"})), (), r"lacks \['ELTCPUS'\]"),
    (page(*every(), total=99), (), "11 of 99 rows"),
    (page(*every(), frequency="monthly"), (), "is 'monthly'"),
    (page(*every(period="2024")), (page(*every()),), "reaches to '2024'"),
    (page(*every()), (page(*every(), *every(period="2024")),), "has 11 rows"),
    (page(*every(), *every()), (), "twice"),
])  # fmt: skip
def test_a_short_answer_is_named_short(sent, held, found):
    with pytest.raises(SourceError, match=f"the answer to annual .*{found}"):
        complete("annual", [sent], held)


def test_no_key_is_kept_and_a_second_pass_changes_nothing():
    sent = page(api_row("2025", "1"))
    kept = redacted(sent)

    assert KEY.encode() in sent
    assert KEY.encode() not in kept
    assert redacted(kept) == kept
    assert redacted(year_of()) == year_of()
    assert values(kept) == values(sent)


def test_the_publication_says_who_and_on_what_terms():
    row = PUBLICATIONS.check(read(year_of(), AT).publications).iloc[0]

    assert (row["publication_id"], row["family"]) == ("eia_mer_live", "eia_mer")
    assert (row["licence"], bool(row["redistributable"])) == ("public domain", True)


TOKENS = [
    b"2025", b"202513", b'"value"', b"ELTCPUS", b"ELDUPUS", b"1206", b"null", b"true", b"NA",
    b"Million Kilowatthours", b"1e400", b"-", b",", b'"', b"[", b"}", b"\xff", b"9" * 99,
]  # fmt: skip
WHOLE = [
    year_of(),
    page(*every(), *every("12.5", "2025-01")),
    bulk(line("TOTAL.ELTCPUS.A", [["2025", 12.5], ["2024", "NA"]], UNIT, last_updated="2026-01-02"),
         line("TOTAL.ELDUPUS.M", [["202501", "3"]], UNIT)),
]  # fmt: skip


@pytest.mark.parametrize("sent", WHOLE, ids=["csv", "api", "bulk"])
def test_a_damaged_payload_is_read_as_it_stands_or_refused(sent):
    chance, tried = random.Random(7), 0
    for _ in boxed():
        tried += 1
        spoilt = damaged(chance, sent, TOKENS)
        try:
            rows = OBSERVATIONS.check(read(spoilt, AT).observations)
        except SourceError as refusal:
            in_our_words(refusal, "eia_monthly_review")
            continue
        for row in rows.itertuples():
            assert row.value_text.encode() in spoilt
            assert pd.isna(row.value) or float(row.value_text) == row.value
    assert tried > 50


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_in_our_words(sent):
    for use in (lambda: read(sent, AT), lambda: complete("annual", [sent]), lambda: redacted(sent)):
        try:
            use()
        except SourceError as refusal:
            in_our_words(refusal, "eia_monthly_review")
