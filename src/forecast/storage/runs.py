"""Immutable runs: folders of finished files, sealed by a manifest that is written last.

``runs/<run_id>/manifest.json`` holds size and sha256 of every other file. No clock value enters
a run: the same question gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from forecast.contracts.errors import VintageError
from forecast.contracts.vintages import Policy
from forecast.storage.durable import aside, publish_folder, write_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MANIFEST: Final = "manifest.json"

_REMEDY: Final = "A run never changes: move the folder away and run again."
_RUN_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


@dataclass(frozen=True)
class FinishedRun:
    """What a run gives to storage: everything it says, as bytes.

    Attributes:
        run_id: The hash that names question, data and code.
        as_of: The day whose knowledge it uses.
        policy: Whether that knowledge is proved or reconstructed.
        files: Name → bytes; names may hold ``/``. The manifest is not among them.
        whole_catalogue: Whether every series was asked for: only then do links move.
        manifest: What the manifest says beyond files: row digests, hindsight, versions, …
    """

    run_id: str
    as_of: date
    policy: Policy
    files: Mapping[str, bytes]
    whole_catalogue: bool
    manifest: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class HeldRun:
    """A run on disk.

    Attributes:
        folder: Where it stands; its files never change.
        written: Whether it was written now; a whole one is never written again.
        differing: Files whose bytes on disk are not those now computed, though the run_id is the
            same: another processor or library, or a run that is not the function it should be.
    """

    folder: Path
    written: bool
    differing: tuple[str, ...]


def write_run(processed: Path, run: FinishedRun) -> HeldRun:
    """Write a run under its name, whole or not at all; one that stands whole is left alone.

    Raises:
        VintageError: Its name or a file's cannot be a path, the manifest contradicts the run, or
            the run that stands there disagrees with its own manifest.
    """
    _refuse_bad_names(run)
    folder = processed / "runs" / run.run_id
    sealed = _sealed(run)
    if folder.exists():
        held = verify(folder)["files"]
        ours = {name: facts(payload) for name, payload in run.files.items()}
        differing = {name for name in {*held, *ours} if held.get(name) != ours.get(name)}
        return HeldRun(folder, written=False, differing=tuple(sorted(differing)))
    half_written = aside(processed, run.run_id)
    write_folder(half_written, {**run.files, MANIFEST: sealed})
    publish_folder(half_written, folder)
    return HeldRun(folder, written=True, differing=())


def verify(run_folder: Path) -> dict[str, Any]:
    """Return a run's manifest, once every file has proved to be as it was sealed.

    Raises:
        VintageError: The manifest is missing, or files are altered, missing or added.
    """
    path = run_folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        sealed = manifest["files"]
    except (FileNotFoundError, ValueError, KeyError, TypeError) as error:
        raise VintageError(
            f"{path} cannot be read ({error!r}); expected JSON that lists files. {_REMEDY}"
        ) from error
    found = {
        file.relative_to(run_folder).as_posix(): facts(file.read_bytes())
        for file in sorted(run_folder.rglob("*"))
        if file.is_file() and file != path
    }
    if wrong := sorted(name for name in {*sealed, *found} if sealed.get(name) != found.get(name)):
        raise VintageError(
            f"{run_folder}: {', '.join(wrong)} altered, missing or added since the run was "
            f"sealed; expected what {MANIFEST} lists. {_REMEDY}"
        )
    return manifest


def facts(payload: bytes) -> dict[str, int | str]:
    """Return what the manifest says of a file: its size in bytes and its hash."""
    return {"bytes": len(payload), "sha256": hashlib.sha256(payload).hexdigest()}


def _sealed(run: FinishedRun) -> bytes:
    """Return the manifest's text: what the run is, what it says of itself, every file's hash."""
    own = {
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "policy": run.policy,
        "whole_catalogue": run.whole_catalogue,
        "files": {name: facts(payload) for name, payload in run.files.items()},
    }
    if clash := sorted(key for key in own if run.manifest.get(key, own[key]) != own[key]):
        raise VintageError(
            f"run {run.run_id}: its manifest says {clash[0]} is {run.manifest[clash[0]]!r}, the "
            f"run says {own[clash[0]]!r}. Hand in one answer."
        )
    merged = {**run.manifest, **own}
    return (json.dumps(merged, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _refuse_bad_names(run: FinishedRun) -> None:
    """Raise unless every name is a path below the run's folder."""
    if not _RUN_ID.fullmatch(run.run_id):
        raise VintageError(
            f"run_id is {run.run_id!r}; expected letters, digits, dots, - and _. Mend the caller."
        )
    for name in run.files:
        path = PurePosixPath(name)
        below = path.parts and not path.is_absolute() and ".." not in path.parts
        if name == MANIFEST or not below or str(path) != name:
            raise VintageError(
                f"run {run.run_id}: a file is called {name!r}; expected a relative path other "
                f"than {MANIFEST}, which is built here. Mend the caller."
            )
