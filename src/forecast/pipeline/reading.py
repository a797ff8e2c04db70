"""What analysts read back: tables of editions, and everything known of one series."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from forecast.contracts.errors import SettingsError
from forecast.contracts.tables import ALL
from forecast.pipeline.home import catalogue_of, find_home

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from forecast.contracts.question import Place
    from forecast.contracts.vintages import Policy


def load(
    table: str = "forecasts",
    *,
    edition: date | str = "latest",
    home: Path | str | None = None,
    policy: Policy = "strict",
) -> pd.DataFrame:
    """Return one published table of one edition, with ``.attrs`` filled.

    Raises:
        SettingsError: The edition or the table does not exist.
    """
    from forecast.storage.editions import find_edition
    from forecast.storage.parquet import read_parquet

    folder = find_edition(find_home(home).processed, edition, policy)
    path = folder / f"{table}.parquet"
    if table not in ALL or not path.is_file():
        held = ", ".join(sorted(file.stem for file in folder.glob("*.parquet")))
        raise SettingsError(f"edition {edition} has no table {table!r}. It holds {held}.")
    return read_parquet(path, ALL[table])


def editions(*, home: Path | str | None = None, policy: Policy = "strict") -> list[date]:
    """Return the as-of days of all editions held, oldest first."""
    from forecast.storage import editions as stored

    return stored.editions(find_home(home).processed, policy)


@dataclass(frozen=True)
class Shown:
    """What one edition says of one series.

    ``observations``, ``publications``, ``checks``, ``quarantine`` and ``scores`` are the
    edition's tables, cut to the series; ``calibration`` is cut to its class and step.
    """

    series_id: str
    title: str
    as_of: str
    run_id: str
    facts: dict[str, Any]
    forecasts: pd.DataFrame
    inputs: pd.DataFrame
    observations: pd.DataFrame
    publications: pd.DataFrame
    checks: pd.DataFrame
    quarantine: pd.DataFrame
    scores: pd.DataFrame
    calibration: pd.DataFrame


def show(series_id: str, place: Place, *, edition: date | str = "latest") -> Shown:
    """Return all that one edition says of one series.

    Raises:
        SettingsError: The series is not in the catalogue, or there is no such edition.
    """
    from forecast.history.drawn import own_rows
    from forecast.storage.editions import find_edition
    from forecast.storage.parquet import read_parquet

    series = catalogue_of(place)[series_id]
    folder = find_edition(place.processed, edition)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = {name: read_parquet(folder / f"{name}.parquet", ALL[name]) for name in _SHOWN}
    own = {name: _of(tables[name], series_id) for name in _BY_SERIES}
    own["observations"] = own_rows(tables["observations"], series).reset_index(drop=True)
    named = set(own["observations"]["publication_id"])
    checks, quarantine = tables["checks"], tables["quarantine"]
    publications, calibration = tables["publications"], tables["calibration"]
    of_class = (calibration["subject"] == series.reference_class) & (
        calibration["frequency"] == series.frequency
    )
    return Shown(
        series_id=series_id,
        title=series.title,
        as_of=manifest["question"]["as_of"],
        run_id=manifest["run_id"],
        facts=manifest["series"].get(series_id, {}),
        publications=publications[publications["publication_id"].isin(named)],
        checks=checks[checks["vintage"].str.partition("@")[0].isin(named)],
        quarantine=quarantine[quarantine["text"].str.contains(rf"\b{series_id}\b")],
        calibration=calibration[of_class],
        **own,
    )


_BY_SERIES: Final = ("forecasts", "inputs", "observations", "scores")
_SHOWN: Final = (*_BY_SERIES, "publications", "checks", "quarantine", "calibration")


def _of(table: pd.DataFrame, series_id: str) -> pd.DataFrame:
    return table[table["series_id"] == series_id].reset_index(drop=True)
