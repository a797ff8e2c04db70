"""Log errors of past forecasts: one row a case, horizon and forecaster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from forecast.contracts.columns import AS_OF, FREQUENCIES, QUANTITY, SERIES
from forecast.contracts.table import COUNT, DAY, NUMBER, TEXT, Column, Table
from forecast.contracts.vintages import POLICIES
from forecast.growth.combination import combine
from forecast.growth.intervals import volatility_group
from forecast.growth.speaking import COMBINATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.evaluation.backtest import Case
    from forecast.growth.speaking import Voices

MATURE_POINTS: Final = 8
"""Points from which every quick model can speak: younger tracks teach nothing to older ones."""

EQUAL: Final = "equal_weights"

ERRORS: Final = Table(
    "errors",
    key=("policy", "series_id", "as_of", "forecaster", "horizon"),
    columns=(
        SERIES,
        Column("subject", TEXT, "reference class"),
        Column("frequency", TEXT, "step", one_of=FREQUENCIES),
        QUANTITY,
        Column("policy", TEXT, "vintage policy", one_of=POLICIES),
        AS_OF,
        Column("origin", DAY, "last day the forecaster saw"),
        Column("origin_number", COUNT, "number of the last period it saw"),
        Column("points", COUNT, "how many points it saw"),
        Column("group", TEXT, "volatility: calm, middling or wild"),
        Column("horizon", COUNT, "periods from origin", within=(1, 1e6)),
        Column("forecaster", TEXT, "the model that spoke"),
        Column("log_error", NUMBER, "ln(forecast / truth), of the median"),
        Column("scale", NUMBER, "what the error is measured in"),
        Column("truth", NUMBER, "in the series' unit"),
        Column("truth_known_from", DAY, "day the truth was known, under the policy"),
    ),
)
"""The table of errors: inside this room only."""


def error_table(cases: Sequence[Case]) -> pd.DataFrame:
    """Return the log error of each forecaster's median, wherever a truth is known.

    Forecasters are every member that spoke, both baselines, the middle of the members (the
    combination) and their plain average.
    """
    columns = [_of_case(case) for case in cases]
    if not columns:
        return ERRORS.empty()
    return ERRORS.shape(
        pd.DataFrame({name: np.concatenate([c[name] for c in columns]) for name in ERRORS.names})
    )


def centres(voices: Voices) -> dict[str, NDArray[np.float64]]:
    """Return the log median of every forecaster: the combination first. [h] each"""
    said = {name: fan.median for name, fan in voices.said.items()}
    if not voices.members:
        return said
    equal = combine([voices.said[name] for name in voices.members])
    return {COMBINATION: voices.combined.median, EQUAL: equal.median} | said


def _of_case(case: Case) -> dict[str, NDArray[Any]]:
    """Return the columns of one case."""
    voices, series = case.voices, case.series
    track = voices.track
    known = np.flatnonzero(np.isfinite(case.truths))
    horizons = np.arange(1, len(case.truths) + 1)
    said = centres(voices)
    error = np.array([centre[known] - np.log(case.truths[known]) for centre in said.values()])
    shared = {
        "series_id": series.id,
        "subject": series.reference_class,
        "frequency": series.frequency,
        "quantity": series.quantity,
        "policy": case.policy,
        "as_of": np.datetime64(case.as_of, "us"),
        "origin": last_day(track),
        "origin_number": track.origin,
        "points": len(track),
        "group": volatility_group(voices.scatter, series.periods_per_year),
    }
    by_horizon = {
        "horizon": horizons[known],
        "scale": voices.unit[known],
        "truth": case.truths[known],
        "truth_known_from": case.truth_known[known],
    }
    return {
        **{name: np.full(error.size, value, _kind(value)) for name, value in shared.items()},
        **{name: np.tile(values, len(said)) for name, values in by_horizon.items()},
        "forecaster": np.repeat(np.array(list(said), object), len(known)),
        "log_error": error.ravel(),
    }


def _kind(value: object) -> Any:  # noqa: ANN401 - NumPy takes any dtype, or none
    return object if isinstance(value, str) else None


def last_day(track: Track) -> np.datetime64:
    """Return the last day a track covers."""
    months = (track.origin + 1) * (12 // track.series.periods_per_year)
    day = np.datetime64(months, "M").astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.datetime64(day, "us")
