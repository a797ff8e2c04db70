"""A fault planted on purpose, in memory, to see whether the gate catches it.

Nothing is written: the home's observations are read, one series is spoilt, and both tables are
judged. Caught means that the gate said something of a planted row which it did not say before.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.errors import SettingsError

if TYPE_CHECKING:
    import pandas as pd

    from forecast.contracts.question import Place
    from forecast.quality.corruption import Corruption, Planted
    from forecast.quality.gate import Judged


@dataclass(frozen=True)
class Caught:
    """What the gate made of one planted fault."""

    kind: str
    series_id: str
    rows_planted: int
    rows_gone: int
    rules: tuple[str, ...]
    refused: int
    doubted: int

    @property
    def caught(self) -> bool:
        """Whether the gate said anything it did not say of the clean table."""
        return bool(self.rules)


def kinds() -> dict[str, Corruption]:
    """Return every kind of corruption, both authors', by name."""
    from forecast.quality import planting, planting_second

    return {kind.name: kind for kind in (*planting.CORRUPTIONS, *planting_second.CORRUPTIONS)}


def plant(kind: str, series_id: str, place: Place, *, seed: int = 0) -> Caught:
    """Plant one fault in one series and return what the gate made of it.

    Args:
        kind: Name of a corruption.
        series_id: A series the home has rows of.
        place: The home; it is only read.
        seed: Of place and size of the fault.

    Raises:
        SettingsError: The kind or series is unknown, or they do not go together.
    """
    from forecast.pipeline.home import catalogue_of
    from forecast.pipeline.observing import observe
    from forecast.quality.gate import judge

    known = kinds()
    if kind not in known:
        raise SettingsError(f"corruption {kind!r} is unknown. Known: {', '.join(sorted(known))}.")
    observed = observe(place)
    clean = observed.observations.reset_index(drop=True)
    clean["row"] = range(1, len(clean) + 1)  # files number their rows apart; plants need one count
    if series_id not in set(clean["series_id"]):
        raise SettingsError(
            f"series {series_id!r} has no rows in {place.raw}. It holds "
            f"{', '.join(sorted(set(clean['series_id']))[:12])}, …"
        )
    if not known[kind].applies(clean, series_id):
        raise SettingsError(
            f"{kind} cannot happen to {series_id}: too few rows, or another unit or step. "
            "Choose another series."
        )
    name = zlib.crc32(f"{kind} {series_id}".encode())
    planted = known[kind].plant(clean, series_id, np.random.default_rng([seed, name]))
    publications = observed.publications
    families = dict(zip(publications["publication_id"], publications["family"], strict=True))
    catalogue = catalogue_of(place)
    before = judge(clean, catalogue, families=families)
    after = judge(planted.frame, catalogue, families=families)
    return _compared(kind, series_id, planted, before, after)


def _compared(kind: str, series_id: str, planted: Planted, before: Judged, after: Judged) -> Caught:
    new_refusals = _said(after.quarantine) - _said(before.quarantine)
    new_doubts = _said(after.warnings) - _said(before.warnings)
    return Caught(
        kind=kind,
        series_id=series_id,
        rows_planted=len(planted.rows),
        rows_gone=len(planted.gone),
        rules=tuple(sorted({rule for rule, _ in new_refusals | new_doubts})),
        refused=len(planted.frame) - len(after.kept),
        doubted=len(new_doubts),
    )


def _said(table: pd.DataFrame) -> set[tuple[str, str]]:
    """Return what was said of which row: rule and the row as text."""
    return set(zip(table["rule"], table["text"], strict=True))
