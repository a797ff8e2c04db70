"""What past errors teach: pooled, centred, dated, and silent where they are few."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.builders import series

from forecast.contracts.levels import LEVELS, QUANTILES
from forecast.contracts.tables import CALIBRATION
from forecast.evaluation.calibration import LEAST_ORIGINS, calibrate, known_by, learn
from forecast.evaluation.errors import ERRORS
from forecast.growth.intervals import errors_of

LATE = date(2090, 1, 1)


def errors(
    *, count: int = 200, horizons: int = 3, names: tuple[str, ...] = ("a", "b"), **changes: object
) -> pd.DataFrame:
    """Return errors of the combination: normal, growing with the root of the horizon."""
    drawn = np.random.default_rng(5).standard_normal((len(names), count, horizons))
    rows = [
        {
            "series_id": name,
            "subject": "electricity",
            "frequency": "A",
            "quantity": "energy",
            "policy": "reconstructed",
            "as_of": pd.Timestamp(f"{1900 + origin // 4}-{1 + 3 * (origin % 4):02d}-15"),
            "origin": pd.Timestamp(f"{1900 + origin // 4}-01-01"),
            "origin_number": origin * 10,
            "points": 30,
            "group": "calm",
            "horizon": h + 1,
            "forecaster": "combination",
            "log_error": 0.02 * np.sqrt(h + 1) * drawn[place, origin, h],
            "scale": 0.01,
            "truth": 1.0,
            "truth_known_from": pd.Timestamp("2000-01-01") + pd.Timedelta(days=30 * origin),
            **changes,
        }
        for place, name in enumerate(names)
        for origin in range(count)
        for h in range(horizons)
    ]
    return ERRORS.shape(pd.DataFrame(rows))


def quantiles(calibration, group=""):
    return (
        calibration[calibration["group"] == group]
        .sort_values("horizon")[list(QUANTILES)]
        .to_numpy()
    )


def test_pooled_quantiles_are_those_of_the_scaled_errors():
    taught = quantiles(calibrate(errors(names=tuple("abcdefghij")), as_of=LATE))

    wanted = 2.0 * np.sqrt(np.arange(1, 4))[:, None] * stats.norm.ppf(LEVELS)
    np.testing.assert_allclose(taught, wanted, rtol=0.1, atol=0.05)


def test_quantiles_are_centred_and_never_cross():
    taught = quantiles(calibrate(errors(), as_of=LATE))

    assert (taught[:, LEVELS.index(0.5)] == 0).all()
    assert (np.diff(taught, axis=1) >= 0).all()
    np.testing.assert_allclose(taught, -taught[:, ::-1])


def test_a_bias_widens_and_is_not_carried_on():
    biased = errors()
    biased["log_error"] += 0.05

    plain, taught = (quantiles(calibrate(table, as_of=LATE)) for table in (errors(), biased))

    assert (taught[:, LEVELS.index(0.5)] == 0).all()
    assert (taught[:, -1] > 1.5 * plain[:, -1])[0]


@pytest.mark.parametrize("factor", [0.1, 7.0])
def test_series_of_any_volatility_teach_the_same(factor):
    scaled = errors()
    scaled["log_error"] *= factor
    scaled["scale"] *= factor

    np.testing.assert_allclose(
        quantiles(calibrate(scaled, as_of=LATE)), quantiles(calibrate(errors(), as_of=LATE))
    )


def test_errors_known_later_teach_nothing():
    table = errors()
    day = date(2005, 1, 1)
    later = table["truth_known_from"] > pd.Timestamp(day)
    upset = table.assign(log_error=table["log_error"].where(~later, 9.0))

    pd.testing.assert_frame_equal(calibrate(upset, as_of=day), calibrate(table, as_of=day))
    assert not calibrate(upset, as_of=LATE).equals(calibrate(table, as_of=LATE))


def test_every_row_says_since_when_it_could_be_known():
    taught = calibrate(errors(), as_of=date(2005, 1, 1))

    assert (taught["known_from"] <= pd.Timestamp("2005-01-01")).all()
    assert (taught["known_from"] > pd.Timestamp("2004-11-01")).all()


def test_values_at_hand_only_later_are_dated_later():
    held = {"a": pd.Timestamp("2026-02-28"), "unread": pd.Timestamp("2050-01-01")}

    taught = calibrate(errors(), as_of=LATE, held_from=held)

    assert (taught["known_from"] == pd.Timestamp("2026-02-28")).all()


def test_every_row_names_its_error_base_and_counts_it():
    taught = calibrate(errors(), as_of=LATE)

    assert taught["source"].str.contains("reconstructed vintages.*over a, b").all()
    assert (taught["n"] == 400).all()
    assert taught["n_effective"].to_numpy() == pytest.approx([400, 400, 400])
    assert taught["years"].tolist() == [1.0, 2.0, 3.0]
    CALIBRATION.check(taught)


def test_fewer_than_twenty_origins_teach_nothing():
    few = errors(count=LEAST_ORIGINS - 1, names=("a",))

    assert calibrate(few, as_of=LATE).empty
    assert not calibrate(errors(count=LEAST_ORIGINS, names=("a",)), as_of=LATE).empty


def test_young_tracks_and_other_forecasters_teach_nothing():
    assert calibrate(errors(points=7), as_of=LATE).empty
    assert calibrate(errors(forecaster="last_value"), as_of=LATE).empty


def test_no_error_at_all_is_an_empty_table():
    assert calibrate(ERRORS.empty(), as_of=LATE).empty


def test_a_class_learns_from_no_other_class_and_no_other_frequency():
    table = errors()
    others = [
        errors(subject="spending", log_error=9.0),
        errors(frequency="Q", log_error=9.0),
    ]

    alone = calibrate(table, as_of=LATE)
    together = calibrate(pd.concat([table, *others], ignore_index=True), as_of=LATE)

    own = together[(together["subject"] == "electricity") & (together["frequency"] == "A")]
    pd.testing.assert_frame_equal(own.reset_index(drop=True), alone)


def test_a_volatility_group_speaks_for_itself_shrunk_to_its_class():
    wild = errors(names=("c",), group="wild")
    wild["log_error"] *= 3
    both = pd.concat([errors(), wild], ignore_index=True)

    taught = calibrate(both, as_of=LATE)

    calm, whole, apart = (quantiles(taught, group)[0, -1] for group in ("calm", "", "wild"))
    assert calm < whole < apart < 3 * calm
    assert set(learn(known_by(errors(), LATE))) == {""}


def test_growth_reads_the_group_of_a_series_else_its_class():
    wild = errors(names=("c",), group="wild")
    wild["log_error"] *= 3
    taught = calibrate(pd.concat([errors(), wild], ignore_index=True), as_of=LATE)
    of = series("us_va_commercial")

    calm, middling, apart = (errors_of(taught, of, scatter) for scatter in (0.01, 0.06, 0.2))

    assert calm.quantiles[0, -1] < middling.quantiles[0, -1] < apart.quantiles[0, -1]
    assert errors_of(taught, series("ie_dc"), 0.01) is None
