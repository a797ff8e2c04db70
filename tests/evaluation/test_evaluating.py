"""A whole evaluation: what it finds, what it says of it, and what it depends on."""

from datetime import date

import pandas as pd
import pytest
from tests.builders import assumptions
from tests.evaluation.conftest import AS_OF, NAMED, utility, walk

from forecast.contracts.catalogue import Catalogue
from forecast.contracts.question import Question
from forecast.contracts.tables import CALIBRATION, SCORES
from forecast.contracts.vintages import Policy
from forecast.evaluation import tables
from forecast.evaluation.evaluating import classes, evaluate, examine, gather
from forecast.history.knowledge import known_days

NAMES = ("valley", "hill", "lake")


def asked(policy: Policy, as_of: date = AS_OF) -> Question:
    return Question(as_of=as_of, catalogue="", assumptions="", policy=policy, seed=1)


def catalogue(*names: str, **changes: object) -> Catalogue:
    return Catalogue(series=tuple(utility(name, **changes) for name in names))


def rows(*names: str, **changes: object) -> pd.DataFrame:
    return pd.concat([walk(name, **changes) for name in names], ignore_index=True)


@pytest.fixture(scope="module")
def evaluated():
    return evaluate(
        rows(*NAMES), NAMED, catalogue(*NAMES), assumptions(),
        question=asked("strict"),
    )  # fmt: skip


def coverage(evaluated, group, level, policy="strict"):
    scores = evaluated.scores
    return scores[
        (scores["metric"] == "coverage")
        & (scores["level"] == level)
        & (scores["group"] == group)
        & (scores["forecaster"] == "combination")
        & (scores["policy"] == policy)
    ]


def test_scores_and_calibration_keep_their_contracts(evaluated):
    SCORES.check(evaluated.scores.assign(run_id="a run"))
    CALIBRATION.check(evaluated.calibration)


@pytest.mark.parametrize("level", ["80", "95"])
def test_random_walks_are_covered_within_the_range_of_chance(evaluated, level):
    (found,) = coverage(evaluated, "class electricity, frequency A", level).itertuples()

    assert found.low <= found.value <= found.high
    assert 40 < found.n_effective < found.n


def test_scores_of_both_policies_stand_apart(evaluated):
    groups = evaluated.scores.groupby("policy").size()

    assert set(groups.index) == {"strict", "reconstructed"}
    assert len(coverage(evaluated, "all", "80")) == 1


def test_a_reconstructed_evaluation_has_no_strict_score():
    found = evaluate(
        rows("valley"), NAMED, catalogue("valley"), assumptions(),
        question=asked("reconstructed"),
    )  # fmt: skip

    assert set(found.scores["policy"]) == {"reconstructed"}


def test_few_cases_are_called_anecdotal_in_the_group(evaluated):
    short = evaluated.scores[evaluated.scores["group"].str.contains("fewer than 8")]
    enough = coverage(evaluated, "series", "80")

    assert short["group"].str.startswith("anecdotal: ").all()
    assert set(enough["series_id"]) == set(NAMES)


def test_every_score_counts_its_cases_and_dates_its_truth(evaluated):
    scores = evaluated.scores

    assert (scores["n"] > 0).all()
    assert (scores["truth_known_from"] <= pd.Timestamp(AS_OF)).all()
    assert (scores["n_effective"] <= scores["n"] + 1e-9).all()


def test_skill_stands_beside_its_baseline_and_range(evaluated):
    skills = evaluated.scores.query("metric == 'skill' and forecaster == 'combination'")
    pooled = skills[skills["group"] == "all"]

    assert set(pooled["baseline"]) == {"last_value", "constant_growth", "record_only"}
    assert (pooled["low"] <= pooled["value"]).all()
    assert (pooled["value"] <= pooled["high"]).all()


def test_scores_by_horizon_are_there(evaluated):
    table = tables.by_horizon(evaluated.scores, policy="strict")

    assert set(table["horizon"]) == {1, 2, 3, 4}
    assert table["log_crps"].notna().all()


def test_the_same_question_has_the_same_scores():
    first, second = (
        evaluate(
            rows("hill", years=30), NAMED, catalogue("hill"), assumptions(),
            question=asked("strict"),
        )
        for _ in range(2)
    )  # fmt: skip

    pd.testing.assert_frame_equal(first.scores, second.scores)
    pd.testing.assert_frame_equal(first.calibration, second.calibration)


