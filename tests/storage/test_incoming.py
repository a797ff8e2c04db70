"""A payload on its way in is nobody's until it is kept, and nothing's once its writer is dead."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forecast.storage.incoming import Draft, incoming, sweep
from forecast.storage.raw import held, keep, sources

if TYPE_CHECKING:
    from pathlib import Path

MORNING = datetime(2026, 7, 7, 6, tzinfo=UTC)


def aside(raw: Path) -> list[str]:
    return sorted(path.name for path in (raw / ".aside").iterdir() if path.name != ".lock")


def kept(raw: Path, draft: Draft) -> bool:
    return keep(raw, "owid", draft, retrieved_at=MORNING, details={"etag": "7"}).new


def test_a_draft_that_is_kept_is_moved_in_whole(raw: Path) -> None:
    with incoming(raw, "owid") as draft:
        draft.write(b"first, ")
        draft.write(b"then")
        inode = os.fstat(draft.fileno()).st_ino

        assert kept(raw, draft)

    (one,) = held(raw, "owid")
    assert one.payload == b"first, then"
    assert one.details["etag"] == "7"
    assert (one.folder / "payload").stat().st_ino == inode, "it was copied"
    assert aside(raw) == []


def test_a_draft_that_is_not_kept_is_gone(raw: Path) -> None:
    with incoming(raw, "owid") as draft:
        draft.write(b"half")

    assert aside(raw) == []
    assert sources(raw) == []


def test_the_same_bytes_again_are_not_kept_and_leave_nothing(raw: Path) -> None:
    for new in (True, False):
        with incoming(raw, "owid") as draft:
            draft.write(b"same")
            assert kept(raw, draft) is new

    assert len(held(raw, "owid")) == 1
    assert aside(raw) == []


def test_what_was_written_before_may_be_replaced_by_less(raw: Path) -> None:
    with incoming(raw, "owid") as draft:
        draft.write(b"a key and more")
        draft.replace(b"***")

        assert (draft.payload, draft.size) == (b"***", 3)


def test_a_sweep_takes_what_the_dead_left_at_once_and_leaves_the_living_alone(raw: Path) -> None:
    child = os.fork()
    if not child:
        with incoming(raw, "dead") as draft:
            draft.write(b"half")
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    (raw / ".aside" / "begun-and-no-further").mkdir()

    with incoming(raw, "alive") as draft:
        draft.write(b"still coming")
        swept = sweep(raw)

        assert [name.split("-")[0] for name in swept] == ["begun", "dead"]
        assert [name.split("-")[0] for name in aside(raw)] == ["alive"]
        assert kept(raw, draft)


def test_where_nothing_ever_came_in_nothing_is_swept(raw: Path) -> None:
    assert sweep(raw) == []
    assert not raw.exists()
