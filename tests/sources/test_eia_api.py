"""The envelope of EIA's API: every form it has had, pages, wholeness, and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.eia_answers import answer, months, sale, sales

from forecast.contracts.errors import SourceError
from forecast.sources.eia_api import (
    Ask,
    Route,
    first_page,
    next_page,
    read_page,
    refusal,
    whole_answer,
)
from forecast.sources.eia_cells import numbers, same_unit, spelled_alike, texts, values
from forecast.sources.eia_key import key, without_key

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads" / "eia"
ROUTE = Route("eia_x", "electricity/x", keys=("period", "stateid", "sectorid"), value="sales")
REFUSE = refusal("eia_x", "the answer")
KEY = "sesame-0123456789"
MILLION = "million kilowatthours"


def page_of(rows, total, **response):
    return answer(rows, "monthly", total=total, **response)


JANUARY = page_of(sales(["2024-01"]), "12")


def refused(found):
    return pytest.raises(SourceError, match=rf"^eia_x: the answer .*{found}.*mend sources/eia_x.py")


@pytest.mark.shared
@pytest.mark.parametrize(("name", "total", "frequency", "rows"), [
    ("retail_sales_us_annual_2023_onwards.json", 18, "annual", 18),
    ("retail_sales_us_all_sectors_first_rows.json", 307, "monthly", 2),
    ("openbb_rto_region_data_AEC_2019-01-02T00.json", 1, "hourly", 1),
    ("openbb_total_energy_ARICBUS_1973-01.json", 1, "monthly", 1),
    ("openbb_steo_2024Q1-Q2.json", 4, "quarterly", 4),
    ("electricitymaps_US_NW_BPAT-consumption.json", 3, "hourly", 2),
    ("electricitymaps_US-NW-PGE-with-nulls.json", 3, "hourly", 2),
])  # fmt: skip
def test_recordings_of_every_version_are_pages(name, total, frequency, rows):
    page = read_page((RECORDED / name).read_bytes(), REFUSE)

    assert (page.total, page.frequency, len(page.rows)) == (total, frequency, rows)


@pytest.mark.shared
def test_an_echoed_key_of_a_recording_is_masked_and_its_numbers_stay():
    for recorded in RECORDED.glob("openbb*.json"):
        masked = without_key(recorded.read_bytes(), REFUSE)

        assert b"MOCK_API_KEY" not in masked
        assert read_page(masked, REFUSE) == read_page(recorded.read_bytes(), REFUSE)


@pytest.mark.parametrize("total", [2, "2"])
def test_a_total_may_be_a_number_or_a_text(total):
    assert read_page(page_of(sales(["2024-01"], sectors=("ALL", "COM")), total), REFUSE).total == 2


def test_numbers_keep_the_text_they_came_with():
    rows = b'{"response": {"data": [{"v": 1.50}, {"v": "-.306"}, {"v": null}, {"v": 2E1}]}}'

    received, parsed = values(read_page(rows, REFUSE).rows, "v", REFUSE)
    assert received == ["1.50", "-.306", "", "2E1"]
    assert str(parsed.tolist()) == "[1.5, -0.306, nan, 20.0]"


@pytest.mark.parametrize("mark", ["--", "NA", "w", "W"])
def test_a_known_mark_of_absence_stays_as_text_without_a_number(mark):
    received, parsed = numbers([mark], "v", REFUSE)

    assert (received, str(parsed[0])) == ([mark], "nan")


@pytest.mark.parametrize("value", [
    "", " 1", "1,000", "1_0", "٣", "0x1", "nan", "inf", "+-1", True, [1], {"a": 1},
    "1e999", "1e-999",
])  # fmt: skip
def test_a_value_that_is_no_number_is_refused(value):
    page = read_page(page_of([sale("2024-01", sales=value)], "1"), REFUSE)

    with refused("as `sales` 1;"):
        values(page.rows, "sales", REFUSE)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_as_it_was_written(value):
    for written in (repr(value), json.dumps(value)):
        received, parsed = numbers([written], "v", REFUSE)
        assert (received, parsed.tolist()) == ([written], [value])


def test_warnings_are_told_from_either_place_and_prove_nothing():
    warning = [{"warning": "incomplete return", "description": "5000 rows"}]
    rows = sales(["2024-01"])
    top = json.loads(page_of(rows, "6"))
    inside = page_of(rows, "6", warnings=warning)

    assert "incomplete return" in read_page(inside, REFUSE).warnings
    body = json.dumps({"warnings": warning, **top}).encode()
    assert "incomplete return" in read_page(body, REFUSE).warnings
    assert len(whole_answer(ROUTE, [body], REFUSE)) == 6


@pytest.mark.parametrize(("error", "found"), [
    ("Invalid frequency 'yearly' provided.", "says error: .*Invalid frequency"),
    ({"code": "API_KEY_INVALID", "message": "No."}, "says error: 'API_KEY_INVALID' 'No.'"),
    (None, "says error: None"),
])  # fmt: skip
def test_an_error_inside_a_good_status_is_an_error(error, found):
    with refused(found):
        read_page(json.dumps({"error": error, "code": 400}).encode(), REFUSE)


def test_an_error_is_quoted_without_a_key():
    body = json.dumps({"error": f"bad address ?api_key={KEY}&x=1"}).encode()

    with pytest.raises(SourceError) as refusing:
        read_page(body, REFUSE)
    assert KEY not in str(refusing.value)


@pytest.mark.parametrize(("body", "found"), [
    (b"", "is empty"),
    (b"<html>Maintenance</html>", "is a web page or XML"),
    (b"Something unexpected happened.", "breaks off or is damaged"),
    (b"\xff\xfe", "is not UTF-8 at byte 0"),
    (b"[1]", "holds a list"),
    (b"[" * 100_000, "no JSON we can trust|breaks off"),
    (b'{"a": 1, "a": 2}', "member 'a' stands twice"),
    (b'{"a": NaN}', "NaN is not a number"),
    (b'{"response": []}', "has members"),
    (b'{"response": {"data": {}}}', "has members"),
    (b'{"response": {"data": [1]}}', "has '1' as row 1"),
    (b'{"response": {"data": [], "frequency": []}}', r"has `frequency` \[\]"),
    (b'{"response": {"data": [], "total": true}}', "has `total` True"),
    (b'{"response": {"data": [], "total": -1}}', "has `total` '-1'"),
    (b'{"response": {"data": [], "total": "1.0"}}', "has `total` '1.0'"),
])  # fmt: skip
def test_what_is_no_answer_is_refused_for_what_it_is(body, found):
    with refused(found):
        read_page(body, REFUSE)


def test_every_cut_of_an_answer_is_refused():
    whole = page_of(sales(["2024-01"]), "6")

    for end in range(0, len(whole), 7):
        with refused("is empty|breaks off"):
            read_page(whole[:end], REFUSE)


def test_a_byte_order_mark_and_crlf_change_nothing():
    plain = page_of(sales(["2024-01"]), "6")
    dressed = (
        b"\xef\xbb\xbf" + json.dumps(json.loads(plain), indent=1).replace("\n", "\r\n").encode()
    )

    assert read_page(dressed, REFUSE) == read_page(plain, REFUSE)


def test_a_request_sorts_by_every_column_that_names_a_row_and_shows_no_key():
    ask = Ask("monthly", {"stateid": ("US", "VA")}, start="2001-01", end="2024-12")
    request = first_page(ROUTE, ask, KEY)
    params = list(request.params)

    assert request.url == "https://api.eia.gov/v2/electricity/x/data/"
    assert params.count(("facets[stateid][]", "US")) == 1
    assert [params.index((f"sort[{n}][column]", name)) for n, name in enumerate(ROUTE.keys)]
    assert {("start", "2001-01"), ("end", "2024-12"), ("api_key", KEY)} <= set(params)
    assert KEY not in repr(request)
    assert "api_key" not in dict(first_page(ROUTE, Ask("annual"), "").params)


def test_pages_are_asked_for_until_the_total_is_reached():
    first = first_page(ROUTE, Ask("monthly"), KEY)
    second = next_page(first, page_of(sales(["2024-01"]), "8"))

    assert second is not None
    assert dict(second.params)["offset"] == "6"
    assert next_page(second, page_of(sales(["2024-02"], sectors=("ALL", "COM")), "8")) is None


@pytest.mark.parametrize("body", [page_of([], "8"), page_of(sales(["2024-01"]), "6")])
def test_an_empty_page_or_a_reached_total_ends_the_asking(body):
    assert next_page(first_page(ROUTE, Ask("monthly"), KEY), body) is None


def test_pages_that_hold_all_rows_once_are_whole():
    january, february = months(2024, 2)
    pages = [page_of(sales([january]), "12"), page_of(sales([february]), 12)]

    assert len(whole_answer(ROUTE, pages, REFUSE)) == 12


@pytest.mark.parametrize(("pages", "found"), [
    ([], r"counts \[\] rows"),
    ([page_of(sales(["2024-01"]), "6").replace(b'"total": "6", ', b"")], r"counts \['None'\] rows"),
    ([page_of(sales(["2024-01"]), "7")], "holds 6 of 7 rows"),
    ([page_of(sales(["2024-01"]), "5")], "holds 6 of 5 rows"),
    ([page_of([], "0")], "holds 0 of 0 rows"),
    ([JANUARY, page_of(sales(["2024-02"]), "13")], r"counts \['12', '13'\] rows"),
    ([JANUARY, JANUARY], "holds .* twice"),
    ([JANUARY, answer(sales(["2024"]), "annual", total="12")], "changes its frequency"),
    ([page_of(sales(["2024-01"]), "9", warnings=["cut"])], r"6 of 9 rows \(it warns: 'cut'\)"),
    ([page_of([{"period": "2024-01"}], "1")], "has no column `stateid` in row 1"),
    ([page_of([{**sale("2024-01"), "stateid": None}], "1")], "has `stateid` None in row 1"),
    ([page_of([{**sale("2024-01"), "stateid": ""}], "1")], "has `stateid` '' in row 1"),
])  # fmt: skip
def test_an_answer_that_is_short_or_repeats_itself_is_refused(pages, found):
    with refused(found):
        whole_answer(ROUTE, pages, REFUSE)


def test_an_answer_without_the_measured_column_is_refused_by_its_name():
    row = {k: v for k, v in sale("2024-01").items() if k != "sales"}

    with refused("has no column `sales` in row 1, but .*'sales-units'"):
        whole_answer(ROUTE, [page_of([row], "1")], REFUSE)


@pytest.mark.parametrize("unit", [
    "million kilowatthours", "Million Kilowatt-hours", " million  kilowatt hours",
])  # fmt: skip
def test_a_unit_is_known_however_it_is_spelled(unit):
    same_unit(
        [sale("2024", **{"sales-units": unit})], "sales-units", "million kilowatthours", REFUSE
    )


@pytest.mark.parametrize("unit", ["megawatthours", "million kilowatts", "", None])
def test_another_unit_is_refused(unit):
    with refused("megawatthours|kilowatts|None|''"):
        same_unit([sale("2024", **{"sales-units": unit})], "sales-units", MILLION, REFUSE)


@given(st.text(), st.text())
def test_spelling_is_a_relation_of_equals(one, other):
    assert spelled_alike(one, one)
    assert spelled_alike(one, other) == spelled_alike(other, one)


def test_a_name_that_came_as_a_number_is_text():
    page = read_page(b'{"response": {"data": [{"period": 2024}]}}', REFUSE)

    assert texts(page.rows, "period", REFUSE) == ["2024"]


@pytest.mark.parametrize("echo", [
    '"api_key": "@"', '"api_key":"@"', '"API_KEY" : "@"', '"X-Api-Key": "@"', '"apikey":"a\\"@"',
    '"command": "/v2/data?api_key=@&frequency=monthly"', '"u": "https:\\/\\/x?a=1&api_key=@"',
])  # fmt: skip
def test_an_echoed_key_is_masked_wherever_it_stands_and_nothing_else_changes(echo):
    before, after = '{"response": {"data": []}, "request": {"params": {', ', "length": "2"}}}'
    masked = without_key(f"{before}{echo.replace('@', KEY)}{after}".encode(), REFUSE)

    assert KEY.encode() not in masked
    assert masked.startswith(before.encode())
    assert masked.endswith(after.encode())
    assert without_key(masked, REFUSE) == masked


@pytest.mark.parametrize("hidden", [
    '"api\\u005fkey": "K"', '"api_key": 17', '"api_key": ["K"]', '"api_key": {"a": "K"}',
])  # fmt: skip
def test_a_key_in_hiding_is_never_kept(hidden):
    with refused("spells `api_key` in a way we cannot mask"):
        without_key(('{"request": [{"params": {' + hidden + "}}]}").encode(), REFUSE)


def test_no_key_at_all_is_no_trouble():
    sent = b'{"request": {"params": {"api_key": null}}, "a": [1, [2]]}'

    assert without_key(sent, REFUSE) == sent


def test_what_is_no_json_is_not_kept():
    with refused("is a web page"):
        without_key(b"<html>api_key=1</html>", REFUSE)


def test_the_key_says_where_it_is_had_and_what_for():
    asked = key("sales")

    assert (asked.variable, asked.adds) == ("EIA_API_KEY", "sales")
    assert asked.register.startswith("https://www.eia.gov/")
