"""Sums that add up: paths of states and of their country, coherent and never below zero.

Bottom up, the country's own forecast and the sum of its states' are merged, each weighing as the
other is uncertain (J. M. Bates and C. W. J. Granger, Operational Research Quarterly 20, 1969);
the country's values are dealt out by the ranks of the sum, so that both tell of the same future.
Top down, states are scaled to the merged country, path by path. Factors are never negative, so
what was at least zero stays so, and every parent is the sum of its children to the last digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecast.contracts.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def coherent(paths: Mapping[str, Array], children: Mapping[str, Sequence[str]]) -> dict[str, Array]:
    """Return paths of every series, each parent the sum of its children.

    Args:
        paths: Of every series named, at least zero. [count, h] each
        children: Parts of each whole; a part may be a whole itself, and belongs to one whole.

    Raises:
        SettingsError: A part belongs to two wholes or to itself, a series has no paths, or a
            path is negative.
    """
    _check(paths, children)
    merged: dict[str, Array] = {}
    parts = {part for group in children.values() for part in group}
    roots = [name for name in paths if name not in parts]
    for root in roots:
        _merge(root, paths, children, merged)
    told: dict[str, Array] = {}
    for root in roots:
        _share_out(root, merged[root], children, merged, told)
    return told


def _merge(
    name: str,
    paths: Mapping[str, Array],
    children: Mapping[str, Sequence[str]],
    merged: dict[str, Array],
) -> Array:
    """Merge own paths with the sum of the parts', from the bottom up."""
    own = paths[name]
    if name in children:
        total = np.sum([_merge(part, paths, children, merged) for part in children[name]], axis=0)
        ranks = total.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
        dealt = np.take_along_axis(np.sort(own, axis=0), ranks, axis=0)
        doubt_own, doubt_sum = own.var(axis=0), total.var(axis=0)
        both = doubt_own + doubt_sum
        weight = np.where(both > 0, doubt_sum / np.where(both > 0, both, 1.0), 0.5)
        own = weight * dealt + (1 - weight) * total
    merged[name] = own
    return own


def _share_out(
    name: str,
    target: Array,
    children: Mapping[str, Sequence[str]],
    merged: Mapping[str, Array],
    told: dict[str, Array],
) -> None:
    """Scale the parts to their whole, from the top down."""
    if name not in children:
        told[name] = target
        return
    parts = [merged[part] for part in children[name]]
    total = np.sum(parts, axis=0)
    for part, values in zip(children[name], parts, strict=True):
        share = np.where(total > 0, values / np.where(total > 0, total, 1.0), 1 / len(parts))
        _share_out(part, target * share, children, merged, told)
    told[name] = np.sum([told[part] for part in children[name]], axis=0)


def _check(paths: Mapping[str, Array], children: Mapping[str, Sequence[str]]) -> None:
    parts = [part for group in children.values() for part in group]
    if twice := sorted({part for part in parts if parts.count(part) > 1}):
        raise SettingsError(f"{', '.join(twice)} belong to two wholes; expected one each")
    if missing := sorted({*children, *parts} - set(paths)):
        raise SettingsError(f"no paths of {', '.join(missing)}; forecast them first")
    for name in children:
        seen, waiting = set(), list(children[name])
        while waiting:
            part = waiting.pop()
            if part == name or part in seen:
                raise SettingsError(f"{name} is part of itself; expected a tree")
            seen.add(part)
            waiting += children.get(part, ())
    if negative := sorted(name for name, values in paths.items() if (values < 0).any()):
        raise SettingsError(
            f"paths of {', '.join(negative)} fall below zero; sums of such do not add"
        )
