"""What the Monthly Energy Review says of electricity: mnemonics, units, months and the month 13.

A figure is known by its mnemonic (MSN), or, where we never saw the mnemonic, by the words of its
description; both must name the same thing. Month 13 is the total of the year: taken for a month it
would count the year twice.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from forecast.sources.eia_api import read_page
from forecast.sources.eia_bulk import Unwanted, bulk_series, form
from forecast.sources.eia_cells import cells, texts
from forecast.sources.eia_figures import period, value
from forecast.sources.strict_csv import read_sheet
from forecast.sources.strict_json import Refuse, excerpt

MSNS: Final = {
    "ELTCPUS": "us_electricity",
    "ESTCPUS": "us_retail_sales",
    "ESRCPUS": "us_sales_residential",
    "ESCCPUS": "us_sales_commercial",
    "ESICPUS": "us_sales_industrial",
    "ESACPUS": "us_sales_transportation",
    "ELDUPUS": "us_direct_use",
    "ELETPUS": "us_generation",
    "ELIMPUS": "us_imports",
    "ELEXPUS": "us_exports",
    "TDLOPUS": "us_grid_losses",
}
"""Mnemonic → series; the last three are asked for by analogy, and recognised by their words too."""

SURE: Final = frozenset(MSNS) - {"ELIMPUS", "ELEXPUS", "TDLOPUS"}
"""Mnemonics seen in recorded tables: an answer without one of them is short."""

SCOPES: Final = {
    "us_electricity": "all end use, sales and direct use",
    "us_direct_use": "direct use, not sold",
    "us_generation": "net generation, all sectors",
    "us_imports": "imports",
    "us_exports": "exports",
    "us_grid_losses": "transmission and distribution losses and unaccounted for",
}
"""Series → what is counted; all others are retail sales."""

UNIT: Final = "GWh"
"""Million kilowatt-hours are GWh."""

OTHER: Final = "another series of the review"
NOT_ENDED: Final = "a period that had not ended when it was known"

TOLERANCE: Final = Decimal("0.005")
"""Most by which months may miss the total of their year: EIA revises totals before months."""

_ROUNDING: Final = Decimal("0.02")
"""Twelve roundings to a thousandth, and some. [GWh]"""

_WORDS: Final = {
    "electricity end use, total": "us_electricity",
    "electricity retail sales, total": "us_retail_sales",
    "electricity sales to ultimate customers, total": "us_retail_sales",
    "electricity direct use": "us_direct_use",
    "electricity net generation, total": "us_generation",
    "electricity imports": "us_imports",
    "electricity exports": "us_exports",
    "transmission and distribution losses and unaccounted for": "us_grid_losses",
    "t&d losses and unaccounted for": "us_grid_losses",
}
_UNIT_WORDS: Final = re.compile(r"\s+in million kilowatt[- ]?hours$")
_KEY: Final = re.compile(r"[A-Z0-9]{2,12}")
_MILLION_KWH: Final = frozenset({"millionkilowatthours", "millionkilowatthour", "millionkwh"})
_ANNUAL: Final = 13
_COLUMNS: Final = ("MSN", "YYYYMM", "Value", "Description", "Unit")
_MONTH: Final = re.compile(r"((?:19|20|21)[0-9]{2})(0[1-9]|1[0-3])")
_BULK_ID: Final = re.compile(r"TOTAL\.([A-Z0-9]{2,12})\.[AM]")


@dataclass(frozen=True)
class Figure:
    """One value of one series, as the review states it."""

    row: int
    msn: str
    words: str
    """Its description."""
    period: tuple[int, int]
    """Year and month; month 13 is the whole year."""
    value: Decimal | None
    value_text: str
    unit: str
    """As printed."""
    stamp: date | None = None
    """Day of the publisher's stamp; the bulk file alone has one."""

    @property
    def annual(self) -> bool:
        """Whether it is about a whole year."""
        return self.period[1] == _ANNUAL

    @property
    def span(self) -> tuple[date, date]:
        """First and last day it is about."""
        year, month = self.period
        if self.annual:
            return date(year, 1, 1), date(year, 12, 31)
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def figures_in(payload: bytes, left_out: Counter[str], refuse: Refuse) -> Iterator[Figure]:
    """Yield every figure of a payload in any of its three forms.

    Raises:
        SourceError: It is none of them, or damaged.
    """
    kind = form(payload)
    if kind == "gzip":
        refuse("is packed with gzip", "a page of the API, a CSV, or the bulk file TOTAL")
    if kind in {"bulk", "zip"}:
        return _of_bulk(payload, left_out, refuse)
    return _of_api(payload, refuse) if kind == "answer" else _of_csv(payload, refuse)


def _of_csv(payload: bytes, refuse: Refuse) -> Iterator[Figure]:
    for row, line in read_sheet(payload, refuse, _COLUMNS).rows:
        month = _MONTH.fullmatch(line["YYYYMM"])
        if month is None:
            refuse(f"holds {excerpt(line['YYYYMM'])} as `YYYYMM` in row {row:,}", "as 202501")
        text = line["Value"]
        number = value(text, f"row {row:,}, `Value`", refuse)
        when = int(month[1]), int(month[2])
        yield Figure(row, line["MSN"], line["Description"], when, number, text, line["Unit"])


