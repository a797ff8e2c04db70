"""Rows of a table of large load entered by hand, each checked by itself.

A month (``2026-03``) is a monthly figure, a day one of an instant, and a year stands only for what
a forecast says of it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from forecast.contracts.errors import SettingsError, SourceError
from forecast.contracts.vintages import known_from
from forecast.sources.strict_csv import Row, exact, plain, read_sheet
from forecast.sources.strict_json import Refuse, excerpt

NAME: Final = "large_load"
REQUIRED: Final = ("table", "period", "category", "value", "unit", "published")
OPTIONAL: Final = ("status", "paper", "url", "note")

ADJUSTMENT: Final = "adjustment"
"""Load a forecaster adds to a forecast for large loads in a year to come: a claim."""


class Kind(NamedTuple):
    """What a category counts."""

    by_month: str
    """Series of monthly figures."""
    by_day: str
    """Series of figures of one day."""
    quantity: str
    scope: str


def _kind(series_id: str, scope: str, quantity: str = "connection") -> Kind:
    return Kind(series_id, series_id, quantity, f"all large loads, {scope}")


_PEAK: Final = "highest hour of the month, not simultaneous"
KINDS: Final[Mapping[tuple[str, str], Kind]] = {
    ("ercot", "requested"): Kind(
        "ercot_large_load",
        "ercot_large_load_requests",
        "connection",
        "all large loads, requested",
    ),
    ("ercot", "requested_standalone"): _kind("ercot_large_load_standalone", "requested"),
    ("ercot", "requested_colocated"): _kind("ercot_large_load_colocated", "requested"),
    ("ercot", "studied"): _kind("ercot_large_load_studied", "planning studies approved"),
    ("ercot", "unstudied"): _kind("ercot_large_load_unstudied", "no studies submitted"),
    ("ercot", "approved"): _kind("ercot_large_load_approved", "approved to energise"),
    ("ercot", "energised"): _kind("ercot_large_load_energised", "seen energised"),
    ("ercot", "observed_peak"): _kind("ercot_large_load_peak", _PEAK, "peak_load"),
    ("pjm", "requested"): _kind("pjm_large_load_requested", "requested"),
    ("pjm", "approved"): _kind("pjm_large_load_approved", "approved"),
    ("pjm", "energised"): _kind("pjm_large_load_energised", "energised"),
    ("pjm", "observed_peak"): _kind("pjm_large_load_observed", _PEAK, "peak_load"),
}
"""Table and category → what is counted. Parts and totals are entered as printed, never summed."""
MONTHLY_TOTAL: Final = "all large loads, requested, standalone plus co-located"
"""Scope of ERCOT's monthly requests, which its dated ones do not state."""

TABLES: Final = ("ercot", "pjm")
_CATEGORIES: Final = {
    "large_load_queue_standalone": "requested_standalone",
    "large_load_queue_colocated": "requested_colocated",
    "requested_co_located": "requested_colocated",
    "requested_stand_alone": "requested_standalone",
    "tracked_large_load_requests": "requested",
    "requested_total": "requested",
    "planning_studies_approved": "studied",
    "no_studies_submitted": "unstudied",
    "approved_to_energise": "approved",
    "approved_to_energize": "approved",
    "energized": "energised",
    "observed_energised": "energised",
    "observed_energized": "energised",
    "observed_energized_cumulative": "energised",
    "observed": "observed_peak",
    "observed_monthly_nonsimultaneous_peak": "observed_peak",
    "large_load_adjustment": ADJUSTMENT,
}
"""Other spellings → category."""

_UNITS: Final = {"mw": "MW", "megawatt": "MW", "megawatts": "MW", "gw": "GW", "gigawatts": "GW"}
_MOST: Final = {"MW": 10_000_000, "GW": 10_000}
_STATUSES: Final = ("A", "E", "P")
_YEAR: Final = re.compile(r"20[0-9]{2}")
_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_DAY: Final = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_MARKS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Entry:
    """One figure, as entered."""

    row: int
    table: str
    category: str
    start: date
    end: date
    frequency: str
    """M a month, I a day, A a year (of an adjustment)."""
    value: Decimal
    words: str
    """The value as entered."""
    unit: str
    status: str
    published: str
    """Stamp as entered; blank where none is known."""
    stamped: date | None
    """First day by whose end the stamp proves the figure was out."""
    paper: str
    url: str


def refusal(who: str = "the table") -> Refuse:
    """Return the function that refuses ``who`` in our words."""

    def refuse(found: str, expected: str) -> NoReturn:
        raise SourceError(f"{NAME}: {who} {found}; expected {expected}. Mend the file.")

    return refuse


