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
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from numpy.typing import NDArray

    from forecast.pipeline.fitting import Told
    from forecast.pipeline.periods import Calendar

MODEL: Final = "panel_combination"
"""Name of the forecaster in the column ``model``."""

TEXTS: Final = ("unique_id", "model", "note")

PATH_DIGITS: Final = 10
"""Significant digits of paths: more than of quantiles, so that parts still add up to wholes."""


def rows_of(told: Told, calendar: Calendar, note: str) -> pd.DataFrame:
    """Return the rows of one series, six significant digits. One a horizon.

    Args:
        told: Its forecast.
        calendar: How its periods are numbered.
        note: What a reader should know of it.
    """
    rows = _keyed(told, calendar, pd.DataFrame(told.quantiles, columns=list(QUANTILES)))
    rows.insert(3, "mean", told.mean)
    return rows.assign(model=MODEL, note=note)


def path_rows(told: Told, calendar: Calendar, paths: NDArray[np.float64]) -> pd.DataFrame:
    """Return the rows of the paths of one series, one a horizon.

    Args:
        told: Its forecast.
        calendar: How its periods are numbered.
        paths: [count, h]
    """
    return _keyed(told, calendar, pd.DataFrame(paths.T, columns=path_names(len(paths))))


def path_names(count: int) -> list[str]:
    """Return the columns of a file of paths."""
    return [f"path_{number:04d}" for number in range(1, count + 1)]


def _keyed(told: Told, calendar: Calendar, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with series, period and horizon before them."""
    line = told.line
    last = line.first + len(line.values) - 1
    rows.insert(0, "horizon", np.arange(1, len(rows) + 1))
    rows.insert(0, "ds", calendar.after(last, line.stamp, len(rows)))
    rows.insert(0, "unique_id", line.name)
    return rows


class QuantileFile:
    """A file of forecasts being written aside; it appears under its name when whole.

    Args:
        path: Parquet, or CSV by its ending.
        calendar: How its periods are numbered.
        paths: How many paths it holds; if none, quantiles.
    """

    def __init__(self, path: Path, calendar: Calendar, paths: int = 0) -> None:
        self.path = path
        self.aside = path.with_name(f".{path.name}.part")
        self.numbers = path_names(paths) if paths else ["mean", *QUANTILES]
        self.digits = PATH_DIGITS if paths else 6
        self.group = max(1, ROW_GROUP_ROWS * len(QUANTILES) // max(len(QUANTILES), paths))
        texts = () if paths else ("model", "note")
        self.schema = _schema(calendar, self.numbers, texts)
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
                use_dictionary=[name for name in TEXTS if name in self.schema.names],
                column_encoding=dict.fromkeys(self.numbers, "BYTE_STREAM_SPLIT"),
                write_page_index=True,
            )
        return self

    def add(self, rows: pd.DataFrame) -> None:
        """Write rows, or keep them until a group is full."""
        self.waiting.append(rows)
        self.count += len(rows)
        if self.count >= self.group:
            whole = pd.concat(self.waiting, ignore_index=True)
            while len(whole) >= self.group:
                self._write(whole.iloc[: self.group])
                whole = whole.iloc[self.group :].reset_index(drop=True)
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
        table = pa.Table.from_pandas(
            rounded(rows, self.digits), schema=self.schema, preserve_index=False
        )
        if self.writer is not None:
            self.writer.write_table(table, row_group_size=self.group)
            return
        first = not self.aside.exists()
        table.to_pandas().to_csv(
            self.aside, mode="a", header=first, index=False, lineterminator="\n"
        )


def _schema(calendar: Calendar, numbers: Sequence[str], texts: Sequence[str]) -> pa.Schema:
    return pa.schema([
        pa.field("unique_id", pa.string()),
        pa.field("ds", pa.int64() if calendar.numbered else pa.date32()),
        pa.field("horizon", pa.int64()),
        *(pa.field(name, pa.float64()) for name in numbers),
        *(pa.field(name, pa.string()) for name in texts),
    ])  # fmt: skip
