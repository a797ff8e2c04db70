"""Seasons are found where they are, put back where they belong, and not seen in noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.builders import outlook, series, track

from forecast.growth.fans import normal_fan
from forecast.growth.season import Season, season
from forecast.growth.speaking import speak

QUARTERLY, MONTHLY = series("ie_dc"), series("dc_construction")
FACTORS = np.array([0.10, -0.05, -0.08, 0.03])


def seasonal(count=40, noise=0.0, growth=0.02, first=160, seed=1):
    periods = np.arange(count) + first
    drawn = np.random.default_rng(seed).standard_normal(count) * noise
    logs = 5 + growth * np.arange(count) + FACTORS[periods % 4] + drawn
    return track(np.exp(logs), of=QUARTERLY, periods=periods)


@pytest.mark.parametrize("first", [160, 161, 162, 163])
def test_the_seasons_of_a_seasonal_series_are_recovered(first):
    found = season(seasonal(first=first))

    np.testing.assert_allclose(found.factors, FACTORS, atol=1e-9)


@given(st.integers(0, 50))
def test_noise_blurs_the_seasons_but_does_not_hide_them(seed):
    found = season(seasonal(noise=0.01, seed=seed))

    np.testing.assert_allclose(found.factors, FACTORS, atol=0.02)


def test_a_few_missing_quarters_are_bridged():
    whole = seasonal()
    kept = np.delete(np.arange(40), [7, 22])

    found = season(track(whole.values[kept], of=QUARTERLY, periods=whole.periods[kept]))

    np.testing.assert_allclose(found.factors, FACTORS, atol=0.02)


def test_white_noise_seldom_has_seasons_and_never_strong_ones():
    rng = np.random.default_rng(5)

    found = np.array(
        [
            season(track(100 * np.exp(0.05 * rng.standard_normal(40)), of=QUARTERLY)).factors
            for _ in range(300)
        ]
    )

    assert found.any(axis=1).mean() < 0.2
    assert np.sqrt((found**2).mean()) < 0.15 * 0.05


@pytest.mark.parametrize(
    "without",
    [
        track(np.exp(0.02 * np.arange(40)), of=series()),
        track(np.exp(FACTORS[np.arange(11) % 4]), of=QUARTERLY),
        track(np.full(40, 7.0), of=QUARTERLY),
        track(seasonal().values - 200, of=QUARTERLY),
        track(seasonal().values[::2], of=QUARTERLY, periods=np.arange(160, 200, 2)),
        track([5.0], of=MONTHLY),
    ],
    ids=["annual", "under three years", "constant", "below zero", "gappy", "one point"],
)
def test_there_are_no_seasons_where_none_can_be_seen(without):
    found = season(without)

    assert not found.factors.any()
    assert len(found.factors) == without.series.periods_per_year
    assert found.removed(without) is without


def test_months_have_twelve_seasons():
    wave = 0.2 * np.sin(2 * np.pi * np.arange(12) / 12)
    levels = np.exp(3 + wave[np.arange(60) % 12])

    found = season(track(levels, of=MONTHLY, periods=np.arange(480, 540)))

    np.testing.assert_allclose(found.factors, wave, atol=1e-9)


def test_without_its_seasons_a_track_is_a_straight_line():
    whole = seasonal()

    plain = season(whole).removed(whole)

    np.testing.assert_allclose(np.diff(plain.logs), 0.02)


def test_seasons_are_put_back_where_the_calendar_has_them():
    flat = normal_fan(np.arange(1, 5), np.zeros(4), np.full(4, 0.1))

    back = Season(FACTORS).restored(flat, origin=201)

    np.testing.assert_allclose(back.median, FACTORS[[2, 3, 0, 1]])
    np.testing.assert_allclose(back.spread, flat.spread)


def test_a_fan_stays_itself_where_there_are_no_seasons():
    flat = normal_fan(np.arange(1, 5), np.zeros(4), np.full(4, 0.1))

    assert Season(np.zeros(4)).restored(flat, origin=201) is flat


def test_the_forecast_of_a_seasonal_series_has_its_seasons():
    stated = outlook(growth_mean=0.02, periods_per_year=4)

    medians = speak(seasonal(), stated, horizon=8).fans["constant_growth"].median

    np.testing.assert_allclose(np.diff(medians, n=1)[4:], np.diff(medians, n=1)[:3], atol=1e-6)
    shape = medians[:4] - medians[:4].mean()
    expected = 0.02 * (np.arange(4) - 1.5) + FACTORS
    np.testing.assert_allclose(shape, expected, atol=1e-3)
