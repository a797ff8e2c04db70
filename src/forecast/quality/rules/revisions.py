"""What an earlier edition of the same track said of a period, and what this one says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.quality import sequence
from forecast.quality.prepared import TICKS
from forecast.quality.rule import Limits, Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

_REVISION_SPREADS: Final = 4.0
_REVISION: Final = (0.12, 0.35)
"""A revision beyond the higher log ratio is too large for any series; below the lower for none."""

_HOURLY_REVISION: Final = 0.2

_OVERLAP: Final = 4
"""Fewer shared periods do not show a shift."""

_BETTER: Final = 0.2
"""Shifted values must fit this many times better than unshifted ones."""

_APART: Final = 0.003
_SAME: Final = 1e-9

_STRAIGHT: Final = 1e-6
_LINE_POINTS: Final = 5
"""So many points on one line are interpolated, not counted."""

_DIGITS: Final = 3
"""Numbers of fewer significant digits are equal by chance."""

_STOCK_DIGITS: Final = 5
"""What is counted on one day may stand still; to five digits it rarely does."""

_STOCKS: Final = ("connection", "it_nameplate", "facility_nameplate", "share", "ratio")
"""Quantities that move in steps."""


def _older(scene: Scene, shift: int) -> NDArray[np.float64]:
    """Return the log that the newest earlier edition states, ``shift`` periods from each row."""
    return scene.remember(f"older {shift}", lambda: _looked_up(scene, shift))


def _looked_up(scene: Scene, shift: int) -> NDArray[np.float64]:
    known = scene.known[scene.known["log"].notna()].sort_values("known", kind="stable")
    stated = known.drop_duplicates(["track", "tick"], keep="last").set_index(["track", "tick"])
    wanted = pd.MultiIndex.from_arrays([scene.rows["track"], scene.rows["tick"] + shift * TICKS])
    return stated["log"].reindex(wanted).to_numpy(dtype="float64")


def _revised(scene: Scene) -> Limits:
    older = _older(scene, 0)
    ordered = sequence.of(scene)
    spread = ordered.scattered(ordered.spread, len(scene.rows))
    reach = np.clip(_REVISION_SPREADS * spread, *_REVISION)
    reach = np.where(scene.rows["frequency"] == "H", _HOURLY_REVISION, reach)
    return Limits(
        scene.rows["value"].to_numpy(dtype="float64"),
        scene.in_unit(older - reach),
        scene.in_unit(older + reach),
    )


def _shifted(scene: Scene) -> Limits:
    """By how many periods the values of an edition stand beside those of the one before."""
    log = scene.rows["log"].to_numpy(dtype="float64")
    unlike = pd.DataFrame({shift: np.abs(log - _older(scene, shift)) for shift in (-1, 0, 1)})
    shared = unlike.notna().all(axis=1)
    one = [scene.rows[name] for name in ("track", "strand", "edition")]
    middle = unlike[shared].groupby([part[shared] for part in one]).agg(["median", "size"])
    found = pd.Series(np.nan, index=middle.index)
    enough = middle[(0, "size")] >= _OVERLAP
    found[enough] = 0.0
    apart = np.maximum(middle[(0, "median")], _APART)
    for shift in (-1, 1):
        better = enough & (middle[(shift, "median")] < _BETTER * apart)
        better &= middle[(0, "median")] > _APART
        found[better] = float(-shift)
    measured = np.asarray(found.reindex(pd.MultiIndex.from_arrays(one)), dtype=np.float64)
    zero = np.where(np.isnan(measured), np.nan, 0.0)
    return Limits(
        measured,
        zero,
        zero,
        found=lambda place: f"the edition's values stand {measured[place]:+.0f} period off",
        expected=lambda _: "each value at the period it had in the edition before",
    )


def _neighbours(scene: Scene) -> Limits:
    """Whether a revised value is exactly what stood at the next or the last period."""
    rows = scene.rows
    log, own = rows["log"].to_numpy(dtype="float64"), _older(scene, 0)
    changed = np.abs(log - own) > _APART
    moving = ~rows["quantity"].isin(_STOCKS).to_numpy() & (digits(rows["value"]) >= _DIGITS)
    copied = np.zeros(len(rows))
    for shift in (-1, 1):
        same = np.abs(log - _older(scene, shift)) < _SAME
        copied[same & changed & moving] = shift
    zero = np.where(np.isnan(own), np.nan, 0.0)
    return Limits(
        copied.astype("float64"),
        zero,
        zero,
        found=lambda place: (
            f"{rows['value'].iat[place]:.10g}, stated before for the period "
            f"{'after' if copied[place] > 0 else 'before'}"
        ),
        expected=lambda place: f"about {np.exp(own[place]) / rows['factor'].iat[place]:.6g}",
    )


def digits(values: pd.Series) -> NDArray[np.int64]:
    """Return how many significant digits each value is printed with."""
    numbers = values.to_numpy(dtype="float64")
    distinct, back = np.unique(numbers, return_inverse=True)
    texts = (f"{abs(number):.12g}".partition("e")[0] for number in distinct)
    counts = [len(text.replace(".", "").strip("0")) for text in texts]
    return np.array(counts, dtype=np.int64)[back]


def _repeats(scene: Scene) -> NDArray[np.float64]:
    """Return how many periods in a row, up to each, state one value within one edition."""
    return scene.remember("repeats", lambda: _run_lengths(scene))


def _run_lengths(scene: Scene) -> NDArray[np.float64]:
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    rows = rows[rows["log"].notna() & (rows["frequency"] != "I")]
    rows = rows.sort_values(["track", "strand", "edition", "tick"], kind="stable")
    same = np.ones(len(rows), dtype=bool)
    for column in ("track", "strand", "edition"):
        same &= rows[column].eq(rows[column].shift()).to_numpy()
    # points of a sparse series follow one another too; hours must be adjacent
    same &= (rows["tick"].diff().eq(TICKS) | ~rows["frequency"].isin(["H", "D"])).to_numpy()
    same &= rows["tick"].diff().gt(0).to_numpy()
    same &= rows["value"].eq(rows["value"].shift()).to_numpy()
    many = np.flatnonzero(same)
    least = np.where(rows["quantity"].isin(_STOCKS), _STOCK_DIGITS, _DIGITS)
    same[many] = digits(rows["value"].iloc[many]) >= least[many]
    starts = np.flatnonzero(~same)
    run = np.arange(len(rows)) - starts[np.cumsum(~same) - 1] + 1 if len(rows) else starts
    out = np.full(len(scene.rows), np.nan)
    out[rows["place"].to_numpy()] = run
    return out


def _on_a_line(scene: Scene) -> Limits:
    """How many points running lie exactly on one straight line that is not level."""
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    rows = rows[rows["log"].notna() & rows["frequency"].isin(["A", "Q", "M", "D"])]
    rows = rows.sort_values(["track", "edition", "t"], kind="stable")
    one = ["track", "edition"]
    steps = rows.groupby(one, sort=False)[["value", "t"]].diff()
    slope = (steps["value"] / steps["t"]).to_numpy(dtype="float64")
    owner = rows.groupby(one, sort=False).ngroup().to_numpy()
    same = np.zeros(len(rows), dtype=bool)
    if len(rows):
        near = np.abs(slope[1:] - slope[:-1]) <= _STRAIGHT * np.abs(rows["value"].to_numpy()[1:])
        same[1:] = near & (slope[1:] != 0) & (owner[1:] == owner[:-1])
    starts = np.flatnonzero(~same)
    run = np.arange(len(rows)) - starts[np.cumsum(~same) - 1] if len(rows) else starts
    points = np.full(len(scene.rows), np.nan)
    points[rows["place"].to_numpy()] = np.where(same, run + 2, 1)
    return Limits(
        points,
        np.where(np.isnan(points), np.nan, 0.0),
        np.where(np.isnan(points), np.nan, _LINE_POINTS - 1),
        found=lambda place: f"{points[place]:.0f} points running on one straight line",
        expected=lambda _: f"fewer than {_LINE_POINTS}",
    )


def _repeat_limits(scene: Scene, most: float, *, stocks: bool = True) -> Limits:
    run = _repeats(scene)
    if not stocks:
        run = np.where(scene.rows["quantity"].isin(_STOCKS), np.nan, run)
    return Limits(
        run,
        np.where(np.isnan(run), np.nan, 0.0),
        np.where(np.isnan(run), np.nan, most),
        found=lambda place: (
            f"{scene.rows['value'].iat[place]:.10g}, the same in {run[place]:.0f} periods running"
        ),
        expected=lambda _: f"no more than {most:.0f} equal values running",
    )


RULES: Final[tuple[Rule, ...]] = (
    Within(
        name="revision",
        severity="critical",
        meaning="no further from the edition before than revisions go",
        limits=_revised,
    ),
    Within(
        name="edition_shifted",
        severity="critical",
        meaning="an edition whose values fit the one before a period off has its periods wrong",
        limits=_shifted,
    ),
    Within(
        name="value_of_neighbour",
        severity="critical",
        meaning="a value that moved from one period to the next was not revised but misplaced",
        limits=_neighbours,
        frequencies="AQMD",
    ),
    Within(
        name="repeat",
        severity="warning",
        meaning="a flow rarely repeats to the last digit",
        limits=lambda scene: _repeat_limits(scene, 1.0),
        frequencies="AQM",
    ),
    Within(
        name="repeat_run",
        severity="critical",
        meaning="a flow that repeats again and again is a stale value carried forward",
        limits=lambda scene: _repeat_limits(scene, 2.0, stocks=False),
        frequencies="AQM",
    ),
    Within(
        name="straight_line",
        severity="warning",
        meaning="a statistic that grows by the same amount again and again is interpolated",
        limits=_on_a_line,
        frequencies="AQMD",
    ),
    Within(
        name="frozen_hours",
        severity="critical",
        meaning="a demand that stands still for hours is a stale value carried forward",
        limits=lambda scene: _repeat_limits(scene, 3.0),
        frequencies="HD",
    ),
)
"""Rules of revision and repetition."""
