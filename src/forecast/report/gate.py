"""What the gate made of the data: vintages stopped, rows set aside, rules and their verdicts."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from forecast.report.facts_data import Check, Example, Refused, Stopped
from forecast.report.reading import records
from forecast.report.words import count, months, period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.edition import Edition

Span = tuple[pd.Timestamp, pd.Timestamp]
"""First and last day of a period."""

FEW: Final = 3
"""So many refused rows of a rule and series are shown; the rest are counted."""

MISSING: Final = "missing_period"
"""The rule whose rows are periods, not rows of a payload."""

_ABSENT: Final = (MISSING, "withdrawn_period", "withdrawn_series")
"""Rules about rows that are not there."""

_LONG: Final = 120
"""Longer texts of a row that says no period are cut. [characters]"""

_WORST_FIRST: Final = ("critical", "warning", "pass")


def stopped(edition: Edition) -> tuple[Stopped, ...]:
    """Return the vintages refused whole, by name."""
    return tuple(Stopped(name, why) for name, why in sorted(edition.stopped.items()))


def refused(edition: Edition) -> tuple[Refused, ...]:
    """Return what stands in quarantine, by rule and series, the critical first."""
    rows = edition.tables["quarantine"]
    titles = {series.id: series.title for series in edition.catalogue}
    named = rows.assign(series_id=[_series(text) for text in rows["text"]])
    told = [
        _refused(str(rule), str(series_id), own, titles)
        for (rule, _, series_id), own in named.groupby(["rule", "severity", "series_id"], sort=True)
    ]
    return tuple(sorted(told, key=lambda row: (_WORST_FIRST.index(row.severity), row.rule)))


def _series(text: str) -> str:
    """Return the series a row names first; blank where it names none."""
    first = text.split(",", maxsplit=1)[0].strip()
    return first if re.fullmatch(r"[a-z][a-z0-9_]*", first) else ""


def _refused(rule: str, series_id: str, rows: pd.DataFrame, titles: dict[str, str]) -> Refused:
    examples = _gaps(rows) if rule == MISSING else [_example(row) for row in records(rows)]
    severity = str(rows["severity"].iloc[0])
    shown = len(examples) if rule == MISSING else FEW
    return Refused(
        rule=rule,
        severity=severity,
        fate=_fate(rule, severity),
        series_id=series_id,
        title=titles.get(series_id, series_id),
        count=len(rows),
        examples=tuple(examples[:shown]),
        rest=max(0, len(examples) - shown),
    )


def _fate(rule: str, severity: str) -> str:
    """Return what became of rows: refused, kept in doubt, or never there."""
    if rule in _ABSENT:
        return "missing"
    return "refused" if severity == "critical" else "kept in doubt"


def _example(row: dict[str, Any]) -> Example:
    span = _span(row["text"])
    what = f"{period(*span)}, {_publication(row['text'])}" if span else row["text"][:_LONG]
    return Example(what, row["found"], row["expected"])


def _span(text: str) -> Span | None:
    days = re.findall(r"\d{4}-\d\d-\d\d", text)[:2]
    return (pd.Timestamp(days[0]), pd.Timestamp(days[1])) if len(days) == 2 else None


def _publication(text: str) -> str:
    """Return the publication of a row, whose period stands before or behind it."""
    parts = [part.strip() for part in text.split(",")]
    return next((part for part in parts[1:] if not re.match(r"\d{4}-\d\d-\d\d", part)), "")


def _gaps(rows: pd.DataFrame) -> list[Example]:
    """Return the missing periods of each publication, folded."""
    each: dict[str, list[dict[str, Any]]] = {}
    for row in records(rows):
        each.setdefault(_publication(row["text"]), []).append(row)
    return [
        Example(f"{folded([row['text'] for row in own])}, {name}", _found(own), own[0]["expected"])
        for name, own in each.items()
    ]


def _found(rows: Sequence[dict[str, Any]]) -> str:
    return rows[0]["found"] if len(rows) == 1 else f"{rows[0]['found']}, {count(len(rows))} times"


def folded(texts: Sequence[str]) -> str:
    """Return the periods that texts name, neighbours and yearly repeats folded into ranges.

    Example:
        >>> folded(["2016-01-01 to 2016-12-31", "2017-01-01 to 2017-12-31"])
        '2016 to 2017'
        >>> folded([f"{year}-10-01 to {year}-12-31" for year in (2017, 2018, 2019)])
        '2017 Q4 to 2019 Q4 once a year'
    """
    spans = sorted(span for text in texts if (span := _span(text)))
    runs: list[list[Span]] = []
    for span in spans:
        if runs and _follows(runs[-1], span):
            runs[-1].append(span)
        else:
            runs.append([span])
    return "; ".join(_run(run) for run in runs)


def _follows(run: Sequence[Span], span: Span) -> bool:
    """Whether a period carries a run on, at the step the run has so far."""
    step = _step(run[-1], span)
    allowed = {_step(*pair) for pair in pairwise(run)} or {months(*span), 12}
    return months(*run[-1]) == months(*span) and step in allowed


def _step(one: Span, other: Span) -> int:
    return months(one[0], other[0]) - 1


def _run(run: Sequence[Span]) -> str:
    first, last = period(*run[0]), period(*run[-1])
    if len(run) == 1:
        return first
    if _step(*run[:2]) == months(*run[0]):
        return period(run[0][0], run[-1][1]) if " to " in first else f"{first} to {last}"
    return f"{first} to {last} once a year"


def checks(edition: Edition) -> tuple[Check, ...]:
    """Return how each rule judged, those that refused something first."""
    rows = edition.tables["checks"]
    told = [
        Check(
            rule=str(rule),
            vintages=int(own["vintage"].nunique()),
            judged=int(own["rows_judged"].sum()),
            failed=int(own["rows_failed"].sum()),
            verdict=min(own["verdict"], key=_WORST_FIRST.index),
        )
        for rule, own in rows.groupby("rule", sort=True)
    ]
    return tuple(sorted(told, key=lambda row: (_WORST_FIRST.index(row.verdict), row.rule)))
