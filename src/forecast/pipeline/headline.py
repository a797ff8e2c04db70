"""The headline: a series' energy said as load, peak and connection, and the odds of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecast.contracts.edition import FactorNote
from forecast.contracts.tables import EXCEEDANCES, FORECASTS
from forecast.demand.odds import exceedance, path_quantiles
from forecast.demand.senses import SENSES, factors, senses
from forecast.growth.paths import generator, normal_scores
from forecast.history.periods import PER_YEAR, bounds
from forecast.pipeline.forecasting import HISTORY_ONLY, SeriesResult, path_rows, quantile_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series
    from forecast.demand.factors import Factor
    from forecast.pipeline.forecasting import Subject

GW_SENSES = SENSES[1:]


def in_senses(
    result: SeriesResult, assumptions: Assumptions, *, seed: int
) -> tuple[list[pd.DataFrame], list[pd.DataFrame], list[pd.DataFrame], tuple[FactorNote, ...]]:
    """Return FORECASTS, PATHS and EXCEEDANCES of the senses beyond energy, and the factors.

    Args:
        result: A series with joint paths of annual energy in TWh.
        assumptions: Read as of the question's day.
        seed: The question's seed.

    Raises:
        SettingsError: The series' class states no factor.
    """
    subject, energy, periods = result.subject, result.energy_paths, result.periods
    assert subject is not None and energy is not None and periods is not None  # noqa: S101, PT018
    series = subject.series
    by_sense = factors(series, assumptions)
    scores = _factor_scores(series, len(energy), len(by_sense), seed)
    said = senses(energy, by_sense, scores)
    forecasts, paths, odds = [], [], []
    for sense in GW_SENSES:
        forecasts.append(_sense_rows(subject, said[sense], periods, sense))
        paths.append(path_rows(subject, said[sense], periods, sense, "GW"))
        odds.append(_odds(subject, said[sense], periods, sense))
    notes = tuple(
        _factor_note(series, sense, share, assumptions) for sense, share in by_sense.items()
    )
    return forecasts, paths, odds, notes


def _factor_scores(series: Series, count: int, width: int, seed: int) -> NDArray[np.float64]:
    """Return evenly spread normal scores, each factor in its own random order. [count, width]"""
    draws = generator(seed, series.id, "factors")
    scores = normal_scores(count)
    return np.column_stack([scores[draws.permutation(count)] for _ in range(width)])


def _sense_rows(
    subject: Subject, paths: NDArray[np.float64], periods: NDArray[np.int64], sense: str
) -> pd.DataFrame:
    rows = quantile_rows(subject, periods, path_quantiles(paths), paths.mean(axis=0))
    rows["model"] = "combination"
    rows["quantity"], rows["unit"] = sense, "GW"
    return FORECASTS.shape(rows)


def _odds(
    subject: Subject, paths: NDArray[np.float64], periods: NDArray[np.int64], sense: str
) -> pd.DataFrame:
    _, ends = bounds(periods, subject.series.frequency)
    frames = [
        pd.DataFrame(
            {
                "run_id": subject.run_id,
                "series_id": subject.series.id,
                "scenario": HISTORY_ONLY,
                "quantity": sense,
                "threshold": threshold,
                "unit": "GW",
                "period_end": ends,
                "year": ends.dt.year,
                "probability": exceedance(paths, threshold),
                "paths": len(paths),
            }
        )
        for threshold in subject.series.thresholds_gw
    ]
    return EXCEEDANCES.check(pd.concat(frames, ignore_index=True))


def _factor_note(series: Series, sense: str, share: Factor, assumptions: Assumptions) -> FactorNote:
    row = assumptions.get(share.name, series.id, series.reference_class)
    own = assumptions.find(f"{share.name}_publisher", series.id)
    return FactorNote(
        series_id=series.id,
        sense=sense,
        name=share.name,
        quantiles=share.quantiles,
        source=row.source,
        grade=row.grade,
        publisher_value=None if own is None else own.value,
    )


def annual_rows(result: SeriesResult) -> pd.DataFrame:
    """Return FORECASTS of whole calendar years to come, summed path by path.

    Only years whose every period is forecast are summed: the rest would mix known and
    unknown quarters.
    """
    subject, paths, periods = result.subject, result.energy_paths, result.periods
    assert subject is not None and paths is not None and periods is not None  # noqa: S101, PT018
    steps = PER_YEAR[subject.series.frequency]
    years, counts = np.unique(periods // steps, return_counts=True)
    whole = years[counts == steps]
    sums = np.column_stack([paths[:, periods // steps == year].sum(axis=1) for year in whole])
    rows = quantile_rows(subject, whole, path_quantiles(sums), sums.mean(axis=0), "A")
    rows["model"] = "combination"
    return FORECASTS.shape(rows)
