"""The growth-curve engine against SciPy: ``python -m benchmarks.bench --only curves``.

Speed: the same data, the same formula, one core, processor time, one after the other. Replicates
are a series' fitted curve times fresh noise; both sides start from that curve, and the loop also
from a rough guess. Base fits are the series themselves: ours from its grid, the loop from the
guess. Minima: squares against the best of several starts of ``curve_fit``, on the sample and on
series made to mislead.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
import pandas as pd
from scipy.optimize import OptimizeWarning, curve_fit

from forecast.growth.panel.curves import Curves, fit_curves, refit_curves

SERIES, LENGTH, REPLICATES, LOOPED = 1_000, 16, 100, 1_000
NOISE = 0.05

WORSE = 1e-6
"""Squares count as worse from this share on,"""

NOTHING = 1e-13
"""or this share of the squares of the values: what double precision tells apart."""


def logistic(t, ceiling, c, k):
    return ceiling / (1 + np.exp(np.clip(c - k * t, -700, 700)))


def gompertz(t, ceiling, c, k):
    return ceiling * np.exp(-np.exp(np.clip(c - k * t, -700, 50)))


FORMULAS = {"logistic": logistic, "gompertz": gompertz}

STARTS = (
    (1.05, 0.3, 0.5), (1.5, 0.6, 0.3), (3, 1.0, 0.2), (10, 1.5, 0.15), (1.2, 0.1, 0.8),
    (1.2, 0.9, 2.0), (1.2, 0.6, -0.3), (2, 0.2, -0.1),
)  # fmt: skip
"""Of the multi-start: ceiling over largest value, turning point over length, rate."""


def sample(shape: str, seed: int = 7, count: int = SERIES) -> np.ndarray:
    """Return noisy curves at every stage of growth. [series, year]"""
    rng = np.random.default_rng(seed)
    k = rng.uniform(0.1, 0.6, count)
    c = k * rng.uniform(0.1, 1.2, count) * LENGTH
    top = 10 ** rng.uniform(-1, 4, count)
    clean = FORMULAS[shape](np.arange(LENGTH), *(x[:, None] for x in (top, c, k)))
    return clean * np.exp(rng.normal(0, NOISE, clean.shape))


def misleading(count: int = 100, seed: int = 11) -> dict[str, np.ndarray]:
    """Return series that mislead a search, by kind. [count, year] each"""
    rng = np.random.default_rng(seed)
    years, short = np.arange(LENGTH), np.arange(5)

    def noise(sd, t=years):
        return np.exp(rng.normal(0, sd, (count, len(t))))

    def any_of(low, high):
        return rng.uniform(low, high, (count, 1))

    steps = years >= rng.integers(1, LENGTH, (count, 1))
    late = years >= LENGTH - rng.integers(1, 4, (count, 1))
    return {
        "short": np.exp(any_of(0, 0.4) * short) * noise(0.05, short),
        "flat": 10 * noise(0.1),
        "falling": 100 * np.exp(-any_of(0.02, 0.4) * years) * noise(0.05),
        "nearly linear": (any_of(0.1, 50) + years) * noise(0.02),
        "no ceiling": np.exp(any_of(0.05, 0.4) * years) * noise(0.05),
        "tiny": 1e-12 * np.exp(any_of(0.05, 0.3) * years) * noise(0.1),
        "walk": np.exp(np.cumsum(rng.normal(0.02, 0.1, (count, LENGTH)), axis=1)),
        "step": np.where(steps, 10.0, 1.0) * noise(0.05),
        "late": np.where(late, rng.uniform(0.1, 1, late.shape), 1e-9),
        "hump": np.exp(-(((years - any_of(0, 16)) / any_of(1, 8)) ** 2)) + 0.01 * noise(1.0),
    }


def one_start(
    shape: str, values: np.ndarray, start: tuple[float, float, float] | None = None
) -> float:
    """Return the squares curve_fit reaches from one start; inf where it fails."""
    t = np.arange(len(values), dtype=float)
    p0 = start or (1.5 * values.max(), 2.0, 0.25)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", (OptimizeWarning, RuntimeWarning))
            found, _ = curve_fit(FORMULAS[shape], t, values, p0=p0, maxfev=2_000)
            squares = float(((FORMULAS[shape](t, *found) - values) ** 2).sum())
    except (RuntimeError, TypeError):  # no convergence; fewer values than parameters
        return float("inf")
    return squares if np.isfinite(squares) else float("inf")


def best_of_many(shape: str, values: np.ndarray) -> float:
    """Return the least squares curve_fit reaches from several starts."""
    top, length = values.max(), len(values)
    starts = [(ratio * top, k * middle * length, k) for ratio, middle, k in STARTS]
    return min(one_start(shape, values, start) for start in starts)


def worse(ours: np.ndarray, theirs: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return which squares of ours are worse. [series]"""
    return ours > theirs * (1 + WORSE) + NOTHING * (values**2).sum(axis=-1)


