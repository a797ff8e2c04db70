"""The facts of one series: what it is, what was known, what is forecast, who spoke."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from forecast.report import sentences
from forecast.report.facts import FanPoint, OutlookRow, SeriesFacts
from forecast.report.reading import baselines, place, records, spoken, values
from forecast.report.words import period, rate, reason_given

if TYPE_CHECKING:
    import pandas as pd

    from forecast.contracts.catalogue import Series
    from forecast.contracts.edition import Edition
    from forecast.report.facts import Value

NARROW: Final = 0.10
"""A first 90 % range narrower than this share of its median is printed with four digits."""

ASKED_YEAR: Final = 2030
"""The year everybody asks about."""

YEARS_SHOWN: Final = 5
"""The next years stand in every table, and the target where 2030 is not forecast."""

_DRAWN: Final = ("q025", "q05", "q10", "q25", "q50", "q75", "q90", "q95", "q975")


def target(rows: pd.DataFrame) -> int:
    """Return the year asked about: 2030 if it is forecast, else the fifth one ahead, or the last.

    Args:
        rows: Annual forecasts, nearest first.
    """
    years = rows["year"].tolist()
    if ASKED_YEAR in years:
        return ASKED_YEAR
    return int(years[min(YEARS_SHOWN, len(years)) - 1])


def facts(edition: Edition, series_id: str) -> SeriesFacts:
    """Return everything the report says of a series that has a forecast."""
    series, note = edition.catalogue[series_id], edition.note(series_id)
    rows = spoken(edition, series_id)
    followed = values(edition, series_id, "followed")
    left_out = tuple(
        replace(value, reason=sentences.left_out_because(value.reason, edition))
        for value in values(edition, series_id, "left_out")
    )
    told = SeriesFacts(
        **_estimand(series),
        digits=_digits(rows),
        family=note.family,
        last=followed[-1],
        followed=followed,
        left_out=left_out,
        took=(*sentences.followed(followed), *sentences.left_out(left_out)),
        fan=_fan(rows),
        outlook=_outlook(edition, series, rows),
        annual=_annual(edition, series),
        annual_known=_last_full_year(series, followed),
        model=str(rows["model"].iloc[0]),
        fallback_from=note.fallback_from,
        members=note.members,
        candidates=note.candidates,
        refusals={model: reason_given(why, series_id) for model, why in note.refusals.items()},
        remarks=tuple(reason_given(remark, series_id) for remark in note.remarks),
    )
    return replace(
        told,
        finding=sentences.finding(told),
        alt=sentences.alt(told),
        who=sentences.members(told),
        who_not=sentences.refusals(told),
    )


def _estimand(series: Series) -> dict[str, str]:
    estimand = series.estimand
    return {
        "series_id": series.id,
        "title": series.title,
        "quantity": series.quantity,
        "unit": series.unit,
        "rate": rate(series.unit, series.quantity, series.frequency),
        "frequency": series.frequency,
        "counts": sentences.counts(estimand),
        "resolver": estimand.resolver,
    }


def _digits(rows: pd.DataFrame) -> int:
    first = rows.iloc[0]
    narrow = first["q95"] - first["q05"] < NARROW * abs(first["q50"])
    return 4 if narrow else 3


def _fan(rows: pd.DataFrame) -> tuple[FanPoint, ...]:
    return tuple(
        FanPoint(
            period=period(row["period_start"], row["period_end"]),
            at=place(row["period_start"], row["period_end"]),
            horizon=int(row["horizon"]),
            **{name: float(row[name]) for name in _DRAWN},
        )
        for row in records(rows)
    )


def _outlook(edition: Edition, series: Series, rows: pd.DataFrame) -> tuple[OutlookRow, ...]:
    """Return the rows of the small table: the next years, the year asked about, the last."""
    wanted = _horizons(series, rows)
    nothing = baselines(edition, series.id)
    return tuple(
        _row(
            row,
            {
                name: medians[row["horizon"]]
                for name, medians in nothing.items()
                if row["horizon"] in medians
            },
        )
        for row in records(rows)
        if row["horizon"] in wanted
    )


def _horizons(series: Series, rows: pd.DataFrame) -> set[int]:
    last, step = int(rows["horizon"].max()), series.periods_per_year
    if step > 1:
        return {1, *range(step, last + 1, step), last}
    asked = rows.loc[rows["year"] == target(rows), "horizon"]
    return {*range(1, YEARS_SHOWN + 1), *asked.tolist(), last}


def _annual(edition: Edition, series: Series) -> tuple[OutlookRow, ...]:
    if series.frequency == "A":
        return ()
    rows = spoken(edition, series.id, frequency="A")
    return tuple(_row(row, {}) for row in records(rows))


def _row(row: dict[str, Any], nothing: dict[str, float]) -> OutlookRow:
    named = period(row["period_start"], row["period_end"])
    low, middle, high = (float(row[name]) for name in ("q05", "q50", "q95"))
    return OutlookRow(named, low, middle, high, nothing)


def _last_full_year(series: Series, followed: tuple[Value, ...]) -> Value | None:
    """Return the sum of the last year whose every part was followed, where parts may be summed."""
    if series.frequency == "A" or series.aggregation.rule != "sum":
        return None
    parts: dict[int, list[float]] = {}
    for value in followed:
        if value.value is not None:
            parts.setdefault(int(value.at), []).append(value.value)
    whole = [year for year, found in parts.items() if len(found) == series.periods_per_year]
    if not whole:
        return None
    year = max(whole)
    last = next(value for value in reversed(followed) if int(value.at) == year)
    total = float(f"{sum(parts[year]):.6g}")
    return replace(last, period=str(year), at=float(year), months=12, value=total)
