"""Planted corruptions, first half: the faults that the issue of this house names.

Each is what a publisher, a reader or a person does: a unit misread, a sign lost, a period
moved or said twice, a page where a number should be. Place and size are random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.quality.corruption import Corruption, Planted, next_row, places

if TYPE_CHECKING:
    from collections.abc import Callable

    Applies = Callable[[pd.DataFrame, str], bool]
    Plant = Callable[[pd.DataFrame, str, np.random.Generator], Planted]

_UP_ONE: Final = {"MWh": "GWh", "GWh": "TWh", "MW": "GW", "USD": "USD bn"}
"""The unit a thousand times (money: a milliard times) larger, of the same thing."""

_STEPS: Final = {"A": 12, "Q": 3, "M": 1}
_ENERGY: Final = ("MWh", "GWh", "TWh")


def _rows(frame: pd.DataFrame, series: str) -> pd.DataFrame:
    return frame.loc[places(frame, series)]


def _run(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> list[int]:
    """Return a few rows of one edition that follow one another: one, some or all of them."""
    rows = _rows(frame, series)
    editions = rows.groupby(["publication_id", "known_from"], sort=True)
    chosen = editions.get_group(list(editions.groups)[int(rng.integers(editions.ngroups))])
    ordered = chosen.sort_values(["period_start", "period_end"], kind="stable").index
    start = int(rng.integers(len(ordered)))
    many = 1 if rng.random() < 0.5 else int(rng.integers(1, len(ordered) - start + 1))
    return [int(label) for label in ordered[start : start + many]]


def _row(frame: pd.DataFrame, label: int) -> pd.Series:
    return frame.loc[[label]].iloc[0].copy()


def _named(frame: pd.DataFrame, labels: list[int]) -> frozenset[int]:
    return frozenset(int(row) for row in frame.loc[labels, "row"])


def _units(frame: pd.DataFrame, series: str) -> set[str]:
    rows = _rows(frame, series)
    return set(rows.loc[rows["value"] != 0, "unit"])


def _relabelled(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """A number in one unit is handed on under the name of the next larger one."""
    labels = [x for x in _run(frame, series, rng) if frame.at[x, "unit"] in _UP_ONE]
    labels = [x for x in labels if frame.at[x, "value"] != 0]
    if not labels:
        rows = _rows(frame, series)
        fit = rows[rows["unit"].isin(list(_UP_ONE)) & (rows["value"] != 0)]
        labels = [int(rng.choice(fit.index))]
    worse = frame.copy()
    worse.loc[labels, "unit"] = frame.loc[labels, "unit"].map(_UP_ONE)
    return Planted(worse, _named(frame, labels))


def _scaled(factors: tuple[float, ...], *, received: bool) -> Plant:
    """A number is a factor too large; ``received``: as the publisher sent it."""

    def plant(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
        labels = [x for x in _run(frame, series, rng) if frame.at[x, "value"] != 0]
        if not labels:
            rows = _rows(frame, series)
            labels = [int(rng.choice(rows.index[rows["value"] != 0]))]
        worse = frame.copy()
        factor = float(rng.choice(factors))
        for column in ("value", "low", "high"):
            worse.loc[labels, column] = frame.loc[labels, column] * factor
        if received:
            worse.loc[labels, "value_text"] = worse.loc[labels, "value"].map("{:.12g}".format)
        return Planted(worse, _named(frame, labels))

    return plant


def _some_value(frame: pd.DataFrame, series: str) -> bool:
    return bool((_rows(frame, series)["value"] != 0).any())


def _unit_in(units: tuple[str, ...]) -> Applies:
    return lambda frame, series: bool(_units(frame, series) & set(units))


def _stepped(frame: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the rows of a series that belong to a sequence of whole periods."""
    rows = _rows(frame, series)
    return rows[rows["frequency"].isin(["A", "Q", "M", "D", "H"])]


