"""Quantities, units, and the few conversions between them, each stated once.

A quantity is *what* is counted, a unit how. Two quantities convert only through a stated
factor: hours (exact), load factor, PUE, utilisation (distributions, see ``assumptions``).
"""

from __future__ import annotations

from typing import Final

from forecast.contracts.errors import ContractError

QUANTITIES: Final = (
    "energy",
    "average_load",
    "peak_load",
    "it_nameplate",
    "facility_nameplate",
    "connection",
    "spend",
    "share",
    "ratio",
)

HOURS_PER_YEAR: Final = 8_760
"""Hours in a common year. A leap day adds 0.3 % to a year's energy: we leave it out."""

GWH_PER_TWH: Final = 1_000.0

_SCALES: Final[dict[str, tuple[str, float]]] = {
    "TWh": ("energy", 1e6),
    "GWh": ("energy", 1e3),
    "MWh": ("energy", 1.0),
    "GW": ("power", 1e3),
    "MW": ("power", 1.0),
    "USD bn": ("money", 1e9),
    "USD": ("money", 1.0),
    "USD bn/yr": ("money a year", 1e9),
    "%": ("fraction", 0.01),
    "ratio": ("fraction", 1.0),
    "index": ("index", 1.0),
}
"""Unit → (dimension, size in the dimension's smallest unit)."""

UNITS: Final = tuple(_SCALES)
"""The closed list of units."""


def unit_factor(found: str, wanted: str) -> float:
    """Return the number that turns a value in ``found`` into one in ``wanted``.

    Raises:
        ContractError: A unit is unknown, or the two measure different things.

    Example:
        >>> unit_factor("GWh", "TWh")
        0.001
    """
    for unit in (found, wanted):
        if unit not in _SCALES:
            raise ContractError(f"unit {unit!r} is not one of {', '.join(UNITS)}.")
    (dimension, scale), (other, other_scale) = _SCALES[found], _SCALES[wanted]
    if dimension != other:
        raise ContractError(
            f"{found} measures {dimension}, {wanted} measures {other}: they convert only through "
            "a stated factor such as hours, load factor or utilisation."
        )
    return scale / other_scale


def average_load_gw(energy_twh: float, hours: float = HOURS_PER_YEAR) -> float:
    """Return the mean load that uses ``energy_twh`` in ``hours``. [GW]

    Example:
        >>> round(average_load_gw(192), 1)
        21.9
    """
    return energy_twh * GWH_PER_TWH / hours


def energy_twh(average_load_gw: float, hours: float = HOURS_PER_YEAR) -> float:
    """Return the energy that a mean load uses in ``hours``. [TWh]

    Example:
        >>> energy_twh(90)
        788.4
    """
    return average_load_gw * hours / GWH_PER_TWH


def facility_energy_twh(it_nameplate_mw: float, utilisation: float, pue: float) -> float:
    """Return a year's facility energy: IT nameplate × utilisation × PUE × hours. [TWh]

    Args:
        it_nameplate_mw: Rated power of the IT equipment. [MW]
        utilisation: Mean IT load over IT nameplate, 0 to 1.
        pue: Facility energy over IT energy, at least 1.

    Example:
        >>> facility_energy_twh(it_nameplate_mw=1_000, utilisation=0.6, pue=1.25)
        6.57
    """
    return it_nameplate_mw * utilisation * pue * HOURS_PER_YEAR / 1e6
