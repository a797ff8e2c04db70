"""Four senses of one demand: energy, average load, peak load, connection.

::

    average_load = energy / hours                    exact
    peak_load    = average_load / load_factor        mean over own peak
    connection   = average_load / connection_use     mean load over contracted power

The two factors are distributions. A path keeps its draw of each through all its years, since
what is unknown is a property of the fleet, not of a year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.quantities import average_load_gw
from forecast.demand.factors import Factor, factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series

SENSES: Final = ("energy", "average_load", "peak_load", "connection")

FACTORS: Final = {"peak_load": "load_factor", "connection": "connection_use"}
"""The factor each sense divides the average load by."""


def factors(series: Series, assumptions: Assumptions) -> dict[str, Factor]:
    """Return the factor of each sense that has one, as known on the assumptions' day.

    Raises:
        SettingsError: A factor is not stated for the series or its class.
    """
    subjects = (series.id, series.reference_class)
    return {sense: factor(assumptions.get(name, *subjects)) for sense, name in FACTORS.items()}


def senses(
    energy_twh: NDArray[np.float64],
    by_sense: dict[str, Factor],
    scores: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Return joint paths in every sense, path by path.

    Args:
        energy_twh: Joint paths of annual energy. [paths, years]
        by_sense: Factor of each sense that has one.
        scores: Normal scores of the factors, one column a factor. [paths, factors]

    Returns:
        Paths by sense: energy in TWh, the others in GW. [paths, years]
    """
    average = energy_twh * average_load_gw(1.0)
    said = {"energy": energy_twh, "average_load": average}
    for column, (sense, share) in enumerate(by_sense.items()):
        said[sense] = average / share.at(scores[:, column])[:, None]
    return said
