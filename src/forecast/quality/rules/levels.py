"""Whether a value keeps to the line: its neighbours in time, other publications, its own year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from forecast.quality import sequence
from forecast.quality.rule import SLOW, Limits, Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.quality.rule import Rule
    from forecast.quality.scene import Scene

    Numbers = NDArray[np.float64]

_UNUSUAL_SPREADS: Final = 4.0
_UNUSUAL_FLOOR: Final = 0.12
"""Steps beyond this many spreads, and this log ratio, happen; they deserve a second look."""

_ELSEWHERE: Final = float(np.log(3.5))
"""Publications of other methods and scopes may differ as much; a wrong scale differs more."""

_ELSEWHERE_A_YEAR: Final = 0.35

_QUARTERS_SLACK: Final = 0.03
"""A year is its four quarters within this share: restatements, rounding."""

_FOURTH: Final = (0.3, 3.5)
"""What three quarters leave of the year, over their mean, for the fourth."""

_NOTHING: Final = 1e-3


def _line(scene: Scene) -> Limits:
    ordered = sequence.of(scene)
    low, high = sequence.line(ordered, sequence.ordinary(ordered))
    return _in_units(scene, ordered, low, high)


def _unusual(scene: Scene) -> Limits:
    ordered = sequence.of(scene)
    allowed = sequence.ordinary(ordered, _UNUSUAL_SPREADS, _UNUSUAL_FLOOR)
    low, high = sequence.line(ordered, allowed)
    return _in_units(scene, ordered, low, high)


def _growth(scene: Scene) -> Limits:
    """Keep to the line by the catalogue's growth limits, where they were known."""
    ordered = sequence.of(scene)
    stated = scene.catalogued()
    own_step = (scene.rows["frequency"] == stated["step"]).to_numpy()
    place = ordered.frame["place"].to_numpy()
    own = place >= 0
    bounds = pd.DataFrame({"code": ordered.code, "least": np.nan, "most": np.nan})
    for name, limit in (("least", "fall"), ("most", "rise")):
        in_force = np.where(own_step, stated[limit], np.nan)
        bounds.loc[own, name] = in_force[place[own]]
    bounds = bounds.groupby("code")[["least", "most"]].transform("first")
    falls = bounds["least"].fillna(-np.inf).to_numpy()
    rises = bounds["most"].fillna(np.inf).to_numpy()

    def allowed(rows: NDArray[np.int64], steps: Numbers) -> tuple[Numbers, Numbers]:
        periods = np.maximum(steps, 1.0)
        return falls[rows] * periods, rises[rows] * periods

    low, high = sequence.line(ordered, allowed)
    low, high = (np.where(np.isinf(falls), np.nan, limit) for limit in (low, high))
    return _in_units(scene, ordered, low, high)


def _in_units(scene: Scene, ordered: sequence.Sequence, low: Numbers, high: Numbers) -> Limits:
    count = len(scene.rows)
    return Limits(
        scene.rows["value"].to_numpy(dtype="float64"),
        scene.in_unit(ordered.scattered(low, count)),
        scene.in_unit(ordered.scattered(high, count)),
    )


def _zero(scene: Scene) -> Limits:
    """Nothing after something is a blank that became a zero."""
    return _beside_something(scene, "backward")


def _zero_first(scene: Scene) -> Limits:
    """Nothing right before something may be true, or a blank."""
    return _beside_something(scene, "forward")


def _beside_something(scene: Scene, direction: Literal["backward", "forward"]) -> Limits:
    """Let a zero be no smaller than a thousandth of the value on one side of it."""
    columns = ["track", "t", "log"]
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    rows = rows[(rows["frequency"] != "H") & rows["t"].notna()]
    something = pd.concat([scene.known[columns], rows[columns]])
    something = something[something["log"].notna() & something["t"].notna()]
    nothing = rows.loc[rows["value"] == 0, ["track", "t", "place"]]
    near = pd.merge_asof(
        nothing.sort_values("t", kind="stable"),
        something.sort_values("t", kind="stable"),
        on="t",
        by="track",
        direction=direction,
    )
    low = scene.blank()
    low[near["place"].to_numpy()] = near["log"].to_numpy() + np.log(_NOTHING)
    low = scene.in_unit(low)
    value = scene.rows["value"].to_numpy(dtype="float64")
    return Limits(value, low, np.where(np.isnan(low), low, np.inf))


