"""From judged cases to SCORES: pooled by series, horizon, class, frequency and volatility.

Groups never mix quantities or policies. A group is called anecdotal, in its name, where fewer
than :data:`FEW` cases or fewer than :data:`FEW` past forecasts (series and as-of days) stand
behind it, however many horizons each had. ``low`` and ``high`` are, for coverage, the
binomial range at ``n_effective`` (overlapping forecasts count for what they are worth,
``independence``); for skill, the 95 % range of a bootstrap that draws whole blocks of two
years of a series (paired: both forecasters on the same cases).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.tables import SCORES
from forecast.evaluation.errors import MATURE_POINTS
from forecast.evaluation.independence import effective_cases
from forecast.evaluation.judging import PINBALL_LEVELS, RECORD_ONLY
from forecast.evaluation.scores import binomial_range, skill
from forecast.growth.paths import generator
from forecast.growth.speaking import COMBINATION

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

FEW: Final = 20
ANECDOTAL: Final = "anecdotal: "

SERIES: Final = "series"
SHORT: Final = f"series, tracks of fewer than {MATURE_POINTS} points"
HORIZON: Final = "horizon"
ALL: Final = "all"

PLAIN_BASELINES: Final = ("last_value", "constant_growth")
_BY_HORIZON: Final = (COMBINATION, RECORD_ONLY, *PLAIN_BASELINES)
_DRAWS: Final = 400
_LEAST_BLOCKS: Final = 5
"""Fewer blocks than these say nothing about chance: no range is given."""

_MEANS: Final = {
    ("log_crps", ""): "log_crps",
    ("bias", ""): "log_error",
    ("mase", ""): "scaled_error",
    ("sharpness", "80"): "width_80",
    **{("pinball", str(level)): f"pinball_{level}" for level in PINBALL_LEVELS},
}
"""(metric, level) → the column it is the mean of."""

_COVERAGE: Final = {"80": "in_80", "95": "in_95"}


def score_table(judged: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return SCORES of judged cases, ``run_id`` still blank.

    Args:
        judged: One row a case, horizon and forecaster (``judging``).
        seed: Of the bootstrap.
    """
    if judged.empty:
        return SCORES.empty()
    cases = _numbered(judged)
    rows = [
        {**keys, **score}
        for keys, chosen in _groups(cases)
        for score in _scores(cases.iloc[chosen], keys, seed=seed)
    ]
    return SCORES.shape(pd.DataFrame(rows).assign(run_id=""))


def _numbered(judged: pd.DataFrame) -> pd.DataFrame:
    """Return cases with numbers for what is compared often: forecast, case and block."""
    by = judged.groupby
    return judged.assign(
        past=by(["policy", "series_id", "as_of"], sort=True).ngroup(),
        case=by(["policy", "series_id", "as_of", "horizon"], sort=True).ngroup(),
        drawn=by(["policy", "series_id", "block"], sort=True).ngroup(),
    ).sort_values(["forecaster", "case"], kind="stable", ignore_index=True)


def _groups(cases: pd.DataFrame) -> Iterator[tuple[dict[str, object], NDArray[np.intp]]]:
    """Yield the keys of each group and the places of its cases."""
    mature = cases["points"] >= MATURE_POINTS
    by_horizon = mature & cases["forecaster"].isin(_BY_HORIZON)
    divisions: tuple[tuple[pd.Series, list[str], str], ...] = (
        (~mature, ["series_id"], SHORT),
        (mature, ["series_id"], SERIES),
        (by_horizon, ["series_id", "horizon"], HORIZON),
        (mature, ["subject", "frequency"], "class {subject}, frequency {frequency}"),
        (mature, ["frequency"], "frequency {frequency}"),
        (mature, ["group"], "volatility {group}"),
        (mature, [], ALL),
    )
    for fit, names, label in divisions:
        by = ["quantity", "policy", *names]
        places = np.flatnonzero(fit)
        for chosen in cases.iloc[places].groupby(by, sort=True).indices.values():
            named = cases.iloc[places[chosen[0]]][by].to_dict()
            yield (
                {
                    "quantity": named["quantity"],
                    "policy": named["policy"],
                    "series_id": named.get("series_id", ""),
                    "horizon": named.get("horizon", 0),
                    "origin": pd.NaT,
                    "group": label.format(**named),
                },
                places[chosen],
            )


