r"""Hours beside hours: what the same hour of other days and the hours around say of a value.

On the log scale :math:`x_t`, the *pattern* of an hour is the median of the same hour on the
days 1, 2, 3 and 7 before and after; :math:`r_t = x_t - \text{pattern}` is how unlike them it
is. Weather makes whole days unlike others, but smoothly: :math:`e_t = r_t` less the median
of :math:`r` over the six hours on either side is what only this hour has. An hour is like
its pattern if :math:`|e_t|` is within ten robust spreads, and it is supported if a run of
ordinary steps leads from it to an hour that is like its own. A true peak climbs hour by hour,
so its neighbours support it; a spike has none that do. Hours far from the year's median lend
support to nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.quality.scene import Scene

    Numbers = NDArray[np.float64]

DAYS: Final = (-7, -3, -2, -1, 1, 2, 3, 7)
"""Days whose same hour makes the pattern."""

AROUND: Final = 6
"""Hours on either side that share the day's weather."""

SPREADS: Final = 10.0
"""An hour within this many robust spreads of its pattern is supported."""

SPIKE_FLOOR: Final = 0.10
"""A departure below this log ratio is never a spike."""

STEP_FLOOR: Final = 0.05
LEVEL_FLOOR: Final = 0.6
"""A day 1.8 times like its neighbours is weather or a holiday; beyond is another level."""

FAR: Final = float(np.log(12.0))
"""No hour is twelve times the year's median, or a twelfth of it."""

PADDING_HOURS: Final = 24 * 8
"""Hours around a year's end that its rows are compared with."""

_FEW: Final = 24
"""Fewer hours than this make no pattern."""


@dataclass(frozen=True)
class Hours:
    """Limits for each hour judged, as logs of its size; NaN where nothing is beside it."""

    spike_low: Numbers
    spike_high: Numbers
    level_low: Numbers
    level_high: Numbers


def of(scene: Scene) -> Hours:
    """Return the limits that hours set one another."""
    return scene.remember("hours", lambda: _compared(scene))


def _compared(scene: Scene) -> Hours:
    out = np.full((4, len(scene.rows)), np.nan)
    for places, hours, logs in series(scene):
        if np.isfinite(logs).sum() >= _FEW:
            out[:, places] = _limits(logs)[:, hours]
    return Hours(*out)


def series(scene: Scene) -> list[tuple[NDArray[np.int64], NDArray[np.int64], Numbers]]:
    """Return each hourly edition: places of its rows, their hours on a grid, logs on the grid.

    The grid also holds what earlier editions and the adjoining years say, where the edition
    is silent. Zeros and negative values stand as a hundredth of the usual size.
    """
    return scene.remember(
        "hourly series",
        lambda: [_on_grid(places, own, beside) for places, own, beside in editions(scene)],
    )


def editions(
    scene: Scene,
) -> list[tuple[NDArray[np.int64], pd.DataFrame, pd.DataFrame]]:
    """Return each hourly edition of a strand: places, rows, and what stands beside them.

    Beside them stand rows of the same track that were known by then: those of the year that
    were kept, and those of the adjoining years as they were received.
    """
    return scene.remember("hourly editions", lambda: _editions(scene))


def _editions(
    scene: Scene,
) -> list[tuple[NDArray[np.int64], pd.DataFrame, pd.DataFrame]]:
    hourly = np.flatnonzero((scene.rows["frequency"] == "H").to_numpy())
    kept: dict[Any, pd.DataFrame] = dict(iter(scene.known.groupby(["track", "strand"], sort=False)))
    outside: dict[Any, pd.DataFrame] = dict(iter(scene.padding.groupby("track", sort=False)))
    found: list[tuple[NDArray[np.int64], pd.DataFrame, pd.DataFrame]] = []
    one = ["track", "strand", "edition"]
    for inside in scene.rows.iloc[hourly].groupby(one, sort=False).indices.values():
        places = hourly[inside]
        own = scene.rows.iloc[places]
        track, strand = own["track"].iat[0], own["strand"].iat[0]
        padding = outside.get(track, own.iloc[:0])
        padding = padding[padding["strand"] != strand]
        beside: pd.DataFrame = pd.concat([padding, kept.get((track, strand), own.iloc[:0])])
        beside = beside[beside["known"] <= own["known"].iat[0]]
        found.append((places, own, beside.sort_values("known", kind="stable")))
    return found