def _moved(row: pd.Series, by: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return a row's period, ``by`` periods later."""
    start, end = row["period_start"], row["period_end"]
    if row["frequency"] in {"D", "H"}:
        step = pd.Timedelta(days=by) if row["frequency"] == "D" else pd.Timedelta(hours=by)
        return start + step, (start + step).normalize() + (end - start.normalize())
    months = pd.DateOffset(months=by * _STEPS[row["frequency"]])
    return start + months, end + pd.Timedelta(days=1) + months - pd.Timedelta(days=1)


def _period_shifted(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """Values stand one to three periods beside their own."""
    fit = set(_stepped(frame, series).index)
    labels = [x for x in _run(frame, series, rng) if x in fit] or [int(rng.choice(sorted(fit)))]
    by = int(rng.choice([-3, -2, -1, 1, 2, 3]))
    worse = frame.copy()
    for label in labels:
        start, end = _moved(_row(frame, label), by)
        worse.loc[label, ["period_start", "period_end"]] = [start, end]
    return Planted(worse, _named(frame, labels))


def _with(frame: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
    """Return the table with one row more."""
    added = pd.DataFrame([row.to_dict()]).astype(frame.dtypes)
    return pd.concat([frame, added], ignore_index=True)


def _duplicated(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """A period is said twice: the same number again, or another one."""
    rows = _rows(frame, series)
    row = _row(frame, int(rng.choice(rows.index)))
    if rng.random() < 0.5 and row["value"] != 0:
        row["value"] *= 1.0 + float(rng.uniform(0.01, 0.5))
        row["value_text"] = f"{row['value']:.12g}"
    row["row"] = next_row(frame)
    return Planted(_with(frame, row), frozenset({int(row["row"])}))


def _one_edition(frame: pd.DataFrame, series: str, least: int) -> list[pd.DataFrame]:
    """Return editions of a series with rows enough, each in the order of its periods."""
    rows = _stepped(frame, series)
    editions = rows.groupby(["publication_id", "known_from", "frequency"], sort=True)
    ordered = [part.sort_values("period_start", kind="stable") for _, part in editions]
    return [part for part in ordered if len(part) >= least]


def _moving(frame: pd.DataFrame, series: str) -> bool:
    editions = _one_edition(frame, series, 3)
    return any(part["value"].nunique() == len(part) for part in editions)


def _stale(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """The last known value is carried forward over what should have come."""
    fit = [p for p in _one_edition(frame, series, 3) if p["value"].nunique() == len(p)]
    part = fit[int(rng.integers(len(fit)))]
    start = int(rng.integers(1, len(part)))
    hourly = part["frequency"].iat[0] == "H"
    many = int(rng.integers(4, 25)) if hourly else int(rng.integers(1, 5))
    labels = list(part.index[start : start + many])
    before = part.index[start - 1]
    worse = frame.copy()
    chosen = frame.index.isin(labels)
    for column in ("value", "value_text"):
        worse[column] = frame[column].mask(chosen, _row(frame, int(before))[column])
    return Planted(worse, _named(frame, labels))


def _dropped(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """A region is gone from the newest edition, or from the middle of one."""
    rows = _rows(frame, series)
    newest = rows[rows["known_from"] == rows["known_from"].max()]
    restated = (
        rows["known_from"].nunique() > 1
        and newest["publication_id"]
        .isin(rows.loc[rows["known_from"] < rows["known_from"].max(), "publication_id"])
        .all()
    )
    labels = list(newest.index)
    inside = _one_edition(frame, series, 5)
    if inside and (not restated or rng.random() < 0.5):
        part = inside[int(rng.integers(len(inside)))]
        start = int(rng.integers(1, len(part) - 2))
        labels = list(part.index[start : start + int(rng.integers(1, len(part) - 1 - start))])
    worse = frame.drop(index=labels).reset_index(drop=True)
    return Planted(worse, gone=_named(frame, labels))


def _companions(frame: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return rows of the series beside another one's of the same edition and period."""
    key = ["publication_id", "known_from", "period_start", "period_end", "frequency"]
    own = _rows(frame, series).reset_index(names="own")[[*key, "own", "value"]]
    other = frame[frame["series_id"].ne(series) & frame["value"].notna()]
    other = other.reset_index(names="other")[[*key, "other", "value", "series_id"]]
    both = own.merge(other, on=key, suffixes=("", "_other"))
    return both[(both["value"] / both["value_other"] - 1).abs() > 0.1]


def _swapped(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """Two columns of a table change places, in one row or in all of an edition."""
    both = _companions(frame, series)
    chosen = both.iloc[int(rng.integers(len(both)))]
    if rng.random() < 0.5:
        same = both["series_id"].eq(chosen["series_id"])
        same &= both["publication_id"].eq(chosen["publication_id"])
        pairs = both[same & both["known_from"].eq(chosen["known_from"])]
    else:
        pairs = chosen.to_frame().T
    worse = frame.copy()
    own, other = pairs["own"].to_list(), pairs["other"].to_list()
    for column in ("value", "value_text"):
        worse.loc[own, column] = frame.loc[other, column].to_numpy()
        worse.loc[other, column] = frame.loc[own, column].to_numpy()
    return Planted(worse, _named(frame, [*own, *other]))


PAGES: Final = (
    "<!DOCTYPE html><html><head><title>503 Service Unavailable</title></head></html>",
    "<html><body>Scheduled maintenance. Please try again later.</body></html>",
    "Access Denied: you do not have permission to view this page on this server.",
    '{"error":{"code":"API_KEY_MISSING","message":"No api_key was supplied."}}',
)


def _html(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """A page stands where the number should be."""
    labels = _run(frame, series, rng)
    worse = frame.copy()
    worse.loc[labels, "value"] = np.nan
    worse.loc[labels, "value_text"] = str(rng.choice(PAGES))
    return Planted(worse, _named(frame, labels))


def _annual(frame: pd.DataFrame, series: str) -> list[pd.DataFrame]:
    parts = _one_edition(frame, series, 3)
    return [part for part in parts if part["frequency"].iat[0] == "A"]


def _fiscal(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """Fiscal years among calendar ones: they begin three, six or nine months earlier."""
    parts = _annual(frame, series)
    part = parts[int(rng.integers(len(parts)))]
    many = 1 if rng.random() < 0.5 else int(rng.integers(1, len(part)))
    labels = list(part.index[rng.permutation(len(part))[:many]])
    earlier = pd.DateOffset(months=int(rng.choice([3, 6, 9])))
    worse = frame.copy()
    worse.loc[labels, "period_start"] = frame.loc[labels, "period_start"] - earlier
    next_day = frame.loc[labels, "period_end"] + pd.Timedelta(days=1)
    worse.loc[labels, "period_end"] = next_day - earlier - pd.Timedelta(days=1)
    return Planted(worse, _named(frame, labels))


def _increment(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """What was added since the period before stands for what there is."""
    parts = _one_edition(frame, series, 3)
    part = parts[int(rng.integers(len(parts)))]
    steps = part["value"].diff()
    fit = steps.index[steps.notna() & (steps != 0)]
    labels = [int(rng.choice(fit))] if rng.random() < 0.5 else list(fit)
    worse = frame.copy()
    worse.loc[labels, "value"] = steps[labels]
    worse.loc[labels, "value_text"] = steps[labels].map("{:.12g}".format)
    return Planted(worse, _named(frame, labels))


def _later_row(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
    """An edition holds a period that was not over, or not out, when it appeared."""
    parts = _one_edition(frame, series, 2)
    part = parts[int(rng.integers(len(parts)))]
    row = _row(frame, int(part.index[-1]))
    by = int(rng.integers(1, 5))
    while _moved(row, by)[1] <= row["known_from"]:
        by *= 2
    row["period_start"], row["period_end"] = _moved(row, by)
    row["value"] *= float(rng.uniform(1.0, 1.1))
    row["value_text"] = f"{row['value']:.12g}"
    row["obs_status"] = "A"
    row["row"] = next_row(frame)
    return Planted(_with(frame, row), frozenset({int(row["row"])}))


def _several(least: int) -> Applies:
    return lambda frame, series: bool(_one_edition(frame, series, least))


def _can_drop(frame: pd.DataFrame, series: str) -> bool:
    return bool(_one_edition(frame, series, 5))


CORRUPTIONS: Final = (
    Corruption("gwh_as_twh", _unit_in(("MWh", "GWh")), _relabelled),
    Corruption("mw_as_gw", _unit_in(("MW",)), _relabelled),
    Corruption("thousandfold", _some_value, _scaled((1e3, 1e-3, 1e6), received=True)),
    Corruption("reader_rescaled", _some_value, _scaled((1e3, 1e-3, 10.0), received=False)),
    Corruption("power_for_energy", _unit_in(_ENERGY), _scaled((8.76, 1 / 8.76), received=True)),
    Corruption("sign", _some_value, _scaled((-1.0,), received=True)),
    Corruption("period_shifted", lambda f, s: not _stepped(f, s).empty, _period_shifted),
    Corruption("period_duplicated", lambda f, s: bool(places(f, s)), _duplicated),
    Corruption("stale", _moving, _stale),
    Corruption("region_dropped", _can_drop, _dropped),
    Corruption("columns_exchanged", lambda f, s: not _companions(f, s).empty, _swapped),
    Corruption("html_for_data", lambda f, s: bool(places(f, s)), _html),
    Corruption("fiscal_for_calendar", lambda f, s: bool(_annual(f, s)), _fiscal),
    Corruption("increment_as_level", _several(3), _increment),
    Corruption("later_row", _several(2), _later_row),
)
"""Every kind of the first half."""
