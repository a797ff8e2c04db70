"""Tables of what others say: publications, observations, claims, and what the gate made of them."""

from __future__ import annotations

from typing import Final

from forecast.contracts.columns import (
    BASIS,
    BEGIN,
    END,
    FREQUENCIES,
    GRADE,
    KNOWN,
    MEASURES,
    PUBLICATION,
    QUANTITY,
    SERIES,
    UNIT,
    number,
    text,
)
from forecast.contracts.table import COUNT, FLAG, TEXT, YEAR, Column, Table

PUBLICATIONS: Final = Table(
    "publications",
    key=("publication_id",),
    columns=(
        PUBLICATION,
        Column("family", TEXT, "publications of one method and scope, which a model may follow"),
        Column("publisher", TEXT, "who publishes it"),
        Column("title", TEXT, "title and edition"),
        text("url", "page of the publication"),
        text("published", "the publisher's stamp as printed; may be partial or blank"),
        text("licence", "licence of the figures"),
        text("attribution", "how to name the source"),
        Column("redistributable", FLAG, "whether exports may carry the figures"),
        GRADE,
    ),
)
"""Who says it, in which edition, under which licence."""

OBSERVATIONS: Final = Table(
    "observations",
    key=("series_id", "period_start", "period_end", "publication_id", "known_from"),
    columns=(
        SERIES,
        BEGIN,
        END,
        PUBLICATION,
        KNOWN,
        Column("frequency", TEXT, "step of the series", one_of=FREQUENCIES),
        number("value", "in the unit beside it"),
        text("value_text", "the value as received"),
        number("low", "lower end where a range is stated"),
        number("high", "upper end where a range is stated"),
        UNIT,
        QUANTITY,
        text("scope", "what is counted, in our words"),
        text("obs_status", "SDMX letter: A actual, E estimated, P provisional, F forecast, …"),
        BASIS,
        text("raw_sha256", "hash of the payload the row was read from"),
        Column("row", COUNT, "row of the payload, from 1"),
    ),
)
"""What publishers said, and when they said it. Nothing is ever overwritten."""

QUARANTINE: Final = Table(
    "quarantine",
    key=("raw_sha256", "row", "rule", "text"),
    columns=(
        Column("raw_sha256", TEXT, "hash of the payload"),
        text("row", "row of the payload; blank for what is missing"),
        Column("rule", TEXT, "the rule that refused it"),
        text("text", "the row as text"),
        Column("severity", TEXT, "warning or critical", one_of=("warning", "critical")),
        text("found", "what was found"),
        text("expected", "what was expected"),
    ),
)
"""Rows that were refused, as text, with the rule: nothing is lost."""

CHECKS: Final = Table(
    "checks",
    key=("vintage", "rule"),
    columns=(
        Column("vintage", TEXT, "source and vintage the rule judged"),
        Column("rule", TEXT, "name of the rule"),
        Column("rows_judged", COUNT, "rows it looked at", within=(0, 1e12)),
        Column("rows_failed", COUNT, "rows it refused", within=(0, 1e12)),
        Column("verdict", TEXT, "outcome", one_of=("pass", "warning", "critical")),
    ),
)
"""How each rule judged each vintage."""

CLAIMS: Final = Table(
    "claims",
    key=("claim_id",),
    columns=(
        Column("claim_id", TEXT, "one projected number of one publication"),
        PUBLICATION,
        text("series_id", "the series it is about"),
        text("scenario", "case or path"),
        text("location", "ISO code or catalogue id"),
        text("scope", "what is counted"),
        QUANTITY,
        Column("measure", TEXT, "how it is stated", one_of=MEASURES),
        Column("base_year", YEAR, "year growth is counted from", nullable=True),
        number("base_value", "value of the base year"),
        Column("target_year", YEAR, "year it is about", nullable=True),
        number("low", "lower end"),
        number("central", "central value"),
        number("high", "upper end"),
        text("unit", "unit as counted by the claimant"),
        number("stated_cagr_low", "fraction a year as printed"),
        number("stated_cagr_high", "fraction a year as printed"),
        number("stated_multiple", "multiple as printed"),
        text("family", "the line of outlooks whose editions supersede one another"),
        text("edition", "which edition of the family"),
        text("derived_from", "the claim this one repeats, quotes or interpolates"),
        KNOWN,
    ),
)
"""What others say will be."""

OUTCOMES: Final = Table(
    "outcomes",
    key=("claim_id", "publication_id"),
    columns=(
        Column("claim_id", TEXT, "the claim it resolves"),
        number("value", "what came"),
        number("low", "lower end"),
        number("high", "upper end"),
        text("unit", "unit of the claim"),
        Column(
            "basis",
            TEXT,
            "how like the claim it is",
            one_of=("printed", "derived", "different_scope", "different_year"),
        ),
        PUBLICATION,
        KNOWN,
        BASIS,
    ),
)
"""What came of past claims: rows with a date of their own, never columns beside the claim."""
