"""Paths have the fan's quantiles; parts add up to wholes and never fall below zero."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS, NORMAL_SCORES
from forecast.growth.panel.hierarchy import coherent
from forecast.growth.panel.paths import likeness, paths, scores
from forecast.growth.paths import normal_scores

STEPS = 6


def fan(level, sd=0.05):
    widths = sd * np.sqrt(np.arange(1, STEPS + 1))[:, None] * NORMAL_SCORES
    return level * np.exp(widths)


def drawn(name, level, **kinds):
    return paths(fan(level), scores(name, 2_000, STEPS, seed=3, **kinds), positive=True)


def test_quantiles_of_the_paths_are_those_of_the_fan():
    told = np.quantile(drawn("a", 40.0), LEVELS, axis=0).T

    np.testing.assert_allclose(told, fan(40.0), rtol=2e-3)


fans = st.lists(
    st.lists(st.floats(-1e6, 1e6), min_size=23, max_size=23).map(sorted), min_size=1, max_size=5
).map(np.array)


@given(fans, st.integers(0, 2**32), st.integers(30, 300))
@settings(max_examples=30)
def test_a_draw_decides_who_gets_a_value_and_never_which_values_there_are(rows, seed, count):
    z = scores("a", count, len(rows), seed=seed)

    told = paths(rows, z)

    inside = np.abs(normal_scores(count)) <= NORMAL_SCORES[-1]
    for h, row in enumerate(rows):
        values = np.interp(normal_scores(count), NORMAL_SCORES, row)
        np.testing.assert_array_equal(np.sort(told[:, h])[inside], values[inside])
        assert (np.diff(told[np.argsort(z[:, h], kind="stable"), h]) >= 0).all()


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


trees = st.lists(st.lists(st.floats(0, 1e9), min_size=12, max_size=12), min_size=4, max_size=4).map(
    np.array
)


@given(trees, st.floats(0, 1e9))
@settings(max_examples=50)
def test_any_paths_that_are_not_negative_add_up(leaves, whole):
    given_paths = {name: row.reshape(6, 2) for name, row in zip("abcd", leaves, strict=True)}
    given_paths |= {"ab": np.full((6, 2), whole), "all": leaves.sum(axis=0).reshape(6, 2)}
    tree = {"all": ("ab", "c", "d"), "ab": ("a", "b")}

    told = coherent(given_paths, tree)

    for name, parts in tree.items():
        total = sum(told[part] for part in parts)
        np.testing.assert_allclose(told[name], total, rtol=1e-12, atol=1e-300)
    assert min(values.min() for values in told.values()) >= 0


def test_paths_that_add_up_already_are_left_alone():
    parts = {"a": drawn("a", 20.0), "b": drawn("b", 30.0)}

    told = coherent({**parts, "whole": parts["a"] + parts["b"]}, {"whole": ("a", "b")})

    for name, values in parts.items():
        np.testing.assert_allclose(told[name], values, rtol=1e-12)


def simulated(count, common, seed, past=20):
    """Return log levels of ten states, walks that share a part of their steps. [count, state, t]"""
    rng = np.random.default_rng(seed)
    shared = rng.normal(0, 0.05, (count, 1, past + STEPS))
    own = rng.normal(0, 0.05, (count, 10, past + STEPS))
    return np.cumsum(np.sqrt(common) * shared + np.sqrt(1 - common) * own, axis=2)


@pytest.mark.parametrize(("assumed", "low", "high"), [(0.5, 74, 86), (0.0, 0, 60)])
def test_sums_cover_what_happens_where_the_dependence_is_that_of_the_states(assumed, low, high):
    """Without it sums of states are far too sure: the country's own forecast is made as wide."""
    worlds = simulated(200, 0.5, seed=4)
    hits = []
    for number, world in enumerate(worlds):
        levels = np.exp(world[:, -STEPS - 1])
        names = [f"{number}-{k}" for k in range(10)]
        told = {
            name: paths(fan(level), scores(name, 300, STEPS, seed=1, common=assumed), positive=True)
            for name, level in zip(names, levels, strict=True)
        }
        told["whole"] = sum(told.values())
        sums = coherent(told, {"whole": names})["whole"]
        bounds = np.quantile(sums, [0.1, 0.9], axis=0)
        actual = np.exp(world[:, -STEPS:]).sum(axis=0)
        hits.append((bounds[0] <= actual) & (actual <= bounds[1]))

    assert low <= 100 * np.mean(hits) <= high


@pytest.mark.parametrize("common", [0.0, 0.5])
def test_likeness_finds_the_part_of_steps_states_share(common):
    found = [
        likeness([(2000 + k % 3, np.exp(row)) for k, row in enumerate(aligned(world))])
        for world in simulated(60, common, seed=5)
    ]

    assert np.mean(found) == pytest.approx(common, abs=0.06)


def aligned(world):
    """Return states that begin in different years, the same years beside each other."""
    return [row[k % 3 :] for k, row in enumerate(world)]


def test_likeness_of_nothing_known_is_none():
    short, still = np.array([1.0, 2.0, 3.0]), np.ones(20)

    assert likeness([(0, short), (0, short)]) == 0
    assert likeness([(0, still), (0, still), (0, np.arange(1.0, 20))]) == 0
