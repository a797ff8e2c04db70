"""What a home looks like to a doctor: settings, data, editions, each with its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.contracts.errors import ForecastError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from forecast.contracts.question import Place


@dataclass(frozen=True)
class Finding:
    """One thing looked at: well, or what to do."""

    what: str
    well: bool
    found: str


def examine(place: Place, *, today: date) -> list[Finding]:
    """Look at everything a run needs, and go on after a fault."""
    looks: tuple[tuple[str, Callable[[], str]], ...] = (
        ("libraries", _libraries),
        ("catalogue", lambda: _catalogue(place)),
        ("assumptions", lambda: _assumptions(place)),
        ("raw data", lambda: _raw(place, today)),
        ("editions", lambda: _editions(place)),
    )
    return [_looked(what, look) for what, look in looks]


def _looked(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, well=True, found=look())
    except ForecastError as error:
        return Finding(what, well=False, found=str(error))


def _libraries() -> str:
    from forecast.pipeline.identity import library_versions

    return ", ".join(f"{name} {number}" for name, number in library_versions().items())


def _catalogue(place: Place) -> str:
    from forecast.pipeline.home import catalogue_of

    catalogue = catalogue_of(place)
    waiting = len(catalogue.ids) - len(catalogue.heard(()).ids)
    described, forecast = len(catalogue.ids), len(catalogue.carried_on)
    return (
        f"{described} series described, {forecast} forecast; {waiting} of them wait until "
        "something of them is ingested"
    )


def _assumptions(place: Place) -> str:
    from forecast.pipeline.home import assumptions_of

    return f"{len(assumptions_of(place).table)} rows"


def _raw(place: Place, today: date) -> str:
    from forecast.pipeline.observing import observe

    observed = observe(place)
    newest = observed.newest_vintage(today)
    age = (today - newest).days
    return (
        f"{len(observed.observations)} rows of {len(observed.publications)} publications; newest "
        f"known {newest}, {age} days ago; {len(observed.disagreements)} compiled figures "
        "contradicted by a payload"
    )


def _editions(place: Place) -> str:
    from forecast.storage.editions import editions, find_edition
    from forecast.storage.runs import verify

    days = editions(place.processed)
    for day in days:
        verify(find_edition(place.processed, day))
    return f"{len(days)} held, every byte as its manifest says"