def slug(words: str) -> str:
    """Return words in plain letters, joined by underscores.

    Example:
        >>> slug("TAC Mar 2026: large-load status")
        'tac_mar_2026_large_load_status'
    """
    return _MARKS.sub("_", words.casefold()).strip("_")


def read_entries(payload: bytes, refuse: Refuse) -> list[Entry]:
    """Return the figures of a table, in the order of its rows.

    Raises:
        SourceError: A column or cell is none this reader knows.
    """
    sheet = read_sheet(payload, refuse, REQUIRED, OPTIONAL)
    strange = [n for n in sheet.header if plain(n) not in (*REQUIRED, *OPTIONAL)]
    if strange:
        refuse(
            f"has the column {excerpt(strange[0])}", f"{', '.join((*REQUIRED, *OPTIONAL))} alone"
        )
    if not sheet.rows:
        refuse("has a header and no row", "a row for each figure")
    return [_entry(row, refuse) for row in sheet.rows]


def _entry(row: Row, refuse: Refuse) -> Entry:
    cells = {name: words.strip() for name, words in row.cells.items()}
    table, category = _subject(row, cells, refuse)
    start, end, frequency = _period(row, cells["period"], category, refuse)
    stamped = _stamped(row, cells["published"], refuse)
    if stamped is not None and category != ADJUSTMENT and stamped < start:
        refuse(
            f"holds {cells['published']} in row {row.number:,}, `published`",
            f"a stamp that does not lie before the period, {cells['period']}",
        )
    unit = _UNITS.get(plain(cells["unit"]).replace("-", ""), "")
    if not unit:
        refuse(f"holds {excerpt(cells['unit'])} in row {row.number:,}, `unit`", "MW or GW")
    status = cells["status"].upper() or "A"
    if status not in _STATUSES:
        refuse(
            f"holds {excerpt(cells['status'])} in row {row.number:,}, `status`",
            "A actual, E estimated or summed by hand, P provisional, or blank for A",
        )
    return Entry(
        row=row.number,
        table=table,
        category=category,
        start=start,
        end=end,
        frequency=frequency,
        value=_value(row, cells["value"], unit, refuse),
        words=cells["value"],
        unit=unit,
        status=status,
        published=cells["published"],
        stamped=stamped,
        paper=cells["paper"],
        url=cells["url"],
    )


def _subject(row: Row, cells: Mapping[str, str], refuse: Refuse) -> tuple[str, str]:
    table, category = slug(cells["table"]), slug(cells["category"])
    category = _CATEGORIES.get(category, category)
    if table not in TABLES:
        refuse(
            f"holds {excerpt(cells['table'])} in row {row.number:,}, `table`", " or ".join(TABLES)
        )
    known = [name for owner, name in KINDS if owner == table]
    known += [ADJUSTMENT] if table == "pjm" else []
    if category not in known:
        refuse(
            f"holds {excerpt(cells['category'])} in row {row.number:,}, `category`",
            f"one of {', '.join(known)}",
        )
    return table, category


def _period(row: Row, words: str, category: str, refuse: Refuse) -> tuple[date, date, str]:
    where = f"holds {excerpt(words)} in row {row.number:,}, `period`"
    if category == ADJUSTMENT:
        if not _YEAR.fullmatch(words):
            refuse(where, "the year an adjustment is for, as YYYY")
        return date(int(words), 1, 1), date(int(words), 12, 31), "A"
    if month := _MONTH.fullmatch(words):
        year, number = int(month[1]), int(month[2])
        last = calendar.monthrange(year, number)[1]
        return date(year, number, 1), date(year, number, last), "M"
    if not _DAY.fullmatch(words):
        refuse(where, "a month as YYYY-MM or a day as YYYY-MM-DD")
    try:
        day = date.fromisoformat(words)
    except ValueError:
        refuse(where, "a day of the calendar")
    return day, day, "I"


def _stamped(row: Row, words: str, refuse: Refuse) -> date | None:
    """Return the first day by whose end the figure was surely out, if a stamp says so."""
    where = f"holds {excerpt(words)} in row {row.number:,}, `published`"
    if not words:
        return None
    if not words.isascii():
        refuse(where, "when the figure came out, as YYYY, YYYY-MM or YYYY-MM-DD, or blank")
    try:
        return known_from(words)
    except SettingsError:
        refuse(where, "when the figure came out, as YYYY, YYYY-MM or YYYY-MM-DD, or blank")


def _value(row: Row, words: str, unit: str, refuse: Refuse) -> Decimal:
    value = exact(words, f"row {row.number:,}, `value`", refuse)
    if value is None or not 0 <= value <= _MOST[unit]:
        refuse(
            f"holds {excerpt(words)} in row {row.number:,}, `value`",
            f"a power from 0 to {_MOST[unit]:,} {unit}",
        )
    return value
