"""Everything the report says of an edition, gathered once for all its forms."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from forecast.report.facts import AssumptionFacts, Contents, Publication, Silent
from forecast.report.facts_data import DataFacts
from forecast.report.freshness import families, sources
from forecast.report.gate import checks, refused, stopped
from forecast.report.groups import grouped
from forecast.report.guide import guide
from forecast.report.headline import headline
from forecast.report.reading import publications, records, spoken, stamp
from forecast.report.record import record
from forecast.report.revisions import revisions
from forecast.report.series import facts
from forecast.report.words import reason_given

if TYPE_CHECKING:
    from forecast.contracts.edition import Edition
    from forecast.report.facts import Headline, SeriesFacts

TITLE: Final = "Electricity demand of data centres"

READ_FIRST: Final = ("ie_dc", "us_electricity", "world_dc")
"""Told before the others, which follow in catalogue order; headline series stand above all."""


def contents(edition: Edition) -> Contents:
    """Return what the report says: every number, reason and source, in reading order."""
    order = _reading_order(edition)
    speaking = [name for name in order if _speaks(edition, name)]
    told = {name: facts(edition, name) for name in speaking}
    headlines = _headlines(edition, told)
    above = {headline.series_id for headline in headlines}
    return Contents(
        title=TITLE,
        as_of=f"{edition.as_of}",
        policy=edition.policy,
        run_id=edition.run_id,
        version=edition.version,
        citation=(
            f"{TITLE}: forecast as of {edition.as_of} ({edition.policy} vintages), "
            f"run {edition.run_id}, code {edition.version}."
        ),
        headlines=headlines,
        series=tuple(told.values()),
        groups=grouped((one for name, one in told.items() if name not in above), edition.catalogue),
        silent=tuple(_silent(edition, name) for name in order if name not in told),
        publications=_publications(edition),
        assumptions=_assumptions(edition),
        counts=_counts(edition),
        reading=guide(edition),
        data=_data(edition),
        record=record(edition, order),
    )


def _data(edition: Edition) -> DataFacts:
    known = sources(edition)
    by_series, each, repeated = revisions(edition)
    return DataFacts(
        families=families(known),
        sources=known,
        stopped=stopped(edition),
        refused=refused(edition),
        checks=checks(edition),
        vintages_judged=int(edition.tables["checks"]["vintage"].nunique()),
        revised_series=by_series,
        revisions=each,
        periods_repeated=repeated,
    )


def _headlines(edition: Edition, told: dict[str, SeriesFacts]) -> tuple[Headline, ...]:
    """Return the series told in every sense."""
    names = [name for name in told if not spoken(edition, name, quantity="average_load").empty]
    named = [name for name in names if edition.catalogue[name].senses]
    return tuple(
        headline(
            edition, told[name], tuple(note for note in edition.factors if note.series_id == name)
        )
        for name in named
    )


def _reading_order(edition: Edition) -> list[str]:
    asked = {note.series_id for note in edition.notes}
    written = [series.id for series in edition.catalogue if series.id in asked]
    senses = [name for name in written if edition.catalogue[name].senses]
    first = [name for name in READ_FIRST if name in asked]
    return list(dict.fromkeys((*senses, *first, *written)))


def _speaks(edition: Edition, series_id: str) -> bool:
    return edition.note(series_id).has_forecast and not spoken(edition, series_id).empty


def _silent(edition: Edition, series_id: str) -> Silent:
    remarks = edition.note(series_id).remarks
    why = " ".join(reason_given(remark, series_id) for remark in remarks)
    title = edition.catalogue[series_id].title
    return Silent(series_id, title, why or "no model could speak for what is known.")


def _publications(edition: Edition) -> tuple[Publication, ...]:
    """Return the publications any series had before it, by publisher and date."""
    used = edition.tables["inputs"]
    known = publications(edition)
    roles = Counter(zip(used["publication_id"], used["role"], strict=True))
    first = used.sort_values("known_from").drop_duplicates("publication_id")
    told = [
        _publication(
            name, known.get(name, {}), day, (roles[name, "followed"], roles[name, "left_out"])
        )
        for name, day in zip(first["publication_id"], first["known_from"], strict=True)
    ]
    return tuple(sorted(told, key=lambda row: (row.publisher.lower(), row.known_from, row.title)))


def _publication(
    name: str, row: dict[str, Any], day: pd.Timestamp, counted: tuple[int, int]
) -> Publication:
    followed, left_out = counted
    return Publication(
        publication_id=name,
        title=row.get("title", name),
        publisher=row.get("publisher", name),
        published=stamp(row.get("published", ""), day),
        known_from=f"{day:%Y-%m-%d}",
        licence=row.get("licence", "") or "not stated",
        attribution=row.get("attribution", ""),
        redistributable=bool(row.get("redistributable", True)),
        url=row.get("url", ""),
        grade=row.get("grade", ""),
        followed=followed,
        left_out=left_out,
    )


def _assumptions(edition: Edition) -> tuple[AssumptionFacts, ...]:
    rows = edition.tables["assumptions"].sort_values("assumption_id", kind="stable")
    return tuple(
        AssumptionFacts(
            assumption_id=row["assumption_id"],
            value=float(row["value"]),
            low=_present(row["low"]),
            high=_present(row["high"]),
            unit=row["unit"],
            source=row["source"],
            grade=row["grade"],
            known_from=f"{row['known_from']:%Y-%m-%d}",
            hindsight=bool(row["hindsight"]),
        )
        for row in records(rows)
    )


def _present(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _counts(edition: Edition) -> dict[str, int]:
    used = edition.tables["inputs"]
    return {
        "series": len(edition.notes),
        "series_with_forecast": sum(_speaks(edition, note.series_id) for note in edition.notes),
        "publications_used": int(used["publication_id"].nunique()),
        "values_followed": int((used["role"] == "followed").sum()),
        "values_left_out": int((used["role"] == "left_out").sum()),
        "publications_known": len(edition.tables["publications"]),
        "observations_known": len(edition.tables["observations"]),
    }
