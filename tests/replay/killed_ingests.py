"""Kill an ingest before each call it makes to the disk, and within each write.

Run as ``python killed_ingests.py FOLDER BASE``, BASE being a server of `serving`. A home holds
the first edition of every source; the publishers revise; then for every n a forked ingest dies
(SIGKILL) at its n-th call. What was held has to be there, byte for byte; what came in has to be
whole; nothing may be left anywhere that says the key or names a person, half-written things
included; and the repeated ingest has to end in the bytes of an undisturbed one, with nothing aside.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import urllib.request
from pathlib import Path

import pandas  # noqa: F401, ICN001 - imported before the forks, used in them
import pyarrow  # noqa: F401, ICN001 - as above
from tests.replay.scene import CONTACT, DAY, NOW, small
from tests.storage.killer import Knife, died, tree

from forecast.contracts.question import Place
from forecast.pipeline.ingesting import ingest
from forecast.pipeline.registry import SOURCES
from forecast.storage import raw
from forecast.transport import Clock, Patience, Transport

NAMES = ("eia_retail_sales", "epoch_data_centres", "cso_ireland")
"""An answer in pages, two questions, and one document: enough of every way to keep.

Epoch's files go to disk as they come; the others hold secrets, and go through memory.
"""

SECRETS = (b"CANARY7a3f9c2e", b"a.person@example.org")
"""The key, which EIA quotes back, and the person whom the CSO names."""


def ask(home: Path, *, later: bool) -> None:
    """Ingest as in life, but for the waiting."""
    patience = Patience(connect_s=5, read_s=20, total_s=40, attempts=1, pace_s=0.0)
    transport = Transport(CONTACT, patience=patience, clock=Clock(sleep=lambda _: None))
    now = NOW + DAY if later else NOW
    for outcome in ingest(NAMES, Place(home), now=now, transport=transport):
        if outcome.verdict != "kept" and not later:
            raise AssertionError(str(outcome))


def held(home: Path) -> dict[str, str]:
    """Return the hash of every file of every payload, each proved by being read."""
    folder = Place(home).raw
    for name in raw.sources(folder):
        for one in raw.held(folder, name):
            SOURCES[name].read(one.payload, one.vintage.retrieved_at)
    return tree(folder)


def wrong_after(home: Path, before: dict[str, str], wanted: dict[str, str]) -> str:
    """Return what a reader finds wrong after a death and a repetition; nothing if all is well."""
    met = held(home)
    if told := secrets_in(home):
        return f"secrets in {told}"
    if before.items() - met.items():
        return f"lost {sorted(set(before) - set(met))}"
    if met.items() - wanted.items():
        return f"neither old nor new: {sorted(met.items() - wanted.items())}"
    if died(lambda: ask(home, later=True)):
        return "the repetition died"
    again = held(home)
    left = {path.name for path in (Place(home).raw / ".aside").iterdir()} - {".lock"}
    if left:
        return f"left aside: {sorted(left)}"
    return "" if again == wanted else f"repeated: {sorted(again.items() ^ wanted.items())}"


def secrets_in(home: Path) -> list[str]:
    """Return the files, finished or not, in which a secret stands."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return [path.name for path in files if any(one in path.read_bytes() for one in SECRETS)]


def main() -> None:
    folder, base = Path(sys.argv[1]), sys.argv[2]
    os.environ.update({f"FORECAST_BASE_URL_{n.upper()}": f"{base}/{n}" for n in SOURCES})
    os.environ["EIA_API_KEY"] = SECRETS[0].decode()
    SOURCES.update({name: small(SOURCES[name]) for name in NAMES})
    home = folder / "home"
    died(lambda: ask(home, later=False))
    before = held(home)
    urllib.request.urlopen(f"{base}/tell/revised").read()  # noqa: S310 - our own server
    undisturbed = shutil.copytree(home, folder / "undisturbed", symlinks=True)
    died(lambda: ask(undisturbed, later=True))
    wanted, deaths, wrong = held(undisturbed), 0, []
    for halve in (False, True):
        n = 1
        while True:
            place = shutil.copytree(home, folder / f"killed-{n}-{halve}", symlinks=True)
            if not died(lambda n=n, p=place, h=halve: (Knife(n, halve=h), ask(p, later=True))):  # type: ignore[misc]
                break
            if found := wrong_after(place, before, wanted):
                wrong.append(f"call {n}, within {halve}: {found}")
            shutil.rmtree(place)
            deaths, n = deaths + 1, n + 1
    print(json.dumps({"deaths": deaths, "new": len(wanted) - len(before), "wrong": wrong}))  # noqa: T201


if __name__ == "__main__":
    main()
