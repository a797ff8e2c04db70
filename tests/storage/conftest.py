"""Given: small runs with real Parquet, and a folder for each test."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pytest

from forecast.contracts.levels import QUANTILES
from forecast.contracts.results import FORECASTS
from forecast.storage.parquet import to_parquet
from forecast.storage.runs import FinishedRun

if TYPE_CHECKING:
    from pathlib import Path

JULY = date(2026, 7, 7)


class Finish(Protocol):
    """Make a finished run; what is not said has a plain value."""

    def __call__(
        self, run_id: str, as_of: date = JULY, rows: int = 3, **changes: Any
    ) -> FinishedRun: ...


@pytest.fixture
def processed(tmp_path: Path) -> Path:
    return tmp_path / "processed"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def forecasts(run_id: str, *, rows: int = 3, as_of: date = JULY) -> pd.DataFrame:
    """Return FORECASTS of one series; the values depend on the run."""
    rng = np.random.default_rng(sum(run_id.encode()))
    years = np.arange(2026, 2026 + rows)
    return pd.DataFrame(
        {
            "run_id": run_id,
            "series_id": [f"us_dc_{year}" for year in years],
            "scenario": "reference",
            "model": "combination",
            "quantity": "energy",
            "period_start": pd.Timestamp(2030, 1, 1),
            "period_end": pd.Timestamp(2030, 12, 31),
            "as_of": pd.Timestamp(as_of),
            "origin": pd.Timestamp(2025, 12, 31),
            "horizon": 5,
            "frequency": "A",
            "year": 2030,
            "location": "USA",
            "unit": "TWh",
            "fallback_from": "",
            "mean": rng.lognormal(5, 1, rows),
            **{name: rng.lognormal(5, 1, rows) for name in QUANTILES},
        }
    )


@pytest.fixture
def frame() -> pd.DataFrame:
    return forecasts("abc")


@pytest.fixture
def finished() -> Finish:
    def finish(run_id: str, as_of: date = JULY, rows: int = 3, **changes: Any) -> FinishedRun:
        said = forecasts(run_id, as_of=as_of, rows=rows)
        table = to_parquet(FORECASTS, said, attrs={"run_id": run_id})
        given: dict[str, Any] = {
            "policy": "strict",
            "files": {"forecasts.parquet": table, "pages/index.html": b"<p>" + run_id.encode()},
            "whole_catalogue": True,
            **changes,
        }
        return FinishedRun(run_id, as_of, **given)

    return finish
