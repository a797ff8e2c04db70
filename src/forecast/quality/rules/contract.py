"""What every row must be whatever it is about: words, units and keys of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecast.contracts.table import COUNT, DAY, INSTANT, NUMBER, TEXT
from forecast.contracts.tables import OBSERVATIONS
from forecast.quality.rule import Limits, Plain, Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

_DIMENSIONS: Final = {
    "energy": ("energy",),
    "average_load": ("power",),
    "peak_load": ("power",),
    "it_nameplate": ("power",),
    "facility_nameplate": ("power",),
    "connection": ("power",),
    "spend": ("money", "money a year"),
    "share": ("fraction",),
    "ratio": ("fraction", "index"),
}
"""Quantity → dimensions its units may have."""

_NULLS: Final = r"n/?a|nan|none|null|not available|confidential|suppressed|[-–—.:*_wsqcxlmo]{1,3}"
_NUMBER_OR_BLANK: Final = rf"^\s*(?i:(?:{_NULLS})?|[^<>{{}};=]{{0,40}}\d[^<>{{}};=]{{0,40}})\s*$"

_SAME: Final = 1e-9


def _contract_rules() -> list[Rule]:
    """Return one rule for each closed list of words and each type in OBSERVATIONS."""
    rules: list[Rule] = [
        Plain(
            name=f"known_{column.name}",
            severity="critical",
            meaning=f"{column.meaning}; the list is closed",
            kind="in_set",
            arguments={"column": column.name, "value_set": list(column.one_of)},
            shown=(column.name,),
            expected=f"one of {', '.join(column.one_of)}",
        )
        for column in OBSERVATIONS.columns
        if column.one_of
    ]
    types = {NUMBER: "float64", INSTANT: "datetime64[us]", COUNT: "int64"}
    rules += [
        Plain(
            name=f"type_of_{column.name}",
            severity="critical",
            meaning=f"{column.meaning}; a column has one type",
            kind="of_type",
            arguments={"column": column.name, "type_": types[column.kind]},
            shown=(column.name,),
            expected=types[column.kind],
        )
        for column in OBSERVATIONS.columns
        if column.name in {"value", "period_start"}
    ]
    return rules


def _units(scene: Scene) -> dict[str, NDArray[Any]]:
    counted = scene.rows["quantity"] + " in " + scene.rows["dimension"]
    return {"counted": counted.to_numpy(dtype=object)}


def _received(scene: Scene) -> Limits:
    """The value must be the number in the text it was read from."""
    text = scene.rows["value_text"]
    printed = _printed(scene)
    value = scene.rows["value"].to_numpy(dtype="float64")
    measured = np.where(np.isnan(value) & ~np.isnan(printed), np.inf, value)
    slack = np.abs(printed) * _SAME
    return Limits(
        measured,
        printed - slack,
        printed + slack,
        found=lambda place: f"value {value[place]:.10g}, received {text.iat[place]!r}",
        expected=lambda place: f"{printed[place]:.10g}",
    )


def _printed(scene: Scene) -> NDArray[np.float64]:
    """Return the numbers that were received as text; NaN where a text is none."""
    return scene.remember("printed", lambda: _parsed(scene.rows["value_text"], scene.rows["value"]))


def _parsed(text: pd.Series, value: pd.Series) -> NDArray[np.float64]:
    """Read numbers as printed anywhere: 1,234.5 and 1 234.5, and 1.234,5 where that was meant."""
    numbers = pd.to_numeric(text, errors="coerce")
    odd = numbers.isna() & (text != "")
    bare = text[odd].str.replace(r"[\s_'’]", "", regex=True)
    english = pd.to_numeric(bare.str.replace(",", ""), errors="coerce")
    swapped = bare.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    continental = pd.to_numeric(swapped, errors="coerce")
    meant = np.isclose(continental, value[odd], rtol=_SAME, atol=0.0)
    numbers[odd] = continental.where(meant, english)
    return numbers.to_numpy(dtype="float64")


def _unread(scene: Scene) -> dict[str, NDArray[Any]]:
    """Texts that are no plain number; a plain number needs no second look."""
    text = scene.rows["value_text"].to_numpy(dtype=object)
    unread = np.full(len(text), None, dtype=object)
    odd = np.isnan(_printed(scene)) & (text != "")
    unread[odd] = text[odd]
    return {"unread": unread}


def _ordered(scene: Scene) -> dict[str, NDArray[Any]]:
    # an hour starts at an instant and may end on the local day before
    slack = np.where(scene.rows["frequency"] == "H", 1, 0).astype("timedelta64[D]")
    return {
        "first_day": scene.rows["period_start"].dt.normalize().to_numpy() - slack,
        "last_day": scene.rows["period_end"].to_numpy(),
    }


_STATED: Final = {
    kind: [
        column.name
        for column in OBSERVATIONS.columns
        if not column.nullable and column.kind in kinds
    ]
    for kind, kinds in ((TEXT, (TEXT,)), (DAY, (DAY, INSTANT)))
}
"""Columns that are never blank, by type."""

RULES: Final[tuple[Rule, ...]] = (
    *_contract_rules(),
    Plain(
        name="stated",
        severity="critical",
        meaning="a number without series, publication, unit or quantity says nothing",
        kind="stated",
        arguments={"column_list": _STATED[TEXT], "ignore_row_if": "never"},
        shown=tuple(_STATED[TEXT]),
        expected="no blank",
    ),
    Plain(
        name="dated",
        severity="critical",
        meaning="a number without a period, or a day on which it was known, says nothing",
        kind="dated",
        arguments={"column_list": _STATED[DAY], "ignore_row_if": "never"},
        shown=tuple(_STATED[DAY]),
        expected="no blank",
    ),
    Plain(
        name="unit_of_quantity",
        severity="critical",
        meaning="energy, power, money and shares are never counted in one another's units",
        kind="in_set",
        arguments={
            "column": "counted",
            "value_set": [f"{q} in {d}" for q, dims in _DIMENSIONS.items() for d in dims],
        },
        shown=("quantity", "unit"),
        expected="a unit of the quantity's dimension",
        derived=_units,
    ),
    Plain(
        name="number_or_blank",
        severity="critical",
        meaning="a page, a sentence or a tag in place of a number is another file",
        kind="matches",
        arguments={"column": "unread", "regex": _NUMBER_OR_BLANK},
        shown=("value_text",),
        expected="a number or a blank",
        derived=_unread,
    ),
    Within(
        name="as_received",
        severity="critical",
        meaning="the value is the number that was received, in the unit it came in",
        limits=_received,
    ),
    Plain(
        name="period_in_order",
        severity="critical",
        meaning="a period ends no earlier than it starts",
        kind="not_before",
        arguments={"column_A": "last_day", "column_B": "first_day", "or_equal": True},
        shown=("period_start", "period_end"),
        expected="period_end on or after period_start",
        derived=_ordered,
    ),
    Plain(
        name="key_stands_once",
        severity="critical",
        meaning="an edition says one thing of a period: of equal rows one is kept, of unequal none",
        kind="once",
        arguments={"column_list": [*OBSERVATIONS.key, "value", "unit"], "ignore_row_if": "never"},
        shown=("series_id", "period_start", "publication_id", "value"),
        expected="one row",
    ),
)
"""Rules of the contract."""
