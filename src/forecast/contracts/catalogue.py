"""The catalogue: which series exist, what each one means, and what settles it.

It is data (``catalogue.toml``; a user's own stands in their home). A misspelt key is an
error, never a default.
"""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from forecast.contracts.each import written_out
from forecast.contracts.errors import SettingsError
from forecast.contracts.quantities import QUANTITIES, UNITS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Self

MODELS = (
    "panel",
    "last_value",
    "constant_growth",
    "damped_growth",
    "logistic",
    "exponential_smoothing",
    "prophet",
)
"""Every model a series may ask for."""

BASELINES = ("last_value", "constant_growth")
"""Doing nothing, in two forms: published beside every forecast."""


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimand(_Closed):
    """What exactly is forecast, and which publication will say what came."""

    boundary: str = Field(description="whole facility, IT only, behind which meter")
    crypto: Literal["in", "out", "not stated", "not applicable"] = "not applicable"
    on_site_supply: Literal["in", "out", "not stated", "not applicable"] = "not applicable"
    year: str = "calendar year"
    resolver: str = Field(description="publication and edition that will resolve it")


class Plausible(_Closed):
    """Limits outside which a value is doubted, and since when we could know them."""

    low: float
    high: float
    growth_low: float = Field(description="fraction a period")
    growth_high: float = Field(description="fraction a period")
    known_from: date

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low >= self.high or self.growth_low >= self.growth_high:
            raise ValueError("each low must lie below its high")
        return self


class Aggregation(_Closed):
    """How finer periods become coarser ones: never silently, never from holes."""

    rule: Literal["sum", "mean", "maximum", "last"]
    to: Literal["A", "Q", "M"] = "A"
    completeness: float = Field(1.0, gt=0, le=1, description="least share of parts present")
    time_zone: str = "UTC"


class Series(_Closed):
    """One thing counted: what it is, where it comes from, how it may move."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str
    location: str
    estimand: Estimand
    quantity: str
    unit: str
    frequency: Literal["M", "Q", "A", "I"]
    periods: Literal["calendar", "fiscal"] = Field(
        "calendar", description="fiscal: on the calendar quarter that holds most of their days"
    )
    sources: tuple[str, ...] = Field(min_length=1, description="families by preference")
    scope: str = Field("", description="follow only rows of this scope; blank: any")
    aggregation: Aggregation = Aggregation(rule="sum", completeness=1.0)
    rows_of: str = Field("", description="a series whose rows it is made from, beside its own")
    publication_lag_days: int = Field(ge=0, le=2000)
    plausible: Plausible
    reference_class: str
    horizon: int = Field(5, ge=1, le=240, description="periods to forecast")
    forecast: bool = Field(default=True, description="false: described, too few points to carry on")
    live: bool = Field(default=False, description="left out until something of it is ingested")
    models: tuple[str, ...] = ("panel", *MODELS[2:6])
    fallback: Literal["last_value", "constant_growth"] = "last_value"
    headline: bool = Field(default=False, description="publish joint paths")
    senses: bool = Field(default=False, description="say it as energy, load, peak and connection")
    thresholds_gw: tuple[float, ...] = Field((), description="levels to give odds for")

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        if self.quantity not in QUANTITIES:
            raise ValueError(f"quantity {self.quantity!r} is not one of {', '.join(QUANTITIES)}")
        if self.unit not in UNITS:
            raise ValueError(f"unit {self.unit!r} is not one of {', '.join(UNITS)}")
        if self.forecast and self.frequency == "I":
            raise ValueError("instants have no next period; set forecast = false")
        if self.periods == "fiscal" and self.frequency != "Q":
            raise ValueError('only quarters may be fiscal: set frequency = "Q"')
        if unknown := set(self.models) - set(MODELS):
            raise ValueError(f"models {sorted(unknown)} are not among {', '.join(MODELS)}")
        return self

    @property
    def periods_per_year(self) -> int:
        """How many periods make a year; an instant has none, and counts as one."""
        return {"A": 1, "Q": 4, "M": 12, "I": 1}[self.frequency]


class Catalogue(_Closed):
    """Every series of one home, in the order they are read aloud."""

    series: tuple[Series, ...]
    sha256: str = Field("", description="hash of the file it was read from")

    @cached_property
    def _by_id(self) -> dict[str, Series]:
        return {series.id: series for series in self.series}

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all series, in catalogue order."""
        return tuple(series.id for series in self.series)

    @property
    def carried_on(self) -> tuple[Series, ...]:
        """The series that are forecast; the others are only described."""
        return tuple(series for series in self.series if series.forecast)

    def heard(self, told: Collection[str]) -> Catalogue:
        """Return the catalogue without the live series that nobody has told anything of.

        Args:
            told: Ids of the series there are rows of.
        """
        kept = tuple(
            series
            for series in self.series
            if not series.live or series.id in told or series.rows_of in told
        )
        return Catalogue(series=kept, sha256=self.sha256)

    def __getitem__(self, series_id: str) -> Series:
        """Return one series.

        Raises:
            SettingsError: No series has this id; the message lists those there are.
        """
        try:
            return self._by_id[series_id]
        except KeyError:
            raise SettingsError(
                f"series {series_id!r} is not in the catalogue. It holds {', '.join(self._by_id)}. "
                "Choose one of them, or add it to catalogue.toml."
            ) from None

    def __iter__(self) -> Iterator[Series]:  # type: ignore[override]
        """Iterate over the series in catalogue order."""
        return iter(self.series)


def parse_catalogue(text: str, *, name: str = "catalogue.toml") -> Catalogue:
    """Return the catalogue written in ``text`` (TOML).

    Raises:
        SettingsError: It is not TOML, a key is unknown or missing, or an id stands twice.
    """
    try:
        entries = written_out(tomllib.loads(text))
        catalogue = Catalogue(**entries, sha256=hashlib.sha256(text.encode()).hexdigest())
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} is not TOML: {error}. Mend the line it names.") from error
    except (ValidationError, TypeError) as error:
        raise SettingsError(f"{name}: {_in_words(error, entries)}. Mend the entry.") from error
    if len(set(catalogue.ids)) != len(catalogue.ids):
        twins = sorted({name for name in catalogue.ids if catalogue.ids.count(name) > 1})
        raise SettingsError(f"{name}: series {', '.join(twins)} stand twice. Keep one of each.")
    return catalogue


def _in_words(error: Exception, entries: dict[str, Any]) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{_place(flaw['loc'], entries)}: {flaw['msg']}" for flaw in error.errors()[:5]
    )


def _place(path: tuple[int | str, ...], entries: dict[str, Any]) -> str:
    """Return where a flaw is, an entry by its id rather than by its number."""
    named = list(map(str, path))
    if len(path) > 1 and path[0] == "series" and isinstance(path[1], int):
        entry = entries["series"][path[1]]
        named[1] = str(entry.get("id", path[1])) if isinstance(entry, dict) else named[1]
    return ".".join(named)
