"""One writer at a time, and a lock that dies with its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest

import forecast
from forecast.contracts.errors import SettingsError
from forecast.storage.lock import lock

if TYPE_CHECKING:
    from collections.abc import Iterator

HOLD = """
import sys
from pathlib import Path
from forecast.storage.lock import lock

with lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_writer_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    with _another_holds(tmp_path) as other:
        message = rf"still being written by process {other.pid}; .* or end it"
        with pytest.raises(SettingsError, match=message), lock(tmp_path):
            pytest.fail("two writers at once")


def test_a_lock_dies_with_its_owner(tmp_path: Path) -> None:
    with _another_holds(tmp_path) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()

        with lock(tmp_path):
            pass


def test_a_writer_may_wait_for_its_turn(tmp_path: Path) -> None:
    with _another_holds(tmp_path) as other:
        began = monotonic()
        with pytest.raises(SettingsError, match=r"after 0\.1 s"), lock(tmp_path, wait_seconds=0.1):
            pytest.fail("two writers at once")
        assert monotonic() - began >= 0.1

        other.stdin.close()  # type: ignore[union-attr]
        with lock(tmp_path, wait_seconds=10):
            pass


def test_a_lock_may_be_taken_again_once_it_is_free(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path / "new"):
            assert (tmp_path / "new" / ".lock").read_text().strip() == str(os.getpid())


@contextmanager
def _another_holds(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Have another process hold ``folder``."""
    source = str(Path(forecast.__file__).parents[1])
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": source},
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield other
        finally:
            other.kill()
