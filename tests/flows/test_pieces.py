"""The pieces of flows that need no server."""

from __future__ import annotations

import socket
import subprocess
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.backfill_editions import MOST_TASK_RUNS, chunks
from flows.children import Children
from flows.serve import stand
from flows.telling import table, verdict
from forecast.contracts.errors import ForecastError, SettingsError


@given(st.integers(1, 2_000))
def test_a_backfill_of_any_length_is_at_most_fifty_task_runs(count):
    days = [date(2000, 1, 1) + timedelta(days=day) for day in range(count)]

    parted = chunks(days)

    assert len(parted) <= MOST_TASK_RUNS
    assert [day for part in parted for day in part] == days


def test_up_to_fifty_days_are_a_task_run_each():
    days = [date(2000, 1, day) for day in range(1, 32)]

    assert chunks(days) == [[day] for day in days]


@pytest.mark.parametrize(
    ("failures", "type_", "message"),
    [
        ([], "COMPLETED", "2 sources done"),
        (["a: busy"], "COMPLETED", "sources failed, 1 of 2: a: busy"),
        (["a: busy", "b: odd"], "FAILED", "sources failed, every one: a: busy · b: odd"),
    ],
)
def test_a_state_says_what_the_exit_code_would(failures, type_, message):
    state = verdict(["a", "b"], failures, "sources")

    assert (state.type.value, state.message) == (type_, message)


def test_a_cell_cannot_break_its_table():
    assert table(["reason"], [["a | b\nc"]]) == "| reason |\n| --- |\n| a \\| b c |"


def test_a_child_that_dies_is_named_with_its_log(tmp_path, plain_environment):
    children = Children(tmp_path, plain_environment)
    children.start("worker", "no_such_module")

    with pytest.raises(ForecastError, match=r"the worker has ended with code 1.*worker\.log"):
        children.wait(lambda: False, what="the worker", seconds=30)

    assert "no_such_module" in (tmp_path / "worker.log").read_text()
    children.stop()


def test_children_end_with_whatever_they_started(tmp_path, plain_environment):
    (tmp_path / "parent.py").write_text(
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pid', 'w').write(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    children = Children(tmp_path, {**plain_environment, "PYTHONPATH": str(tmp_path)})
    children.start("parent", "parent")
    pid = tmp_path / "pid"
    children.wait(lambda: pid.exists() and pid.read_text() != "", what="a child", seconds=30)

    children.stop()

    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", pid.read_text()], check=False, capture_output=True, text=True
    )
    assert state.stdout.strip().rstrip("N") in {"", "Z"}  # N: of low priority


def test_a_taken_port_is_told(town):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])

        with pytest.raises(SettingsError, match=f"port {port} on 127.0.0.1 is taken"):
            stand({"FORECAST_HOME": str(town.home), "FORECAST_PREFECT_PORT": port})


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1"])
def test_a_port_is_a_number_of_a_port(port, town):
    with pytest.raises(SettingsError, match=f"FORECAST_PREFECT_PORT is '{port}'"):
        stand({"FORECAST_HOME": str(town.home), "FORECAST_PREFECT_PORT": port})


def test_prefects_files_lie_below_the_home_unless_said(town, free_port):
    environment = {"FORECAST_HOME": str(town.home), "FORECAST_PREFECT_PORT": str(free_port())}

    assert stand(environment).files == town.processed.resolve() / ".prefect"
