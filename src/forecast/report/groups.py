"""Series of one kind told together: nobody reads two hundred of them in a row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forecast.report.words import ADVERBS, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forecast.contracts.catalogue import Series
    from forecast.report.facts import SeriesFacts

ALIKE: Final = 4
"""So many series that count the same thing of several places are a group of their own."""


@dataclass(frozen=True)
class Group:
    """Series of one kind, and what each is called among its like."""

    anchor: str
    name: str
    series: tuple[SeriesFacts, ...]
    called: dict[str, str]

    @property
    def unit(self) -> str:
        """The unit of all of them at a glance, or blank where they differ."""
        return _shared(told.glance_unit for told in self.series)

    @property
    def known_in(self) -> str:
        """The last known period of all of them, or blank where they differ."""
        return _shared(known.period if (known := told.glance_known) else "" for told in self.series)

    @property
    def told_in(self) -> str:
        """The period all of them are told for at a glance, or blank where they differ."""
        return _shared(told.glance.period for told in self.series)


def grouped(told: Iterable[SeriesFacts], catalogue: Iterable[Series]) -> tuple[Group, ...]:
    """Return series in groups, both in reading order.

    Titles that end alike, as in ``Ohio: commercial sales``, are one group, called by what they
    share; its members are called by what they do not. The rest go by their reference class.

    Args:
        told: Series with a forecast, in reading order.
        catalogue: Where their reference classes stand.
    """
    order = list(told)
    classes = {series.id: series.reference_class for series in catalogue}
    alike = Counter(_what(one) for one in order)
    names: dict[tuple[str, str], list[SeriesFacts]] = {}
    for one in order:
        what = _what(one)
        common = what[0] and alike[what] >= ALIKE
        key = what if common else (plain(classes[one.series_id]), "")
        names.setdefault(key, []).append(one)
    twice = Counter(name for name, _ in names)
    return tuple(
        _group(name if twice[name] == 1 else f"{name}, {ADVERBS.get(step, 'others')}", step, series)
        for (name, step), series in names.items()
    )


def _what(told: SeriesFacts) -> tuple[str, str]:
    """Return what a title says is counted, behind the name of its place, and the step."""
    _, _, what = told.title.partition(": ")
    return what, told.frequency if what else ""


def _group(name: str, step: str, series: list[SeriesFacts]) -> Group:
    called = {one.series_id: one.title.partition(": ")[0] if step else one.title for one in series}
    anchor = "group-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return Group(anchor, name[0].upper() + name[1:], tuple(series), called)


def _shared(words: Iterable[str]) -> str:
    found = set(words)
    return found.pop() if len(found) == 1 else ""
