"""Files a person downloaded: read as they stand, in the forms of former years, whole or spoilt."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.replay.publishers.files import FILES
from tests.replay.scene import NOW
from tests.replay.test_mutants import first_bodies, from_somewhere, fuzz, standing, values

from forecast.pipeline.registry import SOURCES

PERIOD = ["series_id", "period_start", "period_end"]


def read(what):
    name, payload = FILES[what]
    return SOURCES[name].read(payload, NOW)


@pytest.mark.parametrize("what", FILES)
def test_a_file_is_read_and_its_numbers_are_those_in_it(what):
    name, payload = FILES[what]
    source = SOURCES[name]

    reading = source.read(source.redacted(payload), NOW)

    numbers = standing(payload)
    assert reading.rows
    assert all(from_somewhere(name, value, numbers) for value in values(reading))


def test_month_thirteen_is_the_year_and_no_month():
    rows = read("review, the browser's export").observations

    months = rows[rows["frequency"] == "M"].groupby(["series_id", rows["period_end"].dt.year])
    years = rows[rows["frequency"] == "A"]
    assert Counter(rows["frequency"])["A"] == len(years) == 4
    for row in years.itertuples():
        twelve = months.get_group((row.series_id, row.period_end.year))
        assert (len(twelve), twelve["value"].sum()) == (12, row.value)


def test_the_bulk_file_says_what_the_api_says():
    api = next(iter(first_bodies("eia_retail_sales").values()))
    by_api = SOURCES["eia_retail_sales"].read(api, NOW).observations.set_index(PERIOD)["value"]
    in_bulk = read("sales, bulk").observations.set_index(PERIOD)["value"].dropna()

    both = by_api.index.intersection(in_bulk.index)
    assert len(both) > 150
    assert (by_api[both] == in_bulk[both]).all()


def test_the_hour_of_a_table_is_its_end():
    table, bulk = (read(f"demand, {form}").observations for form in ("a table", "bulk"))

    ends = table.set_index("value")["period_start"]
    assert (bulk.set_index("value")["period_start"] == ends[bulk["value"]]).all()


@pytest.mark.parametrize("what", FILES)
def test_a_spoilt_file_is_refused_by_name_or_read_as_it_stands(what, capsys):
    name, payload = FILES[what]

    ends, wrong = fuzz(name, {what: payload})

    with capsys.disabled():
        print(f"\n{what}: {ends.total()} mutants, {dict(ends)}")  # noqa: T201
    assert wrong == []
