"""Planting many faults at once, and counting what the gate made of each.

Every plant gets a copy of its source under names of its own, so that thousands of copies are
judged in one go and none can see another.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from tests import builders
from tests.quality.sources import Source

from forecast.contracts.catalogue import Catalogue
from forecast.quality import gate
from forecast.quality.corruption import Corruption, Planted

SEED = 20_261_123


@dataclass(frozen=True)
class Plant:
    """One fault in one copy."""

    copy: str
    source: str
    corruption: str
    series: str
    planted: Planted
    clean: pd.DataFrame


TRIES = 60
"""Series tried before a source counts as one that cannot be spoilt this way."""


def plants(sources: tuple[Source, ...], corruptions: tuple[Corruption, ...], count: int):
    """Return ``count`` plants of each kind in each source that can be spoilt that way."""
    return _numbered(
        plant
        for source in sources
        for kind in corruptions
        for plant in _cell((source,), kind, count, f"{source.name} {kind.name}")
    )


def scattered(sources: tuple[Source, ...], corruptions: tuple[Corruption, ...], count: int):
    """Return one plant of each kind in ``count`` sources drawn at random.

    They are among those that :func:`plants` makes.
    """
    return _numbered(plant for kind in corruptions for plant in _spread(sources, kind, count))


def _spread(sources: tuple[Source, ...], kind: Corruption, count: int):
    rng = np.random.default_rng([SEED, zlib.crc32(kind.name.encode())])
    found: list[Plant] = []
    for place in rng.permutation(len(sources)):
        source = sources[int(place)]
        found += _cell((source,), kind, 1, f"{source.name} {kind.name}", most=6)
        if len(found) == count:
            break
    return found


def _numbered(found) -> list[Plant]:
    return [replace(plant, copy=f"x{number}") for number, plant in enumerate(found)]


def _cell(sources: tuple[Source, ...], kind: Corruption, count: int, name: str, most: int = TRIES):
    rng = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    found, tries = [], 0
    while len(found) < count and tries < most + 2 * len(found):
        tries += 1
        source = sources[int(rng.integers(len(sources)))]
        series = source.series[int(rng.integers(len(source.series)))]
        if not kind.applies(source.frame, series):
            continue
        planted = kind.plant(source.frame, series, rng)
        fresh = planted.rows - source.every
        if fresh or (planted.rows | planted.gone) & source.own:
            found.append(Plant("", source.name, kind.name, series, planted, source.frame))
    return found


def renamed(frame: pd.DataFrame, copy: str) -> pd.DataFrame:
    """Return a copy whose series and publications are nobody else's."""
    return frame.assign(
        series_id=frame["series_id"] + f"_{copy}",
        publication_id=frame["publication_id"] + f"_{copy}",
        raw_sha256=copy,
    )


def judged(copies: dict[str, pd.DataFrame], families: dict[str, str]) -> gate.Judged:
    """Return how the gate judged all copies at once."""
    frames = [renamed(frame, copy) for copy, frame in copies.items()]
    entries = [
        entry.model_copy(update={"id": f"{entry.id}_{copy}"})
        for copy, frame in copies.items()
        for entry in builders.catalogue()
        if entry.id in set(frame["series_id"])
    ]
    by_copy = {
        f"{publication}_{copy}": f"{families.get(publication, publication)}_{copy}"
        for copy, frame in copies.items()
        for publication in set(frame["publication_id"])
    }
    whole = pd.concat(frames, ignore_index=True)
    return gate.judge(whole, Catalogue(series=tuple(entries)), families=by_copy)


def verdicts(made: list[Plant], sources: tuple[Source, ...]) -> pd.DataFrame:
    """Return for each plant what the gate made of it.

    ``refused``: a spoilt row is in QUARANTINE. ``named``: a period or series is named as
    missing that was not missing before. ``doubted``: a spoilt row carries a warning.
    ``misblamed``: the gate saw the contradiction, and blamed a row that was right.
    """
    families = {k: v for source in sources for k, v in source.families.items()}
    clean = {f"x9{number:05}": source for number, source in enumerate(sources)}
    copies = {plant.copy: plant.planted.frame for plant in made}
    judgement = judged(copies | {copy: s.frame for copy, s in clean.items()}, families)
    critical = judgement.quarantine["severity"] == "critical"
    refused, doubted = _said(judgement.quarantine[critical]), _said(judgement.warnings)
    missing = _said(judgement.quarantine[judgement.quarantine["row"] == ""])
    home = {
        source.name: [said.get(copy, {}) for said in (refused, doubted, missing)]
        for copy, source in clean.items()
    }
    table = []
    for plant in made:
        out, doubts, gone = (said.get(plant.copy, {}) for said in (refused, doubted, missing))
        _, doubts_before, gone_before = home[plant.source]
        rows = {str(row) for row in plant.planted.rows}
        others = {*out, *doubts} - rows
        news = {row for row in others if _rules(row, out, doubts) > _rules(row, doubts_before)}
        hit = {rule for row in rows for rule in out.get(row, ())}
        doubt = {rule for row in rows for rule in _rules(row, doubts) - _rules(row, doubts_before)}
        holes = _rules("", gone) - _rules("", gone_before)
        table.append(
            {
                "source": plant.source,
                "corruption": plant.corruption,
                "series": plant.series,
                "refused": bool(hit),
                "named": bool(holes),
                "doubted": bool(doubt),
                "misblamed": bool(news),
                "collateral": sum(1 for row in out if row not in rows),
                "rules": ",".join(sorted(hit | doubt)),
                "copy": plant.copy,
            }
        )
    found = pd.DataFrame(table)
    spoken = found[["refused", "named", "doubted", "misblamed"]].any(axis=1)
    return found.assign(silent=~spoken)


def _rules(row: str, *said: dict[str, list[str]]) -> set[str]:
    return {rule for table in said for rule in table.get(row, ())}


def _said(table: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """Return copy → row → rules; of what is missing, rule and period."""
    said: dict[str, dict[str, list[str]]] = {}
    texts = table["text"].str.replace(r"_x\d+", "", regex=True)
    for copy, row, rule, text in zip(
        table["raw_sha256"], table["row"], table["rule"], texts, strict=True
    ):
        entry = f"{rule}: {text}" if row == "" else rule
        said.setdefault(copy, {}).setdefault(row, []).append(entry)
    return said
