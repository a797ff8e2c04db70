"""Every payload held, read into tables: what each answer said that the one before did not.

A row that stood in one answer and not in the next was taken back by its publisher: it becomes
a row without a value, known from the day it was gone. Hours come in answers that overlap by
thousands; of those only what changed is a row.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.contracts.tables import ALL, CLAIMS, OBSERVATIONS, PROJECTS
from forecast.pipeline.holding import BY_HAND, standings
from forecast.pipeline.identity import code_digest, combined, library_versions
from forecast.storage.cache import Chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forecast.contracts.question import Place
    from forecast.pipeline.holding import Standing
    from forecast.sources.source import Reading, Source
    from forecast.storage.raw import HeldPayload

TAKEN_BACK: Final = "O"
"""SDMX letter: no value, and none expected."""

_LONG: Final = 200_000
"""Payloads of at least so many bytes are read once and remembered."""

_TABLES: Final = ("observations", "publications", "claims", "projects")

_PERIOD: Final = ["series_id", "period_start", "period_end", "publication_id"]
_SAID: Final = ["value", "low", "high", "unit", "quantity", "scope", "obs_status"]


@dataclass(frozen=True)
class Spoken:
    """What the payloads of one source say, every vintage."""

    observations: pd.DataFrame
    publications: pd.DataFrame
    claims: pd.DataFrame
    projects: pd.DataFrame


def spoken(
    source: Source, held: list[HeldPayload], read: Callable[[Source, HeldPayload], Reading]
) -> Spoken:
    """Return the tables in all payloads of one source.

    Args:
        source: The publication.
        held: Its payloads, oldest first.
        read: How a payload is read: by the source, or from what is remembered of it.

    Raises:
        SourceError: A payload is not what its reader knows.
        VintageError: A payload is not the bytes that were kept.
    """
    readings = {id(payload): read(source, payload) for payload in held}
    gone = [
        frame for _, question in _by_question(held) for frame in _taken_back(question, readings)
    ]
    observations = pd.concat(
        [*(reading.observations for reading in readings.values()), *gone, OBSERVATIONS.empty()],
        ignore_index=True,
    )
    return Spoken(
        _news(observations.drop_duplicates(list(OBSERVATIONS.key), keep="last")),
        pd.concat([reading.publications for reading in readings.values()], ignore_index=True),
        _stacked([r.claims for r in readings.values()], list(CLAIMS.key)),
        _stacked([r.projects for r in readings.values()], list(PROJECTS.key)),
    )


def _by_question(held: list[HeldPayload]) -> Iterator[tuple[str, list[Standing]]]:
    """Yield each question with its answers, oldest first; a file by hand is no whole answer."""
    answers: dict[str, list[Standing]] = {}
    for standing in standings(held):
        answers.setdefault(standing.question, []).append(standing)
    answers.pop(BY_HAND, None)
    yield from answers.items()


def _taken_back(question: list[Standing], readings: dict[int, Reading]) -> Iterator[pd.DataFrame]:
    """Yield rows without a value for what stood in one answer and not in the next."""
    before = OBSERVATIONS.empty()
    for standing in question:
        now = pd.concat([readings[id(page)].observations for page in standing.pages])
        lost = ~pd.MultiIndex.from_frame(before[_PERIOD]).isin(
            pd.MultiIndex.from_frame(now[_PERIOD])
        )
        if lost.any():
            newest = before[lost].sort_values("known_from", kind="stable")
            yield _blank(newest.drop_duplicates(_PERIOD, keep="last"), standing)
        before = now


def _blank(rows: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    at = standing.new[-1].vintage
    day = pd.Timestamp(at.retrieved_at.date())
    return rows.assign(
        value=float("nan"),
        value_text="",
        low=float("nan"),
        high=float("nan"),
        obs_status=TAKEN_BACK,
        known_from=rows["known_from"].where(rows["known_from"] > day, day),
        known_from_basis="fetched",
        raw_sha256=at.sha256,
    )


def _news(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop hours that say what the same publication said of them before."""
    hours = rows["frequency"] == "H"
    if not hours.any():
        return rows
    told = rows[hours].sort_values([*_PERIOD, "known_from"], kind="stable")
    same = pd.Series(True, index=told.index)  # noqa: FBT003 - a value, no switch
    for column in (*_PERIOD, *_SAID):
        before = told[column].shift()
        same &= (told[column] == before) | (told[column].isna() & before.isna())
    same.iloc[0] = False
    return pd.concat([rows[~hours], told[~same]], ignore_index=True)


def _stacked(frames: list[pd.DataFrame], key: list[str]) -> pd.DataFrame:
    """Return rows of all payloads; of one key the first that said it: a later one is no news."""
    return pd.concat(frames, ignore_index=True).drop_duplicates(key, keep="first")


class Reader:
    """Reads payloads; what a long one says is remembered under its hash."""

    def __init__(self, place: Place) -> None:
        """Remember below ``data/processed/cache``."""
        self._cache = Chunks(place.processed, "readings")
        self._code = code_digest(("contracts", "sources"))

    def __call__(self, source: Source, held: HeldPayload) -> Reading:
        """Return what a payload says.

        Raises:
            SourceError: It is not what the source's reader knows.
            VintageError: Its bytes are not those that were kept.
        """
        payload = held.payload
        if len(payload) < _LONG:
            return source.read(payload, held.vintage.retrieved_at)
        key = combined([self._code, source.name, held.vintage.name, library_versions()])
        remembered = self._cache.get(key)
        if remembered is not None:
            return _unpacked(remembered)
        reading = source.read(payload, held.vintage.retrieved_at)
        self._cache.put(key, _packed(reading))
        return reading


def _packed(reading: Reading) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in _TABLES:
            table = io.BytesIO()
            getattr(reading, name).to_parquet(table, index=False)
            archive.writestr(zipfile.ZipInfo(name), table.getvalue())
        archive.writestr(zipfile.ZipInfo("left_out"), json.dumps(dict(reading.left_out)))
    return whole.getvalue()


def _unpacked(payload: bytes) -> Reading:
    from forecast.sources.source import Reading

    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        tables = {
            name: ALL[name].shape(pd.read_parquet(io.BytesIO(archive.read(name))))
            for name in _TABLES
        }
        return Reading(**tables, left_out=json.loads(archive.read("left_out")))
