"""The laws of a panel's forecast hold for quarters and months, and widths are honest alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.contracts.levels import LEVELS
from forecast.evaluation.panel.card import packaged
from forecast.evaluation.panel.tally import Tally
from forecast.growth.panel import members_within_year
from forecast.growth.panel import smoothing as step_by_step
from forecast.growth.panel import smoothing_within_year as in_blocks
from forecast.growth.panel.batch import Line
from forecast.growth.panel.cohort import Cohort, Growth, pulled
from forecast.growth.panel.look import members
from forecast.growth.panel.scale import persistence, typical_step
from forecast.growth.panel.season import last_batch
from forecast.pipeline.fitting import Ask, learn, tell

STEPS = 6
YEARS = pytest.mark.parametrize("year", [4, 12])
LOW, MIDDLE, HIGH = (LEVELS.index(level) for level in (0.1, 0.5, 0.9))


def told(lines, year, *, calendar=True, chunk=5, steps=STEPS):
    ask, card = Ask(steps, calendar, year), packaged(year)

    def chunks():
        return (lines[k : k + chunk] for k in range(0, len(lines), chunk))

    return list(tell(chunks(), ask, learn(chunks, ask, card), card))


def walk(seed, count, year, sd=0.03):
    """A random walk of logs with seasons."""
    rng = np.random.default_rng(seed)
    season = 0.2 * np.sin(2 * np.pi * np.arange(count) / year)
    return 50 * np.exp(season + np.cumsum(rng.normal(0.005, sd, count)))


def neighbours(year, first=100 * 12):
    return [Line(f"c{k}", first, walk(k, 4 * year + k, year)) for k in range(5)]


histories = st.lists(
    st.floats(0.5, 2, allow_nan=False), min_size=1, max_size=30
).map(lambda steps: 10 * np.cumprod(steps))  # fmt: skip


@YEARS
@given(histories, st.sampled_from([1e-12, 7.0, 1e12]))
@settings(max_examples=8)
def test_scaling_the_history_scales_the_forecast(year, values, factor):
    lines = neighbours(year)
    once, scaled = (told([*lines, Line("own", 1200, values * by)], year)[-1] for by in (1, factor))

    np.testing.assert_allclose(scaled.quantiles, once.quantiles * factor, rtol=1e-6)


@YEARS
@given(histories)
@settings(max_examples=8)
def test_whole_years_later_is_the_same_forecast(year, values):
    here = told([*neighbours(year), Line("own", 1200, values)], year)[-1]
    later = 1200 + 7 * year
    there = told([*neighbours(year, later), Line("own", later, values)], year)[-1]

    np.testing.assert_array_equal(here.quantiles, there.quantiles)


@YEARS
@given(histories)
@settings(max_examples=15)
def test_quantiles_never_cross_and_what_was_positive_stays_so(year, values):
    quantiles = told([Line("own", 1200, values)], year)[0].quantiles

    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles > 0).all()
    assert np.isfinite(quantiles).all()


@YEARS
def test_chunks_of_any_size_say_the_same_to_the_last_bit(year):
    lines = [
        *neighbours(year),
        Line("gap", 1200, np.where(np.arange(70) % 9, walk(9, 70, year), np.nan)[1:]),
    ]
    one, other = told(lines, year, chunk=1), told(lines, year, chunk=6)

    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a.quantiles, b.quantiles)


@YEARS
@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 10])
def test_few_points_get_a_width_and_no_explosion(year, count):
    quantiles = told([Line("own", 1200, walk(count, count, year))], year)[0].quantiles

    assert (quantiles[:, LOW] < quantiles[:, MIDDLE]).all()
    assert (quantiles[:, MIDDLE] < quantiles[:, HIGH]).all()
    assert (quantiles[:, HIGH] < 250).all()


def test_one_series_of_forty_quarters_alone_is_neither_blind_nor_sure():
    hits = []
    for seed in range(40):
        values = walk(seed, 48, 4)
        quantiles = told([Line("own", 1200, values[:40])], 4, steps=8)[0].quantiles
        hits.append((values[40:] > quantiles[:, LOW]) & (values[40:] < quantiles[:, HIGH]))

    assert 0.72 < np.mean(hits) < 0.92


def test_a_panel_that_errs_less_than_others_is_told_narrower_quantiles():
    rng, time = np.random.default_rng(5), np.arange(48)
    hum = [0.02 * (-1.0) ** time + rng.normal(0, 1e-3, 48) for _ in range(8)]
    lines = [Line(f"z{k}", 1200, 100 * np.exp(0.01 * time + own)) for k, own in enumerate(hum)]

    taught = told(lines, 4)[0].quantiles
    (untaught,) = tell(
        [lines[:1]], Ask(STEPS, calendar=True, periods_per_year=4), Tally(STEPS), packaged(4)
    )

    width, packaged_width = (q[:, HIGH] - q[:, LOW] for q in (taught, untaught.quantiles))
    assert (width < 0.7 * packaged_width).all()


@YEARS
def test_every_candidate_has_a_name_and_sees_nothing_later(year):
    values = np.stack([walk(3, 40, year), walk(4, 40, year)])
    spoiled = values.copy()
    spoiled[:, 30:] *= -3

    plain, moved = (members_within_year.candidates(v, STEPS, year) for v in (values, spoiled))

    assert plain.shape == (2, 40, len(members(year)), STEPS)
    np.testing.assert_array_equal(plain[:, :30], moved[:, :30])


def test_the_mean_of_a_year_is_that_of_twelve_months():
    values = np.arange(1.0, 31)[None]

    told_by = members_within_year.candidates(values, 2, 12)[0]

    assert told_by[-1, members(12).index("year_mean")] == pytest.approx([24.5, 24.5])
    assert told_by[3, members(12).index("year_mean")] == pytest.approx([2.5, 2.5])


def test_two_years_are_enough_for_seasons_and_less_are_not():
    values = walk(1, 60, 12, sd=0.005)

    assert last_batch([Line("two", 0, values[:24])], 12).seasons.any()
    assert not last_batch([Line("less", 0, values[:23])], 12).seasons.any()


def test_persistence_tells_noise_from_a_walk_and_a_walk_from_a_trend():
    rng = np.random.default_rng(7)
    noise, steps = 100 + rng.normal(0, 1, 160), rng.normal(0, 1, 160)
    values = np.stack([noise, 100 + np.cumsum(steps), 100 + np.cumsum(1 + 0.1 * steps)])

    told_by = persistence(values, typical_step(values), 4)

    assert told_by[:, 0] == pytest.approx([0.5, 0.5, 0.5])
    assert told_by[:, -1] == pytest.approx([0.0, 0.5, 1.0], abs=0.15)


@pytest.mark.parametrize(("within_year", "moved"), [(True, False), (False, True)])
def test_a_cohort_pulls_growth_within_a_year_from_the_first_step_told(within_year, moved):
    values = np.array([[100.0, 104.0]])
    centre = np.tile(np.array([98.0, 97.0, 96.0]), (1, 2, 1))
    cohort = Cohort(*(np.full((1, 2), x) for x in (0.03, 1e-6, 1e6)), multiple=1.0)
    own = Growth(np.zeros((1, 2)), np.ones((1, 2)))

    told_by = pulled(centre, values, own, cohort, within_year=within_year)[0, 1]

    assert (told_by[0] != pytest.approx(98.0)) == moved
    assert np.diff(np.log(told_by)) == pytest.approx([0.03, 0.03], abs=1e-4)


def test_blocks_of_origins_say_what_the_walk_of_years_says():
    values = np.stack([walk(seed, 70, 12) for seed in range(6)])
    families = members_within_year.FAMILIES

    here, there = (module.smooth(values, STEPS, families) for module in (in_blocks, step_by_step))

    np.testing.assert_allclose(here.paths, there.paths, rtol=1e-9)
    np.testing.assert_allclose(here.evidence[:, 2:], there.evidence[:, 2:], rtol=1e-9)


def test_blocks_of_any_size_say_the_same_to_the_last_bit(monkeypatch):
    values = np.stack([walk(seed, 70, 12) for seed in range(3)])
    whole = in_blocks.smooth(values, STEPS, members_within_year.FAMILIES)
    monkeypatch.setattr(in_blocks, "CELLS", 1)

    single = in_blocks.smooth(values[1:2], STEPS, members_within_year.FAMILIES)

    np.testing.assert_array_equal(whole.paths[1:2], single.paths)
    np.testing.assert_array_equal(whole.evidence[1:2], single.evidence)
