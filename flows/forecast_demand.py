"""The walk as three tasks, and the same bytes as plain ``forecast run``."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from time import monotonic
from typing import Final, TypeVar, cast

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from flows import clock
from flows.reach import require_server
from flows.telling import say
from forecast.contracts.errors import SettingsError
from forecast.contracts.question import Place
from forecast.contracts.vintages import Policy
from forecast.pipeline import walk
from forecast.pipeline.home import find_home
from forecast.pipeline.walk import Answer, Asked, Outcome, Ready

T = TypeVar("T")

PATIENCE_S: Final = 600.0
"""How long a run waits for another writer of its home to end. [s]"""


@task(cache_policy=NO_CACHE)
def prepare(asked: Asked, place: Place, today: date) -> Ready:
    """Fill in the question, and cut the rows it may see."""
    ready = walk.prepare(asked, place, today=today)
    say(walk.known(ready))
    return ready


@task(task_run_name="forecast {ready.run_id}", cache_policy=NO_CACHE)
def forecast(ready: Ready, place: Place) -> Answer:
    """Compute every file of the run, unless it stands."""
    return walk.answered(ready, place, say)


@task(task_run_name="publish {ready.run_id}", cache_policy=NO_CACHE)
def publish(ready: Ready, answer: Answer, place: Place, now: datetime, seconds: float) -> Outcome:
    """Write the run, and point its edition at it."""
    return walk.published(ready, answer, place, now=now, seconds=seconds)


def closed(value: T) -> T:
    """Return what one task hands the next, sealed: Prefect looks inside all else it carries."""
    return cast("T", quote(value))


@flow(name="forecast-demand")
async def forecast_demand(
    home: str | None = None,
    as_of: date | None = None,
    vintages: Policy = "strict",
    series: tuple[str, ...] = (),
    today: date | None = None,
    now: datetime | None = None,
) -> Outcome:
    """Forecast from everything known on a day, and publish the edition.

    Args:
        home: Folder that holds data/ and catalogue.toml; else FORECAST_HOME, else the checkout.
        as_of: Use only what was known by the end of this day; else the newest vintage day held.
        vintages: strict: what can be proved. reconstructed: period end and the usual lag.
        series: Only these series; such a run is not published as an edition.
        today: The day of the asking; else the day the run was scheduled for.
        now: The instant of the asking, for the journal alone; else the clock's.
    """
    started, place = monotonic(), find_home(home)
    asked = Asked(as_of=as_of, policy=vintages, series=series)
    ready = prepare(asked, place, today or clock.scheduled_day())
    with walk.alone(place, wait_seconds=PATIENCE_S):
        answer = forecast(closed(ready), place)
        seconds = monotonic() - started
        outcome = publish(closed(ready), closed(answer), place, now or clock.now(), seconds)
    await acreate_markdown_artifact(
        (outcome.folder / "report.md").read_text(encoding="utf-8"),
        key="forecast-summary",
        description=f"Edition of {outcome.as_of} ({outcome.policy}), run {outcome.run_id}",
    )
    return outcome


def orchestrated(asked: Asked, place: Place, *, today: date, now: datetime) -> Outcome:
    """Answer a question in this process, its steps seen by a Prefect server.

    Raises:
        SettingsError: No server is set, or it does not answer; or a horizon is asked for.
        ForecastError: As in plain ``forecast run``.
    """
    if asked.horizon:
        raise SettingsError("a horizon of its own needs a plain run. Leave one of the two out.")
    require_server()
    return asyncio.run(
        forecast_demand(
            home=str(place.home),
            as_of=asked.as_of,
            vintages=asked.policy,
            series=asked.series,
            today=today,
            now=now,
        )
    )
