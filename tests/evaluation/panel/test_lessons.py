"""What a panel's record teaches of its growth: how much is said too high, and how much lasts."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.evaluation.panel.card import packaged
from forecast.evaluation.panel.lessons import LIMITS, lessons
from forecast.evaluation.panel.passes import Ask, errors_of, growth_of, told_of
from forecast.evaluation.panel.tally import RATIO, WORTH, Tally, count
from forecast.growth.panel.batch import Line
from forecast.growth.panel.cohort import Cohort, carried
from forecast.growth.panel.lessons import HALF, corrected

CARD = packaged()
STEPS = 6


def recorded(table, ratios, *, many=100_000):
    """Return a tally with ratios by period, alike in all bands."""
    tally = Tally(STEPS)
    for period, ratio in ratios.items():
        for band in range(3):
            cell = (np.array([band]), RATIO.of(np.array([ratio])))
            count(getattr(tally, table), np.array([period]), cell, np.array([many * WORTH]))
    return tally


def taught(tally, last=2020):
    return lessons(tally, CARD, last, periods_per_year=1)


@pytest.mark.parametrize(("ratio", "told"), [(0.4, 0.4), (1.0, 1.0), (1.8, 1.0), (-0.5, 0.0)])
def test_growth_apart_from_its_like_is_believed_as_far_as_it_lasted(ratio, told):
    assert taught(recorded("lasting", {2000: ratio})).lasting == pytest.approx(told, abs=0.01)


def test_all_of_the_past_counts_alike_for_what_lasts():
    old, new = (
        recorded("lasting", {1990: 0.2, 2019: 0.9}),
        recorded("lasting", {1990: 0.9, 2019: 0.2}),
    )

    assert (taught(old).lasting == taught(new).lasting).all()


def test_a_recent_bias_counts_more_and_is_carried_on_by_half():
    recent = taught(recorded("ratio", {1990: 1.2, 2020: 0.8})).factor

    assert recent == pytest.approx(1 + HALF * (0.8 - 1), abs=0.01)
    assert (taught(recorded("ratio", {2020: -3.0})).factor == LIMITS[0]).all()


@pytest.mark.parametrize("table", ["ratio", "lasting"])
def test_what_becomes_known_later_teaches_nothing(table):
    told = taught(recorded(table, {2021: 0.3}))

    assert (told.factor == 1).all()
    assert (told.lasting == 1).all()


def test_few_cases_teach_little():
    few = taught(recorded("lasting", {2000: 0.4}, many=10)).lasting

    assert (few > 0.95).all()


def test_a_centre_moves_towards_its_reference_and_stays_where_there_is_none():
    centre, reference = np.array([[10.0, 20.0]]), np.array([[4.0, np.nan]])

    assert corrected(centre, reference, np.array([0.5, 0.5])).tolist() == [[7.0, 20.0]]
    assert corrected(centre, 1e300 * reference, np.ones(2)).tolist() == centre.tolist()


def test_steady_growth_never_turns_back_from_one_band_to_the_next():
    tally = Tally(STEPS)
    for band, ratio in enumerate((1.0, 0.7, 0.4)):
        cell = (np.array([band]), RATIO.of(np.array([ratio])))
        count(tally.lasting, np.array([2000]), cell, np.array([100_000 * WORTH]))
    boom = 100 * 1.15 ** np.arange(1, STEPS + 1)[None]

    told = corrected(boom, np.full((1, STEPS), 100.0), taught(tally).lasting)

    assert (np.diff(told) > 0).all()


def test_a_series_without_a_cohort_or_once_not_positive_has_no_like():
    values = np.array([[1.0, 2.0, 4.0], [-1.0, 2.0, 4.0]])
    growth, none = np.full((2, 3), 0.1), np.zeros((2, 3))

    alone = carried(values, Cohort(none, none, none, 1.0), 2)
    among = carried(values, Cohort(growth, none, none + 9, 1.0), 2)

    assert np.isnan(alone).all()
    assert np.isnan(among[1]).all()
    assert among[0, 2] == pytest.approx(4 * np.exp([0.1, 0.2]))


def spurts(count, rng, *, lasting):
    """Return series of like growth, some of which spurt before they end; spurts last or turn."""
    lines = []
    for number in range(count):
        growth = 0.03 + 0.01 * rng.standard_normal(30)
        own = np.repeat(0.08 * rng.standard_normal(6), 5)
        extra = own if not lasting else np.full(30, own[0])
        lines.append(Line(f"s{number}", 1990, 100 * np.exp(np.cumsum(growth + extra))))
    return lines


@pytest.mark.parametrize("calendar", [True, False])
def test_the_record_of_a_panel_tells_spurts_that_turn_from_growth_that_lasts(calendar):
    ask, told = Ask(STEPS, calendar=calendar), {}
    for lasting in (True, False):
        lines = spurts(80, np.random.default_rng(3), lasting=lasting)
        tally = growth_of(lines, ask)
        tally.add(errors_of(lines, ask, tally, CARD))
        told[lasting] = lessons(tally, CARD, 2019 if calendar else 0, periods_per_year=1).lasting
        assert all(np.isfinite(one.quantiles).all() for one in told_of(lines, ask, tally, CARD))

    assert (told[True] > 0.9).all()
    assert told[False][-1] < 0.7
