"""Prior and past growth, weighed by how much each is to be doubted."""

import numpy as np
import pytest
from tests.builders import outlook, track

from forecast.growth.evidence import PRIOR_CASES, growth_now


def test_a_single_point_leaves_the_reference_class_as_it_is():
    growth = growth_now(track([100]), outlook())

    assert growth.mean == pytest.approx(0.08)
    assert growth.sd == pytest.approx(0.05)
    assert growth.scatter == pytest.approx(0.10)


def test_one_growth_is_weighed_by_precision():
    stated = outlook(drift=0.0, anchors=((1.0, 0.1),))

    growth = growth_now(track([100, 120], log_sd=np.zeros(2)), stated)

    evidence, prior = 1 / 0.1**2, 1 / 0.05**2
    expected = (prior * 0.08 + evidence * np.log(1.2)) / (prior + evidence)
    assert growth.mean == pytest.approx(expected)
    assert growth.sd == pytest.approx((prior + evidence) ** -0.5)


def test_old_growth_counts_for_less():
    recent = growth_now(track([100, 100, 150]), outlook())
    past = growth_now(track([100, 150, 150]), outlook())

    assert recent.mean > past.mean


def test_doubtful_points_count_for_less():
    sure = growth_now(track([100, 150], log_sd=np.full(2, 0.01)), outlook())
    unsure = growth_now(track([100, 150], log_sd=np.full(2, 0.5)), outlook())

    assert 0.08 < unsure.mean < sure.mean < np.log(1.5)


def test_a_seam_between_editions_counts_for_less_than_growth_within_one():
    within = growth_now(track([100, 150]), outlook())
    across = growth_now(track([100, 150], edition=np.array([1, 0])), outlook())

    assert across.mean < within.mean
    assert across.sd > within.sd


def test_scatter_is_that_of_growth_shrunk_to_the_class():
    rates = np.array([0.0, 0.4, 0.0, 0.4])
    levels = 100 * np.exp(np.concatenate([[0], np.cumsum(rates)]))

    growth = growth_now(track(levels), outlook())

    expected = np.sqrt((PRIOR_CASES * 0.1**2 + 4 * 0.2**2) / (PRIOR_CASES + 3))
    assert growth.scatter == pytest.approx(expected)


@pytest.mark.parametrize("gap", [1, 2, 6])
def test_a_seam_is_never_scatter_however_long_the_gap(gap):
    periods = np.array([0, 1, 2, 2 + gap])

    seam = track([100, 110, 121, 900], periods=periods, edition=np.array([1, 1, 1, 0]))
    unseamed = track([100, 110, 121], periods=periods[:3])

    assert growth_now(seam, outlook()).scatter == pytest.approx(
        growth_now(unseamed, outlook()).scatter
    )


def test_growth_within_one_edition_counts_however_doubtful_its_points():
    wild = track([100, 200, 100, 200], log_sd=np.full(4, 0.3), edition_doubt=0.05)

    assert growth_now(wild, outlook()).scatter > 0.2


def test_a_class_without_a_record_lends_its_spread_of_growth():
    assert growth_now(track([100]), outlook(anchors=())).scatter == 0.05
