"""As wide as past errors, as far as there are enough of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import outlook, series, track

from forecast.contracts.levels import LEVELS, NORMAL_SCORES, QUANTILES
from forecast.contracts.tables import CALIBRATION
from forecast.growth.fans import normal_fan
from forecast.growth.intervals import (
    PRIOR_CASES,
    Errors,
    as_wide_as,
    errors_of,
    scale,
    volatility_group,
)
from forecast.growth.speaking import COMBINATION, listen, speak, together

HORIZONS = np.arange(1, 4)


def fan(spread: float = 0.1):
    return normal_fan(HORIZONS, np.full(3, 2.0), spread * np.sqrt(HORIZONS))


def past(size: float = 1.0, cases: float = 1e9, seen: int = 3) -> Errors:
    h = np.arange(1, seen + 1)
    return Errors(h, size * np.sqrt(h)[:, None] * NORMAL_SCORES, np.full(seen, cases))


def widened(with_errors: Errors, *, doubt: float = 0.0, persistence: float = 0.5):
    return as_wide_as(
        fan(), with_errors, scale=np.full(3, 0.3), base_doubt=doubt, persistence=persistence
    )


def calibration(**changes: object) -> pd.DataFrame:
    rows = pd.DataFrame(2.0 * np.sqrt(HORIZONS)[:, None] * NORMAL_SCORES, columns=list(QUANTILES))
    fields = {
        "subject": "data_centres",
        "frequency": "A",
        "horizon": HORIZONS,
        "years": HORIZONS.astype(float),
        "group": "",
        "n": 500,
        "n_effective": 500.0,
        "source": "errors of this test",
        "grade": "B",
        "known_from": pd.Timestamp("2020-01-01"),
    }
    return CALIBRATION.check(rows.assign(**(fields | changes)))


def test_many_cases_speak_for_themselves():
    np.testing.assert_allclose(widened(past()).spread, 0.3 * np.sqrt(HORIZONS), rtol=1e-6)


def test_no_case_leaves_the_fan_as_it_is():
    np.testing.assert_allclose(widened(past(cases=0.0)).scores, fan().scores)


def test_as_many_cases_as_the_prior_counts_for_meet_it_half_way():
    found = widened(past(cases=PRIOR_CASES))

    np.testing.assert_allclose(found.spread, np.sqrt((0.3**2 + 0.1**2) / 2 * HORIZONS), rtol=1e-9)


def test_errors_smaller_than_the_record_narrow_the_fan():
    assert (widened(past(size=0.01)).spread < fan().spread).all()


def test_doubt_of_the_base_is_added_to_what_past_errors_saw():
    found = widened(past(), doubt=0.4)

    assert found.spread[0] == pytest.approx(0.5, rel=1e-6)


@given(
    st.lists(st.floats(0, 5), min_size=11, max_size=11),
    st.floats(0, 1e3),
    st.floats(0, 1),
)
def test_quantiles_never_cross(steps, cases, doubt):
    side = np.cumsum(steps)
    shape = np.r_[-side[::-1], 0.0, side]
    errors = Errors(HORIZONS, np.tile(shape, (3, 1)), np.full(3, cases))

    found = widened(errors, doubt=doubt)

    assert (np.diff(found.scores, axis=1) >= -1e-12).all()
    np.testing.assert_array_equal(found.median, fan().median)


def test_horizons_beyond_those_seen_widen_by_persistence_and_count_for_less():
    quantiles, cases = past(cases=8.0, seen=1).at(np.array([1, 4]), persistence=0.75)

    np.testing.assert_allclose(quantiles[1], quantiles[0] * 4**0.75)
    assert cases.tolist() == [8.0, 2.0]


def test_disagreement_of_the_members_widens():
    calm = scale(0.1, np.zeros(3), HORIZONS)
    torn = scale(0.1, np.full(3, 0.1), HORIZONS)

    np.testing.assert_allclose(calm, 0.1)
    assert torn[0] == pytest.approx(0.1 * 2**0.4)
    assert (torn > calm).all()


def test_volatility_is_counted_by_the_year():
    assert volatility_group(0.06, 1) == "middling"
    assert volatility_group(0.06, 4) == "wild"
    assert volatility_group(0.01, 12) == "calm"


def test_a_class_without_rows_keeps_its_record():
    line, reference = track([10.0, 11.0, 12.5, 13.0]), outlook()

    plain = speak(line, reference, horizon=3)
    other = speak(line, reference, horizon=3, calibration=calibration(subject="spending"))
    monthly = speak(line, reference, horizon=3, calibration=calibration(frequency="M"))

    for found in (other, monthly):
        np.testing.assert_array_equal(
            found.fans[COMBINATION].scores, plain.fans[COMBINATION].scores
        )


def test_calibration_moves_the_combination_and_leaves_the_baselines():
    line, reference = track([10.0, 11.0, 12.5, 13.0]), outlook()

    plain = speak(line, reference, horizon=3)
    taught = speak(line, reference, horizon=3, calibration=calibration())

    assert (taught.fans[COMBINATION].spread != plain.fans[COMBINATION].spread).all()
    np.testing.assert_array_equal(taught.fans[COMBINATION].median, plain.fans[COMBINATION].median)
    for name in ("last_value", "constant_growth"):
        np.testing.assert_array_equal(taught.fans[name].scores, plain.fans[name].scores)


def test_of_two_editions_of_calibration_the_newest_speaks():
    newer = calibration(known_from=pd.Timestamp("2024-01-01"), n_effective=7.0)
    both = pd.concat([newer, calibration()], ignore_index=True)

    assert errors_of(both, series(), 0.1).cases.tolist() == [7.0, 7.0, 7.0]


def test_the_published_combination_is_the_middle_of_its_members():
    voices = listen(track([10.0, 11.0, 12.5, 13.0]), outlook(), horizon=3)

    fan = together(voices).fans[COMBINATION]

    medians = [voices.said[name].median for name in voices.members]
    np.testing.assert_allclose(fan.median, np.median(medians, axis=0))
    assert fan.scores.shape == (3, len(LEVELS))


def test_errors_that_would_explode_a_fan_leave_it_as_it_was():
    line = track([10.0, 11.0, 12.5, 13.0])
    wild = calibration(**dict(zip(QUANTILES, 1e6 * NORMAL_SCORES, strict=True)))

    plain = speak(line, outlook(), horizon=3)
    taught = speak(line, outlook(), horizon=3, calibration=wild)

    np.testing.assert_array_equal(taught.fans[COMBINATION].scores, plain.fans[COMBINATION].scores)
