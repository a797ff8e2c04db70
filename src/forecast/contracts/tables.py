"""The tables that cross doors, in one place.

Declared by kind: what others say (``statements``), what a forecast stands on (``grounds``),
what we say (``results``).
"""

from __future__ import annotations

from typing import Final

from forecast.contracts.grounds import ASSUMPTIONS, CALIBRATION, INPUTS, PROJECTS
from forecast.contracts.results import AUDITS, EXCEEDANCES, FORECASTS, PATHS, SCORES
from forecast.contracts.statements import (
    CHECKS,
    CLAIMS,
    OBSERVATIONS,
    OUTCOMES,
    PUBLICATIONS,
    QUARANTINE,
)
from forecast.contracts.table import Column, Table

__all__ = [
    "ALL",
    "ASSUMPTIONS",
    "AUDITS",
    "CALIBRATION",
    "CHECKS",
    "CLAIMS",
    "EXCEEDANCES",
    "FORECASTS",
    "INPUTS",
    "OBSERVATIONS",
    "OUTCOMES",
    "PATHS",
    "PROJECTS",
    "PUBLICATIONS",
    "QUARANTINE",
    "SCHEMA_VERSION",
    "SCORES",
    "Column",
    "Table",
]

SCHEMA_VERSION: Final = "1"
"""Column sets are frozen under it: another set is another version."""

ALL: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        PUBLICATIONS,
        OBSERVATIONS,
        QUARANTINE,
        CHECKS,
        CLAIMS,
        OUTCOMES,
        ASSUMPTIONS,
        INPUTS,
        PROJECTS,
        CALIBRATION,
        FORECASTS,
        PATHS,
        EXCEEDANCES,
        SCORES,
        AUDITS,
    )
}
