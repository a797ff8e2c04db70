"""All rules of the gate, one module a topic, in the order they are read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.quality.rules import contract, hourly, levels, periods, ranges, revisions

if TYPE_CHECKING:
    from forecast.quality.rule import Rule

ALL: Final[tuple[Rule, ...]] = (
    *contract.RULES,
    *ranges.RULES,
    *periods.RULES,
    *levels.RULES,
    *revisions.RULES,
    *hourly.RULES,
)
"""Every rule a row may be judged by."""
