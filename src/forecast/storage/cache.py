"""What was computed once and may be computed again: content-keyed, never the only copy.

A key is the hash of everything its bytes depend on, so a file that exists is done. Small
answers (verdicts) are kept many to a file; a bundle is written once and never changed.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from forecast.storage import durable

if TYPE_CHECKING:
    from pathlib import Path


class Chunks:
    """Bytes under a key, one file each, below ``cache/<kind>``."""

    def __init__(self, processed: Path, kind: str) -> None:
        """Open the cache of one kind of answer."""
        self._processed = processed
        self._folder = processed / "cache" / kind

    def get(self, key: str) -> bytes | None:
        """Return what was kept under ``key``, or None."""
        try:
            return (self._folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, payload: bytes) -> None:
        """Keep ``payload`` under ``key``, unless it is held."""
        target = self._folder / key
        if not target.exists():
            durable.publish_file(target, payload, durable.aside(self._processed, "chunk"))


class Bundles:
    """Small answers, many to a file: read all at once, new ones written by ``keep``."""

    def __init__(self, processed: Path, kind: str) -> None:
        """Open the bundles of one kind of answer, and read them."""
        self._chunks = Chunks(processed, kind)
        folder = processed / "cache" / kind
        self._held: dict[str, str] = {}
        for bundle in sorted(folder.glob("*")) if folder.is_dir() else ():
            self._held.update(json.loads(bundle.read_bytes()))
        self._new: dict[str, str] = {}

    def get(self, key: str) -> bytes | None:
        """Return what was kept under ``key``, or None."""
        found = self._held.get(key, self._new.get(key))
        return None if found is None else found.encode()

    def put(self, key: str, answer: bytes) -> None:
        """Remember ``answer`` (UTF-8 text) under ``key``; ``keep`` writes it."""
        self._new[key] = answer.decode()

    def keep(self) -> None:
        """Write what is new as one bundle."""
        if self._new:
            payload = json.dumps(self._new, sort_keys=True, ensure_ascii=False).encode()
            self._chunks.put(hashlib.sha256(payload).hexdigest(), payload)
            self._held.update(self._new)
            self._new = {}