def _of_api(payload: bytes, refuse: Refuse) -> Iterator[Figure]:
    rows = read_page(payload, refuse).rows
    told = [texts(rows, name, refuse) for name in ("msn", "period", "unit")]
    whole = zip(rows, *told, cells(rows, "value", refuse), strict=True)
    for row, (line, msn, text, unit, cell) in enumerate(whole, start=1):
        words = line.get("seriesDescription")
        number = value(cell, f"row {row:,}, `value`", refuse)
        when = _when(text, f"row {row:,}", refuse)
        shown = "" if cell is None else str(cell)
        yield Figure(row, msn, words if isinstance(words, str) else "", when, number, shown, unit)


def _of_bulk(payload: bytes, left_out: Counter[str], refuse: Refuse) -> Iterator[Figure]:
    unwanted = Unwanted()
    for series in bulk_series(payload, b"TOTAL.", unwanted, refuse):
        parts = _BULK_ID.fullmatch(series.series_id)
        if parts is None or parts[1] not in MSNS:
            left_out[OTHER] += len(series.periods)
            continue
        pairs = zip(series.periods, series.found, strict=True)
        for row, (text, cell) in enumerate(pairs, start=series.before + 1):
            where = f"{series.series_id}, period {excerpt(text)}"
            number, when = value(cell, where, refuse), _when(text, where, refuse)
            shown = "" if cell is None else str(cell)
            unit, stamp = series.units, series.stamped
            yield Figure(row, parts[1], "", when, number, shown, unit, stamp)
    left_out.update(unwanted.told())


def _when(text: str, where: str, refuse: Refuse) -> tuple[int, int]:
    """Return year and month of a period of the API or the bulk file; 13 for a year."""
    found = period(text, where, refuse)
    if found.frequency == "Q":
        refuse(f"holds the quarter {text} in {where}", "months and years")
    return found.first.year, found.first.month if found.frequency == "M" else _ANNUAL


def followed(
    figures: Iterable[Figure], left_out: Counter[str], refuse: Refuse
) -> Iterator[tuple[str, Figure]]:
    """Yield the figures we follow with their series; count the others.

    Raises:
        SourceError: A unit or a sign is another than ours, or a figure stands twice.
    """
    seen: dict[tuple[str, tuple[int, int]], int] = {}
    for place, figure in enumerate(figures):
        series = _series(figure, refuse)
        if not series:
            left_out[OTHER] += 1
            continue
        _refuse_strange(series, figure, refuse)
        first = seen.setdefault((series, figure.period), place)
        if first != place:
            stated = f"{series} of {figure.period[0]}-{figure.period[1]:02}"
            refuse(f"states {stated} again in row {figure.row:,}", "each figure once")
        yield series, figure


def refuse_odd_years(figures: Sequence[tuple[str, Figure]], refuse: Refuse) -> None:
    """Raise if the total of a year is far from its twelve months, where all thirteen are told."""
    told = {(series, *figure.period): figure.value for series, figure in figures}
    for (series, year, month), total in told.items():
        if month != _ANNUAL or total is None:
            continue
        months = [told.get((series, year, number)) for number in range(1, _ANNUAL)]
        known = [value for value in months if value is not None]
        if len(known) == len(months) and _far(sum(known, Decimal(0)), total):
            refuse(
                f"has {sum(known, Decimal(0))} as the sum of twelve months of {series} in {year} "
                f"and {total} as their total",
                f"both within {float(TOLERANCE):.1%}",
            )


def _far(months: Decimal, total: Decimal) -> bool:
    return abs(months - total) > TOLERANCE * abs(total) + _ROUNDING


def _series(figure: Figure, refuse: Refuse) -> str:
    """Return the series a figure belongs to, or blank."""
    if not _KEY.fullmatch(figure.msn):
        refuse(f"holds the mnemonic {excerpt(figure.msn)} in row {figure.row:,}", "an MSN")
    words = _UNIT_WORDS.sub("", " ".join(figure.words.casefold().split()))
    by_code, by_words = MSNS.get(figure.msn, ""), _WORDS.get(words, "")
    if by_code and by_words and by_code != by_words:
        refuse(f"calls {figure.msn} {excerpt(figure.words)}", f"the words of {by_code}")
    return by_code or by_words


def _refuse_strange(series: str, figure: Figure, refuse: Refuse) -> None:
    unit = re.sub(r"[\s-]+", "", figure.unit.casefold())
    if unit not in _MILLION_KWH:
        refuse(f"states {figure.msn} in {excerpt(figure.unit)}", "million kilowatt-hours")
    if figure.value is not None and figure.value < 0 and series != "us_grid_losses":
        refuse(f"has {figure.value} for {figure.msn} in row {figure.row:,}", "no negative energy")
