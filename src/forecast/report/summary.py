"""The forecast in a terminal: a headline, a table, two series more; plain ASCII, 88 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from forecast.report.contents import contents
from forecast.report.tables import span
from forecast.report.words import as_printed, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.edition import Edition
    from forecast.report.facts import Contents, Headline, SeriesFacts

WIDTH: Final = 88
"""Columns of a line, at most."""

LINES: Final = 25
"""Lines of a summary, at most."""

_NAMED: Final = 12
"""Series without a forecast that are named; more are counted."""

_ALSO: Final = ("ie_dc", "us_electricity")
"""Series told in a line each below the headline."""


def summary(edition: Edition) -> str:
    """Return the edition in at most 25 lines of plain text, without a final newline."""
    return told(contents(edition))


def told(page: Contents) -> str:
    """Return contents already gathered in at most 25 lines of plain text."""
    lines = [f"As of {page.as_of}, {page.policy} vintages, history only, run {page.run_id}."]
    lines += _warnings(page)
    for headline in page.headlines[:1]:
        lines += [
            "",
            *_wrapped(headline.answer),
            "",
            *_senses(headline),
            "",
            *_wrapped(headline.known),
            *_wrapped(" ".join(page.facts_of(headline.series_id).remarks)),
        ]
    also = [told for told in page.series if told.series_id in _ALSO] or page.others[:2]
    lines += ["", *(line for told in also for line in _wrapped(_one_line(told)))] if also else []
    lines += _silent(page)
    return "\n".join(_ascii(line) for line in lines[:LINES])


def _warnings(page: Contents) -> list[str]:
    said = []
    if page.policy == "reconstructed":
        said += ["Reconstructed vintages: usual lags and today's values, not what was known then."]
    if page.hindsight:
        late = len(page.hindsight)
        said += [f"Hindsight: {late} assumption{'s' * (late != 1)} became known only later."]
    return said


def _senses(headline: Headline) -> list[str]:
    head = [
        str(headline.year), "median", "50 % range", "90 % range",
        f"{as_printed(headline.level)} GW or more",
    ]  # fmt: skip
    rows = [
        [
            sense.name,
            f"{number(sense.spread.q50)} {sense.unit}",
            span(sense.spread.q25, sense.spread.q75),
            span(sense.spread.q05, sense.spread.q95),
            sense.odds or "-",
        ]
        for sense in headline.senses
    ]
    return _columns([head, *rows])


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _one_line(told: SeriesFacts) -> str:
    row = told.glance
    return (
        f"{told.title}: {number(row.q50, told.digits)} {told.glance_unit} in {row.period} "
        f"(90 % range {span(row.q05, row.q95, told.digits)})."
    )


def _silent(page: Contents) -> list[str]:
    if not page.silent:
        return []
    if len(page.silent) > _NAMED:
        return ["", f"No forecast for {len(page.silent)} series; report.html says why of each."]
    said = f"No forecast: {'; '.join(silent.title for silent in page.silent)}."
    return ["", *_wrapped(said)]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _ascii(line: str) -> str:
    """Return a line any terminal can show."""
    for fancy, simple in (
        ("\u202f", " "),
        ("\u00a0", " "),
        ("\u2212", "-"),
        ("–", "-"),
        ("÷", "/"),
    ):
        line = line.replace(fancy, simple)
    return line.encode("ascii", "replace").decode()
