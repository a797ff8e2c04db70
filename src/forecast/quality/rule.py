"""What a rule is: a name, how grave a breach is, a sentence, and the limits it sets each row.

Great Expectations does the judging: a rule says which expectation, on which columns, and
puts what it found and what was expected into words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from forecast.quality.scene import Scene

Severity = Literal["warning", "critical"]

FREQUENCIES: Final = "HDMQAI"
SLOW: Final = "DMQAI"
"""Every step but the hour."""


_COLUMN_ARGUMENTS: Final = ("column", "column_A", "column_B")


class Rule(Protocol):
    """What the suite and the gate need to know of a rule.

    Attributes:
        name: Stands in QUARANTINE and CHECKS.
        severity: A critical breach refuses the row, a warning lets it pass and says so.
        meaning: One sentence: what must hold.
        frequencies: Letters of the steps it judges.
    """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def severity(self) -> Severity:
        """How grave a breach is."""

    @property
    def meaning(self) -> str:
        """What must hold."""

    @property
    def frequencies(self) -> str:
        """Steps it judges."""

    def columns(self, scene: Scene) -> dict[str, NDArray[Any]]:
        """Return the columns that the expectation looks at, a value for each row."""

    def expectation(self) -> tuple[str, dict[str, Any]]:
        """Return the kind of expectation and its arguments."""

    def words(self, scene: Scene, place: int) -> tuple[str, str]:
        """Return what was found in a failed row, and what was expected."""


@dataclass(frozen=True)
class Limits:
    """For each row a measure and the limits it must keep; NaN limits judge nothing.

    Attributes:
        measured: What is measured.
        low: Lowest value allowed.
        high: Highest value allowed.
        found: Words for what was found, by place; blank: the measure and its unit.
        expected: Words for what was expected, by place; blank: the limits and the unit.
    """

    measured: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    found: Callable[[int], str] | None = None
    expected: Callable[[int], str] | None = None


@dataclass(frozen=True)
class Within:
    """A measure of each row must lie within limits that its surroundings set."""

    name: str
    severity: Severity
    meaning: str
    limits: Callable[[Scene], Limits]
    frequencies: str = FREQUENCIES

    def columns(self, scene: Scene) -> dict[str, NDArray[Any]]:
        """Return measure, low and high limit; rows of other steps are left blank."""
        limits = scene.remember(self.name, lambda: self.limits(scene))
        mine = scene.rows["frequency"].isin(list(self.frequencies)).to_numpy()
        judged = mine & ~np.isnan(limits.low) & ~np.isnan(limits.high)
        return {
            name: np.where(judged, column, np.nan)
            for name, column in zip(
                self.names, (limits.measured, limits.low, limits.high), strict=True
            )
        }

    @property
    def names(self) -> tuple[str, str, str]:
        """Names of the columns: measure, low limit, high limit."""
        return self.name, f"{self.name} low", f"{self.name} high"

    def expectation(self) -> tuple[str, dict[str, Any]]:
        """Expect the measure between the two limits of its row."""
        return "within_limits", {
            "column_list": list(self.names),
            "ignore_row_if": "any_value_is_missing",
        }

    def words(self, scene: Scene, place: int) -> tuple[str, str]:
        """Say the measure and its limits, in the unit of the row."""
        limits = scene.remember(self.name, lambda: self.limits(scene))
        unit = scene.rows["unit"].iat[place]
        low, high = limits.low[place], limits.high[place]
        found = f"{limits.measured[place]:.6g} {unit}"
        expected = f"{low:.4g} to {high:.4g} {unit}"
        if limits.found is not None:
            found = limits.found(place)
        if limits.expected is not None:
            expected = limits.expected(place)
        return found, f"{expected}: {self.meaning}"


@dataclass(frozen=True)
class Plain:
    """A promise that one of the library's own expectations, or a group-aware one, can hold."""

    name: str
    severity: Severity
    meaning: str
    kind: str
    arguments: Mapping[str, Any] = field(hash=False)
    shown: tuple[str, ...]
    expected: str
    derived: Callable[[Scene], dict[str, NDArray[Any]]] | None = None
    frequencies: str = field(default=FREQUENCIES)

    @property
    def of_words(self) -> bool:
        """Whether it judges words alone, of which a table has few."""
        return self.kind in {"in_set", "stated"}

    @property
    def looks_at(self) -> set[str]:
        """Names of all columns it is judged on, and of those it shows."""
        one = {str(self.arguments[name]) for name in _COLUMN_ARGUMENTS if name in self.arguments}
        return {*self.shown, *one, *self.arguments.get("column_list", ())}

    def columns(self, scene: Scene) -> dict[str, NDArray[Any]]:
        """Return derived columns, if the expectation needs any."""
        return {} if self.derived is None else self.derived(scene)

    def expectation(self) -> tuple[str, dict[str, Any]]:
        """Return the kind of expectation and its arguments."""
        return self.kind, dict(self.arguments)

    def words(self, scene: Scene, place: int) -> tuple[str, str]:
        """Say what stands in the columns the rule is about."""
        found = ", ".join(f"{name}={_said(scene.rows[name].iat[place])}" for name in self.shown)
        return found, f"{self.expected}: {self.meaning}"


def _said(cell: object) -> str:
    text = str(cell)
    return text if len(text) <= 80 else f"{text[:77]}..."
