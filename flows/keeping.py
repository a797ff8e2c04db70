"""What a server is told once it is up: the work pool it offers, and who is dead."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

UNDER_WAY: Final = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)


def offer_pool(api: str, name: str) -> None:
    """Make a pool of processes on this machine, unless it is there."""
    pool = WorkPoolCreate(
        name=name,
        type=ProcessWorker.type,
        base_job_template=ProcessWorker.get_default_base_job_template(),
    )
    with SyncPrefectClient(api) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(pool)


def bury(api: str) -> None:
    """Mark runs whose worker was killed as crashed.

    To Prefect they are alive for ever, and each keeps the next run of its deployment waiting.
    Called before a worker starts, when nothing can be under way.
    """
    left_behind = FlowRunFilter.model_validate({"state": {"type": {"any_": UNDER_WAY}}})
    crashed: State[None] = State(type=StateType.CRASHED, message="its worker ended before it did")
    with SyncPrefectClient(api) as client:
        for run in client.read_flow_runs(flow_run_filter=left_behind):
            client.set_flow_run_state(run.id, crashed, force=True)
