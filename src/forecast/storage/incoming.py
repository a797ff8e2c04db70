"""A payload on its way in: a file aside that nobody reads, and that dies with its writer.

The kernel holds each one for its writer (``flock``), however the writer ends. So whoever ingests
next can tell what was left behind from what is still being written, and sweeps it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from io import FileIO
from typing import TYPE_CHECKING, Final

from forecast.storage.durable import ASIDE, LOCK_FILE, aside, make_folder
from forecast.storage.lock import lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _typeshed import ReadableBuffer

PAYLOAD: Final = "payload"

_WAIT_SECONDS: Final = 60.0
"""A draft is begun and a sweep done in far less; who waits longer meets a stopped process."""


class Draft(FileIO):
    """A payload being written. Any binary file to its writer; `raw.keep` gives it its name."""

    def __init__(self, folder: Path) -> None:
        """Begin in an empty folder of its own."""
        self.folder = folder
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        super().__init__(os.open(folder / PAYLOAD, flags, 0o644), "r+")
        fcntl.flock(self.fileno(), fcntl.LOCK_EX)

    def write(self, piece: ReadableBuffer, /) -> int:
        """Write all of a piece: a bare file may take a part."""
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(self.fileno(), rest) :]
        return memoryview(piece).nbytes

    def replace(self, payload: bytes) -> None:
        """Hold these bytes in place of those that came."""
        self.seek(0)
        self.truncate()
        self.write(payload)

    @property
    def payload(self) -> bytes:
        """All bytes, read now."""
        self.seek(0)
        return self.readall()

    @property
    def sha256(self) -> str:
        """The hash of all bytes, read now, in memory for a piece of them."""
        self.seek(0)
        return hashlib.file_digest(self, "sha256").hexdigest()

    @property
    def size(self) -> int:
        """How many bytes it holds."""
        return os.fstat(self.fileno()).st_size


@contextmanager
def incoming(raw: Path, source: str) -> Iterator[Draft]:
    """Lend a draft; what was not kept by the end of the block is gone."""
    make_folder(raw / ASIDE)
    with lock(raw / ASIDE, wait_seconds=_WAIT_SECONDS):  # no sweep before we hold it
        folder = aside(raw, source)
        make_folder(folder)
        draft = Draft(folder)
    with draft:
        try:
            yield draft
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def sweep(raw: Path) -> list[str]:
    """Remove the drafts whose writers are dead; return their names.

    Raises:
        SettingsError: Another process has begun a draft, or a sweep, and stands still.
    """
    if not (raw / ASIDE).is_dir():
        return []
    with lock(raw / ASIDE, wait_seconds=_WAIT_SECONDS):
        left = sorted(path for path in (raw / ASIDE).iterdir() if path.name != LOCK_FILE)
        dead = [path for path in left if not _written(path / PAYLOAD)]
        for path in dead:
            shutil.rmtree(path, ignore_errors=True)
        return [path.name for path in dead]


def _written(payload: Path) -> bool:
    """Return whether somebody holds a draft."""
    try:
        descriptor = os.open(payload, os.O_RDONLY)
    except OSError:  # begun and not got so far, or just renamed in
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
