"""Columns that several tables share: the same thing has the same name and type everywhere."""

from __future__ import annotations

from typing import Final

from forecast.contracts.quantities import QUANTITIES, UNITS
from forecast.contracts.table import DAY, INSTANT, NUMBER, TEXT, Column
from forecast.contracts.vintages import BASES

GRADES: Final = ("A", "B", "C")
"""A official figure or filing · B model estimate or report figure · C press figure or judgement."""

FREQUENCIES: Final = ("H", "D", "M", "Q", "A", "I")
"""Hour, day, month, quarter, calendar year, one instant."""

MEASURES: Final = ("level", "increment", "share", "index", "growth")

SERIES: Final = Column("series_id", TEXT, "the thing counted, e.g. `ie_dc`")
PUBLICATION: Final = Column("publication_id", TEXT, "the edition of a publication that says so")
KNOWN: Final = Column("known_from", DAY, "first UTC day by whose end a reader surely had it")
BASIS: Final = Column("known_from_basis", TEXT, "how that day is known", one_of=BASES)
GRADE: Final = Column(
    "grade", TEXT, "A official, B model estimate, C press or judgement", one_of=GRADES
)
START: Final = Column("period_start", DAY, "first day the value is about")
BEGIN: Final = Column("period_start", INSTANT, "UTC instant from which the value is about")
END: Final = Column("period_end", DAY, "last day the value is about")
QUANTITY: Final = Column("quantity", TEXT, "what kind of power or energy", one_of=QUANTITIES)
UNIT: Final = Column("unit", TEXT, "unit of the values", one_of=UNITS)
RUN: Final = Column("run_id", TEXT, "the run that says so")
AS_OF: Final = Column("as_of", DAY, "only rows known by the end of this day were used")


def text(name: str, meaning: str) -> Column:
    """Return a text column that may be blank."""
    return Column(name, TEXT, meaning, nullable=True)


def number(name: str, meaning: str, within: tuple[float, float] | None = None) -> Column:
    """Return a number column that may be blank."""
    return Column(name, NUMBER, meaning, within=within, nullable=True)
