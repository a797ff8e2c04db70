r"""Factors between senses of power: each a distribution with source, grade and date.

A factor between 0 and 1 is logit-normal, through its stated 5 % and 95 % points: it stays
inside, and needs no other number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS, NORMAL_SCORES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.assumptions import Assumption

_Q95_SCORE: Final = 1.6448536269514722


@dataclass(frozen=True)
class Factor:
    """A share with doubt: ``centre`` and ``sd`` on the logit scale."""

    name: str
    centre: float
    sd: float

    def at(self, normal_scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the factor at standard normal scores."""
        return np.asarray(1 / (1 + np.exp(-(self.centre + self.sd * normal_scores))))

    @property
    def quantiles(self) -> dict[float, float]:
        """The factor at the 23 levels."""
        return dict(zip(LEVELS, self.at(NORMAL_SCORES).tolist(), strict=True))


def factor(row: Assumption) -> Factor:
    """Return the distribution that an assumption states.

    Raises:
        SettingsError: Its range does not lie inside (0, 1).
    """
    if not 0 < row.low < row.high < 1:
        raise SettingsError(
            f"assumption {row.assumption_id}: range {row.low:g} to {row.high:g}; expected two "
            "rising shares between 0 and 1. Mend the row in assumptions.toml."
        )
    low, high = (float(np.log(share / (1 - share))) for share in (row.low, row.high))
    return Factor(row.name, (low + high) / 2, (high - low) / 2 / _Q95_SCORE)
