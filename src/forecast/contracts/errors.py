"""Errors and exit codes: each error is named after the one who must mend it.

::

    ForecastError
        ├── FetchError       no answer                           → wait, or supply a key
        ├── SourceError      a publisher changed its file        → mend the reader
        ├── VintageError     the raw archive was asked to lie    → mend the caller
        ├── ContractError    a table breaks its promise          → mend the room before it
        ├── FitError         a model cannot speak for a history  → choose another model
        └── SettingsError    flag, catalogue or panel is wrong   → mend it

A message says which thing, what was found, what was expected and what to do next.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line tells its caller."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    EVERY_SOURCE_REFUSED = 3
    SOME_PARTS_FAILED = 4
    STALE = 5


class ForecastError(Exception):
    """The root: anything this project refuses to do, worded for a person."""

    exit_code = ExitCode.FAILED


class FetchError(ForecastError):
    """No answer, or a refusal: wait, or supply a key."""


class SourceError(ForecastError):
    """A publisher's file is not what its reader knows: mend the reader."""


class VintageError(ForecastError):
    """The raw archive was asked to lie: mend the caller."""


class ContractError(ForecastError):
    """A table breaks its promise: mend the room before it."""


class FitError(ForecastError):
    """A model cannot speak for a history: choose another model."""


class SettingsError(ForecastError):
    """A flag, the catalogue or a panel is wrong: mend it."""

    exit_code = ExitCode.USAGE
