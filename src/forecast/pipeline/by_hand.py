"""A payload someone downloaded: through the same reader and gate, then kept as a vintage.

For machines without a network, and for publications without a machine-readable page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.contracts.errors import SettingsError, SourceError
from forecast.contracts.tables import OBSERVATIONS
from forecast.pipeline.holding import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from forecast.contracts.question import Place
    from forecast.quality.gate import Judged
    from forecast.sources.source import Reading

_MOST_BYTES: Final = 4_000_000_000
"""A file beyond this is no payload of ours."""


@dataclass(frozen=True)
class SeriesEntered:
    """One series of a file: rows, periods, and the total as a check by eye."""

    series_id: str
    frequency: str
    rows: int
    first: str
    last: str
    total: float
    unit: str


@dataclass(frozen=True)
class Entered:
    """What became of a file.

    Attributes:
        source: The publication it was read as.
        vintage: The name it is kept under.
        new: Whether it was kept now; else the same bytes were held already.
        kept: Rows of observations that passed the gate.
        refused: Rows the gate refused.
        quarantined: Why, by rule; a row may break several.
        doubted: Rows kept in doubt, by rule.
        claims: Projections read.
        projects: Rows about sites read.
        left_out: Rows that are in no table, by reason.
        series: What was read, series by series, before the gate.
    """

    source: str
    vintage: str
    new: bool
    kept: int
    refused: int
    quarantined: Mapping[str, int]
    doubted: Mapping[str, int]
    claims: int
    projects: int
    left_out: Mapping[str, int]
    series: tuple[SeriesEntered, ...]


def enter(
    name: str, path: Path, place: Place, *, now: datetime, known_from: date | None = None
) -> Entered:
    """Read a file as an answer of a source, judge its rows, and keep it.

    Args:
        name: The source.
        path: The file as it was downloaded.
        place: Where vintages are kept.
        now: The instant of the asking.
        known_from: The day it was downloaded, if not today; nothing in it counts as known
            before, unless the publisher's own stamp says so.

    Raises:
        SettingsError: The source or file does not exist, or the day lies in the future.
        SourceError: The file is not what the source's reader knows. Nothing is kept.
    """
    from forecast.pipeline.ingesting import known_sources
    from forecast.pipeline.registry import SOURCES
    from forecast.storage.raw import keep

    (name,) = known_sources((name,))
    source, at = SOURCES[name], _instant(now, known_from)
    payload = source.redacted(_bytes(path))
    reading = source.read(payload, at)
    if not reading.rows:
        raise SourceError(
            f"{path.name}: read as {name}, it holds no row of a series we know"
            f"{_told(reading.left_out)}. Choose the source it comes from, or another file."
        )
    judged = _judged(reading, place)
    said = {"file": path.name, "request": BY_HAND, "entered_at": now.astimezone(UTC).isoformat()}
    kept = keep(place.raw, name, payload, retrieved_at=at, details=said)
    refused = judged.quarantine[judged.quarantine["severity"] == "critical"]
    amiss = len(_mine(refused, reading).drop_duplicates("row"))
    return Entered(
        source=name,
        vintage=kept.held.vintage.name,
        new=kept.new,
        kept=len(reading.observations) - amiss,
        refused=amiss,
        quarantined=_by_rule(_mine(refused, reading)),
        doubted=_by_rule(_mine(judged.warnings, reading)),
        claims=len(reading.claims),
        projects=len(reading.projects),
        left_out=reading.left_out,
        series=tuple(_series(reading.observations)),
    )


def _instant(now: datetime, known_from: date | None) -> datetime:
    today = now.astimezone(UTC).date()
    if known_from is None or known_from == today:
        return now
    if known_from > today:
        raise SettingsError(
            f"--known-from {known_from} is after today, {today}. Give the day the file was "
            "downloaded."
        )
    return datetime.combine(known_from, time(), UTC)


def _bytes(path: Path) -> bytes:
    try:
        if (size := path.stat().st_size) > _MOST_BYTES:
            raise SettingsError(f"{path} has {size:,} bytes; expected at most {_MOST_BYTES:,}.")
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"{path} cannot be read ({error.strerror}). Give the file as it was downloaded."
        ) from None


def _judged(reading: Reading, place: Place) -> Judged:
    """Judge the rows of a reading beside all that is known of their series."""
    from forecast.pipeline.home import catalogue_of
    from forecast.pipeline.observing import observe
    from forecast.quality.gate import judge
    from forecast.storage.cache import Bundles

    new = reading.observations
    try:
        observed = observe(place)
        known, publications = observed.observations, observed.publications
    except SettingsError:  # the first file of an empty home
        known, publications = new.iloc[:0], reading.publications
    known = known[known["series_id"].isin(set(new["series_id"]))]
    beside = known[~known["raw_sha256"].isin(set(new["raw_sha256"]))]
    stated = pd.concat([publications, reading.publications], ignore_index=True)
    families = dict(zip(stated["publication_id"], stated["family"], strict=True))
    rows = pd.concat([beside, new], ignore_index=True)
    rows = rows.drop_duplicates(list(OBSERVATIONS.key), keep="last")
    verdicts = Bundles(place.processed, "verdicts")
    judged = judge(rows, catalogue_of(place), families=families, cache=verdicts)
    verdicts.keep()
    return judged


def _mine(rows: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    """Return the findings about rows of this very file; what is missing has no row."""
    hashes = set(reading.observations["raw_sha256"])
    return rows[rows["raw_sha256"].isin(hashes) & (rows["row"] != "")]


def _by_rule(rows: pd.DataFrame) -> dict[str, int]:
    return {str(rule): int(count) for rule, count in rows["rule"].value_counts().items()}


def _series(rows: pd.DataFrame) -> list[SeriesEntered]:
    return [
        SeriesEntered(
            series_id=str(name),
            frequency=str(frequency),
            rows=len(group),
            first=f"{group['period_start'].min():%Y-%m-%d}",
            last=f"{group['period_end'].max():%Y-%m-%d}",
            total=float(_newest(group)["value"].sum()),
            unit=str(unit),
        )
        for (name, frequency, unit), group in rows.groupby(["series_id", "frequency", "unit"])
    ]


def _newest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the newest statement of each period, so that a revised one counts once."""
    told = rows.sort_values("known_from", kind="stable")
    return told.drop_duplicates(["publication_id", "period_start", "period_end"], keep="last")


def _told(left_out: Mapping[str, int]) -> str:
    if not left_out:
        return ""
    return " (" + "; ".join(f"{count} rows: {why}" for why, count in left_out.items()) + ")"
