"""A home, a world of publishers, and an impatient transport: one ingest in a few milliseconds."""

from __future__ import annotations

import os
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from tests.replay.publishers.everyone import everyone
from tests.replay.server import served

from forecast.contracts.question import Place
from forecast.pipeline.ingesting import Ingested, ingest
from forecast.pipeline.readings import Spoken, spoken
from forecast.pipeline.registry import SOURCES
from forecast.storage.raw import held
from forecast.transport import Clock, Patience, Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.replay.server import World

    from forecast.sources.source import Question, Reading, Situation, Source
    from forecast.storage.raw import HeldPayload

CONTACT = "ops@example.org"
KEY = "CANARY7a3f+/9c2e=b81d"
"""A key with characters that are spelt otherwise in an address."""
NOW = datetime(2026, 7, 10, 6, tzinfo=UTC)
DAY = timedelta(days=1)

PATIENCE = Patience(connect_s=2, read_s=0.25, total_s=0.75, attempts=2, back_off_s=0.01, pace_s=0.0)
CALM = Patience(connect_s=5, read_s=10, total_s=20, attempts=2, back_off_s=0.01, pace_s=0.0)

ASKED = {
    "eia_retail_sales": ("monthly-us", "annual-us"),
    "eia_grid_demand": ("pjm-2026q3",),
    "eia_outlooks": ("steo-annual", "aeo-2026"),
    "ember_electricity": ("yearly_global",),
    "energinet_industry": ("2026q2",),
    "eurostat_electricity": ("nrg_cb_e",),
    "sec_capex": ("msft", "nvda"),
}
"""Questions of the sources that ask many: enough of them for a fault."""

PAGE = {
    "eia_retail_sales": "190",
    "eia_grid_demand": "150",
    "eia_monthly_review": "200",
    "eia_outlooks": "60",
}
"""Rows a page of those who page: small answers go over several pages, too."""

PLAIN = ssl.create_default_context()
"""One context for all: on loopback nothing is encrypted, and certificates take long to load."""

MOST_BYTES = 1_000_000
"""Bytes of the longest answer of ours: a bomb need not be larger to be one."""


@dataclass(frozen=True)
class Scene:
    """A home, and the world it asks."""

    place: Place
    world: World
    readings: dict[str, Reading] = field(default_factory=dict, repr=False)

    def at(self, folder: Path) -> Scene:
        """Return another home that asks the same world."""
        return replace(self, place=Place(folder))

    def ingest(self, *names: str, now: datetime = NOW, patience: Patience = CALM) -> list[Ingested]:
        """Ask publishers, sleeping not at all."""
        clock = Clock(sleep=lambda _: None, chance=lambda: 0.0)
        transport = Transport(CONTACT, patience=patience, clock=clock)
        return ingest(names, self.place, now=now, transport=transport)

    def spoken(self, name: str) -> Spoken:
        """Return what all payloads of a source say."""
        return spoken(SOURCES[name], held(self.place.raw, name), self._read)

    def _read(self, source: Source, one: HeldPayload) -> Reading:
        """Read a payload once, however many homes hold it."""
        key = f"{source.name}/{one.vintage.name}"
        if key not in self.readings:
            self.readings[key] = source.read(one.payload, one.vintage.retrieved_at)
        return self.readings[key]

    def files(self) -> dict[str, str]:
        """Return the hash of every file below ``data/raw``, work under way left out."""
        raw = self.place.raw
        paths = (path for path in sorted(raw.rglob("*")) if path.is_file())
        names = {path.relative_to(raw).as_posix(): path for path in paths}
        return {
            name: sha256(path.read_bytes()).hexdigest()
            for name, path in names.items()
            if not name.startswith(".")
        }


def small(source: Source) -> Source:
    """Return a source that asks a few of its questions, in small pages."""
    chosen, page = ASKED.get(source.name), PAGE.get(source.name)

    def asked(situation: Situation) -> tuple[Question, ...]:
        found = source.questions(situation)
        return tuple(
            bounded(paged(one, page) if page else one)
            for one in found
            if chosen is None or one.name in chosen
        )

    return replace(source, questions=asked)


def bounded(question: Question) -> Question:
    """Return a question whose honest answers are as short as ours."""
    request = question.request
    return replace(question, request=replace(request, max_bytes=min(request.max_bytes, MOST_BYTES)))


def paged(question: Question, rows: str) -> Question:
    """Return a question that asks for so many rows a page."""
    params = tuple((k, rows if k == "length" else v) for k, v in question.request.params)
    return replace(question, request=replace(question.request, params=params))


@contextmanager
def playing(folder: Path, shrink: Callable[[Source], Source] = small) -> Iterator[Scene]:
    """Serve every publisher, and point every source at it."""
    with served(everyone()) as world:
        addresses = {
            f"FORECAST_BASE_URL_{name.upper()}": world.address(name) for name in world.publishers
        }
        settings = {**addresses, "EIA_API_KEY": KEY, "FORECAST_CONTACT": CONTACT}
        sources = {name: shrink(source) for name, source in SOURCES.items()}
        with (
            patch.dict(os.environ, settings),
            patch.dict(SOURCES, sources),
            patch("ssl.create_default_context", return_value=PLAIN),
        ):
            yield Scene(Place(folder), world)
