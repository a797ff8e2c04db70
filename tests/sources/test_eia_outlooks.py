"""The reader of EIA's outlooks: what had ended is an estimate, what had not is a claim."""

from __future__ import annotations

import io
import random
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sources.eia_forms import KEY, answer, bulk, damaged, in_our_words, line
from tests.timebox import boxed

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import CLAIMS, OBSERVATIONS, PUBLICATIONS
from forecast.sources.eia_outlooks import SOURCE, complete, questions, read, redacted
from forecast.sources.eia_outlooks_aeo import TWH_A_QUAD
from forecast.sources.source import Situation

RECORDED = Path(__file__).parents[2].parent / "shared" / "payloads" / "eia"
AT = datetime(2026, 10, 14, 6, tzinfo=UTC)
USE = "cnsm_NA_elep_NA_tel_NA_usa_blnkwh"
SALES = "cnsm_NA_elep_NA_els_NA_usa_blnkwh"
SERVERS = "cnsm_NA_comm_NA_prc_datactrserv_usa_qbtu"


def steo_row(period, value, series="ELCOTWH", unit="billion kilowatthours"):
    return {"period": period, "seriesId": series, "seriesDescription": "ours", "value": value,
            "unit": unit}  # fmt: skip


def steo(*rows, frequency="annual", **members):
    return answer("steo", list(rows), frequency, **members)


def aeo_row(period, value, series=USE, scenario="ref2026", **members):
    return {"period": period, "history": "PROJECTION", "scenario": scenario, "tableId": "8",
            "scenarioDescription": "ours", "seriesId": series, "seriesName": None,
            "regionId": "0-0", "value": value, "unit": "BkWh", **members}  # fmt: skip


def aeo(*rows, edition=2026, **members):
    return answer(f"aeo/{edition}", list(rows), **members)


def claims(payload, at=AT):
    return CLAIMS.check(read(payload, at).claims)


def told(payload, at=AT):
    """Return claims as scenario, series, year → value."""
    rows = claims(payload, at)
    return {(r.scenario, r.series_id, r.target_year): r.central for r in rows.itertuples()}


# the short-term outlook


def test_a_year_that_had_not_ended_is_a_claim_and_one_that_had_an_estimate():
    reading = read(steo(steo_row("2025", "4195.1"), steo_row("2026", "4268.5")), AT)
    (claim,) = CLAIMS.check(reading.claims).to_dict("records")
    (past,) = OBSERVATIONS.check(reading.observations).to_dict("records")

    assert (claim["target_year"], claim["central"], claim["unit"]) == (2026, 4268.5, "TWh")
    assert (claim["family"], claim["edition"]) == ("eia_steo", "2026-10")
    assert claim["publication_id"] == "eia_steo_2026_10"
    assert claim["known_from"] == pd.Timestamp("2026-10-14")
    assert (past["period_end"], past["obs_status"]) == (pd.Timestamp("2025-12-31"), "E")
    assert (past["value_text"], past["publication_id"]) == ("4195.1", "eia_steo_live")


def test_months_and_quarters_to_come_are_no_claims_of_a_year_and_are_counted():
    rows = ("2026-Q3", "2026-Q4", "2026-09", "2026-10", "2027-01")
    reading = read(steo(*(steo_row(period, "1") for period in rows)), AT)

    assert reading.observations["frequency"].tolist() == ["Q", "M"]
    assert dict(reading.left_out) == {
        "a quarter that had not ended: no claim of a year": 1,
        "a month that had not ended: no claim of a year": 2,
    }


def test_the_day_a_period_ends_it_has_not_ended():
    on_the_day = datetime(2025, 12, 31, 23, tzinfo=UTC)

    assert len(claims(steo(steo_row("2025", "1")), on_the_day)) == 1
    assert claims(steo(steo_row("2025", "1")), datetime(2026, 1, 1, tzinfo=UTC)).empty


def test_the_same_figure_a_month_later_is_a_new_editions_claim():
    sent = steo(steo_row("2027", "4372"))
    both = pd.concat([claims(sent), claims(sent, datetime(2026, 11, 12, tzinfo=UTC))])

    assert len(CLAIMS.check(both)) == 2
    assert both["edition"].tolist() == ["2026-10", "2026-11"]


def test_two_editions_fetched_in_one_month_stay_apart():
    early = claims(steo(steo_row("2027", "4372")), datetime(2026, 10, 2, tzinfo=UTC))

    assert len(CLAIMS.check(pd.concat([early, claims(steo(steo_row("2027", "4380")))]))) == 2