def _on_grid(
    places: NDArray[np.int64], own: pd.DataFrame, beside: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], Numbers]:
    hours = own["t"].to_numpy(dtype="float64").round().astype("int64")
    other = beside["t"].to_numpy(dtype="float64").round().astype("int64")
    start, stop = hours.min() - PADDING_HOURS, hours.max() + PADDING_HOURS
    near = (other >= start) & (other <= stop)
    values = np.full(stop - start + 1, np.nan)
    for at, logs in (
        (other[near] - start, _signed_log(beside[near])),
        (hours[::-1] - start, _signed_log(own)[::-1]),
    ):
        stated = ~np.isnan(logs)
        values[at[stated]] = logs[stated]
    usual = np.nanmedian(values[np.isfinite(values)]) if np.isfinite(values).any() else np.nan
    values[np.isneginf(values)] = usual + np.log(0.01)
    return places, hours - start, values


def _signed_log(rows: pd.DataFrame) -> Numbers:
    """Return logs of sizes; minus infinity stands for zero and below, NaN for nothing."""
    sizes = rows["value"].to_numpy(dtype="float64")
    logs = rows["log"].to_numpy(dtype="float64")
    return np.where(np.isnan(logs) & (sizes <= 0), -np.inf, logs)


def _limits(x: Numbers) -> Numbers:
    """Return spike low and high, level low and high for each hour of a grid."""
    usual = np.nanmedian(x)
    sane = np.where(np.abs(x - usual) <= FAR, x, np.nan)
    pattern = _median([_shifted(sane, 24 * day) for day in DAYS])
    unlike = sane - pattern
    weather = _median([_shifted(unlike, k) for k in range(-AROUND, AROUND + 1) if k])
    centre = pattern + np.where(np.isnan(weather), 0.0, weather)
    alone = x - centre
    reach = max(SPIKE_FLOOR, SPREADS * _spread(alone))
    step = max(STEP_FLOOR, _ordinary_step(sane))
    low, high = centre - reach, centre + reach
    supported = _runs_with(np.abs(alone) <= reach, x, step)
    beside = np.where(supported, x, np.nan)
    for neighbour in (_shifted(beside, 1), _shifted(beside, -1)):
        low = np.where(np.isnan(low), low, np.fmin(low, neighbour - step))
        high = np.where(np.isnan(high), high, np.fmax(high, neighbour + step))
    level = max(LEVEL_FLOOR, SPREADS * _spread(unlike))
    far_low, far_high = usual - FAR, usual + FAR
    level_low = np.fmax(pattern - level, far_low)
    level_high = np.fmin(pattern + level, far_high)
    return np.stack([low, high, level_low, level_high])


def _runs_with(like: NDArray[np.bool_], x: Numbers, step: float) -> NDArray[np.bool_]:
    """Return which hours are of a run of ordinary steps that holds an hour like its pattern."""
    steady = np.abs(np.diff(x)) <= step
    run = np.concatenate([[0], np.cumsum(~steady)])
    return np.asarray(np.bincount(run, weights=like)[run] > 0)


def _median(columns: list[Numbers]) -> Numbers:
    """Return the median across columns, of those that are stated; NaN if none is."""
    ordered = np.sort(np.stack(columns), axis=0)
    count = np.isfinite(ordered).sum(axis=0)
    at = np.arange(ordered.shape[1])
    lower = ordered[np.maximum((count - 1) // 2, 0), at]
    upper = ordered[np.minimum(count // 2, len(columns) - 1), at]
    return np.where(count > 0, (lower + upper) / 2, np.nan)


def _shifted(values: Numbers, by: int) -> Numbers:
    """Return the value ``by`` places earlier (later, if negative); NaN beyond the ends."""
    out = np.full_like(values, np.nan)
    if abs(by) >= len(values):
        return out
    if by > 0:
        out[by:] = values[:-by]
    else:
        out[:by] = values[-by:]
    return out


def _spread(values: Numbers) -> float:
    stated = np.abs(values[np.isfinite(values)])
    return 1.4826 * float(np.median(stated)) if len(stated) else 0.0


def _ordinary_step(x: Numbers) -> float:
    """Return how far an hour may lie from the next: beyond what all but few do."""
    steps = np.abs(np.diff(x))
    steps = steps[np.isfinite(steps)]
    if not len(steps):
        return 0.0
    common, rare = np.quantile(steps, [0.95, 0.995])
    return float(min(1.5 * rare, 3.0 * common))
