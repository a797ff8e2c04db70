from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.builders import compiled_table, parts, row, year

from forecast.contracts.tables import OBSERVATIONS
from forecast.quality.corruption import Corruption, Planted
from forecast.quality.planting_second import CORRUPTIONS, SUBTLE, TWO_SERIES

SEEDS = range(2)
REAL = (
    "ie_dc|ie_dc_share|ie_electricity_metered|us_dc|us_dc_hyperscale|us_va_(total|commercial)"
    "|capex_(msft|googl)|ercot_large_load(_colocated|_requests)?|us_stargate_planned|world_fleet_pue"
)
NAMED = {corruption.name: corruption for corruption in CORRUPTIONS}
each_kind = pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda c: c.name)


@cache
def table() -> pd.DataFrame:
    """Our real figures, and series of hours, days and months beside them."""
    made = pd.DataFrame(
        [
            *hours(60),
            *parts(
                "2024-03-01", _waves(80), "D", series_id="days", unit="MW", quantity="peak_load"
            ),
            *parts("2020-01", _waves(36), "M", series_id="months", unit="GWh"),
        ]
    ).assign(known_from="2025-06-30")
    made["row"] = np.arange(len(made)) + 10_000
    real = compiled_table("observations")
    real = real[real["series_id"].str.fullmatch(REAL)]
    return pd.concat([real, OBSERVATIONS.check(made)], ignore_index=True)


def _waves(count: int) -> list[float]:
    return [round(90 + 30 * float(np.sin(i / 4)) + i / 7, 3) for i in range(count)]


def hours(count: int) -> list[dict[str, object]]:
    starts = pd.date_range("2024-06-01", periods=count, freq="h")
    return [
        row(
            str(start),
            str(start.date()),
            value,
            series_id="hours",
            frequency="H",
            unit="MWh",
        )
        for start, value in zip(starts, _waves(count), strict=True)
    ]


@cache
def spoilable(corruption: Corruption) -> list[str]:
    every = sorted(set(table()["series_id"]))
    found = [series for series in every if corruption.applies(table(), series)]
    return found[:: max(1, len(found) // 4)][:5]


@cache
def plantings(corruption: Corruption) -> list[tuple[str, Planted]]:
    return [
        (series, corruption.plant(table(), series, np.random.default_rng(seed)))
        for series in spoilable(corruption)
        for seed in SEEDS
    ]


def by_row(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("row").sort_index()


def differing(before: pd.DataFrame, after: pd.DataFrame) -> set[int]:
    """Return the rows held by both whose cells differ."""
    common = before.index.intersection(after.index)
    old, new = before.loc[common], after.loc[common]
    same = old.eq(new) | (old.isna() & new.isna())
    return set(common[~same.all(axis="columns")])


def test_every_kind_has_a_name_of_its_own():
    names = [corruption.name for corruption in CORRUPTIONS]
    assert len(set(names)) == len(names)
    assert set(names) >= SUBTLE | TWO_SERIES


@each_kind
def test_a_kind_fits_some_series_and_refuses_others(corruption: Corruption):
    assert spoilable(corruption)
    assert not corruption.applies(table(), "no_such_series")
    assert not corruption.applies(table(), "us_stargate_planned"), "a range without a value"


@each_kind
def test_what_is_named_is_what_was_spoilt(corruption: Corruption):
    before = by_row(table())
    for series, planted in plantings(corruption):
        after = by_row(planted.frame)
        new = set(after.index) - set(before.index)
        assert planted.rows == differing(before, after) | new, series
        assert planted.gone == set(before.index) - set(after.index), series
        assert planted.rows | planted.gone, series


@each_kind
def test_other_series_are_left_alone(corruption: Corruption):
    before = by_row(table())
    for series, planted in plantings(corruption):
        touched = {
            *before.loc[list(planted.gone), "series_id"],
            *by_row(planted.frame).loc[list(planted.rows), "series_id"],
        }
        assert series in touched
        assert len(touched) == (2 if corruption.name in TWO_SERIES else 1)


@each_kind
def test_the_shape_of_observations_is_kept(corruption: Corruption):
    for series, planted in plantings(corruption):
        frame = planted.frame
        pd.testing.assert_series_equal(frame.dtypes, table().dtypes)
        pd.testing.assert_index_equal(frame.index, pd.RangeIndex(len(frame)))
        assert frame["row"].is_unique, series
        assert np.isfinite(frame.loc[frame["row"].isin(list(planted.rows)), "value"]).all()
        assert len(OBSERVATIONS.shape(frame)) == len(frame)


@each_kind
def test_the_frame_handed_in_stays_as_it_was(corruption: Corruption):
    before = table().copy(deep=True)
    for series in spoilable(corruption):
        corruption.plant(table(), series, np.random.default_rng(1))
    pd.testing.assert_frame_equal(table(), before)


@each_kind
def test_the_same_seed_plants_the_same_fault(corruption: Corruption):
    for series in spoilable(corruption)[:3]:
        first, again = (
            corruption.plant(table(), series, np.random.default_rng(7)) for _ in range(2)
        )
        pd.testing.assert_frame_equal(first.frame, again.frame)
        assert (first.rows, first.gone) == (again.rows, again.gone)


@pytest.mark.parametrize(
    "name", ["row_times_thousand", "digits_wrong", "truncated_tail", "neighbours_swapped"]
)
def test_chance_moves_the_fault(name: str):
    kind = NAMED[name]
    planted = [kind.plant(table(), "ie_dc", np.random.default_rng(seed)) for seed in range(12)]
    assert len({(p.rows, p.gone) for p in planted}) > 6


def test_a_zero_is_no_place_for_a_factor_or_a_sign():
    zero = OBSERVATIONS.check(pd.DataFrame([year(2020, 0.0)]))
    for name in ("sign_flipped_row", "energy_unit_slip_edition", "zeros_for_missing"):
        assert not NAMED[name].applies(zero, "us_dc")


@each_kind
def test_nothing_is_stamped_later_than_the_newest_edition(corruption: Corruption):
    newest = table()["known_from"].max()
    for series, planted in plantings(corruption):
        assert planted.frame["known_from"].max() <= newest, series


def test_exchanged_values_differ_materially():
    before = by_row(table())["value"]
    for _, planted in plantings(NAMED["neighbours_swapped"]):
        after = by_row(planted.frame)["value"]
        for number in planted.rows:
            assert abs(after[number] / before[number] - 1) > 0.04
