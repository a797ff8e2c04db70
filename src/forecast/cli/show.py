"""``forecast show SERIES``: what an edition says of one series, and from what."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from forecast.cli.answers import ANSWERS as _ANSWERS
from forecast.cli.common import DEFAULT, Common
from forecast.cli.printing import print_json, print_text, table

if TYPE_CHECKING:
    import pandas as pd

    from forecast.pipeline.reading import Shown


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """What to be told of a series, instead of its forecast."""

    sources: Annotated[
        bool, Parameter(negative="", help="Who says so: publications, grades, licences.")
    ] = False
    revisions: Annotated[
        bool, Parameter(negative="", help="Periods stated more than once, and how far they part.")
    ] = False
    checks: Annotated[
        bool, Parameter(negative="", help="What the gate made of the series' vintages.")
    ] = False
    why: Annotated[
        bool, Parameter(negative="", help="Models, their past scores, the width learned from them.")
    ] = False


EVERYTHING = Asked()


def show(
    series: str,
    *,
    edition: str = "latest",
    asked: Asked = EVERYTHING,
    common: Common = DEFAULT,
) -> int:
    """Show one series of an edition: forecast, sources, what was left out and why.

    Examples: `forecast show us_dc`, `forecast show ie_dc --revisions`,
    `forecast show ie_dc --edition 2025-06-30`.

    Args:
        series: A series of the catalogue.
        edition: `latest`, or the as-of day of an edition.
        asked: What to be told instead of the forecast.
        common: Flags of every verb.
    """
    from forecast.pipeline.reading import show as shown_of

    shown = shown_of(series, common.place(), edition=edition)
    if common.json:
        print_json(
            {
                "series_id": shown.series_id,
                "as_of": shown.as_of,
                "run_id": shown.run_id,
                "facts": shown.facts,
                **{name: _plain(getattr(shown, name)) for name in _TABLES},
            }
        )
        return 0
    parts = [_ANSWERS[name](shown) for name, wanted in asdict(asked).items() if wanted]
    print_text("\n\n".join([_title(shown), *parts] if parts else _parts(shown)))
    return 0


_TABLES = (
    "forecasts", "inputs", "observations", "publications", "checks", "quarantine", "scores",
    "calibration",
)  # fmt: skip


def _title(shown: Shown) -> str:
    return f"{shown.title} ({shown.series_id}), as of {shown.as_of}, run {shown.run_id}"


def _plain(frame: pd.DataFrame) -> list[dict[str, object]]:
    records: list[dict[str, object]] = json.loads(
        frame.to_json(orient="records", date_format="iso")
    )
    return records


def _parts(shown: Shown) -> list[str]:
    facts = shown.facts
    parts = [_title(shown)]
    if shown.forecasts.empty:
        why = " ".join(facts.get("remarks", [])) or "it is described only, too short to carry on."
        parts += [f"No forecast: {why}", _observation_table(shown.observations)]
    else:
        parts.append(
            f"Follows {facts['family']} ({', '.join(facts['followed'])}), {facts['points']} "
            f"points. Combined: {', '.join(facts['members']) or 'none, a fallback speaks'}."
        )
        parts += [f"Refused: {reason}" for reason in facts["refusals"].values()]
        parts += [f"Mind: {remark}" for remark in facts["remarks"]]
        parts.append(_forecast_table(shown.forecasts))
    if not shown.inputs.empty:
        parts.append(_input_table(shown.inputs))
    return parts


def _forecast_table(forecasts: pd.DataFrame) -> str:
    rows = [["period", "sense", "model", "5th pct", "median", "95th pct", "unit"]]
    for row in forecasts.to_dict("records"):
        numbers = (f"{row[name]:,.4g}" for name in ("q05", "q50", "q95"))
        period = f"{row['period_end']:%Y-%m}" if row["frequency"] != "A" else str(row["year"])
        rows.append([period, row["quantity"], row["model"], *numbers, row["unit"]])
    return table(rows, right=(3, 4, 5))


def _input_table(inputs: pd.DataFrame) -> str:
    rows = [["period", "value", "unit", "publication", "known from", "what became of it"]]
    for row in inputs.to_dict("records"):
        value = "" if math.isnan(row["value"]) else f"{row['value']:,.6g}"
        told = {"followed": "followed", "left_out": "left out"}[row["role"]]
        told += f": {row['reason']}" if row["reason"] else ""
        period = _span(row["period_start"], row["period_end"])
        known = f"{row['known_from']:%Y-%m-%d}"
        rows.append([period, value, row["unit"], row["publication_id"], known, told])
    return table(rows, right=(1,))


def _span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Return a period by its months, by its days where it is not of whole months."""
    whole = start.day == 1 and end.is_month_end
    return f"{start:%Y-%m}…{end:%Y-%m}" if whole else f"{start:%Y-%m-%d}…{end:%Y-%m-%d}"


_MOST_ROWS = 400
"""Rows a person reads; an authority has hundreds of thousands of hours."""


def _observation_table(observations: pd.DataFrame) -> str:
    if (more := len(observations) - _MOST_ROWS) > 0:
        newest = _observation_table(observations.iloc[-_MOST_ROWS:])
        return f"{newest}\n{more:,} older rows are not shown; --json has all."
    rows = [["period", "value", "low", "high", "unit", "publication", "known from"]]
    for row in observations.to_dict("records"):
        numbers = ("" if math.isnan(row[c]) else f"{row[c]:,.6g}" for c in ("value", "low", "high"))
        period = f"{row['period_start']:%Y-%m-%d}…{row['period_end']:%Y-%m-%d}"
        known = f"{row['known_from']:%Y-%m-%d}"
        rows.append([period, *numbers, row["unit"], row["publication_id"], known])
    return table(rows, right=(1, 2, 3))
