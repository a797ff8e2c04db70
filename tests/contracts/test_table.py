"""A table promises columns, types, ranges and a key, and reports every breach at once."""

import numpy as np
import pandas as pd
import pytest

from forecast.contracts.errors import ContractError
from forecast.contracts.table import COUNT, DAY, FLAG, NUMBER, TEXT, YEAR, Column, Table

LOADS = Table(
    "loads",
    key=("site", "day"),
    columns=(
        Column("site", TEXT, "where"),
        Column("day", DAY, "when"),
        Column("load", NUMBER, "how much", within=(0.0, 10.0)),
        Column("grade", TEXT, "how good", one_of=("A", "B"), nullable=True),
        Column("meters", COUNT, "how many"),
        Column("built", YEAR, "since when", nullable=True),
        Column("open", FLAG, "whether it runs"),
        Column("noise", NUMBER, "free number", nullable=True),
    ),
)


def loads(**changes):
    rows = {
        "site": ["b", "a"],
        "day": ["2024-01-02", "2024-01-01"],
        "load": [1.5, 10.0],
        "grade": ["A", ""],
        "meters": [1, 2],
        "built": [2001, None],
        "open": [True, False],
        "noise": [None, -1.0],
    }
    return pd.DataFrame(rows | changes)


def test_a_checked_table_has_contract_order_types_and_is_sorted_by_key():
    shuffled = loads()[["noise", "open", "site", "day", "built", "meters", "grade", "load"]]

    checked = LOADS.check(shuffled)

    assert list(checked) == LOADS.names
    assert checked["site"].tolist() == ["a", "b"]
    assert checked.index.tolist() == [0, 1]
    assert checked.dtypes.astype(str).to_dict() == {
        "site": "object",
        "day": "datetime64[us]",
        "load": "float64",
        "grade": "object",
        "meters": "int64",
        "built": "Int64",
        "open": "bool",
        "noise": "float64",
    }


def test_an_empty_table_has_the_same_types_and_passes_its_own_check():
    empty = LOADS.check(LOADS.empty())

    assert empty.empty
    assert empty.dtypes.equals(LOADS.check(loads()).dtypes)


def test_equal_rows_of_one_key_keep_their_order():
    twins = loads(site=["a", "a"], day=["2024-01-01"] * 2)

    assert LOADS.shape(twins)["meters"].tolist() == [1, 2]


def test_missing_and_unknown_columns_are_named_together():
    strange = loads().rename(columns={"load": "laod", "site": "place"})

    with pytest.raises(ContractError) as refusal:
        LOADS.shape(strange)

    assert str(refusal.value) == (
        "loads: `site` is missing; `load` is missing; "
        "`place` is not a column of it; `laod` is not a column of it."
    )


def test_values_of_another_type_are_named_together():
    wrong = loads(load=["much", "1"], day=["then", "2024-01-01"], meters=[1.5, 2])

    with pytest.raises(ContractError, match=r"^loads: `day` is not .*`load` is not .*`meters` is"):
        LOADS.shape(wrong)


def test_every_breach_of_range_list_blank_and_key_is_reported_at_once():
    bad = loads(
        site=["", ""],
        day=["2024-01-01", "2024-01-01"],
        load=[-1.0, np.nan],
        grade=["C", "B"],
        noise=[np.inf, 0.0],
    )

    with pytest.raises(ContractError) as refusal:
        LOADS.check(bad)

    assert str(refusal.value) == (
        "loads: `site` is blank in 2 rows; "
        "`load` is blank in 1 rows; `load` leaves [0, 10]: -1; "
        "`grade` holds 'C', not one of A, B; "
        "`noise` holds inf in 1 rows; "
        "2 rows share a key, first site=, day=2024-01-01 00:00:00."
    )


@pytest.mark.parametrize("edge", [0.0, 10.0])
def test_the_ends_of_a_range_belong_to_it(edge):
    assert LOADS.check(loads(load=[edge, edge]))["load"].tolist() == [edge, edge]


def test_shape_leaves_ranges_and_keys_to_check():
    assert len(LOADS.shape(loads(load=[-1.0, 99.0], grade=["Z", "Z"]))) == 2


def test_absent_text_becomes_a_blank_never_null():
    shaped = LOADS.shape(loads(grade=[None, np.nan]))

    assert shaped["grade"].tolist() == ["", ""]


def test_numbers_in_a_text_column_become_text():
    assert LOADS.shape(loads(site=[2, 1]))["site"].tolist() == ["1", "2"]


@pytest.mark.parametrize("flags", [[True, None], ["true", "false"], ["", ""], [0.5, 1.0]])
def test_what_is_neither_true_nor_false_is_no_flag(flags):
    with pytest.raises(ContractError, match="`open` is not bool"):
        LOADS.shape(loads(open=flags))


@pytest.mark.parametrize("counts", [[1.5, 2], [None, 1], ["many", 1]])
def test_a_count_is_whole_and_present(counts):
    with pytest.raises(ContractError, match="`meters` is not int64"):
        LOADS.shape(loads(meters=counts))


def test_a_year_may_be_absent_but_not_broken():
    assert LOADS.shape(loads(built=[None, None]))["built"].isna().all()
    with pytest.raises(ContractError, match="`built` is not Int64"):
        LOADS.shape(loads(built=[2001.5, None]))


def test_any_range_may_be_checked_on_a_count_that_may_be_absent():
    years = Column("built", YEAR, "since when", within=(1900, 2100), nullable=True)

    assert not list(years.breaches(years.cast(pd.Series([None, 2000]))))
    assert list(years.breaches(years.cast(pd.Series([None, 1800])))) == [
        "`built` leaves [1900, 2100]: 1800"
    ]


def test_a_column_without_a_range_still_refuses_infinity():
    load = Column("load", NUMBER, "how much")

    assert list(load.breaches(pd.Series([1.0, -np.inf, np.inf]))) == ["`load` holds -inf in 2 rows"]


@pytest.mark.parametrize("days", [["then", "2024-01-01"], ["01/02/2024", "2024-01-01"]])
def test_a_day_is_never_guessed_from_another_form(days):
    with pytest.raises(ContractError, match="`day` is not datetime64"):
        LOADS.shape(loads(day=days))


def test_a_message_is_one_line_and_says_what_was_found():
    with pytest.raises(ContractError) as refusal:
        LOADS.shape(loads(day=["then", "2024-01-01"], load=["much", "1"]))

    message = str(refusal.value)
    assert "\n" not in message
    assert "Time data then is not ISO8601 format" in message
    assert "could not convert string to float: 'much'" in message
    assert "You might want" not in message
