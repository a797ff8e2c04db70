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
from forecast.growth.fans import Fan
from forecast.growth.intervals import as_wide_as, errors_of, scale
from forecast.growth.panel.tracks import LEAST_POINTS, blurred
from forecast.growth.season import season

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from forecast.contracts.histories import Track
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
PANEL: Final = "panel"
"""The engine of ``growth.panel``: being many candidates itself it counts for half."""


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
        """The models to combine: last value only where no other is asked for."""
        return tuple(name for name in _members(self.track) if name in self.said)

    @property
    def combined(self) -> Fan:
        """What the members say together: half the panel, half the middle of the others."""
        others = [self.said[name] for name in self.members if name != PANEL]
        if PANEL not in self.members:
            return middle(others)
        panel = self.said[PANEL]
        alike = others and panel.logarithmic == others[0].logarithmic
        return combine([panel, middle(others)]) if alike else panel

    @property
    def unit(self) -> NDArray[np.float64]:
        """What errors are measured in: the fan's own spread, else the series' scale. [h]"""
        if PANEL in self.members:
            return self.combined.spread
        horizons = next(iter(self.said.values())).horizons
        apart = self.disagreement if self.members else np.zeros(len(horizons))
        return scale(self.scatter, apart, horizons)

    @property
    def disagreement(self) -> NDArray[np.float64]:
        """S.d. of the members' medians: where they part, less is known. [h]"""
        return np.asarray(np.std([self.said[name].median for name in self.members], axis=0))


def speak(
    track: Track,
    outlook: Outlook,
    *,
    horizon: int,
    calibration: pd.DataFrame | None = None,
    panel: Fan | None = None,
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
        panel: What the panel engine says of the track, its class beside it.

    Raises:
        FitError: Nothing could speak, not even last value: the values leave the range of numbers.
    """
    voices = listen(track, outlook, horizon=horizon, panel=panel)
    errors = None if calibration is None else errors_of(calibration, track.series, voices.scatter)
    return together(voices, errors)


def listen(track: Track, outlook: Outlook, *, horizon: int, panel: Fan | None = None) -> Voices:
    """Return what each model says of a track by itself, from 1 to ``horizon`` periods ahead.

    Args:
        track: The line models follow.
        outlook: Its reference class.
        horizon: Periods to forecast, from 1.
        panel: What the panel engine says of the track: it learns from the whole class, so the
            caller asks it.
    """
    horizons = np.arange(1, horizon + 1)
    seasonal = season(track)
    plain = seasonal.removed(track)
    said: dict[str, Fan] = {}
    refusals: dict[str, str] = {}
    for name in dict.fromkeys((*track.series.models, *BASELINES)):
        try:
            if name == PANEL:
                said[name] = _panel(track, panel, horizon)
            else:
                fan = _model(name).fit(plain, outlook, horizons)
                said[name] = seasonal.restored(fan, track.origin)
        except FitError as error:
            refusals[name] = str(error)
    scatter = growth_now(plain, outlook).scatter if plain.positive else 0.0
    return Voices(track, outlook, said, refusals, scatter)


def _panel(track: Track, panel: Fan | None, horizon: int) -> Fan:
    """Return the panel's fan up to a horizon, or say why there is none."""
    if panel is not None:
        return Fan(panel.horizons[:horizon], panel.scores[:horizon], panel.logarithmic)
    if len(track) < LEAST_POINTS:
        raise FitError(f"{len(track)} points; the panel engine needs {LEAST_POINTS}.")
    raise FitError("the panel engine was not asked, or what it said left the range of numbers.")


def together(voices: Voices, errors: Errors | None = None) -> Spoken:
    """Return what models say together, in the light of past errors.

    Args:
        voices: What each model said.
        errors: Of past origins of the class; without them the record alone sets the width.

    Raises:
        FitError: No model could speak, nor last value.
    """
    track, said, members = voices.track, voices.said, voices.members
    fans, fallback_from = {}, ""
    if members:
        fans[COMBINATION] = _with_base_doubt(voices)
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


def _with_base_doubt(voices: Voices) -> Fan:
    """Return the combination; the panel learned from errors that saw no doubt of the base."""
    fan = voices.combined
    if PANEL not in voices.members or not fan.logarithmic:
        return fan
    return blurred(fan, np.full(len(fan.horizons), voices.track.base_doubt))


def _honest(fan: Fan, voices: Voices) -> Fan:
    """Widen a fan to the record: past projections' errors, and the doubt of the base."""
    if not fan.logarithmic:
        return fan
    record = voices.outlook.record_log_sd(fan.horizons)
    return fan.no_narrower_than(np.sqrt(record**2 + voices.track.base_doubt**2))


def _taught(fan: Fan, voices: Voices, errors: Errors) -> Fan:
    """Give a fan the width of past errors; a fan in levels, or one they explode, keeps its own."""
    if not fan.logarithmic:
        return fan
    try:
        return as_wide_as(
            fan,
            errors,
            scale=voices.unit,
            base_doubt=voices.track.base_doubt,
            persistence=voices.outlook.persistence,
        )
    except FitError:  # one wild class must not stop a run
        return fan


def _model(name: str) -> Model:
    return import_module(f"forecast.growth.{_MODULES.get(name, name)}")
