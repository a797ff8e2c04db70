"""SCORES as people read them: coverage by series or class, skill by horizon, the ablation.

Coverage stands beside two ranges a right forecaster keeps to in 95 of 100 histories: one at
the independent cases overlapping forecasts are worth, which decides, and the narrower one
that would hold if no two forecasts overlapped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.evaluation.scores import binomial_range
from forecast.evaluation.scoring import ANECDOTAL, FEW, HORIZON, PLAIN_BASELINES
from forecast.growth.speaking import COMBINATION

if TYPE_CHECKING:
    from forecast.contracts.vintages import Policy

WITHIN: Final = "within its range"
TOO_FEW: Final = "anecdotal: too few past forecasts to claim calibration"


def coverage(
    scores: pd.DataFrame, *, policy: Policy, forecaster: str = COMBINATION
) -> pd.DataFrame:
    """Return one row a group, pooled over horizons: cases, coverage with ranges, skill, bias.

    Args:
        scores: SCORES.
        policy: The vintage policy; the two are never mixed in one table.
        forecaster: Whose scores.
    """
    own = _pooled(scores, policy)
    own = own[own["forecaster"] == forecaster]
    rows = [
        _summary(group, str(series_id), str(name), str(quantity))
        for (series_id, name, quantity), group in own.groupby(
            ["series_id", "group", "quantity"], sort=True
        )
    ]
    return pd.DataFrame(rows)


def _pooled(scores: pd.DataFrame, policy: str) -> pd.DataFrame:
    return scores[(scores["policy"] == policy) & (scores["horizon"] == 0)]


def _summary(group: pd.DataFrame, series_id: str, name: str, quantity: str) -> dict[str, object]:
    row: dict[str, object] = {
        "series_id": series_id,
        "group": name,
        "quantity": quantity,
        "n": int(group["n"].iloc[0]),
        "n_effective": float(group["n_effective"].iloc[0]),
    }
    missed = []
    for level in ("80", "95"):
        score = _score(group, "coverage", level)
        share, low, high = (float(score[column]) for column in ("value", "low", "high"))
        naive_low, naive_high = binomial_range(int(score["n"]), int(level) / 100)
        row |= {
            f"coverage_{level}": share,
            f"range_{level}": f"{low:.2f} to {high:.2f}",
            f"range_{level}_if_independent": f"{naive_low:.2f} to {naive_high:.2f}",
        }
        if not low <= share <= high:
            missed.append(f"{level} %: {share:.2f} outside {low:.2f} to {high:.2f}")
    for baseline in PLAIN_BASELINES:
        row[f"skill_over_{baseline}"] = _ranged(_score(group, "skill", baseline=baseline))
    row["bias"] = float(_score(group, "bias")["value"])
    row["verdict"] = _verdict(name, float(group["n_effective"].iloc[0]), missed)
    return row


def _verdict(name: str, worth: float, missed: list[str]) -> str:
    if name.startswith(ANECDOTAL):
        return TOO_FEW
    weak = f", a wide one: worth about {worth:.0f} independent cases" if worth < FEW else ""
    return "; ".join(missed) or f"{WITHIN}{weak}"


def _score(group: pd.DataFrame, metric: str, level: str = "", *, baseline: str = "") -> pd.Series:
    """Return one score of a group; a blank row if it has none."""
    found = group[
        (group["metric"] == metric) & (group["level"] == level) & (group["baseline"] == baseline)
    ]
    return found.iloc[0] if len(found) else pd.Series(index=group.columns, dtype=float)


def _ranged(score: pd.Series) -> str:
    """Return a skill with its bootstrap range, in per cent."""
    if pd.isna(score["value"]):
        return ""
    if pd.isna(score["low"]):
        return f"{score['value']:+.0%}"
    return f"{score['value']:+.0%} ({score['low']:+.0%} to {score['high']:+.0%})"


def by_horizon(scores: pd.DataFrame, *, policy: Policy) -> pd.DataFrame:
    """Return the combination's log-CRPS and coverage, one row a series and horizon."""
    own = scores[
        (scores["policy"] == policy)
        & (scores["forecaster"] == COMBINATION)
        & (scores["group"].str.removeprefix(ANECDOTAL) == HORIZON)
        & scores["metric"].isin(["log_crps", "coverage", "bias"])
    ]
    named = own.assign(score=(own["metric"] + "_" + own["level"]).str.rstrip("_"))
    wide = named.pivot(index=["series_id", "horizon", "n"], columns="score", values="value")
    return wide.reset_index().rename_axis(columns=None)


def ablation(scores: pd.DataFrame, *, policy: Policy) -> pd.DataFrame:
    """Return how other ways of combining fare against ours: one row a class and alternative.

    All have the combination's spread but ``record_only``, which has the combination's centre.
    Positive: the alternative saves that share of our log-CRPS.
    """
    own = _pooled(scores, policy)
    own = own[(own["metric"] == "skill") & (own["baseline"] == COMBINATION)]
    own = own[own["group"].str.contains("class ") | own["group"].str.endswith("all")]
    return pd.DataFrame(
        {
            "group": own["group"],
            "quantity": own["quantity"],
            "instead": own["forecaster"],
            "n": own["n"],
            "saves": [_ranged(row) for _, row in own.iterrows()],
        }
    ).reset_index(drop=True)


def text(table: pd.DataFrame) -> str:
    """Return a table in plain words: numbers to three digits, one line a row."""
    return str(table.to_string(index=False, float_format=lambda number: f"{number:.3g}"))
