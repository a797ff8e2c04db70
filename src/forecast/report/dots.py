"""Coverage by horizon as SVG, by hand: dots, the range chance leaves, the nominal line.

A filled dot is judged, a hollow one anecdotal, a diamond lies outside its range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.report.facts_record import ByHorizon, Step

NOMINAL: Final = 80
"""The level that is drawn. [%]"""

_WIDTH: Final = 380
_TOP: Final = 8
_BOTTOM: Final = 118
_LEFT: Final = 44
_RIGHT: Final = 372
_TICKS: Final = 6
"""At most so many horizons are named on the axis."""


def dot_chart(told: ByHorizon) -> str:
    """Return coverage of the 80 % range by horizon as one SVG element."""
    last = told.steps[-1].horizon
    at = {step.horizon: _across(step.horizon, last) for step in told.steps}
    bars = "".join(
        f"M{at[step.horizon]} {_down(step.hits_80.low_percent)}V{_down(step.hits_80.high_percent)}"
        for step in told.steps
    )
    thick = max(3, min(9, 150 // last))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} 152" aria-hidden="true" '
        f'focusable="false" font-size="11" fill="var(--quiet)">{_frame()}'
        f'<path d="{bars}" stroke="var(--band-80)" stroke-width="{thick}"/>'
        f'<path d="M{_LEFT} {_down(NOMINAL)}H{_RIGHT}" stroke="var(--other)" '
        f'stroke-dasharray="6 4"/>'
        f"{_marks(told.steps, at)}{_names(told, at)}</svg>"
    )


def _across(horizon: int, last: int) -> float:
    step = (_RIGHT - _LEFT) / last
    return round(_LEFT + (horizon - 0.5) * step, 1)


def _down(percent: float) -> float:
    return round(_BOTTOM - (_BOTTOM - _TOP) * percent / 100, 1)


def _frame() -> str:
    lines = "".join(f"M{_LEFT} {_down(level)}H{_RIGHT}" for level in (0, 50, 100))
    names = "".join(
        f'<text x="{_LEFT - 6}" y="{_down(level) + 4:g}" text-anchor="end">{level} %</text>'
        for level in (0, 50, 80, 100)
    )
    return f'<path d="{lines}" stroke="var(--rule)"/>{names}'


def _marks(steps: Sequence[Step], at: dict[int, float]) -> str:
    kinds: dict[str, list[str]] = {"judged": [], "few": [], "out": []}
    for step in steps:
        kind = "few" if step.anecdotal else "out" if step.hits_80.side != "within" else "judged"
        x, y = at[step.horizon], _down(step.hits_80.percent)
        kinds[kind].append(f"M{x} {y - 5:g}l5 5-5 5-5-5z" if kind == "out" else _round(x, y))
    looks = {
        "judged": 'fill="var(--median)"',
        "few": 'fill="var(--paper)" stroke="var(--median)"',
        "out": 'fill="var(--other)"',
    }
    return "".join(
        f'<path d="{"".join(drawn)}" {looks[kind]}/>' for kind, drawn in kinds.items() if drawn
    )


def _round(x: float, y: float) -> str:
    return f"M{x - 3:g} {y:g}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"


def _names(told: ByHorizon, at: dict[int, float]) -> str:
    last = told.steps[-1].horizon
    step = max(1, -(-last // _TICKS))
    named = [horizon for horizon in at if horizon == 1 or horizon % step == 0]
    names = "".join(
        f'<text x="{at[horizon]}" y="132" text-anchor="middle">{horizon}</text>'
        for horizon in named
    )
    return (
        f'{names}<text x="{(_LEFT + _RIGHT) / 2:g}" y="148" text-anchor="middle">'
        f"{told.unit}s ahead</text>"
    )
