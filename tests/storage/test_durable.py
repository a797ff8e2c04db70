"""What carries its final name is whole, and was on disk before it got it."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from forecast.contracts.errors import VintageError
from forecast.storage import durable

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 7, 7, 6, tzinfo=UTC)


def test_a_file_is_written_in_as_many_writes_as_the_disk_wants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, rest: whole(file, rest[:3]))

    durable.write_file(tmp_path / "file", b"seven, or eight")

    assert (tmp_path / "file").read_bytes() == b"seven, or eight"


def test_a_file_that_stands_is_never_overwritten(tmp_path: Path) -> None:
    durable.write_file(tmp_path / "file", b"first")

    with pytest.raises(FileExistsError, match="file"):
        durable.write_file(tmp_path / "file", b"second")


def test_a_published_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    target = tmp_path / "reports" / "page.html"
    for payload in (b"old", b"new"):
        durable.publish_file(target, payload, durable.aside(tmp_path, "page"))

    assert target.read_bytes() == b"new"
    assert not list((tmp_path / ".aside").iterdir())


def test_nothing_gets_its_name_before_it_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    half_written = durable.aside(tmp_path, "run")
    durable.write_folder(half_written, {"a": b"1", "below/b": b"2"})
    calls = _recorded(monkeypatch)

    durable.publish_folder(half_written, tmp_path / "runs" / "run")

    renamed = calls.index(("rename", half_written.name))
    synced = [name for call, name in calls[:renamed] if call == "fsync"]
    assert synced == ["b", "below", "a", half_written.name, tmp_path.name]
    assert calls[renamed + 1 :] == [("fsync", "runs")]


def test_a_folder_never_replaces_another(tmp_path: Path) -> None:
    for payload in (b"old", b"new"):
        half_written = durable.aside(tmp_path, "run")
        durable.write_folder(half_written, {"file": payload})
        if payload == b"old":
            durable.publish_folder(half_written, tmp_path / "run")

    with pytest.raises(OSError, match="not empty"):
        durable.publish_folder(half_written, tmp_path / "run")
    assert (tmp_path / "run" / "file").read_bytes() == b"old"


def test_a_link_moves_and_is_never_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "editions" / "2026-07-07"
    durable.swap_link(link, "../runs/a", durable.aside(tmp_path, "link"))
    rename = os.rename

    def checked(old: Path, new: Path) -> None:
        assert link.is_symlink()
        rename(old, new)

    monkeypatch.setattr(os, "rename", checked)
    durable.swap_link(link, "../runs/b", durable.aside(tmp_path, "link"))

    assert str(link.readlink()) == "../runs/b"


def test_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    for name, hours in {"dead": 25, "alive": 1}.items():
        durable.write_folder(tmp_path / ".aside" / name, {"file": b""})
        for path in (tmp_path / ".aside" / name / "file", tmp_path / ".aside" / name):
            _age(path, hours)
    durable.write_file(tmp_path / ".aside" / "lone", b"")
    _age(tmp_path / ".aside" / "lone", 25)

    assert durable.sweep_aside(tmp_path, 24 * 3_600, NOW) == ["dead", "lone"]
    assert [path.name for path in (tmp_path / ".aside").iterdir()] == ["alive"]


def test_a_folder_still_written_to_is_not_swept(tmp_path: Path) -> None:
    durable.write_folder(tmp_path / ".aside" / "slow", {"file": b""})
    _age(tmp_path / ".aside" / "slow" / "file", 1)
    _age(tmp_path / ".aside" / "slow", 25)

    assert durable.sweep_aside(tmp_path, 24 * 3_600, NOW) == []


def test_what_is_finished_during_the_sweep_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable.write_folder(tmp_path / ".aside" / "quick", {"file": b""})
    _age(tmp_path / ".aside" / "quick", 25)

    def renamed_meanwhile(path: Path, _: str) -> list[Path]:
        return [path / "gone"]

    monkeypatch.setattr(type(tmp_path), "rglob", renamed_meanwhile)

    assert durable.sweep_aside(tmp_path, 24 * 3_600, NOW) == []


def test_a_lock_is_not_swept(tmp_path: Path) -> None:
    durable.write_folder(tmp_path / ".aside", {".lock": b""})
    _age(tmp_path / ".aside" / ".lock", 25)

    assert durable.sweep_aside(tmp_path, 24 * 3_600, NOW) == []


def test_there_is_nothing_to_sweep_before_anything_was_written(tmp_path: Path) -> None:
    assert durable.sweep_aside(tmp_path, 0, NOW) == []


def test_a_sweep_needs_to_know_the_time_zone(tmp_path: Path) -> None:
    with pytest.raises(VintageError, match=r"now is 2026-07-07.* without a time zone"):
        durable.sweep_aside(tmp_path, 0, NOW.replace(tzinfo=None))


def test_a_line_cut_short_by_a_full_disk_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, line: whole(file, line[:2]))

    with pytest.raises(OSError, match=r"took 2 of 5 bytes\. Is the disk full\?"):
        durable.append_line(tmp_path / "lines", b"line")


def _age(path: Path, hours: float) -> None:
    then = (NOW - timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))


def _recorded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return a list that grows by (call, name) with each sync and rename."""
    calls: list[tuple[str, str]] = []
    opened: dict[int, str] = {}
    real: dict[str, Callable[..., Any]] = {n: getattr(os, n) for n in ("open", "fsync", "rename")}

    def open_(path: Path, *args: Any) -> int:
        descriptor: int = real["open"](path, *args)
        opened[descriptor] = path.name
        return descriptor

    def fsync(descriptor: int) -> None:
        calls.append(("fsync", opened[descriptor]))
        real["fsync"](descriptor)

    def rename(old: Path, new: Path) -> None:
        calls.append(("rename", old.name))
        real["rename"](old, new)

    for name, call in {"open": open_, "fsync": fsync, "rename": rename}.items():
        monkeypatch.setattr(os, name, call)
    return calls
