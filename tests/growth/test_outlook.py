"""The reference class: growth, drift, ceiling and record, in periods of the series."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.builders import assumptions, catalogue, series
from tests.builders import outlook as stated

from forecast.contracts.assumptions import Assumptions
from forecast.contracts.errors import SettingsError
from forecast.growth.outlook import NINETY_PERCENT, outlook

TODAY = date(2026, 11, 23)


def changed(assumption_id, **changes):
    table = assumptions().table.copy()
    rows = table["assumption_id"] == assumption_id
    for name, value in changes.items():
        table.loc[rows, name] = value
    return Assumptions(table)


def test_data_centres_by_year_are_as_stated():
    found = outlook(series(), assumptions().on(TODAY))

    assert found.growth_mean == 0.12
    assert found.growth_sd == pytest.approx(0.16 / NINETY_PERCENT)
    assert found.drift == 0.035
    assert found.ceiling == 4.0
    assert found.ceiling_log_sd == pytest.approx(np.log(12 / 1.3) / NINETY_PERCENT)
    assert found.anchors == ((1.0, 0.10), (5.0, 0.381))


def test_a_quarter_has_a_quarter_of_a_years_growth():
    annual = outlook(series(), assumptions().on(TODAY))
    quarterly = outlook(series("ie_dc"), assumptions().on(TODAY))

    assert quarterly.growth_mean == pytest.approx(annual.growth_mean / 4)
    assert quarterly.growth_sd == pytest.approx(annual.growth_sd / 4)
    assert quarterly.drift == pytest.approx(annual.drift / 8)


def test_a_class_of_its_own_falls_back_on_any():
    found = outlook(series(reference_class="steel"), assumptions().on(TODAY))

    assert found.growth_mean == 0.02
    assert found.ceiling == np.inf
    assert found.ceiling_log_sd == 0.0
    assert found.anchors == ()
    assert found.record_log_sd(np.arange(1, 4)).tolist() == [0, 0, 0]
    assert found.persistence == 0.5


@pytest.mark.parametrize("entry", catalogue().carried_on, ids=lambda entry: entry.id)
def test_every_built_in_class_is_a_distribution(entry):
    found = outlook(entry, assumptions().on(TODAY))

    assert found.growth_sd > 0
    assert found.drift > 0
    assert (found.record_log_sd(np.arange(1, entry.horizon + 1)) > 0).all()
    assert 0.5 <= found.persistence <= 0.95


@pytest.mark.parametrize("low", [0.20, 0.30, float("nan")])
def test_growth_without_a_range_is_refused_by_name(low):
    wrong = changed("data_centres.growth_mean.2025", low=low)

    with pytest.raises(SettingsError, match=r"data_centres\.growth_mean\.2025: range"):
        outlook(series(), wrong)


@pytest.mark.parametrize("low", [0.0, -1.0, 12.0, float("nan")])
def test_a_ceiling_without_a_range_above_zero_is_refused_by_name(low):
    wrong = changed("data_centres.ceiling_multiple", low=low)

    with pytest.raises(SettingsError, match=r"data_centres\.ceiling_multiple: range"):
        outlook(series(), wrong)


def test_a_home_without_growth_is_refused():
    rows = assumptions().table
    without = Assumptions(rows[rows["name"] != "growth_mean"])

    with pytest.raises(SettingsError, match="'growth_mean' is stated for none of us_dc"):
        outlook(series(), without)


def test_the_record_passes_its_anchors_and_is_a_power_between_and_beyond():
    record = stated().record_log_sd(np.array([1, 2, 5, 10]))

    power = np.log(3.81) / np.log(5)
    np.testing.assert_allclose(record, 0.1 * np.array([1, 2, 5, 10]) ** power)


def test_every_anchor_is_passed():
    anchors = ((1.0, 0.016), (3.0, 0.031), (5.0, 0.046), (10.0, 0.086))

    record = stated(anchors=anchors).record_log_sd(np.array([1, 3, 5, 10, 20]))

    np.testing.assert_allclose(record[:4], [0.016, 0.031, 0.046, 0.086])
    assert record[4] == pytest.approx(0.086 * 2 ** (np.log(0.086 / 0.046) / np.log(2)))


def test_a_single_anchor_widens_with_the_square_root():
    record = stated(anchors=((1.0, 0.2),)).record_log_sd(np.array([1, 4, 9]))

    np.testing.assert_allclose(record, [0.2, 0.4, 0.6])


def test_a_quarterly_record_is_read_in_years():
    quarterly = stated(periods_per_year=4).record_log_sd(np.array([4, 20]))

    np.testing.assert_allclose(quarterly, [0.10, 0.381])


@pytest.mark.parametrize(
    ("anchors", "persistence"),
    [
        (((1.0, 0.1), (4.0, 0.2)), 0.5),
        (((1.0, 0.1), (5.0, 0.381)), np.log(3.81) / np.log(5)),
        (((1.0, 0.1), (2.0, 0.4)), 0.95),
        (((1.0, 0.1), (4.0, 0.11)), 0.5),
    ],
)
def test_persistence_is_the_power_errors_grow_with_within_limits(anchors, persistence):
    assert stated(anchors=anchors).persistence == pytest.approx(persistence)


def test_what_was_not_yet_stated_is_listed_as_hindsight():
    dated = assumptions().on(date(2016, 12, 31))

    outlook(series(), dated)

    used = dated.used_table()
    assert set(used.loc[used["hindsight"], "name"]) >= {"record_log_sd_5y", "ceiling_multiple"}
    assert (used.loc[~used["hindsight"], "known_from"] <= pd.Timestamp("2016-12-31")).all()
