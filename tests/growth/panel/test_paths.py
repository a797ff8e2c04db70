"""Paths have the fan's quantiles; parts add up to wholes and never fall below zero."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS, NORMAL_SCORES
from forecast.growth.panel.hierarchy import coherent
from forecast.growth.panel.paths import paths, scores

STEPS = 6


def fan(level, sd=0.05):
    widths = sd * np.sqrt(np.arange(1, STEPS + 1))[:, None] * NORMAL_SCORES
    return level * np.exp(widths)


def drawn(name, level, **kinds):
    return paths(fan(level), scores(name, 2_000, STEPS, seed=3, **kinds), positive=True)


def test_quantiles_of_the_paths_are_those_of_the_fan():
    told = np.quantile(drawn("a", 40.0), LEVELS, axis=0).T

    np.testing.assert_allclose(told, fan(40.0), rtol=2e-3)


def test_dependence_is_the_one_stated():
    z = scores("a", 20_000, STEPS, seed=1)

    found = np.corrcoef(z.T)

    h = np.arange(1, STEPS + 1)
    stated = np.sqrt(np.minimum.outer(h, h) / np.maximum.outer(h, h))
    np.testing.assert_allclose(found, stated, atol=0.02)


def test_common_scores_correlate_as_asked():
    a, b = (scores(name, 20_000, STEPS, seed=1, common=0.6) for name in ("a", "b"))

    assert np.corrcoef(a[:, 3], b[:, 3])[0, 1] == pytest.approx(0.6, abs=0.03)


def test_a_series_draws_the_same_whoever_else_is_asked():
    np.testing.assert_array_equal(scores("a", 50, 4, seed=9), scores("a", 50, 4, seed=9))
    assert not np.allclose(scores("a", 50, 4, seed=9), scores("b", 50, 4, seed=9))


def test_paths_of_a_positive_fan_stay_positive():
    assert drawn("a", 1e-9).min() > 0


TREE = {"USA": ("US-VA", "US-TX"), "US-VA": ("north", "south")}


def country():
    levels = {"USA": 100.0, "US-VA": 30.0, "US-TX": 60.0, "north": 20.0, "south": 12.0}
    return {name: drawn(name, level, common=0.3) for name, level in levels.items()}


def test_every_whole_is_the_sum_of_its_parts_and_nothing_is_negative():
    told = coherent(country(), TREE)

    for whole, parts in TREE.items():
        np.testing.assert_allclose(told[whole], sum(told[part] for part in parts), rtol=1e-12)
    assert min(values.min() for values in told.values()) >= 0
    assert set(told) == set(country())


def test_the_surer_of_whole_and_sum_has_more_say():
    sure = {**country(), "USA": paths(fan(100.0, 0.001), scores("USA", 2_000, STEPS, seed=3))}

    told = coherent(sure, TREE)

    assert np.median(told["USA"][:, 0]) == pytest.approx(100.0, rel=0.01)
    assert 90 < np.median(coherent(country(), TREE)["USA"][:, 0]) < 100


def test_parts_of_nothing_share_alike():
    zero = {name: np.zeros((4, 2)) for name in ("whole", "a", "b")}

    told = coherent(zero, {"whole": ("a", "b")})

    assert (told["a"] == 0).all()


@pytest.mark.parametrize(
    ("children", "message"),
    [
        ({"USA": ("US-VA",), "US-TX": ("US-VA",)}, "US-VA belong to two wholes"),
        ({"USA": ("US-VA", "US-NV")}, "no paths of US-NV"),
        ({"USA": ("US-VA",), "US-VA": ("USA",)}, "part of itself"),
    ],
)
def test_a_tree_that_is_none_is_refused(children, message):
    with pytest.raises(SettingsError, match=message):
        coherent(country(), children)


def test_negative_paths_are_refused():
    with pytest.raises(SettingsError, match="paths of a fall below zero"):
        coherent({"whole": np.ones((3, 2)), "a": -np.ones((3, 2))}, {"whole": ("a",)})
