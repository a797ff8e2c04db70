"""Counts do not depend on order, and quantiles of counts are those of the cases."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.card import packaged, read_card
from forecast.evaluation.panel.tally import ERROR, GROWTH, RATIO, Tally, count


@pytest.mark.parametrize("bins", [GROWTH, RATIO, ERROR])
def test_quantiles_of_counts_are_those_of_the_cases(bins):
    cases = 0.4 * bins.unit * np.random.default_rng(1).standard_t(3, 200_000)
    counts = np.bincount(bins.of(cases), minlength=bins.count)

    told = bins.quantiles(counts, np.array(LEVELS))

    expected = np.quantile(cases, LEVELS)
    assert told == pytest.approx(expected, abs=0.01 * bins.unit, rel=0.02)


def test_adding_in_any_order_is_adding():
    rng = np.random.default_rng(2)
    parts = []
    for _ in range(5):
        tally = Tally(3)
        periods = rng.integers(2000, 2004, 50)
        cells = (rng.integers(0, 5, 50), rng.integers(0, 3, 50), ERROR.of(rng.normal(size=50)))
        count(tally.error, periods, cells)
        parts.append(tally)
    forth, back = Tally(3), Tally(3)
    for part in parts:
        forth.add(part)
    for part in reversed(parts):
        back.add(part)

    assert all((forth.error[p] == back.error[p]).all() for p in range(2000, 2004))
    assert sum(table.sum() for table in forth.error.values()) == 250


def test_the_packaged_card_says_what_it_was_made_of():
    card = packaged()

    assert [panel["name"] for panel in card.made_of] == ["energyhist", "m4draft"]
    assert all(panel["series"] > 0 for panel in card.made_of)
    assert all(len(panel["errors_by_horizon"]) >= 6 for panel in card.made_of)
    assert (np.diff(card.shape, axis=1) > 0).all()


@pytest.mark.parametrize("year", [4, 12])
def test_quarters_and_months_have_calibrations_of_their_own(year):
    card = packaged(year)

    assert all(panel["series"] > 0 for panel in card.made_of)
    assert len(card.shape) >= 2 * year
    assert (np.diff(card.shape, axis=1) > 0).all()
    assert not np.array_equal(card.coefficients, packaged().coefficients)


def test_scoring_what_a_calibration_was_made_of_is_refused():
    with pytest.raises(SettingsError, match="made of energyhist"):
        packaged().refuse_overlap(["m1", "energyhist"])
    packaged().refuse_overlap(["m1", "energy"])


def test_a_card_survives_being_written():
    card = packaged()

    again = read_card(card.text())

    np.testing.assert_array_equal(again.shape, card.shape)
    assert again.made_of == card.made_of


def test_a_card_of_another_engine_is_refused():
    text = packaged().text().replace('"one_step_errors"', '"moon"')

    with pytest.raises(SettingsError, match="moon"):
        read_card(text)
