"""Kill a whole ``forecast run`` before each call it makes to the disk, and look what is left.

Run as ``python killed_runs.py HOME``, HOME holding a catalogue and raw tables. A first run
publishes an edition; then one value changes, and for every n a forked run of the same day dies
(SIGKILL) before its n-th write, fsync, rename, link, … A reader then has to find the old
edition or the new one, whole; the repeated run has to end in the bytes of an undisturbed one.

The numbers are computed once, in the undisturbed run, and handed to the others: what dies here
is everything that touches the disk. All work is done in forked children, since neither Arrow
nor the chart drawer survives a fork of a process that has used them.
"""

from __future__ import annotations

import json
import pickle
import shutil
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa  # noqa: F401 - imported before the forks, used in them
from tests.homes import NOW, TODAY
from tests.storage.killer import Knife, died, tree

from forecast.contracts.question import Place
from forecast.pipeline import composing, forecasting, publishing, walk  # noqa: F401 - as above
from forecast.storage.runs import verify


def answer(home: Path, kept: Path) -> None:
    """Run the walk once; what it computes is taken from ``kept``, or put there."""
    compute = walk.answered

    def answered(ready: walk.Ready, place: Place, say: walk.Say = print) -> walk.Answer:
        if publishing.standing(place, ready.run_id) is not None:
            return compute(ready, place, say)
        stored = kept / ready.run_id
        if not stored.exists():
            whole = compute(ready, place, lambda _: None)
            stored.write_bytes(pickle.dumps((dict(whole.files), dict(whole.facts))))
        return walk.Answer(*pickle.loads(stored.read_bytes()))  # noqa: S301 - our own bytes

    walk.answered = answered  # type: ignore[assignment]
    walk.run(walk.Asked(), Place(home), today=TODAY, now=NOW)


def changed(home: Path) -> None:
    """Change one value of the newest year."""
    path = home / "data" / "raw" / "own" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[-1].split(",")
    cells[5] = "400.0"
    path.write_text("".join([*lines[:-1], ",".join(cells)]), encoding="utf-8")


def seen(home: Path) -> set[str]:
    """Return the runs a reader of every edition finds, each byte proved by its manifest."""
    processed = home / "data" / "processed"
    editions = [path.parent for path in processed.glob("editions/*/forecasts.parquet")]
    if len(editions) != 1:
        raise AssertionError(f"{editions}: an edition is missing or double")
    shown = (*editions, processed / "latest")
    return {verify(edition.resolve(strict=True))["run_id"] for edition in shown}


def published(home: Path) -> dict[str, str]:
    """Return what stands in processed, journal and locks left out."""
    whole = tree(home / "data" / "processed")
    return {name: what for name, what in whole.items() if not name.startswith(("journal", ".lock"))}


def main() -> None:
    """Answer with the number of deaths and what readers saw."""
    home = Path(sys.argv[1])
    kept, undisturbed = home.with_name("answers"), home.with_name("undisturbed")
    kept.mkdir()
    died(lambda: answer(home, kept))
    (old,) = seen(home)
    changed(home)
    shutil.copytree(home, undisturbed, symlinks=True)
    died(lambda: answer(undisturbed, kept))
    (new,) = seen(undisturbed)
    wanted, told, wrong, n = published(undisturbed), Counter[str](), [], 1
    while True:
        place = home.with_name(f"killed-{n}")
        shutil.copytree(home, place, symlinks=True)
        if not died(lambda n=n, place=place: (Knife(n, halve=False), answer(place, kept))):  # type: ignore[misc]
            break
        found = seen(place)
        told["new" if found == {new} else "old" if found == {old} else "other"] += 1
        if died(lambda place=place: answer(place, kept)) or published(place) != wanted:  # type: ignore[misc]
            wrong.append(f"call {n}: the repeat differs")
        shutil.rmtree(place)
        n += 1
    print(json.dumps({"deaths": n - 1, "seen": dict(told), "wrong": wrong}))  # noqa: T201


if __name__ == "__main__":
    main()
