"""The 23 probability levels every forecast states, named once.

A level's column is ``q`` and the digits after the decimal point, so that
``float("0." + name[1:])`` is the level again: ``q05`` is 0.05, ``q975`` is 0.975.
"""

from __future__ import annotations

from typing import Final

import numpy as np

LEVELS: Final = (
    0.01, 0.025, 0.05, 0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45, 0.50,
    0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95, 0.975, 0.99,
)  # fmt: skip
"""Probability levels, strictly increasing."""


def column(level: float) -> str:
    """Return the column name of a probability level.

    Example:
        >>> column(0.05), column(0.975)
        ('q05', 'q975')
    """
    return "q" + f"{level:.3f}"[2:].removesuffix("0")


QUANTILES: Final = tuple(column(level) for level in LEVELS)
"""Column names of the levels, from left to right."""

NORMAL_SCORES: Final = np.array([
    -2.3263478740408408, -1.9599639845400545, -1.6448536269514729, -1.2815515655446004,
    -1.0364333894937898, -0.8416212335729142, -0.6744897501960817, -0.5244005127080409,
    -0.38532046640756773, -0.2533471031357997, -0.12566134685507402, 0.0,
    0.12566134685507402, 0.2533471031357997, 0.38532046640756773, 0.5244005127080407,
    0.6744897501960817, 0.8416212335729143, 1.0364333894937898, 1.2815515655446004,
    1.6448536269514722, 1.959963984540054, 2.3263478740408408,
])  # fmt: skip
"""Standard normal quantiles of the levels: spares every import a second of scipy."""

SCORE_LEVELS: Final = LEVELS[2:21]
"""The 19 evenly spaced levels (0.05 … 0.95) a CRPS may be averaged over."""
