"""One line through many editions: linked where they overlap, in doubt where they do not."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import assumptions, compiled_table, observations, publications, series, year

from forecast.contracts.errors import FitError
from forecast.contracts.tables import INPUTS
from forecast.history.frames import family_followed, inputs, one
from forecast.history.knowledge import as_known

LATE = date(2030, 1, 1)
GRADES = {"old": "C", "new": "A", "newer": "B", "iea_1": "B"}
FAMILIES = publications(old="lbnl", new="lbnl", newer="lbnl", iea_1="iea")
KNOWN = {"old": "2016-01-01", "new": "2020-01-01", "newer": "2024-01-01", "iea_1": "2025-01-01"}


def said(publication, points):
    return [
        year(at, value, publication=publication, known_from=KNOWN[publication])
        for at, value in points.items()
    ]


def known(*rows, of_publications=FAMILIES, **changes):
    return as_known(
        observations(*rows), of_publications, series=series(**changes), as_of=LATE, policy="strict"
    )


def track_of(*rows, **changes):
    return one(known(*rows, **changes), assumptions().on(LATE))


def values(track):
    return dict(zip((track.periods + 1970).tolist(), track.values.tolist(), strict=True))


def test_the_newest_edition_stands_as_printed():
    track = track_of(*said("old", {2014: 70.0}), *said("new", {2014: 58.0, 2018: 76.0}))

    assert values(track) == {2014: 58.0, 2018: 76.0}
    assert track.publications == ("new", "new")
    assert track.family == "lbnl"


def test_an_older_edition_is_lifted_to_the_newer_level_where_they_overlap():
    track = track_of(*said("old", {2010: 50.0, 2014: 70.0}), *said("new", {2014: 58.0}))

    assert values(track) == pytest.approx({2010: 50 * 58 / 70, 2014: 58.0})
    assert track.edition.tolist() == [0, 0]
    (growth,) = track.growths
    assert growth.log_growth == pytest.approx(np.log(70 / 50) / 4)
    assert growth.log_sd == pytest.approx(np.sqrt(2) * 0.05 / 4)


def test_the_link_is_the_median_ratio_of_shared_periods():
    old = {2010: 10.0, 2011: 10.0, 2012: 10.0, 2013: 10.0}
    new = {2011: 11.0, 2012: 12.0, 2013: 30.0}

    assert values(track_of(*said("old", old), *said("new", new)))[2010] == pytest.approx(12.0)


def test_editions_without_overlap_keep_their_level_and_carry_the_doubt_of_an_offset():
    track = track_of(*said("old", {2014: 70.0}), *said("new", {2018: 76.0}))

    assert values(track) == {2014: 70.0, 2018: 76.0}
    assert track.edition.tolist() == [1, 0]
    (growth,) = track.growths
    assert growth.log_sd == pytest.approx(np.sqrt(2 * 0.05**2 + 0.188**2) / 4)


def test_an_edition_linked_through_another_is_in_the_same_frame():
    track = track_of(
        *said("old", {2010: 10.0, 2012: 12.0}),
        *said("new", {2012: 24.0, 2014: 30.0}),
        *said("newer", {2014: 15.0}),
    )

    assert values(track) == pytest.approx({2010: 10.0, 2012: 12.0, 2014: 15.0})
    assert track.edition.tolist() == [0, 0, 0]


def test_two_old_editions_share_their_own_frame_apart_from_the_newest():
    track = track_of(
        *said("old", {2010: 10.0, 2012: 12.0}),
        *said("new", {2012: 24.0}),
        *said("newer", {2020: 15.0}),
    )

    assert values(track) == {2010: 20.0, 2012: 24.0, 2020: 15.0}
    assert track.edition.tolist() == [1, 1, 0]


def test_an_edition_that_overlaps_two_frames_is_lifted_to_the_newest():
    track = track_of(
        *said("old", {2010: 20.0, 2015: 30.0, 2020: 50.0}),
        *said("new", {2010: 10.0}),
        *said("newer", {2020: 100.0}),
    )

    assert values(track) == {2010: 10.0, 2015: 60.0, 2020: 100.0}
    assert track.edition.tolist() == [1, 0, 0]


@pytest.mark.parametrize(("old", "new"), [(0.0, 58.0), (7.0, 0.0)])
def test_zeros_link_nothing(old, new):
    track = track_of(*said("old", {2010: 5.0, 2014: old}), *said("new", {2014: new}))

    assert values(track) == {2010: 5.0, 2014: new}
    assert track.edition.tolist() == [1, 0]


@settings(max_examples=15)
@given(
    st.dictionaries(st.integers(2000, 2020), st.floats(1e-3, 1e3), min_size=1),
    st.dictionaries(st.integers(2000, 2020), st.floats(1e-3, 1e3), min_size=1),
    st.floats(0.01, 100),
)
def test_an_older_editions_own_level_does_not_matter_once_it_is_linked(old, new, factor):
    shared = old.keys() & new.keys()
    scaled = {at: value * factor for at, value in old.items()}

    once = track_of(*said("old", old), *said("new", new))
    again = track_of(*said("old", scaled), *said("new", new))

    if shared:
        np.testing.assert_allclose(once.values, again.values)
    assert {at: values(once)[at] for at in new} == new
    assert len(set(once.edition.tolist())) == (1 if shared or old.keys() <= new.keys() else 2)


def test_the_catalogues_first_family_that_has_spoken_is_followed():
    iea = known(*said("iea_1", {2022: 200.0}))
    both = known(*said("iea_1", {2022: 200.0}), *said("old", {2014: 70.0}))

    assert family_followed(iea) == "iea"
    assert family_followed(both) == "lbnl"
    assert family_followed(known()) == ""


def test_a_publication_of_no_known_family_is_its_own():
    history = known(year(2020, 5.0, publication="koomey"))

    assert family_followed(history) == "koomey"
    assert one(history, assumptions().on(LATE)).family == "koomey"


def test_a_series_nobody_named_spoke_of_has_no_track():
    with pytest.raises(FitError, match=r"us_dc as of 2030-01-01: no publication of lbnl, iea"):
        track_of(year(2020, 5.0, publication="somebody"))


def test_points_are_doubted_by_the_grade_of_their_publication():
    graded = FAMILIES.assign(grade=FAMILIES["publication_id"].map(GRADES))

    track = one(
        known(*said("old", {2014: 70.0}), *said("new", {2018: 76.0}), of_publications=graded),
        assumptions().on(LATE),
    )

    assert track.log_sd.tolist() == [0.10, 0.005]
    assert track.base_doubt == 0.01
    assert track.edition_doubt == 0.188


def test_a_class_that_states_no_doubt_has_that_of_any_series():
    history = known(*said("old", {2014: 70.0}), *said("new", {2018: 76.0}), reference_class="steel")

    track = one(history, assumptions().on(LATE))

    assert (track.edition_doubt, track.base_doubt) == (0.05, 0.08)
    assert track.log_sd.tolist() == [0.05, 0.05]


def test_levels_below_one_link_as_any_others():
    track = track_of(*said("old", {2010: 0.2, 2014: 0.4}), *said("new", {2014: 0.8}))

    assert values(track) == {2010: 0.4, 2014: 0.8}
    assert track.edition.tolist() == [0, 0]


def test_a_publication_without_a_grade_counts_as_press():
    track = one(known(year(2020, 5.0, publication="koomey")), assumptions().on(LATE))

    assert track.log_sd.tolist() == [0.10]
    assert track.base_doubt == 0.25


def test_the_naive_join_of_five_publications_never_comes_out():
    naive = [91.0, 58.0, 200.0, 176.0, 192.0]
    rows, of_anyone = compiled_table("observations"), compiled_table("publications")

    for day in (date(2024, 1, 24), date(2024, 12, 20), date(2025, 6, 1), date(2026, 11, 23)):
        history = as_known(rows, of_anyone, series=series(), as_of=day)
        track = one(history, assumptions().on(day))

        families = {history.families[name] for name in track.publications}
        assert families == {track.family}
        assert not set(naive) <= set(track.values.tolist())
        assert not {91.0, 200.0} & set(track.values.tolist())


def test_the_update_of_2024_is_kept_apart_from_the_report_before_it():
    rows, of_anyone = compiled_table("observations"), compiled_table("publications")
    day = date(2026, 11, 23)

    track = one(as_known(rows, of_anyone, series=series(), as_of=day), assumptions().on(day))

    assert values(track) == {2014: 58.0, 2018: 76.0, 2023: 176.0, 2024: 192.0}
    assert track.growths[-1].log_sd > track.edition_doubt > track.growths[-2].log_sd


def test_every_visible_row_is_listed_with_what_became_of_it():
    history = known(
        *said("old", {2010: 50.0, 2014: 70.0}),
        *said("new", {2014: 58.0}),
        *said("iea_1", {2014: 60.0}),
        year(2015, None, publication="new"),
    )
    track = one(history, assumptions().on(LATE))

    listed = INPUTS.check(inputs(history, track))

    told = {
        (found["publication_id"], found["period_end"].year): (found["role"], found["reason"])
        for found in listed.to_dict("records")
    }
    assert told == {
        ("old", 2010): ("followed", ""),
        ("old", 2014): ("left_out", "a newer edition speaks: new"),
        ("new", 2014): ("followed", ""),
        ("iea_1", 2014): ("left_out", "another frame: iea; the models follow lbnl"),
        ("new", 2015): ("left_out", "no single value is stated"),
    }
    assert listed["known_from_basis"].unique().tolist() == ["stamped"]


def test_inputs_of_a_series_without_a_track_are_all_left_out():
    history = known(year(2020, 5.0, publication="somebody"))

    listed = inputs(history, None)

    assert listed["role"].tolist() == ["left_out"]
    assert listed["reason"].tolist() == ["the catalogue names no family that had spoken"]
