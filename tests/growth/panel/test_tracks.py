"""A track becomes a line and quantiles a fan, the doubts of the track taken in."""

import numpy as np
import pytest
from tests.builders import series, track

from forecast.contracts.levels import NORMAL_SCORES
from forecast.growth.panel.tracks import blurred, fan_of, line_of

QUANTILES = 50 * np.exp(0.1 * np.arange(1, 4)[:, None] * NORMAL_SCORES)


def test_gaps_of_a_track_are_blank_in_its_line():
    held = track([1.0, 2.0, 4.0], periods=np.array([40, 41, 44]))

    line = line_of(held)

    assert (line.name, line.first) == (held.series.id, 40)
    np.testing.assert_array_equal(line.values, [1.0, 2.0, np.nan, np.nan, 4.0])


def test_quantiles_of_a_positive_track_become_a_fan_in_logarithms():
    fan = fan_of(QUANTILES, track([40.0, 45.0, 50.0]))

    assert fan.logarithmic
    np.testing.assert_allclose(fan.quantiles, QUANTILES)


@pytest.mark.parametrize("values", [[3.0, 0.0, 2.0], [1.0, -2.0, 4.0]])
def test_a_track_that_touches_zero_keeps_its_quantiles_in_levels(values):
    fan = fan_of(QUANTILES - 60, track(values))

    assert not fan.logarithmic
    np.testing.assert_allclose(fan.scores, QUANTILES - 60)


def test_each_seam_between_editions_adds_the_offset_over_the_span_of_the_track():
    values = [40.0, 42.0, 45.0, 50.0, 52.0]
    plain = fan_of(QUANTILES, track(values))
    joined = fan_of(QUANTILES, track(values, edition=np.array([1, 1, 0, 0, 0]), edition_doubt=0.2))

    added = np.sqrt(joined.spread**2 - plain.spread**2)

    np.testing.assert_allclose(added, 0.2 * np.arange(1, 4) / 4)
    np.testing.assert_allclose(joined.median, plain.median)


def test_independent_doubts_add_up_by_their_squares():
    fan = blurred(fan_of(QUANTILES, track([40.0, 45.0, 50.0])), np.full(3, 0.4))

    np.testing.assert_allclose(fan.spread, np.hypot(0.1 * np.arange(1, 4), 0.4))


def test_a_name_may_be_given_where_one_series_stands_twice():
    assert line_of(track([1.0, 2.0], of=series()), "7").name == "7"
