import re
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.report.charts import fan_chart, specification
from forecast.report.contents import contents
from forecast.report.fan import Style, drawing
from forecast.report.labels import LINE, apart, beside, meet
from forecast.report.plane import Plane

NARROW = Style(300, 214)
LOG = Style(300, 214, logarithmic=True, level=788.4, level_text="90 GW on average", asked="2030")


@pytest.fixture(scope="module")
def told(edition):
    return contents(edition).facts_of("us_dc")


@pytest.mark.parametrize("style", [NARROW, LOG], ids=["linear", "logarithmic"])
def test_a_chart_is_legal_vega_lite(told, style):
    import altair as alt

    alt.LayerChart.from_dict(specification(told, style), validate=True)


def test_a_chart_has_no_id_no_font_and_only_the_pages_colours(told):
    svg = fan_chart(told, LOG)

    assert not re.search(r'\bid="|font-family|url\(#|NaN|null', svg)
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) - {"none", "transparent"} == {
        f"var(--{name})"
        for name in (
            "band-95",
            "band-80",
            "band-50",
            "median",
            "ink",
            "quiet",
            "rule",
            "other",
            "paper",
        )
    }


def test_every_known_value_is_drawn_and_those_left_out_differ_in_form(told):
    drawn = drawing(told, NARROW)
    marks = [layer["mark"] for layer in specification(told, NARROW)["layer"]]

    assert [mark.value for mark in drawn.known] == [76.0, 176.0, 192.0]
    assert [mark.value for mark in drawn.others] == [183.0]
    assert {"diamond", "circle"} <= {mark.get("shape") for mark in marks}


@pytest.mark.parametrize("style", [NARROW, LOG, Style(860, 330)], ids=["linear", "log", "wide"])
def test_no_two_labels_of_a_chart_overlap(told, style):
    drawn = drawing(told, style)

    for one, other in combinations((*drawn.ends, *drawn.names, *drawn.remarks), 2):
        assert not meet(one.box, other.box), (one.text, other.text)


def test_years_are_whole_numbers_without_a_thousands_mark(told):
    svg = fan_chart(told, NARROW)

    assert ">2020<" in svg
    assert not re.search(r">2[,\u202f ]0\d\d<", svg)


def test_a_value_of_another_length_than_the_series_step_is_not_drawn(told):
    longer = replace(told.left_out[0], months=36, value=60.0)

    assert drawing(replace(told, left_out=(longer,)), NARROW).others == ()


def test_a_single_period_ahead_is_still_seen(told):
    svg = fan_chart(replace(told, fan=told.fan[:1]), NARROW)

    widths = re.findall(r'd="M([\d.]+),[\d.]+L([\d.]+)[^"]*" fill="var\(--band-95\)"', svg)
    assert all(float(left) < float(right) for left, right in widths)
    assert widths


@given(st.lists(st.floats(0, 200), min_size=1, max_size=8).map(sorted))
def test_labels_moved_apart_keep_their_order_and_a_line_between_them(wanted):
    placed = apart(wanted, low=0.0, high=214.0)

    assert all(b - a >= LINE - 1e-6 for a, b in pairwise(placed))
    assert placed[0] >= -1e-6
    assert placed[-1] <= 214 + 1e-6


points = st.tuples(st.floats(0, 300), st.floats(0, 200), st.sampled_from(["LBNL", "IEA", "Koomey"]))


@given(st.lists(points, max_size=30))
def test_names_beside_marks_never_meet_and_never_leave_the_plot(marks):
    placed = beside(marks, width=300, height=200, taken=[(a, d) for a, d, _ in marks])

    assert len(placed) == len({label.text for label in placed})
    assert all(not meet(one.box, other.box) for one, other in combinations(placed, 2))
    assert all(label.box[0] >= 0 and label.box[1] <= 300 for label in placed)


@given(st.floats(0.01, 1e6), st.floats(1.2, 1e4), st.booleans())
def test_ticks_lie_inside_the_plot_and_are_few(low, ratio, logarithmic):
    plane = Plane(300, 214, (2000.0, 2035.0), (low, low * ratio), logarithmic)

    assert len(plane.value_ticks) <= 10
    assert all(-1e-6 <= plane.down(tick) <= 214 + 1e-6 for tick in plane.value_ticks)
    assert plane.value_at(plane.down(low * 1.1)) == pytest.approx(low * 1.1)
