"""Reading a panel: a Parquet or CSV file of unique_id, ds, y, some series at a time.

A file that fits is sorted in memory; a larger one is parted once into files by range of
``unique_id``, so that series come in order whatever the order of rows, and memory holds one
part. Series that cannot be forecast are refused by name, with the reason; the others go on.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from forecast.contracts.errors import SettingsError
from forecast.growth.panel.batch import Line
from forecast.pipeline.periods import Calendar, calendar_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COLUMNS: Final = ("unique_id", "ds", "y")
"""What a panel must have; other columns are left alone."""

PART_ROWS: Final = 2_000_000
"""Rows held at a time."""

NAMELESS: Final = ""
"""Stands for a missing ``unique_id``."""

BLANKS: Final = ("", "nan", "na", "null", "none")
"""Texts that mean no value."""

LONGEST: Final = 200
"""Values of a series that are used: the newest."""

WIDEST: Final = 1_000_000
"""Periods from first to last at most."""

LARGEST: Final = 1e100
"""Values beyond, or nearer zero than its inverse, are refused: squares would overflow."""


@dataclass
class Panel:
    """An open panel.

    Attributes:
        calendar: How its periods are numbered.
        parts: Files of sorted rows, one range of ``unique_id`` each, or the rows themselves.
        refused: Series that cannot be forecast, and why; filled as they are met.
        notes: What a reader should know of a series; filled as they are met.
    """

    calendar: Calendar
    parts: Sequence[Path | pd.DataFrame]
    refused: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def chunks(self, size: int) -> Iterator[list[Line]]:
        """Yield series in order of their names, ``size`` at a time (the last chunk fewer)."""
        waiting: list[Line] = []
        for part in self.parts:
            rows = part if isinstance(part, pd.DataFrame) else pd.read_parquet(part)
            for line in self._lines(rows):
                waiting.append(line)
                if len(waiting) == size:
                    yield waiting
                    waiting = []
        if waiting:
            yield waiting

    def _lines(self, rows: pd.DataFrame) -> Iterator[Line]:
        names = rows["unique_id"].to_numpy()
        edges = np.flatnonzero(names[1:] != names[:-1]) + 1
        periods, stamps = rows["period"].to_numpy(), rows["stamp"].to_numpy()
        values = rows["y"].to_numpy()
        for start, end in zip([0, *edges], [*edges, len(names)], strict=True):
            name = str(names[start])
            here = slice(start, end)
            told = self._line(name, periods[here], stamps[here], values[here])
            if isinstance(told, str):
                self.refused[name] = told
            else:
                yield told

    def _line(
        self, name: str, periods: np.ndarray, stamps: np.ndarray, values: np.ndarray
    ) -> Line | str:
        """Return a series, or why it is refused."""
        if name == NAMELESS:
            return f"{len(values)} rows have no unique_id"
        if why := _unfit(periods, values, self.calendar):
            return why
        known = np.flatnonzero(np.isfinite(values))
        first, last = known[0], known[-1]
        width = int(periods[last] - periods[first]) + 1
        whole = np.full(width, np.nan)
        whole[periods[first : last + 1] - periods[first]] = values[first : last + 1]
        cut = max(0, width - LONGEST)
        cut += int(np.argmax(np.isfinite(whole[cut:])))
        notes = []
        if gaps := int(np.isnan(whole[cut:]).sum()):
            notes.append(f"{gaps} missing periods bridged")
        if cut:
            notes.append(f"the newest {width - cut} of {width} periods used")
        if notes:
            self.notes[name] = "; ".join(notes)
        stamp = None if self.calendar.numbered else int(stamps[last])
        return Line(name, int(periods[first]) + cut, whole[cut:], stamp)


def _unfit(periods: np.ndarray, values: np.ndarray, calendar: Calendar) -> str:
    """Return why a series cannot be forecast, or nothing."""
    unreadable = int((periods == calendar.unreadable).sum())
    if unreadable:
        return f"{unreadable} of {len(periods)} rows have a ds that is no {calendar.expected}"
    twice = periods[1:] == periods[:-1]
    if twice.any():
        spot = calendar.text(int(periods[1:][twice][0]))
        return f"{int(twice.sum())} periods stand twice, first {spot}; expected one row a period"
    if int(periods[-1] - periods[0]) > WIDEST:
        return f"its first and last period lie more than {WIDEST} apart"
    return _unfit_values(values)


def _unfit_values(values: np.ndarray) -> str:
    """Return why values cannot be forecast from, or nothing."""
    if np.isinf(values).any():
        return f"{int(np.isinf(values).sum())} values are infinite or no numbers"
    known = np.abs(values[np.isfinite(values)])
    if not len(known):
        return f"none of its {len(values)} values is a number"
    if known.max() > LARGEST or ((known > 0) & (known < 1 / LARGEST)).any():
        return f"its values reach {known.max():.3g} and down to {known[known > 0].min():.3g}; " + (
            f"expected sizes between {1 / LARGEST:g} and {LARGEST:g}, or zero"
        )
    return ""


def open_panel(path: Path, frequency: str | None, folder: Path) -> Panel:
    """Return an open panel.

    Args:
        path: Parquet, or CSV by its ending.
        frequency: A, Q or M; else read off the dates.
        folder: Where a large panel may be parted; the caller removes it.

    Raises:
        SettingsError: No such file, not a table, columns missing, no rows, no readable ds.
    """
    rows, ids = 0, set()
    sample: list[pa.Array] = []
    for table in _tables(path):
        rows += len(table)
        ids.update(pa.compute.unique(table["unique_id"].cast(pa.string())).to_pylist())
        sample.append(table["ds"])
    if not rows:
        raise SettingsError(f"{path} has no rows; expected {', '.join(COLUMNS)}")
    calendar = calendar_of(sample, frequency, path)
    names = sorted(NAMELESS if name is None else name for name in ids)
    count = -(-rows // PART_ROWS)
    if count == 1:
        whole = pd.concat([_numbered(t, calendar) for t in _tables(path)], ignore_index=True)
        return Panel(calendar, [_ordered(whole)])
    return Panel(calendar, _parted(path, calendar, names, count, folder))


def _parted(
    path: Path, calendar: Calendar, names: list[str], count: int, folder: Path
) -> list[Path]:
    """Part a large panel into files by range of name, each sorted."""
    borders = [names[len(names) * k // count] for k in range(1, count)]
    kept: list[list[Path]] = [[] for _ in range(count)]
    for number, table in enumerate(_tables(path)):
        rows = _numbered(table, calendar)
        place = np.searchsorted(np.array(borders, dtype=object), rows["unique_id"], side="right")
        for part in np.unique(place):
            piece = Path(tempfile.mkstemp(suffix=f"-{number}.parquet", dir=folder)[1])
            rows[place == part].to_parquet(piece, index=False)
            kept[part].append(piece)
    parts = []
    for number, pieces in enumerate(kept):
        if pieces:
            whole = pd.concat([pd.read_parquet(piece) for piece in pieces], ignore_index=True)
            parts.append(folder / f"part-{number}.parquet")
            _ordered(whole).to_parquet(parts[-1], index=False)
            for piece in pieces:
                piece.unlink()
    return parts


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.sort_values(["unique_id", "period"], kind="stable", ignore_index=True)


def _numbered(table: pa.Table, calendar: Calendar) -> pd.DataFrame:
    """Return rows with numbered periods; what is text and no number becomes infinite."""
    period, stamp = calendar.number(table["ds"])
    given = table["y"].to_pandas()
    values = pd.to_numeric(given, errors="coerce").astype("float64")
    blank = given.isna() | given.astype(str).str.strip().str.lower().isin(BLANKS)
    names = table["unique_id"].cast(pa.string()).fill_null(NAMELESS).to_pandas()
    return pd.DataFrame({
        "unique_id": names.astype(object),
        "period": period,
        "stamp": stamp,
        "y": values.where(values.notna() | blank, np.inf).to_numpy(),
    })  # fmt: skip


def _tables(path: Path) -> Iterator[pa.Table]:
    """Yield the three columns of a file, some rows at a time."""
    if not path.is_file():
        raise SettingsError(f"{path}: no such file; expected a panel of {', '.join(COLUMNS)}")
    try:
        if path.suffix.lower() in {".csv", ".txt"}:
            yield from _csv_tables(path)
            return
        file = pq.ParquetFile(path)
        _require(file.schema_arrow.names, path)
        for batch in file.iter_batches(columns=list(COLUMNS), batch_size=500_000):
            yield pa.Table.from_batches([batch])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise SettingsError(
            f"{path} cannot be read: {error}. Expected Parquet, or CSV with a .csv ending."
        ) from error


def _csv_tables(path: Path) -> Iterator[pa.Table]:
    texts = pa.csv.ConvertOptions(
        column_types={name: pa.string() for name in COLUMNS}, strings_can_be_null=True
    )
    with pa.csv.open_csv(path, convert_options=texts) as reader:
        _require(reader.schema.names, path)
        for batch in reader:
            yield pa.Table.from_batches([batch]).select(list(COLUMNS))


def _require(found: Sequence[str], path: Path) -> None:
    if missing := [name for name in COLUMNS if name not in found]:
        raise SettingsError(
            f"{path} lacks {', '.join(missing)}; it has {', '.join(found)}. "
            f"A panel has {', '.join(COLUMNS)}."
        )
