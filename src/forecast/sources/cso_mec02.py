"""The cube MEC02 as this house knows it: dimensions, unit, customers, quarters, stamp.

What differs is refused by name, before a single value is looked at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Final, NoReturn

from forecast.contracts.errors import SourceError
from forecast.sources.json_stat import Cube, read_cube
from forecast.sources.strict_json import Refuse, excerpt

NAME: Final = "cso_ireland"
PAGE: Final = "https://data.cso.ie/table/MEC02"
UNIT: Final = "GWh"

CUSTOMERS: Final = {
    "-": "All metered electricity consumption",
    "10": "Data centres",
    "20": "Customers other than data centres",
}
"""Customer code → label at the publisher. "-" is the total: never add it to the others."""
DATA_CENTRES: Final = "10"

_STATISTIC: Final = "STATISTIC"
_QUARTER: Final = "TLIST(Q1)"
_CUSTOMER: Final = "C03907V04659"
_DIMENSIONS: Final = (_STATISTIC, _QUARTER, _CUSTOMER)
_CUBE: Final = "MEC02"

_QUARTER_CODE: Final = re.compile(r"((?:19|20)[0-9]{2})Q([1-4])")
_WITH_VALUE: Final = frozenset("ABDEFGINPSTUVW")
"""SDMX status letters that a value may carry."""
_STAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?")


@dataclass(frozen=True)
class Edition:
    """The cube, known to be MEC02 in GWh with its three customer groups."""

    cube: Cube
    quarters: tuple[str, ...]
    """In the order of time, without gap."""
    stamped: date | None
    """UTC day of the publisher's stamp."""
    published: str
    """The stamp's day as printed, or blank."""
    refuse: Refuse

    def place(self, quarter: str, customer: str) -> int:
        """Return the flat place of a cell, from 0."""
        return self.cube.place({_STATISTIC: _CUBE, _QUARTER: quarter, _CUSTOMER: customer})

    def value(self, quarter: str, customer: str) -> Decimal | None:
        """Return the value of a cell, or None if it has none. [GWh]"""
        return self.cube.values.get(self.place(quarter, customer))

    def status(self, quarter: str, customer: str) -> str:
        """Return the SDMX letter of a cell: M without value, A unless the publisher says more."""
        if self.value(quarter, customer) is None:
            return "M"
        return self.cube.statuses.get(self.place(quarter, customer), "A").strip().upper()


def read_edition(payload: bytes, which: str = "") -> Edition:
    """Return the edition a payload holds; ``which`` tells it from another in an error.

    Raises:
        SourceError: It is not the cube this reader knows.
    """
    cube = read_cube(payload, refusal(which))
    published, stamped = _stamp(cube.members.get("updated"), refusal(which))
    refuse = refusal(f"{which} of {published}" if published else which)
    if set(cube.codes) != set(_DIMENSIONS):
        refuse(f"has dimensions {excerpt(list(cube.codes))}", excerpt(list(_DIMENSIONS)))
    _refuse_other_cube(cube, refuse)
    _refuse_other_customers(cube, refuse)
    edition = Edition(cube, _quarters(cube, refuse), stamped, published, refuse)
    _refuse_strange_cells(edition)
    return edition


def refusal(which: str = "") -> Refuse:
    """Return what raises SourceError about MEC02, given what was found and expected."""

    def refuse(found: str, expected: str) -> NoReturn:
        raise SourceError(
            f"{NAME}: MEC02{which} {found}; this reader knows {expected}. Compare the payload with "
            f"{PAGE}: if the publisher changed the cube, mend sources/{NAME}.py, else fetch again."
        )

    return refuse


def _stamp(updated: object, refuse: Refuse) -> tuple[str, date | None]:
    """Return the day of the publisher's stamp as printed, and its UTC day."""
    if updated is None:
        return "", None
    if not isinstance(updated, str) or not _STAMP.fullmatch(updated):
        refuse(f"has `updated` {excerpt(updated)}", "a stamp such as 2026-07-07T11:00:00.000Z")
    try:
        instant = datetime.fromisoformat(updated)
        zoned = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        refuse(f"has `updated` {excerpt(updated)}", "an instant of the calendar")
    return updated[:10], zoned.date()


def _refuse_other_cube(cube: Cube, refuse: Refuse) -> None:
    """Raise unless the cube holds MEC02 in GWh."""
    extension = cube.members.get("extension")
    matrix = extension.get("matrix", _CUBE) if isinstance(extension, dict) else _CUBE
    if matrix != _CUBE or _CUBE not in cube.codes[_STATISTIC]:
        found = f"{excerpt(matrix)} with {excerpt(list(cube.codes[_STATISTIC]))}"
        refuse(f"is the cube {found}", f"the statistic {_CUBE}")
    unit = cube.category(_STATISTIC, "unit").get(_CUBE)
    label = unit.get("label") if isinstance(unit, dict) else None
    multiplier = unit.get("multiplier", 0) if isinstance(unit, dict) else 0
    if not isinstance(label, str) or label.strip() != UNIT or multiplier != 0:
        refuse(f"is in unit {excerpt(unit)}", UNIT)


def _refuse_other_customers(cube: Cube, refuse: Refuse) -> None:
    """Raise unless the known customer groups are there under their known names."""
    labels = cube.category(_CUSTOMER, "label")
    found = {code: labels.get(code) for code in cube.codes[_CUSTOMER]}
    if any(_plain(found.get(code)) != _plain(label) for code, label in CUSTOMERS.items()):
        refuse(f"has customers {excerpt(found)}", excerpt(CUSTOMERS))


def _refuse_strange_cells(edition: Edition) -> None:
    """Raise if a cell is negative, or carries a status that no value has."""
    for quarter, customer in product(edition.quarters, CUSTOMERS):
        value, status = edition.value(quarter, customer), edition.status(quarter, customer)
        cell = f"{CUSTOMERS[customer]} of {quarter}"
        if value is not None and value < 0:
            edition.refuse(f"has {excerpt(str(value))} GWh for {cell}", "no negative energy")
        if value is not None and status not in _WITH_VALUE:
            edition.refuse(f"marks {cell} with status {excerpt(status)}", "SDMX letters of values")


def _plain(label: object) -> str:
    return " ".join(label.split()).casefold() if isinstance(label, str) else ""


def _quarters(cube: Cube, refuse: Refuse) -> tuple[str, ...]:
    """Return the quarters in the order of time; each must follow the one before."""
    codes = tuple(sorted(cube.codes[_QUARTER]))
    parts = [_QUARTER_CODE.fullmatch(code) for code in codes]
    strange = [code for code, part in zip(codes, parts, strict=True) if part is None]
    if strange:
        refuse(f"has the quarter {excerpt(strange[0])}", "quarters such as 2025Q4")
    counts = [int(part[1]) * 4 + int(part[2]) for part in parts if part is not None]
    gaps = [i for i in range(1, len(counts)) if counts[i] != counts[i - 1] + 1]
    if gaps:
        refuse(f"jumps from {codes[gaps[0] - 1]} to {codes[gaps[0]]}", "quarters without a gap")
    return codes
