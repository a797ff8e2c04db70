"""Sources to spoil: every family of our compiled figures, and clean series we made ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pandas as pd
from tests import builders

from forecast.contracts.tables import OBSERVATIONS

HASH = "5" * 64


@dataclass(frozen=True)
class Source:
    """A clean table of one source, and the family of each of its publications."""

    name: str
    frame: pd.DataFrame
    families: dict[str, str]
    own: frozenset[int] = frozenset()
    """Rows that the source itself states."""

    @cached_property
    def series(self) -> list[str]:
        """Series of which the source itself states a row."""
        mine = self.frame["row"].isin(self.own)
        return sorted(set(self.frame.loc[mine, "series_id"]))

    @cached_property
    def every(self) -> frozenset[int]:
        """Rows of the whole table."""
        return frozenset(self.frame["row"])


@cache
def compiled() -> tuple[Source, ...]:
    """Return the real figures, one source a family of publications.

    Beside a family's own rows stand those that others state of its series, as in a real run.
    Families that state each of their series once are one source, ``lone figures``.
    """
    frame = builders.compiled_table("observations")
    publications = builders.compiled_table("publications")
    families = dict(zip(publications["publication_id"], publications["family"], strict=True))
    family = frame["publication_id"].map(families)
    several = frame.groupby([family, "series_id"])["value"].transform("count") > 1
    lone = ~several.groupby(family).transform("any")
    found = []
    for name, own in frame.groupby(family.mask(lone, "lone figures"), sort=True):
        whole = frame[frame["series_id"].isin(own["series_id"])].reset_index(drop=True)
        found.append(Source(str(name), whole, families, frozenset(own["row"])))
    return tuple(found)


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    text = rows["value"].map(lambda value: "" if pd.isna(value) else f"{value:.12g}")
    filled = {
        "low": np.nan, "high": np.nan, "scope": "all", "obs_status": "A",
        "known_from_basis": "fetched", "raw_sha256": HASH, "row": range(1, len(rows) + 1),
        "value_text": text,
    }  # fmt: skip
    return OBSERVATIONS.check(rows.assign(**filled))


def editions(
    name: str,
    frequency: str,
    count: int,
    *,
    seed: int,
    growth: float = 0.03,
    noise: float = 0.02,
    season: float = 0.0,
    level: float = 40_000.0,
    unit: str = "GWh",
    regions: int = 3,
    vintages: int = 3,
    start: str = "2010-01",
) -> pd.DataFrame:
    """Return clean editions of a table of regions: each a period longer, a little revised."""
    rng = np.random.default_rng(seed)
    periods = pd.period_range(start, periods=count, freq=frequency)
    per_year = {"Y": 1, "Q": 4, "M": 12}[frequency]
    parts = []
    for region in range(regions):
        walk = np.cumsum(rng.normal(growth / per_year, noise, count))
        wave = season * np.cos(2 * np.pi * np.arange(count) / per_year)
        truth = level * 3.0**region * np.exp(walk + wave)
        for back in range(vintages - 1, -1, -1):
            shown = count - back
            revised = truth[:shown] * (1 + rng.normal(0, 0.002, shown) * (back > 0))
            parts.append(
                pd.DataFrame(
                    {
                        "series_id": f"{name}_region_{region}",
                        "period_start": periods[:shown].start_time,
                        "period_end": periods[:shown].end_time.normalize(),
                        "publication_id": name,
                        "known_from": periods[shown - 1].end_time.normalize()
                        + pd.Timedelta(days=60),
                        "frequency": {"Y": "A"}.get(frequency, frequency),
                        "value": np.round(revised, 1),
                        "unit": unit,
                        "quantity": "energy",
                    }
                )
            )
    return _table(pd.concat(parts, ignore_index=True))


def hours(
    series_id: str = "made_ba",
    *,
    start: str = "2021-03-01",
    days: int = 25,
    seed: int = 1,
    level: float = 2_000.0,
    swing: float = 0.25,
    noise: float = 0.015,
    known_from: str | None = None,
) -> pd.DataFrame:
    """Return clean hours of an authority: a day's shape, weekends, weather, noise."""
    rng = np.random.default_rng(seed)
    at = pd.date_range(start, periods=24 * days, freq="h")
    weather = np.repeat(np.cumsum(rng.normal(0, 0.03, days)) * 0.7, 24)
    weather = np.convolve(np.pad(weather, 12, mode="edge"), np.ones(25) / 25, mode="valid")
    weekend = -0.08 * np.asarray(at.dayofweek >= 5)
    daily = swing * np.sin(2 * np.pi * (np.asarray(at.hour) - 9) / 24)
    values = level * np.exp(daily + weekend + weather + rng.normal(0, noise, len(at)))
    known = known_from or str((at[-1] + pd.Timedelta(days=2)).date())
    return _table(
        pd.DataFrame(
            {
                "series_id": series_id,
                "period_start": at,
                "period_end": at.normalize(),
                "publication_id": "made_hours",
                "known_from": known,
                "frequency": "H",
                "value": np.round(values),
                "unit": "MWh",
                "quantity": "energy",
            }
        )
    )


