"""The rows a series is made from: its own, and those of the series it is drawn from.

The energy of a month and the peak of a year are two series of the same hours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from forecast.contracts.catalogue import Series


def own_rows(observations: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Return the rows of OBSERVATIONS a series is made from, said in its own name.

    The energy of one hour, in MWh, is the mean load of that hour, in MW: where a load is drawn
    from hours of energy the numbers stay and the unit changes.

    Args:
        observations: OBSERVATIONS of any series; the index stays.
        series: The catalogue's entry.
    """
    names = observations["series_id"]
    if not series.rows_of:
        return observations[names == series.id]
    rows = observations[names.isin([series.id, series.rows_of])]
    drawn = rows["series_id"] == series.rows_of
    as_load = drawn & (rows["frequency"] == "H") & (rows["unit"] == "MWh")
    if series.quantity in {"peak_load", "average_load"}:
        rows = rows.assign(
            unit=rows["unit"].mask(as_load, "MW"),
            quantity=rows["quantity"].mask(as_load, series.quantity),
        )
    return rows.assign(series_id=series.id)
