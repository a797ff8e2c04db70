"""The headline: one series in every sense of power, in the year everybody asks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.contracts.quantities import energy_twh, unit_factor
from forecast.report import sentences
from forecast.report.facts import Factor, Headline, OddsRow, Sense, Spread
from forecast.report.reading import HISTORY_ONLY, spoken
from forecast.report.series import target
from forecast.report.words import odds, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forecast.contracts.catalogue import Series
    from forecast.contracts.edition import Edition, FactorNote
    from forecast.report.facts import SeriesFacts

ASKED_GW: Final = 90.0
"""The level everybody asks about: 30 → 90+ GW by 2030 is in the air."""

FACTOR_LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)

MEANINGS: Final = {
    "energy": "electricity used over the year",
    "average_load": "energy ÷ 8\u202f760 hours",
    "peak_load": "highest load reached: average load ÷ load factor",
    "connection": "power contracted with the grid: average load ÷ connection use",
}
"""The four senses, in the order they are told."""

_FACTOR_MEANINGS: Final = {
    "peak_load": "mean load over the fleet's own peak",
    "connection": "mean load over contracted power",
}

_LEVEL_NAMES: Final = {
    0.05: "5th percentile (low)",
    0.25: "25th percentile",
    0.5: "median",
    0.75: "75th percentile",
    0.95: "95th percentile (high)",
}


def headline(edition: Edition, told: SeriesFacts, notes: Sequence[FactorNote]) -> Headline:
    """Return what the top of the page says of a series with senses.

    Args:
        edition: The edition.
        told: The series' own facts.
        notes: The factors between its senses.
    """
    series = edition.catalogue[told.series_id]
    year = target(spoken(edition, series.id, frequency="A"))
    spreads = {sense: _spread(edition, series, sense, year) for sense in MEANINGS}
    chances = _chances(edition, series.id, year)
    level = ASKED_GW if ASKED_GW in series.thresholds_gw else max(series.thresholds_gw, default=0.0)
    load = spreads["average_load"]
    return Headline(
        series_id=series.id,
        title=series.title,
        year=year,
        answer=sentences.answer(series.title, year, spreads["energy"], load, series.unit),
        known=sentences.last_known(told.last),
        level=level,
        senses=tuple(
            _sense(series, sense, spread, level, chances) for sense, spread in spreads.items()
        ),
        odds=tuple(_odds_row(series, threshold, chances) for threshold in series.thresholds_gw),
        paths=int(chances["paths"].max()) if len(chances) else 0,
        factors=tuple(_factor(note, spreads) for note in notes),
        last_average_load=sentences.load_of(told.last),
    )


def _spread(edition: Edition, series: Series, sense: str, year: int) -> Spread:
    rows = spoken(edition, series.id, quantity=sense, frequency="A")
    row = rows[rows["year"] == year].iloc[0]
    return Spread(*(float(row[name]) for name in ("q05", "q25", "q50", "q75", "q95")))


def _chances(edition: Edition, series_id: str, year: int) -> pd.DataFrame:
    rows = edition.tables["exceedances"]
    return rows[
        (rows["series_id"] == series_id)
        & (rows["scenario"] == HISTORY_ONLY)
        & (rows["year"] == year)
    ]


def _chance(chances: pd.DataFrame, sense: str, threshold: float) -> float | None:
    """Return P(at or above); energy above what a mean load uses is that mean load or more."""
    quantity = "average_load" if sense == "energy" else sense
    found = chances[(chances["quantity"] == quantity) & (chances["threshold"] == threshold)]
    return None if found.empty else float(found["probability"].iloc[0])


def _sense(
    series: Series, sense: str, spread: Spread, level: float, chances: pd.DataFrame
) -> Sense:
    chance = _chance(chances, sense, level)
    return Sense(
        sense=sense,
        name=plain(sense).capitalize(),
        meaning=MEANINGS[sense],
        unit=series.unit if sense == "energy" else "GW",
        spread=spread,
        level=_energy(level, series) if sense == "energy" else level,
        probability=chance,
        odds="" if chance is None else odds(chance),
    )


def _energy(load_gw: float, series: Series) -> float:
    """Return the energy a mean load uses in a year, in the series' unit."""
    return float(f"{energy_twh(load_gw) * unit_factor('TWh', series.unit):.6g}")


def _odds_row(series: Series, threshold: float, chances: pd.DataFrame) -> OddsRow:
    found = {sense: _chance(chances, sense, threshold) for sense in list(MEANINGS)[1:]}
    known = {sense: chance for sense, chance in found.items() if chance is not None}
    return OddsRow(
        threshold=threshold,
        energy=_energy(threshold, series),
        probability=known,
        odds={sense: odds(chance) for sense, chance in known.items()},
    )


def _factor(note: FactorNote, spreads: dict[str, Spread]) -> Factor:
    own = note.publisher_value
    load = spreads["average_load"].q50
    return Factor(
        name=plain(note.name),
        sense=note.sense,
        meaning=_FACTOR_MEANINGS[note.sense],
        quantiles={
            _LEVEL_NAMES[level]: float(f"{note.quantiles[level]:.6g}") for level in FACTOR_LEVELS
        },
        source=note.source,
        grade=note.grade,
        publisher_value=own,
        median=spreads[note.sense].q50,
        median_with_publisher=None if own is None else float(f"{load / own:.6g}"),
    )
