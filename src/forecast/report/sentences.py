"""Sentences the report makes of its facts: the answer, what a chart shows, why a value is out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forecast.contracts.quantities import average_load_gw, unit_factor
from forecast.report.words import ADVERBS, STEPS, as_printed, counted, listed, number, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.catalogue import Estimand
    from forecast.contracts.edition import Edition
    from forecast.report.facts import FanPoint, SeriesFacts, Spread, Value


def answer(title: str, year: int, energy: Spread, load: Spread, unit: str) -> str:
    """Return the headline: how much power, in what sense, how sure."""
    return (
        f"If the past carries on, the median forecast for {title} in {year} is "
        f"{number(load.q50)}\u00a0GW of average load ({number(energy.q50)} {unit} over the year), "
        f"with a 90\u00a0% range of {number(load.q05)} to {number(load.q95)} GW "
        f"({number(energy.q05)} to {number(energy.q95)} {unit})."
    )


def last_known(value: Value) -> str:
    """Return the last known value in energy and load, with its publication and edition."""
    load = load_of(value)
    return (
        f"Last known: {as_printed(value.value, 4)} {value.unit} in {value.period}, which is "
        f"{number(load)} GW on average. {cited(value)}."
    )


def load_of(value: Value) -> float:
    """Return the average load of a year's energy. [GW]"""
    energy = (value.value or 0.0) * unit_factor(value.unit, "TWh")
    return float(f"{average_load_gw(energy):.6g}")


def cited(value: Value) -> str:
    """Return publisher, title and date of a value's publication."""
    return f"{value.publisher}, {value.title}, {value.dated}"


def counts(estimand: Estimand) -> str:
    """Return what exactly is counted."""
    sides = (("crypto", estimand.crypto), ("on-site supply", estimand.on_site_supply))
    said = [f"{side} {there}" for side, there in sides if there != "not applicable"]
    return f"Counts {'; '.join([estimand.boundary, *said, estimand.year])}."


def followed(values: Sequence[Value]) -> list[str]:
    """Return how many values of each publication are followed, the newest first."""
    each: dict[str, list[Value]] = {}
    for value in reversed(values):
        each.setdefault(value.publication_id, []).append(value)
    return [f"Followed: {counted(len(own), 'value')} of {cited(own[0])}." for own in each.values()]


def left_out(values: Sequence[Value]) -> list[str]:
    """Return how many values are left out for each reason, and of how many publications."""
    each: dict[str, list[Value]] = {}
    for value in values:
        each.setdefault(value.reason, []).append(value)
    return [
        f"Left out: {counted(len(own), 'value')} of "
        f"{counted(len({value.publication_id for value in own}), 'publication')}; {reason}."
        for reason, own in each.items()
    ]


def finding(told: SeriesFacts) -> str:
    """Return what a series' chart shows, as its title."""
    first, last = told.last, told.fan[-1]
    low, high = number(last.q05, told.digits), number(last.q95, told.digits)
    return (
        f"From {as_printed(first.value, 4)} {told.unit} known for {first.period} the median "
        f"{_verb(told)} {number(last.q50, told.digits)} {told.unit} in {last.period}; "
        f"90\u00a0% range {low} to {high}"
    )


def _verb(told: SeriesFacts) -> str:
    change = told.fan[-1].q50 / (told.last.value or told.fan[0].q50)
    if 0.98 < change < 1.02:
        return "stays near"
    return "rises to" if change > 1 else "falls to"


def alt(told: SeriesFacts) -> str:
    """Return the text alternative of a series' fan chart."""
    first, last = told.followed[0], told.last
    seen = (
        f"Known {ADVERBS[told.frequency]} values run from {as_printed(first.value, 4)} in "
        f"{first.period} to {as_printed(last.value, 4)} {told.unit} in {last.period}."
        if len(told.followed) > 1
        else f"One value is known: {as_printed(last.value, 4)} {told.unit} in {last.period}."
    )
    steps = [told.fan[len(told.fan) // 2], told.fan[-1]] if len(told.fan) > 1 else [told.fan[-1]]
    ahead = " ".join(_said(point, told) for point in steps)
    others = len(told.left_out)
    beside = f" {counted(others, 'value')} not followed." if others else ""
    return f"Fan chart of {told.title}, in {told.rate}. {seen} {ahead}{beside}"


def _said(point: FanPoint, told: SeriesFacts) -> str:
    return (
        f"In {point.period} the median is {number(point.q50, told.digits)} {told.unit} and the "
        f"90 % range {number(point.q05, told.digits)} to {number(point.q95, told.digits)}."
    )


def left_out_because(reason: str, edition: Edition) -> str:
    """Return why a value is not followed, publications by title instead of id.

    Which family the models follow stands above the values and is not said again.
    """
    rows = edition.tables["publications"]
    titles = dict(zip(rows["publication_id"], rows["title"], strict=True))
    newer = re.fullmatch(r"a newer edition speaks: (\w+)", reason)
    if newer and newer[1] in titles:
        return f"a newer edition speaks: {titles[newer[1]]}"
    method = reason.partition("; the models follow")[0].replace("another frame", "another method")
    return plain(re.sub(r"than ([AQM])\b", lambda step: f"than a {STEPS[step[1]]}", method))


def members(told: SeriesFacts) -> str:
    """Return who speaks for a series."""
    if told.fallback_from:
        return f"The combination could not speak; {plain(told.model)} speaks for it."
    if told.candidates:
        best = listed(plain(name) for name in told.candidates[:3])
        panel = (
            f"{len(told.candidates)} candidates of the panel engine weighted by their past errors "
            f"(heaviest: {best})"
        )
        others = [plain(name) for name in told.members if name != "panel"]
        return (
            f"Combined: half {panel}, half {listed(others)}." if others else f"Combined: {panel}."
        )
    return f"Combined: {', '.join(plain(name) for name in told.members)}."


def refusals(told: SeriesFacts) -> str:
    """Return which models refused, and why."""
    said = "; ".join(f"{plain(name)} ({why.rstrip('.')})" for name, why in told.refusals.items())
    return f"Refused: {said}." if said else ""
