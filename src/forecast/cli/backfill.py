"""``forecast backfill``: past editions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from forecast.cli.common import DEFAULT, Common, now, today
from forecast.cli.printing import print_json, print_text, table
from forecast.contracts.errors import ExitCode

if TYPE_CHECKING:
    from forecast.pipeline.backfilling import Filled


def backfill(
    *,
    first: Annotated[date, Parameter(name="--from")],
    last: Annotated[date, Parameter(name="--to")],
    every: str = "1mo",
    vintages: Literal["strict", "reconstructed"] = "strict",
    dry_run: Annotated[bool, Parameter(negative="")] = False,
    common: Common = DEFAULT,
) -> int:
    """Rebuild past editions: each as an honest forecaster would have said it that day.

    Examples: `forecast backfill --from 2016-12-31 --to 2026-06-30 --every 6mo`,
    `forecast backfill --from 2025-01-31 --to 2025-12-31 --dry-run`.

    Args:
        first: First as-of day, included.
        last: Last as-of day, included.
        every: Step between days: 7d, 2w, 1mo, 1y.
        vintages: strict: what can be proved. reconstructed: period end and the usual lag.
        dry_run: Print the days and stop.
        common: Flags of every verb.
    """
    from forecast.pipeline.backfilling import backfill as fill
    from forecast.pipeline.backfilling import days

    planned = days(first, last, every)
    if dry_run:
        told = [str(day) for day in planned]
        print_json(told) if common.json else print_text("\n".join(told))
        return ExitCode.DONE
    filled = fill(
        planned, common.place(), policy=vintages, today=today(), now=now(), say=common.say()
    )
    failed = [one for one in filled if one.outcome is None]
    if common.json:
        print_json(
            [_plain(one) for one in filled], [f"{one.as_of}: {one.reason}" for one in failed]
        )
    else:
        print_text(_told(filled))
    if not failed:
        return ExitCode.DONE
    return ExitCode.FAILED if len(failed) == len(filled) else ExitCode.SOME_PARTS_FAILED


def _plain(one: Filled) -> dict[str, object]:
    done = one.outcome
    return {
        "as_of": str(one.as_of),
        "run_id": done.run_id if done else None,
        "changed": done.changed if done else None,
        "reason": one.reason,
    }


def _told(filled: list[Filled]) -> str:
    rows = [["as of", "run", "state"]]
    for one in filled:
        state = "failed" if one.outcome is None else "new" if one.outcome.changed else "unchanged"
        rows.append([str(one.as_of), one.outcome.run_id if one.outcome else "", state])
    reasons = [f"{one.as_of}: {one.reason}" for one in filled if one.reason]
    return "\n\n".join([table(rows), *reasons])
