"""Writing forecasts of a panel: rows as they come, the same bytes for any chunking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecast.contracts.levels import QUANTILES
from forecast.storage.parquet import ROW_GROUP_ROWS
from forecast.storage.rounding import rounded

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from forecast.pipeline.fitting import Told
    from forecast.pipeline.periods import Calendar

MODEL: Final = "panel_combination"
"""Name of the forecaster in the column ``model``."""


def rows_of(told: Told, calendar: Calendar, note: str) -> pd.DataFrame:
    """Return the rows of one series, six significant digits. One a horizon.

    Args:
        told: Its forecast.
        calendar: How its periods are numbered.
        note: What a reader should know of it.
    """
    line = told.line
    steps = len(told.mean)
    last = line.first + len(line.values) - 1
    rows = pd.DataFrame(told.quantiles, columns=list(QUANTILES))
    rows.insert(0, "mean", told.mean)
    rows.insert(0, "horizon", np.arange(1, steps + 1))
    rows.insert(0, "ds", calendar.after(last, line.stamp, steps))
    rows.insert(0, "unique_id", line.name)
    return rows.assign(model=MODEL, note=note)


class QuantileFile:
    """A file of forecasts being written aside; it appears under its name when whole."""

    def __init__(self, path: Path, calendar: Calendar) -> None:
        self.path = path
        self.aside = path.with_name(f".{path.name}.part")
        self.schema = _schema(calendar)
        self.waiting: list[pd.DataFrame] = []
        self.count = 0
        self.csv = path.suffix.lower() == ".csv"
        self.writer: pq.ParquetWriter | None = None

    def __enter__(self) -> QuantileFile:
        """Open the file aside."""
        self.aside.unlink(missing_ok=True)
        if not self.csv:
            self.writer = pq.ParquetWriter(
                self.aside,
                self.schema,
                compression="zstd",
                use_dictionary=["unique_id", "model", "note"],
                column_encoding=dict.fromkeys(("mean", *QUANTILES), "BYTE_STREAM_SPLIT"),
                write_page_index=True,
            )
        return self

    def add(self, rows: pd.DataFrame) -> None:
        """Write rows, or keep them until a group is full."""
        self.waiting.append(rows)
        self.count += len(rows)
        if self.count >= ROW_GROUP_ROWS:
            whole = pd.concat(self.waiting, ignore_index=True)
            while len(whole) >= ROW_GROUP_ROWS:
                self._write(whole.iloc[:ROW_GROUP_ROWS])
                whole = whole.iloc[ROW_GROUP_ROWS:].reset_index(drop=True)
            self.waiting, self.count = [whole], len(whole)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is left and give the file its name; after an error leave nothing."""
        if kind is None and self.count:
            self._write(pd.concat(self.waiting, ignore_index=True))
        if self.writer is not None:
            self.writer.close()
        if kind is None:
            self.aside.replace(self.path)
        else:
            self.aside.unlink(missing_ok=True)

    def _write(self, rows: pd.DataFrame) -> None:
        if self.schema.field("ds").type == pa.date32():
            rows = rows.assign(ds=rows["ds"].to_numpy().astype("datetime64[D]"))
        table = pa.Table.from_pandas(rounded(rows), schema=self.schema, preserve_index=False)
        if self.writer is not None:
            self.writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
            return
        first = not self.aside.exists()
        table.to_pandas().to_csv(
            self.aside, mode="a", header=first, index=False, lineterminator="\n"
        )


def _schema(calendar: Calendar) -> pa.Schema:
    numbers = [pa.field(name, pa.float64()) for name in ("mean", *QUANTILES)]
    return pa.schema([
        pa.field("unique_id", pa.string()),
        pa.field("ds", pa.int64() if calendar.numbered else pa.date32()),
        pa.field("horizon", pa.int64()),
        *numbers,
        pa.field("model", pa.string()),
        pa.field("note", pa.string()),
    ])  # fmt: skip
