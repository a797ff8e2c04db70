"""Old outlooks entered by hand: a CSV with what each edition projected, and perhaps what came.

What came is a row of its own with a date of its own, never a column beside the claim: those
columns, and notes that may tell the future, are not read. A projection is known from its stamp (a
month or year alone proves only its last day), or later where the file says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from forecast.contracts.errors import SettingsError
from forecast.contracts.vintages import known_from
from forecast.sources.eia_figures import value
from forecast.sources.eia_outlooks_tables import AEO_PAGE, Told, claim, publication, turned
from forecast.sources.strict_csv import Row, read_sheet
from forecast.sources.strict_json import Refuse, excerpt

_REQUIRED: Final = (
    "claim_id", "publisher", "title", "published", "known_from", "geography", "scope",
    "base_year", "base_value", "target_year", "scenario", "target_low", "target_central",
    "target_high", "unit",
)  # fmt: skip
_OPTIONAL: Final = (
    "stated_cagr_low_pct", "stated_cagr_high_pct", "actual_value", "source_url", "grade",
)  # fmt: skip

OUTCOME: Final = "an outcome beside a claim: outcomes are rows with a date of their own"
STRANGER: Final = "an outlook of another publisher"
NO_FAMILY: Final = "an outlook of EIA's that is neither the annual nor the short-term one"

_OURS: Final = frozenset({"eia", "u.s. energy information administration"})
_AEO: Final = re.compile(r"\b(?:AEO|Annual Energy Outlook)\s*-?\s*((?:19|20)[0-9]{2})\b")
_STEO: Final = re.compile(
    r"\b(?:STEO|Short-Term Energy Outlook),?\s+([A-Z][a-z]+)\s+((?:19|20)[0-9]{2})\b"
)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_SCOPES: Final = {
    "retail sales excl. direct use": ("us_retail_sales", "retail sales, direct use out"),
    "retail sales": ("us_retail_sales", "retail sales, direct use out"),
    "total us consumption": ("us_electricity", "all end use, sales and direct use"),
}
"""Scope as entered → series, and what is counted in our words."""
_US: Final = frozenset({"US", "USA"})
_UNITS: Final = {"TWh": "energy", "GWh": "energy", "MWh": "energy"}
_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,120}")
_YEAR: Final = re.compile(r"(?:19|20|21)[0-9]{2}")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def tell(payload: bytes, fetched: date, told: Told, refuse: Refuse) -> None:
    """Add the claims of the file to what is told.

    Raises:
        SourceError: A row is not as this reader knows it, or an id stands twice.
    """
    seen: set[str] = set()
    for row in read_sheet(payload, refuse, _REQUIRED, _OPTIONAL).rows:
        cells = {name: text.strip() for name, text in row.cells.items()}
        if cells["actual_value"]:
            told.left_out[OUTCOME] += 1
        edition = _edition(cells["title"])
        if cells["publisher"].casefold() not in _OURS:
            told.left_out[STRANGER] += 1
        elif edition is None:
            told.left_out[NO_FAMILY] += 1
        else:
            said = _claim(Row(row.number, cells), edition, fetched, refuse)
            if said["claim_id"] in seen:
                refuse(f"states {said['claim_id']} again in row {row.number:,}", "each id once")
            seen.add(str(said["claim_id"]))
            told.claims.append(said)
            name = str(said["publication_id"])
            told.publications.setdefault(name, _publication(name, cells, row.number, refuse))


def _edition(title: str) -> tuple[str, str] | None:
    """Return family and edition that a title names.

    Example:
        >>> _edition("AEO1996 Reference case"), _edition("STEO January 2008: US retail sales")
        (('eia_aeo', '1996'), ('eia_steo', '2008-01'))
    """
    annual, short = _AEO.search(title), _STEO.search(title)
    if annual:
        return "eia_aeo", annual[1]
    if short and short[1] in _MONTHS:
        return "eia_steo", f"{short[2]}-{_MONTHS.index(short[1]) + 1:02}"
    return None


def _claim(row: Row, edition: tuple[str, str], fetched: date, refuse: Refuse) -> dict[str, object]:
    """Return one row of CLAIMS."""
    cells, where = row.cells, f"row {row.number:,}"
    if not _ID.fullmatch(cells["claim_id"]):
        refuse(f"has the id {excerpt(cells['claim_id'])} in {where}", "letters, digits, _ . -")
    if cells["unit"] not in _UNITS:
        refuse(f"has the unit {excerpt(cells['unit'])} in {where}", excerpt(list(_UNITS)))
    national = cells["geography"] in _US
    series, scope = _SCOPES.get(cells["scope"].casefold(), ("", cells["scope"]))
    numbers = {name: _number(row, name, refuse) for name in _NUMBERS}
    if all(numbers[name] is None for name in ("low", "central", "high")):
        refuse(f"has no target value in {where}", "a low, central or high one")
    family, name = edition
    return claim(
        claim_id=cells["claim_id"],
        publication_id=f"{family}_{name.replace('-', '_')}",
        series_id=series if national else "",
        scenario=cells["scenario"],
        location="USA" if national else cells["geography"],
        scope=scope,
        base_year=_year(row, "base_year", refuse),
        target_year=_year(row, "target_year", refuse),
        unit=cells["unit"],
        family=family,
        edition=name,
        known_from=_known(row, fetched, refuse),
        **numbers,
    )


_NUMBERS: Final = {
    "base_value": ("base_value", Decimal(1)),
    "low": ("target_low", Decimal(1)),
    "central": ("target_central", Decimal(1)),
    "high": ("target_high", Decimal(1)),
    "stated_cagr_low": ("stated_cagr_low_pct", Decimal("0.01")),
    "stated_cagr_high": ("stated_cagr_high_pct", Decimal("0.01")),
}
"""Column of CLAIMS → column of the file, and our unit in its unit."""


def _number(row: Row, name: str, refuse: Refuse) -> float | None:
    column, factor = _NUMBERS[name]
    found = value(row.cells[column], f"row {row.number:,}, `{column}`", refuse)
    return None if found is None else turned(found, factor)


def _year(row: Row, column: str, refuse: Refuse) -> int | None:
    text = row.cells[column]
    if text and not _YEAR.fullmatch(text):
        refuse(f"holds {excerpt(text)} in row {row.number:,}, `{column}`", "a year or nothing")
    return int(text) if text else None


def _known(row: Row, fetched: date, refuse: Refuse) -> date:
    """Return the day a projection was known: what its stamp proves, or later if the file says so.

    Without a stamp nothing is proven but that we hold it now.
    """
    stamp, said = row.cells["published"], row.cells["known_from"]
    try:
        proven = known_from(stamp) if stamp else fetched
        stated = date.fromisoformat(said) if said else proven
    except (SettingsError, ValueError):
        refuse(f"is dated {excerpt(stamp)} and {excerpt(said)} in row {row.number:,}", "days")
    if said and not _DAY.fullmatch(said):
        refuse(f"has known_from {excerpt(said)} in row {row.number:,}", "a day as YYYY-MM-DD")
    day = max(proven, stated)
    if day > fetched:
        refuse(f"is known from {day} in row {row.number:,}", f"no day after {fetched}, of the file")
    return day


def _publication(
    publication_id: str, cells: Mapping[str, str], row: int, refuse: Refuse
) -> dict[str, object]:
    grade = cells["grade"] or "A"
    if grade not in {"A", "B", "C"}:
        refuse(f"has the grade {excerpt(grade)} in row {row:,}", "A, B or C")
    return publication(
        publication_id,
        family="_".join(publication_id.split("_")[:2]),
        title=cells["title"],
        url=cells["source_url"] or AEO_PAGE,
        published=cells["published"],
        grade=grade,
    )
