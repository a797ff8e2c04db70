"""Six significant digits, and nothing else changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.storage.rounding import rounded


def _rounded(*values: float, digits: int = 6) -> list[float]:
    return rounded(pd.DataFrame({"mean": values}, dtype="float64"), digits)["mean"].tolist()


@given(st.floats(1e-280, 1e280), st.booleans())
def test_a_rounded_number_is_the_one_python_prints(size: float, negative: bool) -> None:
    value = -size if negative else size

    (found,) = _rounded(value)

    assert found == pytest.approx(float(f"{value:.5e}"), rel=1.01e-6)
    assert found == pytest.approx(value, rel=5.01e-6)
    assert float(f"{found:.5e}") == pytest.approx(found, rel=1e-15)


@given(st.floats(1e-16, 1e22))
def test_ordinary_numbers_are_the_doubles_nearest_to_six_digits(value: float) -> None:
    (found,) = _rounded(value)

    assert found == float(f"{found:.5e}")


@given(st.floats(allow_nan=False))
def test_rounding_twice_is_rounding_once(value: float) -> None:
    (once,) = _rounded(value)

    assert _rounded(once) == [once]


def test_powers_of_ten_stay() -> None:
    powers = [float(f"1e{n}") for n in range(-15, 23)]

    assert _rounded(*powers) == powers
    assert _rounded(999_999.9, 0.009_999_996) == [1_000_000.0, 0.01]


def test_zeros_blanks_and_extremes_stay() -> None:
    extremes = [0.0, -0.0, np.inf, -np.inf, 5e-324, 1.234_567_89e300]

    assert np.array_equal(_rounded(*extremes, np.nan), [*extremes, np.nan], equal_nan=True)
    assert np.signbit(_rounded(-0.0)[0])


def test_only_float_columns_are_rounded_and_in_a_copy() -> None:
    frame = pd.DataFrame({"year": [20_301_231], "mean": [1.234_567_8], "unit": ["TWh"]})
    frame.attrs["title"] = "kept"

    short = rounded(frame, digits=3)

    assert short.iloc[0].tolist() == [20_301_231, 1.23, "TWh"]
    assert frame["mean"].item() == 1.234_567_8
    assert short.attrs == {"title": "kept"}


def test_a_frame_without_rows_or_floats_is_returned_as_it_is() -> None:
    assert rounded(pd.DataFrame({"mean": np.array([])})).empty
    assert rounded(pd.DataFrame({"unit": ["TWh"]}))["unit"].tolist() == ["TWh"]
