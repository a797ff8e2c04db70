"""``forecast ingest``: ask publishers for what is new."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from forecast.cli.common import DEFAULT, Common, now
from forecast.cli.printing import print_json, print_text, table
from forecast.contracts.errors import ExitCode

if TYPE_CHECKING:
    from forecast.pipeline.ingesting import Ingested


def ingest(*sources: str, common: Common = DEFAULT) -> int:
    """Ask publishers for what is new, and keep it as a vintage.

    Nothing a publisher does loses anything: a short, wrong or missing answer is refused and
    the last good vintage stays. Set FORECAST_CONTACT to a mail address publishers may use.

    Examples: `forecast ingest`, `forecast ingest cso_ireland`.

    Args:
        sources: Publications to ask; all of them if none is named.
        common: Flags of every verb.
    """
    from forecast.pipeline.ingesting import ingest as ask

    outcomes = ask(sources, common.place(), now=now(), say=common.say())
    refused = [outcome for outcome in outcomes if outcome.verdict == "refused"]
    if common.json:
        print_json([asdict(outcome) for outcome in outcomes], [one.reason for one in refused])
    else:
        print_text(_told(outcomes))
    if not refused:
        return ExitCode.DONE
    every = len(refused) == len(outcomes)
    return ExitCode.EVERY_SOURCE_REFUSED if every else ExitCode.SOME_PARTS_FAILED


def _told(outcomes: list[Ingested]) -> str:
    rows = [["source", "verdict", "rows", "vintage"]]
    rows += [[one.source, one.verdict, str(one.rows or ""), one.vintage] for one in outcomes]
    reasons = [one.reason for one in outcomes if one.reason]
    return "\n\n".join([table(rows, right=(2,)), *reasons])
