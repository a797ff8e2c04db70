"""One series, all its models: who speaks, who refuses and why, and what they say together."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from forecast.contracts.catalogue import BASELINES
from forecast.contracts.errors import FitError
from forecast.growth.combination import combine, middle
from forecast.growth.evidence import growth_now
from forecast.growth.intervals import as_wide_as, errors_of, scale
from forecast.growth.season import season

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
    from forecast.growth.fans import Fan
    from forecast.growth.intervals import Errors
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


@dataclass(frozen=True)
class Voices:
    """What each model said of one track, seasons back in, before anything is combined.

    Attributes:
        track: The line the models followed.
        outlook: Its reference class.
        said: The fan of each model that spoke: the catalogue's and both baselines.
        refusals: The others, with their reason.
        scatter: S.d. of log growth from period to period, seasons out: the series' volatility.
    """

    track: Track
    outlook: Outlook
    said: dict[str, Fan]
    refusals: dict[str, str]
    scatter: float

    @property
    def members(self) -> tuple[str, ...]:
        """The models to combine: last value only where it is the only one asked for."""
        return tuple(name for name in _members(self.track) if name in self.said)

    @property
    def disagreement(self) -> NDArray[np.float64]:
        """S.d. of the members' medians: where they part, less is known. [h]"""
        return np.asarray(np.std([self.said[name].median for name in self.members], axis=0))


def speak(
    track: Track, outlook: Outlook, *, horizon: int, calibration: pd.DataFrame | None = None
) -> Spoken:
    """Return the combination and the baselines for a track.

    Baselines stand beside the members and are combined only if the catalogue lists them.
    Without CALIBRATION no fan is narrower than the record of its class; with it the
    combination takes the width of past errors as far as there are enough of them
    (``intervals``). Baselines keep the record.

    Args:
        track: The line models follow.
        outlook: Its reference class.
        horizon: Periods to forecast, from 1.
        calibration: CALIBRATION, known by the day that is asked about.

    Raises:
        FitError: Nothing could speak, not even last value: the values leave the range of numbers.
    """
    voices = listen(track, outlook, horizon=horizon)
    errors = None if calibration is None else errors_of(calibration, track.series, voices.scatter)
    return together(voices, errors)


def listen(track: Track, outlook: Outlook, *, horizon: int) -> Voices:
    """Return what each model says of a track by itself, from 1 to ``horizon`` periods ahead."""
    horizons = np.arange(1, horizon + 1)
    seasonal = season(track)
    plain = seasonal.removed(track)
    said: dict[str, Fan] = {}
    refusals: dict[str, str] = {}
    for name in dict.fromkeys((*track.series.models, *BASELINES)):
        try:
            fan = _model(name).fit(plain, outlook, horizons)
            said[name] = seasonal.restored(fan, track.origin)
        except FitError as error:
            refusals[name] = str(error)
    scatter = growth_now(plain, outlook).scatter if plain.positive else 0.0
    return Voices(track, outlook, said, refusals, scatter)


def together(
    voices: Voices, errors: Errors | None = None, weights: Mapping[str, float] | None = None
) -> Spoken:
    """Return what models say together, in the light of past errors.

    Args:
        voices: What each model said.
        errors: Of past origins of the class; without them the record alone sets the width.
        weights: For a weighted average of the members instead of their middle.

    Raises:
        FitError: No model could speak, nor last value.
    """
    track, said, members = voices.track, voices.said, voices.members
    fans, fallback_from = {}, ""
    if members:
        speakers = [said[name] for name in members]
        fans[COMBINATION] = (
            combine(speakers, [weights[name] for name in members]) if weights else middle(speakers)
        )
    else:
        fallback_from = COMBINATION
        fallback = track.series.fallback if track.series.fallback in said else "last_value"
        if fallback not in said:
            raise FitError(
                f"{track.series.id}: no model could speak, nor {fallback}: "
                f"{voices.refusals[fallback]}"
            )
        fans[fallback] = said[fallback]
    fans.update({name: said[name] for name in BASELINES if name in said and name not in fans})
    honest = {name: _honest(fan, voices) for name, fan in fans.items()}
    if errors is not None and members:
        honest[COMBINATION] = _taught(honest[COMBINATION], voices, errors)
    return Spoken(
        fans=honest,
        members=members,
        refusals=voices.refusals,
        fallback_from=fallback_from,
    )


def _members(track: Track) -> tuple[str, ...]:
    """Return the models to combine: last value only where it is the only one asked for."""
    asked = track.series.models
    return tuple(name for name in asked if name != "last_value") or asked


def _honest(fan: Fan, voices: Voices) -> Fan:
    """Widen a fan to the record: past projections' errors, and the doubt of the base."""
    if not fan.logarithmic:
        return fan
    record = voices.outlook.record_log_sd(fan.horizons)
    return fan.no_narrower_than(np.sqrt(record**2 + voices.track.base_doubt**2))


def _taught(fan: Fan, voices: Voices, errors: Errors) -> Fan:
    """Give a fan the width of past errors; a fan in levels keeps its own."""
    if not fan.logarithmic:
        return fan
    return as_wide_as(
        fan,
        errors,
        scale=scale(voices.scatter, voices.disagreement, fan.horizons),
        base_doubt=voices.track.base_doubt,
        persistence=voices.outlook.persistence,
    )


def _model(name: str) -> Model:
    return import_module(f"forecast.growth.{_MODULES.get(name, name)}")
