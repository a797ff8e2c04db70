"""A table as Parquet bytes, and back: one file that explains itself to any reader.

Columns, types and order are the contract's. Units and descriptions stand with the fields,
attributes in the footer, where pandas alone finds them (``pd.read_parquet(f).attrs``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, BinaryIO, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from forecast.contracts.errors import ContractError
from forecast.contracts.table import COUNT, DAY, FLAG, INSTANT, NUMBER, TEXT, YEAR
from forecast.contracts.tables import SCHEMA_VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forecast.contracts.table import Column, Table

ROW_GROUP_ROWS: Final = 65_536
"""One group for small tables. Larger ones: 30 times faster to look one series up."""

_PANDAS: Final = b"PANDAS_ATTRS"
"""The footer key that pandas itself reads into ``.attrs``."""

_KINDS: Final = {
    TEXT: pa.string(),
    NUMBER: pa.float64(),
    COUNT: pa.int64(),
    DAY: pa.date32(),
    INSTANT: pa.timestamp("us", tz="UTC"),
    FLAG: pa.bool_(),
    YEAR: pa.int64(),
}
"""Kind of column → type in the file. Days are days: no reader shows them as midnights."""


def to_parquet(table: Table, frame: pd.DataFrame, *, attrs: Mapping[str, str]) -> bytes:
    """Return a frame as the bytes of a Parquet file: the same rows, the same bytes.

    Rows are sorted by the table's key, columns stand in contract order. Numbers are written as
    given (see ``rounded``); a blank number is null, a blank text is ``""``.

    Args:
        table: The table that ``frame`` is one of.
        frame: Its rows, in any order.
        attrs: What the file says of itself: title, licence, attribution, run_id, …

    Raises:
        ContractError: Columns are missing or unknown, or a value has no such type.
    """
    shaped = table.shape(frame)
    columns = [_column(table, column, shaped[column.name]) for column in table.columns]
    filled = pa.Table.from_arrays(columns, schema=_schema(table, attrs))
    sink = pa.BufferOutputStream()
    pq.write_table(
        filled,
        sink,
        compression="zstd",
        row_group_size=ROW_GROUP_ROWS,
        use_dictionary=[column.name for column in table.columns if column.kind != NUMBER],
        column_encoding={
            column.name: "BYTE_STREAM_SPLIT" for column in table.columns if column.kind == NUMBER
        },
        write_page_index=True,
    )
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def read_parquet(path: Path, table: Table) -> pd.DataFrame:
    """Return a file's rows in contract order and types, ``.attrs`` filled.

    The file is opened once: whatever is published meanwhile, footer and rows belong together.

    Raises:
        FileNotFoundError: There is no such file.
        ContractError: The file is no Parquet, or holds other columns than ``table``.
    """
    with path.open("rb") as file:
        found = _decoded(file, path)
    there = {field.name: field.type for field in found.schema}
    wanted = {column.name: _KINDS[column.kind] for column in table.columns}
    if there != wanted:
        strange = sorted(f"{name} {kind}" for name, kind in there.items() ^ wanted.items())
        raise ContractError(
            f"{path} and {table.name} of schema {SCHEMA_VERSION} differ in {', '.join(strange)}. "
            "Read it with the release that wrote it, or run the edition again."
        )
    frame = pd.DataFrame({c.name: _values(c, found.column(c.name)) for c in table.columns})
    frame.attrs = json.loads((found.schema.metadata or {}).get(_PANDAS, b"{}"))
    return frame


def _decoded(file: BinaryIO, path: Path) -> pa.Table:
    """Return the rows of an open file as they stand in it."""
    try:
        return pq.ParquetFile(file).read()
    except (pa.ArrowInvalid, OSError) as error:
        raise ContractError(
            f"{path} cannot be read as Parquet: {error}. Restore it, or run the edition again."
        ) from error


def _values(column: Column, values: pa.ChunkedArray) -> pd.Series:
    """Return one column of a file in its contract type."""
    if column.kind in {DAY, INSTANT}:
        return values.cast(pa.timestamp("us")).to_pandas()  # type: ignore[no-any-return]
    if column.kind == YEAR:
        return values.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)  # type: ignore[no-any-return]
    return values.to_pandas()  # type: ignore[no-any-return]


def _column(table: Table, column: Column, values: pd.Series) -> pa.Array:
    """Return one column in its file type.

    Plain strings, not Arrow dictionaries: those are written whole into every row group, which
    makes looking one series up ten times slower. The writer's own dictionaries stay.
    """
    if column.kind == DAY:
        present = values.dropna()
        hours = present[present != present.dt.normalize()]  # Arrow would cut them off unasked
        if not hours.empty:
            raise ContractError(
                f"{table.name}: `{column.name}` holds {hours.iloc[0]}, which is no whole day, in "
                f"{len(hours)} rows; expected days. Aggregate hours before writing them."
            )
    return pa.Array.from_pandas(values, type=_KINDS[column.kind])


def _schema(table: Table, attrs: Mapping[str, str]) -> pa.Schema:
    """Return the file's schema: fields with unit and description, footer with attributes."""
    fields = [
        pa.field(
            column.name,
            _KINDS[column.kind],
            metadata={"description": column.meaning, "unit": column.unit},
        )
        for column in table.columns
    ]
    footer: dict[str | bytes, str] = {
        _PANDAS: json.dumps(dict(attrs), sort_keys=True, ensure_ascii=False),
        "forecast.schema_version": SCHEMA_VERSION,
        **{f"forecast.{name}": attrs[name] for name in sorted(attrs)},
    }
    return pa.schema(fields, metadata=footer)
