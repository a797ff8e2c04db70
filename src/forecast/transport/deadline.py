"""A limit on the whole exchange.

The HTTP library limits each read, so a server that sends one byte now and then, in the headers
or in the body, holds the line for ever. Here a timer hangs up.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from threading import Timer
from types import TracebackType
from typing import Final, Self

_CONNECTED: Final = ("connect_tcp.complete", "start_tls.complete")


class Deadline:
    """Hangs up when the time is over; ``expired`` then says that it was us."""

    def __init__(self, seconds: float) -> None:
        """Prepare to hang up ``seconds`` after entering. [s]"""
        self.expired = False
        self._line: socket.socket | None = None
        self._timer = Timer(max(0.0, seconds), self._hang_up)
        self._timer.daemon = True

    def watch(self, event: str, facts: Mapping[str, object]) -> None:
        """Remember the socket; the HTTP library calls this on each step of a request."""
        if not event.endswith(_CONNECTED):
            return
        extra = getattr(facts["return_value"], "get_extra_info", None)
        found = extra("socket") if extra is not None else None
        self._line = found if isinstance(found, socket.socket) else None
        if self.expired:
            self._hang_up()

    def _hang_up(self) -> None:
        self.expired = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self._line, socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        """Start the time."""
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the time."""
        self._timer.cancel()
