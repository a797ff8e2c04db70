"""Verdicts as they are remembered: what was said of a batch, under what it was said of.

A batch is the rows of a strand that became known on one day. Its key hashes all its verdict
may depend on: its own rows, every earlier batch of the strand, the rows of the same
publications on the same day, the hours around it, the catalogue's entry and the rules
themselves. Payload hashes and row numbers are not among them: a compiled file that grew by a
line keeps its verdicts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol


class VerdictCache(Protocol):
    """Where verdicts are kept between runs: bytes under a hash.

    A folder will do: one file a key, written aside and renamed, so that a file that exists is
    whole. What ``get`` does not know it answers with None.
    """

    def get(self, key: str) -> bytes | None:
        """Return what was put under ``key``, or None."""

    def put(self, key: str, verdict: bytes) -> None:
        """Keep ``verdict`` under ``key``."""


@dataclass
class Remembered:
    """A cache in memory."""

    verdicts: dict[str, bytes] = field(default_factory=dict)

    def get(self, key: str) -> bytes | None:
        """Return what was put under ``key``, or None."""
        return self.verdicts.get(key)

    def put(self, key: str, verdict: bytes) -> None:
        """Keep ``verdict`` under ``key``."""
        self.verdicts[key] = verdict


@dataclass
class Verdict:
    """What was said of one batch. Rows are numbered within it.

    Attributes:
        failed: Row, rule, severity, found, expected.
        missing: Row beside the hole, rule, what is missing, found, expected.
        judged: Publication → rule → rows judged.
        stopped: Publication → why its rows were all refused.
    """

    failed: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    missing: list[tuple[int, str, str, str, str]] = field(default_factory=list)
    judged: dict[str, dict[str, int]] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """Return the verdict as JSON."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, payload: bytes) -> Verdict:
        """Return the verdict written in ``payload``."""
        return cls(**json.loads(payload))


_NOT_JUDGING = ("corruption", "planting")


@cache
def code_version() -> str:
    """Return a hash of the rules, of the code that applies them, and of the library's version."""
    room = Path(__file__).parent
    digest = hashlib.sha256(version("great-expectations").encode())
    for path in sorted(room.rglob("*.py")):
        if not path.stem.startswith(_NOT_JUDGING):
            digest.update(path.read_bytes())
    return digest.hexdigest()
