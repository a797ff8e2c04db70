"""What the tables of the United States' EIA have in common: periods, values, days of knowledge.

Periods are written ``2024``, ``2024-Q1``, ``2024-01`` by the API and ``2024``, ``2024Q1``,
``202401`` in the bulk files. None of its tables says when it was published, but the bulk files
carry a stamp for each series: it proves a value of a period that had ended by then.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from typing import Final

from forecast.contracts.errors import VintageError
from forecast.sources.strict_json import Refuse, excerpt

MISSING: Final = frozenset({"", "--", "NA", "w", "W", "Not Available"})
"""Texts that stand for no value."""

GRACE: Final = 0.02
"""Share of held rows a publisher may take back before an answer is called short."""

_PERIOD: Final = re.compile(r"((?:19|20|21)[0-9]{2})(?:-?Q([1-4])|-?(0[1-9]|1[0-2]))?")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_MOST_DIGITS: Final = 60


@dataclass(frozen=True, order=True)
class Period:
    """A year, quarter or month."""

    first: date
    last: date
    frequency: str
    """A, Q or M."""


def period(text: str, where: str, refuse: Refuse) -> Period:
    """Return the period that is written."""
    parts = _PERIOD.fullmatch(text)
    if parts is None:
        refuse(f"holds the period {excerpt(text)} in {where}", "a year, quarter or month")
    year = int(parts[1])
    if parts[2]:
        return _months(year, 3 * int(parts[2]) - 2, 3 * int(parts[2]), "Q")
    if parts[3]:
        return _months(year, int(parts[3]), int(parts[3]), "M")
    return _months(year, 1, 12, "A")


def _months(year: int, first: int, last: int, frequency: str) -> Period:
    end = date(year, last, monthrange(year, last)[1])
    return Period(date(year, first, 1), end, frequency)


def value(found: object, where: str, refuse: Refuse) -> Decimal | None:
    """Return the number a cell holds, or None where it stands for no value.

    Args:
        found: The cell: a text, a number as it was written, or None.
        where: Row and column, for an error.
        refuse: Raises SourceError.
    """
    if found is None or (isinstance(found, str) and found.strip() in MISSING):
        return None
    told = found.strip() if isinstance(found, str) and len(found) <= _MOST_DIGITS else ""
    number = Decimal(told) if _NUMBER.fullmatch(told) else None
    if number is None or not isfinite(float(number)) or bool(number) != bool(float(number)):
        refuse(f"holds {excerpt(found)} in {where}", "a finite number in plain digits, or no value")
    return number


def fetched_day(retrieved_at: datetime, source: str) -> date:
    """Return the UTC day of an instant.

    Raises:
        VintageError: The instant has no time zone.
    """
    if retrieved_at.tzinfo is None:
        raise VintageError(
            f"{source}: retrieved_at is {retrieved_at}, without a time zone. Expected a UTC "
            "instant. Mend the caller."
        )
    return retrieved_at.astimezone(UTC).date()


def known(stamp: date | None, end: date, fetched: date) -> tuple[date, str]:
    """Return the day a value of a period that ends on ``end`` was known, and how that is known."""
    if stamp is not None and end < stamp <= fetched:
        return stamp, "stamped"
    return fetched, "fetched"


def refuse_shorter(
    found: Mapping[tuple[str, ...], str], held: Mapping[tuple[str, ...], str], refuse: Refuse
) -> None:
    """Raise if an answer reaches less far than the held one, or has over 2 % fewer rows.

    Args:
        found: Key of each row → its period, as text that sorts in time.
        held: The same of the answer held; empty if nothing is held.
        refuse: Raises SourceError.
    """
    if not held:
        return
    if not found or max(found.values()) < max(held.values()):
        reached = excerpt(max(found.values(), default="nothing"))
        least = excerpt(max(held.values()))
        refuse(f"reaches to {reached}", f"at least {least}, as in the vintage held")
    if len(found) < (1 - GRACE) * len(held):
        refuse(f"has {len(found):,} rows", f"about {len(held):,}, as in the vintage held")
