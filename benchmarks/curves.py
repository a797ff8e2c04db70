"""The growth-curve engine against SciPy: ``python -m benchmarks.curves``.

Speed: replicates of fitted series from their base fit, and base fits from the grid, against a
loop of one-start ``curve_fit`` over the same series in the same run. Minima: squares against the
best of five starts of ``curve_fit`` on 1,000 series.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

from forecast.growth.panel.curves import fit_curves

SERIES, LENGTH, REPLICATES = 1_000, 16, 100


def logistic(t, ceiling, c, k):
    return ceiling / (1 + np.exp(np.clip(c - k * t, -700, 700)))


def gompertz(t, ceiling, c, k):
    return ceiling * np.exp(-np.exp(np.clip(c - k * t, -700, 50)))


FORMULAS = {"logistic": logistic, "gompertz": gompertz}


def sample(shape: str, seed: int = 7) -> np.ndarray:
    """Return noisy curves at every stage of growth. [series, year]"""
    rng = np.random.default_rng(seed)
    k = rng.uniform(0.1, 0.6, SERIES)
    c = k * rng.uniform(0.1, 1.2, SERIES) * LENGTH
    top = 10 ** rng.uniform(-1, 4, SERIES)
    clean = FORMULAS[shape](np.arange(LENGTH), *(x[:, None] for x in (top, c, k)))
    return clean * np.exp(rng.normal(0, 0.05, clean.shape))


def one_start(shape: str, values: np.ndarray, start: tuple[float, float, float] | None) -> float:
    """Return the squares curve_fit reaches from one start; inf where it fails."""
    t = np.arange(LENGTH, dtype=float)
    p0 = start or (1.5 * values.max(), 2.0, 0.25)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", (OptimizeWarning, RuntimeWarning))
            found, _ = curve_fit(FORMULAS[shape], t, values, p0=p0, maxfev=2_000)
    except RuntimeError:
        return float("inf")
    return float(((FORMULAS[shape](t, *found) - values) ** 2).sum())


def best_of_many(shape: str, values: np.ndarray) -> float:
    starts = [
        (ratio * values.max(), k * middle * LENGTH, k)
        for ratio, middle, k in (
            (1.05, 0.3, 0.5), (1.5, 0.6, 0.3), (3, 1.0, 0.2), (10, 1.5, 0.15), (1.2, 0.1, 0.8),
        )
    ]  # fmt: skip
    return min(one_start(shape, values, start) for start in starts)


def compare(shape: str) -> dict[str, float | str]:
    """Return rates and minima of one shape."""
    values = sample(shape)
    start = time.perf_counter()
    for row in values:
        one_start(shape, row, None)
    loop = SERIES / (time.perf_counter() - start)
    start = time.perf_counter()
    base = fit_curves(values, shape)
    grid = SERIES / (time.perf_counter() - start)
    rng = np.random.default_rng(8)
    fitted = base.at(np.arange(LENGTH, dtype=float))
    residual = values / np.maximum(fitted, 1e-12)
    order = rng.integers(0, LENGTH, (REPLICATES, LENGTH))
    replicates = (fitted[:, None] * residual[:, order]).reshape(-1, LENGTH)
    repeated = type(base)(
        shape, *(np.repeat(getattr(base, n), REPLICATES) for n in ("ceiling", "c", "k", "squares"))
    )
    start = time.perf_counter()
    fit_curves(replicates, shape, start=repeated, iterations=6)
    warm = len(replicates) / (time.perf_counter() - start)
    many = np.array([best_of_many(shape, row) for row in values])
    worse = base.squares > many * 1.001 + 1e-12 * (values**2).sum(axis=1)
    return {
        "shape": shape,
        "curve_fit loop, fits/s": round(loop),
        "base fits from the grid, fits/s": round(grid),
        "times": round(grid / loop),
        "replicates, six steps, fits/s": round(warm),
        "times the loop": round(warm / loop),
        "worse than best of five starts": f"{int(worse.sum())} of {SERIES}",
        "of these with fewer than 5 values above a millionth of the largest": int(
            (worse & ((values > 1e-6 * values.max(axis=1, keepdims=True)).sum(axis=1) < 5)).sum()
        ),
        "better by > 0.1 %": int((base.squares < many * 0.999).sum()),
    }


def main() -> None:
    """Print both shapes."""
    for shape in FORMULAS:
        for name, value in compare(shape).items():
            print(f"{name}: {value}")
        print()


if __name__ == "__main__":
    main()
