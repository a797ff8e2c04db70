"""Flows against a real server and worker, started by `make serve` on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from prefect.blocks.system import Secret
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter
from prefect.client.schemas.objects import StateType
from prefect.deployments import run_deployment
from prefect.states import Running

from flows import ingest_statistics as ingesting_flow
from flows.backfill_editions import backfill_editions
from flows.forecast_demand import forecast_demand
from flows.ingest_statistics import ingest_statistics
from flows.keeping import bury
from forecast.contracts.errors import FetchError, SourceError
from forecast.contracts.question import Place
from forecast.pipeline import walk
from forecast.pipeline.ingesting import Ingested
from forecast.pipeline.walk import Asked

pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    # Prefect leaves the connections of an event loop to the collector
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:unclosed transport:ResourceWarning"),
]

LATE_MONDAY = datetime(2024, 6, 3, 10, 0, tzinfo=UTC)
"""A scheduled start two yearbooks ago: the worker comes very late."""
KNOWN_THEN = date(2024, 3, 1)


def digests(place: Place, run_id: str) -> dict[str, str]:
    folder = place.processed / "runs" / run_id
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def markdown(client: SyncPrefectClient, key: str) -> str:
    newest = client.read_artifacts(
        artifact_filter=ArtifactFilter.model_validate({"key": {"any_": [key]}})
    )
    return str(newest[-1].data)


def test_the_worker_answers_for_the_scheduled_day_with_the_bytes_of_plain_run(with_server, town):
    asked = Asked(as_of=KNOWN_THEN)
    plain = walk.run(asked, town, today=date(2026, 11, 1), now=datetime.now(UTC))

    late = run_deployment(
        "forecast-demand/weekly", scheduled_time=LATE_MONDAY, timeout=150, poll_interval=0.5
    )

    assert late.state.is_completed(), late.state.message
    edition = with_server.place.processed / "editions" / str(KNOWN_THEN)
    assert edition.resolve().name == plain.run_id
    assert digests(with_server.place, plain.run_id) == digests(town, plain.run_id)
    with SyncPrefectClient(with_server.api) as client:
        told = markdown(client, "forecast-summary")
    assert told == (edition / "report.md").read_text()


def test_orchestrated_the_command_line_gives_the_bytes_of_plain_run(
    served, town, tmp_path, plain_environment
):
    whole = tmp_path / "other"
    (whole / "data").mkdir(parents=True)
    (whole / "data" / "raw").symlink_to(town.raw)
    (whole / "catalogue.toml").symlink_to(town.home / "catalogue.toml")
    plain = walk.run(Asked(), town, today=date.max, now=datetime.now(UTC))

    told = subprocess.run(
        [sys.executable, "-m", "forecast.cli.main", "run", "--orchestrate", "--json"],
        env={**plain_environment, "FORECAST_HOME": str(whole), "PREFECT_API_URL": served.api},
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["data"]["run_id"] == plain.run_id
    assert digests(Place(whole), plain.run_id) == digests(town, plain.run_id)
    assert all(json.loads(line)["level"] == "info" for line in told.stderr.splitlines())


def test_the_server_plans_both_schedules_in_new_york_hours(served):
    hours = {"ingest-statistics": 5, "forecast-demand": 6}
    deadline = monotonic() + 20
    planned: dict[str, set[int]] = {}

    with SyncPrefectClient(served.api) as client:
        names = {flow.id: flow.name for flow in client.read_flows()}
        while planned.keys() != hours.keys() and monotonic() < deadline:
            sleep(0.2)
            for run in client.read_flow_runs():
                if run.auto_scheduled:
                    local = run.expected_start_time.astimezone(ZoneInfo("America/New_York"))
                    planned.setdefault(names[run.flow_id], set()).add(local.hour)

    assert planned == {name: {hour} for name, hour in hours.items()}


def test_nothing_is_told_to_anyone(served):
    with SyncPrefectClient(served.api) as client:
        settings: dict[str, Any] = client._client.get("/admin/settings").json()

    assert settings["server"]["analytics_enabled"] is False
    assert settings["cloud"]["enable_orchestration_telemetry"] is False
    assert settings["server"]["ephemeral"]["enabled"] is False


def test_runs_left_behind_by_a_killed_machine_are_buried(served):
    with SyncPrefectClient(served.api) as client:
        orphan = client.create_flow_run(forecast_demand, state=Running())

        bury(served.api)

        assert client.read_flow_run(orphan.id).state_type == StateType.CRASHED


def publishers(monkeypatch, **answers: list[Ingested | Exception]) -> list[str]:
    """Let each source give its answers, one an asking; return who was asked, as it grows."""
    asked = []

    def ask(source: str, _place: Place, **_: object) -> Ingested:
        asked.append(source)
        answer = answers[source].pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("forecast.pipeline.ingesting.ask", ask)
    monkeypatch.setattr("forecast.pipeline.ingesting.known_sources", lambda _: tuple(answers))
    monkeypatch.setattr("forecast.pipeline.ingesting.refused", refused)
    at_once = ingesting_flow.ask.with_options(retry_delay_seconds=0)
    monkeypatch.setattr(ingesting_flow, "ask", at_once)
    return asked


def refused(source: str, _place: Place, error: Exception) -> Ingested:
    return Ingested(source, "refused", reason=str(error))


def test_only_a_missing_answer_is_asked_for_again(with_server, town, monkeypatch):
    asked = publishers(
        monkeypatch,
        late=[FetchError("busy"), FetchError("busy"), Ingested("late", "kept", 3)],
        odd=[SourceError("odd: found HTML; expected JSON-stat.")],
    )

    state = asyncio.run(ingest_statistics(home=str(town.home), return_state=True))

    assert asked == ["late", "late", "late", "odd"]
    assert state.is_completed()
    assert "1 of 2: odd: found HTML" in state.message
    with SyncPrefectClient(with_server.api) as client:
        assert "| late | kept | 3 |" in markdown(client, "ingested-sources")


def test_if_every_source_refuses_the_run_has_failed(with_server, town, monkeypatch):
    asked = publishers(monkeypatch, odd=[SourceError("odd: found HTML; expected JSON-stat.")])

    state = asyncio.run(ingest_statistics(home=str(town.home), return_state=True))

    assert asked == ["odd"]
    assert state.is_failed()
    assert "every one: odd: found HTML" in state.message


def test_a_backfill_fills_each_day_and_names_the_one_it_could_not(with_server, town):
    state = asyncio.run(
        backfill_editions(
            date(2023, 6, 30),
            date(2025, 6, 30),
            every="1y",
            home=str(town.home),
            today=date(2025, 1, 1),
            return_state=True,
        )
    )

    assert state.is_completed()
    assert "1 of 3: 2025-06-30: as_of 2025-06-30 is after today" in state.message
    filled = sorted(path.name for path in (town.processed / "editions").iterdir())
    assert filled == ["2023-06-30", "2024-06-30"]
    with SyncPrefectClient(with_server.api) as client:
        assert "| 2024-06-30 | " in markdown(client, "backfilled-editions")


def test_a_run_that_cannot_start_fails_with_our_words(with_server, tmp_path: Path):
    state = asyncio.run(forecast_demand(home=str(tmp_path), return_state=True))

    assert state.is_failed()
    assert "holds no table" in state.message


def test_a_key_comes_from_a_secret_and_goes_no_further_than_the_asking(
    with_server, town, monkeypatch
):
    seen = {}

    def ask(source: str, _place: Place, *, keys: dict[str, str], **_: object) -> Ingested:
        seen[source] = dict(keys)
        return Ingested(source, "kept", 3)

    monkeypatch.setattr("forecast.pipeline.ingesting.ask", ask)
    Secret(value="CANARY-5f2").save("eia-api-key", overwrite=True)

    sources = ("eia_retail_sales", "cso_ireland")
    state = asyncio.run(ingest_statistics(home=str(town.home), sources=sources, return_state=True))

    assert state.is_completed()
    assert seen == {"eia_retail_sales": {"EIA_API_KEY": "CANARY-5f2"}, "cso_ireland": {}}
    with SyncPrefectClient(with_server.api) as client:
        told = [client.read_flow_runs(), client.read_task_runs(), client.read_artifacts()]
    assert "CANARY-5f2" not in str(told)
