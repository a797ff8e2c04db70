"""What a finished run hands to those who print it: tables, and a note on each series."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import pandas as pd

    from forecast.contracts.catalogue import Catalogue
    from forecast.contracts.vintages import Policy


@dataclass(frozen=True)
class SeriesNote:
    """How one series came to its forecast, or why it has none.

    Attributes:
        series_id: The catalogue's id.
        family: The publication family the models follow; blank if none had spoken.
        publications: Every publication that had spoken, oldest first.
        followed: Publications the track is made of, newest first.
        points: How many points the track has.
        members: The models that were combined.
        refusals: Models that could not speak, with their reason.
        fallback_from: The model a fallback speaks for, if any.
        remarks: Sentences a reader must see beside the numbers.
        behind: What stands behind the panel engine's forecast: its candidates with weight and
            past error, what growth was multiplied with, past errors of the class. Blank where
            other models speak.
    """

    series_id: str
    family: str = ""
    publications: tuple[str, ...] = ()
    followed: tuple[str, ...] = ()
    points: int = 0
    members: tuple[str, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    fallback_from: str = ""
    remarks: tuple[str, ...] = ()
    behind: Mapping[str, Any] = field(default_factory=dict)

    @property
    def candidates(self) -> tuple[str, ...]:
        """Names of the panel engine's candidates, heaviest first; none where others speak."""
        return tuple(one["name"] for one in self.behind.get("candidates", ()))

    @property
    def has_forecast(self) -> bool:
        """Whether the series has a forecast in this edition."""
        return self.points > 0


@dataclass(frozen=True)
class FactorNote:
    """A factor between senses of power, as the report shows it."""

    series_id: str
    sense: str
    name: str
    quantiles: Mapping[float, float]
    source: str
    grade: str
    publisher_value: float | None = None


@dataclass(frozen=True)
class Edition:
    """Everything a page may say of one run.

    ``tables`` hold FORECASTS, EXCEEDANCES, PATHS, SCORES, CALIBRATION, INPUTS, OBSERVATIONS,
    QUARANTINE, CHECKS, PUBLICATIONS, CLAIMS, PROJECTS and ASSUMPTIONS under their contract
    names; only rows known on ``as_of``. ``stopped`` names vintages the gate refused whole, and why.
    ``record_hindsight`` are assumptions past days read before they were known: because of
    them the scores are not called ex ante.
    """

    run_id: str
    as_of: date
    policy: Policy
    catalogue: Catalogue
    notes: tuple[SeriesNote, ...]
    factors: tuple[FactorNote, ...]
    tables: Mapping[str, pd.DataFrame]
    version: str
    stopped: Mapping[str, str] = field(default_factory=dict)
    record_hindsight: tuple[str, ...] = ()

    def note(self, series_id: str) -> SeriesNote:
        """Return the note of one series."""
        return next(note for note in self.notes if note.series_id == series_id)

    @property
    def hindsight(self) -> tuple[str, ...]:
        """Assumptions that were known only after ``as_of``."""
        used = self.tables["assumptions"]
        return tuple(used.loc[used["hindsight"], "assumption_id"])
