"""How large a value can be at all: nature's limits, the catalogue's, the row's own, its peers'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.quantities import HOURS_PER_YEAR
from forecast.quality.rule import SLOW, Limits, Within
from forecast.quality.scene import MONTHS

if TYPE_CHECKING:
    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

_NATURE: Final = {
    "energy": 40_000e6 / 12,
    "power": 20_000e3,
    "money": 10_000e9,
    "money a year": 10_000.0,
    "index": 1e9,
}
"""Beyond what the whole world uses, can draw or can pay: a month's energy [MWh], power [MW],
money [USD]. The world used 31,000 TWh in 2024."""

_PUE: Final = (1.0, 5.0)
"""A facility uses no less than its IT equipment does."""

_SHARE: Final = (0.0, 1.0)
_COUNTRIES_TWH: Final = {
    "world": 32_000, "cn": 10_000, "us": 4_500, "europe": 4_500, "eu27": 3_000, "eu28": 3_500,
    "in": 2_000, "jp": 1_000, "ca": 650, "kr": 620, "de": 580, "fr": 510, "gb": 340, "it": 330,
    "au": 280, "es": 280, "nl": 125, "no": 140, "se": 145, "fi": 90, "be": 90, "ie": 38, "dk": 40,
    "sg": 60, "apac": 16_000, "row": 20_000,
    "usa": 4_500, "chn": 10_000, "ind": 2_000, "jpn": 1_000, "can": 650, "kor": 620, "deu": 580,
    "fra": 510, "gbr": 340, "ita": 330, "aus": 280, "esp": 280, "nld": 125, "nor": 140, "swe": 145,
    "fin": 90, "bel": 90, "irl": 38, "dnk": 40, "sgp": 60,
}  # fmt: skip
"""Yearly electricity of a place, by the first word of a series' name: the highest since 1990,
rounded up [TWh]. An order of magnitude, so that no later knowledge decides anything."""

_COUNTRY_SLACK: Final = 2.0
"""Nothing in a country exceeds twice what the country uses."""

_PEAK_OVER_MEAN: Final = 3.0
"""Nothing draws more than three times a country's mean load."""

_INTEGERS: Final = (2.0**31, 2.0**32)
_INTEGER_SLACK: Final = 1e-5
"""Publishers round the largest integer to six digits or so: 2,147,480,000."""

_PEERS: Final = 6
_PEER_RATIO: Final = float(np.log(15.0))


def _negative(scene: Scene) -> Limits:
    value = scene.rows["value"].to_numpy(dtype="float64")
    zero = np.zeros(len(value))
    return Limits(value, zero, zero + np.inf, expected=lambda _: "0 or more")


def _nature(scene: Scene) -> Limits:
    rows = scene.rows
    months = rows["frequency"].map(MONTHS).to_numpy(dtype="float64")
    months = months * np.fmax(rows["length"].to_numpy(dtype="float64"), 1.0)
    high = rows["dimension"].map(_NATURE).to_numpy(dtype="float64")
    high = np.where(rows["dimension"] == "energy", high * months, high)
    low = np.where(np.isnan(high), np.nan, -high)
    share = (rows["quantity"] == "share").to_numpy()
    low, high = np.where(share, _SHARE[0], low), np.where(share, _SHARE[1], high)
    pue = rows["series_id"].str.contains("pue").to_numpy() & (rows["quantity"] == "ratio")
    low, high = np.where(pue, _PUE[0], low), np.where(pue, _PUE[1], high)
    factor = rows["factor"].to_numpy(dtype="float64")
    return Limits(rows["value"].to_numpy(dtype="float64"), low / factor, high / factor)


def _country(scene: Scene) -> Limits:
    rows = scene.rows
    place = rows["series_id"].str.partition("_")[0].map(_COUNTRIES_TWH).astype("float64")
    twh = (place * _COUNTRY_SLACK).to_numpy()
    months = rows["frequency"].map(MONTHS).to_numpy(dtype="float64")
    months = months * np.fmax(rows["length"].to_numpy(dtype="float64"), 1.0)
    peak = twh * 1e6 / HOURS_PER_YEAR * _PEAK_OVER_MEAN
    high = np.full(len(rows), np.nan)
    energy = (rows["dimension"] == "energy").to_numpy()
    power = (rows["dimension"] == "power").to_numpy()
    high[energy] = (twh * 1e6 * np.sqrt(months / 12))[energy]
    high[power] = peak[power]
    high = high / rows["factor"].to_numpy(dtype="float64")
    return Limits(
        rows["value"].to_numpy(dtype="float64"), np.where(np.isnan(high), high, -high), high
    )


