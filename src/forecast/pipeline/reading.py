"""What analysts read back: tables of editions, and everything known of one series."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    """What one edition says of one series."""

    series_id: str
    title: str
    as_of: str
    run_id: str
    facts: dict[str, Any]
    forecasts: pd.DataFrame
    inputs: pd.DataFrame


def show(series_id: str, place: Place, *, edition: date | str = "latest") -> Shown:
    """Return the forecast of one series in one edition, with every row it was made from.

    Raises:
        SettingsError: The series is not in the catalogue, or there is no such edition.
    """
    from forecast.storage.editions import find_edition

    series = catalogue_of(place)[series_id]
    folder = find_edition(place.processed, edition)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = {
        name: load(name, edition=edition, home=place.home) for name in ("forecasts", "inputs")
    }
    return Shown(
        series_id=series_id,
        title=series.title,
        as_of=manifest["question"]["as_of"],
        run_id=manifest["run_id"],
        facts=manifest["series"].get(series_id, {}),
        forecasts=_of(tables["forecasts"], series_id),
        inputs=_of(tables["inputs"], series_id),
    )


def _of(table: pd.DataFrame, series_id: str) -> pd.DataFrame:
    return table[table["series_id"] == series_id].reset_index(drop=True)
