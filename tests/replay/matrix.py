"""Fault × source → what came of it, and whether anything was lost or anything wrong came in."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.replay.faults import FORM, WIRE
from tests.replay.faults_by_source import OWN
from tests.replay.scene import CALM, DAY, NOW, PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import pandas as pd
    from tests.replay.faults import Fault
    from tests.replay.scene import Scene

    Row = tuple[str, ...]

    from forecast.pipeline.ingesting import Ingested
    from forecast.pipeline.readings import Spoken

SLOW = ("never answers", "one byte now and then")
"""Faults that cost the patience of a second."""

WITHHELD = {
    "one value withheld as w",
    "one value Not Available",
    "one value null",
    "one value confidential",
    "rows lost, total right",
}
"""Faults that say of a value that there is none: a row without a value is what they mean.

Of rows lost, a few are taken for taken back; many are refused.
"""

UNDATED = {"no stamp", "stamp of tomorrow", "stamp older than its own periods"}
"""Faults that leave a stamp proving nothing: values are right, and known from the fetch."""

AS_SENT = {"int32 maximum and neighbours": {"1527760000.0", "2147480000.0", "431044000.0"}}
"""Faults that no reader may judge: values enter as they were sent, and the gate refuses them."""

SOUND = {
    "right",
    "nothing new",
    "refused",
    "partly",
    "taken back",
    "as sent",
    "short",
    "right, dated when fetched",
}
"""Outcomes that neither lose nor invent.

