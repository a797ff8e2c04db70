"""What the report says, before it has a form: every field may be printed, none is computed here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.report.facts_data import DataFacts
    from forecast.report.facts_record import RecordFacts
    from forecast.report.groups import Group


@dataclass(frozen=True)
class Value:
    """One number somebody published, with who, in which edition and when."""

    period: str
    at: float
    months: int
    value: float | None
    unit: str
    publication_id: str
    publisher: str
    title: str
    published: str
    reason: str = ""

    @property
    def dated(self) -> str:
        """When it was published, in words."""
        stamped = not self.published.startswith("undated")
        return f"published {self.published}" if stamped else self.published


@dataclass(frozen=True)
class Spread:
    """A forecast as people read it: the median, and the ends of its 50 % and 90 % range."""

    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


@dataclass(frozen=True)
class Sense:
    """One sense of power in the target year, and the odds of the level everybody asks about."""

    sense: str
    name: str
    meaning: str
    unit: str
    spread: Spread
    level: float
    probability: float | None
    odds: str


@dataclass(frozen=True)
class OddsRow:
    """How likely one level is in each sense; ``energy`` is what the level means over a year."""

    threshold: float
    energy: float
    probability: dict[str, float]
    odds: dict[str, str]


@dataclass(frozen=True)
class Factor:
    """A factor between senses: its distribution, and the publisher's own value if stated."""

    name: str
    sense: str
    meaning: str
    quantiles: dict[str, float]
    source: str
    grade: str
    publisher_value: float | None
    median: float
    median_with_publisher: float | None


@dataclass(frozen=True)
class FanPoint:
    """One forecast period as it is drawn."""

    period: str
    at: float
    horizon: int
    q025: float
    q05: float
    q10: float
    q25: float
    q50: float
    q75: float
    q90: float
    q95: float
    q975: float


@dataclass(frozen=True)
class OutlookRow:
    """One row of a series' table: the forecast, and doing nothing at the same horizon."""

    period: str
    q05: float
    q50: float
    q95: float
    baselines: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class SeriesFacts:
    """One series with a forecast."""

    series_id: str
    title: str
    quantity: str
    unit: str
    rate: str
    frequency: str
    counts: str
    resolver: str
    digits: int
    family: str
    last: Value
    followed: tuple[Value, ...]
    left_out: tuple[Value, ...]
    took: tuple[str, ...]
    fan: tuple[FanPoint, ...]
    outlook: tuple[OutlookRow, ...]
    annual: tuple[OutlookRow, ...]
    annual_known: Value | None
    model: str
    fallback_from: str
    members: tuple[str, ...]
    candidates: tuple[str, ...]
    refusals: dict[str, str]
    remarks: tuple[str, ...]
    finding: str = ""
    alt: str = ""
    who: str = ""
    who_not: str = ""

    @property
    def side_by_side(self) -> tuple[tuple[str, tuple[Value, ...], tuple[Value, ...]], ...]:
        """Each period with what is followed and what is left out: beside, never joined."""
        everything = sorted((*self.followed, *self.left_out), key=lambda v: (v.at, v.months))
        return tuple(
            (
                period,
                tuple(value for value in self.followed if value.period == period),
                tuple(value for value in self.left_out if value.period == period),
            )
            for period in dict.fromkeys(value.period for value in everything)
        )

    @property
    def glance(self) -> OutlookRow:
        """The row that stands for the series among others: of 2030, or the furthest printed."""
        rows = self.annual or self.outlook
        return next((row for row in rows if row.period == "2030"), rows[-1])

    @property
    def glance_known(self) -> Value | None:
        """The last known value on the step of ``glance``, if one is whole."""
        return self.annual_known if self.annual else self.last

    @property
    def glance_unit(self) -> str:
        """The unit of ``glance``."""
        return self.unit if self.annual else self.rate

    @property
    def steps(self) -> str:
        """What one period is called, more of them."""
        return {"A": "years", "Q": "quarters", "M": "months"}[self.frequency]

    @property
    def nothing(self) -> tuple[str, ...]:
        """The baselines that stand beside the forecast."""
        return tuple(dict.fromkeys(name for row in self.outlook for name in row.baselines))


@dataclass(frozen=True)
class Silent:
    """A series without a forecast, and why."""

    series_id: str
    title: str
    reason: str


@dataclass(frozen=True)
class Headline:
    """The series said in every sense of power, in one year."""

    series_id: str
    title: str
    year: int
    answer: str
    known: str
    level: float
    senses: tuple[Sense, ...]
    odds: tuple[OddsRow, ...]
    paths: int
    factors: tuple[Factor, ...]
    last_average_load: float

    @property
    def factor_levels(self) -> tuple[str, ...]:
        """Names of the points at which the factors are printed."""
        return tuple(self.factors[0].quantiles) if self.factors else ()

    @property
    def publisher_factors(self) -> bool:
        """Whether a publisher states a factor of its own."""
        return any(factor.publisher_value is not None for factor in self.factors)


@dataclass(frozen=True)
class Publication:
    """A publication used, and how much of it."""

    publication_id: str
    title: str
    publisher: str
    published: str
    known_from: str
    licence: str
    attribution: str
    redistributable: bool
    url: str
    grade: str
    followed: int
    left_out: int

    @property
    def link(self) -> str:
        """Its address, if a reader's browser may follow it."""
        return self.url if self.url.startswith(("https://", "http://")) else ""

    @property
    def rights(self) -> str:
        """Licence, attribution where it says more than the publisher, and a bar on passing on."""
        named = "" if self.attribution in ("", self.publisher) else self.attribution
        bar = "" if self.redistributable else "not for redistribution"
        licence = "" if self.licence in named else self.licence
        return "; ".join(part for part in (licence, named, bar) if part)


@dataclass(frozen=True)
class AssumptionFacts:
    """An assumption this run has used."""

    assumption_id: str
    value: float
    low: float | None
    high: float | None
    unit: str
    source: str
    grade: str
    known_from: str
    hindsight: bool


@dataclass(frozen=True)
class Contents:
    """The whole report."""

    title: str
    as_of: str
    policy: str
    run_id: str
    version: str
    citation: str
    headlines: tuple[Headline, ...]
    series: tuple[SeriesFacts, ...]
    groups: tuple[Group, ...]
    silent: tuple[Silent, ...]
    publications: tuple[Publication, ...]
    assumptions: tuple[AssumptionFacts, ...]
    counts: dict[str, int]
    reading: tuple[tuple[str, str], ...]
    data: DataFacts
    record: RecordFacts

    @property
    def hindsight(self) -> tuple[AssumptionFacts, ...]:
        """Assumptions known only after the as-of day."""
        return tuple(row for row in self.assumptions if row.hindsight)

    @property
    def headline_ids(self) -> tuple[str, ...]:
        """Series told at the top of the page."""
        return tuple(headline.series_id for headline in self.headlines)

    @property
    def others(self) -> tuple[SeriesFacts, ...]:
        """Series with a forecast that the top of the page does not tell."""
        return tuple(told for told in self.series if told.series_id not in self.headline_ids)

    def facts_of(self, series_id: str) -> SeriesFacts:
        """Return one series with a forecast."""
        return next(facts for facts in self.series if facts.series_id == series_id)
