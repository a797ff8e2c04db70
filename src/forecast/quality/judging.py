"""Judging a chunk: its rounds one after the other, each on what was kept in those before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.quality.prepared import TICKS
from forecast.quality.rules import hourly, periods
from forecast.quality.scene import Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.catalogue import Catalogue
    from forecast.quality.batches import Batches
    from forecast.quality.ledger import Ledger
    from forecast.quality.suite import Answer

_STOP_SHARE: Final = 0.25
"""More refused than this share of a series' vintage, and it is another series."""

_STOP_ROWS: Final = 3
"""Fewer refused rows than this are slips, unless they are all there is."""

_BLANK: Final = "blank_hour"
"""Breaches that say nothing against the rows beside them."""


def judge_chunk(
    batches: Batches,
    ledger: Ledger,
    strands: list[str],
    unknown: set[int],
    catalogue: Catalogue,
) -> None:
    """Judge the batches of some strands that no verdict is known of, round by round."""
    asked = [strand for strand in strands if unknown.intersection(batches.strands[strand])]
    if not asked:
        return
    lines = [batches.strands[strand] for strand in asked]
    padding = np.concatenate([batches.padding(strand) for strand in asked])
    for turn in range(max(map(len, lines))):
        now = [line[turn] for line in lines if len(line) > turn and line[turn] in unknown]
        if now:
            before = [batch for line in lines for batch in line[:turn] if line[turn:]]
            scene, places = _scene(batches, ledger, now, before, padding, catalogue)
            _judge(scene, places, ledger)


def _scene(
    batches: Batches,
    ledger: Ledger,
    now: list[int],
    before: list[int],
    padding: NDArray[np.int64],
    catalogue: Catalogue,
) -> tuple[Scene, NDArray[np.int64]]:
    rows = batches.rows
    places = np.sort(np.concatenate([batches.places[batch] for batch in now]))
    judged = [batches.places[batch] for batch in before]
    known = np.sort(np.concatenate(judged)) if judged else places[:0]
    known = known[~ledger.refused[known]]
    slow = places[rows["frequency"].to_numpy()[places] != "H"]
    editions = np.unique(rows["edition"].to_numpy()[slow])
    vintage = np.flatnonzero(np.isin(rows["edition"].to_numpy(), editions))
    scene = Scene(
        rows=rows.iloc[places].reset_index(drop=True),
        known=rows.iloc[known],
        vintage=rows.iloc[vintage],
        padding=rows.iloc[np.unique(padding)],
        catalogue=catalogue,
    )
    return scene, places


def _judge(scene: Scene, places: NDArray[np.int64], ledger: Ledger) -> None:
    from forecast.quality.suite import answers

    given = answers(scene)
    for answer in given:
        ledger.note_judged(answer.rule.name, places[answer.judged])
        named = _NAMES_MISSING.get(answer.rule.name)
        if named is None:
            for place, (found, expected) in zip(answer.failed, answer.words, strict=True):
                ledger.note_failed(int(places[place]), answer.rule, found, expected)
        elif len(answer.failed):
            for place, tick in named(scene).itertuples(index=False):
                span = _span(scene.rows.iloc[place], int(tick))
                ledger.note_missing(int(places[place]), answer.rule, span)
    _stop(scene, places, given, ledger)


_NAMES_MISSING: Final = {
    "missing_period": periods.missing,
    "withdrawn_period": periods.withdrawn,
    "missing_hour": hourly.missing,
}
"""Rules whose breach is a row that is not there."""


def _span(row: pd.Series, tick: int) -> str:
    """Return a period that has no row, in words."""
    frequency, number = row["frequency"], tick / TICKS
    if frequency == "H":
        return f"{pd.Timestamp(0) + pd.Timedelta(hours=round(number)):%Y-%m-%dT%H:00Z}"
    if frequency == "D":
        return f"{pd.Timestamp(0) + pd.Timedelta(days=round(number)):%Y-%m-%d}"
    step = {"A": 12, "Q": 3, "M": 1}[frequency]
    month = int(np.floor(number * step + 0.01))
    first = pd.Period(year=1970 + month // 12, month=month % 12 + 1, freq="M")
    last = first + step - 1
    return f"{first.start_time:%Y-%m-%d} to {last.end_time:%Y-%m-%d}"


def _stop(scene: Scene, places: NDArray[np.int64], given: list[Answer], ledger: Ledger) -> None:
    """Refuse the rest of a vintage of which too much was refused."""
    bad = np.zeros(len(places), dtype=bool)
    blank = np.zeros(len(places), dtype=bool)
    for answer in given:
        if answer.rule.severity == "critical":
            (blank if answer.rule.name == _BLANK else bad)[answer.failed] = True
    frame = pd.DataFrame(
        {
            "strand": scene.rows["strand"],
            "edition": scene.rows["edition"],
            "bad": bad & ~blank,
            "stated": ~blank,
        }
    )
    if not frame["bad"].any():
        return
    sums = frame.groupby(["strand", "edition"], sort=False)[["bad", "stated"]].transform("sum")
    much = (sums["bad"] > _STOP_SHARE * sums["stated"]) & (sums["bad"] >= _STOP_ROWS)
    much |= (sums["bad"] == sums["stated"]) & (sums["bad"] > 0)
    refused, stated = (sums[name].to_numpy(dtype=np.int64) for name in ("bad", "stated"))
    for place in np.flatnonzero(much.to_numpy()):
        spared = not (bad[place] or blank[place])
        reason = f"{refused[place]} of {stated[place]} rows refused"
        ledger.note_stopped(int(places[place]), reason, spared=spared)