def replicated(base: Curves) -> np.ndarray:
    """Return fitted curves times fresh noise. [series, replicate, year]"""
    fitted = base.at(np.arange(LENGTH, dtype=float))[:, None]
    noise = np.random.default_rng(8).normal(0, NOISE, (len(fitted), REPLICATES, LENGTH))
    return fitted * np.exp(noise)


def compare(shape: str) -> dict[str, float | str]:
    """Return rates and minima of one shape."""
    values = sample(shape)
    guessed, loop = timed(lambda: [one_start(shape, row) for row in values])
    many = sample(shape, seed=9, count=10 * SERIES)
    fit_curves(values[:2], shape)  # the grid of a length is made once
    _, grid = typical(lambda: fit_curves(many, shape))
    base = fit_curves(values, shape)
    replicates = replicated(base)
    refitted, warm = typical(lambda: refit_curves(replicates, base))
    starts = list(zip(base.ceiling, base.c, base.k, strict=True))
    some = replicates[:LOOPED, 0]
    told, same = timed(lambda: [one_start(shape, y, p) for y, p in zip(some, starts, strict=True)])
    _, rough = timed(lambda: [one_start(shape, y) for y in some])
    ours, theirs = refitted.squares[:LOOPED, 0], np.array(told)
    loops = {"same start": LOOPED / same, "rough guess": LOOPED / rough}
    rate = refitted.squares.size / warm
    return {
        **{f"replicates: curve_fit loop from the {n}, fits/s": round(v) for n, v in loops.items()},
        "replicates: this engine, fits/s": round(rate),
        **{f"replicates: times the loop from the {n}": round(rate / v) for n, v in loops.items()},
        "replicates: worse, better than the loop from the same start": (
            f"{worse(ours, theirs, some).sum()}, {worse(theirs, ours, some).sum()} of {LOOPED}"
        ),
        "base fits: curve_fit loop from the rough guess, fits/s": round(SERIES / loop),
        "base fits: this engine from its grid, fits/s": round(len(many) / grid),
        "base fits: times the loop": round(len(many) / grid * loop / SERIES),
        "base fits: worse, better than that loop": (
            f"{worse(base.squares, np.array(guessed), values).sum()}, "
            f"{worse(np.array(guessed), base.squares, values).sum()} of {SERIES}"
        ),
        **minima(shape, {"sample": values, **misleading()}),
    }


def minima(shape: str, kinds: dict[str, np.ndarray]) -> dict[str, str]:
    """Return how often ours is worse, and better, than the best of several starts, by kind."""
    told = {}
    for kind, values in kinds.items():
        ours = fit_curves(values, shape).squares
        theirs = np.array([best_of_many(shape, row) for row in values])
        bad, good = worse(ours, theirs, values).sum(), worse(theirs, ours, values).sum()
        name = f"{kind}: worse, better than the best of {len(STARTS)} starts"
        told[name] = f"{bad}, {good} of {len(values)}"
    return told


def timed(work):
    """Return what some work returns and the processor seconds it took."""
    start = time.process_time()
    told = work()
    return told, time.process_time() - start


def typical(work):
    """Return what some work returns and the median time of five runs: one is too short to tell."""
    runs = [timed(work) for _ in range(5)]
    return runs[0][0], sorted(spent for _, spent in runs)[2]


def table() -> pd.DataFrame:
    """Return both shapes side by side."""
    told = {shape: compare(shape) for shape in FORMULAS}
    return pd.DataFrame(told).rename_axis("").reset_index()
