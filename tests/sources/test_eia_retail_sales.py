"""Retail sales of EIA: the same rows from every form, whole, once, and dated honestly."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.eia_answers import (
    AT,
    SECTORS,
    answer,
    bulk_line,
    category_line,
    months,
    packed,
    sale,
    sales,
)

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.eia_retail_sales import SOURCE, complete, questions, read, redacted
from forecast.sources.eia_retail_sales_rows import STATES
from forecast.sources.source import Situation

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads" / "eia"
SAID = ["series_id", "period_start", "period_end", "frequency", "value", "unit", "obs_status"]


def refused(found):
    return pytest.raises(SourceError, match=rf"^eia_retail_sales: .*{found}")


def asked(today, key=""):
    return questions(Situation(today, {}, key))


@pytest.mark.shared
def test_the_recorded_years_are_what_the_publisher_printed():
    recorded = (RECORDED / "retail_sales_us_annual_2023_onwards.json").read_bytes()
    rows = OBSERVATIONS.check(read(recorded, AT).observations)

    by_year = rows.pivot_table(
        index="series_id", columns=rows["period_end"].dt.year, values="value"
    )
    assert by_year.loc["us_retail_sales"].tolist() == [3874253.3622, 3975381.83162, 4058007.15659]
    assert by_year.loc["us_sales_commercial", 2025] == 1493486.09361
    assert by_year.loc["us_sales_other"].tolist() == [0, 0, 0]
    assert set(rows["known_from_basis"]) == {"fetched"}
    assert redacted(recorded) == recorded
    complete("annual-us", [recorded], [recorded])


@pytest.mark.shared
def test_the_recorded_answer_with_prices_alone_is_refused_by_the_missing_column():
    with refused("has no column `sales` in row 1"):
        read((RECORDED / "retail_sales_us_all_sectors_first_rows.json").read_bytes(), AT)


@pytest.mark.parametrize(("place", "sector", "series"), [
    ("US", "ALL", "us_retail_sales"),
    ("US", "COM", "us_sales_commercial"),
    ("US", "RES", "us_sales_residential"),
    ("US", "IND", "us_sales_industrial"),
    ("US", "TRA", "us_sales_transportation"),
    ("US", "OTH", "us_sales_other"),
    ("VA", "ALL", "us_va_total"),
    ("VA", "COM", "us_va_commercial"),
    ("DC", "RES", "us_dc_residential"),
])  # fmt: skip
def test_place_and_sector_name_the_series(place, sector, series):
    reading = read(answer([sale("2024-02", place, sector, ".306")], "monthly"), AT)
    row = reading.observations.iloc[0]

    assert (row["series_id"], row["value"], row["value_text"]) == (series, 0.306, ".306")
    assert (row["unit"], row["quantity"], row["scope"]) == ("GWh", "energy", "retail sales")
    assert (str(row["period_start"].date()), str(row["period_end"].date())) == (
        "2024-02-01",
        "2024-02-29",
    )
    assert (row["frequency"], row["row"], row["obs_status"]) == ("M", 1, "A")
    OBSERVATIONS.check(reading.observations)
    PUBLICATIONS.check(reading.publications)


@pytest.mark.parametrize("total", [6, "6"])
@pytest.mark.parametrize("wanted", [str, float])
def test_old_and_new_forms_read_alike(total, wanted):
    rows = [{**row, "sales": wanted(row["sales"])} for row in sales(["2024"])]
    plain = read(answer(sales(["2024"]), "annual"), AT).observations

    found = read(answer(rows, "annual", total=total), AT).observations
    pd.testing.assert_frame_equal(found[SAID], plain[SAID])


def test_columns_nobody_asked_for_do_no_harm():
    extra = {"price": "6.75", "revenue": None, "customers": "x", "price-units": "cents"}
    rows = [{**row, **extra} for row in sales(["2024"])]

    found = read(answer(rows, "annual"), AT).observations
    plain = read(answer(sales(["2024"]), "annual"), AT).observations
    pd.testing.assert_frame_equal(found[SAID], plain[SAID])


def test_null_is_a_row_without_value():
    row = read(answer([sale("2001-01", "VA", "TRA", None)], "monthly"), AT).observations.iloc[0]

    assert (str(row["value"]), row["value_text"], row["obs_status"]) == ("nan", "", "M")


def test_divisions_and_unknown_places_are_counted_not_added():
    rows = [sale("2024", place) for place in ("US", "VA", "ENC", "PACC", "PR")]
    reading = read(answer(rows, "annual"), AT)

    assert reading.observations["series_id"].tolist() == ["us_retail_sales", "us_va_total"]
    assert sorted(reading.left_out.values()) == [1, 2]
    assert {reason.split(":")[0] for reason in reading.left_out} >= {"a census division"}


def test_quarters_are_left_to_their_months():
    reading = read(answer(sales(["2024-Q1"]), "quarterly"), AT)

    assert (reading.rows, dict(reading.left_out)) == (0, {"a quarter: its months are read": 6})


def test_a_period_that_has_not_ended_is_no_observation():
    reading = read(answer([sale("2026-10"), sale("2026-11")], "monthly"), AT)

    assert reading.observations["period_end"].dt.month.tolist() == [10]
    assert dict(reading.left_out) == {"a period that had not ended when it was fetched": 1}
    assert read(answer([sale("2026")], "annual"), AT).rows == 0


def test_an_instant_without_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match=r"eia_retail_sales: retrieved_at .*time zone"):
        read(answer(sales(["2024"]), "annual"), datetime(2026, 1, 1))  # noqa: DTZ001


def lines(periods, frequency, places=("US",)):
    """Return the same rows as ``sales`` builds, as bulk lines."""
    of_api = {}
    for row in sales(periods, places):
        name = f"ELEC.SALES.{row['stateid']}-{row['sectorid']}.{frequency}"
        of_api.setdefault(name, []).append([row["period"].replace("-", ""), float(row["sales"])])
    found = [bulk_line(name, data[::-1]) for name, data in of_api.items()]
    return b"\n".join([category_line("ELEC.SALES.US-COM.M"), *found])


@pytest.mark.parametrize(("periods", "frequency", "letter"), [
    (["2023", "2024"], "annual", "A"),
    (months(2024), "monthly", "M"),
])  # fmt: skip
@pytest.mark.parametrize("pack", [lambda text: text, lambda text: packed(("ELEC.txt", text))])
def test_bulk_lines_and_the_api_tell_the_same(periods, frequency, letter, pack):
    api = read(answer(sales(periods, ("US", "VA")), frequency), AT)
    bulk = read(pack(lines(periods, letter, ("US", "VA"))), AT)

    pd.testing.assert_frame_equal(bulk.observations[SAID], api.observations[SAID])
    assert sorted(bulk.observations["row"]) == list(range(1, len(api.observations) + 1))
    assert dict(bulk.left_out) == {"a line of the bulk file about something else": 1}


def test_a_bulk_stamp_is_believed_only_of_periods_that_had_ended():
    line = bulk_line("ELEC.SALES.US-COM.M", [["202610", 1], ["202608", "w"]])
    reading = read(line, AT)

    assert reading.observations["known_from"].dt.date.tolist() == [date(2026, 9, 23), AT.date()]
    assert reading.observations["known_from_basis"].tolist() == ["stamped", "fetched"]
    assert reading.observations["value_text"].tolist() == ["w", "1"]
    assert reading.observations["obs_status"].tolist() == ["M", "A"]
    assert reading.publications["published"].tolist() == ["2026-09-23"]


def test_bulk_divisions_and_quarters_are_counted():
    payload = b"\n".join([
        bulk_line("ELEC.SALES.PCC-COM.A", [["2024", 1], ["2023", 1]]),
        bulk_line("ELEC.SALES.ENC-COM.A", [["2024", 1]]),
        bulk_line("ELEC.SALES.US-COM.Q", [["2024Q1", 1]]),
    ])  # fmt: skip
    reading = read(payload, AT)

    assert reading.rows == 0
    assert sorted(reading.left_out.values()) == [1, 3]


@pytest.mark.parametrize(("line", "found"), [
    (bulk_line("ELEC.SALES.US-COM.X", []), "holds the series 'ELEC.SALES.US-COM.X'"),
    (bulk_line("ELEC.SALES.US-XXX.A", [["2024", 1]]), "holds the sector 'XXX'"),
    (bulk_line("ELEC.SALES.US-COM.A", [["2024", 1]], "megawatthours"), "is in 'megawatthours'"),
    (bulk_line("ELEC.SALES.US-COM.A", [["2024", 1], ["2024", 2]]), "holds .'2024',. twice"),
    (bulk_line("ELEC.SALES.US-COM.A", [["202401", 1]]), "holds the period '202401'"),
    (bulk_line("ELEC.SALES.US-COM.A", [["2024", "x"]]), "holds 'x' as `ELEC.SALES.US-COM.A` 1"),
])  # fmt: skip
def test_a_bulk_line_of_another_kind_is_refused(line, found):
    with refused(found):
        read(line, AT)


@pytest.mark.parametrize(("row", "frequency", "found"), [
    (sale("2024-13"), "monthly", "holds the period '2024-13'"),
    (sale("2024"), "monthly", "holds the period '2024'"),
    (sale("1024"), "annual", "holds the period '1024'"),
    (sale("2024-01"), "annual", "holds the period '2024-01'"),
    (sale("2024-01"), "daily", "has frequency 'daily'"),
    (sale("2024-01"), "", "has frequency ''"),
    (sale("2024-01", "us"), "monthly", "holds the place 'us'"),
    (sale("2024-01", "US", "CMO"), "monthly", "holds the sector 'CMO'"),
    (sale("2024-01", sales="x"), "monthly", "holds 'x' as `sales` 1"),
    (sale("2024-01", **{"sales-units": "megawatthours"}), "monthly", "is in 'megawatthours'"),
    (sale("2024-01", **{"sales-units": None}), "monthly", "has `sales-units` None"),
])  # fmt: skip
def test_a_row_of_another_kind_is_refused_by_name(row, frequency, found):
    with refused(found):
        read(answer([row], frequency), AT)


def test_a_row_that_stands_twice_is_refused():
    with refused("holds .'2024', 'US', 'ALL'. twice"):
        read(answer([sale("2024"), sale("2024", sales="1")], "annual"), AT)


@pytest.mark.parametrize("payload", [b"period,stateid\n2024,US\n", b"\x1f\x8b\x08"])
def test_a_form_that_is_not_known_is_refused_with_those_that_are(payload):
    with refused("is packed with gzip or no JSON, .*knows an answer of the API .*bulk file ELEC"):
        read(payload, AT)


def test_the_country_is_asked_in_two_questions_and_the_states_by_year():
    names = [question.name for question in asked(date(2026, 11, 23))]

    assert names[:3] == ["monthly-us", "annual-us", "monthly-states-2001"]
    assert names[27] == "monthly-states-2026"
    assert names[28:] == [f"annual-states-20{n}1-20{n + 1}0" for n in range(3)]


@pytest.mark.parametrize(("today", "newest"), [
    (date(2027, 4, 9), "monthly-states-2026"),
    (date(2027, 4, 10), "monthly-states-2027"),
])  # fmt: skip
def test_a_new_year_is_asked_for_when_its_first_month_is_surely_out(today, newest):
    monthly = [q.name for q in asked(today) if q.name.startswith("monthly-states")]

    assert monthly[-1] == newest


def test_a_request_names_places_sectors_bounds_and_hides_its_key():
    by_name = {question.name: question.request for question in asked(date(2026, 11, 23), "sesame")}
    params = by_name["monthly-states-2024"].params

    assert [v for n, v in params if n == "facets[stateid][]"] == list(STATES)
    assert len([v for n, v in params if n == "facets[sectorid][]"]) == 6
    assert {("start", "2024-01"), ("end", "2024-12"), ("frequency", "monthly")} <= set(params)
    assert ("start", "2001") in by_name["annual-us"].params
    assert "end" not in dict(by_name["monthly-us"].params)
    assert "sesame" not in repr(by_name)
    assert len(STATES) * len(SECTORS) * 12 <= int(dict(params)["length"])


YEAR = answer(sales(months(2024)), "monthly")
STATE_YEAR = answer(sales(months(2024, 2), STATES), "monthly")


def test_a_whole_answer_that_is_no_shorter_than_the_held_one_is_complete():
    complete("monthly-us", [YEAR])
    complete("monthly-us", [YEAR], [YEAR])
    complete("monthly-us", [YEAR], [answer(sales(months(2024, 11)), "monthly")])
    complete("monthly-states-2024", [STATE_YEAR])
    complete("", [answer(sales(["2024"], ("US", "ENC")), "annual")])


def test_an_answer_in_pages_is_whole_with_all_of_them():
    first, second = sales(months(2024, 4))[:9], sales(months(2024, 4))[9:]
    pages = [answer(rows, "monthly", total="24") for rows in (first, second)]

    complete("monthly-us", pages, [*pages])
    with refused("holds 9 of 24 rows"):
        complete("monthly-us", pages[:1])


@pytest.mark.parametrize(("question", "rows", "frequency", "found"), [
    ("monthly-us", sales(["2024"]), "annual", "has frequency 'annual'.*'monthly', as asked"),
    ("annual-us", sales(["2024"], ("US", "VA")), "annual", "has rows of 'VA'"),
    ("annual-us", sales(["2024", "2022"]), "annual", "jumps from 2022 to 2024"),
    ("annual-us", sales(["2000"]), "annual", "reaches from 2000 to 2000.*2001 to now, as asked"),
    ("monthly-states-2024", sales(months(2025, 1), STATES), "monthly", "reaches from 2025-01"),
    ("monthly-states-2024", sales(months(2024, 1), STATES[1:]), "monthly", "lacks the total of AK"),
    ("monthly-us", sales(["2023-11", "2024-01"]), "monthly", "jumps from 2023-11 to 2024-01"),
    ("monthly-us", sales(["2024-01"], sectors=("COM",)), "monthly", "lacks the total of US"),
    ("monthly-mars", sales(["2024-01"]), "monthly", "a question is named 'monthly-mars'"),
])  # fmt: skip
def test_an_answer_to_another_question_is_refused(question, rows, frequency, found):
    with refused(found):
        complete(question, [answer(rows, frequency)])


def test_december_is_followed_by_january():
    complete("monthly-us", [answer(sales(["2023-12", "2024-01"]), "monthly")])


def nulled(payload, count, sector="TRA"):
    body = json.loads(payload)
    rows = [row for row in body["response"]["data"] if row["sectorid"] == sector]
    for row in rows[:count]:
        row["sales"] = None
    return json.dumps(body).encode()


def test_an_answer_shorter_than_the_held_one_is_refused_unless_hardly():
    with refused("reaches to .?2024-11.*at least .?2024-12"):
        complete("monthly-us", [answer(sales(months(2024, 11)), "monthly")], [YEAR])
    with refused("has 70 rows.*about 72"):
        complete("monthly-us", [nulled(YEAR, 2)], [YEAR])
    complete("monthly-us", [nulled(YEAR, 1)], [YEAR])


def test_a_damaged_held_answer_is_named_as_the_held_one():
    with refused("monthly-us as held breaks off"):
        complete("monthly-us", [YEAR], [YEAR[:-9]])


def test_a_key_echoed_is_not_kept():
    sent = YEAR.replace(b'"params": {', b'"params": {"api_key": "sesame", ')

    assert b"sesame" not in redacted(sent)
    assert redacted(redacted(sent)) == redacted(sent)


def test_the_source_says_what_it_is():
    assert (SOURCE.name, SOURCE.hosts, SOURCE.key.variable) == (
        "eia_retail_sales", ("api.eia.gov",), "EIA_API_KEY",
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(order=st.randoms(use_true_random=False), places=st.permutations(["US", "VA", "TX"]))
def test_the_order_of_rows_changes_nothing_but_their_numbers(order, places):
    rows = sales(["2023", "2024"], tuple(sorted(places)))
    plain = read(answer(rows, "annual"), AT).observations[SAID]
    order.shuffle(rows)

    found = read(answer(rows, "annual"), AT).observations
    pd.testing.assert_frame_equal(found[SAID], plain)
    assert [rows[n - 1]["sales"] for n in found["row"]] == found["value_text"].tolist()


def test_every_sector_is_known():
    assert len(read(answer(sales(["2024"], sectors=SECTORS), "annual"), AT).observations) == 6
