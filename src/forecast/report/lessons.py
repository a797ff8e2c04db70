"""Pooled past errors in use: CALIBRATION in a row a class, and the classes without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.report.facts import Silent
from forecast.report.facts_record import Lesson
from forecast.report.words import ADVERBS, number, plain

if TYPE_CHECKING:
    import pandas as pd

    from forecast.contracts.edition import Edition

_ONE = ["subject", "frequency", "group", "source", "grade", "known_from"]


def lessons(edition: Edition) -> tuple[Lesson, ...]:
    """Return what was learned of past errors, one row a class, frequency and volatility group."""
    rows = edition.tables["calibration"]
    return tuple(
        Lesson(
            subject=plain(str(subject)).capitalize(),
            frequency=ADVERBS[str(frequency)],
            group=str(group) or "whole class",
            horizons=_between(own["horizon"]),
            n=_between(own["n"], falling=True),
            n_effective=_between(own["n_effective"], falling=True),
            known_from=f"{known_from:%Y-%m-%d}",
            source=str(source),
            grade=str(grade),
        )
        for (subject, frequency, group, source, grade, known_from), own in rows.groupby(
            _ONE, sort=True
        )
    )


def _between(column: pd.Series, *, falling: bool = False) -> str:
    ends = [number(float(end), 2 if end < 100 else 3) for end in (column.min(), column.max())]
    low, high = (end.removesuffix(".0") for end in ends)
    if low == high:
        return low
    return f"{high} to {low}" if falling else f"{low} to {high}"


def unlearned(edition: Edition) -> tuple[Silent, ...]:
    """Return the classes with a forecast that no pooled errors speak of."""
    rows = edition.tables["calibration"]
    known = set(zip(rows["subject"], rows["frequency"], strict=True))
    spoken = [edition.catalogue[note.series_id] for note in edition.notes if note.has_forecast]
    missing: dict[tuple[str, str], list[str]] = {}
    for series in spoken:
        if (series.reference_class, series.frequency) not in known:
            missing.setdefault((series.reference_class, series.frequency), []).append(series.title)
    return tuple(
        Silent(
            f"{subject}.{frequency}",
            f"{plain(subject).capitalize()}, {ADVERBS[frequency]}",
            f"too few past errors to pool; ranges come from the models and dated assumptions "
            f"({'; '.join(titles)}).",
        )
        for (subject, frequency), titles in missing.items()
    )
