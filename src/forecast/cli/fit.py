"""``forecast fit``: any panel in, quantiles out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from forecast.cli.common import DEFAULT, Common
from forecast.cli.printing import print_json, print_text
from forecast.contracts.errors import ExitCode

if TYPE_CHECKING:
    from forecast.pipeline.fitting_files import Fitted

SHOWN = 20
"""Refused series named on the terminal; --json names all."""


def fit(
    panel: Path,
    *,
    horizon: int,
    out: Path,
    frequency: Annotated[Literal["A", "Q", "M"] | None, Parameter(show_default=False)] = None,
    workers: int = 1,
    common: Common = DEFAULT,
) -> int:
    """Forecast every series of a panel: quantiles learned from its own past errors.

    Examples: `forecast fit demand.parquet --horizon 10 --out quantiles.parquet`,
    `forecast fit load.csv --horizon 24 --frequency M --out quantiles.csv`.

    Args:
        panel: Parquet or CSV with the columns unique_id, ds, y. ds: years, running numbers, dates.
        horizon: Periods ahead.
        out: Where the quantiles go: Parquet, or CSV by its ending.
        frequency: A, Q or M. Default: read off the dates; whole numbers are annual.
        workers: Processes. More are faster from some thousand series on; the bytes are the same.
        common: Flags of every verb.
    """
    from forecast.pipeline.fitting_files import Wish, fit_file

    fitted = fit_file(panel, out, Wish(horizon, frequency, workers=workers), common.say())
    problems = [f"{name}: {why}" for name, why in fitted.refused.items()]
    if common.json:
        print_json(_told(fitted), problems)
    else:
        print_text(f"{fitted.series} series forecast: {fitted.out}")
        for problem in problems[:SHOWN]:
            print_text(f"refused {problem}")
        if len(problems) > SHOWN:
            print_text(f"refused {len(problems) - SHOWN} more; --json names them all")
    return int(ExitCode.SOME_PARTS_FAILED if problems else ExitCode.DONE)


def _told(fitted: Fitted) -> dict[str, object]:
    return {
        "out": str(fitted.out),
        "frequency": fitted.frequency,
        "series": fitted.series,
        "refused": len(fitted.refused),
        "series_with_bounded_candidates": fitted.bounded,
    }
