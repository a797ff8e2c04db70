"""Flags every verb understands, and the day and instant it is asked on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.contracts.question import Place


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Flags of every verb."""

    home: Annotated[Path | None, Parameter(help="Folder that holds data/ and catalogue.toml.")] = (
        None
    )
    json: Annotated[bool, Parameter(negative="", help="Print one JSON object.")] = False
    debug: Annotated[bool, Parameter(negative="", help="Show the trace of an error.")] = False

    def place(self) -> Place:
        """Return the place to work in.

        Raises:
            SettingsError: The named folder does not exist.
        """
        from forecast.pipeline.home import find_home

        return find_home(self.home)

    def say(self) -> Callable[[str], None]:
        """Return where progress is told: stderr, as JSON lines off a terminal."""
        from forecast.cli.logs import progress

        return progress()


DEFAULT = Common()


def now() -> datetime:
    """Return the instant, UTC: read here and handed down."""
    return datetime.now(UTC)


def today() -> date:
    """Return the day, UTC."""
    return now().date()
