"""Instants are handed in, never looked up; here they are made to say which instant they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.contracts.errors import VintageError

if TYPE_CHECKING:
    from datetime import datetime


def seconds(instant: datetime, what: str) -> float:
    """Return an instant in seconds since 1970. [s]

    Args:
        instant: A moment with a time zone.
        what: What the message calls it, such as ``tidy: now``.

    Raises:
        VintageError: The instant has no time zone, so that it could be any of 38 instants.
    """
    if instant.tzinfo is None:
        raise VintageError(
            f"{what} is {instant.isoformat()} without a time zone; expected an instant, "
            "such as 2026-07-07T06:00:00+00:00. Hand in a datetime with tzinfo."
        )
    return instant.timestamp()
