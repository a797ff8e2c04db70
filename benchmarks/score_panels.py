"""Score this engine on the panels: ``python -m benchmarks.score_panels energy m1 [--ablate]``.

Energy is forecast one call per origin, as a forecaster of that year could have: a call sees no
later value of any country. A panel the packaged calibration was made of is scored with a
calibration built without it, and the table says which.
"""

from __future__ import annotations

import argparse
import contextlib
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import forecast.evaluation.panel.errors as counting
import forecast.evaluation.panel.lessons as taught
import forecast.evaluation.panel.passes as telling
import forecast.growth.panel.look as looking
from benchmarks.calibrate import build
from benchmarks.panels import CALENDAR, STEPS, frames, histories, scorer, table
from forecast.contracts.levels import LEVELS, QUANTILES
from forecast.evaluation.panel import widths
from forecast.evaluation.panel.card import Card, packaged
from forecast.pipeline.fitting_files import Wish, fit_file

WITHOUT = {"energyhist": ["m4draft"], "m4draft": ["energyhist"]}
"""Panels to calibrate on where the packaged calibration was made of the one scored."""

SHOWN = ["OWA", "sCRPS", "sCRPS_w", "gCRPS", "cov80", "cov95", "MSIS"]


def card_for(dataset: str) -> Card:
    """Return a calibration that never saw the panel."""
    card = build(WITHOUT[dataset]) if dataset in WITHOUT else packaged()
    card.refuse_overlap([dataset])
    return card


def forecasts(dataset: str, card: Card) -> tuple[pd.DataFrame, float]:
    """Return wide quantiles of every task, and processor milliseconds a series."""
    rows = histories(dataset)
    origin = rows["unique_id"].str.split("|").str[3] if CALENDAR[dataset] else "all"
    parts, spent = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        panel, out = Path(folder, "panel.parquet"), Path(folder, "out.parquet")
        for _, part in rows.groupby(origin) if CALENDAR[dataset] else [("all", rows)]:
            part.to_parquet(panel, index=False)
            start = time.process_time()
            fit_file(panel, out, Wish(STEPS[dataset], "A", card=card), lambda _: None)
            spent += time.process_time() - start
            parts.append(pd.read_parquet(out))
    whole = pd.concat(parts, ignore_index=True)
    return whole, 1000 * spent / whole["unique_id"].nunique()


def long(wide: pd.DataFrame) -> pd.DataFrame:
    """Return forecasts in the scorer's form; the point is the median."""
    names = dict(zip(QUANTILES, LEVELS, strict=True))
    melted = wide.melt(
        ["unique_id", "horizon"], list(QUANTILES), var_name="quantile", value_name="value"
    )
    return melted.assign(label=melted["quantile"].map(names).round(4))


def scores(dataset: str, wide: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Return the scorer's table of one data set."""
    return scorer().score(long(wide), *frames(dataset), [dataset], by=by)


def by_volatility(dataset: str, wide: pd.DataFrame) -> pd.DataFrame:
    """Return scores by third of the s.d. of log growth of the history."""
    train = table("train", dataset)
    steps = train.assign(step=np.log(train["y"]).groupby(train["unique_id"]).diff())
    wildness = steps.groupby("unique_id")["step"].std(ddof=0)
    third = pd.qcut(wildness, 3, labels=["calm", "middling", "wild"])
    judge = scorer()
    everything = frames(dataset)
    found = []
    for name in third.cat.categories:
        mine = wide[wide["unique_id"].isin(third.index[third == name])]
        row = judge.score(long(mine), *everything, [dataset], partial=True)
        found.append(row.assign(part=f"volatility: {name}"))
    return pd.concat(found, ignore_index=True)


@contextlib.contextmanager
def changed(*modules: object, **settings: object):
    """Set names of modules for a while."""
    spots = [(module, name) for module in modules for name in settings]
    before = [getattr(*spot) for spot in spots]
    try:
        for module, name in spots:
            setattr(module, name, settings[name])
        yield
    finally:
        for spot, value in zip(spots, before, strict=True):
            setattr(*spot, value)


def ablations() -> dict[str, contextlib.AbstractContextManager[None]]:
    """Return what is taken away, one thing at a time."""

    def equal(error, origins):
        return np.full(error.shape, 1 / error.shape[-1])

    def mean(paths, weight):
        return (weight[..., None] * paths).sum(axis=-2)

    def median(paths, _):
        return np.median(paths, axis=-2)

    def unpulled(centre, values, own, cohort, **_):
        return centre

    def unbounded(paths, values):
        return paths

    def lasts(tally, last):
        return np.ones(tally.steps)

    return {
        "as it is": contextlib.nullcontext(),
        "centre: equal weights": changed(looking, weights=equal),
        "centre: weighted mean, nothing trimmed": changed(looking, trimmed_mean=mean),
        "centre: plain median": changed(looking, trimmed_mean=median),
        "centre: no cohort": changed(telling, counting, pulled=unpulled),
        "centre: no correction of growth": changed(taught, HALF=0.0),
        "centre: growth apart always lasts": changed(taught, _lasting=lasts),
        "centre: no bound of growth": changed(looking, bounds=unbounded),
        "spread: packaged calibration only": changed(
            widths, SHAPE_CASES=1e12, WIDTH_CASES=1e12, GROUP_CASES=1e12
        ),
        "spread: own errors only": changed(widths, WIDTH_CASES=1e-9, SHAPE_CASES=1e-9),
        "spread: own width in the packaged shape": changed(widths, SHAPE_CASES=1e12),
        "spread: no volatility groups": changed(widths, GROUP_CASES=1e12),
        "spread: future as wide as the past": changed(taught, FUTURE=1.0),
    }


def main() -> None:
    """Print one table a data set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("datasets", nargs="+", choices=sorted(STEPS))
    parser.add_argument("--ablate", action="store_true", help="take one thing away at a time")
    parser.add_argument("--by", choices=["horizon", "variable"])
    asked = parser.parse_args()
    for dataset in asked.datasets:
        card = card_for(dataset)
        for name, change in (ablations() if asked.ablate else {"as it is": None}).items():
            with change or contextlib.nullcontext():
                wide, spent = forecasts(dataset, card)
            found = scores(dataset, wide, asked.by)
            if not asked.ablate:
                found = pd.concat([found, by_volatility(dataset, wide)], ignore_index=True)
            told = found[["dataset", "part", "n", *SHOWN]].round(3)
            made_of = "+".join(panel["name"] for panel in card.made_of)
            print(f"\n{dataset}, {name}; calibration {made_of}; {spent:.2f} ms a series")
            print(told.to_string(index=False))


if __name__ == "__main__":
    main()
