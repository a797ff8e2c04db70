"""What publishers changed afterwards: one period, one family, more than one value."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from forecast.report.facts_data import RevisedSeries, Revision, Saying
from forecast.report.reading import records
from forecast.report.words import period, signed

if TYPE_CHECKING:
    import pandas as pd

    from forecast.contracts.edition import Edition

_ONE_PERIOD: Final = ["series_id", "family", "period_start", "period_end", "quantity", "unit"]


def revisions(edition: Edition) -> tuple[tuple[RevisedSeries, ...], tuple[Revision, ...], int]:
    """Return revisions by series, each of them, and how many periods were said twice or more."""
    rows = _said_again(edition)
    titles = {series.id: series.title for series in edition.catalogue}
    found = [
        _revision(own, titles)
        for _, own in rows.groupby(_ONE_PERIOD, sort=True)
        if own["value"].nunique() > 1
    ]
    periods = rows.drop_duplicates(_ONE_PERIOD)
    counted = Counter(zip(periods["series_id"], periods["family"], strict=True))
    return _by_series(found, counted), tuple(found), sum(counted.values())


def _said_again(edition: Edition) -> pd.DataFrame:
    """Return observations of periods that stand in several editions of one family."""
    kept = edition.tables["publications"][["publication_id", "family", "title"]]
    rows = edition.tables["observations"].dropna(subset=["value"])
    rows = rows.merge(kept, on="publication_id").sort_values(["known_from", "publication_id"])
    edition_of = rows["publication_id"] + "@" + rows["known_from"].astype(str)
    said = edition_of.groupby([rows[name] for name in _ONE_PERIOD]).transform("nunique")
    return rows[said > 1]


def _revision(rows: pd.DataFrame, titles: dict[str, str]) -> Revision:
    first = records(rows)[0]
    base = float(first["value"])
    furthest = max(rows["value"], key=lambda value: abs(float(value) - base))
    change = 100 * (float(furthest) / base - 1) if base else 0.0
    return Revision(
        series_id=first["series_id"],
        title=titles.get(first["series_id"], first["series_id"]),
        family=first["family"],
        period=period(first["period_start"], first["period_end"]),
        unit=first["unit"],
        sayings=_sayings(rows),
        change=f"{signed(change, 2)} %",
        size_percent=float(f"{abs(change):.3g}"),
        remark=_remark(rows),
    )


def _sayings(rows: pd.DataFrame) -> tuple[Saying, ...]:
    """Return the values in the order they came, each where it differs from the one before."""
    told: list[Saying] = []
    for row in records(rows):
        value = float(row["value"])
        if not told or told[-1].value != value:
            told.append(Saying(value, row["title"], f"{row['known_from']:%Y-%m-%d}"))
    return tuple(told)


def _remark(rows: pd.DataFrame) -> str:
    said = ["what is counted changed too"] if rows["scope"].nunique() > 1 else []
    said += ["known on the same day"] if rows["known_from"].nunique() == 1 else []
    return "; ".join(said)


def _by_series(
    found: list[Revision], repeated: dict[tuple[str, str], int]
) -> tuple[RevisedSeries, ...]:
    """Return one row a series and family with a revision, the largest first."""
    told = []
    for (series_id, family), periods in repeated.items():
        own = [row for row in found if (row.series_id, row.family) == (series_id, family)]
        sizes = [row.size_percent for row in own]
        if own:
            told.append(
                RevisedSeries(
                    series_id, own[0].title, family, periods, len(own), min(sizes), max(sizes)
                )
            )
    return tuple(sorted(told, key=lambda row: (-row.largest_percent, row.series_id)))