def test_a_missing_value_is_missing_in_the_past_and_no_claim_of_the_future():
    reading = read(steo(steo_row("2025", None), steo_row("2026", None)), AT)

    assert reading.observations["obs_status"].tolist() == ["M"]
    assert dict(reading.left_out) == {"a projection without a value": 1}


def test_a_bulk_line_is_known_from_its_stamp():
    stamp = "2026-09-09T12:00:00-04:00"
    sent = bulk(line("STEO.ELCOTWH.A", [["2027", 4372], ["2025", 4195]], "billion kilowatthours",
                     last_updated=stamp))  # fmt: skip
    reading = read(sent, AT)
    claim, past = reading.claims.iloc[0], reading.observations.iloc[0]

    assert (claim["edition"], claim["known_from"]) == ("2026-09", pd.Timestamp("2026-09-09"))
    assert (past["known_from"], past["known_from_basis"]) == (claim["known_from"], "stamped")


def test_a_stamp_says_what_had_ended_when_it_was_written():
    sent = bulk(line("STEO.ELCOTWH.A", [["2026", 1]], "billion kWh", last_updated="2026-09-09"))

    assert len(claims(sent, datetime(2027, 5, 1, tzinfo=UTC))) == 1


def test_a_stamp_after_the_day_fetched_proves_nothing():
    sent = bulk(line("STEO.ELCOTWH.A", [["2027", 1]], "billion kWh", last_updated="2026-10-20"))

    assert claims(sent)["known_from"].tolist() == [pd.Timestamp("2026-10-14")]


@pytest.mark.shared
def test_a_recorded_answer_about_gas_is_left_out():
    reading = read((RECORDED / "openbb_steo_2024Q1-Q2.json").read_bytes(), AT)

    assert (reading.rows, dict(reading.left_out)) == (0, {"another series of the outlook": 4})


# the annual outlook


def test_cases_and_editions_stand_side_by_side():
    new = claims(aeo(aeo_row("2030", "4400"), aeo_row("2030", "4600", scenario="higheldmd")))
    old = claims(aeo(aeo_row("2030", "4300", scenario="ref2025"), edition=2025))
    both = CLAIMS.check(pd.concat([new, old]))

    assert sorted(both["scenario"]) == ["Reference", "Reference", "higheldmd"]
    assert set(both["edition"]) == {"2025", "2026"}
    assert set(both["publication_id"]) == {"eia_aeo_2025_live", "eia_aeo_2026_live"}


def test_sales_and_use_are_told_apart_and_the_name_may_be_null():
    sent = aeo(aeo_row("2030", "4400"), aeo_row("2030", "4290.36", SALES, "cb2026"))

    assert told(sent) == {
        ("Reference", "us_electricity", 2030): 4400,
        ("Counterfactual Baseline", "us_retail_sales", 2030): 4290.36,
    }


def test_servers_are_turned_from_quads_by_the_definition_of_the_btu():
    (claim,) = claims(aeo(aeo_row("2035", "0.881098", SERVERS, unit="quads"))).to_dict("records")

    assert claim["central"] == pytest.approx(258.2243, abs=1e-4)
    assert (claim["unit"], claim["series_id"]) == ("TWh", "")
    assert claim["family"] == "eia_aeo_computing"


@given(st.integers(0, 10**9))
def test_servers_keep_every_digit(millionths):
    quads = Decimal(millionths) / 10**6
    (found,) = claims(aeo(aeo_row("2035", str(quads), SERVERS, unit="quads")))["central"]

    assert found == float(quads * TWH_A_QUAD)


def test_history_and_earlier_reference_cases_are_no_claims_of_the_edition():
    reading = read(
        aeo(
            aeo_row("2025", "1"),
            aeo_row("2026", "1", history="HISTORICAL"),
            aeo_row("2030", "1", scenario="aeo2025ref"),
            aeo_row("2030", None),
            aeo_row("2030", "1", "gen_NA_alls"),
        ),
        AT,
    )

    assert reading.rows == 0
    assert sorted(reading.left_out.values()) == [1, 1, 1, 2]


def test_one_figure_in_two_tables_is_one_claim_and_two_figures_are_an_error():
    same = aeo(aeo_row("2030", "1"), aeo_row("2030", "1", tableId="1"))
    other = aeo(aeo_row("2030", "1"), aeo_row("2030", "2", tableId="1"))

    assert len(claims(same)) == 1
    assert sum(read(same, AT).left_out.values()) == 1
    with pytest.raises(SourceError, match="states eia_aeo_2026_live_us_electricity_ref2026_2030"):
        read(other, AT)


