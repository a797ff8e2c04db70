"""What the record page says: how past forecasts fared, and what was learned of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.report.facts import Silent


@dataclass(frozen=True)
class Hits:
    """How often a range held the outcome, beside the range chance leaves that share."""

    level: int
    hits: int
    cases: int
    percent: int
    low_percent: int
    high_percent: int
    side: str
    verdict: str


@dataclass(frozen=True)
class Scored:
    """The scores of one series or class under one policy, pooled over horizons."""

    series_id: str
    name: str
    quantity: str
    anecdotal: bool
    n: int
    n_effective: float
    hits_80: Hits
    hits_95: Hits
    skill_last_value: str
    skill_constant_growth: str
    bias: str
    bias_log: float
    verdict: str


@dataclass(frozen=True)
class Step:
    """Coverage at one horizon."""

    horizon: int
    anecdotal: bool
    n: int
    n_effective: float
    hits_80: Hits
    hits_95: Hits


@dataclass(frozen=True)
class ByHorizon:
    """Coverage of one series by horizon, as it is drawn."""

    series_id: str
    title: str
    policy: str
    unit: str
    steps: tuple[Step, ...]
    finding: str
    alt: str

    @property
    def judged(self) -> bool:
        """Whether any horizon has cases enough to be judged."""
        return not all(step.anecdotal for step in self.steps)


@dataclass(frozen=True)
class PolicyRecord:
    """All scores under one vintage policy; two policies are never mixed."""

    policy: str
    title: str
    meaning: str
    cases: int
    classes: tuple[Scored, ...]
    series: tuple[Scored, ...]
    short: tuple[Scored, ...]
    short_name: str
    by_horizon: tuple[ByHorizon, ...]

    @property
    def drawn(self) -> tuple[ByHorizon, ...]:
        """Series of which at least one horizon is judged."""
        return tuple(told for told in self.by_horizon if told.judged)


@dataclass(frozen=True)
class Lesson:
    """Pooled past errors in use: of which class, how far, how many."""

    subject: str
    frequency: str
    group: str
    horizons: str
    n: str
    n_effective: str
    known_from: str
    source: str
    grade: str


@dataclass(frozen=True)
class RecordFacts:
    """The record page."""

    opening: str
    ex_ante: str
    hindsight: tuple[str, ...]
    policies: tuple[PolicyRecord, ...]
    unscored: tuple[Silent, ...]
    lessons: tuple[Lesson, ...]
    unlearned: tuple[Silent, ...]

    @property
    def main(self) -> PolicyRecord | None:
        """The policy with most cases."""
        return max(self.policies, key=lambda record: record.cases, default=None)
