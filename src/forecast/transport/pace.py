"""One host is asked no faster than it can bear, whoever asks."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.transport.patience import Clock


class Pace:
    """Hands out one turn at a time to each host; shared by all threads of a Transport."""

    def __init__(self, gap_s: float, clock: Clock) -> None:
        """Keep ``gap_s`` seconds between two turns of one host. [s]"""
        self._gap_s = gap_s
        self._clock = clock
        self._lock = Lock()
        self._next_turn: dict[str, float] = {}

    def wait(self, host: str, gap_s: float = 0.0) -> None:
        """Sleep until it is our turn with ``host``; the next turn is at least ``gap_s`` later."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next_turn.get(host, now))
            self._next_turn[host] = turn + max(self._gap_s, gap_s)
        if turn > now:
            self._clock.sleep(turn - now)
