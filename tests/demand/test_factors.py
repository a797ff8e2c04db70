"""A factor is a share with doubt: it passes its stated points and never leaves (0, 1)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import assumptions

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS
from forecast.demand.factors import factor

ROW = assumptions().get("connection_use", "data_centres")


def stated(low, high):
    return factor(type(ROW)(**(vars(ROW) | {"low": low, "high": high})))


@given(st.floats(0.01, 0.98), st.floats(0.001, 0.9))
def test_a_factor_passes_its_5_and_95_percent_points(low, width):
    high = low + width * (1 - low) * 0.99

    quantiles = stated(low, high).quantiles

    assert quantiles[0.05] == pytest.approx(low)
    assert quantiles[0.95] == pytest.approx(high)


@given(st.floats(0.01, 0.5), st.floats(0.51, 0.99))
def test_quantiles_of_a_factor_rise_and_stay_inside(low, high):
    quantiles = list(stated(low, high).quantiles.values())

    assert (np.diff(quantiles) > 0).all()
    assert 0 < quantiles[0] < quantiles[-1] < 1


def test_a_factor_far_out_is_still_a_share():
    far = stated(0.45, 0.70).at(np.array([-30.0, 30.0]))

    assert ((far >= 0) & (far <= 1)).all()


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.0, 0.5), (0.5, 1.0), (0.7, 0.45), (0.5, 0.5), (-0.1, 0.5), (float("nan"), 0.5)],
)
def test_a_range_outside_zero_to_one_is_refused_by_name(low, high):
    with pytest.raises(SettingsError, match=r"data_centres\.connection_use: range .* Mend the row"):
        stated(low, high)


def test_a_factor_carries_its_name_and_all_levels():
    found = stated(0.45, 0.70)

    assert found.name == "connection_use"
    assert tuple(found.quantiles) == LEVELS
    assert 0.45 < found.at(np.zeros(1))[0] < 0.70