def _integer(scene: Scene) -> Limits:
    value = scene.rows["value"].to_numpy(dtype="float64")
    off = np.full(len(value), np.inf)
    for integer in _INTEGERS:
        off = np.fmin(off, np.abs(value / integer - 1.0))
    return Limits(
        np.where(np.isnan(value), np.nan, off),
        np.full(len(value), _INTEGER_SLACK),
        np.full(len(value), np.inf),
        found=lambda place: f"{value[place]:.10g}",
        expected=lambda _: "a value that is no largest integer of a machine",
    )


def _range(scene: Scene) -> Limits:
    rows = scene.rows
    low, high = (rows[name].to_numpy(dtype="float64") for name in ("low", "high"))
    low, high = np.where(np.isnan(low), -np.inf, low), np.where(np.isnan(high), np.inf, high)
    none = np.isinf(low) & np.isinf(high)
    return Limits(
        rows["value"].to_numpy(dtype="float64"),
        np.where(none, np.nan, low),
        np.where(none, np.nan, high),
    )


def _plausible(scene: Scene) -> Limits:
    stated, rows = scene.catalogued(), scene.rows
    factor = rows["factor"].to_numpy(dtype="float64")
    return Limits(
        rows["value"].to_numpy(dtype="float64"),
        stated["low"].to_numpy() / factor,
        stated["high"].to_numpy() / factor,
    )


def _beside(scene: Scene) -> Limits:
    """Series of one kind in one publication span some range; none is far outside it.

    Where the catalogue's own limits are in force they say more: transport uses a hundredth of
    what homes do, year after year, and is no fault.
    """
    cohort = ["edition", "quantity", "dimension", "frequency", "tick"]
    peers = scene.vintage[scene.vintage["log"].notna()]
    peers = peers.drop_duplicates([*cohort, "series_id"]).sort_values("log", kind="stable")
    by = peers.groupby(cohort, sort=False)["log"]
    from_below, from_above = by.cumcount(), by.cumcount(ascending=False)
    ends = by.agg(["size", "first", "last"])
    ends["second"] = peers[from_below == 1].set_index(cohort)["log"]
    ends["fore"] = peers[from_above == 1].set_index(cohort)["log"]
    of_row = scene.rows[cohort].merge(ends.reset_index(), on=cohort, how="left")
    log = scene.rows["log"].to_numpy(dtype="float64")
    least = np.where(log <= of_row["first"], of_row["second"], of_row["first"])
    most = np.where(log >= of_row["last"], of_row["fore"], of_row["last"])
    known = np.isfinite(scene.catalogued()["low"].to_numpy(dtype="float64"))
    enough = (of_row["size"] >= _PEERS).to_numpy() & ~np.isnan(log) & ~known
    low = np.where(enough, least - _PEER_RATIO, np.nan)
    high = np.where(enough, most + _PEER_RATIO, np.nan)
    value = scene.rows["value"].to_numpy(dtype="float64")
    return Limits(value, scene.in_unit(low), scene.in_unit(high))


RULES: Final[tuple[Rule, ...]] = (
    Within(
        name="not_negative",
        severity="critical",
        meaning="nothing we count can be below nothing",
        limits=_negative,
    ),
    Within(
        name="natural_limit",
        severity="critical",
        meaning="more than the whole world uses, can draw or pays; a share beyond the whole",
        limits=_nature,
    ),
    Within(
        name="country_limit",
        severity="critical",
        meaning="twice what the whole country uses, or six times its mean load",
        limits=_country,
    ),
    Within(
        name="integer_limit",
        severity="critical",
        meaning="the largest integer of a machine stands for an error",
        limits=_integer,
    ),
    Within(
        name="value_in_its_range",
        severity="critical",
        meaning="a central value lies between the low and high end stated with it",
        limits=_range,
    ),
    Within(
        name="plausible_range",
        severity="critical",
        meaning="the catalogue's limits for the series, where they were known by then",
        limits=_plausible,
        frequencies=SLOW,
    ),
    Within(
        name="peers",
        severity="critical",
        meaning="fifteenfold beyond every other series of its kind in the publication",
        limits=_beside,
        frequencies=SLOW,
    ),
)
"""Rules of size."""
