"""Readers of other libraries, while an edition is published over and over.

DuckDB and Polars open each path twice: for the footer, then for the rows. A swap in between
hands them two different files. They then fail to decode; they must never answer wrongly. Paths
that are resolved first (``pinned``) cannot be overtaken.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as pads
import pytest

import forecast
from forecast.storage.editions import pinned, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from forecast.storage.runs import FinishedRun

    Finish = Callable[..., FinishedRun]
    Answer = frozenset[tuple[str, int, float]]

SECONDS = 1.5
"""How long each reader looks. [s]"""


CONNECTION = duckdb.connect()
"""Kept open: what DuckDB caches of a file must not outlive a swap."""


def _duckdb(paths: Sequence[str]) -> Answer:
    query = "select run_id, count(*), sum(q50) from read_parquet($paths) group by run_id"
    return _answer(CONNECTION.execute(query, {"paths": list(paths)}).fetchall())


def _polars(paths: Sequence[str]) -> Answer:
    sums = pl.len(), pl.col("q50").sum()
    return _answer(pl.scan_parquet(list(paths)).group_by("run_id").agg(*sums).collect().rows())


def _pyarrow(paths: Sequence[str]) -> Answer:
    # A dataset opens its first file once more, for the schema alone.
    return _summed(pads.dataset(list(paths)).to_table().to_pandas())


def _pandas(paths: Sequence[str]) -> Answer:
    return _summed(pd.concat([pd.read_parquet(path) for path in paths]))


READERS = {"duckdb": _duckdb, "polars": _polars, "pyarrow": _pyarrow, "pandas": _pandas}
REFUSALS = (duckdb.Error, pl.exceptions.PolarsError, pl.exceptions.PanicException)
"""How DuckDB and Polars say that footer and rows do not fit. Polars panics now and then."""


@pytest.mark.parametrize("library", READERS)
def test_pinned_paths_are_read_whole_by_every_library(library: str, shelf: Shelf) -> None:
    def look() -> Answer:
        return READERS[library]([str(path) for path in pinned(shelf.processed, shelf.name)])

    seen = shelf.watch(look)

    assert set(seen) <= set(shelf.states), shelf.told(library, seen)


@pytest.mark.parametrize("library", ["pyarrow", "pandas"])
def test_a_library_that_opens_a_path_once_may_use_the_glob(library: str, shelf: Shelf) -> None:
    seen = shelf.watch(lambda: READERS[library](shelf.listed()))

    assert set(seen) <= set(shelf.states), shelf.told(library, seen)


@pytest.mark.parametrize("library", ["duckdb", "polars"])
def test_a_library_that_opens_a_path_twice_is_right_or_refuses(
    library: str, shelf: Shelf, capfd: pytest.CaptureFixture[str]
) -> None:
    def look() -> Answer | str:
        try:
            return READERS[library]([shelf.pattern])
        except REFUSALS as refusal:
            return type(refusal).__name__

    seen = shelf.watch(look)

    capfd.readouterr()  # the backtraces of Polars
    print(shelf.told(library, seen))  # noqa: T201
    answers = {answer for answer in seen if not isinstance(answer, str)}
    assert answers <= set(shelf.states)


def test_every_edition_is_listed_once_at_every_moment(shelf: Shelf) -> None:
    seen = shelf.watch(lambda: tuple(sorted(path.split("/")[-2] for path in shelf.listed())))

    assert set(seen) == {("2026-06-07", "2026-07-07", "2026-08-07")}


class Shelf:
    """Three editions, of which the middle one is published by turns from two runs."""

    name = "forecasts.parquet"

    def __init__(self, processed: Path, payloads: Path) -> None:
        self.processed = processed
        self.payloads = payloads
        self.pattern = str(processed / "editions" / "*" / self.name)
        self.states: list[Answer] = []
        self.swaps = 0

    def listed(self) -> list[str]:
        """Return what a glob finds, links unresolved."""
        return [str(path) for path in self.processed.glob(f"editions/*/{self.name}")]

    def watch(self, look: Callable[[], object]) -> Counter[object]:
        """Return how often each answer came, while runs are published by turns."""
        seen: Counter[object] = Counter()
        with self.republished():
            end = monotonic() + SECONDS
            while monotonic() < end:
                seen[look()] += 1
        return seen

    @contextmanager
    def republished(self) -> Iterator[None]:
        """Publish in another process until the block ends."""
        source = str(Path(forecast.__file__).parents[1])
        script = str(Path(__file__).with_name("republish.py"))
        with subprocess.Popen(
            [sys.executable, script, str(self.processed), str(self.payloads)],
            env={**os.environ, "PYTHONPATH": source},
            stdout=subprocess.PIPE,
            text=True,
        ) as publisher:
            assert publisher.stdout is not None
            assert publisher.stdout.readline() == "1\n"
            try:
                yield
            finally:
                (self.payloads / "stop").touch()
            self.swaps = int(publisher.stdout.read().split()[-1])
        assert publisher.returncode == 0
        assert self.swaps > 2

    def told(self, library: str, seen: Counter[object]) -> str:
        counts = {"whole" if a in self.states else str(a): n for a, n in seen.items()}
        return f"{library}: {counts} in {self.swaps} swaps"


@pytest.fixture
def shelf(processed: Path, tmp_path: Path, finished: Finish) -> Shelf:
    shelf = Shelf(processed, tmp_path)
    for run_id, month in (("june", 6), ("august", 8)):
        publish(processed, finished(run_id, date(2026, month, 7), rows=1_000))
    for run_id, rows in (("one", 1_000), ("two", 1_500)):
        run = finished(run_id, rows=rows)
        only = {shelf.name: run.files[shelf.name]}
        (tmp_path / run_id).write_bytes(only[shelf.name])
        publish(processed, replace(run, files=only))
        shelf.states.append(_pandas(shelf.listed()))
    return shelf


def _summed(frame: pd.DataFrame) -> Answer:
    sums = frame.groupby("run_id")["q50"].agg(["size", "sum"])
    return _answer([(str(name), size, total) for name, size, total in sums.itertuples()])


def _answer(rows: Sequence[tuple[str, int, float]]) -> Answer:
    return frozenset((run_id, int(count), round(float(total), 6)) for run_id, count, total in rows)
