"""Retail sales as they stand in a payload: place, sector, period and value, whatever its form.

The API sends rows of ``stateid`` and ``sectorid``; a bulk file sends lines such as
``ELEC.SALES.US-COM.M``. Both come to the same rows here. Sales are in million kWh, which is GWh,
though the publisher's alias of the column says megawatt-hours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from forecast.sources.eia_api import Page, Route, read_page, refusal
from forecast.sources.eia_bulk import BulkSeries, Unwanted, bulk_series, form
from forecast.sources.eia_cells import numbers, same_unit, spelled_alike, texts, unique, values
from forecast.sources.strict_json import Refuse, excerpt

NAME: Final = "eia_retail_sales"
UNIT: Final = "GWh"
ROUTE: Final = Route(
    NAME, "electricity/retail-sales", keys=("period", "stateid", "sectorid"), value="sales"
)

SECTORS: Final = {
    "ALL": "total",
    "RES": "residential",
    "COM": "commercial",
    "IND": "industrial",
    "TRA": "transportation",
    "OTH": "other",
}
"""Sector code → how our series name it."""

_POSTAL: Final = (
    "AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH "
    "NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY"
)
STATES: Final = tuple(_POSTAL.split())
"""Postal codes of the states and the District of Columbia."""

DIVISIONS: Final = (
    "ENC", "ESC", "MAT", "MTN", "NEW", "PAC", "PACC", "PACN", "PCC", "PCN", "SAT", "WNC", "WSC",
)  # fmt: skip
"""Census divisions, in the spellings of the API and of the bulk files."""

DIVISION: Final = "a census division: would count its states twice"
ELSEWHERE: Final = "a place that is neither the US nor a state nor a census division we know"
QUARTERLY: Final = "a quarter: its months are read"

_UNIT_LABEL: Final = "million kilowatthours"
_PLACE: Final = re.compile(r"[A-Z][A-Z0-9]{1,5}")
_BULK: Final = b"ELEC.SALES."
_BULK_ID: Final = re.compile(r"ELEC\.SALES\.([A-Z0-9]+)-([A-Z]+)\.([AMQ])")
_PERIODS: Final = {
    "monthly": re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])"),
    "quarterly": re.compile(r"(?:19|20|21)[0-9]{2}-Q[1-4]"),
    "annual": re.compile(r"(?:19|20|21)[0-9]{2}"),
    "M": re.compile(r"(?:19|20|21)[0-9]{2}(?:0[1-9]|1[0-2])"),
    "Q": re.compile(r"(?:19|20|21)[0-9]{2}Q[1-4]"),
    "A": re.compile(r"(?:19|20|21)[0-9]{2}"),
}
"""How each form writes the periods of each frequency."""


@dataclass(frozen=True)
class Sale:
    """One value of one place and sector."""

    place: str
    sector: str
    period: str
    """As written: ``2024-01`` and ``202401`` are the same month."""
    text: str
    value: float
    row: int
    stamped: date | None = None

    @property
    def series_id(self) -> str:
        """Return our name of the series.

        Example:
            >>> Sale("VA", "COM", "2024", "1", 1.0, 1).series_id
            'us_va_commercial'
            >>> Sale("US", "ALL", "2024", "1", 1.0, 1).series_id
            'us_retail_sales'
        """
        if self.place != "US":
            return f"us_{self.place.lower()}_{SECTORS[self.sector]}"
        return "us_retail_sales" if self.sector == "ALL" else f"us_sales_{SECTORS[self.sector]}"


@dataclass(frozen=True)
class Sales:
    """What one payload says, and what of it is in no table."""

    rows: Sequence[Sale]
    left_out: dict[str, int]
    published: str = ""
    """The newest stamp in it, as printed."""


def read_sales(payload: bytes, which: str = "the payload") -> Sales:
    """Return the sales a payload holds: an answer of the API, or lines of a bulk file.

    Raises:
        SourceError: It is neither, or a row of it is not what this reader knows.
    """
    refuse = refusal(NAME, which)
    kind = form(payload)
    if kind == "answer":
        return sales_of(read_page(payload, refuse), refuse)
    if kind not in {"bulk", "zip"}:
        known = "an answer of the API (JSON), or the bulk file ELEC (lines, or their zip)"
        refuse(f"is packed with gzip or no JSON, beginning {excerpt(payload[:40])}", known)
    return _bulk_sales(payload, refuse)


def sales_of(page: Page, refuse: Refuse) -> Sales:
    """Return the sales on a page of the API."""
    if page.frequency not in {"monthly", "quarterly", "annual"}:
        refuse(f"has frequency {excerpt(page.frequency)}", "'monthly' or 'annual'")
    rows = page.rows
    places, sectors = (texts(rows, name, refuse) for name in ROUTE.keys[1:])
    periods = texts(rows, ROUTE.keys[0], refuse)
    received, found = values(rows, ROUTE.value, refuse)
    same_unit(rows, f"{ROUTE.value}-units", _UNIT_LABEL, refuse)
    _refuse_strange(page.frequency, periods, places, sectors, refuse)
    unique(list(zip(periods, places, sectors, strict=True)), ROUTE.keys, refuse)
    told = zip(places, sectors, periods, received, found.tolist(), strict=True)
    sales = [Sale(*one, row=row) for row, one in enumerate(told, start=1)]
    return _sorted_out(sales, quarterly=page.frequency == "quarterly")


def _bulk_sales(payload: bytes, refuse: Refuse) -> Sales:
    """Return the sales in a bulk file."""
    unwanted = Unwanted()
    sales: list[Sale] = []
    left_out: dict[str, int] = {}
    published = ""
    for series in bulk_series(payload, _BULK, unwanted, refuse):
        part = _series_sales(series, refuse)
        sales.extend(part.rows)
        published = max(published, series.published)
        for reason, count in part.left_out.items():
            left_out[reason] = left_out.get(reason, 0) + count
    return Sales(sales, {**left_out, **unwanted.told()}, published)


def _series_sales(series: BulkSeries, refuse: Refuse) -> Sales:
    """Return the sales in one line of a bulk file."""
    parts = _BULK_ID.fullmatch(series.series_id)
    if parts is None:
        refuse(
            f"holds the series {excerpt(series.series_id)}", "series such as ELEC.SALES.US-COM.M"
        )
    place, sector, frequency = parts.groups()
    if not spelled_alike(series.units, _UNIT_LABEL):
        refuse(f"is in {excerpt(series.units)} for {series.series_id}", f"{_UNIT_LABEL!r}")
    received, found = numbers(series.found, series.series_id, refuse)
    count = len(received)
    _refuse_strange(frequency, series.periods, [place] * count, [sector] * count, refuse)
    unique([(one,) for one in series.periods], ("period",), refuse)
    told = zip(series.periods, received, found.tolist(), strict=True)
    sales = [
        Sale(place, sector, period, text, value, series.before + number, series.stamped)
        for number, (period, text, value) in enumerate(told, start=1)
    ]
    return _sorted_out(sales, quarterly=frequency == "Q")


def _refuse_strange(
    frequency: str,
    periods: Sequence[str],
    places: Sequence[str],
    sectors: Sequence[str],
    refuse: Refuse,
) -> None:
    """Raise unless periods, places and sectors are written as this reader knows them."""
    for found in set(periods):
        if not _PERIODS[frequency].fullmatch(found):
            refuse(f"holds the period {excerpt(found)}", f"periods of frequency {frequency}")
    for found in set(places):
        if not _PLACE.fullmatch(found):
            refuse(f"holds the place {excerpt(found)}", "codes such as US, VA or ENC")
    if strange := set(sectors) - set(SECTORS):
        refuse(f"holds the sector {excerpt(min(strange))}", ", ".join(SECTORS))


def _sorted_out(sales: Sequence[Sale], *, quarterly: bool) -> Sales:
    """Part the rows of our series from those that would count something twice."""
    if quarterly:
        return Sales([], {QUARTERLY: len(sales)} if sales else {})
    ours = {"US", *STATES}
    reasons = [
        "" if sale.place in ours else DIVISION if sale.place in DIVISIONS else ELSEWHERE
        for sale in sales
    ]
    names, counts = np.unique([reason for reason in reasons if reason], return_counts=True)
    left_out = dict(zip(names.tolist(), counts.tolist(), strict=True))
    return Sales([s for s, reason in zip(sales, reasons, strict=True) if not reason], left_out)
