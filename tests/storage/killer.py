"""Kill a writer at every single call it makes to the disk, and look at what it left.

Run as ``python killer.py (editions|raw) FOLDER [PAYLOADS]``; prints one JSON object. For each
number n a child is forked that dies (SIGKILL) just before its n-th call; a second round dies
within each write, when half of the bytes are out. After each death a reader looks, the work is
repeated by a process that knows nothing of it, and the result is compared with that of an
undisturbed one. Imports no pandas, so that a fork costs a millisecond.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.storage import durable, editions, raw, runs

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS = ("open", "write", "fsync", "rename", "symlink", "link", "mkdir")
JUNE, JULY = date(2026, 6, 7), date(2026, 7, 7)
MORNING = datetime(2026, 7, 7, 6, tzinfo=UTC)


class Editions:
    """A first edition, a newer run of the same day, then a newer day."""

    states: tuple[dict[str, Any], ...] = (
        {},
        {"2026-06-07": "one"},
        {"2026-06-07": "one", "latest": "one"},
        {"2026-06-07": "two", "latest": "two"},
        {"2026-06-07": "two", "2026-07-07": "three", "latest": "two"},
        {"2026-06-07": "two", "2026-07-07": "three", "latest": "three"},
    )

    def __init__(self, payloads: Path) -> None:
        self.runs = [
            runs.FinishedRun(
                run_id=run_id,
                as_of=as_of,
                policy="strict",
                files={
                    "forecasts.parquet": (payloads / run_id).read_bytes(),
                    "pages/index.html": b"<p>" + run_id.encode(),
                },
                whole_catalogue=True,
            )
            for run_id, as_of in (("one", JUNE), ("two", JUNE), ("three", JULY))
        ]

    def write(self, folder: Path) -> None:
        for run in self.runs:
            editions.publish(folder, run)

    def look(self, folder: Path) -> dict[str, str]:
        """Return what readers see, having read every byte of it."""
        files = {run.run_id: run.files for run in self.runs}
        for run in (folder / "runs").glob("*"):
            runs.verify(run)
        seen = {}
        for path in [*folder.glob("editions/*"), *folder.glob("latest")]:
            run_id = runs.verify(path.resolve(strict=True))["run_id"]
            for name, payload in files[run_id].items():
                if (path / name).read_bytes() != payload:
                    raise AssertionError(f"{path / name} is not as {run_id} wrote it")
            seen[path.name] = run_id
        if len(list(folder.glob("editions/*/forecasts.parquet"))) != len(
            [name for name in seen if name != "latest"]
        ):
            raise AssertionError("an edition has no forecasts")
        return seen


class Raw:
    """A payload, the same again, another one, and one of another source."""

    kept = (("cso", b"first" * 99), ("cso", b"second" * 99), ("owid", b"first" * 99))
    states: tuple[dict[str, Any], ...] = tuple({"kept": n} for n in range(4))

    def write(self, folder: Path) -> None:
        for hour, number in enumerate((0, 0, 1, 2)):
            source, payload = self.kept[number]
            moment = MORNING + timedelta(hours=hour)
            raw.keep(folder, source, payload, retrieved_at=moment, details={"url": "https://…"})

    def look(self, folder: Path) -> dict[str, int]:
        """Return how many payloads are held, having read each."""
        seen = [(s, one.payload) for s in raw.sources(folder) for one in raw.held(folder, s)]
        if tuple(seen) != self.kept[: len(seen)]:
            raise AssertionError(f"held: {seen}")
        return {"kept": len(seen)}


class Knife:
    """Counts the calls to the disk, and kills this process at the n-th."""

    def __init__(self, n: int, *, halve: bool) -> None:
        self.left = n
        self.halve = halve
        for name in CALLS:
            setattr(os, name, self.counted(name, getattr(os, name)))

    def counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.left -= not self.halve or name == "write"
            if not self.left:
                if self.halve and name == "write":
                    call(args[0], args[1][: len(args[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return wrapped


def kill_everywhere(scene: Editions | Raw, folder: Path, *, halve: bool) -> dict[str, Any]:
    """Return how many deaths there were, what readers saw, and what was wrong."""
    undisturbed = folder / "undisturbed"
    scene.write(undisturbed)
    wanted, states, wrong, n = tree(undisturbed), Counter[int](), [], 1
    while True:
        place = folder / f"killed-{n}"
        if not died(lambda n=n, place=place: (Knife(n, halve=halve), scene.write(place))):  # type: ignore[misc]
            break
        try:
            states[recovered(scene, place, wanted)] += 1
        except Exception as error:  # noqa: BLE001 - whatever is wrong belongs in the answer
            wrong.append(f"call {n}: {error!r}")
        shutil.rmtree(place)
        n += 1
    return {
        "deaths": n - 1,
        "states": [states[i] for i in range(len(scene.states))],
        "wrong": wrong,
    }


def recovered(scene: Editions | Raw, place: Path, wanted: dict[str, str]) -> int:
    """Return the state that readers met, having repeated the work and found it undisturbed."""
    state = scene.states.index(scene.look(place))
    if died(lambda: scene.write(place)):
        raise AssertionError("the repetition died")
    if tree(place) != wanted:
        raise AssertionError(f"{tree(place)} after repetition, expected {wanted}")
    sweep(place)
    return state


def died(work: Callable[[], object]) -> bool:
    """Do the work in a forked child; return whether it was killed before the end."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the child must not go on as a parent
            print(repr(error), file=sys.stderr)  # noqa: T201
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise AssertionError(f"the child ended with {status}")
    return status != 0


def tree(folder: Path) -> dict[str, str]:
    """Return every file's hash and every link's target, but for what is aside."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith(durable.ASIDE):
            continue
        if path.is_symlink():
            found[name] = str(path.readlink())
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def sweep(folder: Path) -> None:
    """Clear away what the dead left; nothing may remain."""
    durable.sweep_aside(folder, 0, datetime.now(UTC) + timedelta(days=1))
    if left := [path.name for path in (folder / ".aside").iterdir() if path.name != ".lock"]:
        raise AssertionError(f"not swept: {left}")


def main() -> None:
    """Answer with what was found."""
    scene = Editions(Path(sys.argv[3])) if sys.argv[1] == "editions" else Raw()
    answer: dict[str, Any] = {
        way: kill_everywhere(scene, Path(sys.argv[2], way), halve=way == "within a write")
        for way in ("before a call", "within a write")
    }
    answer["heavy"] = sorted({"pandas", "numpy", "pyarrow"} & set(sys.modules))
    print(json.dumps(answer))  # noqa: T201


if __name__ == "__main__":
    main()
