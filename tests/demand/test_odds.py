"""Odds are shares of paths, read aloud to five points and never as certainty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.contracts.levels import LEVELS
from forecast.demand.odds import exceedance, in_five_points, path_quantiles

PATHS = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 6.0], [4.0, 7.0]])


def test_odds_count_the_paths_at_or_above_a_level():
    assert exceedance(PATHS, 3.0).tolist() == [0.5, 1.0]
    assert exceedance(PATHS, 5.0).tolist() == [0.0, 1.0]
    assert exceedance(PATHS, 5.1).tolist() == [0.0, 0.5]


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_higher_level_is_never_likelier(one, other):
    low, high = sorted((one, other))

    assert (exceedance(PATHS, low) >= exceedance(PATHS, high)).all()


def test_quantiles_stand_in_rows_of_years():
    paths = np.linspace(0, 1, 101)[:, None] * np.array([[1.0, 10.0]])

    np.testing.assert_allclose(path_quantiles(paths), np.outer([1, 10], LEVELS))


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "under 5 %"),
        (0.0249, "under 5 %"),
        (0.025, "about 5 %"),
        (0.43, "about 45 %"),
        (0.424, "about 40 %"),
        (0.5, "about 50 %"),
        (0.974, "about 95 %"),
        (0.975, "over 95 %"),
        (1.0, "over 95 %"),
    ],
)
def test_odds_are_read_to_five_points(probability, words):
    assert in_five_points(probability) == words


@given(st.floats(0, 1))
def test_odds_are_never_read_as_certainty(probability):
    words = in_five_points(probability)

    assert words in {"under 5 %", "over 95 %"} | {f"about {n} %" for n in range(5, 100, 5)}
