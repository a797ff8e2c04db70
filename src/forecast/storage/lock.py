"""One writer at a time: a lock that dies with its owner, however the owner dies."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import SettingsError
from forecast.storage.durable import LOCK_FILE, make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PAUSE_SECONDS: Final = 0.02
"""Between two tries to take a lock that may be waited for."""

_PID_BYTES: Final = 20
"""Room for the holder's number: overwritten whole, so a reader never meets half of it."""


@contextmanager
def lock(folder: Path, *, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold ``folder`` for one writer; readers are not kept out.

    The kernel holds the lock for an open file (``flock``): it ends with the process, kill -9
    included. A child made by ``fork`` shares it, one made by ``spawn`` does not. The lock is not
    re-entrant: the same process taking it twice waits for itself.

    Args:
        folder: The folder to hold; made if it is missing.
        wait_seconds: How long to wait for another writer before giving up. [s]

    Raises:
        SettingsError: Another process holds the folder.
    """
    make_folder(folder)
    descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(descriptor, folder, wait_seconds)
        os.pwrite(descriptor, f"{os.getpid():<{_PID_BYTES}}".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, folder: Path, wait_seconds: float) -> None:
    """Take the lock, or raise when the wait is over."""
    deadline = monotonic() + wait_seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if monotonic() >= deadline:
                raise SettingsError(_held_message(descriptor, folder, wait_seconds)) from error
            sleep(_PAUSE_SECONDS)
        else:
            return


def _held_message(descriptor: int, folder: Path, wait_seconds: float) -> str:
    """Return who holds the folder, and what to do about it."""
    holder = os.pread(descriptor, _PID_BYTES, 0).decode("ascii", "replace").strip() or "unknown"
    waited = f" after {wait_seconds:g} s" if wait_seconds else ""
    return (
        f"{folder} is still being written by process {holder}{waited}; expected one writer at a "
        f"time. Wait until process {holder} ends, or end it (the lock goes with it), or choose "
        "another --home."
    )
