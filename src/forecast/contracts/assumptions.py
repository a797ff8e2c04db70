"""Judgement and priors: each row labelled, graded and dated.

A rule may have several dated rows; a run uses the newest one known on its as-of day. Where
none was known yet the earliest is used and marked as hindsight: it is listed in the
manifest, and scores of such a run are never called ex ante.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from forecast.contracts.errors import ContractError, SettingsError
from forecast.contracts.tables import ASSUMPTIONS

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True)
class Assumption:
    """One stated number with its range, source and date."""

    assumption_id: str
    subject: str
    name: str
    value: float
    low: float
    high: float
    source: str
    grade: str
    known_from: date
    hindsight: bool


@dataclass(frozen=True)
class Assumptions:
    """The assumptions of one home, as a run of ``as_of`` may use them."""

    table: pd.DataFrame
    sha256: str = ""
    as_of: date | None = None
    used: dict[str, Assumption] = field(default_factory=dict, compare=False)
    _found: dict[tuple[str, ...], Assumption | None] = field(
        default_factory=dict, compare=False, repr=False
    )

    def on(self, as_of: date) -> Assumptions:
        """Return the same assumptions, to be read as of a day, with nothing used yet."""
        return Assumptions(self.table, self.sha256, as_of)

    def find(self, name: str, *subjects: str) -> Assumption | None:
        """Return the row of the first subject that has one, or None.

        Args:
            name: What is assumed, e.g. ``growth_mean``.
            subjects: Series or reference classes, the most particular first.
        """
        asked = (name, *subjects)
        if asked not in self._found:
            self._found[asked] = self._search(name, subjects)
        return self._found[asked]

    def _search(self, name: str, subjects: tuple[str, ...]) -> Assumption | None:
        for subject in subjects:
            rows = self.table[(self.table["name"] == name) & (self.table["subject"] == subject)]
            if not rows.empty:
                return self._choose(rows)
        return None

    def get(self, name: str, *subjects: str) -> Assumption:
        """Return the row of the first subject that has one.

        Raises:
            SettingsError: No subject has such a row.
        """
        found = self.find(name, *subjects)
        if found is None:
            raise SettingsError(
                f"assumption {name!r} is stated for none of {', '.join(subjects)}. "
                "Add a row to assumptions.toml, or choose another reference_class."
            )
        return found

    def _choose(self, rows: pd.DataFrame) -> Assumption:
        as_of = pd.Timestamp.max if self.as_of is None else pd.Timestamp(self.as_of)
        dated = rows.sort_values("known_from", kind="stable")
        known = dated[dated["known_from"] <= as_of]
        row = (dated.iloc[0] if known.empty else known.iloc[-1]).to_dict()
        chosen = Assumption(
            assumption_id=row["assumption_id"],
            subject=row["subject"],
            name=row["name"],
            value=row["value"],
            low=row["low"],
            high=row["high"],
            source=row["source"],
            grade=row["grade"],
            known_from=row["known_from"].date(),
            hindsight=known.empty,
        )
        self.used[chosen.assumption_id] = chosen
        return chosen

    def used_table(self) -> pd.DataFrame:
        """Return ASSUMPTIONS: the rows this run has used, hindsight marked."""
        rows = self.table[self.table["assumption_id"].isin(self.used)].copy()
        rows["hindsight"] = [self.used[name].hindsight for name in rows["assumption_id"]]
        return ASSUMPTIONS.shape(rows)


def parse_assumptions(text: str, *, name: str = "assumptions.toml") -> Assumptions:
    """Return the assumptions written in ``text`` (TOML).

    Raises:
        SettingsError: It is not TOML, or a row breaks the ASSUMPTIONS contract.
    """
    try:
        rows = pd.DataFrame(_rows(text))
        for column, blank in (("low", float("nan")), ("high", float("nan")), ("unit", "")):
            if column not in rows:
                rows[column] = blank
        rows["hindsight"] = False
        table = ASSUMPTIONS.check(rows)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name} is not TOML: {error}. Mend the line it names.") from error
    except ContractError as error:
        raise SettingsError(f"{name}: {error} Mend the row.") from error
    return Assumptions(table, hashlib.sha256(text.encode()).hexdigest())


def _rows(text: str) -> list[dict[str, object]]:
    entries = tomllib.loads(text)
    rows = entries.pop("assumption", [])
    if entries or not isinstance(rows, list):
        found = ", ".join(sorted(entries)) or "one table"
        raise ContractError(f"found {found}; expected rows, each headed [[assumption]].")
    return rows
