r"""What past errors teach about width: CALIBRATION, as known by a day.

The errors of a reference class and frequency are pooled (accuracy.md §5: "cross-learned"
conformal prediction), each divided by its series' own scale, so calm and wild series may
teach one another. At each horizon their size is the root mean square about *zero*,

.. math:: \sigma(h) = \sqrt{\overline{z(h)^2}},

and their shape the quantiles of :math:`|z| / \sigma(h)` over all horizons, each weighed by its
independent cases, laid out on both sides of zero: centred on the point forecast. A bias is not
carried on, since that of one decade does not persist in the next; but it widens, where
subtracting it would call a small class's commonest error no error.

A volatility group has rows of its own where it has :data:`LEAST_ORIGINS` origins and is not
the whole class, shrunk level by level to the class, :math:`q^2 = w q_g^2 + (1-w) q_c^2` with
:math:`w = n_g / (n_g + n_0)`. Whatever a group or class has too little of stays unsaid: growth
then keeps the record of published projections.

Dependence: the forecast of a series moves with the past errors of series of its own class and
frequency, and with no others. Where a class is one series, it learns from itself alone, and in
no case from anything known after the day: a series never sees its own future.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.levels import LEVELS, QUANTILES
from forecast.contracts.tables import CALIBRATION
from forecast.evaluation.errors import MATURE_POINTS
from forecast.evaluation.independence import effective_cases
from forecast.growth.intervals import PRIOR_CASES, Errors
from forecast.growth.speaking import COMBINATION
from forecast.history.periods import PER_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from numpy.typing import NDArray

LEAST_ORIGINS: Final = 20
"""Fewer past origins of mature tracks are anecdotes: they calibrate nothing."""

LEAST_AT_HORIZON: Final = 5
"""A horizon with fewer errors counts as not seen yet."""

_REACH: Final = np.abs(2 * np.array(LEVELS) - 1)
_SIDE: Final = np.sign(np.array(LEVELS) - 0.5)


@dataclass(frozen=True)
class Learned:
    """Pooled errors of one group, and where they come from.

    Attributes:
        errors: Quantiles by horizon, as growth uses them.
        counts: Errors behind each row. [h]
        series: Whose errors they are.
        known_from: The newest day any of their truths was known.
    """

    errors: Errors
    counts: NDArray[np.int64]
    series: tuple[str, ...]
    known_from: pd.Timestamp


def known_by(errors: pd.DataFrame, as_of: date, forecaster: str = COMBINATION) -> pd.DataFrame:
    """Return mature errors of a forecaster whose truth was known by the end of a day."""
    return errors[
        (errors["truth_known_from"] <= pd.Timestamp(as_of))
        & (errors["forecaster"] == forecaster)
        & (errors["points"] >= MATURE_POINTS)
    ]


def learn(errors: pd.DataFrame) -> dict[str, Learned]:
    """Return what errors of one class and frequency teach, by group; ``""`` is the class.

    Args:
        errors: Errors of one forecaster (``known_by``), of one class and frequency.
    """
    if _origins(errors) < LEAST_ORIGINS:
        return {}
    whole = _pooled(errors)
    if whole is None:
        return {}
    learned = {"": whole}
    for group, own in errors.groupby("group", sort=True):
        if _origins(own) >= LEAST_ORIGINS and len(own) < len(errors):
            part = _pooled(own)
            if part is not None:
                learned[str(group)] = _shrunk(part, whole)
    return learned


def _origins(errors: pd.DataFrame) -> int:
    return len(errors[["series_id", "as_of"]].drop_duplicates())


def _pooled(errors: pd.DataFrame) -> Learned | None:
    """Return the pooled quantiles of errors at the horizons that have enough of them."""
    scaled = (errors["log_error"] / errors["scale"]).abs().to_numpy()
    horizon = errors["horizon"].to_numpy()
    names, origin = errors["series_id"].to_numpy(), errors["origin_number"].to_numpy()
    numbers, counts = np.unique(horizon, return_counts=True)
    seen, counts = numbers[counts >= LEAST_AT_HORIZON], counts[counts >= LEAST_AT_HORIZON]
    if len(seen) == 0:
        return None
    at = [horizon == number for number in seen]
    cases = np.array([effective_cases(names[own], origin[own], horizon[own]) for own in at])
    size = np.array([np.sqrt(np.mean(scaled[own] ** 2)) for own in at])
    size = np.maximum(size, 1e-9)
    shape = _weighted_quantiles(
        np.concatenate([scaled[own] / one for own, one in zip(at, size, strict=True)]),
        np.repeat(cases / counts, counts),
    )
    return Learned(
        errors=Errors(seen, size[:, None] * _SIDE * shape, cases),
        counts=counts,
        series=tuple(sorted(set(names))),
        known_from=errors["truth_known_from"].max(),
    )


def _weighted_quantiles(
    values: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far out each level lies: quantiles of absolute values at ``|2τ - 1|``. [23]"""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    reached = (reached - weights[order] / 2) / reached[-1]
    return np.asarray(np.interp(_REACH, np.r_[0.0, reached], np.r_[0.0, values[order]]))


def _shrunk(part: Learned, whole: Learned) -> Learned:
    """Return a group's quantiles, shrunk to its class level by level."""
    own = part.errors
    classwide, _ = whole.errors.at(own.horizons, persistence=0.5)
    weight = (own.cases / (own.cases + PRIOR_CASES))[:, None]
    squares = weight * own.quantiles**2 + (1 - weight) * classwide**2
    errors = Errors(own.horizons, _SIDE * np.sqrt(squares), own.cases)
    return Learned(errors, part.counts, part.series, part.known_from)


def calibrate(
    errors: pd.DataFrame, *, as_of: date, held_from: Mapping[str, pd.Timestamp] | None = None
) -> pd.DataFrame:
    """Return CALIBRATION: what past errors teach, none of them known after ``as_of``.

    Args:
        errors: The table of errors, of any class, frequency and day.
        as_of: Use only errors whose truth was known by the end of this day.
        held_from: By series, the day from which its values themselves were at hand, where that is
            later than usual lags say: a table first printed in 2026 teaches nobody in 2025.
    """
    held = held_from or {}
    frames = [
        _rows(learned, str(subject), str(frequency), group).assign(
            known_from=max(
                [learned.known_from, *(held[name] for name in learned.series if name in held)]
            )
        )
        for (subject, frequency), own in known_by(errors, as_of).groupby(
            ["subject", "frequency"], sort=True
        )
        for group, learned in learn(own).items()
    ]
    if not frames:
        return CALIBRATION.empty()
    return CALIBRATION.check(pd.concat(frames, ignore_index=True))


def _rows(learned: Learned, subject: str, frequency: str, group: str) -> pd.DataFrame:
    errors = learned.errors
    rows = pd.DataFrame(errors.quantiles, columns=list(QUANTILES))
    return rows.assign(
        subject=subject,
        frequency=frequency,
        horizon=errors.horizons,
        years=errors.horizons / PER_YEAR[frequency],
        group=group,
        n=learned.counts,
        n_effective=errors.cases,
        source=(
            "log errors of the combination on reconstructed vintages, scaled and pooled over "
            + ", ".join(learned.series)
        ),
        grade="B",
    )
