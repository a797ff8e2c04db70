"""A made-up utility's home: its catalogue and its own table of observations."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)

CATALOGUE = """
[[series]]
id = "valley_sales"
title = "Valley Power: sales"
location = "US-VA"
quantity = "energy"
unit = "GWh"
frequency = "A"
sources = ["valley"]
reference_class = "electricity"
publication_lag_days = 60
horizon = 5
models = ["panel", "constant_growth", "damped_growth"]
estimand = { boundary = "billed sales", resolver = "Valley Power, annual report" }
aggregation = { rule = "sum" }
plausible = { low = 1.0, high = 1e6, growth_low = -0.5, growth_high = 0.5, known_from = 2020-01-01 }

[[series]]
id = "valley_peak"
title = "Valley Power: data-centre requests"
location = "US-VA"
quantity = "connection"
unit = "MW"
frequency = "A"
sources = ["valley"]
reference_class = "data_centres"
publication_lag_days = 60
horizon = 5
models = ["constant_growth"]
estimand = { boundary = "signed requests", resolver = "Valley Power, annual report" }
aggregation = { rule = "last" }
plausible = { low = 1.0, high = 1e6, growth_low = -0.5, growth_high = 2.0, known_from = 2020-01-01 }
"""

HEADER = "series_id,period_start,period_end,publication_id,known_from,value,unit,quantity\n"


def own_rows(*, first: int = 2016, last: int = 2025) -> list[str]:
    """Return CSV rows of a utility that grows by 3 % a year, each year known in March."""
    rows = []
    for year in range(first, last + 1):
        span = f"{year}-01-01,{year}-12-31,valley,{year + 1}-03-01"
        rows.append(f"valley_sales,{span},{1000 * 1.03 ** (year - 2016):.1f},GWh,energy\n")
        rows.append(f"valley_peak,{span},{50 * 1.2 ** (year - 2016):.1f},MW,connection\n")
    return rows


def write_own(home: Path, rows: list[str]) -> None:
    """Write a user's table of observations."""
    folder = home / "data" / "raw" / "own"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "observations.csv").write_text(HEADER + "".join(rows), encoding="utf-8")


def share(home: Path, cache: Path) -> None:
    """Let a home use the session's cache of verdicts and examinations."""
    processed = home / "data" / "processed"
    processed.mkdir(parents=True, exist_ok=True)
    (processed / "cache").symlink_to(cache)
