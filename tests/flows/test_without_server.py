"""No server: said in one line, exit code 2, and none is started behind our back."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.quiet import MANNERS, quieten
from flows.reach import require_server
from forecast.contracts.errors import SettingsError


def test_orchestrate_without_a_server_is_a_usage_error_and_starts_none(
    town, tmp_path, plain_environment
):
    prefect_home = tmp_path / "prefect"
    environment = {**plain_environment, "PREFECT_HOME": str(prefect_home)}

    told = subprocess.run(
        [sys.executable, "-m", "forecast.cli.main", "run", "--orchestrate", "--home", town.home],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode == 2
    assert "PREFECT_API_URL is not set" in told.stderr
    assert "make serve" in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not (prefect_home / "prefect.db").exists()
    assert not town.processed.exists()


def test_a_server_that_does_not_answer_is_named(free_port):
    silent = f"http://127.0.0.1:{free_port()}/api"

    with (
        temporary_settings({PREFECT_API_URL: silent}),
        pytest.raises(SettingsError, match=rf"no Prefect server answers at {silent}.*make serve"),
    ):
        require_server()


def test_what_the_environment_says_already_is_left_alone():
    environment = {"PREFECT_LOGGING_LEVEL": "DEBUG"}

    quieten(environment)

    assert environment == {**MANNERS, "PREFECT_LOGGING_LEVEL": "DEBUG"}


def test_importing_a_flow_sets_prefects_manners():
    assert all(name in os.environ for name in MANNERS)
