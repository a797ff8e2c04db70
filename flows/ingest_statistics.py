"""Ask every publisher for what is new, and keep it: one task a source.

Only chance is retried: no answer now may be an answer in five minutes, but a file its reader
does not know stays unknown. A source that refuses loses nothing and stops no other.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from prefect import flow, task
from prefect.artifacts import acreate_markdown_artifact
from prefect.cache_policies import NO_CACHE

from flows import clock, secrets
from flows.telling import say, table, verdict
from forecast.contracts.errors import FetchError, SourceError
from forecast.contracts.question import Place
from forecast.pipeline import ingesting
from forecast.pipeline.home import find_home
from forecast.pipeline.ingesting import Ingested

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State, TaskRun
    from prefect.tasks import Task


_COLUMNS: Final = ("source", "verdict", "rows", "new", "vintage", "reason")


def by_chance(_task: Task[..., object], _run: TaskRun, state: State) -> bool:
    """Return whether asking again may help."""
    return isinstance(state.data, FetchError)


@task(
    task_run_name="ask {source}",
    retries=2,
    retry_delay_seconds=[60, 300],
    retry_condition_fn=by_chance,
    cache_policy=NO_CACHE,
)
def ask(source: str, place: Place, now: datetime) -> Ingested:
    """One source: the only step of the house that may fail by chance."""
    return ingesting.ask(source, place, now=now, keys=secrets.keys(source))


@flow(name="ingest-statistics")
async def ingest_statistics(
    home: str | None = None, sources: tuple[str, ...] = ()
) -> State[list[Ingested]]:
    """Ask publishers for what is new, and keep it as a vintage.

    Args:
        home: Folder that holds data/ and catalogue.toml; else FORECAST_HOME, else the checkout.
        sources: Publications to ask; all of them if none is named.
    """
    place = find_home(home)
    outcomes = []
    for source in ingesting.known_sources(sources):
        try:
            outcomes.append(ask(source, place, clock.now()))
        except (FetchError, SourceError) as error:
            outcomes.append(ingesting.refused(source, place, error))
        say(f"{source}: {outcomes[-1].verdict}")
    await acreate_markdown_artifact(
        table(_COLUMNS, [tuple(getattr(one, name) for name in _COLUMNS) for one in outcomes]),
        key="ingested-sources",
        description="What became of each source",
    )
    refusals = [one.reason for one in outcomes if one.verdict in {"refused", "partly"}]
    return verdict(outcomes, refusals, "sources")
