"""Past editions, one as-of day after another: each as it would have been said that day."""

from __future__ import annotations

from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Final

from prefect import flow, task
from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    aupdate_progress_artifact,
)
from prefect.cache_policies import NO_CACHE

from flows import clock
from flows.telling import say, table, verdict
from forecast.contracts.question import Place
from forecast.contracts.vintages import Policy
from forecast.pipeline import backfilling
from forecast.pipeline.backfilling import Filled
from forecast.pipeline.home import find_home

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

MOST_TASK_RUNS: Final = 50
"""A flow run of more keeps Prefect's server busy long after it has ended."""


@task(task_run_name="from {days[0]}", cache_policy=NO_CACHE)
def fill(days: list[date], place: Place, vintages: Policy, today: date) -> list[Filled]:
    """Some days, one after another; a day that fails is named and the others go on."""
    return backfilling.backfill(days, place, policy=vintages, today=today, now=clock.now(), say=say)


def chunks(days: list[date]) -> list[list[date]]:
    """Return the days in at most fifty runs of equal length; up to fifty, a day each."""
    length = ceil(len(days) / MOST_TASK_RUNS)
    return [days[start : start + length] for start in range(0, len(days), length)]


@flow(name="backfill-editions")
async def backfill_editions(
    first: date,
    last: date,
    every: str = "1mo",
    vintages: Policy = "strict",
    home: str | None = None,
    today: date | None = None,
) -> State[list[Filled]]:
    """Rebuild past editions.

    Args:
        first: First as-of day, included.
        last: Last as-of day, included.
        every: Step between days: 7d, 2w, 1mo, 1y.
        vintages: strict: what can be proved. reconstructed: period end and the usual lag.
        home: Folder that holds data/ and catalogue.toml; else FORECAST_HOME, else the checkout.
        today: The day of the asking; else the day the run was scheduled for.
    """
    place, asking = find_home(home), today or clock.scheduled_day()
    planned = backfilling.days(first, last, every)
    progress = await acreate_progress_artifact(0.0, key="backfill-progress")
    filled: list[Filled] = []
    for days in chunks(planned):
        filled += fill(days, place, vintages, asking)
        await aupdate_progress_artifact(progress, 100 * len(filled) / len(planned))
    await acreate_markdown_artifact(
        table(["as of", "run", "reason"], [_row(one) for one in filled]),
        key="backfilled-editions",
        description=f"{len(planned)} days from {first} to {last}",
    )
    return verdict(filled, [f"{o.as_of}: {o.reason}" for o in filled if o.reason], "editions")


def _row(one: Filled) -> tuple[date, str, str]:
    return one.as_of, one.outcome.run_id if one.outcome else "", one.reason
