"""The only door to the disk for writing: what carries its final name is whole, and stays.

Everything half-written lives in ``.aside`` of its data folder and comes in by one rename, after
its bytes are synced. Plain ``os`` functions, looked up when they are called: the torture tests
count them, and kill the process at each.
"""
# A pathlib method would hide the one system call that is meant.
# ruff: noqa: PTH102, PTH104, PTH211

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.storage import instants

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

ASIDE: Final = ".aside"
"""Folder of half-written things, beside the finished ones and on the same disk."""

LOCK_FILE: Final = ".lock"
"""Name of a lock's file (see ``lock``); no sweep removes it."""


def aside(folder: Path, stem: str) -> Path:
    """Return a path in ``folder/.aside`` that nobody else uses; make ``.aside`` if need be."""
    make_folder(folder / ASIDE)
    return folder / ASIDE / f"{stem}-{uuid.uuid4().hex[:12]}"


def make_folder(path: Path) -> None:
    """Make a folder and its missing parents, each one on disk before the next."""
    if path.is_dir():
        return
    make_folder(path.parent)
    with contextlib.suppress(FileExistsError):  # another process was faster
        os.mkdir(path)
    sync(path.parent)


def write_file(path: Path, payload: bytes) -> None:
    """Write a new file and wait until the disk has it. An existing file is never overwritten."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        rest = memoryview(payload)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder of files in the order given; names may hold ``/``."""
    make_folder(folder)
    for name, payload in files.items():
        make_folder((folder / name).parent)
        write_file(folder / name, payload)


def publish_file(target: Path, payload: bytes, aside: Path) -> None:
    """Put a whole file under its final name; a reader sees the old bytes or the new ones."""
    write_file(aside, payload)
    make_folder(target.parent)
    os.rename(aside, target)
    sync(target.parent)


def publish_folder(aside: Path, target: Path) -> None:
    """Put a whole folder under its final name, with everything in it on disk first.

    Raises:
        OSError: A folder that is not empty stands there already.
    """
    for parent, _, names in os.walk(aside, topdown=False):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))
    make_folder(target.parent)
    os.rename(aside, target)
    sync(target.parent)


def append_line(path: Path, line: bytes) -> None:
    """Add one line to a file and wait until the disk has it.

    The line goes out in one write at the file's end, so that several processes may append. Where
    a crash tore the last line, the new one starts on a line of its own.

    Raises:
        OSError: The disk took only a part of the line.
    """
    make_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        size = os.fstat(descriptor).st_size
        torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        whole = (b"\n" if torn else b"") + line + b"\n"
        if (written := os.write(descriptor, whole)) != len(whole):
            raise OSError(
                f"{path} took {written} of {len(whole)} bytes. Is the disk full? Free some space "
                "and append again."
            )
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync(path.parent)


def swap_link(link: Path, target: str, aside: Path) -> None:
    """Point ``link`` at ``target`` (relative to the link) at one instant, from old to new.

    The new link is made under the name ``aside`` and renamed over the old one, so that ``link``
    exists at every moment.
    """
    make_folder(link.parent)
    os.symlink(target, aside)
    os.rename(aside, link)
    sync(link.parent)


def remove_folder(folder: Path, aside: Path) -> None:
    """Remove a folder so that no reader meets half of it: renamed away first, then deleted."""
    os.rename(folder, aside)
    sync(folder.parent)
    shutil.rmtree(aside)


def touch(path: Path) -> None:
    """Set the modification time to now, as the kernel counts it."""
    os.utime(path)


def sweep_aside(folder: Path, older_than_seconds: float, now: datetime) -> list[str]:
    """Remove what dead processes left in ``folder/.aside``; return the names removed.

    Args:
        folder: A data folder, such as ``data/raw`` or ``data/processed``.
        older_than_seconds: Age at which nobody can be writing a thing any more. [s]
        now: The present instant, with a time zone.

    Raises:
        VintageError: ``now`` has no time zone.
    """
    oldest = instants.seconds(now, "sweep_aside: now") - older_than_seconds
    if not (folder / ASIDE).is_dir():
        return []
    leftovers = sorted(path for path in (folder / ASIDE).iterdir() if path.name != LOCK_FILE)
    dead = [path for path in leftovers if _last_touched(path) < oldest]
    for path in dead:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return [path.name for path in dead]


def _last_touched(path: Path) -> float:
    """Return the newest modification time in a tree, or infinity if it is gone. [s since 1970]"""
    within = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    try:
        newest: float = max(entry.lstat().st_mtime for entry in (path, *within))
    except FileNotFoundError:  # its writer has just renamed it in
        return inf
    return newest


def sync(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
