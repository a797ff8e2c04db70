"""The gate: rows kept, rows refused and why, and the vintages that were stopped.

A row is judged once, in the round of the day it became known, against rows known no later
that were kept. A row that breaks a critical rule is refused; a vintage of a series of which
more than a quarter is refused is not that series any more, and is stopped whole: the vintages
before it stay. What is missing is a row of QUARANTINE too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.contracts.tables import CHECKS, OBSERVATIONS, QUARANTINE
from forecast.quality import gone
from forecast.quality.batches import Batches, arrange
from forecast.quality.hours import PADDING_HOURS
from forecast.quality.judging import judge_chunk
from forecast.quality.ledger import Ledger
from forecast.quality.prepared import prepare
from forecast.quality.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forecast.contracts.catalogue import Catalogue
    from forecast.quality.verdicts import VerdictCache


@dataclass(frozen=True)
class Judged:
    """What came through the gate, and what did not.

    Attributes:
        kept: OBSERVATIONS that may be used.
        quarantine: QUARANTINE: rows refused (critical), and what is missing (warning).
        warnings: In the shape of QUARANTINE: rows that were kept in doubt.
        checks: CHECKS: how each rule judged each vintage.
        stopped: ``publication@day series`` → why that vintage was refused whole.
    """

    kept: pd.DataFrame
    quarantine: pd.DataFrame
    warnings: pd.DataFrame
    checks: pd.DataFrame
    stopped: dict[str, str] = field(default_factory=dict)


def judge(
    observations: pd.DataFrame,
    catalogue: Catalogue,
    *,
    families: Mapping[str, str] | None = None,
    beside: pd.DataFrame | None = None,
    cache: VerdictCache | None = None,
) -> Judged:
    """Judge every row of OBSERVATIONS, or recall how it was judged.

    Args:
        observations: OBSERVATIONS of any series and vintage, as readers hand them out.
        catalogue: The series of this house; others are judged by the general rules.
        families: Publication → family. Editions of one family are compared as revisions.
        beside: Rows to compare with that are judged elsewhere: hours of adjoining years.
        cache: Verdicts given before. A run that finds all of them imports no library.

    Raises:
        ContractError: The table has not the columns or types of OBSERVATIONS.
    """
    frame = OBSERVATIONS.shape(observations).assign(beside=False)
    if beside is not None and not beside.empty:
        other = OBSERVATIONS.shape(beside).assign(beside=True)
        frame = pd.concat([frame, other], ignore_index=True)
    batches = arrange(prepare(frame, families or {}))
    ledger = Ledger(batches)
    _pronounce(batches, ledger, catalogue, cache)
    ledger.note_withdrawn(gone.series(batches.rows))
    return Judged(
        kept=OBSERVATIONS.check(ledger.kept()[OBSERVATIONS.names]),
        quarantine=QUARANTINE.check(ledger.quarantine()),
        warnings=QUARANTINE.check(ledger.warnings()),
        checks=CHECKS.check(ledger.checks()),
        stopped=ledger.stopped,
    )


def _pronounce(
    batches: Batches, ledger: Ledger, catalogue: Catalogue, cache: VerdictCache | None
) -> None:
    """Enter every batch's verdict in the ledger: recalled where it is known, else given."""
    unknown = set(range(len(batches.places)))
    keys: dict[int, str] = {}
    if cache is not None:
        keys = batches.keys(catalogue)
        for batch, key in keys.items():
            remembered = cache.get(key)
            if remembered is not None:
                ledger.enter(batch, Verdict.from_bytes(remembered))
                unknown.discard(batch)
    for chunk in batches.chunks:
        judge_chunk(batches, ledger, chunk, unknown, catalogue)
    if cache is not None:
        for batch, verdict in ledger.verdicts(sorted(unknown)).items():
            cache.put(keys[batch], verdict.to_bytes())


_PADDING: Final = pd.Timedelta(hours=PADDING_HOURS)


def judge_in_parts(
    parts: Iterable[pd.DataFrame],
    catalogue: Catalogue,
    *,
    families: Mapping[str, str] | None = None,
    cache: VerdictCache | None = None,
) -> Iterator[Judged]:
    """Judge hours of one series a part at a time, in memory for three parts.

    The verdicts are those of :func:`judge` on the whole, if each part holds whole calendar
    years (UTC, all vintages of them) and the parts come in order.

    Args:
        parts: OBSERVATIONS, usually one authority-year each.
        catalogue: The series of this house.
        families: Publication → family.
        cache: Verdicts given before.
    """
    before: pd.DataFrame | None = None
    part: pd.DataFrame | None = None
    for after in _ended(parts):
        if part is not None:
            edges = [_edge(before, part, last=True), _edge(after, part, last=False)]
            stated = [edge for edge in edges if edge is not None and not edge.empty]
            beside = pd.concat(stated, ignore_index=True) if stated else None
            yield judge(part, catalogue, families=families, beside=beside, cache=cache)
        before, part = part, after


def _ended(parts: Iterable[pd.DataFrame]) -> Iterator[pd.DataFrame | None]:
    yield from parts
    yield None


def _edge(other: pd.DataFrame | None, part: pd.DataFrame, *, last: bool) -> pd.DataFrame | None:
    """Return the rows of an adjoining part that lie within the padding of this one's years."""
    if other is None:
        return None
    start, years = other["period_start"], part["period_start"].dt.year
    if last:
        return other[start >= pd.Timestamp(years.min(), 1, 1) - _PADDING]
    return other[start < pd.Timestamp(years.max() + 1, 1, 1) + _PADDING]
