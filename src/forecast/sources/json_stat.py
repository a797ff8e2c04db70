"""JSON-stat 2.0: one flat list of values, and dimensions that say what each place means.

The last dimension varies fastest. A dimension's ``index`` may be a list of codes or an object of
code → place; ``value`` may be a list with ``null`` or an object of place → value. Anything else is
refused by name: a cube half understood is worse than none. See https://json-stat.org/full/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite, prod
from typing import Final

from forecast.sources.strict_json import Json, Refuse, excerpt, parsed

_PLACE: Final = re.compile(r"0|[1-9][0-9]{0,8}")
_MOST_CELLS: Final = 5_000_000
"""More than any publisher sends at once; a sparse cube may claim any number."""


@dataclass(frozen=True)
class Cube:
    """A cube whose shape holds together; what it is about is the reader's affair."""

    members: Json
    """The whole object, for the publisher's own members."""
    codes: Mapping[str, tuple[str, ...]]
    """Codes of each dimension in their order, dimensions in theirs."""
    values: Mapping[int, Decimal]
    """Values by flat place, from 0; a place without value is absent."""
    statuses: Mapping[int, str]
    """Status marks by flat place, where there is one."""

    def place(self, codes: Mapping[str, str]) -> int:
        """Return the flat place of the cell with these codes, one for each dimension."""
        flat = 0
        for dimension, known in self.codes.items():
            flat = flat * len(known) + known.index(codes[dimension])
        return flat

    def category(self, dimension: str, member: str) -> Json:
        """Return a member such as ``label`` or ``unit`` of a dimension's category, or nothing."""
        inner: object = self.members
        for name in ("dimension", dimension, "category", member):
            inner = inner.get(name) if isinstance(inner, dict) else None
        return inner if isinstance(inner, dict) else {}


def read_cube(payload: bytes, refuse: Refuse) -> Cube:
    """Return the cube a payload holds; ``refuse`` raises on anything else."""
    members = parsed(payload, refuse)
    for trouble in ("error", "warning"):
        if trouble in members:
            refuse(f"says {trouble}: {excerpt(members[trouble])}", "a data set")
    kind = (members.get("class"), members.get("version", "2.0"))
    if kind != ("dataset", "2.0"):
        refuse(f"has class and version {excerpt(kind)}", "a JSON-stat `dataset` of version '2.0'")
    codes = _codes(members, refuse)
    cells = prod(len(known) for known in codes.values())
    if cells > _MOST_CELLS:
        refuse(f"claims {cells:,} cells", f"{_MOST_CELLS:,} at most")
    return Cube(
        members,
        codes,
        {place: _number(v, place, refuse) for place, v in _values(members, cells, refuse).items()},
        {place: _mark(mark, refuse) for place, mark in _statuses(members, cells, refuse).items()},
    )


def _codes(members: Json, refuse: Refuse) -> dict[str, tuple[str, ...]]:
    """Return the codes of each dimension, in the order of ``id``, checked against ``size``."""
    names, size, dimensions = (members.get(name) for name in ("id", "size", "dimension"))
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        refuse(f"has `id` {excerpt(names)}", "a list of dimensions")
    if not names or len(set(names)) < len(names):
        refuse(f"has `id` {excerpt(names)}", "each dimension once")
    if not isinstance(dimensions, dict) or set(dimensions) != set(names):
        refuse(f"describes dimensions {excerpt(_names(dimensions))}", f"those of `id`, {names}")
    codes = {name: _index(name, dimensions[name], refuse) for name in names}
    lengths = [len(known) for known in codes.values()]
    if size != lengths or not isinstance(size, list) or any(type(n) is not int for n in size):
        refuse(f"has `size` {excerpt(size)}", f"{lengths}, the lengths of its dimensions")
    return codes


def _index(name: str, dimension: object, refuse: Refuse) -> tuple[str, ...]:
    """Return the codes of one dimension in order."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        refuse(f"has no category in dimension {name!a}", "codes with labels")
    index, label = category.get("index"), category.get("label")
    if index is None and isinstance(label, dict) and len(label) == 1:
        index = list(label)
    if isinstance(index, dict):
        index = _by_place(name, index, refuse)
    if not isinstance(index, list) or not all(isinstance(code, str) for code in index):
        refuse(f"has `index` {excerpt(index)} in dimension {name!a}", "codes as text")
    if not index or len(set(index)) < len(index):
        refuse(f"has `index` {excerpt(index)} in dimension {name!a}", "each code once")
    return tuple(index)


def _by_place(name: str, index: Json, refuse: Refuse) -> list[str]:
    """Return the codes of an ``index`` that is an object of code → place."""
    by_place = {place: code for code, place in index.items() if type(place) is int}
    if sorted(by_place) != list(range(len(index))):
        refuse(
            f"has places {excerpt(list(index.values()))} in dimension {name!a}",
            f"each place from 0 to {len(index) - 1} once",
        )
    return [by_place[place] for place in range(len(index))]


def _values(members: Json, cells: int, refuse: Refuse) -> dict[int, object]:
    """Return what stands at each place; ``null`` is no value."""
    found = _spread("value", members.get("value"), cells, refuse)
    present = {place: value for place, value in found.items() if value is not None}
    if not present:
        refuse("holds no value at all", f"{cells:,} values")
    return present


def _statuses(members: Json, cells: int, refuse: Refuse) -> dict[int, object]:
    """Return the status mark of each place that has one."""
    stated = members.get("status")
    if stated is None:
        return {}
    if isinstance(stated, str):
        return dict.fromkeys(range(cells), stated)
    found = _spread("status", stated, cells, refuse)
    return {place: mark for place, mark in found.items() if mark not in (None, "")}


def _spread(member: str, found: object, cells: int, refuse: Refuse) -> dict[int, object]:
    """Return a list, or an object of place → entry, as places and entries."""
    if isinstance(found, list):
        if len(found) != cells:
            refuse(f"holds {len(found):,} entries of `{member}`", f"{cells:,}, one for each cell")
        return dict(enumerate(found))
    if not isinstance(found, dict):
        refuse(f"has `{member}` {excerpt(found)}", "a list or an object")
    strange = [key for key in found if not _PLACE.fullmatch(key) or int(key) >= cells]
    if strange:
        refuse(f"has `{member}` at {excerpt(strange[0])}", f"places from 0 to {cells - 1:,}")
    return {int(key): entry for key, entry in found.items()}


def _number(value: object, place: int, refuse: Refuse) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        refuse(f"holds {excerpt(value)} as value {place + 1:,}", "a number or null")
    if not isfinite(float(Decimal(value))):
        refuse(f"holds {excerpt(str(value))} as value {place + 1:,}", "a finite number")
    return Decimal(value)


def _mark(mark: object, refuse: Refuse) -> str:
    if not isinstance(mark, str):
        refuse(f"has status {excerpt(mark)}", "a mark as text")
    return mark


def _names(dimensions: object) -> object:
    return list(dimensions) if isinstance(dimensions, dict) else dimensions
