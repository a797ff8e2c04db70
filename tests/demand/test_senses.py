"""Four senses of one demand say the same thing on every path."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import assumptions, series

from forecast.contracts.errors import SettingsError
from forecast.demand.factors import Factor
from forecast.demand.senses import FACTORS, SENSES, factors, senses
from forecast.growth.paths import normal_scores

TODAY = date(2026, 11, 23)
ENERGY = np.array([[192.0, 250.0], [180.0, 300.0], [210.0, 190.0]])
SCORES = np.array([[-1.0, 0.5], [0.0, 0.0], [2.0, -2.0]])


def said(energy=ENERGY, scores=SCORES):
    by_sense = factors(series(), assumptions().on(TODAY))
    return by_sense, senses(energy, by_sense, scores)


def test_average_load_is_energy_over_hours_exactly():
    _, paths = said()

    np.testing.assert_allclose(paths["average_load"] * 8.76, ENERGY)
    assert paths["energy"] is ENERGY
    assert tuple(paths) == SENSES


def test_a_path_divides_by_its_own_factor_in_every_year():
    by_sense, paths = said()

    for column, sense in enumerate(FACTORS):
        share = paths["average_load"] / paths[sense]
        np.testing.assert_allclose(share[:, 0], share[:, 1])
        np.testing.assert_allclose(share[:, 0], by_sense[sense].at(SCORES[:, column]))


@given(st.floats(1, 1e4), st.floats(-3, 3), st.floats(-3, 3))
def test_peak_and_connection_are_never_below_the_average(energy, first, second):
    _, paths = said(np.array([[energy]]), np.array([[first, second]]))

    assert paths["peak_load"] >= paths["average_load"]
    assert paths["connection"] >= paths["average_load"]


def test_the_connection_is_seldom_below_the_peak():
    count = 10_000
    rng = np.random.default_rng(1)
    scores = np.column_stack([rng.permutation(normal_scores(count)) for _ in FACTORS])

    _, paths = said(np.full((count, 1), 192.0), scores)

    assert (paths["connection"] < paths["peak_load"]).mean() < 0.01


def test_a_path_with_more_energy_has_more_of_every_sense():
    _, once = said()
    _, twice = said(2 * ENERGY)

    for sense in SENSES:
        np.testing.assert_allclose(twice[sense], 2 * once[sense])


def test_192_twh_are_some_22_gw_on_average_and_38_connected():
    _, paths = said(np.array([[192.0]]), np.zeros((1, 2)))

    assert paths["average_load"].item() == pytest.approx(21.9, abs=0.05)
    assert paths["connection"].item() == pytest.approx(37.8, abs=0.2)
    assert paths["peak_load"].item() == pytest.approx(24.8, abs=0.2)


def test_senses_without_factors_are_energy_and_average_load():
    assert list(senses(ENERGY, {}, np.empty((3, 0)))) == ["energy", "average_load"]
    own = {"peak_load": Factor("load_factor", 0.0, 0.0)}
    np.testing.assert_allclose(senses(ENERGY, own, SCORES)["peak_load"], 2 * ENERGY / 8.76)


def test_a_class_without_factors_is_refused_by_name():
    with pytest.raises(SettingsError, match="'load_factor' is stated for none of us_dc, steel"):
        factors(series(reference_class="steel"), assumptions().on(TODAY))


def test_factors_used_are_listed_with_their_hindsight():
    dated = assumptions().on(date(2020, 1, 1))

    factors(series(), dated)

    assert set(dated.used_table()["name"]) == {"load_factor", "connection_use"}
    assert dated.used_table()["hindsight"].all()
