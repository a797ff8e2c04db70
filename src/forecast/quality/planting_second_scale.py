"""Faults in the size of values: units, digits, signs, scope, sentinels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
import pandas as pd

from forecast.quality.planting_second_places import (
    ADDITIVE,
    FLOWS,
    as_text,
    changed,
    differ,
    kind,
    one,
    only,
    rewritten,
    runs,
    scattered,
    stretch,
    tails,
    values,
    whole,
    windows,
    word,
)

if TYPE_CHECKING:
    from forecast.quality.corruption import Planted
    from forecast.quality.planting_second_places import Labels, Spoil, Where

Draw: TypeAlias = Callable[[np.random.Generator], float]

_SLIPS: Final[dict[str, tuple[float, ...]]] = {
    "TWh": (1e3, 1e6),
    "GWh": (1e-3, 1e3),
    "MWh": (1e-3, 1e3),
    "GW": (1e3,),
    "MW": (1e-3, 1e3),
    "USD bn": (1e3, 1e6),
    "USD": (1e-3, 1e-6),
    "USD bn/yr": (1e3,),
    "%": (1e-2,),
    "ratio": (1e2,),
}
"""Unit on the label → factors of the units the numbers may really be in."""

_RELABELLED: Final[dict[str, tuple[str, ...]]] = {
    "TWh": ("GWh",),
    "GWh": ("TWh", "MWh"),
    "MWh": ("GWh",),
    "GW": ("MW",),
    "MW": ("GW",),
    "USD bn": ("USD", "USD bn/yr"),
    "USD": ("USD bn",),
    "USD bn/yr": ("USD bn",),
    "%": ("ratio",),
    "ratio": ("%",),
}


def unit_slip(where: Where = whole) -> Spoil:
    """Deliver the numbers in another unit than the label says.

    EIA's retail sales carry the alias "Megawatt-hours Sold" over numbers in million kWh; its
    ``international`` route gives one series in several units unless ``unit`` is pinned; the
    C30 series comes in dollars at OWID and in billions at Census; filings state thousands,
    millions or dollars; UK Power Networks gives utilisation as a ratio where others print %.
    """

    def spoil(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
        chosen = where(labels, rng)
        factor = float(rng.choice(_SLIPS[word(frame, labels[0], "unit")]))
        return rewritten(frame, chosen, values(frame, chosen) * factor, ranges=True)

    return spoil


def unit_relabelled(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Change the label and leave the numbers: EIA's unit spellings drift between versions."""
    other = rng.choice(_RELABELLED[word(frame, labels[0], "unit")])
    worse = frame.copy()
    worse.loc[labels, "unit"] = str(other)
    return changed(frame, worse, labels)


