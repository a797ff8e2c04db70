"""What a fan chart draws: bands, marks, rules and labels, in place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from forecast.report.labels import HALF_MARK, Label, apart, beside, meet
from forecast.report.plane import Plane
from forecast.report.reading import MONTHS_IN
from forecast.report.words import number, short_publisher

if TYPE_CHECKING:
    from forecast.report.facts import FanPoint, SeriesFacts, Value

_ENDS: Final = (("95 %", "q975"), ("80 %", "q90"), ("50 %", "q75"), ("median", "q50"))
"""What stands at the right end, and at which quantile."""

LEFT: Final = 46.0
"""Width of the value axis. [pixels]"""

ABOVE: Final = -13.0
"""Where the line of text above the plot stands. [pixels]"""

_ROOM: Final = 1.05
"""The plot ends a little above the highest value."""


@dataclass(frozen=True)
class Style:
    """Size and scale of a chart, and the level and period it points out, if any. [pixels]"""

    width: int
    height: int
    logarithmic: bool = False
    level: float | None = None
    level_text: str = ""
    asked: str = ""


@dataclass(frozen=True)
class Mark:
    """A known value in the plot."""

    at: float
    value: float
    name: str


@dataclass(frozen=True)
class Drawing:
    """Everything a chart needs, computed."""

    plane: Plane
    points: tuple[FanPoint, ...]
    known: tuple[Mark, ...]
    others: tuple[Mark, ...]
    origin: float
    level: float | None
    asked: Mark | None
    ends: tuple[Label, ...]
    names: tuple[Label, ...]
    remarks: tuple[Label, ...]


def drawing(told: SeriesFacts, style: Style) -> Drawing:
    """Return the fan chart of a series, every mark and label in its place."""
    known, others = _marks(told.followed, told), _marks(told.left_out, told)
    points = _visible(told.fan, told.last.months)
    plane = _plane(points, (*known, *others), style)
    level = style.level if style.level and style.level < plane.values[1] else None
    asked = _asked(points, style.asked, told.digits)
    remarks = (
        Label(2.0 - LEFT, ABOVE, told.rate, "left"),
        *_remarks(plane, told.last.at, level, style.level_text),
    )
    return Drawing(
        plane=plane,
        points=points,
        known=known,
        others=others,
        origin=told.last.at,
        level=level,
        asked=asked,
        ends=_ends(plane, points[-1], told.digits),
        names=(
            *_names(plane, known, others, remarks),
            *([] if asked is None else [_below(plane, asked)]),
        ),
        remarks=_clear(remarks),
    )


def _marks(values: tuple[Value, ...], told: SeriesFacts) -> tuple[Mark, ...]:
    """Return the values as long as the series' own step: others do not belong on its axis."""
    length = MONTHS_IN[told.frequency]
    return tuple(
        Mark(value.at, value.value, short_publisher(value.publisher))
        for value in values
        if value.value is not None and value.value > 0 and value.months == length
    )


def _visible(fan: tuple[FanPoint, ...], step: int) -> tuple[FanPoint, ...]:
    """Return the fan; a single period is drawn as wide as itself."""
    if len(fan) > 1:
        return fan
    half = step / 24
    return tuple(replace(fan[0], at=fan[0].at + side) for side in (-half, half))


def _asked(points: tuple[FanPoint, ...], period: str, digits: int) -> Mark | None:
    """Return the median of the period that is asked about, unless it stands at the end anyway."""
    found = [point for point in points[:-1] if point.period == period]
    if not found:
        return None
    return Mark(found[0].at, found[0].q50, f"{period}: {number(found[0].q50, digits)}")


def _below(plane: Plane, mark: Mark) -> Label:
    return Label(plane.across(mark.at), plane.down(mark.value) + 13.0, mark.name, "center")


def _plane(points: tuple[FanPoint, ...], marks: tuple[Mark, ...], style: Style) -> Plane:
    years = [point.at for point in points] + [mark.at for mark in marks]
    values = [mark.value for mark in marks]
    values += [edge for point in points for edge in (point.q025, point.q975)]
    first, last = min(years), max(years)
    low = min(values) / _ROOM if style.logarithmic else min(0.0, *values)
    return Plane(
        style.width,
        style.height,
        (first - 0.02 * (last - first), last),
        (low, max(values) * _ROOM),
        style.logarithmic,
    )


def _ends(plane: Plane, last: FanPoint, digits: int) -> tuple[Label, ...]:
    wanted = [plane.down(getattr(last, quantile)) for _, quantile in _ENDS]
    texts = [name for name, _ in _ENDS[:-1]] + [f"median {number(last.q50, digits)}"]
    placed = apart(wanted, low=4.0, high=float(plane.height))
    return tuple(
        Label(plane.width + 6.0, down, text, "left")
        for down, text in zip(placed, texts, strict=True)
    )


def _remarks(
    plane: Plane, origin: float, level: float | None, level_text: str
) -> tuple[Label, ...]:
    across = plane.across(origin)
    said = [
        Label(across + 6.0, ABOVE, "forecast", "left"),
        Label(across - 6.0, ABOVE, "known", "right"),
    ]
    if level is not None:
        said.append(Label(6.0, plane.down(level) - 9.0, level_text, "left"))
    return tuple(said)


def _clear(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """Return the labels that meet none before them."""
    kept: list[Label] = []
    for label in labels:
        if not any(meet(label.box, other.box) for other in kept):
            kept.append(label)
    return tuple(kept)


def _names(
    plane: Plane, known: tuple[Mark, ...], others: tuple[Mark, ...], written: tuple[Label, ...]
) -> list[Label]:
    """Return who said which mark: the followed first, then the others where there is room."""
    marks = [*reversed(known), *others]
    return beside(
        [(plane.across(mark.at), plane.down(mark.value), mark.name) for mark in marks],
        width=plane.across(known[-1].at) + HALF_MARK,
        height=plane.height,
        taken=[(plane.across(mark.at), plane.down(mark.value)) for mark in marks],
        written=written,
    )
