"""The calibration that comes with the package, and the card that says what it was made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from forecast.contracts.errors import SettingsError
from forecast.contracts.levels import LEVELS
from forecast.growth.panel.scale import FEATURES, FEATURES_WITHIN_YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FILES: Final = {1: "calibration.json", 4: "calibration_q.json", 12: "calibration_m.json"}
"""Files beside this module by periods in a year, written by ``benchmarks.calibrate`` (years) and
``benchmarks.calibrate_seasonal`` (quarters, months)."""


@dataclass(frozen=True)
class Card:
    """Pooled errors of panels that are not the one at hand.

    Attributes:
        coefficients: Of the scale. [feature]
        shape: Errors in units of the scale by horizon, zero at the median. [h, level]
        made_of: Panels: name, series, first and last year, errors by horizon.
        members: Hashes of the series' names, so that scoring can refuse what it was made of.
    """

    coefficients: Array
    shape: Array
    made_of: tuple[dict[str, Any], ...]

    @property
    def features(self) -> tuple[str, ...]:
        """What the coefficients belong to."""
        known = (FEATURES, FEATURES_WITHIN_YEAR)
        return next(names for names in known if len(names) == len(self.coefficients))

    def shape_at(self, steps: int) -> Array:
        """Return the shape by horizon; beyond the last known it stays. [steps, level]"""
        return self.shape[np.minimum(np.arange(steps), len(self.shape) - 1)]

    def refuse_overlap(self, panels: Iterable[str]) -> None:
        """Raise if a panel to be scored is one the calibration was made of.

        Raises:
            SettingsError: It is.
        """
        known = {panel["name"] for panel in self.made_of}
        if shared := sorted(known & set(panels)):
            raise SettingsError(
                f"the packaged calibration was made of {', '.join(shared)}; scoring them with it "
                "would flatter. Score another panel, or build a calibration without them."
            )

    def text(self) -> str:
        """Return the card as JSON: the same card, the same text."""
        return json.dumps(
            {
                "made_of": list(self.made_of),
                "features": list(self.features),
                "coefficients": [float(f"{value:.5g}") for value in self.coefficients],
                "levels": list(LEVELS),
                "shape": [[float(f"{value:.4g}") for value in row] for row in self.shape],
            },
            indent=1,
        ) + "\n"  # fmt: skip


def packaged(periods_per_year: int = 1) -> Card:
    """Return the calibration that comes with the package.

    Args:
        periods_per_year: 1, 4 or 12: each frequency has its own.
    """
    file = resources.files(__package__).joinpath(FILES[periods_per_year])
    return read_card(file.read_text(encoding="utf-8"))


def read_card(text: str) -> Card:
    """Return a card from its JSON.

    Raises:
        SettingsError: It was written for other features or levels.
    """
    body = json.loads(text)
    known = (list(FEATURES), list(FEATURES_WITHIN_YEAR))
    if body["features"] not in known or body["levels"] != list(LEVELS):
        raise SettingsError(
            f"the calibration knows features {body['features']}; this engine uses "
            f"{known[0]}, or {known[1]} within a year. Build it again with "
            "`python -m benchmarks.calibrate` (years) or "
            "`python -m benchmarks.calibrate_seasonal` (quarters, months)."
        )
    return Card(np.array(body["coefficients"]), np.array(body["shape"]), tuple(body["made_of"]))
