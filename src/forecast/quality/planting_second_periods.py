"""Faults in what a value is about: periods, parts of a year, neighbours, other series."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.quality.planting_second_places import (
    ADDITIVE,
    EDITION,
    FLOWS,
    MATERIAL,
    added,
    changed,
    copied,
    day,
    differ,
    kind,
    moved,
    one,
    only,
    restless,
    rewritten,
    runs,
    stepped,
    tails,
    values,
    windows,
    word,
    years,
)

if TYPE_CHECKING:
    from forecast.quality.corruption import Planted
    from forecast.quality.planting_second_places import Labels, Spoil, Spots


def labels_moved(steps: tuple[int, ...]) -> Spoil:
    """Label every value with another period.

    EIA-930's ``period`` is the end of the hour and many read it as the beginning; Microsoft's
    fiscal quarters are two calendar quarters ahead; Energinet gives UTC and Danish time alike.
    """

    def spoil(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
        worse = frame.copy()
        shifted = moved(frame.loc[labels], int(rng.choice(steps)))
        for column in ("period_start", "period_end"):
            worse.loc[labels, column] = shifted[column]
        return changed(frame, worse, labels)

    return spoil


def one_label_moved(steps: tuple[int, ...]) -> Spoil:
    """Label one value with another year.

    ``fy`` of an SEC fact describes the filing: GOOGL's 2013 row has fy 2015. Years are also
    mistyped by a decade.
    """

    def spoil(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
        return labels_moved(steps)(frame, one(labels, rng), rng)

    return spoil


def end_exclusive(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Give the first day after the period as its end, as interval notation has it (pudl#5335)."""
    worse = frame.copy()
    worse.loc[labels, "period_end"] = frame.loc[labels, "period_end"] + pd.Timedelta(days=1)
    return changed(frame, worse, labels)


