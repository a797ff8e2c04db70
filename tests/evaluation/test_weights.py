"""Weights from past origins: shrunk to equal ones, and only from what was known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.evaluation.test_calibration import LATE, errors

from forecast.evaluation.weights import PRIOR_CASES, weigh

MEMBERS = ("damped_growth", "constant_growth")


def both(*, worse: float = 2.0, **changes: object) -> pd.DataFrame:
    good = errors(forecaster="damped_growth", **changes)
    bad = errors(forecaster="constant_growth", **changes)
    bad["log_error"] *= worse
    return pd.concat([good, bad], ignore_index=True)


def weight(table: pd.DataFrame) -> dict[str, float]:
    return dict(zip(table["model"], table["weight"], strict=True))


def test_members_that_err_alike_count_alike():
    assert weight(weigh(both(worse=1.0), MEMBERS, as_of=LATE)) == pytest.approx(
        {"damped_growth": 0.5, "constant_growth": 0.5}
    )


def test_the_better_member_counts_more_the_more_cases_there_are():
    few, many = (
        weight(weigh(both(count=count), MEMBERS, as_of=LATE))["damped_growth"]
        for count in (20, 200)
    )

    assert 0.5 < few < many < 0.8


def test_weights_follow_their_formula():
    table = weigh(both(names=("a",), count=40, horizons=1), MEMBERS, as_of=LATE)

    error = table.set_index("model")["error"]
    raw = (PRIOR_CASES + 40) / (PRIOR_CASES + 40 * error / error.mean())
    np.testing.assert_allclose(table.set_index("model")["weight"], raw / raw.sum())


def test_errors_known_later_weigh_nothing():
    table, day = both(), date(2005, 1, 1)
    later = table["truth_known_from"] > pd.Timestamp(day)
    upset = table.assign(log_error=table["log_error"].where(~later, 9.0))

    pd.testing.assert_frame_equal(
        weigh(upset, MEMBERS, as_of=day), weigh(table, MEMBERS, as_of=day)
    )


def test_few_cases_give_no_weights():
    assert weigh(both(count=9), MEMBERS, as_of=LATE).empty


def test_only_cases_where_every_member_spoke_are_compared():
    table = both()
    silent = (table["forecaster"] == "constant_growth") & (table["series_id"] == "b")

    assert (weigh(table[~silent], MEMBERS, as_of=LATE)["n"] == 600).all()
