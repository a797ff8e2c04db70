"""From a ready question to an edition in memory, and from there to named bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecast import __version__
from forecast.contracts.edition import Edition
from forecast.contracts.tables import ALL, EXCEEDANCES, FORECASTS, INPUTS, PATHS, SCHEMA_VERSION
from forecast.pipeline.identity import library_versions
from forecast.pipeline.visibility import newest_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.edition import FactorNote
    from forecast.contracts.table import Table
    from forecast.pipeline.forecasting import SeriesResult
    from forecast.pipeline.walk import Ready, Say

TITLE = "Electricity demand forecasts: data centres and other series"

PUBLISHED_TABLES = (
    "forecasts", "paths", "exceedances", "inputs", "observations", "publications", "claims",
    "assumptions",
)  # fmt: skip


def compose(ready: Ready, assumptions: Assumptions, say: Say) -> Edition:
    """Return the edition that answers a question, nothing written yet.

    Args:
        ready: The question and the rows it may see.
        assumptions: Of the home, any day; read as of the question's.
        say: Where progress is told.
    """
    from forecast.pipeline.forecasting import forecast_series
    from forecast.pipeline.headline import annual_rows, in_senses

    dated = assumptions.on(ready.question.as_of)
    asked = ready.question.series or tuple(series.id for series in ready.catalogue)
    results: list[SeriesResult] = []
    forecasts: list[pd.DataFrame] = []
    paths: list[pd.DataFrame] = []
    odds: list[pd.DataFrame] = []
    factors: list[FactorNote] = []
    for series in (ready.catalogue[series_id] for series_id in asked):
        result = forecast_series(
            series,
            ready.visible,
            question=ready.question,
            assumptions=dated,
            run_id=ready.run_id,
        )
        results.append(result)
        say(_told(result))
        forecasts.append(result.forecasts)
        paths.append(result.paths)
        if result.energy_paths is None:
            continue
        if series.periods_per_year > 1:
            forecasts.append(annual_rows(result))
        if series.senses:
            rows, drawn, chances, notes = in_senses(result, dated, seed=ready.question.seed)
            forecasts += rows
            paths += drawn
            odds += chances
            factors += notes
    tables = {
        **ready.visible,
        "observations": _without_places(ready.visible["observations"]),
        "forecasts": _stacked(forecasts, FORECASTS),
        "paths": _stacked(paths, PATHS),
        "exceedances": _stacked(odds, EXCEEDANCES),
        "inputs": _stacked([result.inputs for result in results], INPUTS),
        "assumptions": dated.used_table(),
    }
    return Edition(
        run_id=ready.run_id,
        as_of=ready.question.as_of,
        policy=ready.question.policy,
        catalogue=ready.catalogue,
        notes=tuple(result.note for result in results),
        factors=tuple(factors),
        tables={name: tables[name] for name in PUBLISHED_TABLES},
        version=__version__,
    )


def _told(result: SeriesResult) -> str:
    note = result.note
    if not note.has_forecast:
        return f"{note.series_id}: no forecast ({note.remarks[0]})"
    return f"{note.series_id}: {note.points} points of {note.family}, {', '.join(note.members)}"


def _stacked(frames: Sequence[pd.DataFrame], table: Table) -> pd.DataFrame:
    from forecast.storage.rounding import rounded

    filled = [frame for frame in frames if not frame.empty]
    if not filled:
        return table.empty()
    return table.check(rounded(pd.concat(filled, ignore_index=True)))


def _without_places(observations: pd.DataFrame) -> pd.DataFrame:
    """Blank what says where a row was read: one raw file may hold later rows too."""
    return observations.assign(raw_sha256="", row=0)


def printed(edition: Edition, ready: Ready, say: Say) -> tuple[dict[str, bytes], dict[str, object]]:
    """Return the files of an edition as bytes, and the facts of its manifest."""
    from forecast.report import pages
    from forecast.storage.parquet import to_parquet

    attrs = _attrs(edition)
    files = {
        f"{name}.parquet": to_parquet(ALL[name], frame, attrs=attrs)
        for name, frame in edition.tables.items()
    }
    say("drawing the report")
    files.update(pages.write(edition))
    return files, _facts(edition, ready)


def _attrs(edition: Edition) -> dict[str, str]:
    used = edition.tables["inputs"]
    publications = edition.tables["publications"].set_index("publication_id")
    named = sorted(set(used["publication_id"]) & set(publications.index))
    attributions = sorted({str(publications.at[name, "attribution"]) for name in named})
    return {
        "title": TITLE,
        "run_id": edition.run_id,
        "as_of": str(edition.as_of),
        "vintages": edition.policy,
        "unit": "see the column unit",
        "schema_version": SCHEMA_VERSION,
        "code_version": edition.version,
        "attribution": "; ".join(attributions),
        "citation": f"{TITLE}, edition of {edition.as_of} ({edition.policy}), run {edition.run_id}",
    }


def _facts(edition: Edition, ready: Ready) -> dict[str, object]:
    newest = newest_known(ready.visible["observations"], ready.catalogue, ready.question)
    return {
        "title": TITLE,
        "question": ready.question.as_dict(),
        "rows": dict(ready.digests),
        "code": ready.code,
        "code_version": edition.version,
        "libraries": library_versions(),
        "schema_version": SCHEMA_VERSION,
        "newest_known_from": None if newest is None else str(newest.date()),
        "hindsight": list(edition.hindsight),
        "series": {
            note.series_id: {
                "family": note.family,
                "followed": list(note.followed),
                "points": note.points,
                "members": list(note.members),
                "refusals": dict(note.refusals),
                "fallback_from": note.fallback_from,
                "remarks": list(note.remarks),
            }
            for note in edition.notes
        },
    }
