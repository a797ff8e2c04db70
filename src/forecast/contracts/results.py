"""Tables of what we say: forecasts, joint paths, exceedances, scores and audits."""

from __future__ import annotations

from typing import Final

from forecast.contracts.columns import (
    AS_OF,
    END,
    FREQUENCIES,
    QUANTITY,
    RUN,
    SERIES,
    START,
    UNIT,
    number,
    text,
)
from forecast.contracts.levels import QUANTILES
from forecast.contracts.table import COUNT, DAY, NUMBER, TEXT, Column, Table
from forecast.contracts.vintages import POLICIES

FORECASTS: Final = Table(
    "forecasts",
    key=("run_id", "series_id", "scenario", "model", "quantity", "period_start", "period_end"),
    columns=(
        RUN,
        SERIES,
        Column("scenario", TEXT, "named set of assumptions"),
        Column("model", TEXT, "the model that speaks"),
        QUANTITY,
        START,
        END,
        AS_OF,
        Column("origin", DAY, "last day the model saw"),
        Column("horizon", COUNT, "periods from origin to period_end", within=(1, 1e6)),
        Column("frequency", TEXT, "step of the forecast", one_of=FREQUENCIES),
        Column("year", COUNT, "year of period_end"),
        Column("location", TEXT, "ISO code or catalogue id"),
        UNIT,
        text("fallback_from", "the model that could not speak, if any"),
        Column("mean", NUMBER, "expected value"),
        *(Column(name, NUMBER, f"quantile 0.{name[1:]}") for name in QUANTILES),
    ),
)
"""A probability statement about each period to come: one row reads straight into a chart."""

PATHS: Final = Table(
    "paths",
    key=("run_id", "series_id", "scenario", "quantity", "path", "period_end"),
    columns=(
        RUN,
        SERIES,
        Column("scenario", TEXT, "named set of assumptions"),
        QUANTITY,
        Column("path", COUNT, "number of the joint path, from 1"),
        END,
        Column("year", COUNT, "year of period_end"),
        UNIT,
        Column("value", NUMBER, "value on this path"),
    ),
)
"""Joint sample paths: one path is one possible future, in every year and sense at once."""

EXCEEDANCES: Final = Table(
    "exceedances",
    key=("run_id", "series_id", "scenario", "quantity", "threshold", "period_end"),
    columns=(
        RUN,
        SERIES,
        Column("scenario", TEXT, "named set of assumptions"),
        QUANTITY,
        Column("threshold", NUMBER, "in the unit beside it"),
        UNIT,
        END,
        Column("year", COUNT, "year of period_end"),
        Column("probability", NUMBER, "share of paths at or above it", within=(0.0, 1.0)),
        Column("paths", COUNT, "how many paths were counted"),
    ),
)
"""How likely it is to reach a level, by sense and year."""

SCORES: Final = Table(
    "scores",
    key=(
        "run_id", "forecaster", "series_id", "origin", "horizon", "quantity", "metric", "level",
        "group", "baseline", "policy",
    ),
    columns=(
        RUN,
        Column("forecaster", TEXT, "model or publisher that is scored"),
        text("series_id", "the thing counted; blank: pooled over series"),
        Column("origin", DAY, "last day the forecaster saw; blank: pooled", nullable=True),
        Column("horizon", COUNT, "periods from origin; 0: pooled", within=(0, 1e6)),
        QUANTITY,
        Column("metric", TEXT, "pinball, crps, coverage, mase, bias, …"),
        text("level", "probability level or interval of the metric"),
        text("group", "by what the cases are pooled; `anecdotal: …` where they are few"),
        number("value", "the score"),
        number("low", "lower end of the range chance leaves the score"),
        number("high", "upper end of the range chance leaves the score"),
        Column("n", COUNT, "cases behind it", within=(0, 1e12)),
        number("n_effective", "independent cases they are worth", within=(0.0, 1e12)),
        text("baseline", "forecaster a skill is counted against"),
        Column("truth_known_from", DAY, "day the newest truth was known", nullable=True),
        Column("policy", TEXT, "vintage policy", one_of=POLICIES),
    ),
)  # fmt: skip
"""How wrong forecasts were, with the number of cases."""

AUDITS: Final = Table(
    "audits",
    key=("run_id", "claim_id", "check"),
    columns=(
        RUN,
        Column("claim_id", TEXT, "the claim that is checked"),
        Column("check", TEXT, "name of the check"),
        Column("verdict", TEXT, "outcome in one word"),
        text("stated", "what the claim says"),
        text("implied", "what follows from it"),
        number("probability", "of the claim or more under our forecast", within=(0.0, 1.0)),
        text("explanation", "one sentence"),
    ),
)
"""Arithmetic, sense and likelihood of what others claim."""
