"""``forecast run``: the whole walk."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from forecast.cli.common import DEFAULT, Common, now, today
from forecast.cli.printing import print_json, print_text

if TYPE_CHECKING:
    from forecast.pipeline.walk import Asked, Outcome


def run(
    *,
    as_of: date | None = None,
    vintages: Literal["strict", "reconstructed"] = "strict",
    series: Annotated[
        tuple[str, ...], Parameter(negative="", consume_multiple=True, show_default=False)
    ] = (),
    orchestrate: Annotated[bool, Parameter(negative="")] = False,
    common: Common = DEFAULT,
) -> int:
    """Forecast from everything known on a day, and publish the edition.

    Examples: `forecast run`, `forecast run --as-of 2016-12-31`,
    `forecast run --series us_dc --json`.

    Args:
        as_of: Use only what was known by the end of this day. Default: the newest vintage day held.
        vintages: strict: what can be proved. reconstructed: period end and the usual lag.
        series: Only these series of the catalogue; such a run is not published as an edition.
        orchestrate: Run the same steps as Prefect tasks; needs a server (PREFECT_API_URL).
        common: Flags of every verb.
    """
    from forecast.pipeline.walk import Asked
    from forecast.pipeline.walk import run as walk

    asked = Asked(as_of=as_of, policy=vintages, series=tuple(series))
    if orchestrate:
        outcome = _orchestrated(asked, common)
    else:
        outcome = walk(asked, common.place(), today=today(), now=now(), say=common.say())
    return _told(outcome, as_json=common.json)


def _orchestrated(asked: Asked, common: Common) -> Outcome:
    from flows.forecast_demand import orchestrated

    common.say()  # the flow tells its steps to the same logger
    return orchestrated(asked, common.place(), today=today(), now=now())


def _told(outcome: Outcome, *, as_json: bool) -> int:
    if as_json:
        report = json.loads((outcome.folder / "report.json").read_text(encoding="utf-8"))
        print_json(
            {
                "run_id": outcome.run_id,
                "as_of": str(outcome.as_of),
                "vintages": outcome.policy,
                "changed": outcome.changed,
                "published": outcome.published,
                "folder": str(outcome.folder),
                "report": report,
            }
        )
        return 0
    print_text((outcome.folder / "summary.txt").read_text(encoding="utf-8"))
    state = "new" if outcome.changed else "unchanged"
    where = _shortened(outcome)
    print_text(f"\nEdition of {outcome.as_of} ({outcome.policy}), run {outcome.run_id}: {state}")
    print_text(f"Report   {where}/report.html\nTable    {where}/forecasts.parquet")
    return 0


def _shortened(outcome: Outcome) -> str:
    """Return the folder as a person would type it: the edition's link, from here if below."""
    from pathlib import Path

    processed = outcome.folder.parent.parent
    link = {"strict": "editions", "reconstructed": "editions-reconstructed"}[outcome.policy]
    folder = processed / link / str(outcome.as_of) if outcome.published else outcome.folder
    here = Path.cwd()
    return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)
