"""Labels that stand where they belong and never on one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Align = Literal["left", "center", "right"]

LINE: Final = 14.0
"""Pixels from one line of text to the next."""

_CAPITAL: Final = 9.2
_CHARACTER: Final = 7.0
"""Pixels a character takes, on average, in the widest of the usual fonts."""

HALF_MARK: Final = 6.0
"""Half the width of a mark a label may not cover."""

_AROUND: Final[tuple[tuple[float, float, Align], ...]] = (
    (0.0, -10.0, "center"),
    (0.0, 12.0, "center"),
    (9.0, 1.0, "left"),
    (-9.0, 1.0, "right"),
)
"""Where a label may stand beside its mark, best first: right, down, and how it is set."""


@dataclass(frozen=True)
class Label:
    """A text at a pixel, its middle line there."""

    across: float
    down: float
    text: str
    align: Align

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of what the text covers."""
        width = sum(_CAPITAL if c.isupper() else _CHARACTER for c in self.text)
        left = self.across - {"left": 0.0, "center": width / 2, "right": width}[self.align]
        return left, left + width, self.down - LINE / 2, self.down + LINE / 2


def apart(wanted: Sequence[float], *, low: float, high: float) -> list[float]:
    """Return places at least one line apart and inside the plot, in the order wanted.

    Args:
        wanted: Pixels from the upper edge, rising.
        low: The upper edge.
        high: The lower edge.

    Example:
        >>> apart([10.0, 12.0, 80.0], low=0.0, high=100.0)
        [10.0, 24.0, 80.0]
    """
    placed: list[float] = []
    for place in wanted:
        above = placed[-1] + LINE if placed else low
        placed.append(max(place, above))
    for index in range(len(placed) - 1, -1, -1):
        below = placed[index + 1] - LINE if index + 1 < len(placed) else high
        placed[index] = min(placed[index], below)
    return placed


def beside(
    marks: Iterable[tuple[float, float, str]],
    *,
    width: float,
    height: float,
    taken: Iterable[tuple[float, float]],
    written: Iterable[Label] = (),
) -> list[Label]:
    """Return one label a name, beside the first of its marks that has room; the rest go without.

    Args:
        marks: Across, down and name of each mark, best place for the name first.
        width: Of the plot.
        height: Of the plot.
        taken: Marks no label may cover.
        written: Labels already there.
    """
    boxes = [(a - HALF_MARK, a + HALF_MARK, d - HALF_MARK, d + HALF_MARK) for a, d in taken]
    boxes += [label.box for label in written]
    placed: dict[str, Label] = {}
    for across, down, name in marks:
        for right, below, align in _AROUND if name not in placed else ():
            label = Label(across + right, down + below, name, align)
            if _inside(label, width, height) and not any(meet(label.box, box) for box in boxes):
                placed[name] = label
                boxes.append(label.box)
                break
    return list(placed.values())


def _inside(label: Label, width: float, height: float) -> bool:
    left, right, top, bottom = label.box
    return left >= 0 and right <= width and top >= 0 and bottom <= height


def meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Return whether two boxes overlap."""
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
