"""Capital expenditure from filings: quarters by differences, vintages by the day of filing."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.sources.sec_filings import PA, PPE, Company, calendar_ends, document, week_ends

from forecast.contracts.errors import SourceError, VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.sec_capex import COMPANIES, SOURCE, complete, questions, read
from forecast.sources.source import Situation

RECORDED = (
    Path(__file__).parents[2].parent
    / "shared"
    / "payloads"
    / "sec"
    / "companyfacts_GOOGL_full.json.gz"
)
SOON = datetime(2022, 3, 1, tzinfo=UTC)


def company(*years):
    """Return a company with calendar quarters of 2020 and 2021."""
    return Company(years or (10, 20, 30, 40, 50, 60, 70, 80), calendar_ends(2020, 2))


def filed_two_years():
    made = company()
    made.file_all(2)
    return made


def told(payload, retrieved_at=SOON, frequency="Q"):
    """Return the rows as (first day, known from, millions)."""
    rows = OBSERVATIONS.check(read(payload, retrieved_at).observations)
    rows = rows[rows["frequency"] == frequency]
    return [
        (str(row.period_start.date()), str(row.known_from.date()), round(row.value / 1e6, 3))
        for row in rows.itertuples()
    ]


def fact(**members):
    """Return one fact as filed, with members put in place or (None) taken out."""
    whole = {
        "start": "2021-01-01", "end": "2021-12-31", "val": 5_000_000, "fy": 2021, "fp": "FY",
        "accn": "0001652044-22-000001", "form": "10-K", "filed": "2022-02-09",
    }  # fmt: skip
    return {name: value for name, value in (whole | members).items() if value is not None}


@pytest.mark.shared
def test_sixty_recorded_periods_give_forty_six_quarters_as_first_filed_and_as_restated():
    payload = gzip.decompress(RECORDED.read_bytes())
    reading = read(payload, datetime(2026, 7, 9, tzinfo=UTC))
    rows = OBSERVATIONS.check(reading.observations)
    quarters = rows[rows["frequency"] == "Q"].sort_values(["period_end", "known_from"])
    first, last = (quarters.drop_duplicates("period_end", keep=k) for k in ("first", "last"))

    for known in (first, last):
        numbers = known["period_end"].dt.to_period("Q")
        assert len(known) == 46
        assert (str(numbers.iloc[0]), str(numbers.iloc[-1])) == ("2014Q4", "2026Q1")
        assert numbers.is_unique
    assert (first["value"].iloc[[0, -1]] / 1e9).tolist() == [3.551, 35.674]
    restated = first["value"].to_numpy() != last["value"].to_numpy()
    assert (last.loc[restated, "value"] / 1e9).tolist() == [2.383, 2.102, 2.444, 2.136]


@pytest.mark.shared
def test_recorded_quarters_add_up_to_the_recorded_years():
    payload = gzip.decompress(RECORDED.read_bytes())
    rows = read(payload, datetime(2026, 7, 9, tzinfo=UTC)).observations
    last = rows.drop_duplicates(["frequency", "period_end"], keep="last")
    quarters = last[last["frequency"] == "Q"]
    annual = last[last["frequency"] == "A"]
    years = annual.set_index(annual["period_end"].dt.year)["value"]
    sums = quarters.groupby(quarters["period_end"].dt.year)["value"].agg(["sum", "count"])
    whole = sums[sums["count"] == 4]["sum"]

    assert len(whole) == 11
    # 2015 as restated: its half-year never was, so that 2015Q1 and Q2 stand as first filed
    apart = ((whole - years[whole.index]) / 1e9).round(3)
    assert apart[apart != 0].to_dict() == {2015: -0.023}


@pytest.mark.shared
def test_the_recorded_document_is_complete():
    payload = gzip.decompress(RECORDED.read_bytes())

    complete("googl", [payload], [payload])


def test_each_company_is_asked_for_by_its_number():
    asked = questions(Situation(today=date(2026, 11, 23)))

    assert [q.name for q in asked] == ["msft", "googl", "amzn", "meta", "orcl", "nvda"]
    assert asked[1].request.url.endswith("/companyfacts/CIK0001652044.json")
    assert {q.request.hosts for q in asked} == {("data.sec.gov",)}
    assert SOURCE.next(asked[0].request, b"") is None


def test_quarters_are_differences_of_the_year_so_far_known_on_the_day_after_filing():
    assert told(filed_two_years().payload()) == [
        ("2020-01-01", "2020-05-01", 10),
        ("2020-04-01", "2020-07-31", 20),
        ("2020-07-01", "2020-10-31", 30),
        ("2020-10-01", "2021-02-10", 40),
        ("2021-01-01", "2021-05-01", 50),
        ("2021-04-01", "2021-07-31", 60),
        ("2021-07-01", "2021-10-31", 70),
        ("2021-10-01", "2022-02-10", 80),
    ]


def test_fiscal_years_stand_beside_their_quarters():
    payload = filed_two_years().payload()

    years = told(payload, frequency="A")

    assert years == [("2020-01-01", "2021-02-10", 100), ("2021-01-01", "2022-02-10", 260)]


def test_a_row_says_what_it_was_drawn_from():
    rows = read(filed_two_years().payload(), SOON).observations
    row = rows[(rows["frequency"] == "Q") & (rows["period_end"] == "2021-12-31")].iloc[0]

    assert row["value"] == 80e6
    assert row["value_text"] == "260000000 - 180000000"
    assert (row["series_id"], row["unit"], row["quantity"]) == ("capex_googl", "USD", "spend")
    assert row["publication_id"] == "sec_companyfacts_googl"
    assert (row["scope"], row["obs_status"]) == ("cash for property and equipment", "A")
    assert (row["known_from_basis"], row["row"]) == ("stamped", 8)


def test_a_publication_row_names_company_and_newest_filing():
    publication = PUBLICATIONS.check(read(filed_two_years().payload(), SOON).publications).iloc[0]

    assert (publication["family"], publication["grade"]) == ("sec", "A")
    assert publication["published"] == "2022-02-09"
    assert "Alphabet" in publication["title"]


def test_a_span_filed_again_unchanged_is_no_new_vintage():
    made = filed_two_years()
    made.file_year(1, back=1, days=50, form="10-K/A")
    made.file_year(1, days=55, form="8-K")

    reading = read(made.payload(), SOON)

    assert reading.rows == 10
    assert reading.left_out["filed again without a change"] == 3


def test_a_quarter_that_is_stated_stands_before_a_difference():
    made = company(10, 20, 30, 40, 0, 0, 0, 0)
    made.file_quarter(0)
    made.quarters[1] = 25
    made.file_quarter(1)
    made.quarters[1] = 20
    made.file(date(2020, 7, 30), (1, 1))

    assert told(made.payload(), datetime(2020, 9, 1, tzinfo=UTC))[1] == (
        "2020-04-01", "2020-07-31", 20,
    )  # fmt: skip


def test_a_first_difference_does_not_replace_a_statement():
    made = company(10, 20, 30, 40, 0, 0, 0, 0)
    made.file(date(2020, 7, 30), (1, 1))
    made.quarters[1] = 99
    made.file(date(2020, 8, 15), (0, 0), (0, 1))

    known = told(made.payload(), datetime(2020, 9, 1, tzinfo=UTC))

    assert known == [("2020-01-01", "2020-08-16", 10), ("2020-04-01", "2020-07-31", 20)]


def test_a_year_restated_alone_does_not_push_its_correction_into_the_last_quarter():
    made = filed_two_years()
    made.quarters[0] = 13
    made.file_year(1, back=1, days=45)

    reading = read(made.payload(), SOON)

    fourth = [row for row in told(made.payload()) if row[0] == "2020-10-01"]
    assert fourth == [("2020-10-01", "2021-02-10", 40)]
    assert ("2020-01-01", "2022-02-15", 103) in told(made.payload(), frequency="A")
    reason = "a quarter of which one sum alone is restated: its last value stands"
    assert reading.left_out[reason] == 1


def test_a_quarter_is_restated_once_both_its_sums_are():
    made = company()
    made.file_all(1)
    made.quarters[3] = 44
    made.quarters[0] = 12
    made.file_quarter(6, beside=[(0, 2)])  # nine months of the year before, restated
    made.file_year(1, back=1)

    fourth = [row for row in told(made.payload()) if row[0] == "2020-10-01"]

    assert fourth == [("2020-10-01", "2021-02-10", 40), ("2020-10-01", "2022-02-10", 44)]


def test_a_sum_filed_again_unchanged_lets_a_correction_of_the_year_through():
    made = company()
    made.file_all(1)
    made.quarters[3] = 44
    made.file_year(0, days=60, form="10-K/A")
    before = told(made.payload(), datetime(2021, 3, 9, tzinfo=UTC))[-1]
    made.file_quarter(6, beside=[(0, 2)])

    fourth = [row for row in told(made.payload()) if row[0] == "2020-10-01"]

    assert before == ("2020-10-01", "2021-02-10", 40)
    assert fourth[1] == ("2020-10-01", "2021-10-31", 44)


def test_a_year_filed_again_unchanged_lets_restated_nine_months_through():
    made = company()
    made.file_all(1)
    made.quarters[2:4] = [35, 35]
    made.file_quarter(6, beside=[(0, 2)])
    made.file_year(1, back=1)

    fourth = [row for row in told(made.payload()) if row[0] == "2020-10-01"]

    assert fourth == [("2020-10-01", "2021-02-10", 40), ("2020-10-01", "2022-02-10", 35)]


def test_a_later_report_sees_a_restated_quarter_and_an_earlier_reader_does_not():
    made = filed_two_years()
    made.quarters[4] = 55
    made.file(date(2022, 2, 20), (4, 4), form="8-K")

    first = [row for row in told(made.payload()) if row[0] == "2021-01-01"]

    assert first == [("2021-01-01", "2021-05-01", 50), ("2021-01-01", "2022-02-21", 55)]


def test_twelve_months_to_a_quarters_end_are_no_fiscal_year():
    made = filed_two_years()
    made.file(date(2021, 7, 30), (2, 5), fp="Q2")

    reading = read(made.payload(), SOON)

    assert len(told(made.payload(), frequency="A")) == 2
    assert reading.left_out["twelve months that are no fiscal year"] == 1


def test_a_year_of_fifty_three_weeks_keeps_its_own_days():
    ends = week_ends(date(2020, 1, 26), (13, 13, 13, 14, 13, 13, 13, 13))
    made = Company((10, 20, 30, 40, 50, 60, 70, 80), ends)
    made.file_all(2)

    payload = made.payload(cik=1045810)

    assert [value for *_, value in told(payload)] == [10, 20, 30, 40, 50, 60, 70, 80]
    assert told(payload)[3][:2] == ("2020-10-26", "2021-03-13")
    assert [row[0] for row in told(payload, frequency="A")] == ["2020-01-27", "2021-02-01"]


def test_a_company_that_moves_its_year_end_tells_no_quarter_of_the_months_between():
    ends = [date(2020, 5, 31), date(2020, 8, 31), date(2020, 11, 30), date(2020, 12, 31)]
    ends += calendar_ends(2021, 1)[1:]
    made = Company((10, 20, 5, 40, 50, 60, 70), ends)  # seven months, the last of them alone
    made.file(date(2020, 9, 20), (0, 0))
    made.file(date(2020, 12, 20), (0, 1))
    made.file(date(2021, 3, 1), (0, 2), (2, 2), form="10-KT", fp="FY")
    for quarter in (3, 4, 5):
        made.file(ends[quarter + 1] + timedelta(days=30), (3, quarter))
    made.file(date(2022, 2, 9), (3, 6), (0, 2), form="10-K", fp="FY")

    reading = read(made.payload(cik=1341439), SOON)

    assert [row[::2] for row in told(made.payload())] == [
        ("2020-06-01", 10), ("2020-09-01", 20),
        ("2021-01-01", 40), ("2021-04-01", 50), ("2021-07-01", 60), ("2021-10-01", 70),
    ]  # fmt: skip
    assert [row[0] for row in told(made.payload(), frequency="A")] == ["2021-01-01"]
    # seven months, twice, and the month alone
    assert reading.left_out["a span that is not one to four quarters"] == 3


def test_a_tag_that_changes_its_name_is_followed_where_it_is_the_same_measure():
    made = company()
    made.file_all(1)
    made.file_quarter(4)
    made.file_quarter(5)
    made.tag = PA
    made.file_quarter(6, beside=[(0, 2)])  # last year's nine months, under both names now
    made.file_year(1)

    known = told(made.payload())

    assert known[-2:] == [("2021-07-01", "2021-10-31", 70), ("2021-10-01", "2022-02-10", 80)]
    rows = read(made.payload(), SOON).observations
    assert rows["scope"].iloc[-1] == "cash for productive assets"


def test_a_tag_that_means_something_else_is_not_subtracted():
    made = company()
    made.file_all(1)
    made.file_quarter(4)
    made.file_quarter(5)
    made.tag = PA
    made.quarters[0] = 15
    made.file_quarter(6, beside=[(0, 2)])
    made.file_year(1)

    reading = read(made.payload(), SOON)

    starts = [row[0] for row in told(made.payload())]
    assert "2021-07-01" not in starts
    assert starts[-1] == "2021-10-01"
    reason = "a quarter whose sums stand under two tags that may differ: not drawn from these"
    assert reading.left_out[reason] == 3  # the fourth of 2020, too: it keeps its first value


def test_a_tag_without_any_span_in_common_is_not_subtracted():
    made = company()
    made.file_quarter(0)
    made.tag = PA
    made.file_quarter(1)

    known = told(made.payload(), datetime(2020, 9, 1, tzinfo=UTC))

    assert [row[0] for row in known] == ["2020-01-01"]


def test_of_two_filings_of_one_day_the_last_number_stands():
    facts = [fact(), fact(accn="0001652044-22-000002", val=6_000_000)]

    reading = read(document({PPE: facts}), SOON)

    assert reading.observations["value"].tolist() == [6e6]
    assert reading.left_out["another filing or tag of the same day stands"] == 1


def test_of_two_roundings_in_one_filing_the_finer_one_stands():
    facts = [fact(val=5_000_000), fact(val=5_123_000), fact(val=5_000_000)]

    reading = read(document({PPE: facts}), SOON)

    assert reading.observations["value_text"].tolist() == ["5123000"]
    assert reading.left_out["stated twice in one filing"] == 2


def test_what_is_no_figure_of_ours_is_counted():
    facts = [
        fact(),
        fact(start="2021-12-01"),
        fact(start="2022-01-01", end="2022-03-31"),
        fact(start="2021-01-01", end="2021-06-30", fp="Q2", filed="2021-07-29"),
    ]
    made = json.loads(document({PPE: facts}))
    made["facts"]["us-gaap"][PPE]["units"]["EUR"] = [fact(), fact()]

    left_out = read(json.dumps(made).encode(), SOON).left_out

    assert left_out == {
        "an item of the accounts other than capital expenditure": 4,
        "an amount in another currency": 2,
        "a span that is not one to four quarters": 1,
        "filed before its period had ended: no actual figure": 1,
        "a sum of two or three quarters: only for differences": 1,
    }


def test_a_filing_dated_after_we_fetched_it_proves_nothing():
    facts = [fact(), fact(val=6_000_000, filed="2022-05-01", accn="0001652044-22-000002")]

    rows = read(document({PPE: facts}), datetime(2022, 3, 1, 23, tzinfo=UTC)).observations

    assert rows["known_from"].astype(str).tolist() == ["2022-02-10", "2022-03-01"]
    assert rows["known_from_basis"].tolist() == ["stamped", "fetched"]


def test_two_impossible_filings_are_one_row():
    facts = [
        fact(val=6_000_000, filed="2022-05-01", accn="0001652044-22-000002"),
        fact(val=7_000_000, filed="2022-06-01", accn="0001652044-22-000003"),
    ]

    assert read(document({PPE: facts}), SOON).observations["value"].tolist() == [7e6]


@pytest.mark.parametrize(("day", "fresh"), [("2022-07-19", True), ("2022-07-20", False)])
def test_a_company_without_a_fact_for_two_hundred_days_has_changed_its_tag(day, fresh):
    fetched = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    if fresh:
        assert read(document({PPE: [fact()]}), fetched).rows == 1
        return
    with pytest.raises(SourceError, match="at most 200 days old: the company may use another tag"):
        read(document({PPE: [fact()]}), fetched)


def test_a_mistyped_year_to_come_does_not_make_old_facts_new():
    facts = [fact(), fact(end="2031-12-31", accn="0001652044-22-000002")]

    with pytest.raises(SourceError, match="ends with facts to 2021-12-31, fetched on 2023-03-01"):
        read(document({PPE: facts}), datetime(2023, 3, 1, tzinfo=UTC))


def test_a_number_of_the_company_may_be_text():
    rows = read(document({PPE: [fact()]}, cik="0001018724"), SOON).observations

    assert rows["series_id"].tolist() == ["capex_amzn"]


def test_one_item_alone_reads_like_the_whole_document():
    facts = filed_two_years().facts[PPE]
    concept = {
        "cik": 1652044, "taxonomy": "us-gaap", "tag": PPE, "label": "…", "units": {"USD": facts},
    }  # fmt: skip

    alone = read(json.dumps(concept).encode(), SOON).observations
    whole = read(filed_two_years().payload(), SOON).observations

    columns = [name for name in OBSERVATIONS.names if name != "raw_sha256"]
    pd.testing.assert_frame_equal(alone[columns], whole[columns])


def test_a_retrieval_without_time_zone_is_the_callers_fault():
    with pytest.raises(VintageError, match=r"sec_capex: retrieved_at .*without a time zone"):
        read(document({PPE: [fact()]}), datetime(2022, 3, 1))  # noqa: DTZ001 - the fault under test


@pytest.mark.parametrize(("members", "found"), [
    ({"val": "5000000"}, "has `val` '5000000'"),
    ({"val": None}, "has `val` None"),
    ({"val": True}, "has `val` True"),
    ({"val": 10**14}, "an amount of dollars and cents"),
    ({"val": -(10**400)}, "an amount of dollars and cents"),
    ({"val": 0.001}, "an amount of dollars and cents"),
    ({"start": None}, "has `start` None"),
    ({"end": "2021-12"}, "has `end` '2021-12'"),
    ({"end": "2021-02-30"}, "a day of the calendar"),
    ({"filed": "9999-12-31"}, "has `filed`"),
    ({"start": "2022-01-01"}, "a start before the end"),
    ({"accn": "1"}, "has `accn` '1'"),
    ({"accn": None}, "has `accn` None"),
    ({"form": None}, "has `form` None"),
    ({"fp": 4}, "and `fp` 4"),
])  # fmt: skip
def test_a_fact_of_another_form_is_refused_by_name(members, found):
    with pytest.raises(SourceError, match=rf"sec_capex: the payload .*{found}"):
        read(document({PPE: [fact(**members)]}), SOON)


@pytest.mark.parametrize(("payload", "found"), [
    (b"", "is empty"),
    (b"<html>Undeclared Automated Tool</html>", "is a web page or XML"),
    (document({PPE: [fact()]})[:-9], "breaks off or is damaged"),
    (b"[]", "holds a list"),
    (b"{}", "expected `facts` by taxonomy"),
    (document({PPE: [fact()]}, facts=[]), r"`facts` \[\]"),
    (document({PPE: [fact()]}, facts={"dei": {}}), r"has facts of \['dei'\]"),
    (document({}), "holds no amount of capital expenditure"),
    (document({PPE: []}), "holds no amount of capital expenditure"),
    (document({PPE: [7]}), "an object with start, end"),
    (document({PPE: {}}), "a list of facts"),
    (document({PPE: [fact()] * 2_001}), "holds 2,001 facts"),
    (document({PPE: [fact(), fact(val=9_000_000)]}), "states 5000000 and 9000000"),
    (document({PPE: [fact()]}, cik=True), "has `cik` True"),
    (document({PPE: [fact()]}, cik="12345678901"), "has `cik`"),
    (document({PPE: [fact()]}, cik=320193), "is about the company 0000320193"),
    (json.dumps({"cik": 1, "tag": "Assets", "units": {}}).encode(), "about the item 'Assets'"),
    (json.dumps({"cik": 1, "facts": {"us-gaap": {PPE: []}}}).encode(), "has no `units` in"),
])  # fmt: skip
def test_a_document_of_another_form_is_refused_by_name(payload, found):
    with pytest.raises(SourceError, match=rf"sec_capex: the payload .*{found}"):
        read(payload, SOON)


def test_a_document_is_complete_that_reaches_as_far_as_the_one_held():
    whole = filed_two_years()
    short = company()
    short.file_all(1)

    complete("googl", [whole.payload()], ())
    complete("googl", [whole.payload()], [short.payload()])
    with pytest.raises(SourceError, match=r"'googl' ends on 2020-12-31; .*2021-12-31, as held"):
        complete("googl", [short.payload()], [whole.payload()])


def test_a_document_with_fewer_facts_than_the_one_held_is_short():
    whole = filed_two_years()
    holed = company()
    holed.file_year(1)

    with pytest.raises(SourceError, match="has 1 facts; expected about 8, as held"):
        complete("googl", [holed.payload()], [whole.payload()])


@pytest.mark.parametrize(("question", "bodies", "found"), [
    ("msft", 1, "is about the company 0001652044"),
    ("googl", 0, "came as 0 bodies"),
    ("googl", 2, "came as 2 bodies"),
])  # fmt: skip
def test_an_answer_to_another_question_is_refused(question, bodies, found):
    with pytest.raises(SourceError, match=found):
        complete(question, [filed_two_years().payload()] * bodies, ())


def test_every_company_has_a_series_of_its_own():
    assert {company.series_id for company in COMPANIES.values()} == {
        "capex_msft", "capex_googl", "capex_amzn", "capex_meta", "capex_orcl", "capex_nvda",
    }  # fmt: skip
