"""Large loads of ERCOT and PJM: requested, studied, approved, energised, observed. By hand.

Neither operator offers a page a machine can read: figures stand in slides of their committees and
boards, some only in charts. A reader of those enters them as a CSV file of ours (columns in
``large_load_rows``). Requests are not load: of what is asked for, a small part is ever built.
Dated points and monthly columns of one operator differ in edition; each paper is an edition of
its own. What a forecast adds for large loads is a projection, hence a claim.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

import pandas as pd

from forecast.contracts.errors import VintageError
from forecast.contracts.quantities import unit_factor
from forecast.contracts.tables import CLAIMS, OBSERVATIONS, PUBLICATIONS
from forecast.sources.large_load_rows import (
    ADJUSTMENT,
    KINDS,
    MONTHLY_TOTAL,
    NAME,
    OPTIONAL,
    REQUIRED,
    Entry,
    read_entries,
    refusal,
    slug,
)
from forecast.sources.source import Question, Reading, Situation, Source
from forecast.sources.strict_csv import read_sheet
from forecast.sources.strict_json import Refuse

TITLE: Final = "Large loads of ERCOT and PJM, entered by hand"
LICENCE: Final = "not stated"

_PUBLISHERS: Final = {
    "ercot": ("ERCOT", "https://www.ercot.com/services/rq/large-load-integration"),
    "pjm": ("PJM Interconnection", "https://www.pjm.com/planning/resource-adequacy-planning"),
}
_FAMILIES: Final = {"ercot": "ercot", "pjm": "pjm_large_load"}
_ROUNDING: Final = Decimal("0.01")
"""A total and its parts are read off charts: they may miss each other by this share."""


def questions(_situation: Situation) -> tuple[Question, ...]:
    """Return none: there is no page to ask."""
    return ()


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that each table is whole: its last line ended, and every row readable.

    A table holds what someone entered that day, often the newest figures alone: tables held
    before say nothing of how long it must be.

    Raises:
        SourceError: A table is cut off or a row is not of the known form.
    """
    del held
    refuse = refusal(f"the table {question!a}" if question else "the table")
    if not bodies:
        refuse("came as 0 bodies", "at least one table")
    for body in bodies:
        _sound(read_entries(body, refuse), refuse)
        if not read_sheet(body, refuse, REQUIRED).ended:
            refuse("breaks off in its last line", "a line end after the last row")


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return observations and claims of one table; nothing is summed or converted.

    A stamp proves a figure if it lies after the figure's period and not after the day on which
    we had the file; else the figure is known from that day.

    Args:
        payload: The CSV file.
        retrieved_at: UTC instant from which we have it.

    Raises:
        SourceError: The payload is no such table; the message names row and column.
        VintageError: ``retrieved_at`` has no time zone.
    """
    if retrieved_at.tzinfo is None:
        raise VintageError(
            f"{NAME}: retrieved_at is {retrieved_at}, without a time zone. Expected a UTC instant. "
            "Mend the caller."
        )
    fetched = retrieved_at.astimezone(UTC).date()
    refuse = refusal()
    entries = read_entries(payload, refuse)
    _sound(entries, refuse)
    sha256 = hashlib.sha256(payload).hexdigest()
    left_out: Counter[str] = Counter()
    observed, claimed = [], []
    for entry in entries:
        if entry.category == ADJUSTMENT:
            claimed.append(_claim(entry, fetched))
        elif entry.end > fetched:
            left_out["a period that has not ended: no observation"] += 1
        else:
            observed.append({**_observation(entry, fetched), "raw_sha256": sha256})
    return Reading(
        OBSERVATIONS.shape(pd.DataFrame(observed, columns=OBSERVATIONS.names)),
        _publications(entries),
        claims=CLAIMS.shape(pd.DataFrame(claimed, columns=CLAIMS.names)),
        left_out=left_out,
    )


def _sound(entries: Sequence[Entry], refuse: Refuse) -> None:
    """Check that each figure stands once, and that totals are near the sum of their parts."""
    first: dict[tuple[object, ...], Entry] = {}
    for entry in entries:
        key = (_publication_id(entry), entry.category, entry.start, entry.frequency)
        twin = first.setdefault(key, entry)
        if twin is not entry:
            refuse(
                f"states {entry.category} of {entry.start} in rows {twin.row:,} and {entry.row:,}",
                "each figure of a paper once (name the papers in `paper` where two differ)",
            )
    for (paper, category, *period), total in first.items():
        parts = [
            first.get((paper, f"{category}_{part}", *period))
            for part in ("standalone", "colocated")
        ]
        summed = sum(_mw(part) for part in parts if part)
        if all(parts) and abs(summed - _mw(total)) > _ROUNDING * _mw(total):
            refuse(
                f"holds {total.words} {total.unit} in row {total.row:,}, whose parts are "
                f"{summed:,} MW",
                "a total near the sum of its parts",
            )


def _mw(entry: Entry) -> Decimal:
    return entry.value * int(unit_factor(entry.unit, "MW"))


def _known(entry: Entry, fetched: date) -> tuple[date, str]:
    """Return since when a figure is known, and how we know."""
    stamped = entry.stamped
    told_ahead = entry.category == ADJUSTMENT
    if stamped is not None and stamped <= fetched and (told_ahead or entry.end < stamped):
        return stamped, "stamped"
    return fetched, "fetched"


def _publication_id(entry: Entry) -> str:
    """Return the edition a figure stands in: a paper, by its stamp and name."""
    parts = (entry.table, NAME, entry.published, entry.paper)
    return slug("_".join(part for part in parts if part))


def _observation(entry: Entry, fetched: date) -> dict[str, object]:
    """Return one row of OBSERVATIONS, without the hash."""
    kind = KINDS[entry.table, entry.category]
    known, basis = _known(entry, fetched)
    monthly = entry.frequency == "M"
    total = kind.by_month != kind.by_day and monthly
    return {
        "series_id": kind.by_month if monthly else kind.by_day,
        "period_start": entry.start,
        "period_end": entry.end,
        "publication_id": _publication_id(entry),
        "known_from": known,
        "frequency": entry.frequency,
        "value": float(entry.value),
        "value_text": entry.words,
        "low": None,
        "high": None,
        "unit": entry.unit,
        "quantity": kind.quantity,
        "scope": MONTHLY_TOTAL if total else kind.scope,
        "obs_status": entry.status,
        "known_from_basis": basis,
        "row": entry.row,
    }


def _claim(entry: Entry, fetched: date) -> dict[str, object]:
    """Return one row of CLAIMS: load added to a forecast for large loads of a year."""
    publication = _publication_id(entry)
    known, _ = _known(entry, fetched)
    return {
        **dict.fromkeys(CLAIMS.names),
        "claim_id": f"{publication}_{entry.end.year}",
        "publication_id": publication,
        "scenario": "large-load adjustments",
        "location": "US-PJM",
        "scope": "large-load adjustments, data centres and others",
        "quantity": "peak_load",
        "measure": "increment",
        "target_year": entry.end.year,
        "central": float(entry.value),
        "unit": entry.unit,
        "family": "pjm_large_load_adjustments",
        "edition": entry.published or known.isoformat(),
        "known_from": known,
    }


def _publications(entries: Sequence[Entry]) -> pd.DataFrame:
    """Return a row of PUBLICATIONS for each paper; its address is the first that is entered."""
    papers: dict[str, list[Entry]] = {}
    for entry in entries:
        papers.setdefault(_publication_id(entry), []).append(entry)
    rows = [
        {
            "publication_id": publication,
            "family": _FAMILIES[figures[0].table],
            "publisher": _PUBLISHERS[figures[0].table][0],
            "title": figures[0].paper or f"Large load, {figures[0].published or 'undated'}",
            "url": next((f.url for f in figures if f.url), _PUBLISHERS[figures[0].table][1]),
            "published": figures[0].published,
            "licence": LICENCE,
            "attribution": _PUBLISHERS[figures[0].table][0],
            "redistributable": True,
            "grade": "B",
        }
        for publication, figures in papers.items()
    ]
    return PUBLICATIONS.shape(pd.DataFrame(rows))


SOURCE: Final = Source(
    name=NAME,
    title=TITLE,
    licence=LICENCE,
    hosts=(),
    questions=questions,
    complete=complete,
    read=read,
    files=f"a CSV file: {', '.join(REQUIRED)}; if wanted, {', '.join(OPTIONAL)}",
)
"""The publication, for whoever walks all of them."""
