"""``forecast fit``: any panel in, quantiles out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from forecast.cli.candidates import in_words
from forecast.cli.common import DEFAULT, Common
from forecast.cli.printing import print_json, print_text
from forecast.contracts.errors import ExitCode

if TYPE_CHECKING:
    from forecast.pipeline.explaining import Why
    from forecast.pipeline.fitting_files import Fitted

SHOWN = 20
"""Refused series named on the terminal; --json names all."""


@Parameter(name="*")
@dataclass(frozen=True)
class Ways:
    """How a panel is forecast, beyond what is asked of it."""

    frequency: Annotated[
        Literal["A", "Q", "M"] | None,
        Parameter(help="Default: read off the dates; whole numbers are annual."),
    ] = None
    workers: Annotated[
        int, Parameter(help="Processes; faster from some thousand series on, the same bytes.")
    ] = 1
    why: Annotated[
        str | None,
        Parameter(help="A series: also say which candidates stand behind it, and their weights."),
    ] = None
    paths: Annotated[
        Path | None,
        Parameter(help="Also write sample paths here, Parquet or CSV: whole futures that add up."),
    ] = None
    hierarchy: Annotated[
        Path | None,
        Parameter(help="CSV of whole,part: parts then add up to wholes, path by path and in mean."),
    ] = None
    draws: Annotated[int, Parameter(help="Paths of a series.")] = 1_000
    common: Annotated[
        float | None,
        Parameter(
            help="Correlation of the errors of any two series. Default: that of the parts' past "
            "steps in a hierarchy, else 0."
        ),
    ] = None
    seed: Annotated[int, Parameter(help="Of the paths.")] = 0


USUAL = Ways()


def fit(
    panel: Path, *, horizon: int, out: Path, ways: Ways = USUAL, common: Common = DEFAULT
) -> int:
    """Forecast every series of a panel: quantiles learned from its own past errors.

    Examples: `forecast fit demand.parquet --horizon 10 --out quantiles.parquet`,
    `forecast fit load.csv --horizon 24 --frequency M --out quantiles.csv`,
    `forecast fit states.csv --horizon 5 --out q.csv --paths paths.parquet --hierarchy tree.csv`.

    Args:
        panel: Parquet or CSV with the columns unique_id, ds, y. ds: years, running numbers, dates.
        horizon: Periods ahead.
        out: Where the quantiles go: Parquet, or CSV by its ending.
        ways: How.
        common: Flags of every verb.
    """
    from forecast.pipeline.explaining import explain
    from forecast.pipeline.fitting_files import Wish, fit_file
    from forecast.pipeline.joint import Joint

    joint = Joint(ways.paths, ways.hierarchy, ways.draws, ways.common, ways.seed)
    wish = Wish(horizon, ways.frequency, workers=ways.workers, joint=joint)
    fitted = fit_file(panel, out, wish, common.say())
    reason = explain(panel, ways.why, wish) if ways.why else None
    problems = [f"{name}: {why}" for name, why in fitted.refused.items()]
    if common.json:
        print_json(_told(fitted) | ({"why": asdict(reason)} if reason else {}), problems)
    else:
        for line in _done(fitted, ways):
            print_text(line)
        for problem in problems[:SHOWN]:
            print_text(f"refused {problem}")
        if len(problems) > SHOWN:
            print_text(f"refused {len(problems) - SHOWN} more; --json names them all")
        if reason:
            print_text("\n" + _reasons(reason))
    return int(ExitCode.SOME_PARTS_FAILED if problems else ExitCode.DONE)


def _done(fitted: Fitted, ways: Ways) -> list[str]:
    """Return what was written, in words."""
    lines = [f"{fitted.series} series forecast: {fitted.out}"]
    if fitted.coherent:
        lines.append(f"{fitted.coherent} of them add up as {ways.hierarchy} says")
    if fitted.paths:
        lines.append(f"{ways.draws} paths each: {fitted.paths}")
    if fitted.coherent or fitted.paths:
        lines.append(f"errors of any two series correlate {fitted.common:.2f} before sums are made")
    return lines


def _reasons(why: Why) -> str:
    return "\n\n".join([f"{why.series}: {why.values} periods", *in_words(asdict(why))])


def _told(fitted: Fitted) -> dict[str, object]:
    return {
        "out": str(fitted.out),
        "frequency": fitted.frequency,
        "series": fitted.series,
        "refused": len(fitted.refused),
        "series_with_bounded_candidates": fitted.bounded,
        "paths": str(fitted.paths) if fitted.paths else None,
        "coherent": fitted.coherent,
        "common": fitted.common,
    }
