"""Many series: grouped by what they count, folded where there are many, each still linked."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from tests.report.conftest import CATALOGUE, NOTES, forecast_rows, input_row, series

from forecast.contracts.catalogue import Catalogue
from forecast.contracts.edition import SeriesNote
from forecast.report import pages
from forecast.report.contents import contents

STATES = [f"State {number}" for number in range(1, 21)]
FEW = ["Utility A", "Utility B", "Utility C", "Utility D"]


@pytest.fixture(scope="module")
def many(edition):
    """Return the edition with sales of twenty states and four utilities, and many silent series."""
    named = [f"{state}: commercial sales" for state in STATES]
    named += [f"{utility}: peak" for utility in FEW]
    entries = [series(f"s{n}", title) for n, title in enumerate(named)]
    silent = [series(f"q{n}", f"Silent {n}") for n in range(20)]
    notes = [SeriesNote(e.id, family="lbnl", followed=("lbnl_2025",), points=2) for e in entries]
    notes += [SeriesNote(one.id, remarks=("none was out by then.",)) for one in silent]
    forecasts = [forecast_rows(entry.id, [50.0 + n, 60.0 + n]) for n, entry in enumerate(entries)]
    known = [input_row(entry.id, "lbnl_2025", "2024-01-01", 45.0) for entry in entries]
    tables = {
        **edition.tables,
        "forecasts": pd.concat([edition.tables["forecasts"], *forecasts], ignore_index=True),
        "inputs": pd.concat([edition.tables["inputs"], pd.DataFrame(known)], ignore_index=True),
    }
    catalogue = Catalogue(series=(*CATALOGUE.series, *entries, *silent))
    return replace(edition, catalogue=catalogue, notes=(*NOTES, *notes), tables=tables)


@pytest.fixture(scope="module")
def page(many):
    return pages.write(many)["report.html"].decode()


def contents_of(page):
    """Return the list of contents at the head of the page."""
    return re.search(r'<nav aria-label="Contents".*?</nav>', page, flags=re.DOTALL)[0]


def test_series_that_count_the_same_of_several_places_are_one_group(many):
    groups = contents(many).groups

    assert [group.name for group in groups] == ["Data centres", "Commercial sales", "Peak"]
    assert [len(group.series) for group in groups] == [1, 20, 4]
    assert list(groups[1].called.values()) == STATES
    assert groups[0].called == {"ie_dc": "Ireland: data centres, metered"}


def test_three_of_a_kind_go_by_their_reference_class(many):
    notes = tuple(note for note in many.notes if note.series_id != "s23")

    groups = contents(replace(many, notes=notes)).groups

    assert [len(group.series) for group in groups] == [4, 20]


def test_groups_of_one_name_are_told_apart_by_their_step(many):
    entries = [series(f"m{n}", "Place: peak", "Q") for n in range(4)]
    notes = [SeriesNote(one.id, family="lbnl", points=2) for one in entries]
    rows = [forecast_rows(one.id, [5.0, 6.0], step="Q") for one in entries]
    known = [input_row(one.id, "lbnl_2025", "2024-01-01", 4.0, months=3) for one in entries]
    told = replace(
        many,
        catalogue=Catalogue(series=(*many.catalogue.series, *entries)),
        notes=(*many.notes, *notes),
        tables={
            **many.tables,
            "forecasts": pd.concat([many.tables["forecasts"], *rows], ignore_index=True),
            "inputs": pd.concat([many.tables["inputs"], pd.DataFrame(known)], ignore_index=True),
        },
    )

    names = [group.name for group in contents(told).groups]

    assert names[-2:] == ["Peak, annual", "Peak, quarterly"]


def test_every_series_is_linked_from_the_head_of_the_page(many, page):
    linked = set(re.findall(r'href="#(\w+)"', contents_of(page)))

    assert {told.series_id for told in contents(many).series} <= linked


def test_long_groups_are_folded_and_short_ones_are_not(page):
    folded = re.findall(r"<details><summary>(.*?)</summary>", contents_of(page))

    assert folded == ["20 series"]


def test_a_long_group_opens_with_all_of_it_at_a_glance(page):
    table = re.search(r"<caption>Commercial sales at a glance, TWh.*?</table>", page, re.DOTALL)[0]

    assert "Last known, 2024" in table
    assert "Median, 2026" in table
    assert table.count('<th scope="row">') == 20
    assert "Peak at a glance" not in page


def test_at_a_glance_a_year_is_never_set_beside_a_quarter(many):
    told = contents(many).facts_of("ie_dc")
    year = replace(told.last, period="2025", value=9_000.0)

    assert replace(told, annual_known=year).glance_known == year
    assert replace(told, annual_known=None).glance_known is None
    assert replace(told, annual=(), annual_known=year).glance_known == told.last


def test_many_series_without_a_forecast_are_folded(page):
    silent = re.search(r'<section id="silent".*?</section>', page, flags=re.DOTALL)[0]

    assert "<details><summary>21 series, and why</summary>" in silent
    assert silent.count("<li>") == 21


@pytest.mark.parametrize(("count", "folds"), [(15, 0), (16, 1)])
def test_many_stopped_vintages_are_folded_and_few_are_not(edition, count, folds):
    stopped = {f"cso@2026-01-{day:02d}": "too much of it." for day in range(1, count + 1)}

    page = pages.write(replace(edition, stopped=stopped))["data.html"].decode()

    banner = re.search(r'<div class="banner stop".*?</div>', page, flags=re.DOTALL)[0]
    assert banner.count("<details>") == folds
    assert banner.count("<li>") == count


def test_a_terminal_counts_many_series_without_a_forecast(many):
    told = pages.write(many)["summary.txt"].decode()

    assert "No forecast for 21 series; report.html says why of each." in told


def test_groups_stand_in_the_json_by_id_and_each_series_once(many):
    said = json.loads(pages.write(many)["report.json"])

    assert said["groups"][2] == {"name": "Peak", "series_ids": ["s20", "s21", "s22", "s23"]}
    assert len(said["series"]) == 26
