"""Laws of quarters drawn from filings: whatever is filed, and when, they are true or absent."""

from __future__ import annotations

import copy
import json
import random
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.sec_filings import MILLION, PA, PPE, Company, calendar_ends, document, week_ends
from tests.timebox import boxed

from forecast.contracts.errors import SourceError
from forecast.contracts.tables import OBSERVATIONS
from forecast.sources.sec_capex import complete, read
from forecast.sources.sec_facts import read_document

LATER = datetime(2023, 6, 1, tzinfo=UTC)
CALENDAR = calendar_ends(2020, 3)
WEEKS = week_ends(date(2020, 1, 26), (13, 13, 13, 14, 13, 13, 13, 13, 12, 13, 13, 13))

amounts = st.lists(st.integers(1, 40_000), min_size=12, max_size=12)
calendars = st.sampled_from([CALENDAR, WEEKS])


def quarters(payload):
    """Return the quarters as first day → amounts in dollars, in the order they were known."""
    rows = OBSERVATIONS.check(read(payload, LATER).observations)
    found = {}
    for row in rows[rows["frequency"] == "Q"].sort_values("known_from").itertuples():
        found.setdefault(row.period_start.date(), []).append(round(row.value))
    return found


def spans_of(quarter):
    """Return the spans of which a quarter is drawn: itself, or the two sums."""
    first = quarter - quarter % 4
    return {(quarter, quarter)}, {(first, quarter), (first, quarter - 1)}


@settings(max_examples=30, deadline=None)
@given(amounts=amounts, ends=calendars)
def test_a_company_that_files_as_most_do_tells_every_quarter(amounts, ends):
    made = Company(amounts, ends)
    made.file_all(3)
    made.ends = ends[1:]

    found = quarters(made.payload())

    assert list(found.values()) == [[amount * MILLION] for amount in amounts]


@settings(max_examples=80, deadline=None)
@given(amounts=amounts, ends=calendars, chosen=st.data())
def test_whatever_is_filed_in_whatever_order_a_quarter_is_true_or_absent(amounts, ends, chosen):
    made = Company(amounts, ends)
    spans = [(first, last) for first in range(12) for last in range(first, min(first + 4, 12))]
    filed = chosen.draw(st.lists(st.sampled_from(spans), min_size=1, max_size=40))
    filed.append((11, 11))
    for n, span in enumerate(filed):
        delay = chosen.draw(st.integers(1, 60))
        form = chosen.draw(st.sampled_from(["10-Q", "10-K", "8-K", "10-K/A"]))
        made.tag = chosen.draw(st.sampled_from([PPE, PA])) if n % 7 == 0 else made.tag
        made.file(made.ends[span[1]] + timedelta(days=delay), span, form=form, fp="Q1")

    found = quarters(made.payload())

    for quarter, amount in enumerate(amounts):
        known = found.get(made.span(quarter, quarter)[0], [])
        assert known in ([], [amount * MILLION])
        plain, _ = spans_of(quarter)
        assert known or not plain & set(filed)


@settings(max_examples=80, deadline=None)
@given(old=amounts, new=amounts, chosen=st.data())
def test_a_restatement_told_in_any_order_is_never_half_believed(old, new, chosen):
    made = Company(old, CALENDAR)
    made.file_all(3)
    made.quarters = new
    sums = [(first, last) for first in (0, 4, 8) for last in range(first, first + 4)]
    restated = chosen.draw(st.permutations(sums))[: chosen.draw(st.integers(1, 12))]
    # sums that did not change are not repeated here: that a correction did not touch them is
    # what a repetition proves, and it is tried elsewhere
    for n, span in enumerate(span for span in restated if made.span(*span)[2] != total(old, span)):
        made.file(made.ends[11] + timedelta(days=60 + n), span, form="8-K", fp="")

    found = quarters(made.payload())

    for quarter in range(12):
        known = found[made.span(quarter, quarter)[0]]
        assert known[0] == old[quarter] * MILLION
        assert set(known) <= {old[quarter] * MILLION, new[quarter] * MILLION}


def total(amounts, span):
    return sum(amounts[span[0] : span[1] + 1]) * MILLION


@settings(max_examples=40, deadline=None)
@given(old=amounts, new=amounts)
def test_a_restatement_told_whole_is_believed_whole(old, new):
    made = Company(old, CALENDAR)
    made.file_all(3)
    made.quarters = new
    sums = [(first, last) for first in (0, 4, 8) for last in range(first, first + 4)]
    made.file(made.ends[11] + timedelta(days=70), *sums, form="10-K/A", fp="FY")

    found = quarters(made.payload())

    assert [known[-1] for known in found.values()] == [amount * MILLION for amount in new]


@settings(max_examples=30, deadline=None)
@given(amounts=amounts, shuffle=st.randoms(use_true_random=False))
def test_the_order_of_facts_in_the_document_does_not_matter(amounts, shuffle):
    made = Company(amounts, CALENDAR)
    made.file_all(3)
    made.file_year(2, back=2, days=50)
    plain = quarters(made.payload())
    shuffle.shuffle(made.facts[PPE])

    assert quarters(made.payload()) == plain


