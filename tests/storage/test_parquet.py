"""A file explains itself to any reader, and the same rows are the same bytes."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from forecast.contracts.errors import ContractError
from forecast.contracts.results import FORECASTS
from forecast.contracts.statements import CLAIMS
from forecast.contracts.table import COUNT, DAY, FLAG, NUMBER, TEXT, YEAR, Column, Table
from forecast.contracts.tables import ALL
from forecast.storage.parquet import ROW_GROUP_ROWS, read_parquet, to_parquet

if TYPE_CHECKING:
    from pathlib import Path

ATTRS = {"title": "Demand of data centres", "licence": "CC BY 4.0", "run_id": "abc"}
SMALL = Table(
    "small",
    key=("name",),
    columns=(
        Column("name", TEXT, "a name"),
        Column("value", NUMBER, "how much", unit="TWh", nullable=True),
        Column("count", COUNT, "how many"),
        Column("day", DAY, "when", nullable=True),
        Column("flag", FLAG, "whether"),
        Column("year", YEAR, "which year", nullable=True),
    ),
)


def _rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": ["b", "a"],
            "value": [1.5, np.nan],
            "count": [1, 2],
            "day": [pd.Timestamp(2026, 7, 7), pd.NaT],
            "flag": [True, False],
            "year": [2030, None],
        }
    )


def _file(payload: bytes) -> pq.ParquetFile:
    return pq.ParquetFile(pa.BufferReader(payload))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "small.parquet"
    path.write_bytes(to_parquet(SMALL, _rows(), attrs=ATTRS))
    return path


def test_what_is_written_is_read_back(path: Path) -> None:
    frame = read_parquet(path, SMALL)

    pd.testing.assert_frame_equal(frame, SMALL.shape(_rows()))
    assert frame.attrs == ATTRS


@pytest.mark.parametrize("table", ALL.values(), ids=ALL)
def test_every_table_survives_without_rows(tmp_path: Path, table: Table) -> None:
    (tmp_path / "file").write_bytes(to_parquet(table, table.empty(), attrs={}))

    pd.testing.assert_frame_equal(read_parquet(tmp_path / "file", table), table.empty())


def test_pandas_alone_finds_the_attributes(frame: pd.DataFrame) -> None:
    payload = to_parquet(FORECASTS, frame, attrs=ATTRS)

    assert pd.read_parquet(io.BytesIO(payload)).attrs == ATTRS


def test_the_same_rows_are_the_same_bytes_in_any_order(frame: pd.DataFrame) -> None:
    shuffled = frame.sample(frac=1, random_state=1)[list(reversed(frame.columns))]
    attrs = dict(reversed(ATTRS.items()))

    assert to_parquet(FORECASTS, shuffled, attrs=attrs) == to_parquet(FORECASTS, frame, attrs=ATTRS)


def test_the_footer_names_schema_and_attributes(path: Path) -> None:
    footer = pq.read_schema(path).metadata

    assert footer[b"forecast.schema_version"] == b"1"
    assert footer[b"forecast.run_id"] == b"abc"
    assert json.loads(footer[b"PANDAS_ATTRS"]) == ATTRS


def test_fields_carry_unit_and_description(path: Path) -> None:
    field = pq.read_schema(path).field("value")

    assert field.metadata == {b"unit": b"TWh", b"description": b"how much"}


def test_days_are_days_and_ids_plain_strings_in_the_file(path: Path) -> None:
    schema = pq.read_schema(path)

    assert schema.field("day").type == pa.date32()
    assert schema.field("name").type == pa.string()
    assert schema.field("year").type == pa.int64()


def test_a_blank_number_is_null_to_other_readers(path: Path) -> None:
    query = "select avg(value), count(year) from read_parquet($path)"

    found = duckdb.connect().execute(query, {"path": str(path)}).fetchone()

    assert found == (1.5, 1)


def test_floats_are_split_by_byte_and_compressed(frame: pd.DataFrame) -> None:
    group = _file(to_parquet(FORECASTS, frame, attrs={})).metadata.row_group(0)
    column = group.column(FORECASTS.names.index("q50"))

    assert "BYTE_STREAM_SPLIT" in column.encodings
    assert (column.compression, column.has_offset_index) == ("ZSTD", True)


def test_large_tables_come_in_groups(path: Path) -> None:
    rows = ROW_GROUP_ROWS + 1
    many = _rows().iloc[[0] * rows]

    metadata = _file(to_parquet(SMALL, many, attrs={})).metadata

    groups = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert groups == [ROW_GROUP_ROWS, 1]
    assert _file(path.read_bytes()).metadata.num_row_groups == 1


def test_an_hour_is_no_day(frame: pd.DataFrame) -> None:
    hourly = frame.assign(period_start=pd.Timestamp(2030, 1, 1, 13))

    with pytest.raises(
        ContractError, match=r"forecasts: `period_start` holds 2030-01-01 13:00:00, which"
    ):
        to_parquet(FORECASTS, hourly, attrs={})


def test_a_frame_that_breaks_its_shape_is_not_written(frame: pd.DataFrame) -> None:
    with pytest.raises(ContractError, match="forecasts: `unit` is missing"):
        to_parquet(FORECASTS, frame.drop(columns="unit"), attrs={})


def test_another_table_is_not_read(path: Path) -> None:
    with pytest.raises(ContractError, match=r"small\.parquet and claims of schema 1 differ in"):
        read_parquet(path, CLAIMS)


@pytest.mark.parametrize("cut", [0, 100, -1])
def test_a_torn_file_is_not_read(path: Path, cut: int) -> None:
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(ContractError, match=r"small\.parquet cannot be read as Parquet"):
        read_parquet(path, SMALL)


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="none"):
        read_parquet(tmp_path / "none", SMALL)


def test_a_file_without_our_footer_has_no_attributes(tmp_path: Path) -> None:
    bare = _file(to_parquet(SMALL, _rows(), attrs=ATTRS)).read().replace_schema_metadata(None)
    pq.write_table(bare, tmp_path / "bare")

    assert read_parquet(tmp_path / "bare", SMALL).attrs == {}
