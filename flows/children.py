"""Processes of our own: each in a session of its own, so that ctrl-C reaches us alone.

They are stopped in reverse order, and whatever they started with them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import ForecastError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_PAUSE_S: Final = 0.1
_FAREWELL_S: Final = 10.0
"""How long a child may take to end before it is killed. [s]"""


@dataclass
class Children:
    """What runs: its output goes to ``logs/<name>.log``."""

    logs: Path
    environment: Mapping[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *arguments: str) -> None:
        """Start ``python -m <arguments>``."""
        with self._log(name).open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                [sys.executable, "-m", *arguments],
                env=dict(self.environment),
                cwd=self.logs,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def check(self) -> None:
        """Return if all of them run.

        Raises:
            ForecastError: One has ended; the message names its log.
        """
        for name, child in self.running.items():
            if child.poll() is not None:
                raise ForecastError(
                    f"the {name} has ended with code {child.returncode}; it should run until "
                    f"ctrl-C. Read {self._log(name)}, then start again."
                )

    def wait(self, until: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Return as soon as ``until`` holds.

        Raises:
            ForecastError: A child has ended, or the time is over.
        """
        deadline = monotonic() + seconds
        while not until():
            self.check()
            if monotonic() > deadline:
                raise ForecastError(
                    f"{what} did not happen within {seconds:g} s. Read the logs in {self.logs}."
                )
            sleep(_PAUSE_S)

    def stop(self) -> None:
        """End all of them, the last started first; ctrl-C again ends one at once."""
        while self.running:
            _, child = self.running.popitem()
            _signal(child, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                child.wait(_FAREWELL_S)
            _signal(child, signal.SIGKILL)
            child.wait()

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


def _signal(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a child and whatever it started."""
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        return