``short``: rows are missing from the first answer of all, which nothing held can tell.
"""

_APART = ["raw_sha256", "row", "value_text"]
"""Columns that say where a value stands, not what it is."""

_KEYS = {
    "observations": ["series_id", "period_start", "period_end", "publication_id"],
    "claims": ["claim_id"],
    "projects": ["project_id", "period_end"],
}


@dataclass(frozen=True)
class Cell:
    """One fault of one source."""

    source: str
    fault: str
    outcome: str
    """One of SOUND; anything else is a breach."""
    told: str = ""

    @property
    def sound(self) -> bool:
        return self.outcome in SOUND


def faults_of(source: str) -> dict[str, Fault]:
    """Return every fault a source is tried with."""
    return {**WIRE, **FORM, **OWN.get(source, {})}


def said(spoken: Spoken) -> frozenset[Row]:
    """Return what was said that had not been said before, but for where it stands."""
    return frozenset(
        (name, *row) for name, key in _KEYS.items() for row in news(getattr(spoken, name), key)
    )


def news(rows: pd.DataFrame, key: list[str]) -> Iterator[Row]:
    """Yield rows that say of their key something else than the row known before."""
    columns = [name for name in rows if name not in {*_APART, *key, "known_from"}]
    before: dict[Row, Row] = {}
    ordered = rows.sort_values("known_from", kind="stable")
    told = ordered[columns].drop(columns="known_from_basis", errors="ignore")
    days = ordered["known_from"].astype(str)
    for found, day, what in zip(texts(ordered[key]), days, texts(told), strict=True):
        place = tuple("that day" if key[0] == "project_id" and c == day else c for c in found)
        if before.get(place) != what:
            before[place] = what
            yield (*place, day, *what)


def texts(rows: pd.DataFrame) -> Iterator[Row]:
    return zip(*(rows[name].astype(str) for name in rows), strict=True)


@dataclass(frozen=True)
class Honest:
    """A home that holds the first edition, or nothing, and what the second edition says there."""

    folder: Path
    before: frozenset[Row]
    after: frozenset[Row]


def honest(scene: Scene, name: str, folder: Path) -> Honest:
    """Ingest two honest editions of a source; keep the home as it was after the first.

    Raises:
        AssertionError: An honest edition was not kept whole.
    """
    home = scene.at(folder / name)
    publisher = scene.world.publishers[name]
    publisher.revised = False
    first = home.ingest(name)[0]
    second = scene.at(_copy(home.place.home, folder / f"{name}-second"))
    publisher.revised = True
    again = second.ingest(name, now=NOW + DAY)[0]
    known = Honest(home.place.home, said(home.spoken(name)), said(second.spoken(name)))
    if (first.verdict, again.verdict) != ("kept", "kept") or not known.after > known.before:
        raise AssertionError(f"{name}: {first}, {again}, {len(known.before)} rows first")
    return known


def first_time(scene: Scene, name: str, folder: Path) -> Honest:
    """Ingest the second edition where nothing is held; keep an empty home."""
    home = scene.at(folder / f"{name}-first")
    scene.world.publishers[name].revised = True
    home.ingest(name, now=NOW + DAY)
    empty = folder / f"{name}-empty"
    empty.mkdir()
    return Honest(empty, frozenset(), said(home.spoken(name)))


def tried(scene: Scene, name: str, fault: str, known: Honest, home: Path) -> Cell:
    """Return what came of a second edition that comes with a fault."""
    place = scene.at(_copy(known.folder, home))
    files = place.files()
    scene.world.forget()
    scene.world.faults[name] = faults_of(name)[fault]
    patience = PATIENCE if fault in SLOW else CALM
    try:
        outcome = place.ingest(name, now=NOW + DAY, patience=patience)[0]
        rows = known.before if place.files() == files else said(place.spoken(name))
    except Exception as error:  # noqa: BLE001 - whatever escapes is what we look for
        return Cell(name, fault, f"ESCAPED {type(error).__name__}", str(error))
    finally:
        scene.world.forget()
    if files.items() - place.files().items():
        return Cell(name, fault, "LOST", outcome.reason)
    return Cell(name, fault, _judged(fault, outcome, rows, known), outcome.reason)


def recovered(scene: Scene, name: str, fault: str, known: Honest) -> bool:
    """Return whether an honest answer right after a fault leaves all as if none had been."""
    home = known.folder.with_name(f"{name}-again")
    spoilt = tried(scene, name, fault, known, home)
    outcome = scene.at(home).ingest(name, now=NOW + DAY)[0]
    return (
        spoilt.sound
        and outcome.verdict == "kept"
        and said(scene.at(home).spoken(name)) == known.after
    )


def _judged(fault: str, outcome: Ingested, rows: frozenset[Row], known: Honest) -> str:
    if outcome.verdict in {"refused", "partly"} and outcome.source not in outcome.reason:
        return "UNNAMED"
    if outcome.verdict == "refused":
        return "refused" if rows == known.before else "REFUSED AND ENTERED"
    if rows == known.after and outcome.verdict == "kept":
        return "right"
    if rows == known.before and outcome.verdict == "unchanged":
        return "nothing new"
    return _judged_apart(fault, outcome.verdict, rows, known)


def _judged_apart(fault: str, verdict: str, rows: frozenset[Row], known: Honest) -> str:
    """Return what to call an outcome that is neither a refusal nor the honest answer."""
    wrong, missing = rows - known.after, known.after - rows
    if verdict == "kept" and fault in UNDATED and _dated_later(wrong, missing):
        return "right, dated when fetched"
    if not wrong and not known.before:
        return "partly" if verdict == "partly" else "short"
    if verdict == "partly" and known.before <= rows <= known.after:
        return "partly"
    if wrong and fault in WITHHELD and all("nan" in row for row in wrong):
        return "taken back"
    if wrong and all(AS_SENT.get(fault, set()) & set(row) for row in wrong):
        return "as sent"
    return f"WRONG ({verdict}): {len(wrong)} wrong, {len(missing)} missing, {sorted(wrong)[:2]}"


def _dated_later(wrong: frozenset[Row], missing: frozenset[Row]) -> bool:
    """Return whether rows say what was to be said, but as known only from the day of fetching."""
    fetched = str((NOW + DAY).date())
    place = 1 + len(_KEYS["observations"])
    undated = {(*row[:place], *row[place + 1 :]) for row in missing}
    return {(*row[:place], *row[place + 1 :]) for row in wrong} == undated and all(
        row[place] == fetched for row in wrong
    )


def cells(
    scene: Scene,
    folder: Path,
    chosen: Iterable[tuple[str, str]],
    start: Callable[[Scene, str, Path], Honest] = honest,
) -> Iterator[Cell]:
    """Yield the outcome of chosen pairs of source and fault."""
    known: dict[str, Honest] = {}
    for name, fault in chosen:
        if name not in known:
            known[name] = start(scene, name, folder)
        scene.world.publishers[name].revised = True
        yield tried(scene, name, fault, known[name], folder / "tried")


def table(found: Iterable[Cell]) -> str:
    """Return fault × source as Markdown: one row a fault, one column a source."""
    by_fault: dict[str, dict[str, str]] = {}
    for cell in found:
        by_fault.setdefault(cell.fault, {})[cell.source] = cell.outcome
    names = sorted({name for row in by_fault.values() for name in row})
    lines = [f"| fault | {' | '.join(names)} |", f"|---|{'---|' * len(names)}"]
    for fault, row in by_fault.items():
        lines.append(f"| {fault} | {' | '.join(row.get(name, '') for name in names)} |")
    return "\n".join(lines)


def brief(found: Iterable[Cell]) -> str:
    """Return one row a fault: how many sources were tried with it, and what came of it."""
    by_fault: dict[str, Counter[str]] = {}
    for cell in found:
        by_fault.setdefault(cell.fault, Counter())[cell.outcome] += 1
    lines = ["| fault | sources | outcome |", "|---|---|---|"]
    for fault, outcomes in by_fault.items():
        total = outcomes.total()
        parts = [what if n == total else f"{what} {n}" for what, n in outcomes.most_common()]
        lines.append(f"| {fault} | {total} | {', '.join(parts)} |")
    return "\n".join(lines)


def counts(found: Iterable[Cell]) -> str:
    return ", ".join(f"{n} {what}" for what, n in Counter(c.outcome for c in found).most_common())


def _copy(home: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to)
    return to
