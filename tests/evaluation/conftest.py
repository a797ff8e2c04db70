"""A small utility whose past is long enough to be judged."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.builders import assumptions, observations, publications, series, year

from forecast.contracts.catalogue import Series
from forecast.evaluation.backtest import Ground

AS_OF = date(2026, 6, 30)
NAMED = publications(valley_1="valley").assign(grade="A")


def utility(series_id: str = "valley", **changes: object) -> Series:
    """Return an annual series whose quick models take no time."""
    fields = {
        "id": series_id,
        "models": ("constant_growth", "damped_growth"),
        "sources": ("valley",),
        "publication_lag_days": 60,
        "horizon": 4,
    }
    return series("us_va_commercial", **(fields | changes))


def rows_of(series_id: str, levels: dict[int, float], **changes: object) -> pd.DataFrame:
    """Return a year a row, each printed on the first of March after it."""
    return observations(
        *(
            year(
                number,
                value,
                series_id=series_id,
                publication="valley_1",
                known_from=f"{number + 1}-03-01",
                **changes,
            )
            for number, value in levels.items()
        )
    )


def walk(series_id: str, *, years: int = 40, sd: float = 0.03, drift: float = 0.02) -> pd.DataFrame:
    """Return rows of a random walk with drift that ends in 2025."""
    seed = sum(map(ord, series_id))
    steps = np.random.default_rng(seed).normal(drift, sd, years)
    levels = 100 * np.exp(np.cumsum(steps))
    return rows_of(series_id, dict(zip(range(2026 - years, 2026), levels.tolist(), strict=True)))


def ground(rows: pd.DataFrame, as_of: date = AS_OF) -> Ground:
    return Ground(rows, NAMED, assumptions(), as_of)


@pytest.fixture(scope="session")
def valley() -> pd.DataFrame:
    return walk("valley")
