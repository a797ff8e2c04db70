"""A run is named after its Question; its Place changes nothing."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forecast.contracts.question import DEFAULT_SEED, Place, Question, run_id

QUESTION = Question(date(2026, 1, 1), catalogue="c" * 64, assumptions="a" * 64)
GIVEN = {"rows": "r", "code": "k", "libraries": "l"}


@pytest.mark.parametrize(
    "change",
    [
        {"as_of": date(2026, 1, 2)},
        {"catalogue": "d" * 64},
        {"assumptions": "b" * 64},
        {"policy": "reconstructed"},
        {"series": ("us_dc",)},
        {"horizon": 3},
        {"seed": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_each_part_of_a_question_is_in_the_name_of_its_run(change):
    assert run_id(replace(QUESTION, **change), **GIVEN) != run_id(QUESTION, **GIVEN)


@pytest.mark.parametrize("part", GIVEN)
def test_rows_code_and_libraries_are_in_the_name_of_a_run(part):
    assert run_id(QUESTION, **(GIVEN | {part: "other"})) != run_id(QUESTION, **GIVEN)


def test_parts_do_not_run_into_one_another():
    assert run_id(QUESTION, rows="ab", code="c", libraries="") != run_id(
        QUESTION, rows="a", code="bc", libraries=""
    )


def test_a_run_is_named_by_16_hexadecimal_digits_always_the_same():
    name = run_id(QUESTION, **GIVEN)

    assert len(name) == 16
    assert int(name, 16) >= 0
    assert name == run_id(replace(QUESTION), **GIVEN) == "ee2a13c0ec54e18a"


def test_the_order_of_asking_changes_nothing():
    one = replace(QUESTION, series=("us_dc", "ie_dc"))
    other = replace(QUESTION, series=("ie_dc", "us_dc"))

    assert run_id(one, **GIVEN) == run_id(other, **GIVEN)


def test_only_a_question_about_everything_may_be_published():
    assert QUESTION.whole_catalogue
    assert replace(QUESTION, seed=1, policy="reconstructed").whole_catalogue
    assert not replace(QUESTION, series=("us_dc",)).whole_catalogue
    assert not replace(QUESTION, horizon=3).whole_catalogue


def test_a_question_is_strict_whole_and_seeded_by_default():
    assert QUESTION.as_dict() == {
        "as_of": "2026-01-01",
        "assumptions": "a" * 64,
        "catalogue": "c" * 64,
        "horizon": 0,
        "policy": "strict",
        "seed": DEFAULT_SEED,
        "series": [],
    }
    assert DEFAULT_SEED == 20_260_101


def test_a_place_is_a_home_with_two_folders():
    place = Place(Path("home"))

    assert place.raw == Path("home/data/raw")
    assert place.processed == Path("home/data/processed")
