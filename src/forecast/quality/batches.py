"""Batches: which rows are judged together, in which order, and the key of each verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from forecast.contracts.tables import OBSERVATIONS
from forecast.quality.hours import PADDING_HOURS
from forecast.quality.verdicts import code_version

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from forecast.contracts.catalogue import Catalogue

    Places = NDArray[np.int64]

CHUNK_ROWS: Final = 60_000
"""Hours judged at a time: about seven authority-years, whatever the size of the table."""

_UNJUDGED: Final = ("raw_sha256", "row")
"""Columns no verdict depends on."""

_OF_ENTRY: Final = {
    "unit", "quantity", "frequency", "periods", "aggregation", "publication_lag_days", "plausible",
}  # fmt: skip


@dataclass(frozen=True)
class Batches:
    """Prepared rows by strand and day.

    Attributes:
        rows: Prepared rows, in their fixed order.
        of_row: Number of each row's batch; -1 for rows that are only there to compare with.
        strands: Strand → its batches, by day.
        places: Rows of each batch.
    """

    rows: pd.DataFrame
    of_row: Places
    strands: dict[str, list[int]]
    places: list[Places]

    def padding(self, strand: str) -> Places:
        """Return places of the hours just outside a strand's year."""
        first = self.places[self.strands[strand][0]][0]
        row = self.rows.iloc[int(first)]
        if row["frequency"] != "H":
            return np.array([], dtype=np.int64)
        start = pd.Timestamp(row["period_start"].year, 1, 1)
        stop = start + pd.DateOffset(years=1)
        edge = pd.Timedelta(hours=PADDING_HOURS)
        hourly = self._hourly[str(row["series_id"])]
        at = self.rows["period_start"].to_numpy()[hourly]
        inside = (at >= np.datetime64(start)) & (at < np.datetime64(stop))
        near = (at >= np.datetime64(start - edge)) & (at < np.datetime64(stop + edge))
        return hourly[near & ~inside]

    @cached_property
    def _hourly(self) -> dict[str, Places]:
        """Places of hours, by series."""
        hourly = np.flatnonzero((self.rows["frequency"] == "H").to_numpy())
        found = self.rows.iloc[hourly].groupby("series_id", sort=False).indices
        return {str(name): hourly[inside] for name, inside in found.items()}

    @cached_property
    def editions(self) -> list[Places]:
        """Places of the rows of each publication and day."""
        return _grouped(self.rows["edition"].to_numpy(dtype=np.int64))

    @cached_property
    def chunks(self) -> list[list[str]]:
        """Strands that are judged side by side: all slow ones, hours a few years at a time."""
        slow: list[str] = []
        hourly: list[list[str]] = []
        room = 0
        frequency = self.rows["frequency"].to_numpy()
        for strand, batches in self.strands.items():
            if frequency[self.places[batches[0]][0]] != "H":
                slow.append(strand)
                continue
            size = sum(len(self.places[batch]) for batch in batches)
            if not hourly or room < size:
                hourly.append([])
                room = CHUNK_ROWS
            hourly[-1].append(strand)
            room -= size
        return [slow, *hourly] if slow else hourly

    def keys(self, catalogue: Catalogue) -> dict[int, str]:
        """Return the key of each batch's verdict: a hash of all it may depend on."""
        columns = [name for name in OBSERVATIONS.names if name not in _UNJUDGED]
        prints = pd.util.hash_pandas_object(self.rows[[*columns, "family"]], index=False).to_numpy()
        entries = {
            entry.id: entry.model_dump_json(include=_OF_ENTRY).encode() for entry in catalogue
        }
        vintages = [hashlib.sha256(prints[places].tobytes()).digest() for places in self.editions]
        series = self.rows["series_id"].to_numpy()
        edition = self.rows["edition"].to_numpy(dtype=np.int64)
        known = self.rows["known"].to_numpy()
        hourly = (self.rows["frequency"] == "H").to_numpy()
        keys: dict[int, str] = {}
        for strand, batches in self.strands.items():
            padding = self.padding(strand)
            chain = code_version().encode()
            chain += entries.get(series[self.places[batches[0]][0]], b"")
            for batch in batches:
                places = self.places[batch]
                then = padding[known[padding] <= known[places[0]]]
                digest = hashlib.sha256(chain)
                digest.update(prints[places].tobytes())
                if not hourly[places[0]]:
                    for one in np.unique(edition[places]):
                        digest.update(vintages[one])
                digest.update(prints[then].tobytes())
                chain = digest.digest()
                keys[batch] = digest.hexdigest()
        return keys


def arrange(rows: pd.DataFrame) -> Batches:
    """Return prepared rows as batches; those marked ``beside`` are judged by nobody."""
    judged = ~rows["beside"].to_numpy(dtype=bool)
    of_row = np.full(len(rows), -1, dtype=np.int64)
    by = rows[judged].groupby(["strand", "known"], sort=True)
    of_row[judged] = by.ngroup()
    places = _grouped(of_row)
    strands: dict[str, list[int]] = {}
    strand = rows["strand"].to_numpy()
    for batch, inside in enumerate(places):
        strands.setdefault(str(strand[inside[0]]), []).append(batch)
    return Batches(rows, of_row, strands, places)


def _grouped(numbers: Places) -> list[Places]:
    """Return the places at which each number from 0 on stands."""
    order = np.argsort(numbers, kind="stable")
    order = order[np.searchsorted(numbers[order], 0) :]
    if not len(order):
        return []
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    return np.split(order, cuts)
