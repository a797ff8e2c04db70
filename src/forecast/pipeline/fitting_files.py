"""``forecast fit``: a panel file in, a file of quantiles out."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from forecast.contracts.errors import FitError, SettingsError
from forecast.evaluation.panel.card import packaged
from forecast.pipeline.fitting import Ask, learn, tell
from forecast.pipeline.panels import open_panel
from forecast.pipeline.quantile_files import QuantileFile, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from forecast.evaluation.panel.card import Card
    from forecast.pipeline.fitting import Told

CHUNK: Final = 250
"""Series at a time."""

FURTHEST: Final = 200
"""Horizons at most."""


@dataclass(frozen=True)
class Fitted:
    """What became of a panel.

    Attributes:
        out: The file of quantiles.
        frequency: A, Q or M.
        series: How many were forecast.
        refused: Which were not, and why.
        bounded: Share of series of which the growth bound touched a candidate.
    """

    out: Path
    frequency: str
    series: int
    refused: dict[str, str]
    bounded: float


@dataclass(frozen=True)
class Wish:
    """What is asked of a panel.

    Attributes:
        horizon: Periods ahead.
        frequency: A, Q or M; else read off the dates.
        chunk: Series at a time; changes nothing but memory.
        workers: Processes; changes nothing but time.
        card: The calibration beside the panel's own errors; the packaged one if none.
    """

    horizon: int
    frequency: str | None = None
    chunk: int = CHUNK
    workers: int = 1
    card: Card | None = None


def fit_file(panel: Path, out: Path, wish: Wish, say: Callable[[str], None]) -> Fitted:
    """Forecast every series of a panel and write the quantiles.

    Args:
        panel: Parquet or CSV of unique_id, ds, y.
        out: Parquet, or CSV by its ending; written whole or not at all.
        wish: What is asked.
        say: Told what is going on.

    Raises:
        SettingsError: The panel cannot be read, the horizon is not 1 … ``FURTHEST``, or the
            folder of ``out`` does not exist.
        FitError: No series of the panel can be forecast.
    """
    if not 1 <= wish.horizon <= FURTHEST:
        raise SettingsError(f"horizon {wish.horizon} is not between 1 and {FURTHEST}")
    if not out.parent.is_dir():
        raise SettingsError(f"{out.parent}: no such folder; make it, or write elsewhere")
    with tempfile.TemporaryDirectory(prefix="forecast-fit-") as folder:
        opened = open_panel(panel, wish.frequency, Path(folder))
        calendar = opened.calendar
        ask = Ask(wish.horizon, calendar.shared, calendar.periods_per_year)
        card = wish.card or packaged(ask.periods_per_year)
        say(f"{panel.name}: periods are {calendar.frequency}, learning from past forecasts")
        tally = learn(lambda: opened.chunks(wish.chunk), ask, card, wish.workers)
        say("telling every series its quantiles")
        series, touched = 0, 0
        if not any(True for _ in opened.chunks(1)):
            raise FitError(_nothing(panel, opened.refused))
        with QuantileFile(out, calendar) as file:
            chunks = opened.chunks(wish.chunk)
            for told in tell(chunks, ask, tally, card, wish.workers):
                file.add(rows_of(told, calendar, _note(told, opened.notes)))
                series += 1
                touched += told.bounded > 0
    refused = dict(sorted(opened.refused.items()))
    return Fitted(out, calendar.frequency, series, refused, touched / series)


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
