"""Tables of what a forecast stands on: assumptions, inputs, projects, calibration."""

from __future__ import annotations

from typing import Final

from forecast.contracts.columns import (
    BASIS,
    END,
    FREQUENCIES,
    GRADE,
    KNOWN,
    PUBLICATION,
    QUANTITY,
    SERIES,
    START,
    UNIT,
    number,
    text,
)
from forecast.contracts.levels import QUANTILES
from forecast.contracts.table import COUNT, FLAG, NUMBER, TEXT, Column, Table

ASSUMPTIONS: Final = Table(
    "assumptions",
    key=("assumption_id",),
    columns=(
        Column("assumption_id", TEXT, "name of the row"),
        Column("subject", TEXT, "reference class or series it speaks of"),
        Column("name", TEXT, "what it states"),
        Column("value", NUMBER, "central value"),
        number("low", "5 % point"),
        number("high", "95 % point"),
        text("unit", "unit"),
        Column("source", TEXT, "where it comes from"),
        GRADE,
        KNOWN,
        Column("hindsight", FLAG, "known only after the as_of it is used for"),
    ),
)
"""Judgement and priors: allowed, labelled, dated."""

INPUTS: Final = Table(
    "inputs",
    key=("series_id", "publication_id", "period_start", "period_end", "known_from"),
    columns=(
        SERIES,
        PUBLICATION,
        START,
        END,
        KNOWN,
        BASIS,
        Column("value", NUMBER, "in the unit beside it", nullable=True),
        UNIT,
        Column(
            "role", TEXT, "followed by the models, or left out", one_of=("followed", "left_out")
        ),
        text("reason", "why a row was left out, or what of it the models read"),
    ),
)
"""Every row that was visible to a series, and what became of it."""

PROJECTS: Final = Table(
    "projects",
    key=("project_id", "period_end", "known_from"),
    columns=(
        Column("project_id", TEXT, "our id of a site; names change"),
        text("name", "name as printed"),
        Column("location", TEXT, "ISO code or catalogue id"),
        END,
        QUANTITY,
        number("value", "in the unit beside it"),
        UNIT,
        Column(
            "status",
            TEXT,
            "how far it is",
            one_of=("announced", "studied", "contracted", "building", "energised", "projected"),
        ),
        Column("source", TEXT, "publication it is read from"),
        GRADE,
        KNOWN,
    ),
)
"""Sites and their power over time; a projected row is never an observation."""

CALIBRATION: Final = Table(
    "calibration",
    key=("subject", "frequency", "horizon", "group", "known_from"),
    columns=(
        Column("subject", TEXT, "reference class it was learned on"),
        Column("frequency", TEXT, "step", one_of=FREQUENCIES),
        Column("horizon", COUNT, "periods from origin", within=(1, 1e6)),
        Column("years", NUMBER, "the horizon in years", within=(0.0, 1e6)),
        text("group", "volatility group; blank: the whole class"),
        *(Column(name, NUMBER, "scaled error at this level") for name in QUANTILES),
        Column("n", COUNT, "errors behind it", within=(1, 1e12)),
        Column("n_effective", NUMBER, "independent errors they are worth", within=(0.0, 1e12)),
        Column("source", TEXT, "the error base"),
        GRADE,
        KNOWN,
    ),
)
"""Pooled errors of past origins, by horizon."""
