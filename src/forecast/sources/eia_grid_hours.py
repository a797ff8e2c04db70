"""Hourly demand as it stands in a payload: authority, hour and value, whatever its form.

The publisher names an hour by its end, in UTC, in the API, in the bulk file EBA and in the CSV made
of them; here an hour is named by its start.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecast.sources.eia_api import Page, Route, read_page, refusal
from forecast.sources.eia_bulk import BulkSeries, Unwanted, bulk_series, form
from forecast.sources.eia_cells import numbers, same_unit, spelled_alike, texts, unique, values
from forecast.sources.strict_csv import plain, read_header, read_sheet
from forecast.sources.strict_json import Refuse, excerpt

NAME: Final = "eia_grid_demand"
UNIT: Final = "MWh"
DEMAND: Final = "D"
ROUTE: Final = Route(
    NAME, "electricity/rto/region-data", keys=("period", "respondent", "type"), value="value"
)

OTHER_TYPE: Final = "not demand but a forecast, generation or interchange"

_UNIT_LABEL: Final = "megawatthours"
_RESPONDENT: Final = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_TYPE: Final = re.compile(r"[A-Z]{1,3}")
_HOUR: Final = re.compile(
    r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})[T ]([0-9]{2})(?::00){0,2}(?:Z|\+00:00)?"
)
_BULK: Final = b"EBA."
_BULK_DEMAND: Final = re.compile(r"EBA\.([A-Z0-9]+)-ALL\.D\.H")
_COLUMNS: Final = ("datetime_utc", "respondent", "demand_mwh")
_NAMED_COLUMN: Final = re.compile(r"([a-z][a-z0-9]{1,7})_demand_mwh")
_MOST_UNPACKED: Final = 100_000_000
_GZIP: Final = 31
"""Window bits by which zlib reads a gzip file with its head and checksum."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hours:
    """Hours of one or more authorities, one row each.

    ``table`` has the columns respondent, start (UTC, no zone), text, value, row, stamped (day or
    NaT).
    """

    table: pd.DataFrame
    left_out: Mapping[str, int] = field(default_factory=dict)
    published: str = ""


def read_hours(payload: bytes, which: str = "the payload") -> Hours:
    """Return the hours a payload holds: an answer of the API, bulk lines, or a CSV.

    Raises:
        SourceError: It is none of them, or a row of it is not what this reader knows.
    """
    refuse = refusal(NAME, which)
    kind = form(payload)
    if kind in {"bulk", "zip"}:
        return _bulk_hours(payload, refuse)
    if kind == "answer":
        return hours_of(read_page(payload, refuse), refuse)
    return _csv_hours(_unpacked(payload, refuse) if kind == "gzip" else payload, refuse)


def hours_of(page: Page, refuse: Refuse) -> Hours:
    """Return the hours of demand on a page of the API; other types are left out."""
    if page.frequency != "hourly":
        refuse(f"has frequency {excerpt(page.frequency)}", "'hourly', in UTC")
    periods, respondents, types = (texts(page.rows, name, refuse) for name in ROUTE.keys)
    received, found = values(page.rows, ROUTE.value, refuse)
    same_unit(page.rows, f"{ROUTE.value}-units", _UNIT_LABEL, refuse)
    for one in set(types):
        if not _TYPE.fullmatch(one):
            refuse(f"holds the type {excerpt(one)}", "types such as D, DF, NG and TI")
    unique(list(zip(periods, respondents, types, strict=True)), ROUTE.keys, refuse)
    table = _table(respondents, periods, received, found, refuse)
    demand = np.array([one == DEMAND for one in types], dtype=bool)
    others = int((~demand).sum())
    return Hours(table[demand], {OTHER_TYPE: others} if others else {})


def _bulk_hours(payload: bytes, refuse: Refuse) -> Hours:
    """Return the hours of demand in a bulk file."""
    unwanted, tables, published = Unwanted(), [_table([], [], [], np.empty(0), refuse)], ""
    for series in bulk_series(payload, _BULK, unwanted, refuse):
        parts = _BULK_DEMAND.fullmatch(series.series_id)
        if parts is None:
            unwanted.about_others += 1
            continue
        tables.append(_series_hours(parts[1], series, refuse))
        published = max(published, series.published)
    filled = [table for table in tables[1:] if len(table)]
    table = pd.concat(filled, ignore_index=True) if filled else tables[0]
    return Hours(table, unwanted.told(), published)


