"""How old what is known is: every publication, and the newest of each family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from forecast.report.facts_data import Family, Source
from forecast.report.reading import records

if TYPE_CHECKING:
    from forecast.contracts.edition import Edition


def sources(edition: Edition) -> tuple[Source, ...]:
    """Return the publications known, by family, the newest first."""
    observed = edition.tables["observations"].groupby("publication_id")["known_from"]
    claimed = edition.tables["claims"].groupby("publication_id")["known_from"]
    rows, claims = observed.size().to_dict(), claimed.size().to_dict()
    newest = {**claimed.max().to_dict(), **observed.max().to_dict()}
    today = pd.Timestamp(edition.as_of)
    told = [
        _source(row, newest.get(row["publication_id"]), today, (rows, claims))
        for row in records(edition.tables["publications"])
    ]
    return tuple(sorted(told, key=lambda row: (row.family, _old(row), row.publication_id)))


def _old(source: Source) -> int:
    return 0 if source.age_days is None else source.age_days


def _source(
    row: dict[str, Any],
    newest: pd.Timestamp | None,
    today: pd.Timestamp,
    counted: tuple[dict[Any, int], dict[Any, int]],
) -> Source:
    name = row["publication_id"]
    return Source(
        publication_id=name,
        publisher=row["publisher"],
        title=row["title"],
        family=row["family"],
        known_from="" if newest is None else f"{newest:%Y-%m-%d}",
        age_days=None if newest is None else (today - newest).days,
        grade=row["grade"],
        licence=row["licence"] or "not stated",
        rows=int(counted[0].get(name, 0)),
        claims=int(counted[1].get(name, 0)),
    )


def families(known: tuple[Source, ...]) -> tuple[Family, ...]:
    """Return the families with observations, those with most rows first."""
    each: dict[str, list[Source]] = {}
    for source in known:
        if source.rows:
            each.setdefault(source.family, []).append(source)
    told = [
        Family(
            family=name,
            publications=len(own),
            newest=own[0].title,
            publisher=own[0].publisher,
            known_from=own[0].known_from,
            age_days=_old(own[0]),
            rows=sum(source.rows for source in own),
        )
        for name, own in each.items()
    ]
    return tuple(sorted(told, key=lambda row: (-row.rows, row.family)))
