"""Fan charts as SVG: colours are CSS variables, so the page decides light or dark.

Charts are written in Vega-Lite, the grammar altair speaks, and drawn by vl-convert without a
browser. They are plain dictionaries: altair's classes would check each of some thousand
nodes and cost more time than the drawing itself; a test checks them instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from forecast.report.fan import LEFT, drawing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forecast.report.facts import SeriesFacts
    from forecast.report.fan import Drawing, Mark, Style
    from forecast.report.labels import Label
    from forecast.report.plane import Plane

Layer = dict[str, Any]
"""A piece of Vega-Lite."""

_BANDS: Final = (("95", "q025", "q975"), ("80", "q10", "q90"), ("50", "q25", "q75"))

_PADDING: Final = {"left": LEFT, "right": 86, "top": 24, "bottom": 24}
"""Room for the value axis, the labels at the right end, a line on top, the years. [pixels]"""

_DENSE: Final = 12
"""From this many known values on, marks are small and a thin line joins them."""

_TEXT: Final = 12
"""Size of all text in a chart. [pixels]"""

_THOUSANDS: Final = "replace(format(datum.value, ',~g'), regexp(',', 'g'), '\u202f')"


def fan_chart(told: SeriesFacts, style: Style) -> str:
    """Return the fan chart of a series as one SVG element without ids, sizes or fonts.

    Its text alternative belongs to the element around it.
    """
    import vl_convert

    return _slim(vl_convert.vegalite_to_svg(specification(told, style)))


def specification(told: SeriesFacts, style: Style) -> Layer:
    """Return the fan chart of a series in Vega-Lite."""
    drawn = drawing(told, style)
    return {
        "width": drawn.plane.width,
        "height": drawn.plane.height,
        "padding": _PADDING,
        "autosize": {"type": "none"},
        "background": "transparent",
        "config": {"aria": False, "view": {"stroke": None}},
        "layer": [
            *_bands(drawn),
            *_rules(drawn),
            *_known(drawn),
            *_texts((*drawn.ends, *drawn.names), drawn.plane, "var(--ink)"),
            *_texts(drawn.remarks, drawn.plane, "var(--quiet)"),
        ],
    }


def _layer(rows: Iterable[dict[str, Any]], mark: str, encoding: Layer, **look: object) -> Layer:
    return {
        "data": {"values": list(rows)},
        "mark": {"type": mark, **look},
        "encoding": encoding,
    }


def _across(plane: Plane) -> Layer:
    axis = {
        "title": None, "values": plane.year_ticks, "format": "d", "grid": False,
        "labelFontSize": _TEXT, "labelColor": "var(--quiet)", "domainColor": "var(--quiet)",
        "tickColor": "var(--quiet)", "labelOverlap": False, "labelFlush": False,
    }  # fmt: skip
    scale = {"domain": list(plane.years), "nice": False, "zero": False}
    return {"field": "at", "type": "quantitative", "axis": axis, "scale": scale}


def _up(plane: Plane, field: str) -> Layer:
    axis = {
        "title": None, "values": plane.value_ticks, "labelExpr": _THOUSANDS, "domain": False,
        "labelFontSize": _TEXT, "labelColor": "var(--quiet)", "gridColor": "var(--rule)",
        "ticks": False, "labelOverlap": False,
    }  # fmt: skip
    kind = "log" if plane.logarithmic else "linear"
    scale = {"type": kind, "domain": list(plane.values), "nice": False, "zero": False}
    return {"field": field, "type": "quantitative", "axis": axis, "scale": scale}


def _bands(drawn: Drawing) -> list[Layer]:
    """Return three bands of one hue, the widest first, and the median on them."""
    rows = [vars(point) for point in drawn.points]
    across = _across(drawn.plane)
    bands = [
        _layer(
            rows,
            "area",
            {"x": across, "y": _up(drawn.plane, low), "y2": {"field": high}},
            color=f"var(--band-{share})",
        )
        for share, low, high in _BANDS
    ]
    middle = {"x": across, "y": _up(drawn.plane, "q50")}
    median = _layer(rows, "line", middle, color="var(--median)", strokeWidth=2.2)
    if drawn.asked is None:
        return [*bands, median]
    ring = {"filled": True, "fill": "var(--paper)", "stroke": "var(--median)", "opacity": 1}
    return [*bands, median, _marks([drawn.asked], drawn.plane, "point", size=50, **ring)]


def _rules(drawn: Drawing) -> list[Layer]:
    """Return the rule where knowledge ends, and the level that is pointed out."""
    upright = {"x": _across(drawn.plane)}
    rules = [
        _layer([{"at": drawn.origin}], "rule", upright, color="var(--quiet)", strokeDash=[2, 3])
    ]
    if drawn.level is not None:
        level = {"y": _up(drawn.plane, "value")}
        rows = [{"value": drawn.level}]
        rules.append(_layer(rows, "rule", level, color="var(--other)", strokeDash=[6, 4]))
    return rules


def _known(drawn: Drawing) -> list[Layer]:
    """Return followed values as dots, and the others' as hollow diamonds."""
    dense = len(drawn.known) >= _DENSE
    size = 14 if dense else 46
    layers = []
    if drawn.others:
        hollow = {"shape": "diamond", "filled": False, "color": "var(--other)", "size": 2 * size}
        layers.append(_marks(drawn.others, drawn.plane, "point", strokeWidth=1.3, **hollow))
    if dense:
        layers.append(_marks(drawn.known, drawn.plane, "line", color="var(--ink)", strokeWidth=1))
    dots = {"shape": "circle", "filled": True, "opacity": 1, "color": "var(--ink)", "size": size}
    return [*layers, _marks(drawn.known, drawn.plane, "point", **dots)]


def _marks(marks: Sequence[Mark], plane: Plane, kind: str, **look: object) -> Layer:
    rows = [{"at": mark.at, "value": mark.value} for mark in marks]
    return _layer(rows, kind, {"x": _across(plane), "y": _up(plane, "value")}, **look)


def _texts(labels: Sequence[Label], plane: Plane, colour: str) -> list[Layer]:
    """Return labels as text, one layer for each way they are set."""
    layers = []
    for align in ("left", "center", "right"):
        rows = [
            {
                "at": plane.year_at(label.across),
                "value": plane.value_at(label.down),
                "text": label.text,
            }
            for label in labels
            if label.align == align
        ]
        where = {"x": _across(plane), "y": _up(plane, "value"), "text": {"field": "text"}}
        look = {"align": align, "baseline": "middle", "fontSize": _TEXT, "color": colour}
        if rows:
            layers.append(_layer(rows, "text", where, **look))
    return layers


def _slim(svg: str) -> str:
    """Return the SVG without what the page decides or nobody sees; coordinates to 0.1 pixel."""
    head, body = svg.split(">", 1)
    view = re.search(r'viewBox="[^"]+"', head)
    body = re.sub(
        r' (?:aria-[a-z]+|role|pointer-events|font-family|class|stroke-miterlimit)="[^"]*"'
        r'| opacity="1"',
        "",
        body,
    )
    body = re.sub(r'<path(?: d="[^"]*")?(?: display="none")?/>', "", body)
    body = re.sub(r"-?\d+\.\d{2,}", _to_a_tenth, body)
    while "<g></g>" in body:
        body = body.replace("<g></g>", "")
    box = view[0] if view else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} aria-hidden="true" focusable="false">{body}'
    )


def _to_a_tenth(found: re.Match[str]) -> str:
    return f"{float(found[0]):.1f}".removesuffix(".0")
