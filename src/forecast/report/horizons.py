"""Coverage by horizon: what one small chart a series shows, and the table below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.report.facts_record import ByHorizon, Step
from forecast.report.hits import ANECDOTAL, hits
from forecast.report.reading import records
from forecast.report.words import STEPS, counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from forecast.contracts.catalogue import Series


def by_horizon(
    rows: pd.DataFrame, policy: str, catalogue: Mapping[str, Series]
) -> tuple[ByHorizon, ...]:
    """Return coverage by horizon of each series with at least two horizons scored.

    Args:
        rows: SCORES of one forecaster and policy.
        policy: That policy.
        catalogue: Series by id, in reading order.
    """
    chosen = rows[(rows["horizon"] > 0) & (rows["metric"] == "coverage")]
    own = {str(name): mine for name, mine in chosen.groupby("series_id", sort=True)}
    told = [
        _by_horizon(series, policy, _steps(own[name]))
        for name, series in catalogue.items()
        if name in own
    ]
    return tuple(one for one in told if len(one.steps) > 1)


def _steps(rows: pd.DataFrame) -> tuple[Step, ...]:
    steps = []
    for horizon, own in rows.groupby("horizon", sort=True):
        by_level = {row["level"]: row for row in records(own)}
        if {"80", "95"} <= set(by_level):
            first = by_level["80"]
            few = first["group"].startswith(ANECDOTAL)
            steps.append(
                Step(
                    horizon=int(str(horizon)),
                    anecdotal=few,
                    n=int(first["n"]),
                    n_effective=float(f"{first['n_effective']:.3g}"),
                    hits_80=hits(first, few=few),
                    hits_95=hits(by_level["95"], few=few),
                )
            )
    return tuple(steps)


def _by_horizon(series: Series, policy: str, steps: Sequence[Step]) -> ByHorizon:
    unit = STEPS[series.frequency]
    first, last = steps[0], steps[-1]
    return ByHorizon(
        series_id=series.id,
        title=series.title,
        policy=policy,
        unit=unit,
        steps=tuple(steps),
        finding=_finding(series.title, steps, unit),
        alt=f"Coverage of the 80 % range for {series.title} by horizon. "
        f"{_said(first, unit)} {_said(last, unit)} {_judged(steps)}",
    )


def _finding(title: str, steps: Sequence[Step], unit: str) -> str:
    shares = [step.hits_80.percent for step in steps]
    low, high = min(shares), max(shares)
    share = f"{low}\u00a0%" if low == high else f"{low} to {high}\u00a0%"
    return (
        f"{title}: {share} of outcomes fell in the 80\u00a0% range, "
        f"{steps[0].horizon} to {counted(steps[-1].horizon, unit)} ahead"
    )


def _said(step: Step, unit: str) -> str:
    share = step.hits_80
    return (
        f"{counted(step.horizon, unit).capitalize()} ahead {share.hits} of {share.cases} "
        f"({share.percent} %); chance leaves {share.low_percent} to {share.high_percent} %."
    )


def _judged(steps: Sequence[Step]) -> str:
    enough = [step for step in steps if not step.anecdotal]
    within = sum(step.hits_80.verdict == "within" for step in enough)
    few = len(steps) - len(enough)
    said = f"Within at {within} of {counted(len(enough), 'horizon')}" if enough else ""
    left = f"{counted(few, 'horizon')} anecdotal" if few else ""
    return f"{'; '.join(part for part in (said, left) if part)}."
