r"""Joint sample paths that have exactly the quantiles of the fan.

Errors accumulate: the dependence stated is that of a random walk, corr(h, k) = sqrt(h / k) for
h < k, on the scale of normal scores (a Gaussian copula; A. Sklar, 1959). Along a path errors
keep their sign; steps do not. Series may share a common part of their scores, of stated
correlation. At each horizon the sample is the quantile function at evenly spread levels, dealt
out by the ranks of the scores, so quantiles of the paths are those of the fan whatever the draw.
Draws come from a counter keyed by seed and name: the same whatever other series are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.levels import NORMAL_SCORES
from forecast.growth.paths import generator, normal_scores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EVERYONE: Final = ""
"""Name the common part of scores is drawn under."""

FEWEST_STEPS: Final = 5
"""Steps a series needs to speak of likeness."""

MOST_ALIKE: Final = 0.95
"""Series are never taken for one and the same."""


def scores(name: str, count: int, steps: int, *, seed: int, common: float = 0.0) -> Array:
    """Return normal scores of the errors of a series along each path. [count, h]

    Args:
        name: The series; another name, another draw.
        count: How many paths.
        steps: Horizons.
        seed: Of the whole set.
        common: Correlation between the scores of any two series, from 0 to 1.
    """
    own = _walk(name, count, steps, seed)
    if not common:
        return own
    shared = _walk(EVERYONE, count, steps, seed)
    return np.asarray(np.sqrt(common) * shared + np.sqrt(1 - common) * own)


def paths(quantiles: Array, drawn: Array, *, positive: bool = False) -> Array:
    """Return sample paths with the quantiles of a fan. [count, h]

    Args:
        quantiles: At the 23 levels. [h, level]
        drawn: Scores, see ``scores``. [count, h]
        positive: Keep the tail below the lowest quantile above zero.
    """
    count = len(drawn)
    ranks = drawn.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    even = normal_scores(count)
    out = np.zeros(drawn.shape)
    for h, row in enumerate(quantiles):
        out[:, h] = _value_at(even, row, positive=positive)[ranks[:, h]]
    return out


def _value_at(score: Array, row: Array, *, positive: bool) -> Array:
    """Return the quantile function at normal scores; tails go on as their last piece does."""
    known = np.asarray(NORMAL_SCORES)
    told = np.interp(score, known, row)
    low, high = score < known[0], score > known[-1]
    rise = (row[-1] - row[-2]) / (known[-1] - known[-2])
    told[high] = row[-1] + rise * (score[high] - known[-1])
    if positive and row[0] > 0:
        fall = np.log(row[1] / row[0]) / (known[1] - known[0])
        told[low] = row[0] * np.exp(fall * (score[low] - known[0]))
    else:
        fall = (row[1] - row[0]) / (known[1] - known[0])
        told[low] = row[0] + fall * (score[low] - known[0])
    return np.asarray(told)


def _walk(name: str, count: int, steps: int, seed: int) -> Array:
    """Return standardised random walks. [count, h]"""
    noise = generator(seed, name, "panel").standard_normal((count, steps))
    return np.asarray(np.cumsum(noise, axis=1) / np.sqrt(np.arange(1, steps + 1)))


def likeness(histories: Sequence[tuple[int, Array]]) -> float:
    """Return how alike series have moved: the mean correlation of their steps, 0 to 0.95.

    Steps are growth where a series has always been positive, differences elsewhere, less their
    mean, over their s.d. Series of fewer than ``FEWEST_STEPS`` steps do not speak; where fewer
    than two do, nothing is known and 0 is returned.

    Args:
        histories: Number of the first period, and values, NaN where there are none.
    """
    moves: dict[int, list[float]] = {}
    for first, values in histories:
        logs = np.log(values) if np.nanmin(values) > 0 else values
        steps = np.diff(logs)
        told = np.isfinite(steps)
        if told.sum() < FEWEST_STEPS or not np.nanstd(steps):
            continue
        score = (steps - np.nanmean(steps)) / np.nanstd(steps)
        for period in np.flatnonzero(told):
            moves.setdefault(first + int(period), []).append(float(score[period]))
    together = [np.array(row) for row in moves.values() if len(row) > 1]
    pairs = sum(len(row) * (len(row) - 1) for row in together)
    if not pairs:
        return 0.0
    products = sum(float(row.sum() ** 2 - (row**2).sum()) for row in together)
    return float(np.clip(products / pairs, 0.0, MOST_ALIKE))
