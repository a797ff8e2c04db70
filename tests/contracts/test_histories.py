"""A track knows its growth, and how much each growth is to be doubted."""

import dataclasses
import inspect
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from tests.builders import series, track

from forecast.contracts.histories import Growth, History


def test_growth_is_per_period_over_a_gap():
    (growth,) = track([100, 121], periods=np.array([40, 42])).growths

    assert growth.log_growth == pytest.approx(np.log(1.1))
    assert (growth.start, growth.end, growth.middle) == (40, 42, 41)


def test_doubt_of_growth_is_the_doubt_of_both_points_spread_over_the_gap():
    (growth,) = track([100, 121], periods=np.array([40, 42]), log_sd=np.array([0.03, 0.04])).growths

    assert growth.log_sd == pytest.approx(0.05 / 2)


def test_growth_across_editions_carries_the_doubt_of_the_offset():
    first, seam = track([100, 110, 121], edition=np.array([1, 1, 0])).growths

    assert first.log_sd == pytest.approx(np.hypot(0.05, 0.05))
    assert seam.log_sd == pytest.approx(np.sqrt(2 * 0.05**2 + 0.19**2))


def test_one_point_has_no_growth():
    alone = track([100])

    assert alone.growths == ()
    assert len(alone) == 1
    assert alone.origin == 40


@pytest.mark.parametrize(
    ("values", "positive"), [([1, 2], True), ([0, 2], False), ([1, -2], False)]
)
def test_a_track_has_logarithms_only_above_zero(values, positive):
    assert track(values).positive is positive


def test_other_values_leave_all_else_as_it_was():
    once = track([1.0, 2.0])

    twice = once.replace_values(2 * once.values)

    np.testing.assert_allclose(twice.logs, once.logs + np.log(2))
    assert twice.publications == once.publications
    assert once.values.tolist() == [1, 2]


def test_growth_is_about_the_middle_of_its_span():
    assert Growth(40, 45, 0.1, 0.01).middle == 42.5


def test_publications_are_named_once_in_the_order_they_spoke():
    rows = pd.DataFrame(
        {
            "publication_id": ["late", "b", "a", "late"],
            "known_from": pd.to_datetime(["2024-01-01", "2020-01-01", "2020-01-01", "2024-01-01"]),
        }
    )

    history = History(series(), None, "strict", rows, rows, {}, {})

    assert history.publications == ("a", "b", "late")


@pytest.mark.parametrize(
    "room", ["assumptions", "edition", "histories", "question", "table", "vintages"]
)
def test_what_rooms_are_handed_cannot_be_changed_in_their_hands(room):
    module = import_module(f"forecast.contracts.{room}")
    own = [
        kind
        for _, kind in inspect.getmembers(module, dataclasses.is_dataclass)
        if kind.__module__ == module.__name__
    ]

    assert own
    assert all(kind.__dataclass_params__.frozen for kind in own)
