"""A small home, and one real server for all: `make serve` itself, on a free port."""

from __future__ import annotations

import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from forecast.contracts.question import Place
from forecast.storage.lock import lock

READY_S = 150
SERVING: list[subprocess.Popen[bytes]] = []
"""Kept, so that no worker of xdist calls it lost while another still uses it."""
CATALOGUE = """\
[[series]]
id = "town_dc"
title = "Data centres of one town"
location = "IRL"
quantity = "energy"
unit = "GWh"
frequency = "A"
sources = ["own"]
reference_class = "data_centres"
publication_lag_days = 60
horizon = 3
models = ["constant_growth"]
estimand = { boundary = "whole facility", resolver = "the town's next yearbook" }
aggregation = { rule = "sum", completeness = 1.0 }
[series.plausible]
low = 1.0
high = 1000.0
growth_low = -0.5
growth_high = 0.9
known_from = 2020-01-01
"""


@dataclass(frozen=True)
class Served:
    """A server that is up, and the home it works for."""

    api: str
    place: Place


def build_home(folder: Path) -> Place:
    """Write a home whose yearbooks of 2015 to 2025 come out on 1 March of the next year."""
    own = folder / "data" / "raw" / "own"
    own.mkdir(parents=True)
    (folder / "catalogue.toml").write_text(CATALOGUE)
    header = "series_id,period_start,period_end,value,unit,published\n"
    rows = (
        f"town_dc,{year}-01-01,{year}-12-31,{10 * 1.15 ** (year - 2015):.2f},GWh,{year + 1}-03-01\n"
        for year in range(2015, 2026)
    )
    (own / "observations.csv").write_text(header + "".join(rows))
    return Place(folder)


@pytest.fixture
def town(tmp_path: Path) -> Place:
    return build_home(tmp_path / "town")


@pytest.fixture(scope="session")
def free_port() -> Callable[[], int]:
    def find() -> int:
        with socket.socket() as asking:
            asking.bind(("127.0.0.1", 0))
            return int(asking.getsockname()[1])

    return find


@pytest.fixture(scope="session")
def plain_environment() -> dict[str, str]:
    """The environment without a word of Prefect in it."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "FORECAST"))}


@pytest.fixture(scope="session")
def served(
    tmp_path_factory: pytest.TempPathFactory,
    free_port: Callable[[], int],
    plain_environment: dict[str, str],
) -> Iterator[Served]:
    """`make serve`, shared by all of xdist's workers: the first starts it, the last ends it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder /= "served"
    with lock(folder, wait_seconds=2 * READY_S):
        users = _users(folder)
        if not users:
            start(folder, free_port(), plain_environment)
        (folder / "users").write_text(str(users + 1))
    port = int((folder / "port").read_text())
    yield Served(f"http://127.0.0.1:{port}/api", Place(folder / "home"))
    with lock(folder, wait_seconds=READY_S):
        users = _users(folder)
        (folder / "users").write_text(str(users - 1))
        if users == 1:
            os.kill(int((folder / "pid").read_text()), signal.SIGINT)
            wait_until_told(folder, "stopped\n")
    for serving in SERVING:
        serving.poll()
        serving.returncode = 0  # ended, or no longer ours to end


def _users(folder: Path) -> int:
    counted = folder / "users"
    return int(counted.read_text()) if counted.exists() else 0


def start(folder: Path, port: int, plain_environment: dict[str, str]) -> None:
    build_home(folder / "home")
    environment = {
        **plain_environment,
        "FORECAST_HOME": str(folder / "home"),
        "FORECAST_PREFECT_PORT": str(port),
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    with (folder / "told").open("wb") as told:
        serving = subprocess.Popen(
            [sys.executable, "-m", "flows.serve"], env=environment, stdout=told, stderr=told
        )
    SERVING.append(serving)
    (folder / "pid").write_text(str(serving.pid))
    (folder / "port").write_text(str(port))
    wait_until_told(folder, "ctrl-C")


def wait_until_told(folder: Path, words: str) -> None:
    deadline = monotonic() + READY_S
    while words not in (text := (folder / "told").read_text()):
        assert monotonic() < deadline, text
        assert all(serving.poll() in {None, 0} for serving in SERVING), text
        sleep(0.1)


@pytest.fixture
def with_server(served: Served) -> Iterator[Served]:
    """This process speaks to the server, as a command with PREFECT_API_URL would."""
    with temporary_settings({PREFECT_API_URL: served.api}):
        yield served
    gc.collect()  # here, where the sockets Prefect leaves behind are forgiven
