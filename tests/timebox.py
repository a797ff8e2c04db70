"""How long a fuzz goes on: a moment by default, longer where ``FORECAST_FUZZ_S`` says so. [s]"""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import monotonic

FUZZ_S = float(os.environ.get("FORECAST_FUZZ_S", "0.2"))
LEAST = 60
"""Tries that are made however slow the machine is."""


def boxed(least: int = LEAST) -> Iterator[int]:
    """Yield 0, 1, 2, … until the time is over, and ``least`` numbers at least."""
    end, tries = monotonic() + FUZZ_S, 0
    while tries < least or monotonic() < end:
        yield tries
        tries += 1
