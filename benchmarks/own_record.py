"""What each half of the published combination is worth on our own built-in record.

``python -m benchmarks.own_record`` prints the table of docs/decisions.md: past forecasts under
reconstructed vintages in which the panel engine spoke, judged as the panel alone, as the class's
other models alone, and as the two together. Widths are those without lessons of the class.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.panels import ROOT
from forecast.contracts.levels import LEVELS
from forecast.contracts.question import Place
from forecast.evaluation.backtest import Ground, backtest
from forecast.evaluation.evaluating import classes
from forecast.evaluation.scores import crps, inside
from forecast.growth.speaking import COMBINATION, PANEL, Voices, together
from forecast.history.knowledge import visible
from forecast.pipeline.home import assumptions_of
from forecast.pipeline.walk import Asked, prepare


def sides(voices: Voices) -> dict[str, Voices]:
    """Return the same voices with one half silent, and whole."""
    said = voices.said
    return {
        "panel": replace(voices, said={n: said[n] for n in said if n in {PANEL, "last_value"}}),
        "others": replace(voices, said={n: said[n] for n in said if n != PANEL}),
        "half each": voices,
    }


def judged(cases) -> pd.DataFrame:
    """Return one row a case, horizon and side: log-CRPS and whether 80 % held it."""
    rows = []
    for case in (case for case in cases if PANEL in case.voices.members):
        known = np.flatnonzero(np.isfinite(case.truths))
        actual = np.log(case.truths[known])
        for side, voices in sides(case.voices).items():
            scores = together(voices).fans[COMBINATION].scores[known]
            error = np.abs(scores[:, LEVELS.index(0.5)] - actual)
            told = {"log_crps": crps(actual, scores), "error": error}
            rows.append(pd.DataFrame({"side": side, **told, "in_80": inside(actual, scores, 80)}))
    return pd.concat(rows) if rows else pd.DataFrame()


def main() -> None:
    """Print one block a class and frequency."""
    with TemporaryDirectory() as folder:
        place = Place(Path(folder))
        copytree(ROOT / "data" / "raw" / "compiled", place.raw / "compiled")
        ready = prepare(Asked(), place, today=datetime.now(UTC).date())
        assumptions = assumptions_of(place)
    rows, as_of = ready.visible["observations"], ready.question.as_of
    for members in classes(ready.catalogue):
        lags = {series.id: series.publication_lag_days for series in members}
        own = rows[rows["series_id"].isin(lags)]
        own = visible(own, as_of=as_of, lag_days=lags, policy="strict")
        ground = Ground(own, ready.visible["publications"], assumptions, as_of)
        found = judged(backtest(ground, members, policy="reconstructed"))
        if len(found):
            print(f"\n{members[0].reference_class} {members[0].frequency}")
            print(found.groupby("side", sort=False).mean().round(4).to_string())


if __name__ == "__main__":
    main()
