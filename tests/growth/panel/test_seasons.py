"""Seasons of many series: known before each origin, gone between, and put back."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.growth.panel.batch import Line, batch_of
from forecast.growth.panel.season import last_batch, past_batch, with_seasons

YEAR = 4


def line(count=32, seed=1, level=100.0):
    season = np.array([0.7, 1.0, 1.4, 0.9])[np.arange(count) % YEAR]
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.01, count))
    return Line(f"s{seed}", 8000, level * season * noise)


def test_what_is_left_has_no_seasons():
    left = last_batch([line()], YEAR).values[0]

    assert np.ptp([left[k::YEAR].mean() for k in range(YEAR)]) < 2


def test_seasons_put_back_are_those_of_the_periods_ahead():
    batch = last_batch([line(count=31)], YEAR)

    told = with_seasons(np.full((1, 5, 3), 100.0), batch)

    expected = 100 * np.array([0.9, 0.7, 1.0, 1.4, 0.9])
    assert told[0, :, 0] / told[0, :, 0].mean() == pytest.approx(
        expected / expected.mean(), rel=0.03
    )


def test_a_row_has_one_origin_and_its_seasons_come_from_before_it():
    whole = line()
    spoiled = Line(whole.name, whole.first, whole.values.copy())
    plain = past_batch([whole], 4, YEAR)
    cut = int(np.argmax(plain.origins[3]))
    spoiled.values[cut + 1 :] *= 7

    moved = past_batch([spoiled], 4, YEAR)

    assert (plain.origins.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(plain.values[3, : cut + 1], moved.values[3, : cut + 1])
    np.testing.assert_array_equal(plain.seasons[3], moved.seasons[3])


def test_too_short_a_past_has_no_seasons():
    batch = last_batch([line(count=11)], YEAR)

    assert not batch.seasons.any()
    np.testing.assert_allclose(batch.values, batch_of([line(count=11)]).values)


def test_negative_series_have_seasons_that_add():
    shifted = Line("low", 8000, line().values - 500)

    batch = last_batch([shifted], YEAR)

    assert not batch.multiply[0]
    assert np.ptp([batch.values[0, k::YEAR].mean() for k in range(YEAR)]) < 2