@settings(max_examples=30, deadline=None)
@given(amounts=amounts, cut=st.integers(0, 900))
def test_a_reader_on_a_day_knows_nothing_that_was_filed_later(amounts, cut):
    made = Company(amounts, CALENDAR)
    made.file_all(3)
    made.quarters = amounts[::-1]
    made.file_year(2, back=2, days=45)
    day = date(2020, 5, 1) + timedelta(days=cut)
    by_then = [fact for fact in made.facts[PPE] if fact["filed"] < day.isoformat()]
    seen = OBSERVATIONS.check(read(made.payload(), LATER).observations)
    seen = seen[seen["known_from"].dt.date <= day]
    as_of = datetime(day.year, day.month, day.day, tzinfo=UTC)

    alone = read(document({PPE: by_then}), as_of).observations

    columns = ["period_start", "period_end", "known_from", "value"]
    assert alone[columns].to_numpy().tolist() == seen[columns].to_numpy().tolist()


def test_a_company_that_does_everything_at_once_is_read_as_we_know_it_to_be():
    weeks = (13, 13, 13, 13, 13, 13, 13, 14, 13, 13, 13, 13)
    made = Company(range(100, 1300, 100), week_ends(date(2020, 1, 26), weeks))
    made.file_all(1)
    made.file_quarter(4, beside=[(0, 0), (4, 4), (4, 4)])  # the first quarter three times over
    made.file_quarter(5, beside=[(0, 1), (2, 5)])  # trailing twelve months
    made.tag = PA
    made.file_quarter(6, beside=[(0, 2)])
    made.file_year(1, back=1)  # a year of 53 weeks, under the new name
    made.quarters[7] = 850
    made.file_year(1, days=60, form="10-K/A")  # the fourth quarter corrected
    made.file_quarter(8)
    made.quarters[0] = 150  # last years restated, in whole years only
    made.file_year(1, days=100, back=1, form="8-K")
    made.file_quarter(9)
    made.file_quarter(10, beside=[(4, 6)])  # nine months of year two again, unchanged
    made.file_year(2)

    found = [[value // MILLION for value in values] for values in quarters(made.payload()).values()]

    assert found[:3] == [[100], [200], [300]]
    assert found[3] == [400]  # its year was restated, its nine months never were
    assert found[4:7] == [[500], [600], [700]]
    assert found[7] == [800, 850]  # believed once nine months were filed again unchanged
    assert found[8:] == [[900], [1000], [1100], [1200]]


def mutated(payload, chance):
    """Return a payload with one fault: a byte, a cut, a member, or a number of another type."""
    kind = chance.randrange(4)
    at = chance.randrange(len(payload))
    if kind == 0:
        return payload[:at] + bytes([chance.randrange(256)]) + payload[at + 1 :]
    if kind == 1:
        return payload[:at] + payload[at + chance.randrange(1, 60) :]
    whole = json.loads(payload)
    facts = next(iter(whole["facts"]["us-gaap"][PPE]["units"].values()))
    one, other = chance.choice(facts), chance.choice(facts)
    name = chance.choice(["start", "end", "val", "accn", "filed", "form", "fp"])
    if kind == 2:
        one[name], other[name] = other[name], one[name]
    else:
        junk = [None, True, "7", [], {}, -1, 1e300, 10**400, 0.1, "2021-02-30", "\ud800", "10-K"]
        one[name] = copy.deepcopy(chance.choice(junk))
    return json.dumps(whole).encode()


def judged(payload):
    """Read a payload; each value must be one that stands in it, or the difference of two."""
    try:
        complete("googl", [payload], [])
        reading = read(payload, LATER)
    except SourceError as refusal:
        message = str(refusal)
        assert message.startswith("sec_capex: ")
        assert "\n" not in message.encode().decode()
        return False
    rows = OBSERVATIONS.check(reading.observations)
    written = {float(n) for n in re.findall(rb'"val":\s*(-?[0-9.eE+-]+)', payload)}
    for row in rows.itertuples():
        terms = [float(words) for words in row.value_text.split(" - ")]
        assert set(terms) <= written
        assert row.value == pytest.approx(terms[0] - sum(terms[1:]), abs=1e-3)
    return True


def test_damaged_payloads_are_read_as_they_stand_or_refused_in_our_words():
    chance = random.Random(20261123)
    made = Company(range(100, 1300, 100), CALENDAR)
    made.file_all(3)
    made.file_year(2, back=2, days=50)
    sound, outcomes = made.payload(), {True: 0, False: 0}

    for _ in boxed():
        outcomes[judged(mutated(sound, chance))] += 1

    assert min(outcomes.values()) > 3


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_at_all_are_refused(payload):
    with pytest.raises(SourceError, match="sec_capex: the payload"):
        read(payload, LATER)


def test_a_document_nested_without_end_is_refused():
    with pytest.raises(SourceError, match="no JSON we can trust"):
        read_document(b'{"facts":' * 100_000)
