"""How numbers, odds, periods and names stand in print, each rule once."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

THIN: Final = "\u202f"
"""Narrow space that never breaks: parts thousands."""

BLANK: Final = "–"
"""Stands where there is no number."""

_MONTHS: Final = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

STEPS: Final = {"A": "year", "Q": "quarter", "M": "month"}

ADVERBS: Final = {"A": "annual", "Q": "quarterly", "M": "monthly"}

_FLOWS: Final = ("energy", "spend")
"""Quantities that add up over time, so that a value needs its period beside the unit."""


def number(value: float | None, digits: int = 3) -> str:
    """Return a number rounded to significant digits, thousands apart.

    Example:
        >>> number(0.58013), number(40.867), number(787.3756)
        ('0.580', '40.9', '787')
        >>> number(1854.0).replace(THIN, " "), number(4197.3, 4).replace(THIN, " ")
        ('1 850', '4 197')
    """
    if value is None or not math.isfinite(value):
        return BLANK
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{decimals}f}".replace(",", THIN).replace("-", "\u2212")


def as_printed(value: float | None, digits: int = 5) -> str:
    """Return a publisher's number without invented zeros.

    Example:
        >>> as_printed(192.0), as_printed(28.2), as_printed(0.3)
        ('192', '28.2', '0.3')
    """
    said = number(value, digits)
    return said.rstrip("0").rstrip(".") if "." in said else said


def signed(value: float, digits: int = 3) -> str:
    """Return a number with its sign, also where it is plus.

    Example:
        >>> signed(67.0, 2), signed(0.4, 1)
        ('+67', '+0.4')
    """
    said = number(value, digits)
    return f"+{said}" if value > 0 else said


def count(things: int) -> str:
    """Return a whole number, thousands apart.

    Example:
        >>> count(408), count(89000).replace(THIN, " ")
        ('408', '89 000')
    """
    return f"{things:,}".replace(",", THIN)


def counted(things: int, name: str) -> str:
    """Return a count and its noun: 1 value, 2 values."""
    return f"{count(things)} {name}{'s' * (things != 1)}"


def odds(probability: float) -> str:
    """Return a probability to 5 points, never 0 or 100 %.

    Example:
        >>> odds(0.337), odds(0.0249), odds(0.9751)
        ('about 35 %', 'under 5 %', 'over 95 %')
    """
    if probability < 0.025:
        return "under 5 %"
    if probability > 0.975:
        return "over 95 %"
    return f"about {min(95, 5 * int(20 * probability + 0.5))} %"


def period(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return a period as people name it: 2030, 2026 Q1, Sep 2025, or its two ends.

    Example:
        >>> import pandas as pd
        >>> period(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-03-31"))
        '2026 Q1'
        >>> period(pd.Timestamp("2026-01-26"), pd.Timestamp("2026-04-26"))
        '2026-01-26 to 2026-04-26'
    """
    span = months(start, end)
    if start.day > 1 and span > 1:
        return f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
    if span == 1:
        return f"{_MONTHS[start.month - 1]} {start.year}"
    if span == 3 and start.month % 3 == 1:
        return f"{start.year} Q{(start.month + 2) // 3}"
    if span % 12 == 0 and start.month == 1:
        return str(start.year) if span == 12 else f"{start.year} to {end.year}"
    return f"{start:%Y-%m} to {end:%Y-%m}"


def months(start: pd.Timestamp, end: pd.Timestamp) -> int:
    """Return how many months a period touches."""
    return 12 * (end.year - start.year) + end.month - start.month + 1


def rate(unit: str, quantity: str, frequency: str) -> str:
    """Return the unit with its period: ``TWh a year``; a load or a connection stays ``GW``."""
    return f"{unit} a {STEPS[frequency]}" if quantity in _FLOWS else unit


def plain(name: str) -> str:
    """Return an identifier as words: ``constant_growth`` is constant growth."""
    return name.replace("_", " ")


def listed(names: Iterable[str]) -> str:
    """Return names with commas, the last two joined by ``and``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def short_publisher(publisher: str) -> str:
    """Return the name that fits beside a mark in a chart.

    Example:
        >>> short_publisher("Koomey, via The New York Times")
        'Koomey'
    """
    return re.split(r",| \(| via ", publisher)[0]


def reason_given(sentence: str, series_id: str) -> str:
    """Return a model's or a room's refusal without what the page already says.

    The series' own id and date in front, and the advice to the command line behind, are left
    out.

    Example:
        >>> reason_given("ie_dc as of 2016-12-31: none was out. Choose a later as_of.", "ie_dc")
        'none was out.'
    """
    said = re.sub(rf"^{re.escape(series_id)}(?: as of [\d-]+)?: ", "", sentence)
    return re.sub(r"\s*Choose [^.]*\.$", "", said)
