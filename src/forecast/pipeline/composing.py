"""From a ready question to an edition in memory, and from there to named bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from forecast import __version__
from forecast.contracts.edition import Edition
from forecast.contracts.tables import (
    ALL,
    CALIBRATION,
    EXCEEDANCES,
    FORECASTS,
    INPUTS,
    PATHS,
    SCHEMA_VERSION,
    SCORES,
)
from forecast.pipeline.identity import library_versions
from forecast.pipeline.visibility import newest_known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series
    from forecast.contracts.edition import FactorNote, SeriesNote
    from forecast.contracts.question import Place
    from forecast.contracts.table import Table
    from forecast.pipeline.forecasting import SeriesResult
    from forecast.pipeline.walk import Ready, Say

TITLE = "Electricity demand forecasts: data centres and other series"

PUBLISHED_TABLES = (
    "forecasts", "paths", "exceedances", "scores", "calibration", "inputs", "observations",
    "quarantine", "checks", "publications", "claims", "projects", "assumptions",
)  # fmt: skip


@dataclass
class _Sheaf:
    """Rows of all series, gathered one series after another."""

    forecasts: list[pd.DataFrame] = field(default_factory=list)
    paths: list[pd.DataFrame] = field(default_factory=list)
    odds: list[pd.DataFrame] = field(default_factory=list)
    inputs: list[pd.DataFrame] = field(default_factory=list)
    notes: list[SeriesNote] = field(default_factory=list)
    factors: list[FactorNote] = field(default_factory=list)

    def add(self, result: SeriesResult, series: Series, dated: Assumptions, *, seed: int) -> None:
        """Add one series; its annual sums and senses, where the catalogue asks for them."""
        from forecast.pipeline.headline import annual_rows, in_senses

        self.notes.append(result.note)
        self.inputs.append(result.inputs)
        self.forecasts.append(result.forecasts)
        self.paths.append(result.paths)
        if result.energy_paths is None:
            return
        if series.periods_per_year > 1:
            self.forecasts.append(annual_rows(result))
        if series.senses:
            rows, drawn, chances, notes = in_senses(result, dated, seed=seed)
            self.forecasts += rows
            self.paths += drawn
            self.odds += chances
            self.factors += notes


def compose(ready: Ready, assumptions: Assumptions, place: Place, say: Say) -> Edition:
    """Return the edition that answers a question, nothing written yet.

    Args:
        ready: The question and the rows it may see.
        assumptions: Of the home, any day; read as of the question's.
        place: Where past work is kept.
        say: Where progress is told.
    """
    from forecast.pipeline.examining import evaluated

    record, question = evaluated(ready, assumptions, place, say), ready.question
    dated = assumptions.on(question.as_of)
    sheaf = _gathered(ready, dated, record.calibration, say)
    tables = {
        **ready.visible,
        "observations": _without_places(ready.visible["observations"]),
        "forecasts": _stacked(sheaf.forecasts, FORECASTS),
        "paths": _stacked(sheaf.paths, PATHS),
        "exceedances": _stacked(sheaf.odds, EXCEEDANCES),
        "inputs": _stacked(sheaf.inputs, INPUTS),
        "scores": _stacked([record.scores.assign(run_id=ready.run_id)], SCORES),
        "calibration": _stacked([record.calibration], CALIBRATION),
        "quarantine": ready.gated.quarantine,
        "checks": ready.gated.checks,
        "assumptions": dated.used_table(),
    }
    return Edition(
        run_id=ready.run_id,
        as_of=question.as_of,
        policy=question.policy,
        catalogue=ready.catalogue,
        notes=tuple(sheaf.notes),
        factors=tuple(sheaf.factors),
        stopped=dict(ready.gated.stopped),
        record_hindsight=record.hindsight,
        tables={name: tables[name] for name in PUBLISHED_TABLES},
        version=__version__,
    )


def _gathered(ready: Ready, dated: Assumptions, calibration: pd.DataFrame, say: Say) -> _Sheaf:
    """Return the rows of all series asked about, forecast one after another."""
    from forecast.pipeline.following import follow
    from forecast.pipeline.forecasting import forecast_series

    question, sheaf = ready.question, _Sheaf()
    followed = follow(ready, dated)
    asked = [ready.catalogue[name] for name in question.series] or ready.catalogue.carried_on
    for series in asked:
        result = forecast_series(
            followed[series.id], ready=ready, assumptions=dated, calibration=calibration
        )
        sheaf.add(result, series, dated, seed=question.seed)
        say(_told(result.note))
    return sheaf


def _told(note: SeriesNote) -> str:
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
        f"{name}.parquet": to_parquet(ALL[name], _shareable(name, frame, edition), attrs=attrs)
        for name, frame in edition.tables.items()
    }
    say("drawing the report")
    files.update(pages.write(edition))
    return files, _facts(edition, ready)


def _shareable(name: str, frame: pd.DataFrame, edition: Edition) -> pd.DataFrame:
    """Return a table without the figures its publishers do not let us hand on.

    Tables travel. Pages name such a figure as a source; here its row is left out, or its value
    where the row says what became of it.
    """
    publications = edition.tables["publications"]
    barred = set(publications.loc[~publications["redistributable"], "publication_id"])
    if not barred or name not in {"observations", "inputs"}:
        return frame
    mine = frame["publication_id"].isin(barred)
    if name == "observations":
        return frame[~mine]
    return frame.assign(value=frame["value"].mask(mine))


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
        "record_hindsight": list(edition.record_hindsight),
        "stopped": dict(edition.stopped),
        "series": {
            note.series_id: {
                "family": note.family,
                "followed": list(note.followed),
                "points": note.points,
                "members": list(note.members),
                "refusals": dict(note.refusals),
                "fallback_from": note.fallback_from,
                "remarks": list(note.remarks),
                "behind": dict(note.behind),
            }
            for note in edition.notes
        },
    }