def day_for_month(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Read M/D/YYYY as D/M/YYYY: Epoch's timelines were re-saved by a spreadsheet."""
    row = one(labels, rng)
    start = day(frame, row[0], "period_start")
    turned = start.replace(month=start.day, day=start.month)
    worse = frame.copy()
    worse.loc[row, "period_start"] = turned
    if word(frame, row[0], "frequency") in ("I", "D"):
        worse.loc[row, "period_end"] = turned
    return changed(frame, worse, row)


def values_lag(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Let the values of a tail slip by one row: a cell too many in a workbook (no recording)."""
    level = values(frame, labels)
    if rng.random() < 0.5:
        return rewritten(frame, labels[1:], level[:-1])
    return rewritten(frame, labels[:-1], level[1:])


def neighbours_swapped(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Exchange two neighbours: EIA's order is not stable unless sorted by the full key."""
    return rewritten(frame, labels, values(frame, labels)[::-1])


def unlike_its_text(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Take the value from the neighbouring row and the text from the right one.

    A fault of a reader: CSO's index is a list and Eurostat's an object in any order.
    """
    row, other = labels if rng.random() < 0.5 else labels[::-1]
    text = word(frame, row, "value_text")
    return rewritten(frame, [row], values(frame, [other]), texts=[text])


def doubled_with_next(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Give a period twice, once with the next one's value: EIA's INTL holds series twice."""
    return added(frame, copied(frame, labels[:1], values(frame, labels[1:])))


def frozen(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Repeat a value: a meter that froze, a tag gone stale (AMZN's and NVDA's, edgartools#892)."""
    return held(frame, labels[: int(rng.integers(2, len(labels) + 1))], rng)


def held(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Repeat the last value that came, for want of a newer one: edgartools#892 again."""
    return rewritten(frame, labels[1:], np.repeat(values(frame, labels[:1]), len(labels) - 1))


def straight_line(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Draw a line between two real values: LBNL has nothing for 2015, 2017 and 2019-2022."""
    level = values(frame, labels)
    line = np.linspace(level[0], level[-1], len(level))
    return rewritten(frame, labels[1:-1], line[1:-1])


def filler(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Fill a gap with interpolated rows that look like the others: World Bank's ``gapfill``."""
    count = _missing(frame, labels)
    first, last = values(frame, labels)
    between = np.linspace(first, last, count + 2)[1:-1]
    rows = copied(frame, labels[:1] * count, between).reset_index(drop=True)
    return added(frame, pd.concat([moved(rows.loc[[at]], at + 1) for at in range(count)]))


def _missing(frame: pd.DataFrame, labels: Labels) -> int:
    """Return how many periods are missing between two rows, 0 if they are not of one grid."""
    first, last = labels
    start, end = day(frame, first, "period_start"), day(frame, first, "period_end")
    frequency = word(frame, first, "frequency")
    for steps in range(2, 14):
        if stepped(start, end, frequency, steps)[0] == day(frame, last, "period_start"):
            return steps - 1
    return 0


def gaps(frame: pd.DataFrame, series: str) -> list[Labels]:
    """Find pairs of rows with one to twelve periods missing between them."""
    pairs = windows(runs(2, frequencies="DMQA"), 2)(frame, series)
    return [pair for pair in pairs if _missing(frame, pair)]


def bends(frame: pd.DataFrame, series: str) -> list[Labels]:
    """Find five rows that do not lie on a line."""
    found = []
    for spot in windows(runs(5), 5)(frame, series):
        level = values(frame, spot)
        if np.any(np.abs(np.linspace(level[0], level[-1], 5) / level - 1) >= MATERIAL):
            found.append(spot)
    return found


def year_to_date(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver sums since January as parts: cash-flow facts are cumulative (GOOGL: 36 of 60)."""
    return rewritten(frame, labels[1:], np.cumsum(values(frame, labels))[1:])


def months_in_disguise(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Deliver one sum since January as a part: an Alphabet quarter of 2014 held nine months."""
    at = int(rng.integers(1, len(labels) - 1))
    return rewritten(frame, [labels[at]], [values(frame, labels)[: at + 1].sum()])


def total_for_last(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver the year's total as its last part: 10-K facts, where fourth quarters have no tag."""
    return rewritten(frame, labels[-1:], [values(frame, labels).sum()])


def month_thirteen(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Read month 13, the year's total, as the January after: the MER's CSV, 201913."""
    row = copied(frame, labels[-1:], [values(frame, labels).sum()])
    return added(frame, moved(row, 1))


def fiscal_blend(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Deliver fiscal years as calendar years: Microsoft's end on 30 June, Oracle's on 31 May."""
    level = values(frame, labels)
    early = float(rng.choice([0.25, 0.5, 7 / 12, 0.75]))
    return rewritten(frame, labels[1:], early * level[:-1] + (1 - early) * level[1:])


def increments(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver what was added as the level: Dominion's 933 MW connected in 2023 is an increment."""
    return rewritten(frame, labels[1:], np.diff(values(frame, labels)))


def growth(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver growth in % as the level: "166 GW" and "224 GW" were growth misread."""
    level = values(frame, labels)
    return rewritten(frame, labels[1:], np.round(100 * (level[1:] / level[:-1] - 1), 2))


def running_total(frame: pd.DataFrame, labels: Labels, _: np.random.Generator) -> Planted:
    """Deliver a sum since the beginning: Epoch's power is cumulative per site."""
    return rewritten(frame, labels[1:], np.cumsum(values(frame, labels))[1:])


def newest_incomplete(frame: pd.DataFrame, labels: Labels, rng: np.random.Generator) -> Planted:
    """Deliver the running period as if it were whole: Ember's last month can be partial."""
    return rewritten(frame, labels[-1:], values(frame, labels[-1:]) * rng.uniform(0.1, 0.8))


def year_to_date_ever_since(
    frame: pd.DataFrame, labels: Labels, rng: np.random.Generator
) -> Planted:
    """Deliver sums since January as parts in every year from some year on: a reader of 10-Qs."""
    rows = frame.loc[labels]
    year = rows["period_start"].dt.year
    rows = rows[year >= int(rng.choice(year.unique()))]
    sums = rows.groupby(rows["period_start"].dt.year)["value"].cumsum()
    chosen = [int(label) for label in rows.index]
    return rewritten(frame, chosen, sums.to_numpy(dtype="float64"))


def _year_runs(frame: pd.DataFrame, series: str) -> list[Labels]:
    """Find all complete years of an edition together."""
    found: dict[tuple[str, str, str], Labels] = {}
    for spot in years(frame, series):
        publication, known, frequency = (word(frame, spot[0], name) for name in EDITION)
        key = (publication, known, frequency)
        found.setdefault(key, []).extend(spot)
    return list(found.values())


def _unbroken(of: Spots) -> Spots:
    """Keep the spots whose periods follow one another without a gap."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        return [
            spot
            for spot in of(frame, series)
            if all(
                _after(frame, first) == day(frame, second, "period_start")
                for first, second in pairwise(spot)
            )
        ]

    return find


def _after(frame: pd.DataFrame, label: int) -> pd.Timestamp:
    start, end = day(frame, label, "period_start"), day(frame, label, "period_end")
    return stepped(start, end, word(frame, label, "frequency"), 1)[0]


def _stirring(of: Spots) -> Spots:
    """Keep the spots whose first two values differ materially."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        return [spot for spot in of(frame, series) if differ(*values(frame, spot[:2]))]

    return find


def _ends(of: Spots) -> Spots:
    """Find the last two to four rows of runs."""

    def find(frame: pd.DataFrame, series: str) -> list[Labels]:
        found = of(frame, series)
        return [run[-count:] for run in found for count in (2, 3, 4) if len(run) >= count]

    return find


def _date_turns(row: pd.Series) -> bool:
    start = row["period_start"]
    return bool(start.day <= 12 and start.day != start.month)


_RUNS: Final = restless(runs(3, frequencies="DHMQA"))
_PAIRS: Final = restless(windows(runs(2), 2))
_FLOWS: Final = runs(3, frequencies="HDMQA", quantities=FLOWS, units=ADDITIVE)
_YEARS: Final = _unbroken(runs(3, frequencies="A", quantities=FLOWS, units=ADDITIVE))

PERIODS: Final = (
    kind("labels_moved_edition", _RUNS, labels_moved((-1, 1))),
    kind(
        "fiscal_quarter_for_calendar",
        restless(runs(3, frequencies="Q", quantities=("spend",))),
        labels_moved((1, 2)),
    ),
    kind("fiscal_year_for_calendar", restless(_YEARS), fiscal_blend),
    kind(
        "filing_year_for_fact_year",
        runs(frequencies="A", quantities=("spend",)),
        one_label_moved((1, 2)),
    ),
    kind("year_mistyped", runs(3, frequencies="A"), one_label_moved((-10, 10, 1, -1))),
    kind("end_exclusive", runs(frequencies="MQA"), end_exclusive),
    kind("day_for_month", only(runs(frequencies="MQI"), _date_turns), day_for_month),
    kind("values_lag_in_tail", restless(tails(runs(4), least=3)), values_lag),
    kind("neighbours_swapped", _PAIRS, neighbours_swapped),
    kind("doubled_with_next", _PAIRS, doubled_with_next),
    kind("unlike_its_text", _PAIRS, unlike_its_text),
    kind("frozen_inside", _stirring(windows(runs(6), 5)), frozen),
    kind("frozen_at_the_end", _stirring(_ends(runs(3))), held),
    kind("straight_line_inside", bends, straight_line),
    kind("interpolated_filler", gaps, filler),
    kind("year_to_date", years, year_to_date),
    kind("year_to_date_ever_since", _year_runs, year_to_date_ever_since),
    kind("months_in_disguise", years, months_in_disguise),
    kind("annual_total_for_last_part", years, total_for_last),
    kind("month_thirteen", years, month_thirteen),
    kind("increments_for_levels", tails(runs(4), least=3), increments),
    kind("increments_for_levels_edition", runs(3), increments),
    kind("growth_for_levels", tails(runs(4), least=2), growth),
    kind("running_total", _FLOWS, running_total),
    kind("newest_period_incomplete", _FLOWS, newest_incomplete),
)
"""Kinds in which a value is about another period than its label says."""
