"""How often a range held what came, and whether chance alone would leave that share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forecast.report.facts_record import Hits

if TYPE_CHECKING:
    from collections.abc import Mapping

ANECDOTAL: Final = "anecdotal: "
"""Stands before the name of a group of few cases."""


def hits(row: Mapping[str, Any], *, few: bool) -> Hits:
    """Return one row of coverage as hits and counts, with its verdict in a word."""
    share, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    side = "below" if share < low else "above" if share > high else "within"
    return Hits(
        level=int(row["level"]),
        hits=round(share * int(row["n"])),
        cases=int(row["n"]),
        percent=round(100 * share),
        low_percent=round(100 * low),
        high_percent=round(100 * high),
        side=side,
        verdict="anecdotal" if few else side,
    )