def test_nothing_known_after_the_day_of_the_question_is_read():
    day, seen = date(2020, 6, 1), rows("valley", years=45)
    later = seen["known_from"] > pd.Timestamp(day)
    upset = seen.assign(value=seen["value"].where(~later, 3.0))

    honest, changed = (
        evaluate(table, NAMED, catalogue("valley"), assumptions(),
                 question=asked("strict", day),)
        for table in (seen, upset)
    )  # fmt: skip

    pd.testing.assert_frame_equal(honest.scores, changed.scores)
    pd.testing.assert_frame_equal(honest.calibration, changed.calibration)
    assert (honest.calibration["known_from"] <= pd.Timestamp(day)).all()


def test_a_strict_day_learns_from_the_rows_of_that_day_alone():
    """A table printed in 2010 and again in 2026: what 2010 learned ends in 2010."""
    seen = rows("valley", years=50)
    first = seen[seen["period_end"] <= "2009-12-31"].assign(known_from=pd.Timestamp("2010-06-01"))
    second = seen.assign(known_from=pd.Timestamp("2026-03-01"))
    upset = second.assign(value=second["value"] * 1.5)

    honest, changed = (
        examine(pd.concat([first, table], ignore_index=True), NAMED, [utility()], assumptions(),
                as_of=AS_OF, policy="strict").judged
        for table in (second, upset)
    )  # fmt: skip

    widths = [
        table[table["policy"] == "strict"]["width_80"].to_numpy() for table in (honest, changed)
    ]
    assert len(widths[0])
    assert (widths[0] == widths[1]).all()


def test_calibration_is_dated_by_the_day_its_values_were_at_hand():
    late = rows("valley").assign(known_from=pd.Timestamp("2026-03-01"))
    lag = {"valley": 60}

    strict, rebuilt = (
        examine(late, NAMED, [utility()], assumptions(), as_of=AS_OF, policy=policy).calibration
        for policy in ("strict", "reconstructed")
    )

    assert (strict["known_from"] == pd.Timestamp("2026-03-01")).all()
    assert (rebuilt["known_from"] <= known_days(late, lag, "reconstructed").max()).all()


def test_a_class_depends_on_no_other_class():
    ours, other = utility("valley"), utility("hill", reference_class="spending", unit="TWh")
    both = Catalogue(series=(ours, other))
    seen = rows("valley", "hill", years=35)
    hill = seen["series_id"] == "hill"
    upset = seen.assign(value=seen["value"].where(~hill, seen["value"] ** 1.1))

    honest, changed = (
        evaluate(
            table,
            NAMED,
            both,
            assumptions(),
            question=asked("reconstructed"),
        )
        for table in (seen, upset)
    )

    of = [t.calibration[t.calibration["subject"] == "electricity"] for t in (honest, changed)]
    pd.testing.assert_frame_equal(*of)
    assert [len(members) for members in classes(both)] == [1, 1]


def test_a_series_nobody_knows_yet_is_an_empty_result():
    found = evaluate(
        rows("valley"), NAMED, catalogue("valley", "unheard"), assumptions(),
        question=asked("strict", date(1980, 1, 1)),
    )  # fmt: skip

    assert found.scores.empty
    assert found.calibration.empty
    assert tables.coverage(found.scores, policy="strict").empty
    assert gather([], seed=1).scores.empty


def test_the_summary_gives_coverage_with_both_ranges_and_a_verdict(evaluated):
    table = tables.coverage(evaluated.scores, policy="strict").set_index(["series_id", "group"])

    row = table.loc["", "class electricity, frequency A"]
    assert row["verdict"] == tables.WITHIN
    assert row["range_80"] != row["range_80_if_independent"]
    assert "%" in row["skill_over_last_value"]
    few = table[table.index.get_level_values("group").str.startswith("anecdotal")]
    assert (few["verdict"] == tables.TOO_FEW).all()


def test_the_ablation_names_every_other_way_of_combining(evaluated):
    table = tables.ablation(evaluated.scores, policy="strict")

    assert {"equal_weights", "record_only", "last_value"} <= set(table["instead"])
    assert "record_only" in tables.text(table)


def test_a_missed_range_says_by_how_much(evaluated):
    scores = evaluated.scores.copy()
    scores.loc[scores["metric"] == "coverage", "value"] = 0.1

    table = tables.coverage(scores, policy="strict")

    whole = table[table["group"] == "all"].iloc[0]
    assert whole["verdict"].startswith("80 %: 0.10 outside ")
