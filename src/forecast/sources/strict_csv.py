"""CSV read strictly: whole lines, balanced quotes, columns by name, and text as it was written.

A byte order mark and CRLF change nothing. A column is found by its name, whatever its place and
the case of its letters, since publishers reorder and recase; a web page, a name twice or a line of
another length is refused, since half a file reads so.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Final, NamedTuple

from forecast.sources.strict_json import Refuse, excerpt, text

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")

_CONTROL: Final = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""No publisher sends them, so they are damage; some count as blanks: 68.3 would read as 68."""


class Row(NamedTuple):
    """One line after the header."""

    number: int
    """From 1; the header is not counted, and a text may run over several lines of the file."""
    cells: Mapping[str, str]
    """Text by column, under the names that were asked for; what is not there reads as blank."""


@dataclass(frozen=True)
class Sheet:
    """A file whose lines hold together; what it is about is the reader's affair."""

    header: tuple[str, ...]
    """Names of all columns as printed."""
    rows: tuple[Row, ...]
    ended: bool
    """Whether the last line has its end; some publishers never write it."""

    def has(self, column: str) -> bool:
        """Return whether a column of this name is there.

        Example:
            >>> Sheet(("Year",), (), ended=True).has("year")
            True
        """
        return plain(column) in map(plain, self.header)


def plain(name: str) -> str:
    """Return a name as it is compared: spaces and the case of letters do not matter.

    Example:
        >>> plain(" ISO 3  Code")
        'iso 3 code'
    """
    return " ".join(name.split()).casefold()


def read_sheet(
    payload: bytes, refuse: Refuse, required: Sequence[str], optional: Sequence[str] = ()
) -> Sheet:
    """Return the named columns of every line.

    Args:
        payload: The file.
        refuse: Raises SourceError.
        required: Columns that must be there; the missing ones are named.
        optional: Columns that read as blank where they are not there.
    """
    words = _text(payload, refuse)
    lines = _lines(words, refuse)
    header = tuple(next(lines))
    places = _places(header, required, refuse)
    wanted = [(name, places.get(plain(name))) for name in (*required, *optional)]
    rows = []
    for number, line in enumerate(lines, start=1):
        if len(line) != len(header):
            start = f"row {number:,}, beginning {excerpt(','.join(line))}, with {len(line)} fields"
            refuse(f"holds {start}", f"{len(header)}, as in its header: it may be cut off")
        cells = {name: "" if place is None else line[place] for name, place in wanted}
        rows.append(Row(number, cells))
    return Sheet(header, tuple(rows), words.endswith(("\n", "\r")))


def read_header(payload: bytes, refuse: Refuse) -> tuple[str, ...]:
    """Return the names of the columns, to tell one form of a publication from another."""
    return tuple(next(_lines(_text(payload, refuse), refuse)))


def exact(words: str, where: str, refuse: Refuse) -> Decimal | None:
    """Return the number that is written, or None for a blank.

    Args:
        words: The cell.
        where: Row and column, for an error: ``row 7, `Year```.
        refuse: Raises SourceError.
    """
    if not words.strip():
        return None
    number = Decimal(words.strip()) if _NUMBER.fullmatch(words.strip()) else None
    if number is None or not isfinite(float(number)) or bool(number) != bool(float(number)):
        refuse(f"holds {excerpt(words)} in {where}", "a finite number in plain digits")
    return number


def _text(payload: bytes, refuse: Refuse) -> str:
    words = text(payload, refuse)
    start = words.lstrip()[:40]
    if not start:
        refuse("is empty", "CSV with a header")
    if start.startswith("<"):
        refuse(f"is a web page or XML, beginning {start!a}", "CSV with a header")
    if found := _CONTROL.search(words):
        refuse(f"holds the control character {found[0]!a} at {found.start():,}", "plain text")
    if words.count('"') % 2:
        refuse("breaks off inside quotes or has one too many", "balanced quotes")
    return words


def _lines(words: str, refuse: Refuse) -> Iterator[list[str]]:
    """Yield the fields of each line; empty lines at the end are none."""
    lines = csv.reader(io.StringIO(words.rstrip("\r\n"), newline=""), strict=True)
    try:
        yield from lines
    except csv.Error as error:
        refuse(f"is damaged in line {lines.line_num:,} ({error})", "CSV with balanced quotes")


def _places(header: Sequence[str], required: Sequence[str], refuse: Refuse) -> dict[str, int]:
    """Return the place of each column by its plain name."""
    names = [plain(name) for name in header]
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        refuse(f"has the column {excerpt(twice[0])} {names.count(twice[0])} times", "each once")
    missing = [name for name in required if plain(name) not in names]
    if missing:
        refuse(
            f"lacks the columns {excerpt(missing)}; its header is {excerpt(list(header))}",
            excerpt(list(required)),
        )
    return {name: place for place, name in enumerate(names)}
