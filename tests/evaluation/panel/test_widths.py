"""Widths and shapes are the package's where errors are few, the panel's own where they are many."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.contracts.levels import LEVELS, NORMAL_SCORES
from forecast.evaluation.panel.tally import ERROR, GROUPS
from forecast.evaluation.panel.widths import (
    SHAPE_CASES,
    WIDTH_CASES,
    drawn_as_one,
    drawn_by_horizon,
    group_widths,
)

STEPS = 4
PACKAGED = np.tile(NORMAL_SCORES, (STEPS, 1))
BOTH = pytest.mark.parametrize("drawn", [drawn_by_horizon, drawn_as_one])


def counted(spread, many, steps=STEPS):
    """Return counts of errors that lie evenly from -spread to spread. [h, bin]"""
    errors = spread * np.linspace(-1, 1, many) if many else np.zeros(0)
    counts = np.zeros((steps, ERROR.count), np.int64)
    for row in counts:
        np.add.at(row, ERROR.of(errors), 1)
    return counts


def width(shape):
    return (shape[:, LEVELS.index(0.9)] - shape[:, LEVELS.index(0.1)]) / 2


@BOTH
def test_without_errors_the_package_speaks(drawn):
    shape, cases = drawn(counted(1, 0), PACKAGED)

    np.testing.assert_allclose(shape, PACKAGED)
    assert cases.tolist() == [0] * STEPS


@BOTH
def test_many_errors_speak_for_themselves(drawn):
    shape, _ = drawn(counted(5, 100_001), PACKAGED)

    np.testing.assert_allclose(shape[0], 5 * (2 * np.array(LEVELS) - 1), atol=0.06)


@BOTH
@pytest.mark.parametrize("many", [20, 300])
def test_the_width_lies_between_own_and_packaged(drawn, many):
    shape, _ = drawn(counted(50, many), PACKAGED)

    assert (width(PACKAGED) <= width(shape)).all()
    assert (width(shape) <= 50 * 0.8).all()
    assert (np.diff(shape, axis=1) >= 0).all()


def test_widths_are_learned_before_shapes():
    own, packaged = 1.5, width(PACKAGED)[0]

    shape, _ = drawn_by_horizon(counted(own, 200), PACKAGED)

    share = 200 / (200 + WIDTH_CASES)
    assert width(shape)[0] == pytest.approx(
        (own * 0.8) ** share * packaged ** (1 - share), rel=0.03
    )
    tail = shape[0, -1] / width(shape)[0]
    trust = 200 / (200 + SHAPE_CASES)
    even, normal = (2 * LEVELS[-1] - 1) / 0.8, PACKAGED[0, -1] / packaged
    assert tail == pytest.approx(trust * even + (1 - trust) * normal, rel=0.03)


def test_far_horizons_need_more_errors():
    shape, _ = drawn_by_horizon(counted(50, 100), PACKAGED)

    assert (np.diff(width(shape)) < 0).all()


def test_errors_that_are_all_none_narrow_the_ranges_but_not_to_nothing():
    counts = np.zeros((STEPS, ERROR.count), np.int64)
    counts[:, ERROR.reach] = 50

    shape, _ = drawn_by_horizon(counts, PACKAGED)

    assert (width(shape) > 0).all()
    assert (width(shape) < width(PACKAGED) / 4).all()


@pytest.mark.parametrize("many", [12, 25, 200])
def test_no_level_lies_beyond_what_panel_and_package_know(many):
    counts = np.zeros((STEPS, ERROR.count), np.int64)
    counts[:, ERROR.reach] = many - 2
    counts[:, ERROR.of(np.array([-5.0, 5.0]))] = 1

    shape, _ = drawn_by_horizon(counts, PACKAGED)

    assert (np.abs(shape) <= 5.2).all()
    assert (np.diff(shape, axis=1) >= 0).all()


def test_errors_on_one_side_leave_the_other_narrow():
    counts = np.zeros((STEPS, ERROR.count), np.int64)
    for row in counts:
        np.add.at(row, ERROR.of(np.r_[np.zeros(600), np.linspace(0, 40, 400)]), 1)

    shape, _ = drawn_by_horizon(counts, PACKAGED)

    low, high = shape[:, LEVELS.index(0.1)], shape[:, LEVELS.index(0.9)]
    assert (low >= PACKAGED[:, LEVELS.index(0.1)]).all()
    assert (high > 10 * np.abs(low)).all()


def test_a_wilder_group_is_wider_and_an_empty_one_as_all():
    groups = np.zeros((GROUPS, STEPS, ERROR.count), np.int64)
    groups[1], groups[3] = counted(1, 3_000), counted(4, 3_000)

    widths = group_widths(groups)

    assert widths[1] < 1 < widths[3]
    assert widths[0] == widths[2] == widths[4] == 1
