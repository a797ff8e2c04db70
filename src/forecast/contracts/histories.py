"""What a model is given: one series as known, and the track it may follow.

A ``History`` keeps every visible row of a series, publications and editions apart. A
``Track`` is one line through them: the frame of one publication family, newest edition
first, with the doubt of each point. The room ``history`` builds both; models only read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd
    from numpy.typing import NDArray

    from forecast.contracts.catalogue import Series
    from forecast.contracts.vintages import Policy


@dataclass(frozen=True)
class Growth:
    """Growth between two points of one edition, or of two linked ones.

    ``log_growth`` and ``log_sd`` are per period; ``middle`` and ``end`` are period numbers.
    """

    start: int
    end: int
    log_growth: float
    log_sd: float

    @property
    def middle(self) -> float:
        """The period number growth is evidence about."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Track:
    """One line through a history, oldest point first.

    Attributes:
        periods: Period numbers (years, quarters or months since 1970), gaps allowed. [n]
        values: Levels in the series' unit, in the frame of the newest edition. [n]
        log_sd: Doubt of each point *within* its edition, as a log standard deviation. [n]
        edition: Which edition each point was read from, by number. [n]
        publications: The publication of each point. [n]
        edition_doubt: Log s.d. of the unknown offset between two editions without overlap.
        base_doubt: Log s.d. of the newest level itself.
    """

    series: Series
    family: str
    periods: NDArray[np.int64]
    values: NDArray[np.float64]
    log_sd: NDArray[np.float64]
    edition: NDArray[np.int64]
    publications: tuple[str, ...]
    edition_doubt: float
    base_doubt: float

    def __len__(self) -> int:
        """How many points the track has."""
        return len(self.periods)

    @property
    def positive(self) -> bool:
        """Whether every point has a logarithm."""
        return bool((self.values > 0).all())

    @property
    def origin(self) -> int:
        """The last period a model sees."""
        return int(self.periods[-1])

    @cached_property
    def logs(self) -> NDArray[np.float64]:
        """Natural logarithms of the points. [n]"""
        return np.log(self.values)

    @cached_property
    def growths(self) -> tuple[Growth, ...]:
        """Growth between neighbouring points, oldest first, each with its doubt.

        Between two editions whose offset is unknown, growth carries that doubt too.
        """
        steps = []
        for first in range(len(self) - 1):
            last = first + 1
            span = float(self.periods[last] - self.periods[first])
            offset = 0.0 if self.edition[first] == self.edition[last] else self.edition_doubt
            doubt = np.sqrt(self.log_sd[first] ** 2 + self.log_sd[last] ** 2 + offset**2) / span
            rate = (self.logs[last] - self.logs[first]) / span
            steps.append(
                Growth(int(self.periods[first]), int(self.periods[last]), float(rate), float(doubt))
            )
        return tuple(steps)

    def replace_values(self, values: NDArray[np.float64]) -> Track:
        """Return the same track with other values: for seasonal adjustment and scaling."""
        return replace(self, values=values)


@dataclass(frozen=True)
class History:
    """Every row of one series that was visible on ``as_of``, and what each is good for.

    ``rows`` are OBSERVATIONS, the newest vintage of each period and publication, fiscal quarters
    on the calendar (see ``history.fiscal``); ``left_out`` are visible rows no model may follow,
    each with its ``reason``. ``families`` and ``grades`` say of each publication which family it
    belongs to and how good it is.
    """

    series: Series
    as_of: date
    policy: Policy
    rows: pd.DataFrame
    left_out: pd.DataFrame
    families: dict[str, str]
    grades: dict[str, str]

    @property
    def publications(self) -> tuple[str, ...]:
        """Publications that speak, oldest first."""
        dated = self.rows.sort_values(["known_from", "publication_id"], kind="stable")
        return tuple(dict.fromkeys(dated["publication_id"]))
