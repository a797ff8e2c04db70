"""``make serve``: Prefect on this machine alone, with a worker and the three deployments.

::

    server ─▶ work pool ─▶ worker ─▶ deployments of prefect.yaml ─▶ until ctrl-C

Everything listens on loopback, keeps its files in ``data/processed/.prefect`` and ends with us.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Final

from flows.children import Children
from flows.quiet import MANNERS
from forecast.contracts.errors import ExitCode, ForecastError, SettingsError
from forecast.pipeline.home import HOME_VARIABLE, find_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

    from forecast.contracts.question import Place

HOST: Final = "127.0.0.1"
PORT_VARIABLE: Final = "FORECAST_PREFECT_PORT"
DEFAULT_PORT: Final = 4200
POOL: Final = "local"
_WORKER: Final = ("--pool", POOL, "--type", "process", "--limit", "1")
"""One run at a time: a home has one writer."""

CHECKOUT: Final = Path(__file__).resolve().parent.parent

_PATIENCE_S: Final = 120.0
"""How long a server or worker may take to be ready. [s]"""

_WATCH_S: Final = 0.5

_TOLD: Final = """\
Prefect is up   {ui}
Files and logs  {files}
Home            {home}
Run one now     export PREFECT_API_URL={api}
                prefect deployment run forecast-demand/weekly --watch
                prefect deployment run backfill-editions/by-hand -p first=2025-01-31 \
-p last=2025-12-31
or from here    forecast run --orchestrate
Stop            ctrl-C
"""


@dataclass(frozen=True)
class Stand:
    """Where Prefect is served, and for which home."""

    place: Place
    port: int
    files: Path

    @property
    def ui(self) -> str:
        """The address for people."""
        return f"http://{HOST}:{self.port}"

    @property
    def api(self) -> str:
        """The address for ``PREFECT_API_URL``."""
        return f"{self.ui}/api"

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of server and worker; what concerns this stand is ours."""
        return {
            "PREFECT_WORKER_QUERY_SECONDS": "5",
            **MANNERS,
            **base,
            "PREFECT_LOGGING_LEVEL": "INFO",  # into files; quiet is for terminals
            "PREFECT_LOGGING_TO_API_ENABLED": "true",
            "PREFECT_HOME": str(self.files),
            "PREFECT_API_URL": self.api,
            HOME_VARIABLE: str(self.place.home),
        }

    def answers(self, path: str) -> bool:
        """Return whether the server has something at ``/api/<path>``."""
        connection = HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", f"/api/{path}")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def stand(environment: Mapping[str, str]) -> Stand:
    """Return where to serve, as the environment says.

    Raises:
        SettingsError: The port is no number, or it is taken.
    """
    place = find_home(environment.get(HOME_VARIABLE))
    named = environment.get(PORT_VARIABLE) or str(DEFAULT_PORT)
    if not named.isdecimal() or not 0 < int(named) < 65_536:
        raise SettingsError(f"{PORT_VARIABLE} is {named!r}; expected a port, 1 to 65535.")
    with socket.socket() as asking:
        if asking.connect_ex((HOST, int(named))) == 0:
            raise SettingsError(
                f"port {named} on {HOST} is taken, perhaps by an earlier `make serve`. End that, "
                f"or set {PORT_VARIABLE} to another port."
            )
    files = environment.get("PREFECT_HOME") or place.processed / ".prefect"
    return Stand(place, int(named), Path(files).expanduser().resolve())


@contextmanager
def served(where: Stand, environment: Mapping[str, str] = os.environ) -> Iterator[Children]:
    """Serve Prefect while the block runs; everything started is ended after it.

    Raises:
        ForecastError: A part of it did not start; its log is named.
    """
    where.files.mkdir(parents=True, exist_ok=True)
    where.files.chmod(0o700)  # Prefect keeps pickles here; who can write one can run code
    children = Children(where.files, where.environment(environment))
    try:
        children.start(
            "server", "prefect", "server", "start", "--host", HOST, "--port", str(where.port)
        )
        from flows import keeping  # takes as long as the server's start, and meanwhile

        children.wait(lambda: where.answers("health"), what="the server", seconds=_PATIENCE_S)
        keeping.bury(where.api)
        keeping.offer_pool(where.api, POOL)
        children.start("worker", "prefect", "worker", "start", *_WORKER)
        register(children.environment)
        yield children
    finally:
        children.stop()


def register(environment: Mapping[str, str]) -> None:
    """Register the deployments of prefect.yaml with the server that is set.

    Raises:
        SettingsError: There is no prefect.yaml, or Prefect refuses it.
    """
    if not (CHECKOUT / "prefect.yaml").is_file():
        raise SettingsError(f"{CHECKOUT} holds no prefect.yaml. Serve from a checkout.")
    told = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=CHECKOUT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        raise SettingsError(f"prefect.yaml was refused: {' '.join(told.stderr.split()[-60:])}")


def main() -> int:
    """Serve until ctrl-C, or until a part of it ends; return the exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        where = stand(os.environ)
        sys.stderr.write("starting a server, a worker and three deployments: about 20 s\n")
        with served(where) as children:
            _tell(where)
            while True:
                children.check()
                sleep(_WATCH_S)
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return ExitCode.DONE
    except ForecastError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _tell(where: Stand) -> None:
    sys.stdout.write(
        _TOLD.format(ui=where.ui, api=where.api, files=where.files, home=where.place.home)
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
