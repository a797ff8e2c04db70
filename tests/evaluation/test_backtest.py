"""Past forecasts: nothing later reaches them, and truth is what the same frame says now."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.builders import (
    assumptions,
    catalogue,
    compiled_table,
    observations,
    parts,
    publications,
    series,
    year,
)
from tests.evaluation.conftest import AS_OF, ground, rows_of, utility

from forecast.evaluation import backtest as backtests
from forecast.evaluation.backtest import Ground, backtest, days_of_news
from forecast.history.knowledge import as_known, known_days


def said(cases):
    return {
        case.as_of: [fan.scores.tobytes() for fan in case.voices.said.values()] for case in cases
    }


def upset_after(rows, day, of, policy):
    """Return rows in which every value known after ``day`` is another one."""
    later = known_days(rows, {of.id: of.publication_lag_days}, policy) > pd.Timestamp(day)
    noise = 1 + np.random.default_rng(4).uniform(0.2, 0.9, len(rows))
    return rows.assign(value=rows["value"].where(~later, rows["value"] * noise))


def moved(rows, day, policy):
    """Return forecasts up to ``day``, and those among them that later values have changed."""
    upset = upset_after(rows, day, utility(), policy)
    before = said(backtest(ground(rows), [utility()], policy=policy))
    after = said(backtest(ground(upset), [utility()], policy=policy))
    assert any(before[known] != after[known] for known in before if known > day)
    early = [known for known in before if known <= day]
    return early, [known for known in early if before[known] != after[known]]


@pytest.mark.parametrize("policy", ["strict", "reconstructed"])
@pytest.mark.parametrize("day", [date(1999, 7, 1), date(2012, 3, 1), date(2020, 2, 29)])
def test_what_becomes_known_later_changes_no_earlier_forecast(valley, day, policy):
    early, changed = moved(valley, day, policy)

    assert len(early) > 8
    assert not changed


def test_a_leaking_backtest_would_be_found_out(valley, monkeypatch):
    """The canary: a history that sees one year too far must turn the test above red."""

    def leaking(rows, named, *, series, as_of, policy):
        ahead = as_of + timedelta(days=365)
        return as_known(rows, named, series=series, as_of=ahead, policy=policy)

    monkeypatch.setattr(backtests, "as_known", leaking)

    early, changed = moved(valley, date(2012, 3, 1), "strict")

    assert changed == early[-1:]


def test_truth_is_what_came_and_since_when(valley):
    case = backtest(ground(valley), [utility()], policy="strict")[-1]

    assert case.as_of == date(2025, 3, 1)
    assert case.truths[0] == valley["value"].iloc[-1]
    assert case.truth_known[0] == np.datetime64("2026-03-01")
    assert np.isnan(case.truths[1:]).all()


def test_the_forecaster_has_seen_only_what_came_before_its_truths(valley):
    for case in backtest(ground(valley), [utility()], policy="strict"):
        known = case.truth_known[np.isfinite(case.truths)]
        assert (known > np.datetime64(case.as_of)).all()


def test_reconstructed_days_are_period_end_and_usual_lag(valley):
    of = utility(publication_lag_days=100)

    days = days_of_news(valley, of, "reconstructed")

    assert days[-1] == date(2026, 4, 10)
    assert len(days) == len(valley)


def test_a_table_printed_once_has_a_reconstructed_past_but_no_strict_one(valley):
    once = valley.assign(known_from=pd.Timestamp("2026-03-01"))

    assert backtest(ground(once), [utility()], policy="strict") == ()
    assert len(backtest(ground(once), [utility()], policy="reconstructed")) > 30


def test_a_later_edition_of_the_same_family_is_the_truth():
    rows = observations(
        *(
            year(
                n,
                100.0 + n - 2000,
                series_id="valley",
                publication="valley_1",
                known_from="2011-03-01",
            )
            for n in range(2000, 2011)
        ),
        *(
            year(
                n,
                120.0 + n - 2000,
                series_id="valley",
                publication="valley_2",
                known_from="2013-03-01",
            )
            for n in range(2005, 2013)
        ),
    )
    named = publications(valley_1="valley", valley_2="valley")

    (case,) = backtest(Ground(rows, named, assumptions(), AS_OF), [utility()], policy="strict")

    assert case.as_of == date(2011, 3, 1)
    assert case.truths[:2].tolist() == [131.0, 132.0]


def test_another_family_is_no_truth():
    rows = observations(
        *(
            year(
                n,
                100.0 + n - 2000,
                series_id="valley",
                publication="valley_1",
                known_from="2011-03-01",
            )
            for n in range(2000, 2011)
        ),
        year(2011, 50.0, series_id="valley", publication="hill_1", known_from="2012-03-01"),
    )
    named = publications(valley_1="valley", hill_1="hill")
    of = utility(sources=("valley", "hill"))

    assert backtest(Ground(rows, named, assumptions(), AS_OF), [of], policy="strict") == ()


def test_days_without_a_new_figure_are_asked_once(valley):
    again = valley.assign(known_from=valley["known_from"] + pd.Timedelta(days=30))
    both = pd.concat([valley, again], ignore_index=True)

    once = backtest(ground(valley), [utility()], policy="strict")
    twice = backtest(ground(both), [utility()], policy="strict")

    assert [case.as_of for case in twice] == [case.as_of for case in once]


def test_months_are_asked_once_a_quarter():
    of = series("dc_construction", sources=("valley",), models=("constant_growth",), horizon=6)
    months = observations(
        *parts(
            "2020-01",
            [1.0 + 0.01 * n for n in range(36)],
            "M",
            series_id=of.id,
            publication="valley_1",
            unit="USD bn",
            quantity="spend",
            known_from="2024-01-01",
        )
    )

    days = days_of_news(months, of, "reconstructed")

    assert len(days) == 12
    assert days[0] == date(2020, 6, 4)


def test_slow_models_stay_out(valley):
    of = utility(models=("prophet", "constant_growth"))

    case = backtest(ground(valley), [of], policy="strict")[-1]

    assert case.voices.members == ("constant_growth",)


def test_a_series_of_slow_models_alone_is_judged_by_its_fallback(valley):
    of = utility(models=("prophet",))

    case = backtest(ground(valley), [of], policy="strict")[-1]

    assert case.voices.members == ("last_value",)


def test_a_series_at_zero_has_no_log_errors_and_no_cases():
    rows = rows_of("valley", {n: 0.0 if n == 2010 else 5.0 for n in range(2005, 2020)})

    cases = backtest(ground(rows), [utility()], policy="strict")

    assert {case.as_of.year for case in cases} == {2007, 2008, 2009, 2010}
    assert not any((case.truths == 0).any() for case in cases)


def test_the_same_track_is_asked_once(valley):
    whole = ground(valley)

    first = backtest(whole, [utility()], policy="strict")
    second = backtest(whole, [utility()], policy="strict")

    assert all(one.voices is two.voices for one, two in zip(first, second, strict=True))


def test_priors_read_before_they_were_known_are_named_as_hindsight(valley):
    whole = ground(valley)
    backtest(whole, [utility()], policy="strict")

    assert "electricity.record_log_sd_1y" in whole.heard.hindsight


def test_our_own_irish_quarters_have_four_provable_days():
    of = catalogue()["ie_dc"].model_copy(update={"models": ("constant_growth",)})
    own = compiled_table("observations")
    whole = Ground(own, compiled_table("publications"), assumptions(), date(2026, 11, 23))

    strict = backtest(whole, [of], policy="strict")
    rebuilt = backtest(whole, [of], policy="reconstructed")

    assert len(strict) <= 4
    assert len(rebuilt) > 40
