"""What tests are given: the built-in catalogue, rows a publisher might print, tracks of numbers."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from forecast.contracts.assumptions import Assumptions, parse_assumptions
from forecast.contracts.catalogue import Catalogue, Series, parse_catalogue
from forecast.contracts.histories import Track
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.growth.outlook import Outlook
from forecast.sources import compiled

COMPILED = Path(__file__).parent.parent / "data" / "raw" / "compiled"


def built_in(name: str) -> str:
    """Return the text of a settings file that ships with the package."""
    return files("forecast.contracts").joinpath(name).read_text(encoding="utf-8")


@cache
def catalogue() -> Catalogue:
    return parse_catalogue(built_in("catalogue.toml"))


@cache
def assumptions() -> Assumptions:
    return parse_assumptions(built_in("assumptions.toml"))


@cache
def compiled_table(name: str) -> pd.DataFrame:
    """Return one of our real, compiled tables."""
    return compiled.read((COMPILED / f"{name}.csv").read_bytes(), name=f"{name}.csv")


def series(series_id: str = "us_dc", **changes: object) -> Series:
    """Return a catalogue entry with some of its fields changed."""
    return catalogue()[series_id].model_copy(update=changes)


def row(
    start: str, end: str, value: float | None, *, publication: str = "lbnl_1", **changes: object
) -> dict[str, object]:
    """Return one row of OBSERVATIONS: us_dc, annual, TWh, known since 2020 unless changed."""
    return {
        "series_id": "us_dc",
        "period_start": start,
        "period_end": end,
        "publication_id": publication,
        "known_from": "2020-01-01",
        "frequency": "A",
        "value": value,
        "value_text": str(value),
        "low": None,
        "high": None,
        "unit": "TWh",
        "quantity": "energy",
        "scope": "",
        "obs_status": "A",
        "known_from_basis": "stamped",
        "raw_sha256": "",
        "row": 1,
        **changes,
    }


def year(number: int, value: float | None, **changes: object) -> dict[str, object]:
    """Return the row of one calendar year."""
    return row(f"{number}-01-01", f"{number}-12-31", value, **changes)


def parts(
    first: str, values: list[float], frequency: str, **changes: object
) -> list[dict[str, object]]:
    """Return rows of consecutive months, quarters or days."""
    periods = pd.period_range(first, periods=len(values), freq=frequency)
    return [
        row(str(p.start_time.date()), str(p.end_time.date()), v, frequency=frequency, **changes)
        for p, v in zip(periods, values, strict=True)
    ]


def observations(*rows: dict[str, object]) -> pd.DataFrame:
    return OBSERVATIONS.check(pd.DataFrame(rows)) if rows else OBSERVATIONS.empty()


def publications(**families: str) -> pd.DataFrame:
    """Return PUBLICATIONS of grade B: publication_id=family."""
    return PUBLICATIONS.shape(
        pd.DataFrame(
            {
                "publication_id": list(families),
                "family": list(families.values()),
                "publisher": "A laboratory",
                "title": "A report",
                "url": "",
                "published": "",
                "licence": "",
                "attribution": "",
                "redistributable": True,
                "grade": "B",
            }
        )
    )


def track(values: object, *, of: Series | None = None, **changes: object) -> Track:
    """Return a track of consecutive periods from 2010 on, of one edition, unless changed."""
    of = of or series()
    levels = np.asarray(values, dtype=float)
    count = len(levels)
    line = {
        "series": of,
        "family": "lbnl",
        "periods": np.arange(count) + 40 * of.periods_per_year,
        "values": levels,
        "log_sd": np.full(count, 0.05),
        "edition": np.zeros(count, dtype=np.int64),
        "publications": ("lbnl_1",) * count,
        "edition_doubt": 0.19,
        "base_doubt": 0.18,
    }
    return Track(**(line | changes))


def outlook(**changes: object) -> Outlook:
    """Return a reference class like data centres, by year."""
    stated = {
        "growth_mean": 0.08,
        "growth_sd": 0.05,
        "drift": 0.035,
        "ceiling": 4.0,
        "ceiling_log_sd": 0.67,
        "anchors": ((1.0, 0.10), (5.0, 0.381)),
        "periods_per_year": 1,
    }
    return Outlook(**(stated | changes))
