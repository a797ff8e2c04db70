"""A run is a pure function of its Question; its Place changes nothing.

The Question is hashed into ``run_id``. The Place says where and how to work: another home,
more workers or louder logs give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from forecast.contracts.vintages import Policy

if TYPE_CHECKING:
    from datetime import date

DEFAULT_SEED = 20_260_101


@dataclass(frozen=True)
class Question:
    """What is asked: everything that may change a published byte.

    ``series`` is empty for the whole catalogue. ``catalogue`` and ``assumptions`` are the
    hashes of the files, ``horizon`` overrules the catalogue's (0: leave it), in periods.
    """

    as_of: date
    catalogue: str
    assumptions: str
    policy: Policy = "strict"
    series: tuple[str, ...] = ()
    horizon: int = 0
    seed: int = DEFAULT_SEED

    @property
    def whole_catalogue(self) -> bool:
        """Whether the run speaks for every series and may therefore be published."""
        return not self.series and not self.horizon

    def as_dict(self) -> dict[str, object]:
        """Return the question in JSON types, keys sorted by name."""
        return {
            "as_of": self.as_of.isoformat(),
            "assumptions": self.assumptions,
            "catalogue": self.catalogue,
            "horizon": self.horizon,
            "policy": self.policy,
            "seed": self.seed,
            "series": sorted(self.series),
        }


@dataclass(frozen=True)
class Place:
    """Where the work is done: changes nothing in the answer."""

    home: Path

    @property
    def raw(self) -> Path:
        """The folder of raw vintages."""
        return self.home / "data" / "raw"

    @property
    def processed(self) -> Path:
        """The folder of runs and editions."""
        return self.home / "data" / "processed"


def run_id(question: Question, *, rows: str, code: str, libraries: str) -> str:
    """Return the name of the run that answers ``question``: 16 hexadecimal digits.

    Args:
        question: What is asked.
        rows: Digest of the rows visible on the as-of day.
        code: Digest of the code of the computing rooms.
        libraries: Versions of the numeric libraries.
    """
    parts = {"question": question.as_dict(), "rows": rows, "code": code, "libraries": libraries}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
