"""prefect.yaml against the flows it names."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.client.schemas.schedules import CronSchedule

from flows.serve import CHECKOUT, POOL

TEXT = (CHECKOUT / "prefect.yaml").read_text()
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    entry["name"]: entry for entry in yaml.safe_load(TEXT)["deployments"]
}
CRONS = {"daily": ["0 5 * * *"], "weekly": ["0 6 * * 1"], "by-hand": []}


def flow_of(entry: dict[str, Any]) -> Flow[..., Any]:
    module, _, name = entry["entrypoint"].rpartition(".")
    flow = getattr(import_module(module), name)
    assert isinstance(flow, Flow)
    return flow


def test_every_flow_has_a_deployment():
    deployed = {flow_of(entry).name for entry in DEPLOYMENTS.values()}

    defined = re.findall(
        r'@flow\(name="([a-z-]+)"',
        "".join(path.read_text() for path in (CHECKOUT / "flows").glob("*.py")),
    )
    assert deployed == set(defined)
    assert len(deployed) == 3


@pytest.mark.parametrize("name", CRONS)
def test_schedules_are_cron_lines_of_a_named_time_zone(name):
    schedules = [CronSchedule(**schedule) for schedule in DEPLOYMENTS[name]["schedules"]]

    assert [schedule.cron for schedule in schedules] == CRONS[name]
    assert {schedule.timezone for schedule in schedules} <= {"America/New_York"}


@pytest.mark.parametrize("entry", DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_one_run_at_a_time_in_the_local_pool(entry):
    assert entry["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
    assert entry["work_pool"]["name"] == POOL


def test_no_machine_is_named():
    assert "pull" not in yaml.safe_load(TEXT)
    assert not re.search(r"(^|[\s\"'])/\w|~|://", TEXT)
    assert str(Path.home()) not in TEXT