@cache
def made() -> tuple[Source, ...]:
    """Return clean series of our own: editions by year, quarter and month, and hours."""
    wild = {"growth": 0.25, "noise": 0.12, "level": 900.0}
    frames = {
        "made years": editions("made_years", "Y", 14, seed=1),
        "made quarters": editions("made_quarters", "Q", 24, seed=2, season=0.1),
        "made months": editions("made_months", "M", 40, seed=3, season=0.15, regions=2),
        "made wild": editions("made_wild", "Y", 12, seed=4, **wild),
        "made hours": hours(),
    }
    return tuple(Source(name, frame, {}, frozenset(frame["row"])) for name, frame in frames.items())


LIVE = {
    "eia_retail_sales live": (
        "eia_retail_sales_live", "M", 60, "GWh", 3_000.0, 0.12,
        ("us_va_commercial", "us_va_total", "us_tx_total"),
    ),
    "eia_monthly_review live": (
        "eia_mer_live", "M", 60, "GWh", 33_000.0, 0.12,
        ("us_sales_industrial", "us_sales_residential", "us_electricity"),
    ),
    "ember_electricity live": (
        "ember_live", "Y", 20, "TWh", 60.0, 0.0,
        ("che_electricity_demand", "esp_electricity_demand", "deu_electricity_demand"),
    ),
    "owid_energy live": (
        "owid_energy_live", "Y", 24, "TWh", 150.0, 0.0,
        ("gbr_electricity_demand", "jpn_electricity_demand", "ind_electricity_demand"),
    ),
    "eurostat_electricity live": (
        "eurostat_nrg_cb_e", "Y", 18, "GWh", 45_000.0, 0.0,
        ("dnk_electricity_final", "nld_electricity_final", "fra_electricity_final"),
    ),
    "sec_capex live": ("sec_companyfacts_googl", "Q", 40, "USD", 9e9, 0.05, ("capex_googl",)),
    "census_construction live": (
        "owid_c30_live", "M", 60, "USD", 2.5e9, 0.08, ("dc_construction",),
    ),
}  # fmt: skip
"""Publications asked live: publication, step, periods, unit, level, season, series."""


@cache
def live() -> tuple[Source, ...]:
    """Return clean vintages as the live sources hand them out, made by us, and an authority."""
    frames = {}
    for seed, (name, spec) in enumerate(LIVE.items()):
        publication, frequency, count, unit, level, season, names = spec
        last = pd.Period("2027-03", frequency)
        frame = editions(
            publication, frequency, count, seed=50 + seed, unit=unit, level=level, season=season,
            regions=len(names), start=str(last - count + 1),
        )  # fmt: skip
        series = {f"{publication}_region_{place}": given for place, given in enumerate(names)}
        frame["series_id"] = frame["series_id"].map(series)
        quantity = "spend" if unit == "USD" else "energy"
        frames[name] = OBSERVATIONS.check(frame.assign(quantity=quantity))
    authority = hours("us_pjm_demand", start="2026-12-01", seed=9, level=95_000.0)
    frames["eia_grid_demand live"] = authority.assign(publication_id="eia_930_live")
    return tuple(Source(name, frame, {}, frozenset(frame["row"])) for name, frame in frames.items())
