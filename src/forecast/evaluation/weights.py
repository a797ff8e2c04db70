r"""Weights of the members from past origins, shrunk strongly to equal ones.

.. math:: w_m \propto \left(\frac{n_0 + n\,e_m / \bar e}{n_0 + n}\right)^{-1},

:math:`e_m` being a member's mean squared log error in units of the series' volatility and the
root of the horizon (each capped at five), over past cases in which all members spoke;
:math:`n` counts each case as one over its horizon, since long ones overlap (J. M. Bates and
C. W. J. Granger, "The combination of forecasts", 1969; shrinkage as F. X. Diebold and
P. Pauly, "The use of prior information in forecast combination", 1990).

They are learned, shown and scored, but not used: the middle of the members did better on our
own series, on countries' energy and on M1 (``growth.combination``, ``tables.ablation``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.columns import FREQUENCIES, KNOWN
from forecast.contracts.table import COUNT, NUMBER, TEXT, Column, Table
from forecast.evaluation.calibration import LEAST_ORIGINS
from forecast.evaluation.errors import MATURE_POINTS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

PRIOR_CASES: Final = 30.0
"""How many independent cases equal weights count for."""

_CAP: Final = 25.0

_CASE: Final = [
    "subject", "frequency", "series_id", "as_of", "origin_number", "horizon", "scale",
    "truth_known_from",
]  # fmt: skip

WEIGHTS: Final = Table(
    "weights",
    key=("subject", "frequency", "model"),
    columns=(
        Column("subject", TEXT, "reference class"),
        Column("frequency", TEXT, "step", one_of=FREQUENCIES),
        Column("model", TEXT, "member of the combination"),
        Column("weight", NUMBER, "share; the members' sum to one", within=(0.0, 1.0)),
        Column("error", NUMBER, "mean squared scaled error behind it"),
        Column("n", COUNT, "cases behind it"),
        Column("n_effective", NUMBER, "what they count for"),
        KNOWN,
    ),
)
"""The table of weights: inside this room only."""


def weigh(errors: pd.DataFrame, members: Sequence[str], *, as_of: date) -> pd.DataFrame:
    """Return the weight of each member in one class and frequency; none where cases are few.

    Args:
        errors: Errors of one class and frequency.
        members: The models that are combined.
        as_of: Use only errors whose truth was known by the end of this day.
    """
    return weigh_known(side_by_side(errors, members), members, as_of=as_of)


def side_by_side(errors: pd.DataFrame, members: Sequence[str]) -> pd.DataFrame:
    """Return one row a case and horizon, an error of each member, where all have spoken."""
    mature = errors[(errors["points"] >= MATURE_POINTS) & errors["forecaster"].isin(members)]
    wide = mature.pivot(index=_CASE, columns="forecaster", values="log_error")
    return wide.reindex(columns=list(members)).dropna().reset_index()


def weigh_known(wide: pd.DataFrame, members: Sequence[str], *, as_of: date) -> pd.DataFrame:
    """Return the weights that cases side by side teach, if known by the end of a day."""
    known = wide[wide["truth_known_from"] <= pd.Timestamp(as_of)]
    if len(set(zip(known["series_id"], known["origin_number"], strict=True))) < LEAST_ORIGINS:
        return WEIGHTS.empty()
    unit = (known["scale"] * np.sqrt(known["horizon"])).to_numpy()
    squares = np.minimum((known[list(members)].to_numpy() / unit[:, None]) ** 2, _CAP).mean(axis=0)
    n = float((1 / known["horizon"]).sum())
    raw = (PRIOR_CASES + n) / (PRIOR_CASES + n * squares / squares.mean())
    weights = pd.DataFrame(
        {
            "subject": known["subject"].iloc[0],
            "frequency": known["frequency"].iloc[0],
            "model": list(members),
            "weight": raw / raw.sum(),
            "error": squares,
            "n": len(known),
            "n_effective": n,
            "known_from": known["truth_known_from"].max(),
        }
    )
    return WEIGHTS.shape(weights)
