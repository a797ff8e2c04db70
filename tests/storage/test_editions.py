"""Links say which run answers for a day: only whole runs move them, ``latest`` only forwards."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from forecast.contracts.errors import SettingsError, VintageError
from forecast.storage import editions as room
from forecast.storage.editions import editions, find_edition, pinned, publish, tidy
from forecast.storage.lock import lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forecast.storage.runs import FinishedRun

    Finish = Callable[..., FinishedRun]

JUNE, JULY = date(2026, 6, 7), date(2026, 7, 7)


def test_a_first_edition_is_found_by_day_and_as_latest(processed: Path, finished: Finish) -> None:
    published = publish(processed, finished("a"))

    assert published.moved == ("editions/2026-07-07", "latest")
    for name in (JULY, "2026-07-07", "latest"):
        assert find_edition(processed, name) == published.run.resolve()
    assert editions(processed) == [JULY]


def test_links_are_relative_so_that_the_folder_may_move(
    processed: Path, tmp_path: Path, finished: Finish
) -> None:
    publish(processed, finished("a"))

    processed.rename(tmp_path / "moved")

    assert str((tmp_path / "moved" / "latest").readlink()) == "editions/2026-07-07"
    assert (tmp_path / "moved" / "latest" / "forecasts.parquet").is_file()


def test_a_newer_run_replaces_the_older_one_of_the_same_day(
    processed: Path, finished: Finish
) -> None:
    publish(processed, finished("a"))

    published = publish(processed, finished("b"))

    assert published.moved == ("editions/2026-07-07",)
    assert find_edition(processed).name == find_edition(processed, JULY).name == "b"
    assert (processed / "runs" / "a" / "forecasts.parquet").is_file()


def test_publishing_again_changes_nothing(processed: Path, finished: Finish) -> None:
    publish(processed, finished("a"))

    again = publish(processed, finished("a"))

    assert (again.changed, again.moved, again.differing) == (False, (), ())


def test_latest_never_goes_back(processed: Path, finished: Finish) -> None:
    publish(processed, finished("new", JULY))

    published = publish(processed, finished("old", JUNE))

    assert published.moved == ("editions/2026-06-07",)
    assert find_edition(processed, "latest").name == "new"
    assert editions(processed) == [JUNE, JULY]


def test_a_run_of_some_series_stays_in_runs(processed: Path, finished: Finish) -> None:
    published = publish(processed, finished("part", whole_catalogue=False))

    assert (published.changed, published.moved) == (True, ())
    assert published.run.is_dir()
    assert editions(processed) == []
    assert not (processed / "latest").is_symlink()


def test_reconstructed_editions_stand_apart_and_never_move_latest(
    processed: Path, finished: Finish
) -> None:
    publish(processed, finished("strict", JUNE))
    publish(processed, finished("again", JULY, policy="reconstructed"))

    assert find_edition(processed, "latest").name == "strict"
    assert find_edition(processed, "latest", "reconstructed").name == "again"
    assert editions(processed, "reconstructed") == [JULY]
    assert editions(processed) == [JUNE]


def test_a_missing_edition_is_answered_with_those_held(processed: Path, finished: Finish) -> None:
    publish(processed, finished("a", JUNE))
    publish(processed, finished("b", JULY))

    message = "no strict edition 2026-07-08 in .*; held: 2026-06-07, 2026-07-07"
    with pytest.raises(SettingsError, match=message):
        find_edition(processed, date(2026, 7, 8))


@pytest.mark.parametrize("as_of", ["latest", "2026-07-07", "july", "20260707"])
@pytest.mark.parametrize("policy", ["strict", "reconstructed"])
def test_before_the_first_edition_there_is_none(processed: Path, as_of: str, policy: str) -> None:
    with pytest.raises(SettingsError, match=f"no {policy} edition {as_of} .* held: none"):
        find_edition(processed, as_of, policy)  # type: ignore[arg-type]


def test_pinned_paths_keep_their_bytes_whatever_is_published(
    processed: Path, finished: Finish
) -> None:
    publish(processed, finished("june", JUNE))
    publish(processed, finished("a"))
    publish(processed, finished("bare", date(2026, 8, 7), files={"note.txt": b"no forecast"}))

    paths = pinned(processed, "forecasts.parquet")
    publish(processed, finished("b"))

    assert [path.parent.name for path in paths] == ["june", "a"]
    assert all(path.is_file() for path in paths)


def test_a_folder_in_the_place_of_a_link_is_refused(processed: Path, finished: Finish) -> None:
    publish(processed, finished("a"))
    link = processed / "editions" / "2026-07-07"
    target = link.resolve()
    link.unlink()
    shutil.copytree(target, link)

    with pytest.raises(VintageError, match="is a folder of its own, expected a link into runs/"):
        publish(processed, finished("b"))


def test_a_dangling_link_is_mended_by_the_next_publication(
    processed: Path, finished: Finish
) -> None:
    publish(processed, finished("a"))
    shutil.rmtree(processed / "runs" / "a")
    with pytest.raises(
        VintageError, match=r"edition 2026-07-07 in .* points to .*/a, which is gone"
    ):
        find_edition(processed)

    publish(processed, finished("b"))

    assert find_edition(processed).name == "b"


def test_publishing_waits_for_its_turn(
    processed: Path, finished: Finish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_LOCK_SECONDS", 0.05)

    with (
        lock(processed / ".aside"),
        pytest.raises(SettingsError, match=f"written by process {os.getpid()} after 0.05 s"),
    ):
        publish(processed, finished("a"))


def test_a_superseded_run_stays_for_a_day_after_it_was_superseded(
    processed: Path, finished: Finish
) -> None:
    publish(processed, finished("a"))
    _age(processed / "runs" / "a", days=30)
    publish(processed, finished("b"))
    now = datetime.now(UTC)

    assert tidy(processed, now + timedelta(hours=23)) == []
    assert tidy(processed, now + timedelta(hours=25)) == ["a"]
    assert [run.name for run in (processed / "runs").iterdir()] == ["b"]


def test_runs_that_a_link_points_to_stay_for_ever(processed: Path, finished: Finish) -> None:
    publish(processed, finished("strict"))
    publish(processed, finished("again", policy="reconstructed"))
    publish(processed, finished("part", whole_catalogue=False))

    assert tidy(processed, datetime.now(UTC) + timedelta(days=30)) == ["part"]
    assert find_edition(processed).name == "strict"
    assert find_edition(processed, JULY, "reconstructed").name == "again"


def test_tidying_needs_to_know_the_time_zone(processed: Path) -> None:
    with pytest.raises(VintageError, match=r"tidy: now is 2026-07-07.* without a time zone"):
        tidy(processed, datetime(2026, 7, 7))  # noqa: DTZ001 - the mistake in question


def test_there_is_nothing_to_tidy_before_the_first_run(processed: Path) -> None:
    assert tidy(processed, datetime.now(UTC)) == []


def _age(folder: Path, *, days: float) -> None:
    then = folder.stat().st_mtime - days * 24 * 3_600
    os.utime(folder, (then, then))
