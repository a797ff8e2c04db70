"""What was known on a day: no look-ahead, by construction.

Later publications and later vintages are cut away *before* anything is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecast.contracts.errors import ContractError
from forecast.contracts.histories import History
from forecast.contracts.quantities import unit_factor
from forecast.history.aggregation import aggregate
from forecast.history.drawn import own_rows
from forecast.history.fiscal import as_filed, is_quarter, place
from forecast.history.periods import PER_YEAR, regular

if TYPE_CHECKING:
    from datetime import date

    from forecast.contracts.catalogue import Series
    from forecast.contracts.vintages import Policy

_FINENESS = {"H": 5, "D": 4, "M": 3, "Q": 2, "A": 1, "I": 0}


def known_days(rows: pd.DataFrame, lag_days: dict[str, int], policy: Policy) -> pd.Series:
    """Return the day each row counts as known under a vintage policy.

    ``strict`` is the row's own ``known_from``. ``reconstructed`` is ``period_end`` and the
    usual publication lag of its series: not a true vintage, and said so on every page. Rows
    of series without a lag keep their own day.

    Args:
        rows: OBSERVATIONS.
        lag_days: Days from ``period_end`` to publication, by series.
        policy: The vintage policy.
    """
    if policy == "strict":
        return rows["known_from"]
    lag = rows["series_id"].map(lag_days).astype("float64")
    # whole days: pandas rounds the memory behind an absent fraction and may warn of it
    days = pd.to_timedelta(lag.fillna(0).astype("int64"), unit="D")
    usual = (as_filed(rows)["period_end"] + days).astype("datetime64[us]")
    return usual.where(lag.notna(), rows["known_from"])


def visible(
    rows: pd.DataFrame, *, as_of: date, lag_days: dict[str, int], policy: Policy
) -> pd.DataFrame:
    """Return the rows known by the end of ``as_of`` under a vintage policy."""
    return rows[known_days(rows, lag_days, policy) <= pd.Timestamp(as_of)]


def as_known(
    observations: pd.DataFrame,
    publications: pd.DataFrame,
    *,
    series: Series,
    as_of: date,
    policy: Policy = "strict",
) -> History:
    """Return every value of ``series`` a reader could surely have on ``as_of``.

    Publications and editions stay apart: which of them a model follows is decided later.
    An empty history is a valid one: nothing was out by then.

    Args:
        observations: OBSERVATIONS, of any series and day.
        publications: PUBLICATIONS that the rows name.
        series: The catalogue's entry.
        as_of: Use only rows known by the end of this day.
        policy: How known-ness is proved.
    """
    lag_days = {series.id: series.publication_lag_days}
    of_series = own_rows(observations, series)
    known = visible(of_series, as_of=as_of, lag_days=lag_days, policy=policy)
    judged = aggregate(place(_in_unit(_newest_vintage(known), series), series), series)
    fit = judged["reason"] == ""
    return History(
        series=series,
        as_of=as_of,
        policy=policy,
        rows=judged[fit].drop(columns="reason").reset_index(drop=True),
        left_out=judged[~fit].reset_index(drop=True),
        families=dict(zip(publications["publication_id"], publications["family"], strict=True)),
        grades=dict(zip(publications["publication_id"], publications["grade"], strict=True)),
    )


def _newest_vintage(known: pd.DataFrame) -> pd.DataFrame:
    """Keep the newest vintage of each period and publication."""
    return known.sort_values("known_from", kind="stable").drop_duplicates(
        ["period_start", "period_end", "publication_id", "frequency"], keep="last"
    )


def _in_unit(rows: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Return rows in the series' unit; those no model may follow carry a reason."""
    rows = rows.reset_index(drop=True)
    reasons = pd.Series("", index=rows.index, dtype=object)
    factors = pd.Series(1.0, index=rows.index)
    for unit in rows["unit"].unique():
        try:
            factors[rows["unit"] == unit] = unit_factor(unit, series.unit)
        except ContractError as error:
            reasons[rows["unit"] == unit] = str(error)
    for column in ("value", "low", "high"):
        rows[column] = rows[column] * factors
    rows.loc[reasons == "", "unit"] = series.unit
    return rows.assign(reason=reasons.where(reasons != "", _why_not(rows, series)))


def _why_not(rows: pd.DataFrame, series: Series) -> pd.Series:
    """Say of each row why no model may follow it; blank if one may."""
    finer = rows["frequency"].map(_FINENESS) >= _FINENESS[series.frequency]
    whole = pd.Series([False] * len(rows), index=rows.index)
    for frequency in sorted(set(rows["frequency"]) & {*PER_YEAR, "D", "H"}):
        fitting = regular(rows["period_start"], rows["period_end"], frequency)
        whole |= fitting & (rows["frequency"] == frequency)
    if series.periods == "fiscal":
        whole |= is_quarter(rows)
    tests = (
        (rows["quantity"] != series.quantity, f"another quantity than {series.quantity}"),
        (rows["obs_status"] == "F", "printed before its period ended: a forecast, no observation"),
        (rows["value"].isna(), "no single value is stated"),
        (~finer, f"coarser than {series.frequency}: it cannot be split"),
        (finer & (series.frequency == "I"), "an instant: no model carries it on"),
        (~whole, "not one calendar period: a fiscal year or a mean of several"),
        (
            (rows["scope"] != series.scope) & (series.scope != ""),
            f"another scope than {series.scope!r}",
        ),
    )
    reasons = pd.Series("", index=rows.index, dtype=object)
    for failed, reason in tests:
        reasons = reasons.where(~(failed & (reasons == "")), reason)
    return reasons