def _elsewhere(scene: Scene) -> Limits:
    """Compare with what any publication had said of the series before, nearest in time.

    A single earlier row does not speak against many that agree among themselves.
    """
    cohort = ["series_id", "quantity", "dimension", "frequency"]
    known = scene.known[scene.known["log"].notna() & scene.known["frequency"].isin(list(SLOW))]
    rows = scene.rows.assign(place=np.arange(len(scene.rows)))
    rows = rows[rows["log"].notna() & rows["t"].notna()]
    support = known.groupby(cohort, sort=False).size().rename("support").reset_index()
    asked = rows.groupby(cohort, sort=False).size().rename("asked").reset_index()
    near = pd.merge_asof(
        rows[[*cohort, "t", "place"]].sort_values("t", kind="stable"),
        known[[*cohort, "t", "log"]].assign(then=known["t"]).sort_values("t", kind="stable"),
        on="t",
        by=cohort,
        direction="nearest",
    )
    near = near.merge(support, on=cohort, how="left").merge(asked, on=cohort, how="left")
    years = (near["t"] - near["then"]).abs() * near["frequency"].map(sequence.YEARS)
    reach = (_ELSEWHERE + _ELSEWHERE_A_YEAR * years).where(near["asked"] <= 2 * near["support"])
    low, high = scene.blank(), scene.blank()
    low[near["place"].to_numpy()] = (near["log"] - reach).to_numpy()
    high[near["place"].to_numpy()] = (near["log"] + reach).to_numpy()
    value = scene.rows["value"].to_numpy(dtype="float64")
    return Limits(value, scene.in_unit(low), scene.in_unit(high))


def _quarters(scene: Scene) -> Limits:
    """A year must be its quarters, or leave a likely fourth one."""
    one = ["series_id", "family", "scope", "quantity", "dimension", "year"]
    keeping = _kept_to_line(scene)
    rows = scene.rows.assign(place=np.arange(len(scene.rows)), sound=keeping)
    every = pd.concat([rows, scene.known.assign(sound=True)], ignore_index=True)
    every["size"] = every["value"] * every["factor"]
    every["year"] = every["period_start"].dt.year
    quarters = every[(every["frequency"] == "Q") & every["sound"] & every["size"].notna()]
    quarters = quarters.sort_values("known", kind="stable").drop_duplicates(
        [*one, "tick"], keep="last"
    )
    sums = quarters.groupby(one, sort=False)["size"].agg(["sum", "size"]).reset_index()
    flows = every["quantity"].isin(["energy", "spend"]) & (every["dimension"] != "money a year")
    years = every[(every["frequency"] == "A") & every["place"].notna() & flows]
    # the calendar year alone: a fiscal year holds other quarters
    years = years[(years["t"] % 1 == 0) & years["length"].between(0.9, 1.1)]
    judged = years[[*one, "place", "factor"]].merge(sums, on=one)
    whole, most = judged["size"] == 4, judged["size"] == 3
    low = judged["sum"] * np.where(whole, 1 - _QUARTERS_SLACK, 1 + _FOURTH[0] / 3)
    high = judged["sum"] * np.where(whole, 1 + _QUARTERS_SLACK, 1 + _FOURTH[1] / 3)
    out = np.full((2, len(scene.rows)), np.nan)
    places = judged["place"].to_numpy(dtype="int64")
    out[:, places] = np.stack([low, high]) / judged["factor"].to_numpy()
    out[:, places[~(whole | most).to_numpy()]] = np.nan
    return Limits(scene.rows["value"].to_numpy(dtype="float64"), out[0], out[1])


def _kept_to_line(scene: Scene) -> NDArray[np.bool_]:
    limits = scene.remember("line", lambda: _line(scene))
    off = (limits.measured < limits.low) | (limits.measured > limits.high)
    return np.asarray(~off)


RULES: Final[tuple[Rule, ...]] = (
    Within(
        name="line",
        severity="critical",
        meaning="no further from its neighbours in time than the series is wont to move",
        limits=_line,
        frequencies=SLOW,
    ),
    Within(
        name="unusual_step",
        severity="warning",
        meaning="half way to where the line would be left",
        limits=_unusual,
        frequencies=SLOW,
    ),
    Within(
        name="growth_limit",
        severity="warning",
        meaning="the catalogue's growth limits, where they were known by then",
        limits=_growth,
        frequencies="QAM",
    ),
    Within(
        name="zero_after_something",
        severity="critical",
        meaning="a series does not fall to nothing from one period to the next",
        limits=_zero,
        frequencies=SLOW,
    ),
    Within(
        name="zero_before_something",
        severity="warning",
        meaning="a series that begins with nothing may begin with a blank",
        limits=_zero_first,
        frequencies=SLOW,
    ),
    Within(
        name="scale_elsewhere",
        severity="critical",
        meaning="3.5 times beyond what any publication had said of the series",
        limits=_elsewhere,
        frequencies=SLOW,
    ),
    Within(
        name="year_of_quarters",
        severity="critical",
        meaning="a calendar year is the sum of its quarters, or leaves a likely fourth",
        limits=_quarters,
        frequencies="A",
    ),
)
"""Rules of level and growth."""