def _scores(
    cases: pd.DataFrame, keys: dict[str, object], *, seed: int
) -> Iterator[dict[str, object]]:
    """Yield every score of every forecaster in one group."""
    by_name = {str(name): own for name, own in cases.groupby("forecaster", sort=True)}
    worth: dict[int, float] = {}
    for name, own in by_name.items():
        if len(own) not in worth:
            worth[len(own)] = _worth(own)
        shared = {
            "forecaster": name,
            "group": _labelled(str(keys["group"]), own),
            "n": len(own),
            "n_effective": worth[len(own)],
            "truth_known_from": own["truth_known_from"].max(),
            "baseline": "",
            "level": "",
            "low": np.nan,
            "high": np.nan,
        }
        for score in _plain(own, worth[len(own)], one_series=bool(keys["series_id"])):
            yield {**shared, **score}
        if not keys["horizon"]:
            for score in _skills(name, by_name, seed=seed):
                yield {**shared, **score}


def _worth(own: pd.DataFrame) -> float:
    columns = ("series_id", "origin_number", "horizon")
    return effective_cases(*(own[name].to_numpy() for name in columns))


def _labelled(group: str, own: pd.DataFrame) -> str:
    """Return the group's name, marked where its cases are few."""
    forecasts = len(np.unique(own["past"].to_numpy()))
    return f"{ANECDOTAL}{group}" if min(len(own), forecasts) < FEW else group


def _plain(own: pd.DataFrame, worth: float, *, one_series: bool) -> Iterator[dict[str, object]]:
    columns = [*_MEANS.values(), *_COVERAGE.values(), "crps"]
    means = dict(zip(columns, own[columns].to_numpy(float).mean(axis=0).tolist(), strict=True))
    for (metric, level), column in _MEANS.items():
        yield {"metric": metric, "level": level, "value": means[column]}
    if one_series:
        yield {"metric": "crps", "value": means["crps"]}
    for level, column in _COVERAGE.items():
        low, high = binomial_range(worth, int(level) / 100)
        yield {
            "metric": "coverage",
            "level": level,
            "value": means[column],
            "low": low,
            "high": high,
        }


def _skills(
    name: str, by_name: dict[str, pd.DataFrame], *, seed: int
) -> Iterator[dict[str, object]]:
    """Yield skill of the combination over each baseline, and of others over the combination."""
    rivals = (*PLAIN_BASELINES, RECORD_ONLY) if name == COMBINATION else (COMBINATION,)
    for rival in rivals:
        if rival in by_name:
            value, low, high = _skill(by_name[name], by_name[rival], seed=seed)
            yield {"metric": "skill", "baseline": rival, "value": value, "low": low, "high": high}


def _skill(own: pd.DataFrame, rival: pd.DataFrame, *, seed: int) -> tuple[float, float, float]:
    """Return the skill in log-CRPS on common cases, and its bootstrap range."""
    _, ours, theirs = np.intersect1d(own["case"], rival["case"], return_indices=True)
    _, block = np.unique(own["drawn"].to_numpy()[ours], return_inverse=True)
    sums = [np.bincount(block, own["log_crps"].to_numpy()[ours])]
    sums.append(np.bincount(block, rival["log_crps"].to_numpy()[theirs]))
    value, count = skill(float(sums[0].sum()), float(sums[1].sum())), len(sums[0])
    if count < _LEAST_BLOCKS:
        return value, np.nan, np.nan
    draws = generator(seed, "skill").integers(0, count, (_DRAWS, count))
    drawn = 1 - sums[0][draws].sum(axis=1) / sums[1][draws].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return value, float(low), float(high)
