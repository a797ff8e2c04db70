"""Seasons: taken out before models see a track, put back into what they say.

Classical decomposition on logarithms: a centred moving average over one year is the trend,
the mean deviation of each season its factor. Factors are shrunk by how far seasons differ
beyond chance (James and Stein, 1961), and only where chance would do so once in twenty
series, so a series without seasons keeps none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.fans import Fan

LEAST_YEARS: Final = 3


@dataclass(frozen=True)
class Season:
    """Log factor of each season of the year; all zero where there is none. [seasons]"""

    factors: NDArray[np.float64]

    def of(self, periods: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the log factor of each numbered period."""
        return self.factors[np.asarray(periods) % len(self.factors)]

    def removed(self, track: Track) -> Track:
        """Return the track without its seasons."""
        if not self.factors.any():
            return track
        return track.replace_values(np.exp(track.logs - self.of(track.periods)))

    def restored(self, fan: Fan, origin: int) -> Fan:
        """Return the fan with the seasons put back."""
        if not self.factors.any():
            return fan
        return fan.shifted(self.of(origin + fan.horizons))


def season(track: Track) -> Season:
    """Return the seasons of a track: none for annual, short, gappy or non-positive ones."""
    steps = track.series.periods_per_year
    none = Season(np.zeros(steps))
    span = int(track.periods[-1] - track.periods[0]) + 1
    if steps == 1 or not track.positive or span < LEAST_YEARS * steps or len(track) < 0.9 * span:
        return none
    whole = np.arange(track.periods[0], track.periods[-1] + 1)
    logs = np.interp(whole, track.periods, track.logs)
    return Season(factors(logs, int(whole[0]), steps))


def factors(values: NDArray[np.float64], first: int, steps: int) -> NDArray[np.float64]:
    """Return what each season adds, zero where seasons do not differ beyond chance. [steps]

    Args:
        values: One a period, without gaps, at least two years of them; logarithms where seasons
            multiply. [t]
        first: Number of the first period.
        steps: Seasons in a year.
    """
    deviations = values - _centred_average(values, steps)
    inside = np.isfinite(deviations)
    seasons = np.arange(first, first + len(values))[inside] % steps
    groups = [deviations[inside][seasons == number] for number in range(steps)]
    return _shrunk(groups)


def _centred_average(logs: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    """Return the moving average over one year, centred; nan at the ends."""
    weights = np.ones(steps + 1)
    weights[[0, -1]] = 0.5
    average = np.full(len(logs), np.nan)
    half = steps // 2
    average[half:-half] = np.convolve(logs, weights / steps, mode="valid")
    return average


def _shrunk(groups: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return season means about zero, shrunk by 1 - 1/F; none where F may be chance."""
    from scipy.special import fdtri

    means = np.array([group.mean() for group in groups])
    means -= means.mean()
    sizes = np.array([len(group) for group in groups])
    between = float(np.sum(sizes * means**2)) / (len(groups) - 1)
    freedom = int(sizes.sum()) - len(groups)
    within = float(sum(((group - group.mean()) ** 2).sum() for group in groups)) / max(freedom, 1)
    if between <= within * float(fdtri(len(groups) - 1, max(freedom, 1), 0.95)):
        return np.zeros(len(groups))
    return means * (1 - within / between)
