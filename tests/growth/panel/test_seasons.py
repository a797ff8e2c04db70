"""Seasons of many series: known before each cut, gone between, and put back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.growth.panel.batch import Line, batch_of
from forecast.growth.panel.season import CUTS, cuts_of, last_batch, past_batches, with_seasons

YEAR = 4
SEASON = np.array([0.7, 1.0, 1.4, 0.9])


def line(count=32, seed=1, level=100.0):
    noise = np.exp(np.random.default_rng(seed).normal(0, 0.01, count))
    return Line(f"s{seed}", 8000, level * SEASON[np.arange(count) % YEAR] * noise)


def with_gaps(gaps, count=32):
    values = line(count).values.copy()
    values[gaps] = np.nan
    return Line("gappy", 8000, values)


def past(lines, steps=4, year=YEAR):
    (batch,) = past_batches(lines, steps, year, most_rows=100)
    return batch


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


def test_the_seasons_of_a_row_come_from_before_its_first_origin():
    whole = line()
    spoiled = Line(whole.name, whole.first, whole.values.copy())
    plain = past([whole])
    cut = int(np.argmax(plain.origins[3]))
    spoiled.values[cut + 1 :] *= 7

    moved = past([spoiled])

    np.testing.assert_array_equal(plain.values[3, : cut + 1], moved.values[3, : cut + 1])
    np.testing.assert_array_equal(plain.seasons[3], moved.seasons[3])


@given(st.integers(1, 300), st.sampled_from([4, 12]))
def test_cuts_give_each_origin_once_and_the_last_one_always(length, year):
    cuts = cuts_of(length, year)

    origins = [origin for cut, last in cuts for origin in range(cut, last + 1)]
    assert len(origins) == len(set(origins))
    assert len(cuts) <= CUTS
    assert all(6 <= origin < length for origin in origins)
    assert (length - 1 in origins) == (length >= 7)


def test_forty_four_quarters_teach_by_more_than_twenty_origins():
    assert past([line(count=44)]).origins.sum() > 20


def test_too_short_a_past_has_no_seasons():
    batch = last_batch([line(count=7)], YEAR)

    assert not batch.seasons.any()
    np.testing.assert_allclose(batch.values, batch_of([line(count=7)]).values)


def test_negative_series_have_seasons_that_add():
    shifted = Line("low", 8000, line().values - 500)

    batch = last_batch([shifted], YEAR)

    assert not batch.multiply[0]
    assert np.ptp([batch.values[0, k::YEAR].mean() for k in range(YEAR)]) < 2


def test_chance_makes_no_seasons_of_noise():
    noise = Line("noise", 8000, 100 + np.random.default_rng(3).normal(0, 5, 60))

    assert np.abs(last_batch([noise], YEAR).seasons).max() < 0.02


def test_newer_seasons_count_more_than_older_ones():
    flipped = np.r_[line(16).values, 100 * SEASON[::-1][np.arange(28) % YEAR]]

    told = last_batch([Line("turn", 8000, flipped)], YEAR).seasons[0]

    assert np.argmax(told) == np.argmax(SEASON[::-1])


def test_a_gap_is_bridged_between_values_without_their_seasons():
    batch = last_batch([with_gaps([21])], YEAR)

    assert batch.values[0, 21] == pytest.approx(batch.values[0, [20, 22]].mean())
    assert batch.values[0, 21] == pytest.approx(100, rel=0.1)


def test_a_season_that_is_never_observed_leaves_none():
    batch = last_batch([with_gaps(np.arange(2, 31, YEAR))], YEAR)

    assert not batch.seasons.any()


def test_a_gappy_youth_leaves_seasons_to_the_newest_stretch():
    batch = last_batch([with_gaps(np.arange(2, 16, YEAR))], YEAR)

    assert np.exp(batch.seasons[0])[2] == pytest.approx(1.4, rel=0.1)


def test_a_row_shortened_into_a_gap_ends_at_the_value_before():
    batch = batch_of([with_gaps([10, 11]), line()]).until(np.array([12, 8]))

    assert batch.length.tolist() == [10, 8]
    assert batch.values.shape == (2, 10)
    assert (batch.values[1, 8:] == batch.values[1, 7]).all()


def test_the_newest_half_year_speaks_of_its_seasons():
    values = line(count=32).values.copy()
    values[-1] *= 1.2

    plain, raised = (
        last_batch([Line("s", 8000, v)], YEAR) for v in (line(count=32).values, values)
    )

    assert raised.seasons[0, 31 % YEAR] > plain.seasons[0, 31 % YEAR] + 0.01


def test_seasons_of_huge_values_that_fall_below_zero_add_without_overflow():
    huge = Line("huge", 8000, 1e6 * (line().values - 100))

    batch = last_batch([huge], YEAR)

    assert np.isfinite(with_seasons(np.ones((1, 4, 1)), batch)).all()
    assert np.abs(batch.seasons).max() > 1e6
