"""One series, all its models: who speaks, who refuses and why, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from forecast.contracts.catalogue import BASELINES
from forecast.contracts.errors import FitError
from forecast.growth.combination import combine
from forecast.growth.season import season

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.fans import Fan
    from forecast.growth.outlook import Outlook

_MODULES: Final = {"prophet": "prophet_trend"}
"""Models whose module has another name than the model."""


class Model(Protocol):
    """What every model module offers."""

    def fit(self, track: Track, outlook: Outlook, horizons: NDArray[np.int64]) -> Fan:
        """Return a fan or raise FitError."""


@dataclass(frozen=True)
class Spoken:
    """What was said of one series.

    ``fans`` hold the combination first, then the baselines. ``members`` are the models
    combined, ``refusals`` the others with their reason. ``fallback_from`` is blank unless the
    declared fallback had to speak for the combination.
    """

    fans: dict[str, Fan]
    members: tuple[str, ...]
    refusals: dict[str, str] = field(default_factory=dict)
    fallback_from: str = ""


COMBINATION: Final = "combination"


def speak(track: Track, outlook: Outlook, *, horizon: int) -> Spoken:
    """Return the combination and the baselines for a track, none narrower than the record.

    Baselines stand beside the members and are combined only if the catalogue lists them.

    Args:
        track: The line models follow.
        outlook: Its reference class.
        horizon: Periods to forecast, from 1.
    """
    horizons = np.arange(1, horizon + 1)
    seasonal = season(track)
    plain = seasonal.removed(track)
    said: dict[str, Fan] = {}
    refusals: dict[str, str] = {}
    for name in dict.fromkeys((*track.series.models, *BASELINES)):
        try:
            said[name] = _model(name).fit(plain, outlook, horizons)
        except FitError as error:
            refusals[name] = str(error)
    members = tuple(name for name in _members(track) if name in said)
    fans, fallback_from = {}, ""
    try:
        fans[COMBINATION] = combine([said[name] for name in members])
    except FitError:
        fallback_from = COMBINATION
        fallback = track.series.fallback if track.series.fallback in said else "last_value"
        fans[fallback] = said[fallback]
    fans.update({name: said[name] for name in BASELINES if name in said and name not in fans})
    return Spoken(
        fans={
            name: _honest(seasonal.restored(fan, track.origin), track, outlook)
            for name, fan in fans.items()
        },
        members=members,
        refusals=refusals,
        fallback_from=fallback_from,
    )


def _members(track: Track) -> tuple[str, ...]:
    """Return the models to combine: last value only where it is the only one asked for."""
    asked = track.series.models
    return tuple(name for name in asked if name != "last_value") or asked


def _honest(fan: Fan, track: Track, outlook: Outlook) -> Fan:
    """Widen a fan to the record: past projections' errors, and the doubt of the base."""
    if not fan.logarithmic:
        return fan
    record = outlook.record_log_sd(fan.horizons)
    return fan.no_narrower_than(np.sqrt(record**2 + track.base_doubt**2))


def _model(name: str) -> Model:
    return import_module(f"forecast.growth.{_MODULES.get(name, name)}")
