"""The energy figures of Our World in Data in each form they come in, as lines of text.

The whole data set as CSV (``country,year,iso_code,…``) or as JSON by country, and the download of a
chart (``Entity,Code,Year,…``), whose value column bears a title that changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from forecast.sources.strict_csv import Row, plain, read_header, read_sheet
from forecast.sources.strict_json import Json, Refuse, excerpt, parsed

DATA_SET: Final = "data set"
CHART: Final = "chart"

_COLUMNS: Final = ("country", "iso_code", "year", "electricity_demand", "electricity_generation")
_BALANCE: Final = "net_elec_imports"
_CHART_COLUMNS: Final = ("Entity", "Code", "Year")
_FIGURES: Final = ("demand", "generation")
_TITLE_WORDS: Final = frozenset(
    {"electricity", "total", "demand", "generation", "of", "in", "twh", "terawatt", "hours"}
)
"""Words a value column may be titled with; any other unit or share makes it another column."""


_WHOLE: Final = re.compile(r"[0-9]+(\.[0-9]+)?")

LIKE: Final = 3.0
"""Neighbouring years of an area are within this factor; a lost digit is ten."""


class Line(NamedTuple):
    """One area and year, as text; blank where nothing is said."""

    number: int
    area: str
    code: str
    year: str
    demand: str
    generation: str
    imports: str


class File(NamedTuple):
    """A payload whose form is known."""

    form: str
    lines: list[Line]
    ended: bool
    in_doubt: bool = False
    """Whether a last line was left out, since its number may be cut."""


def read_file(payload: bytes, refuse: Refuse) -> File:
    """Return the lines of a payload, whichever form it has."""
    if payload.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return File(DATA_SET, list(_from_json(parsed(payload, refuse), refuse)), ended=True)
    header = read_header(payload, refuse)
    names = {plain(name) for name in header}
    if {"entity", "code"} <= names:
        return _from_chart(payload, header, refuse)
    sheet = read_sheet(payload, refuse, _COLUMNS, (_BALANCE,))
    return File(DATA_SET, [_line(row, (*_COLUMNS, _BALANCE)) for row in sheet.rows], sheet.ended)


def _line(row: Row, columns: Sequence[str]) -> Line:
    """Return a line from the named columns, in the order of its members."""
    area, code, year, demand, generation, imports = (row.cells.get(name, "") for name in columns)
    return Line(row.number, area, code, year, demand, generation, imports)


def _from_chart(payload: bytes, header: tuple[str, ...], refuse: Refuse) -> File:
    """Return the lines of a chart's download, its value columns found by their titles."""
    titles = {what: [name for name in header if _titled(name) == what] for what in _FIGURES}
    found = [name for names in titles.values() for name in names]
    if not found or any(len(names) > 1 for names in titles.values()):
        refuse(
            f"is a chart with the columns {excerpt(list(header))}",
            "one column of electricity demand or generation in TWh",
        )
    sheet = read_sheet(payload, refuse, (*_CHART_COLUMNS, *found))
    columns = [titles[what][0] if titles[what] else "" for what in _FIGURES]
    lines = [_line(row, (*_CHART_COLUMNS, *columns, "")) for row in sheet.rows]
    in_doubt = bool(lines) and not sheet.ended and header[-1] in found and not _proven(lines)
    return File(CHART, lines[:-1] if in_doubt else lines, sheet.ended, in_doubt)


def _proven(lines: Sequence[Line]) -> bool:
    """Return whether the last number of a chart is whole, as the years before tell.

    A chart's last line has no end, so 646.24 cut to 646.2, 646 or 64 would read as a number. One
    that lost a decimal has fewer than its area's others; one that lost more is not of their size.
    """
    *before, last = lines
    told = [_figure(line) for line in before if (line.area, line.code) == (last.area, last.code)]
    told, said = [words for words in told if _WHOLE.fullmatch(words)], _figure(last)
    if not told or not _WHOLE.fullmatch(said):
        return said == ""  # nothing said, nothing cut: the comma before it is there
    decimals = max(len(words.partition(".")[2]) for words in told)
    alike = float(told[-1]) / LIKE < float(said) < float(told[-1]) * LIKE
    return alike and len(said.partition(".")[2]) >= decimals


def _figure(line: Line) -> str:
    """Return the words of the last column: generation, where both are told in one chart."""
    return line.generation or line.demand


def _titled(name: str) -> str:
    """Return what a column's title says it holds: demand, generation, or something else."""
    words = set(re.findall(r"[^\W_]+", plain(name)))
    said = [what for what in _FIGURES if what in words]
    return said[0] if len(said) == 1 and words <= _TITLE_WORDS else ""


def _from_json(document: Json, refuse: Refuse) -> Iterator[Line]:
    """Yield a line for each country and year; a row's number is its place among all."""
    number = 0
    for area, country in document.items():
        years = country.get("data") if isinstance(country, dict) else None
        if not isinstance(country, dict) or not isinstance(years, list):
            refuse(f"has no list of years under {excerpt(area)}", "countries with `data`")
        code = country.get("iso_code") or ""
        for year in years:
            number += 1
            where = f"row {number:,} ({excerpt(area)})"
            if not isinstance(year, dict) or not isinstance(code, str):
                refuse(f"has no year in {where}", "members of a year under a code")
            members = (*_COLUMNS[2:], _BALANCE)
            cells = {m: _told(year.get(m), f"{where}, `{m}`", refuse) for m in members}
            yield _line(
                Row(number, {**cells, "area": area, "code": code}), ("area", "code", *members)
            )


def _told(value: object, where: str, refuse: Refuse) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        refuse(f"holds {excerpt(value)} in {where}", "a number")
    return str(value)
