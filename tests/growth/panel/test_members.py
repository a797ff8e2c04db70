"""The candidates for years: what each carries on."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.growth.panel.members import FADES, MEMBERS, RETURNS, candidates


def told(values, name, steps=30):
    """Return the forecast of one candidate from the last value. [h]"""
    paths = candidates(np.asarray(values, dtype=float)[None], steps)
    return paths[0, -1, MEMBERS.index(name)]


BROKEN = [*range(100, 110), *range(112, 119, 3)]  # grows by one a year, then by three


@pytest.mark.parametrize("name", ["drift", "drift5", "returning"])
def test_even_growth_is_carried_on(name):
    assert told(range(100, 120), name, 5) == pytest.approx(range(120, 125))


def test_growth_returns_to_its_long_mean():
    long = (BROKEN[-1] - BROKEN[0]) / (len(BROKEN) - 1)

    steps = np.diff(np.r_[BROKEN[-1], told(BROKEN, "returning")])

    assert steps[0] == pytest.approx(long + RETURNS * (3 - long))
    assert (np.diff(steps) < 0).all()
    assert steps[-1] == pytest.approx(long, abs=0.01)


def test_growth_fades_to_nothing():
    steps = np.diff(np.r_[BROKEN[-1], told(BROKEN, "fading")])

    assert steps[:2] == pytest.approx([3 * FADES, 3 * FADES**2])
    assert told(BROKEN, "fading", 200)[-1] == pytest.approx(BROKEN[-1] + 3 * FADES / (1 - FADES))


def test_in_logarithms_growth_is_a_ratio():
    doubled = [2.0**n for n in range(12)]

    assert told(doubled, "log_returning", 3) == pytest.approx([2.0**12, 2.0**13, 2.0**14])


def test_one_value_is_carried_on_by_all():
    assert candidates(np.array([[7.0]]), 4)[0, 0] == pytest.approx(np.full((len(MEMBERS), 4), 7.0))
