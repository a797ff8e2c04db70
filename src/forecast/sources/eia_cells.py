"""Cells of the API's rows: columns by name, values as received, units however they are spelled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from forecast.sources.strict_json import Json, Refuse, excerpt

NO_VALUE: Final = frozenset({"--", "NA", "w", "W"})
"""Texts the publisher puts for no data, not available, withheld; the API itself says null."""

_NUMBER: Final = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_LOOSE: Final = re.compile(r"[\s\-\u2010-\u2015]+")


def unique(names: Sequence[tuple[str, ...]], keys: Sequence[str], refuse: Refuse) -> None:
    """Refuse if two rows share their key: a page repeats rows of another, or the file its own."""
    if len(set(names)) < len(names):
        seen: set[tuple[str, ...]] = set()
        twice = next(name for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        refuse(f"holds {excerpt(twice)} twice", f"one row for each {' × '.join(keys)}")


def cells(rows: Sequence[Json], name: str, refuse: Refuse) -> list[object]:
    """Return one column as received; refuse if a row lacks it, naming what it has."""
    for place, row in enumerate(rows):
        if name not in row:
            found = f"has no column `{name}` in row {place + 1}, but {excerpt(list(row))}"
            refuse(found, f"`{name}` in every row")
    return [row[name] for row in rows]


def texts(rows: Sequence[Json], name: str, refuse: Refuse) -> list[str]:
    """Return one column of names; a number is the text it was written as."""
    found = cells(rows, name, refuse)
    told = [cell for cell in found if isinstance(cell, str) and cell]
    if len(told) < len(found):
        place = next(p for p, cell in enumerate(found) if not isinstance(cell, str) or not cell)
        refuse(f"has `{name}` {excerpt(found[place])} in row {place + 1}", "a text")
    return told


def values(
    rows: Sequence[Json], name: str, refuse: Refuse
) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return the measured column: each value as received (blank: null), and as a number (or NaN).

    Raises:
        SourceError: A value is no finite number, no null, and no known mark of absence.
    """
    return numbers(cells(rows, name, refuse), name, refuse)


def numbers(
    found: Sequence[object], name: str, refuse: Refuse
) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return values as received and as numbers, as ``values`` does, from a bare list."""
    received = ["" if value is None else value for value in found]
    known = [value is None or _is_value(value) for value in found]
    if not all(known):
        place = known.index(False)
        refuse(f"holds {excerpt(found[place])} as `{name}` {place + 1}", "a number or null")
    told = [str(value) for value in received]
    parsed = np.array([float(text) if _is_number(text) else np.nan for text in told], dtype=float)
    beyond = np.isinf(parsed) | _vanished(told, parsed)
    if beyond.any():
        place = int(beyond.argmax())
        refuse(f"holds {excerpt(found[place])} as `{name}` {place + 1}", "a finite number")
    return told, parsed


def same_unit(rows: Sequence[Json], name: str, unit: str, refuse: Refuse) -> None:
    """Refuse unless every row is in ``unit``, however it is spelled."""
    for found in set(texts(rows, name, refuse)):
        if not spelled_alike(found, unit):
            refuse(f"is in {excerpt(found)}", f"{unit!r}")


def spelled_alike(found: str, unit: str) -> bool:
    """Return whether two labels differ at most in case, spaces and hyphens.

    Example:
        >>> spelled_alike("million kilowatt hours", "Million Kilowatthours")
        True
        >>> spelled_alike("megawatthours", "million kilowatthours")
        False
    """
    return _LOOSE.sub("", found).casefold() == _LOOSE.sub("", unit).casefold()


def _vanished(told: Sequence[str], parsed: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which numbers are zero in our arithmetic though a digit before the exponent is not."""
    vanished = parsed == 0.0
    for place in np.flatnonzero(vanished).tolist():
        mantissa = told[place].lower().partition("e")[0]
        vanished[place] = bool(mantissa.strip("-0."))
    return np.asarray(vanished, dtype=bool)


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None


def _is_value(value: object) -> bool:
    return isinstance(value, str) and (_is_number(value) or value in NO_VALUE)
