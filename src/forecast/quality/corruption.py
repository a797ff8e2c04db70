"""What a planted corruption is: a fault made on purpose, with a note of where it was put.

A corruption spoils one series of a whole OBSERVATIONS table and says what it touched. It is
written without looking at the rules: it copies something publishers, readers or people do.
Authors list theirs in a tuple ``CORRUPTIONS``, one module an author (``planting``,
``planting_second``)::

    def _plant(frame: pd.DataFrame, series: str, rng: np.random.Generator) -> Planted:
        rows = places(frame, series)
        spoilt = int(rng.choice(rows))
        worse = frame.copy()
        worse.loc[spoilt, "value"] *= 1_000
        return Planted(worse, rows=frozenset({int(frame.loc[spoilt, "row"])}))


    CORRUPTIONS = (Corruption("thousandfold", _applies, _plant),)

What a plant must keep to, so that a detection can be counted:

* ``frame`` handed in is never changed; it is in the shape of OBSERVATIONS, its index is a
  plain count, and it holds every series and every vintage. The frame handed back has the
  same columns and types and any order.
* ``row`` numbers the row in its payload. All rows of the frame have different ones, so they
  name what was spoilt. A row that is added gets a new one (:func:`next_row`).
* ``Planted.rows`` holds the ``row`` of each row spoilt or added, ``Planted.gone`` the
  ``row`` of each row taken away. At least one of them is not empty.
* All chance comes from ``rng``: where, how many, how large.
* Only rows of ``series`` are touched, unless the fault is by nature of two series (swapped
  columns): then ``rows`` names both.
* ``value_text`` is the value as received: change it with the value when the publisher or a
  person made the fault, leave it when a reader of ours did.
* ``applies`` is true only where ``plant`` can make a *real* fault: a sign flipped on a zero
  or a doubled period in a series of one row is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import pandas as pd


@dataclass(frozen=True)
class Planted:
    """A spoilt table, and where it was spoilt.

    Attributes:
        frame: OBSERVATIONS with the fault in it.
        rows: ``row`` numbers of the rows spoilt or added.
        gone: ``row`` numbers of the rows taken away.
    """

    frame: pd.DataFrame
    rows: frozenset[int] = field(default_factory=frozenset)
    gone: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Corruption:
    """One kind of fault.

    Attributes:
        name: What happened, in snake case: ``gwh_as_twh``.
        applies: ``applies(frame, series)``: whether the series can be spoilt this way.
        plant: ``plant(frame, series, rng)``: the table with the fault at a random place.
    """

    name: str
    applies: Callable[[pd.DataFrame, str], bool]
    plant: Callable[[pd.DataFrame, str, np.random.Generator], Planted]


def places(frame: pd.DataFrame, series: str) -> list[int]:
    """Return the index labels of a series' rows that hold a value."""
    chosen = frame["series_id"].eq(series) & frame["value"].notna()
    return [int(label) for label in frame.index[chosen]]


def next_row(frame: pd.DataFrame) -> int:
    """Return a ``row`` number that no row of ``frame`` has yet."""
    return int(frame["row"].max()) + 1
