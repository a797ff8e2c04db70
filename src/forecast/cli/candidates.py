"""What stands behind a forecast of the panel engine, in words: for ``fit`` and for ``show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forecast.cli.printing import table

if TYPE_CHECKING:
    from collections.abc import Mapping


def in_words(why: Mapping[str, Any]) -> list[str]:
    """Return the candidates as a table and what was learned beside them, one paragraph each.

    Args:
        why: ``pipeline.explaining.Why`` as a mapping, as manifests keep it.
    """
    rows = [["candidate", "weight", "past error", "next period", "last period"]]
    rows += [
        [
            one["name"],
            f"{one['weight']:.1%}",
            f"{one['past_error']:.2f}",
            f"{one['first']:,.4g}",
            f"{one['last']:,.4g}",
        ]
        for one in why["candidates"]
    ]
    (first, last), (near, far) = why["factor"], why["cases"]
    return [
        f"{table(rows, right=(1, 2, 3, 4))}\n"
        "Past errors in mean steps of the series; forecasts in its unit, seasons taken out; the "
        "outer fifths of the weight are cut off.",
        f"Growth is multiplied with {first:.2f} in the next period and {last:.2f} in the last: "
        "half of what the panel lately over- or understated it by.",
        f"Width of the panel: {near} past errors one period ahead, {far} at the last horizon, "
        "beside the packaged calibration.",
        *(f"Mind: {remark}." for remark in why["remarks"]),
    ]
