"""``forecast fit``: a panel file in, a file of quantiles out."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.errors import FitError, SettingsError
from forecast.evaluation.panel.card import packaged
from forecast.pipeline.fitting import Ask, learn, tell
from forecast.pipeline.joint import (
    QUANTILES_ALONE,
    Family,
    Joint,
    drawn,
    family,
    read_hierarchy,
    retold,
)
from forecast.pipeline.panels import open_panel
from forecast.pipeline.quantile_files import QuantileFile, path_rows, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from forecast.evaluation.panel.card import Card
    from forecast.growth.panel.batch import Line
    from forecast.pipeline.fitting import Told
    from forecast.pipeline.panels import Panel

CHUNK: Final = 250
"""Series at a time."""

FURTHEST: Final = 200
"""Horizons at most."""

COHERENT: Final = "adds up within its hierarchy; mean of the paths"
"""Note of a series told by coherent paths."""


@dataclass(frozen=True)
class Fitted:
    """What became of a panel.

    Attributes:
        out: The file of quantiles.
        frequency: A, Q or M.
        series: How many were forecast.
        refused: Which were not, and why.
        bounded: Share of series of which the growth bound touched a candidate.
        paths: The file of sample paths, if asked for.
        coherent: Series told by coherent paths of a hierarchy.
        common: Correlation of the errors of any two series in the paths.
    """

    out: Path
    frequency: str
    series: int
    refused: dict[str, str]
    bounded: float
    paths: Path | None = None
    coherent: int = 0
    common: float = 0.0


@dataclass(frozen=True)
class Wish:
    """What is asked of a panel.

    Attributes:
        horizon: Periods ahead.
        frequency: A, Q or M; else read off the dates.
        chunk: Series at a time; changes nothing but memory.
        workers: Processes; changes nothing but time.
        card: The calibration beside the panel's own errors; the packaged one if none.
        joint: Sample paths and sums.
    """

    horizon: int
    frequency: str | None = None
    chunk: int = CHUNK
    workers: int = 1
    card: Card | None = None
    joint: Joint = QUANTILES_ALONE


def fit_file(panel: Path, out: Path, wish: Wish, say: Callable[[str], None]) -> Fitted:
    """Forecast every series of a panel and write the quantiles.

    Args:
        panel: Parquet or CSV of unique_id, ds, y.
        out: Parquet, or CSV by its ending; written whole or not at all.
        wish: What is asked.
        say: Told what is going on.

    Raises:
        SettingsError: The panel or the hierarchy cannot be read, the horizon is not 1 …
            ``FURTHEST``, or a folder to write to does not exist.
        FitError: No series of the panel can be forecast.
    """
    if not 1 <= wish.horizon <= FURTHEST:
        raise SettingsError(f"horizon {wish.horizon} is not between 1 and {FURTHEST}")
    if not out.parent.is_dir():
        raise SettingsError(f"{out.parent}: no such folder; make it, or write elsewhere")
    wish.joint.check()
    children = read_hierarchy(wish.joint.hierarchy) if wish.joint.hierarchy else {}
    with tempfile.TemporaryDirectory(prefix="forecast-fit-") as folder:
        opened = open_panel(panel, wish.frequency, Path(folder))
        calendar = opened.calendar
        ask = Ask(wish.horizon, calendar.shared, calendar.periods_per_year)
        card = wish.card or packaged(ask.periods_per_year)
        say(f"{panel.name}: periods are {calendar.frequency}, learning from past forecasts")
        tally = learn(lambda: opened.chunks(wish.chunk), ask, card, wish.workers)
        if not any(True for _ in opened.chunks(1)):
            raise FitError(_nothing(panel, opened.refused))

        def told(chunks: Iterable[Sequence[Line]]) -> Iterator[Told]:
            return tell(chunks, ask, tally, card, wish.workers)

        together = _together(opened, told, children, wish)
        say("telling every series its quantiles")
        return _written(opened, told(opened.chunks(wish.chunk)), together, out, wish)


def _together(
    opened: Panel,
    told: Callable[[Iterable[Sequence[Line]]], Iterator[Told]],
    children: dict[str, list[str]],
    wish: Wish,
) -> Family:
    """Return the coherent paths of the hierarchy, if there is one."""
    if not children:
        return Family({}, wish.joint.common or 0.0)
    named = {*children, *(part for parts in children.values() for part in parts)}
    chunks = ([line for line in c if line.name in named] for c in opened.chunks(wish.chunk))
    return family(told(chunk for chunk in chunks if chunk), children, wish.joint, opened.calendar)


def _written(
    opened: Panel, told: Iterator[Told], together: Family, out: Path, wish: Wish
) -> Fitted:
    """Write quantiles, and paths if asked for, as the forecasts come."""
    series, touched, joint, calendar = 0, 0, wish.joint, opened.calendar
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(QuantileFile(out, calendar))
        futures = joint.paths and stack.enter_context(
            QuantileFile(joint.paths, calendar, joint.draws)
        )
        for one in told:
            note = _note(one, opened.notes)
            sample = together.paths.get(one.line.name)
            if futures:
                own = drawn(one, joint, together.common) if sample is None else sample
                futures.add(path_rows(one, calendar, own))
            if sample is not None:
                file.add(rows_of(retold(one, sample), calendar, _joined(note, COHERENT)))
            else:
                file.add(rows_of(one, calendar, note))
            series += 1
            touched += one.bounded > 0
    refused = dict(sorted(opened.refused.items()))
    told_of = touched / series, joint.paths, len(together.paths), together.common
    return Fitted(out, calendar.frequency, series, refused, *told_of)


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _note(told: Told, notes: dict[str, str]) -> str:
    """Return what a reader should know of a series."""
    known = told.line.values[np.isfinite(told.line.values)]
    parts = [notes[told.line.name]] if told.line.name in notes else []
    if len(known) < 7:
        parts.append(f"{len(known)} values: width is that of other series")
    if (known <= 0).any():
        parts.append("not always positive: no logarithms")
    if (known == known[0]).all() and len(known) > 1:
        parts.append("never changed so far")
    return "; ".join(parts)


def _nothing(panel: Path, refused: dict[str, str]) -> str:
    name, why = next(iter(refused.items()), ("", "it has no named series"))
    first = f"first {name}: {why}" if name else why
    return f"{panel}: none of {len(refused)} series can be forecast; {first}"
