"""Every raw file read into one table: what all publications said, and when.

Where a compiled row and a payload row share a key, the payload row speaks: equal ones merge,
unequal ones are shown.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.errors import ContractError, SettingsError, SourceError
from forecast.contracts.tables import CLAIMS, OBSERVATIONS, OUTCOMES, PUBLICATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from forecast.contracts.question import Place
    from forecast.pipeline.readings import Spoken

COMPILED_FOLDERS: Final = ("compiled", "own")
"""Folders of ``data/raw`` that hold tables written by hand: the house's, and a user's."""

_SAME: Final = 1e-9


@dataclass(frozen=True)
class Observed:
    """Everything the raw folder says.

    Attributes:
        observations: OBSERVATIONS, every vintage.
        publications: PUBLICATIONS that any row names.
        claims: CLAIMS.
        outcomes: OUTCOMES.
        projects: PROJECTS.
        disagreements: Rows where a payload contradicts a compiled figure of the same key.
        files: sha256 of each raw file read, by its path below ``data/raw``.
    """

    observations: pd.DataFrame
    publications: pd.DataFrame
    claims: pd.DataFrame
    outcomes: pd.DataFrame
    projects: pd.DataFrame
    disagreements: pd.DataFrame
    files: dict[str, str]

    def newest_vintage(self, today: date) -> date:
        """Return the newest day, up to ``today``, on which something became known.

        Raises:
            SettingsError: Nothing was known by then.
        """
        tables = (self.observations, self.claims, self.projects)
        days = pd.concat([table["known_from"] for table in tables])
        held = days[days <= pd.Timestamp(today)]
        if held.empty:
            raise SettingsError(
                f"data/raw holds nothing that was known by {today}. Add tables under "
                "data/raw/own, or run `forecast ingest`."
            )
        newest: date = held.max().date()
        return newest


def observe(place: Place) -> Observed:
    """Read every raw file below ``data/raw``.

    Raises:
        SourceError: A file is not what its reader knows.
        SettingsError: There is no raw data at all.
    """
    tables: dict[str, list[pd.DataFrame]] = {
        table.name: [] for table in (OBSERVATIONS, PUBLICATIONS, CLAIMS, OUTCOMES)
    }
    files: dict[str, str] = {}
    for path, name, frame in _compiled(place.raw):
        tables[name].append(frame)
        files[str(path.relative_to(place.raw))] = _sha256(path)
    compiled = _stacked(tables["observations"], "observations")
    told = list(_payloads(place, files))
    if compiled.empty and not told:
        raise SettingsError(
            f"{place.raw} holds no table. Put a CSV of observations in {place.raw / 'own'}, or "
            "choose another home."
        )
    said = pd.concat([*(one.observations for one in told), OBSERVATIONS.empty()])
    observations, disagreements = _merged(compiled, OBSERVATIONS.check(said))
    claims = _claims(_stacked(tables["claims"], "claims"), [one.claims for one in told])
    stated = [*tables["publications"], *(one.publications for one in told)]
    return Observed(
        observations=observations,
        publications=_named(stated, observations),
        claims=claims,
        outcomes=_stacked(tables["outcomes"], "outcomes"),
        projects=_stacked([one.projects for one in told], "projects"),
        disagreements=disagreements,
        files=dict(sorted(files.items())),
    )


def _compiled(raw: Path) -> Iterator[tuple[Path, str, pd.DataFrame]]:
    from forecast.sources import compiled

    for folder in COMPILED_FOLDERS:
        for path in sorted((raw / folder).glob("*.csv")):
            table = compiled.table_of(path.name)
            yield path, table.name, compiled.read(path.read_bytes(), name=path.name)


def _payloads(place: Place, files: dict[str, str]) -> Iterator[Spoken]:
    """Yield what the payloads of each source say."""
    from forecast.pipeline.readings import Reader, spoken
    from forecast.pipeline.registry import SOURCES
    from forecast.storage.raw import held

    reader = Reader(place)
    for source in SOURCES.values():
        payloads = held(place.raw, source.name)
        for payload in payloads:
            files[f"{source.name}/{payload.folder.name}"] = payload.vintage.sha256
        if payloads:
            yield spoken(source, payloads, reader)


def _stacked(frames: list[pd.DataFrame], name: str) -> pd.DataFrame:
    """Return one table of several files; a key in two of them is an error that names it."""
    from forecast.contracts.tables import ALL

    table = ALL[name]
    if not frames:
        return table.empty()
    try:
        return table.check(pd.concat(frames, ignore_index=True))
    except ContractError as error:
        raise SourceError(f"data/raw: {error} Keep each row in one file only.") from error


def _claims(compiled: pd.DataFrame, spoken: list[pd.DataFrame]) -> pd.DataFrame:
    """Return all claims; one that stands in our table keeps what was filled in there by hand."""
    every = pd.concat([compiled, *spoken], ignore_index=True)
    return CLAIMS.check(every.drop_duplicates("claim_id", keep="first"))


def _merged(compiled: pd.DataFrame, spoken: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return all rows, the payload's where both state a key, and where they disagree."""
    key = list(OBSERVATIONS.key)
    both = compiled.merge(spoken, on=key, suffixes=("_compiled", "_payload"))
    apart = ~np.isclose(
        both["value_compiled"], both["value_payload"], rtol=_SAME, atol=0.0, equal_nan=True
    )
    columns = [*key, "value_compiled", "value_payload", "unit_payload"]
    repeated = pd.MultiIndex.from_frame(compiled[key]).isin(pd.MultiIndex.from_frame(both[key]))
    frames = [frame for frame in (compiled[~repeated], spoken) if not frame.empty]
    stacked = pd.concat(frames, ignore_index=True) if frames else OBSERVATIONS.empty()
    return OBSERVATIONS.check(stacked), both.loc[apart, columns].reset_index(drop=True)


def _named(stated: list[pd.DataFrame], observations: pd.DataFrame) -> pd.DataFrame:
    """Return PUBLICATIONS; one that a user's rows name without describing gets a plain row.

    Such figures are the user's own to hand on, until a row of theirs says otherwise.
    """
    known = pd.concat([PUBLICATIONS.empty(), *stated]).drop_duplicates(
        "publication_id", keep="last"
    )
    missing = sorted(set(observations["publication_id"]) - set(known["publication_id"]))
    plain = pd.DataFrame(
        {
            "publication_id": missing,
            "family": missing,
            "publisher": missing,
            "title": missing,
            "url": "",
            "published": "",
            "licence": "not stated",
            "attribution": missing,
            "redistributable": True,
            "grade": "A",
        }
    )
    return PUBLICATIONS.check(pd.concat([known, plain], ignore_index=True))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
