"""Products of cut numbers: near the true ones, and the same in whatever order they are added."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from forecast.growth.panel.curve_products import along, cut, last_bit


@given(st.integers(1, 60), st.integers(-200, 200), st.integers(0, 2**32 - 1))
def test_no_order_of_times_changes_a_byte(length, power, seed):
    rng = np.random.default_rng(seed)
    rows, values = rng.normal(size=(3, length, 2)), rng.normal(size=(length, 14)) * 2.0**power
    order = rng.permutation(length)

    told, mixed = along(rows, values), along(rows[:, order], values[order])

    np.testing.assert_array_equal(told, mixed)


@given(st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_products_are_those_of_the_numbers_to_seven_digits(length, seed):
    rng = np.random.default_rng(seed)
    rows, values = rng.normal(size=(3, length, 2)), rng.normal(size=(length, 14))
    true = np.einsum("atn,tnr->anr", rows, values.reshape(length, 2, 7)).reshape(3, 14)
    scale = last_bit(np.abs(values).max(axis=0), length)

    told = along(rows, values) * scale

    most = np.abs(rows).max() * np.abs(values).max() * length
    np.testing.assert_allclose(told, true, atol=3e-7 * most)


def test_nothing_is_left_of_numbers_too_small_beside_the_largest():
    assert cut(np.array([1.0, 1e-9, 0.25]), 0, 16).tolist() == [1.0, 0.0, 0.25]