def test_without_a_route_the_edition_is_read_from_its_main_case():
    sent = aeo(aeo_row("2030", "1", scenario="ref2025"), request=None)

    assert claims(sent)["edition"].tolist() == ["2025"]
    with pytest.raises(SourceError, match="does not say of which edition"):
        read(aeo(aeo_row("2030", "1", scenario="lowmacro"), request=None), AT)


def test_a_bulk_file_of_the_annual_outlook_says_what_the_api_says():
    lines = bulk(line("AEO.2026.REF2026.CNSM_NA_ELEP_NA_TEL_NA_USA_BLNKWH.A",
                      [["2030", 4400.5], ["2025", 4069]], "BkWh"),
                 line("AEO.2026.REF2026.GEN_X.A", [["2030", 1]], "BkWh"))  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("AEO2026.txt", lines)
    api = aeo(aeo_row("2030", "4400.5"))

    pd.testing.assert_frame_equal(claims(lines), claims(api))
    pd.testing.assert_frame_equal(claims(packed.getvalue()), claims(api))


def test_a_bulk_stamp_before_the_editions_year_dates_nothing():
    ids = "AEO.2026.REF2026.CNSM_NA_ELEP_NA_TEL_NA_USA_BLNKWH.A"
    early = bulk(line(ids, [["2030", 1]], "BkWh", last_updated="2020-01-01T00:00:00Z"))
    proven = bulk(line(ids, [["2030", 1]], "BkWh", last_updated="2026-04-08T12:00:00-04:00"))

    assert claims(early)["known_from"].tolist() == [pd.Timestamp("2026-10-14")]
    assert claims(proven)["known_from"].tolist() == [pd.Timestamp("2026-04-08")]


# refusals


@pytest.mark.parametrize(("sent", "found"), [
    (b"", "is empty"),
    (b"<html>down</html>", "web page"),
    (b"\x1f\x8b\x08", "packed with gzip"),
    (b'{"error": "Not found.", "code": 404}', "Not found"),
    (steo(steo_row("2026", "1", unit="billion kWh per day")), "in 'billion kWh per day'"),
    (steo(steo_row("2026", "-1")), "no negative energy"),
    (steo(steo_row("2026", "1"), steo_row("2026", "1")), "states ELCOTWH of 2026 again"),
    (steo(steo_row("2026-13", "1")), "the period '2026-13'"),
    (steo(steo_row("2026", [])), r"holds \[\]"),
    (answer("ieo/2023", [steo_row("2026", "1")]), "answers '/v2/ieo/2023/data/'"),
    (steo(steo_row("2026", "1"), request={"command": 7}), "answers '?7"),
    (aeo(steo_row("2030", "1", USE, "BkWh")), "no column `scenario`"),
    (aeo(aeo_row("2030", "1", unit="quads")), "in 'quads'"),
    (aeo(aeo_row("2030", "-1")), "no negative energy"),
    (aeo(aeo_row("2030-01", "1")), "the period 2030-01"),
    (aeo(aeo_row("2030", "1", scenario="ref 2026")), "the scenario 'ref 2026'"),
    (bulk(line("STEO.ELCOTWH.A", [["2026", "?"]], "billion kWh")), r"holds '\?'"),
])  # fmt: skip
def test_what_is_not_as_known_is_refused_by_name(sent, found):
    with pytest.raises(SourceError, match=rf"eia_outlooks: the payload .*{found}"):
        read(sent, AT)


def test_an_answer_without_rows_says_nothing():
    assert read(answer("steo", [], request=None), AT).rows == 0


@given(st.text(st.characters(codec="utf-8")))
def test_a_case_of_any_name_is_read_or_refused(scenario):
    try:
        found = claims(aeo(aeo_row("2030", "1", scenario=scenario)))
    except SourceError as refusal:
        in_our_words(refusal, "eia_outlooks")
    else:
        assert len(found) <= 1


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match="without a time zone"):
        read(steo(), datetime(2026, 1, 1))  # noqa: DTZ001 - the fault under test


# asking


def test_the_questions_name_outlooks_and_editions_and_hide_the_key():
    asked = questions(Situation(date(2026, 10, 14), key=KEY))

    assert [one.name for one in asked] == [
        "steo-annual", "steo-monthly", "aeo-2023", "aeo-2025", "aeo-2026",
    ]  # fmt: skip
    assert asked[-1].request.url == "https://api.eia.gov/v2/aeo/2026/data/"
    assert KEY not in repr(asked)
    assert SOURCE.key is not None


