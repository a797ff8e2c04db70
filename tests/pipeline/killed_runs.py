"""Kill a whole ``forecast run`` before each call it makes to the disk, and look what is left.

Run as ``python killed_runs.py HOME``, HOME holding a catalogue and raw tables. A first run
publishes an edition; then one value changes, and for every n a forked run of the same day dies
(SIGKILL) before its n-th write, fsync, rename, link, … A reader then has to find the old
edition or the new one, whole; the repeated run has to end in the bytes of an undisturbed one.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections import Counter
from pathlib import Path

import pandas as pd
from tests.homes import NOW, TODAY
from tests.storage.killer import Knife, died, tree

from forecast.contracts.question import Place
from forecast.pipeline.walk import Asked, run
from forecast.storage.runs import verify


def answered(home: Path) -> None:
    """Run the walk once, warnings and all."""
    run(Asked(), Place(home), today=TODAY, now=NOW)


def changed(home: Path) -> None:
    """Change one value of the newest year."""
    path = home / "data" / "raw" / "own" / "observations.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[-1].split(",")
    cells[5] = "400.0"
    path.write_text("".join([*lines[:-1], ",".join(cells)]), encoding="utf-8")


def seen(home: Path) -> set[str]:
    """Return the runs a reader of every edition finds, having proved each whole."""
    processed = home / "data" / "processed"
    found = set()
    editions = [*processed.glob("editions/*"), processed / "latest"]
    for edition in editions:
        manifest = verify(edition.resolve(strict=True))
        rows = pd.read_parquet(edition / "forecasts.parquet")
        if set(rows["run_id"]) != {manifest["run_id"]}:
            raise AssertionError(f"{edition} is torn")
        found.add(manifest["run_id"])
    if len(editions) != 2:
        raise AssertionError(f"{editions}: an edition is missing or double")
    return found


def published(home: Path) -> dict[str, str]:
    """Return what stands in processed, journal and locks left out."""
    whole = tree(home / "data" / "processed")
    return {name: what for name, what in whole.items() if not name.startswith(("journal", ".lock"))}


def main() -> None:
    """Answer with the number of deaths and what readers saw."""
    home = Path(sys.argv[1])
    answered(home)
    (old,) = seen(home)
    changed(home)
    undisturbed = home.with_name("undisturbed")
    shutil.copytree(home, undisturbed, symlinks=True)
    answered(undisturbed)
    (new,) = seen(undisturbed)
    wanted, told, wrong, n = published(undisturbed), Counter[str](), [], 0
    while True:
        n += 1
        place = home.with_name(f"killed-{n}")
        shutil.copytree(home, place, symlinks=True)
        if not died(lambda n=n, place=place: (Knife(n, halve=False), answered(place))):  # type: ignore[misc]
            break
        found = seen(place)
        told.update("new" if new in found else "old" for _ in [0])
        if not found <= {old, new}:
            wrong.append(f"call {n}: readers see {found}")
        if died(lambda place=place: answered(place)) or published(place) != wanted:  # type: ignore[misc]
            wrong.append(f"call {n}: the repeat differs")
        shutil.rmtree(place)
    print(json.dumps({"deaths": n - 1, "seen": dict(told), "wrong": wrong}))  # noqa: T201


if __name__ == "__main__":
    main()