def multiplied(draw: Draw, where: Where = whole) -> Spoil:
    """Multiply values by one factor, as a change of scope, a double count or a spike does."""

    def spoil(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
        chosen = where(labels, rng)
        return rewritten(frame, chosen, values(frame, chosen) * draw(rng), ranges=True)

    return spoil


def _between(low: float, high: float) -> Draw:
    return lambda rng: float(rng.uniform(low, high))


def _one_of(*factors: float) -> Draw:
    return lambda rng: float(rng.choice(factors))


def _spike_or_dip(rng: np.random.Generator) -> float:
    """EIA-930, PJM: 417,669 MWh among 90,000; seven spikes in 2020; a dip to 56,260."""
    return float(rng.uniform(1.8, 5.0) if rng.random() < 0.7 else rng.uniform(0.3, 0.65))


def annual_rate(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver an annual rate as the month's or quarter's level, or the other way round.

    Census prints C30 at seasonally adjusted annual rates; others print the month itself.
    """
    parts = {"M": 12.0, "Q": 4.0}[word(frame, labels[0], "frequency")]
    factor = 1 / parts if word(frame, labels[0], "unit") == "USD bn/yr" else parts
    return rewritten(frame, labels, values(frame, labels) * factor, ranges=True)


def average_load(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver mean power where energy is asked: TWh and "average GW" are mixed up in reports."""
    length = frame.loc[labels, "period_end"] - frame.loc[labels, "period_start"]
    hours = (length.dt.days.to_numpy(dtype="float64") + 1) * 24
    thousand = 1.0 if word(frame, labels[0], "unit") == "MWh" else 1_000.0
    return rewritten(frame, labels, values(frame, labels) * thousand / hours, ranges=True)


def decimal_comma(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Read a decimal comma as a separator of thousands, 1,234 → 1234 (no recording)."""
    texts = [as_text(value).replace(".", ",") for value in values(frame, labels)]
    return rewritten(frame, labels, [float(t.replace(",", "")) for t in texts], texts=texts)


def thousands_point(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Read a point between thousands as a decimal point, 6.973 for 6,973 (no recording)."""
    new = values(frame, labels) / 1_000
    return rewritten(frame, labels, new, texts=[f"{value:.3f}" for value in new])


def digits_wrong(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Swap two digits, or lose or double one: figures typed from a PDF, as LBNL's and CBS's are."""
    row = one(labels, rng)
    slips = _slips(as_text(values(frame, row)[0]))
    return rewritten(frame, row, [float(slips[int(rng.integers(len(slips)))])])


def _slips(text: str) -> list[str]:
    """Return what a tired typist may make of a number, if materially different."""
    found = []
    for at in range(len(text) - 1):
        found += [
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[: at + 1] + text[at:],
        ]
    return [
        slip
        for slip in found
        if slip.count(".") == text.count(".")
        and slip.strip("-")[:1] not in ("", "0", ".")
        and slip[-1] != "."
        and slip.count("-") == text.count("-")
        and differ(float(slip), float(text))
    ]


def int32_maximum(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Put a full 32-bit counter in the place of a value, sometimes with echoes beside it.

    EIA-930, PJM, 2021-10-19T04: 2,147,480,000, with 1,527,760,000 before and 431,044,000 after.
    """
    at = int(rng.integers(len(labels)))
    hit, new = [labels[at]], [float(rng.choice([2_147_483_647, 2_147_480_000, -2_147_483_648]))]
    if 0 < at < len(labels) - 1 and rng.random() < 0.5:
        hit, new = labels[at - 1 : at + 2], [1_527_760_000.0, 2_147_480_000.0, 431_044_000.0]
    return rewritten(frame, hit, new)


def constant(choices: tuple[float, ...], where: Where) -> Spoil:
    """Put a code for "missing" where a value belongs.

    EIA-930 has zeros for hours that were not reported, EIA's retail sales "0" for sectors that
    do not exist. −999 and 9999 are customary in such tables; no recording of ours has them.
    """

    def spoil(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
        chosen = where(labels, rng)
        return rewritten(frame, chosen, [float(rng.choice(choices))] * len(chosen))

    return spoil


def range_turned(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Exchange the ends of a range, as a slip of the person who compiles it (no recording)."""
    row = one(labels, rng)
    worse = frame.copy()
    worse.loc[row, ["low", "high"]] = frame.loc[row, ["high", "low"]].to_numpy()
    return changed(frame, worse, row)


def false_numbers(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Replace figures by plausible false ones: machine-written tables are common on the subject."""
    noise = rng.normal(0.0, rng.uniform(0.05, 0.2), len(labels))
    return rewritten(frame, labels, values(frame, labels) * np.exp(noise))


def slow_drift(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Let values drift away: nominal money delivered for deflated (C30 as OWID deflates it)."""
    end = float(rng.choice([-1, 1]) * rng.uniform(0.05, 0.25))
    ramp = 1 + end * np.arange(1, len(labels) + 1) / len(labels)
    return rewritten(frame, labels, values(frame, labels) * ramp)


_ENERGY: Final = ("TWh", "GWh", "MWh")
_POWER: Final = ("GW", "MW")
_MONEY: Final = ("USD bn", "USD", "USD bn/yr")
_PARTS: Final = ("%", "ratio")
_CODES: Final = (-999.0, -9_999.0, 9_999.0, 99_999.0)


def _fractional(row: pd.Series) -> bool:
    return "." in as_text(row["value"])


def _thousands(row: pd.Series) -> bool:
    value = float(row["value"])
    return value.is_integer() and 1_000 <= value < 1_000_000


SCALES: Final = (
    *(
        kind(f"{what}_unit_slip_{part}", spots, spoil)
        for what, units in (("energy", _ENERGY), ("power", _POWER), ("money", _MONEY))
        for part, spots, spoil in (
            ("edition", runs(units=units), unit_slip()),
            ("tail", tails(runs(2, units=units)), unit_slip()),
            ("scattered", runs(3, units=units), unit_slip(scattered)),
        )
    ),
    kind("percent_as_fraction", runs(units=_PARTS), unit_slip()),
    kind("percent_as_fraction_tail", tails(runs(2, units=_PARTS)), unit_slip()),
    kind("unit_relabelled", runs(units=tuple(_RELABELLED)), unit_relabelled),
    kind("row_times_thousand", runs(), multiplied(_one_of(1e3, 1e-3), one)),
    kind("sign_flipped_row", runs(), multiplied(_one_of(-1.0), one)),
    kind("sign_flipped_tail", tails(runs(2)), multiplied(_one_of(-1.0))),
    kind("spike_or_dip", runs(3), multiplied(_spike_or_dip, one)),
    # EIA: census divisions beside states, daily demand once a time zone: parts counted again.
    kind("counted_again_edition", runs(quantities=FLOWS), multiplied(_one_of(2.0, 4.0, 5.0))),
    kind(
        "counted_again_tail", tails(runs(2, quantities=FLOWS)), multiplied(_one_of(2.0, 4.0, 5.0))
    ),
    # US 2024 with crypto +25 %, EU +74 %: IEA's and S&P's figures beside LBNL's.
    kind("crypto_in_edition", runs(quantities=("energy",)), multiplied(_between(1.15, 1.75))),
    kind("crypto_in_tail", tails(runs(2, quantities=("energy",))), multiplied(_between(1.2, 1.75))),
    # EIA balancing authorities retire and split; the EU register covers 36 % of Irish sites.
    kind("region_missing_edition", runs(), multiplied(_between(0.35, 0.9))),
    kind("region_missing_tail", tails(runs(2)), multiplied(_between(0.35, 0.85))),
    # IEA 2024: 416 TWh at the facility, 295 at the IT equipment; EIA "servers" have no cooling.
    kind(
        "it_load_for_facility", runs(quantities=("energy",)), multiplied(_between(1 / 1.6, 1 / 1.2))
    ),
    kind("annual_rate_edition", runs(frequencies="MQ", quantities=("spend",)), annual_rate),
    kind("annual_rate_tail", tails(runs(2, frequencies="MQ", quantities=FLOWS)), annual_rate),
    kind(
        "average_load_edition",
        runs(frequencies="DMQA", quantities=("energy",), units=ADDITIVE),
        average_load,
    ),
    kind("decimal_comma", only(runs(), _fractional), decimal_comma),
    kind("decimal_comma_row", windows(only(runs(), _fractional), 1), decimal_comma),
    kind("thousands_point", only(runs(), _thousands), thousands_point),
    kind(
        "digits_wrong", only(runs(), lambda row: bool(_slips(as_text(row["value"])))), digits_wrong
    ),
    kind("int32_maximum", runs(), int32_maximum),
    kind("zeros_for_missing", runs(), constant((0.0,), stretch)),
    kind(
        "missing_code",
        only(runs(), lambda row: row["value"] not in _CODES),
        constant(_CODES, stretch),
    ),
    kind("false_numbers", tails(runs(4)), false_numbers),
    kind("slow_drift", tails(runs(6), least=5), slow_drift),
    kind("range_turned", only(runs(), lambda row: bool(row["low"] < row["high"])), range_turned),
)
"""Kinds in which values have a wrong size."""
