"""The tables that cross doors: each whole, each under its own name."""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.builders import COMPILED, compiled_table

from forecast.contracts import columns, tables
from forecast.contracts.levels import LEVELS, NORMAL_SCORES, QUANTILES, SCORE_LEVELS, column
from forecast.contracts.tables import ALL, FORECASTS, SCHEMA_VERSION


@pytest.mark.parametrize("table", ALL.values(), ids=ALL)
def test_every_table_can_be_empty_and_holds_its_key(table):
    assert ALL[table.name] is table
    assert table.check(table.empty()).empty
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)
    assert all(column.meaning for column in table.columns)


@pytest.mark.parametrize("name", ["observations", "publications", "claims", "outcomes"])
def test_our_own_figures_keep_the_contract(name):
    assert len(compiled_table(name)) == len((COMPILED / f"{name}.csv").read_text().splitlines()) - 1


def test_all_rows_of_our_own_figures_name_a_publication_we_know():
    known = set(compiled_table("publications")["publication_id"])

    for name in ("observations", "claims", "outcomes"):
        assert set(compiled_table(name)["publication_id"]) <= known


def test_forecasts_carry_the_23_levels_from_left_to_right():
    assert len(LEVELS) == 23
    assert list(LEVELS) == sorted(set(LEVELS))
    assert FORECASTS.names[-23:] == list(QUANTILES)
    assert QUANTILES[0] == "q01"
    assert QUANTILES[1] == "q025"
    assert QUANTILES[11] == "q50"
    assert QUANTILES[-1] == "q99"


def test_a_column_name_is_its_level_again():
    assert [float("0." + name[1:]) for name in QUANTILES] == list(LEVELS)
    assert all(re.fullmatch(r"q\d{2,3}", column(level)) for level in LEVELS)


def test_normal_scores_are_those_of_the_levels():
    from scipy.special import ndtr

    np.testing.assert_allclose(ndtr(NORMAL_SCORES), LEVELS, rtol=1e-12)
    assert NORMAL_SCORES[11] == 0.0
    assert (np.diff(NORMAL_SCORES) > 0).all()


def test_scores_use_the_evenly_spread_levels():
    np.testing.assert_allclose(SCORE_LEVELS, np.arange(1, 20) / 20)


def test_shared_columns_may_be_blank_only_where_they_say_so():
    assert columns.text("note", "any").nullable
    assert columns.number("low", "any", (0, 1)).within == (0, 1)
    assert columns.number("low", "any").nullable
    assert not columns.SERIES.nullable
    assert not columns.KNOWN.nullable


def test_the_module_of_tables_exports_every_table_under_its_name():
    exported = {name: getattr(tables, name) for name in tables.__all__}

    assert {name.lower() for name, held in exported.items() if isinstance(held, tables.Table)} == (
        set(ALL)
    )
    assert exported["ALL"] is ALL


def test_the_first_schema_is_number_one():
    assert SCHEMA_VERSION == "1"


def described(table, column):
    """Return what a table promises of a column, as one line."""
    promises = [
        column.kind,
        *(["key"] if column.name in table.key else []),
        *(["blank"] if column.nullable else []),
        *([f"in {column.within}"] if column.within else []),
        *([f"of {' '.join(column.one_of)}"] if column.one_of else []),
    ]
    return f"{table.name}.{column.name}: {', '.join(promises)}"


def test_a_schema_version_freezes_columns_types_keys_and_ranges():
    frozen = Path(__file__).with_name("schema_1.txt").read_text(encoding="utf-8")

    promised = [described(table, column) for table in ALL.values() for column in table.columns]

    assert "\n".join(promised) + "\n" == frozen
