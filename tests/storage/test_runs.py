"""A run is written once, whole, sealed by its manifest, and never changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forecast.contracts.errors import VintageError
from forecast.storage import durable
from forecast.storage.runs import verify, write_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecast.storage.runs import FinishedRun

    Finish = Callable[..., FinishedRun]


def test_the_manifest_seals_every_file(processed: Path, finished: Finish) -> None:
    run = finished("a", manifest={"hindsight": ["pue"]})

    folder = write_run(processed, run).folder

    manifest = json.loads((folder / "manifest.json").read_bytes())
    page = run.files["pages/index.html"]
    assert manifest["files"]["pages/index.html"] == {
        "bytes": len(page),
        "sha256": hashlib.sha256(page).hexdigest(),
    }
    assert (manifest["run_id"], manifest["as_of"]) == ("a", "2026-07-07")
    assert (manifest["policy"], manifest["hindsight"]) == ("strict", ["pue"])


def test_the_manifest_is_written_last(
    processed: Path, finished: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = durable.write_file

    def noted(path: Path, payload: bytes) -> None:
        written.append(path.name)
        write(path, payload)

    monkeypatch.setattr(durable, "write_file", noted)

    write_run(processed, finished("a"))

    assert written == ["forecasts.parquet", "index.html", "manifest.json"]


def test_the_same_run_has_the_same_bytes_anywhere(tmp_path: Path, finished: Finish) -> None:
    first, second = (write_run(tmp_path / home, finished("a")).folder for home in "ab")

    assert _bytes(first) == _bytes(second)


def test_a_run_that_stands_is_left_alone(processed: Path, finished: Finish) -> None:
    first = write_run(processed, finished("a"))
    before = _bytes(first.folder)

    again = write_run(processed, finished("a"))

    assert (first.written, again.written, again.differing) == (True, False, ())
    assert _bytes(again.folder) == before


def test_other_bytes_under_the_same_run_id_are_reported_and_not_written(
    processed: Path, finished: Finish
) -> None:
    first = write_run(processed, finished("a"))
    run = finished("a")
    other = replace(run, files={**run.files, "forecasts.parquet": b"other", "new.csv": b""})

    again = write_run(processed, other)

    assert again.differing == ("forecasts.parquet", "new.csv")
    assert _bytes(again.folder) == _bytes(first.folder)


def _alter(folder: Path) -> None:
    (folder / "forecasts.parquet").write_bytes(b"lies")


def _remove(folder: Path) -> None:
    (folder / "forecasts.parquet").unlink()


def _add(folder: Path) -> None:
    (folder / "forecasts.parquet.bak").write_bytes(b"")


@pytest.mark.parametrize("spoil", [_alter, _remove, _add])
def test_a_run_that_disagrees_with_its_manifest_is_refused(
    processed: Path, finished: Finish, spoil: Callable[[Path], None]
) -> None:
    folder = write_run(processed, finished("a")).folder
    spoil(folder)

    with pytest.raises(VintageError, match=r"runs/a: forecasts\.parquet.* altered, missing or add"):
        verify(folder)
    with pytest.raises(VintageError, match="move the folder away and run again"):
        write_run(processed, finished("a"))


@pytest.mark.parametrize("text", [None, "", "{}", "[]"])
def test_a_manifest_that_cannot_be_read_is_refused(
    processed: Path, finished: Finish, text: str | None
) -> None:
    manifest = write_run(processed, finished("a")).folder / "manifest.json"
    if text is None:
        manifest.unlink()
    else:
        manifest.write_text(text)

    with pytest.raises(VintageError, match=r"manifest\.json cannot be read"):
        verify(manifest.parent)


@pytest.mark.parametrize("name", ["../x", "/x", "manifest.json", "a/../b", "a//b", "."])
def test_a_file_stays_below_its_run(processed: Path, finished: Finish, name: str) -> None:
    with pytest.raises(VintageError, match="a file is called"):
        write_run(processed, finished("a", files={name: b""}))


@pytest.mark.parametrize("name", ["", "../a", ".aside", "a/b"])
def test_a_run_id_is_no_path(processed: Path, finished: Finish, name: str) -> None:
    with pytest.raises(VintageError, match="run_id is"):
        write_run(processed, finished(name))


def test_a_manifest_does_not_contradict_its_run(processed: Path, finished: Finish) -> None:
    with pytest.raises(VintageError, match="manifest says policy is 'reconstructed', the run"):
        write_run(processed, finished("a", manifest={"policy": "reconstructed"}))

    assert write_run(processed, finished("a", manifest={"policy": "strict"})).written


def test_a_copied_run_still_proves_itself(
    processed: Path, tmp_path: Path, finished: Finish
) -> None:
    folder = write_run(processed, finished("a")).folder

    manifest: dict[str, Any] = verify(shutil.copytree(folder, tmp_path / "copy"))

    assert manifest["run_id"] == "a"


def _bytes(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
