"""What the data page says: sources and their age, what the gate refused, what was revised."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """Publications of one method: how many, and how old the newest is."""

    family: str
    publications: int
    newest: str
    publisher: str
    known_from: str
    age_days: int
    rows: int


@dataclass(frozen=True)
class Source:
    """One publication known, with its rows and its age on the as-of day."""

    publication_id: str
    publisher: str
    title: str
    family: str
    known_from: str
    age_days: int | None
    grade: str
    licence: str
    rows: int
    claims: int


@dataclass(frozen=True)
class Stopped:
    """A vintage the gate refused whole, and why."""

    vintage: str
    why: str


@dataclass(frozen=True)
class Example:
    """A refused row, or missing periods folded into ranges."""

    what: str
    found: str
    expected: str


@dataclass(frozen=True)
class Refused:
    """What one rule found in one series: the first few, how many more, and their fate."""

    rule: str
    severity: str
    fate: str
    series_id: str
    title: str
    count: int
    examples: tuple[Example, ...]
    rest: int


@dataclass(frozen=True)
class Check:
    """How one rule judged all vintages."""

    rule: str
    vintages: int
    judged: int
    failed: int
    verdict: str


@dataclass(frozen=True)
class Saying:
    """One value of a period, and who first said it when."""

    value: float
    title: str
    known_from: str


@dataclass(frozen=True)
class Revision:
    """A period whose value differs between editions of one family."""

    series_id: str
    title: str
    family: str
    period: str
    unit: str
    sayings: tuple[Saying, ...]
    change: str
    size_percent: float
    remark: str


@dataclass(frozen=True)
class RevisedSeries:
    """How often and how much one family revised one series."""

    series_id: str
    title: str
    family: str
    repeated: int
    revised: int
    smallest_percent: float
    largest_percent: float


@dataclass(frozen=True)
class DataFacts:
    """The data page."""

    families: tuple[Family, ...]
    sources: tuple[Source, ...]
    stopped: tuple[Stopped, ...]
    refused: tuple[Refused, ...]
    checks: tuple[Check, ...]
    vintages_judged: int
    revised_series: tuple[RevisedSeries, ...]
    revisions: tuple[Revision, ...]
    periods_repeated: int

    @property
    def found(self) -> str:
        """How many rows were refused, kept in doubt or missing, in words."""
        each = {"refused": 0, "kept in doubt": 0, "missing": 0}
        for row in self.refused:
            each[row.fate] += row.count
        return ", ".join(f"{count or 'none'} {fate}" for fate, count in each.items())

    @property
    def failing(self) -> tuple[Check, ...]:
        """Rules that did not pass everywhere."""
        return tuple(row for row in self.checks if row.verdict != "pass")
