"""Which run answers for which as-of day: links, each swapped at one instant.

::

    data/processed/
      runs/<run_id>/                     immutable (see ``runs``)
      editions/<as_of>                   → ../runs/<run_id>     strict
      editions-reconstructed/<as_of>     → ../runs/<run_id>
      latest                             → editions/<as_of>     strict, never backwards
      reports/  journal/  cache/  .aside/

A glob over ``editions/*/forecasts.parquet`` meets each edition once at every moment. A library
that opens the same path twice (DuckDB, Polars and ``pyarrow.parquet.read_table`` do) and is
overtaken by a swap in between fails to decode the file: no layout can prevent that, since one
path must mean the old run before the swap and the new one after. Resolving the links first does
prevent it (``find_edition``, ``pinned``): runs do not change and stay 24 h after they are
superseded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import SettingsError, VintageError
from forecast.storage import instants
from forecast.storage.durable import (
    ASIDE,
    aside,
    remove_folder,
    swap_link,
    touch,
)
from forecast.storage.lock import lock
from forecast.storage.runs import write_run

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from forecast.contracts.vintages import Policy
    from forecast.storage.runs import FinishedRun

FOLDERS: Final[dict[Policy, str]] = {
    "strict": "editions",
    "reconstructed": "editions-reconstructed",
}
"""Vintage policy → folder of its editions: the two are never mixed."""

SUPERSEDED_SECONDS: Final = 24 * 3_600
"""How long a run stays after the last link left it: readers may still be in it. [s]"""

_LOCK_SECONDS: Final = 60.0
"""How long to wait for another publication, which takes seconds. [s]"""


@dataclass(frozen=True)
class Published:
    """What a publication changed.

    Attributes:
        run: The folder of the run.
        changed: Whether a run was written or a link moved.
        moved: The links that moved, relative to data/processed.
        differing: Files that came out otherwise than the run that stands (see ``HeldRun``).
    """

    run: Path
    changed: bool
    moved: tuple[str, ...]
    differing: tuple[str, ...]


def publish(processed: Path, run: FinishedRun) -> Published:
    """Write a run and point its edition at it; repeating it finishes what a crash left undone.

    Only runs of the whole catalogue move links, only strict ones move ``latest``, and ``latest``
    never goes back to an earlier day.

    Raises:
        VintageError: The run that stands under this name disagrees with its manifest, or a
            folder stands where a link belongs.
        SettingsError: Another process has been publishing for a minute.
    """
    with lock(processed / ASIDE, wait_seconds=_LOCK_SECONDS):
        held = write_run(processed, run)
        moved = _move_links(processed, run) if run.whole_catalogue else ()
    return Published(held.folder, held.written or bool(moved), moved, held.differing)


def editions(processed: Path, policy: Policy = "strict") -> list[date]:
    """Return the as-of days that have an edition, oldest first."""
    folder = processed / FOLDERS[policy]
    names = (path.name for path in folder.iterdir()) if folder.is_dir() else ()
    return sorted(day for name in names if (day := _day(name)))


def find_edition(processed: Path, as_of: date | str = "latest", policy: Policy = "strict") -> Path:
    """Return the run's folder behind an edition: what is read there stays the same all along.

    Args:
        processed: The folder ``data/processed``.
        as_of: A day, as date or YYYY-MM-DD, or ``latest``.
        policy: Vintage policy of the edition.

    Raises:
        SettingsError: There is no such edition; the message lists those held.
        VintageError: The edition's run was removed by someone else.
    """
    held = editions(processed, policy)
    wanted = as_of if isinstance(as_of, date) else _day(as_of)
    if as_of == "latest":
        wanted = _latest(processed, policy, held)
    if wanted not in held:
        raise SettingsError(
            f"there is no {policy} edition {as_of} in {processed}; held: "
            f"{', '.join(map(str, held)) or 'none'}. Choose one of these or `latest`, or run it: "
            "forecast run --as-of YYYY-MM-DD."
        )
    run = (processed / FOLDERS[policy] / str(wanted)).resolve()
    if not run.is_dir():
        raise VintageError(
            f"{policy} edition {wanted} in {processed} points to {run}, which is gone; expected a "
            f"run there. Restore it, or run it again: forecast run --as-of {wanted}."
        )
    return run


def pinned(processed: Path, name: str, policy: Policy = "strict") -> list[Path]:
    """Return the file ``name`` of every edition that has one, by as-of day, links resolved.

    For readers of many editions at once, in any library: the paths mean the same bytes for at
    least 24 h, whatever is published meanwhile.
    """
    runs = (find_edition(processed, day, policy) for day in editions(processed, policy))
    return [run / name for run in runs if (run / name).is_file()]


def tidy(processed: Path, now: datetime) -> list[str]:
    """Remove runs that no link has pointed to for 24 h; return their run_ids.

    Age is counted from the folder's modification time, which is renewed when a link leaves it.

    Raises:
        VintageError: ``now`` has no time zone.
        SettingsError: Another process has been publishing for a minute.
    """
    oldest = instants.seconds(now, "tidy: now") - SUPERSEDED_SECONDS
    if not (processed / "runs").is_dir():
        return []
    with lock(processed / ASIDE, wait_seconds=_LOCK_SECONDS):
        linked = {
            (processed / FOLDERS[policy] / str(day)).resolve()
            for policy in FOLDERS
            for day in editions(processed, policy)
        }
        runs = sorted(run for run in (processed / "runs").iterdir() if run.is_dir())
        gone = [run for run in runs if run.resolve() not in linked]
        gone = [run for run in gone if run.stat().st_mtime < oldest]
        for run in gone:
            remove_folder(run, aside(processed, run.name))
    return [run.name for run in gone]


def _move_links(processed: Path, run: FinishedRun) -> tuple[str, ...]:
    """Point the edition, and perhaps ``latest``, at a run that is already on disk."""
    edition = f"{FOLDERS[run.policy]}/{run.as_of}"
    targets = {edition: f"../runs/{run.run_id}"}
    latest = _link_day(processed / "latest")
    if run.policy == "strict" and (latest is None or run.as_of > latest):
        targets["latest"] = edition
    return tuple(name for name, target in targets.items() if _point(processed, name, target))


def _point(processed: Path, name: str, target: str) -> bool:
    """Point a link at a target; return whether it had to move."""
    link = processed / name
    if link.is_symlink():
        if str(link.readlink()) == target:
            return False
        if link.is_dir():
            touch(link.resolve())  # its 24 hours begin now, before the first reader loses it
    elif link.exists():
        raise VintageError(
            f"{link} is a folder of its own, expected a link into runs/: was it copied without "
            "its links? Move it away and publish again."
        )
    swap_link(link, target, aside(processed, link.name))
    return True


def _latest(processed: Path, policy: Policy, held: list[date]) -> date | None:
    """Return the day ``latest`` means; reconstructed editions have no link of that name."""
    if policy == "strict":
        return _link_day(processed / "latest")
    return held[-1] if held else None


def _link_day(link: Path) -> date | None:
    """Return the as-of day a link is named after, if it stands."""
    return _day(link.readlink().name) if link.is_symlink() else None


def _day(name: str) -> date | None:
    """Return the day a name spells as YYYY-MM-DD, or None."""
    try:
        day = date.fromisoformat(name)
    except ValueError:
        return None
    return day if str(day) == name else None
