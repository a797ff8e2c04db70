"""Ember's electricity data in each form they come in, as lines of text.

Since July 2026 a release file has a row for each area, period and *electricity source*, and one
column for each metric: demand and net imports are rows too, and their value stands under
``Generation (TWh)``. Before, a file was long: a row for each variable, with unit and value. The
API answers with JSON, one row for each entity, date and series.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from forecast.sources.strict_csv import Row, plain, read_header, read_sheet
from forecast.sources.strict_json import Json, Refuse, excerpt, parsed

DEMAND: Final = "demand"
GENERATION: Final = "generation"

_CODES: Final = ("ISO 3 code", "Country code")
_PERIODS: Final = ("Year", "Date")
_VALUE: Final = "Generation (TWh)"
_WIDE: Final = ("Area", "Area type", "Electricity source", _VALUE)
_LONG: Final = ("Area", "Area type", "Category", "Subcategory", "Variable", "Unit", "Value")
_SAID: Final = {"demand": DEMAND, "total generation": GENERATION}
"""Name of a row → what it holds."""
_CATEGORIES: Final = {"electricity demand": DEMAND, "electricity generation": GENERATION}
_PART: Final = "one source of generation or a group of them: part of the total"


class Line(NamedTuple):
    """One figure of an area and period, as text."""

    number: int
    area: str
    code: str
    aggregate: bool
    period: str
    what: str
    """Demand, generation, or blank for what is not read."""
    words: str
    why_not: str = ""


class File(NamedTuple):
    """A payload whose form is known."""

    lines: list[Line]
    ended: bool


def is_json(payload: bytes) -> bool:
    """Return whether a payload is an answer of the API."""
    return payload.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read_file(payload: bytes, refuse: Refuse) -> File:
    """Return the lines of a payload, whichever form it has."""
    if is_json(payload):
        return File(list(_from_api(parsed(payload, refuse), refuse)), ended=True)
    names = {plain(name): name for name in read_header(payload, refuse)}
    code, period = (_one_of(choice, names, refuse) for choice in (_CODES, _PERIODS))
    wide = plain("Electricity source") in names
    sheet = read_sheet(payload, refuse, (*(_WIDE if wide else _LONG), code, period))
    lines = []
    for row in sheet.rows:
        what, words, why_not = _wide(row.cells) if wide else _long(row, refuse)
        place = row.cells["Area"], row.cells[code].strip()
        aggregate = plain(row.cells["Area type"]) == "region"
        lines.append(Line(row.number, *place, aggregate, row.cells[period], what, words, why_not))
    return File(lines, sheet.ended)


def _one_of(choice: tuple[str, ...], names: Mapping[str, str], refuse: Refuse) -> str:
    """Return the one column of several that is there."""
    found = [name for name in choice if plain(name) in names]
    if len(found) != 1:
        refuse(f"has the columns {excerpt(list(names.values()))}", f"one of {' or '.join(choice)}")
    return found[0]


def _wide(cells: Mapping[str, str]) -> tuple[str, str, str]:
    source = plain(cells["Electricity source"])
    what = _SAID.get(source, "")
    other = "net imports" if source == "net imports" else _PART
    return what, cells[_VALUE], "" if what else other


def _long(row: Row, refuse: Refuse) -> tuple[str, str, str]:
    """Return what a row of the long form holds, the value, or why it is not read."""
    category, variable, unit = (plain(row.cells[n]) for n in ("Category", "Variable", "Unit"))
    what = _SAID.get(variable, "")
    if category not in _CATEGORIES:
        return "", "", "another category than demand and generation"
    if what != _CATEGORIES[category]:
        return "", "", "an amount per head" if category == "electricity demand" else _PART
    if unit == "%":
        return "", "", "a share"
    if unit != "twh":
        found = f"{excerpt(row.cells['Variable'])} in {excerpt(row.cells['Unit'])}"
        refuse(f"has {found} in row {row.number:,}", "TWh")
    return what, row.cells["Value"], ""


def _from_api(document: Json, refuse: Refuse) -> Iterator[Line]:
    """Yield the rows of an answer of the API, whose count must be the one it states."""
    stats, rows = document.get("stats"), document.get("data")
    if "detail" in document or not isinstance(rows, list) or not isinstance(stats, dict):
        refuse(f"says {excerpt(document.get('detail', dict(document)))}", "`stats` and `data`")
    stated = stats.get("number_of_records")
    if type(stated) is not int or stated != len(rows) or not rows:
        refuse(
            f"has {len(rows):,} rows and states {excerpt(stated)}",
            "as many as it states, and one at least: entity codes must have 3 letters",
        )
    for number, row in enumerate(rows, start=1):
        yield _told(number, row, refuse)


def _told(number: int, row: object, refuse: Refuse) -> Line:
    """Return one row of the API."""
    where = f"row {number:,}"
    if not isinstance(row, dict):
        refuse(f"has no members in {where}", "an object")
    area, code, date, series = (row.get(m) for m in ("entity", "entity_code", "date", "series"))
    aggregate = row.get("is_aggregate_entity", False)
    texts = all(isinstance(words, str) for words in (area, date, code or "", series or ""))
    if not texts or not isinstance(aggregate, bool):
        refuse(f"says {excerpt(row)} in {where}", "`entity`, `entity_code` and `date` as text")
    member = next((m for m in ("demand_twh", "generation_twh") if m in row), "")
    if not member:
        refuse(f"says {excerpt(row)} in {where}", "`demand_twh` or `generation_twh`")
    value = row[member]
    if isinstance(value, bool) or not isinstance(value, int | Decimal | None):
        refuse(f"holds {excerpt(value)} in {where}", "a number or null")
    said = _SAID.get(plain(str(series or "demand")), "")
    what = said if said and member.startswith(said) else ""
    words = "" if value is None else str(value)
    return Line(
        number, str(area), str(code or ""), aggregate, str(date), what, words, "" if what else _PART
    )
