"""Joint paths: each year is the fan's own, years hang together, and draws are nobody else's."""

import numpy as np
import pytest
from tests.builders import outlook, series, track

from forecast.contracts.levels import LEVELS
from forecast.growth.fans import normal_fan
from forecast.growth.paths import COUNT, generator, joint_paths, normal_scores

YEARS = np.arange(1, 12)
FAN = normal_fan(YEARS, 5 + 0.1 * YEARS, 0.2 * np.sqrt(YEARS))


def paths(fan=FAN, seed=1, of="us_dc", **changes):
    return joint_paths(fan, track([100.0], of=series(of)), outlook(), seed=seed, **changes)


def test_every_year_has_exactly_the_values_of_the_fan():
    drawn = paths()

    expected = FAN.at(np.broadcast_to(normal_scores(COUNT), (len(YEARS), COUNT))).T
    np.testing.assert_allclose(np.sort(drawn, axis=0), expected)


def test_the_quantiles_of_the_paths_are_the_fans():
    drawn = np.quantile(paths(), LEVELS, axis=0).T

    np.testing.assert_allclose(drawn, FAN.quantiles, rtol=0.02)
    np.testing.assert_allclose(drawn[:, 11], FAN.quantiles[:, 11], rtol=1e-3)


def test_years_hang_together_and_near_ones_most():
    correlation = np.corrcoef(np.log(paths()).T)

    assert correlation.min() > 0.2
    assert (np.diff(correlation[0]) < 0.05).all()
    assert correlation[9, 10] > correlation[0, 10]


def test_doubt_of_the_base_is_common_to_all_years():
    sure = joint_paths(FAN, track([1.0], base_doubt=0.0), outlook(), seed=1)
    unsure = joint_paths(FAN, track([1.0], base_doubt=0.19999), outlook(), seed=1)

    first_and_last = [np.corrcoef(np.log(drawn).T)[0, -1] for drawn in (sure, unsure)]

    assert first_and_last[1] > 0.9 > first_and_last[0] + 0.1


def test_a_seed_and_a_name_are_the_whole_of_chance():
    np.testing.assert_array_equal(paths(), paths())
    assert not np.array_equal(paths(), paths(seed=2))
    assert not np.array_equal(paths(), paths(of="world_dc"))


def test_draws_do_not_depend_on_what_was_drawn_before():
    alone = generator(7, "us_dc", "paths").standard_normal(5)
    generator(7, "ie_dc", "paths").standard_normal(1000)

    assert generator(7, "us_dc", "paths").standard_normal(5).tolist() == alone.tolist()


@pytest.mark.parametrize(
    "others", [(7, "us_dc", "factors"), (8, "us_dc", "paths"), (7, "us_d", "cpaths")]
)
def test_other_names_are_other_draws(others):
    own = generator(7, "us_dc", "paths").standard_normal(3)

    assert generator(*others).standard_normal(3).tolist() != own.tolist()


def test_paths_of_a_series_that_touches_zero_stay_in_its_fan():
    levels = normal_fan(YEARS, np.zeros(11), np.sqrt(YEARS), logarithmic=False)

    drawn = paths(levels)

    assert np.isfinite(drawn).all()
    np.testing.assert_allclose(np.median(drawn, axis=0), 0, atol=1e-9)


def test_a_fan_without_width_gives_paths_without_width():
    flat = normal_fan(YEARS, np.zeros(11), np.zeros(11))

    np.testing.assert_allclose(paths(flat), 1.0)


def test_one_year_and_few_paths_are_enough():
    short = normal_fan(YEARS[:1], np.array([0.0]), np.array([1.0]))

    assert paths(short, count=7).shape == (7, 1)
    assert paths().shape == (COUNT, 11)


def test_normal_scores_are_even_rising_and_symmetrical():
    scores = normal_scores(1000)

    assert (np.diff(scores) > 0).all()
    np.testing.assert_allclose(scores, -scores[::-1], atol=1e-12)
    assert scores.std() == pytest.approx(1, abs=0.01)
