"""How long we wait, how often we ask again, and what a publisher asks of us."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Final

PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Statuses that pass by themselves: worth asking again."""

_LONGEST_HEADER_S: Final = 10_000_000
"""No publisher asks for more patience than this: larger figures are read as this one. [s]"""


@dataclass(frozen=True)
class Patience:
    """Time limits and retries of one fetch."""

    connect_s: float = 10.0
    """Until a connection stands. [s]"""
    read_s: float = 30.0
    """Until the next bytes come. [s]"""
    total_s: float = 300.0
    """Until the whole answer is here, waits and further attempts included. [s]"""
    attempts: int = 4
    back_off_s: float = 1.0
    """First wait before asking again; it doubles each time. [s]"""
    longest_wait_s: float = 120.0
    """A publisher who asks for a longer wait is left in peace: the fetch fails. [s]"""
    pace_s: float = 0.5
    """Least time between two requests to one host. [s]"""

    def back_off(self, attempt: int, chance: float) -> float:
        """Return the wait after failed attempt number ``attempt``: doubled, then jittered. [s]

        Example:
            >>> Patience().back_off(3, chance=1.0), Patience().back_off(3, chance=0.0)
            (4.0, 2.0)
        """
        longest = min(self.back_off_s * 2.0 ** (attempt - 1), self.longest_wait_s)
        return longest * (0.5 + chance / 2)


@dataclass(frozen=True)
class Clock:
    """The two things about time that are free, and chance; tests hand in their own."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = SystemRandom().random


def wait_asked(headers: Mapping[str, str]) -> float | None:
    """Return the wait a ``Retry-After`` header asks for, or None if it says nothing. [s]

    A date is counted from the answer's own ``Date``: whose clock is wrong does not matter.

    Example:
        >>> wait_asked({"retry-after": "7"})
        7.0
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(min(int(asked[:9]), _LONGEST_HEADER_S))
    until, since = _instant(asked), _instant(headers.get("date", ""))
    if until is None or since is None:
        return None
    return max(0.0, (until - since).total_seconds())


def _instant(stamp: str) -> datetime | None:
    """Return an HTTP date as a UTC instant, or None if it is none."""
    try:
        instant = parsedate_to_datetime(stamp)
    except ValueError:
        return None
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)
