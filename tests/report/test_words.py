import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.report import words


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "under 5 %"),
        (0.0249, "under 5 %"),
        (0.025, "about 5 %"),
        (0.337, "about 35 %"),
        (0.975, "about 95 %"),
        (0.9751, "over 95 %"),
        (1.0, "over 95 %"),
    ],
)
def test_odds_are_said_to_five_points_and_never_as_certainty(probability, said):
    assert words.odds(probability) == said


@given(st.floats(0, 1))
def test_odds_lie_within_two_and_a_half_points_of_what_is_meant(probability):
    said = words.odds(probability)

    stated = int(said.split()[1]) / 100
    assert abs(stated - probability) <= 0.025 + 1e-9 or not said.startswith("about")


@given(st.floats(1e-6, 1e12), st.integers(2, 6))
def test_a_printed_number_reads_back_within_its_digits(value, digits):
    said = words.number(value, digits).replace(words.THIN, "")

    assert float(said) == pytest.approx(value, rel=0.5001 * 10 ** (1 - digits))


@pytest.mark.parametrize("absent", [None, math.nan, math.inf])
def test_an_absent_number_is_a_dash_and_not_nan(absent):
    assert words.number(absent) == words.BLANK


def test_thousands_stand_apart_and_minus_is_a_minus():
    assert words.number(-12_345.6).replace(words.THIN, " ") == "\u221212 300"


def test_a_published_number_gains_no_zeros():
    assert [words.as_printed(v) for v in (192.0, 28.2, 2837.1, 500.0)][:2] == ["192", "28.2"]
    assert words.as_printed(500.0) == "500"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2030-01-01", "2030-12-31", "2030"),
        ("2026-04-01", "2026-06-30", "2026 Q2"),
        ("2025-09-01", "2025-09-30", "Sep 2025"),
        ("2014-01-01", "2016-12-31", "2014 to 2016"),
        ("2014-07-01", "2015-06-30", "2014-07 to 2015-06"),
    ],
)
def test_a_period_has_the_name_people_give_it(start, end, said):
    assert words.period(pd.Timestamp(start), pd.Timestamp(end)) == said


def test_a_load_has_no_period_beside_its_unit():
    assert words.rate("GW", "connection", "M") == "GW"
    assert words.rate("TWh", "energy", "A") == "TWh a year"


def test_a_refusal_is_said_without_the_series_name_and_the_command_lines_advice():
    remark = "ie_dc as of 2016-12-31: no publication of cso was out. Choose another series."

    assert words.reason_given(remark, "ie_dc") == "no publication of cso was out."