def _series_hours(respondent: str, series: BulkSeries, refuse: Refuse) -> pd.DataFrame:
    """Return the hours in one line of a bulk file."""
    if not spelled_alike(series.units, _UNIT_LABEL):
        refuse(f"is in {excerpt(series.units)} for {series.series_id}", f"{_UNIT_LABEL!r}")
    received, found = numbers(series.found, series.series_id, refuse)
    names = [respondent] * len(received)
    table = _table(names, series.periods, received, found, refuse)
    stamped = np.datetime64("NaT" if series.stamped is None else series.stamped.isoformat(), "us")
    return table.assign(
        row=table["row"] + series.before, stamped=np.full(len(table), stamped, "datetime64[us]")
    )


def _csv_hours(payload: bytes, refuse: Refuse) -> Hours:
    """Return the hours in a CSV entered by hand.

    Columns ``datetime_utc``, ``respondent``, ``demand_mwh``; or, for one authority,
    ``datetime_utc`` and a column such as ``pjm_demand_mwh``.
    """
    header = [plain(name) for name in read_header(payload, refuse)]
    named = [name for name in header if _NAMED_COLUMN.fullmatch(name)]
    columns = [_COLUMNS[0], named[0]] if len(named) == 1 and len(header) == 2 else _COLUMNS
    sheet = read_sheet(payload, refuse, columns)
    if not sheet.ended:  # cut inside its last number it would read as a smaller one
        refuse("has a last line without its end", "a file that ends with its last line")
    rows = sheet.rows
    hours, *_, demand = ([row.cells[name] for row in rows] for name in columns)
    respondents = (
        [named[0].partition("_")[0].upper()] * len(rows)
        if len(columns) == 2
        else [row.cells[_COLUMNS[1]] for row in rows]
    )
    received, found = numbers([cell or None for cell in demand], columns[-1], refuse)
    return Hours(_table(respondents, hours, received, found, refuse))


def _table(
    respondents: Sequence[str],
    periods: Sequence[str],
    received: Sequence[str],
    found: Floats,
    refuse: Refuse,
) -> pd.DataFrame:
    """Return the rows of a payload, hours by their start; refuse what is no hour."""
    for one in set(respondents):
        if not _RESPONDENT.fullmatch(one):
            refuse(f"holds the respondent {excerpt(one)}", "codes such as PJM or US48")
    return pd.DataFrame(
        {
            "respondent": pd.Series(respondents, dtype=object),
            "start": _starts(periods, refuse),
            "text": pd.Series(received, dtype=object),
            "value": found,
            "row": np.arange(1, len(periods) + 1),
            "stamped": np.full(len(periods), np.datetime64("NaT"), "datetime64[us]"),
        }
    )


def _starts(periods: Sequence[str], refuse: Refuse) -> pd.Series:
    """Return the start of each hour, given its end as written."""
    parts = [_HOUR.fullmatch(one) for one in periods]
    if None in parts:
        place = parts.index(None)
        refuse(f"holds the hour {excerpt(periods[place])} in row {place + 1}", _HOUR_EXPECTED)
    written = [f"{m[1]}-{m[3]}-{m[4]}T{m[5]}" for m in parts if m is not None]
    ends = pd.Series(pd.to_datetime(written, format="%Y-%m-%dT%H", errors="coerce"))
    if ends.isna().any():
        place = int(ends.isna().to_numpy().argmax())
        refuse(f"holds the hour {excerpt(periods[place])} in row {place + 1}", _HOUR_EXPECTED)
    return ends.astype("datetime64[us]") - pd.Timedelta(hours=1)


_HOUR_EXPECTED: Final = "hours of the calendar in UTC, such as 2024-07-01T00"


def _unpacked(payload: bytes, refuse: Refuse) -> bytes:
    """Return what a gzip file holds."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        plain_bytes = unpacker.decompress(payload, _MOST_UNPACKED)
    except zlib.error as error:
        refuse(f"is a damaged gzip file ({error})", "a CSV packed with gzip")
    if not unpacker.eof or unpacker.unused_data:
        refuse("is a gzip file cut off, too large or with a tail", "one CSV packed with gzip")
    return plain_bytes
