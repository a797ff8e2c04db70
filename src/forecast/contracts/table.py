"""What a table is: columns with types, units and ranges, and a key.

``shape`` ends a reader (columns and types), ``check`` ends the gate (ranges and keys too).
Both report every breach at once. Text is never null: a blank is ``""``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEXT: Final = "string"
NUMBER: Final = "float64"
COUNT: Final = "int64"
DAY: Final = "datetime64[us]"
INSTANT: Final = "instant"
"""A UTC instant, without a zone in memory. Most are midnights; an hour's start need not be."""
FLAG: Final = "bool"
YEAR: Final = "Int64"
"""A whole number that may be absent."""


@dataclass(frozen=True)
class Column:
    """One column: its name, type and meaning, and what it may hold."""

    name: str
    kind: str
    meaning: str
    unit: str = ""
    within: tuple[float, float] | None = None
    one_of: tuple[str, ...] = ()
    nullable: bool = False

    def cast(self, values: pd.Series) -> pd.Series:
        """Return ``values`` in the declared type; raise ValueError or TypeError if impossible."""
        return _CASTS[self.kind](values)

    def breaches(self, values: pd.Series) -> Iterator[str]:
        """Yield a sentence for each promise that ``values`` break."""
        absent = values.isna() if self.kind != TEXT else values == ""
        if not self.nullable and absent.any():
            yield f"`{self.name}` is blank in {int(absent.sum())} rows"
        present = values[~absent]
        if self.one_of and not (strange := present[~present.isin(self.one_of)]).empty:
            yield f"`{self.name}` holds {strange.iloc[0]!r}, not one of {', '.join(self.one_of)}"
        if self.within is not None:
            low, high = self.within
            numbers = present.astype("float64")
            if not (outside := numbers[~numbers.between(low, high)]).empty:
                yield f"`{self.name}` leaves [{low:g}, {high:g}]: {outside.iloc[0]:g}"
        elif self.kind == NUMBER and not (wild := present[~np.isfinite(present)]).empty:
            yield f"`{self.name}` holds {wild.iloc[0]} in {len(wild)} rows"


def _as_text(values: pd.Series) -> pd.Series:
    plain = values.astype(object)
    if pd.api.types.infer_dtype(plain, skipna=False) in {"string", "empty"}:
        return plain
    return plain.where(plain.notna(), "").map(str).astype(object)


def _as_flag(values: pd.Series) -> pd.Series:
    if not values.isin([True, False]).all():
        raise ValueError("a flag is neither true nor false")
    return values.astype("bool")


_CASTS: Final[dict[str, Callable[[pd.Series], pd.Series]]] = {
    TEXT: _as_text,
    DAY: lambda values: pd.to_datetime(values, format="ISO8601").astype(DAY),
    INSTANT: lambda values: pd.to_datetime(values, format="ISO8601").astype(DAY),
    NUMBER: lambda values: values.astype("float64"),
    YEAR: lambda values: pd.to_numeric(values).astype("Int64"),
    FLAG: _as_flag,
    COUNT: lambda values: pd.to_numeric(values).astype("Int64").astype("int64"),
}


@dataclass(frozen=True)
class Table:
    """A promise about a frame. What is not written here is not promised."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in contract order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return the table with no row."""
        return _empty(self).copy()

    def shape(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return ``frame`` with contract columns and types, sorted by key.

        Raises:
            ContractError: Columns are missing or unknown, or a value has no such type.
        """
        breaches = [
            *(f"`{name}` is missing" for name in self.names if name not in frame),
            *(f"`{name}` is not a column of it" for name in frame if name not in self.names),
        ]
        if breaches:
            raise ContractError(f"{self.name}: {'; '.join(breaches)}.")
        shaped = {}
        for column in self.columns:
            try:
                shaped[column.name] = column.cast(frame[column.name])
            except (ValueError, TypeError) as error:
                why = str(error).partition(" You might want")[0]  # pandas' advice is not ours
                breaches.append(f"`{column.name}` is not {column.kind}: {why}")
        if breaches:
            raise ContractError(f"{self.name}: {'; '.join(breaches)}.")
        ordered = pd.DataFrame(shaped, columns=self.names)
        return ordered.sort_values(list(self.key), kind="stable", ignore_index=True)

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return ``frame`` shaped, or raise with every breach of range and key at once.

        Raises:
            ContractError: A value leaves its range, a key is blank or stands twice.
        """
        shaped = self.shape(frame)
        breaches = list(chain.from_iterable(c.breaches(shaped[c.name]) for c in self.columns))
        twins = shaped.duplicated(list(self.key), keep=False)
        if twins.any():
            first = shaped.loc[twins, list(self.key)].iloc[0]
            named = ", ".join(f"{name}={value}" for name, value in first.items())
            breaches.append(f"{int(twins.sum())} rows share a key, first {named}")
        if breaches:
            raise ContractError(f"{self.name}: {'; '.join(breaches)}.")
        return shaped


@cache
def _empty(table: Table) -> pd.DataFrame:
    """Return a table with no row, shaped once: it costs more than reading a short payload."""
    return table.shape(pd.DataFrame({name: [] for name in table.names}))
