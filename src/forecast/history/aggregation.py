"""From fine periods to coarse ones, by the catalogue's rule and only where enough is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.history.periods import bounds, number, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from forecast.contracts.catalogue import Series

_RULES: Final[dict[str, Callable[[pd.Series], float]]] = {
    "sum": lambda values: float(values.sum()),
    "mean": lambda values: float(values.mean()),
    "maximum": lambda values: float(values.max()),
    "last": lambda values: float(values.iloc[-1]),
}


def aggregate(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Return rows at the series' frequency; a coarse period with holes is left out by name.

    A publication's own coarse value speaks before the sum of its parts, whole sums before
    those with holes, sums of few parts before those of many. A sum is known when its last
    part is.

    Args:
        rows: Judged rows of one series: OBSERVATIONS and ``reason``.
        series: The catalogue's entry, with rule and completeness.
    """
    fine = (rows["reason"] == "") & (rows["frequency"] != series.frequency)
    if not fine.any():
        return rows
    kept = rows[~fine]
    by_parts = sorted(_groups(rows[fine], series), key=lambda group: len(group[1]))
    coarse = [_one_period(group, series, frequency) for (frequency, *_), group in by_parts]
    printed = _keys(kept[kept["reason"] == ""])
    chosen: dict[tuple[object, object], dict[Hashable, object]] = {}
    for row in sorted(coarse, key=lambda row: row["reason"] != ""):
        key = row["publication_id"], row["period_end"]
        if key not in printed:
            chosen.setdefault(key, row)
    added = pd.DataFrame(list(chosen.values()))
    return pd.concat([kept, added], ignore_index=True) if len(added) else kept


def _groups(fine: pd.DataFrame, series: Series) -> list[tuple[tuple[Hashable, ...], pd.DataFrame]]:
    starts = fine["period_start"]
    local = starts.dt.tz_localize("UTC").dt.tz_convert(series.aggregation.time_zone)
    # only an hour is an instant; a day, month or quarter is the publisher's own already
    local = local.dt.tz_localize(None).where(fine["frequency"] == "H", starts)
    numbers = number(local, series.frequency)
    keyed = fine.assign(coarse=numbers).sort_values("period_start", kind="stable")
    return list(keyed.groupby(["frequency", "publication_id", "coarse"], sort=True))


def _one_period(group: pd.DataFrame, series: Series, frequency: Hashable) -> dict[Hashable, object]:
    """Return the coarse row of one publication and period."""
    first, last = bounds(group["coarse"].to_numpy()[:1], series.frequency)
    expected = parts(
        str(frequency), series.frequency, first[0], last[0], series.aggregation.time_zone
    )
    share = len(group) / expected
    complete = share >= series.aggregation.completeness - 1e-9
    row = group.iloc[-1].drop("coarse").to_dict()
    row.update(
        period_start=first.iloc[0],
        period_end=last.iloc[0],
        frequency=series.frequency,
        value=_RULES[series.aggregation.rule](group["value"]),
        low=float("nan"),
        high=float("nan"),
        value_text="",
        known_from=group["known_from"].max(),
        reason=""
        if complete
        else f"only {len(group)} of {expected} parts: fewer than the completeness limit",
    )
    return row


def _keys(rows: pd.DataFrame) -> set[tuple[str, pd.Timestamp]]:
    return set(zip(rows["publication_id"], rows["period_end"], strict=True))
