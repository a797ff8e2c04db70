"""Spending on data-centre construction in its two forms: the chart's months, our annual rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, NoReturn

from forecast.contracts.errors import SettingsError
from forecast.contracts.vintages import known_from
from forecast.sources.figures import Figure, Measure, Sorted, month_span, refuse_twins
from forecast.sources.strict_csv import Row, exact, plain, read_header, read_sheet
from forecast.sources.strict_json import Refuse, excerpt

_COLUMNS: Final = ("Entity", "Code", "Day")
_CODE: Final = "USA"
_ENTITIES: Final = ("United States", "United States of America")
_EXPECTED: Final = f"the code {_CODE} beside {_ENTITIES[0]!r} and nowhere else"
_REAL: Final = Measure("USD", "spend", "deflated, not seasonally adjusted")
_RATE_COLUMNS: Final = ("period", "value", "unit", "published")
_RATE: Final = Measure("USD bn/yr", "spend", "nominal, seasonally adjusted annual rate")
_RATE_UNITS: Final = {
    "usd bn/yr": Decimal(1),
    "usd billion/yr": Decimal(1),
    "usd m/yr": Decimal(1000),
    "usd million/yr": Decimal(1000),
}
"""Unit as written → how many make a billion dollars a year."""
_LEAST, _MOST = Decimal(1_000_000), Decimal(1_000_000_000_000)
"""Dollars of a month within which spending lies in any year: outside, it is another unit."""


def chart(payload: bytes, fetched: date, refuse: Refuse) -> Sorted:
    """Return the months of the chart, whose value column bears a title that changes."""
    header = read_header(payload, refuse)
    known = {plain(name) for name in _COLUMNS}
    values = [name for name in header if _titled(name)]
    if not known <= {plain(name) for name in header} or len(values) != 1:
        refuse(
            f"has the columns {excerpt(list(header))}",
            f"{excerpt(list(_COLUMNS))} and one of spending on data centers",
        )
    parted = Sorted()
    for row in read_sheet(payload, refuse, (*_COLUMNS, values[0])).rows:
        words, code = row.cells[values[0]], row.cells["Code"]
        value = exact(words, f"row {row.number:,}", refuse)
        if (code == _CODE) != (row.cells["Entity"] in _ENTITIES):
            named = excerpt(row.cells["Entity"])
            refuse(f"gives {named} the code {excerpt(code)} in row {row.number:,}", _EXPECTED)
        if code != _CODE:
            parted.left_out["another area than the United States"] += 1
        elif value is None:
            parted.left_out["no figure"] += 1
        else:
            if not _LEAST <= value < _MOST:
                refuse(f"holds {excerpt(words)} in row {row.number:,}", "dollars of a month")
            span = month_span(row.cells["Day"])
            if span is None or not row.cells["Day"].endswith("-01"):
                _refuse_month(row, "Day", refuse)
            figure = Figure("dc_construction", span, _REAL, value, words, row.number)
            parted.take(figure, fetched)
    refuse_twins(parted.figures, fetched, refuse)
    return parted


def _titled(name: str) -> bool:
    """Return whether a column's title says that it holds the spending, in plain dollars."""
    words = plain(name).replace("_", " ")
    return ("data cent" in words or "datacent" in words) and "illion" not in words


def rates(payload: bytes, fetched: date, refuse: Refuse) -> Sorted:
    """Return the annual rates of a file of ours: period, value, unit, published, perhaps url."""
    parted = Sorted()
    for row in read_sheet(payload, refuse, _RATE_COLUMNS, ("url",)).rows:
        words, unit = row.cells["value"], plain(row.cells["unit"])
        value, span = exact(words, f"row {row.number:,}", refuse), month_span(row.cells["period"])
        if span is None:
            _refuse_month(row, "period", refuse)
        if unit not in _RATE_UNITS:
            found = f"the unit {excerpt(row.cells['unit'])} in row {row.number:,}"
            refuse(f"has {found}", "USD bn/yr or USD m/yr")
        if value is None or value < 0:
            refuse(f"holds {excerpt(words)} in row {row.number:,}", "an amount")
        divisor = _RATE_UNITS[unit]
        billions, said = value / divisor, words if divisor == 1 else ""
        stamped = _published(row, refuse)
        parted.take(
            Figure("dc_construction_saar", span, _RATE, billions, said, row.number, "A", stamped),
            fetched,
        )
    refuse_twins(parted.figures, fetched, refuse)
    return parted


def _refuse_month(row: Row, column: str, refuse: Refuse) -> NoReturn:
    found = f"{column} {excerpt(row.cells[column])} in row {row.number:,}"
    refuse(f"has the {found}", "months such as 2026-06" + ("-01" if column == "Day" else ""))


def _published(row: Row, refuse: Refuse) -> date | None:
    """Return the first day a reader surely had the release, or None if it is not dated."""
    words = row.cells["published"].strip()
    if not words:
        return None
    try:
        return known_from(words)
    except SettingsError:
        refuse(f"has published {excerpt(words)} in row {row.number:,}", "YYYY-MM-DD or blank")