def test_whole_answers_that_reach_as_far_are_complete():
    complete("steo-annual", [steo(steo_row("2026", "1"), steo_row("2027", "1"))],
             [steo(steo_row("2026", "1"))])  # fmt: skip
    complete("aeo-2026", [aeo(aeo_row("2030", "1"))], [aeo(aeo_row("2030", "1"))])


@pytest.mark.parametrize(("question", "sent", "held", "found"), [
    ("steo-annual", steo(steo_row("2026", "1"), total=2), (), "1 of 2 rows"),
    ("steo-annual", steo(steo_row("2026-01", "1"), frequency="monthly"), (), "is 'monthly'"),
    ("steo-annual", steo(steo_row("2026", "1")), (steo(steo_row("2027", "1")),), "to '2026'"),
    ("steo-annual", steo(steo_row("2026", "1")),
     (steo(steo_row("2026", "1"), steo_row("2026", "1", "ELTCTWH")),), r"lacks \['ELTCTWH'\]"),
    ("steo-annual", steo(steo_row("2027", "1")),
     (steo(steo_row("2026", "1"), steo_row("2027", "1")),), "has 1 rows"),
    ("aeo-2025", aeo(aeo_row("2030", "1")), (), "comes from the route aeo/2026"),
    ("aeo-2026", aeo(aeo_row("2030", "1"), aeo_row("2030", "1")), (), "twice"),
])  # fmt: skip
def test_a_short_answer_is_named_short(question, sent, held, found):
    with pytest.raises(SourceError, match=f"the answer to {question} .*{found}"):
        complete(question, [sent], held)


def test_no_key_is_kept_and_a_second_pass_changes_nothing():
    sent = steo(steo_row("2026", "1"))
    kept = redacted(sent)

    assert KEY.encode() in sent
    assert KEY.encode() not in kept
    assert redacted(kept) == kept


def test_the_publications_are_one_for_each_edition_and_one_for_the_past():
    rows = PUBLICATIONS.check(
        read(steo(steo_row("2025", "1"), steo_row("2026", "1")), AT).publications
    )

    assert rows["publication_id"].tolist() == ["eia_steo_2026_10", "eia_steo_live"]
    assert rows["title"].tolist()[0] == "Short-Term Energy Outlook, October 2026"


TOKENS = [
    b"2026", b"2027", b"2030", b'"value"', b"ELCOTWH", b"ELTCTWH", b"ref2026", b"cb2026", b"null",
    b"BkWh", b"billion kilowatthours", b"PROJECTION", b"HISTORICAL", b"true", b"1e400", b"-", b",",
    b'"', b"[", b"}", b"\xff", b"9" * 99, b"aeo/2026", b"steo",
]  # fmt: skip
WHOLE = [
    steo(steo_row("2025", "4195.25"), steo_row("2026", "4268.5"), steo_row("2027", ".5")),
    aeo(aeo_row("2026", "4268.5"), aeo_row("2030", "4400.25"), aeo_row("2030", "17", SALES)),
    bulk(line("STEO.ELCOTWH.A", [["2027", 12.5], ["2025", "7"]], "billion kWh",
              last_updated="2026-09-09"),
         line("AEO.2026.REF2026.CNSM_NA_ELEP_NA_TEL_NA_USA_BLNKWH.A", [["2030", 4400.5]], "BkWh")),
]  # fmt: skip


@pytest.mark.parametrize("sent", WHOLE, ids=["steo", "aeo", "bulk"])
def test_a_damaged_payload_is_read_as_it_stands_or_refused(sent):
    chance, tried = random.Random(11), 0
    for _ in boxed():
        tried += 1
        spoilt = damaged(chance, sent, TOKENS)
        try:
            reading = read(spoilt, AT)
            rows = OBSERVATIONS.check(reading.observations)
            said = CLAIMS.check(reading.claims)
        except SourceError as refusal:
            in_our_words(refusal, "eia_outlooks")
            continue
        standing = {float(number) for number in numbers_in(spoilt)}
        assert set(said["central"]) | set(rows["value"].dropna()) <= standing
        assert (said["target_year"] >= 2026).all()
        assert (rows["period_end"] < pd.Timestamp(AT.date())).all()
    assert tried > 50


def numbers_in(sent):
    return re.findall(rb"[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+\.", sent)


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_refused_in_our_words(sent):
    for use in (
        lambda: read(sent, AT), lambda: complete("aeo-2026", [sent]), lambda: redacted(sent),
    ):  # fmt: skip
        try:
            use()
        except SourceError as refusal:
            in_our_words(refusal, "eia_outlooks")
