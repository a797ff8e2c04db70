"""Rows of claims and publications as all of EIA's outlooks write them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

import pandas as pd

from forecast.contracts.tables import CLAIMS, OBSERVATIONS, PUBLICATIONS
from forecast.sources.eia_api import ATTRIBUTION, LICENCE, PUBLISHER
from forecast.sources.source import Reading

NAME: Final = "eia_outlooks"

AEO_PAGE: Final = "https://www.eia.gov/outlooks/aeo/"
STEO_PAGE: Final = "https://www.eia.gov/outlooks/steo/"

OTHER: Final = "another series of the outlook"
NO_VALUE: Final = "a projection without a value"

BILLION_KWH: Final = frozenset(
    {"billionkilowatthours", "billionkilowatthour", "billionkwh", "bkwh"}
)
"""Labels of TWh, without spaces and hyphens."""

SCOPES: Final = {
    "us_electricity": "all end use, sales and direct use",
    "us_retail_sales": "retail sales, direct use out",
    "us_direct_use": "direct use, not sold",
}
"""Series → what is counted; all others are retail sales."""


@dataclass(frozen=True)
class Figure:
    """One value of one series for one period, in any form of an outlook."""

    row: int
    code: str
    """The publisher's id of the series."""
    period: str
    value: Decimal | None
    value_text: str
    unit: str
    scenario: str = ""
    """The publisher's id of the case, in small letters."""
    history: bool = False
    """Whether the publisher marks it as history."""
    edition: int = 0
    """Year of the edition, where it is stated."""
    stamp: date | None = None


@dataclass
class Told:
    """What a payload says, while it is read."""

    observations: list[dict[str, object]] = field(default_factory=list)
    claims: list[dict[str, object]] = field(default_factory=list)
    publications: dict[str, dict[str, object]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    def reading(self, sha256: str) -> Reading:
        """Return the tables."""
        rows = [{**row, "raw_sha256": sha256} for row in self.observations]
        return Reading(
            OBSERVATIONS.shape(pd.DataFrame(rows)) if rows else OBSERVATIONS.empty(),
            _frame(list(self.publications.values()), PUBLICATIONS.names),
            CLAIMS.shape(pd.DataFrame(self.claims)) if self.claims else CLAIMS.empty(),
            left_out=dict(self.left_out),
        )


def claim(**said: object) -> dict[str, object]:
    """Return one row of CLAIMS: a level of US energy unless it says otherwise."""
    usual = {"location": "USA", "quantity": "energy", "measure": "level", "unit": "TWh"}
    return {**dict.fromkeys(CLAIMS.names), **usual, **said}


def publication(publication_id: str, **said: object) -> dict[str, object]:
    """Return one row of PUBLICATIONS: official, in the public domain."""
    return {
        "publication_id": publication_id,
        "publisher": PUBLISHER,
        "published": "",
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "redistributable": True,
        "grade": "A",
        **said,
    }


def turned(value: Decimal, factor: Decimal) -> float:
    """Return a value in our unit; what is in it already is not touched."""
    return float(value if factor == 1 else value * factor)


def same_unit(label: str) -> str:
    """Return a label as it is compared.

    Example:
        >>> same_unit("Billion Kilowatt-hours")
        'billionkilowatthours'
    """
    return "".join(label.replace("-", " ").split()).casefold()


def _frame(rows: Sequence[dict[str, object]], names: list[str]) -> pd.DataFrame:
    if not rows:
        return PUBLICATIONS.empty()
    return PUBLICATIONS.shape(pd.DataFrame(rows, columns=names))
