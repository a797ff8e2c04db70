"""What makes a run this run: digests of the rows it may see, of the code, of the libraries."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import forecast

if TYPE_CHECKING:
    import pandas as pd

_COMPUTING: Final = (
    "contracts", "sources", "quality", "history", "growth", "evaluation", "demand", "claims",
    "report", "pipeline",
)  # fmt: skip
"""Rooms whose code can change a published byte."""

_LIBRARIES: Final = (
    "altair", "jinja2", "numpy", "pandas", "prophet", "pyarrow", "scipy", "statsmodels",
    "vl-convert-python",
)  # fmt: skip

_NOT_CONTENT: Final = ("raw_sha256", "row", "value_text")
"""Columns that say where a row was read, not what it says: one file may hold later rows too."""


def digest(frame: pd.DataFrame) -> str:
    """Return the sha256 of what a table says, whatever file it was read from."""
    from pandas.util import hash_pandas_object

    said = frame.drop(columns=[name for name in _NOT_CONTENT if name in frame])
    whole = hashlib.sha256(json.dumps([str(name) for name in said]).encode())
    whole.update(hash_pandas_object(said, index=False).to_numpy().tobytes())
    return whole.hexdigest()


def series_digests(observations: pd.DataFrame) -> dict[str, str]:
    """Return the digest of each series' rows."""
    return {str(name): digest(rows) for name, rows in observations.groupby("series_id", sort=True)}


def code_digest(rooms: tuple[str, ...] = _COMPUTING) -> str:
    """Return the digest of the code of the computing rooms, data files beside it included."""
    root = Path(forecast.__file__).parent
    whole = hashlib.sha256()
    for room in rooms:
        for path in sorted((root / room).rglob("*")):
            if path.is_file() and path.suffix in {".py", ".j2", ".css", ".html"}:
                whole.update(str(path.relative_to(root)).encode())
                whole.update(path.read_bytes())
    return whole.hexdigest()


def library_versions() -> dict[str, str]:
    """Return the versions of the libraries that compute or draw."""
    return {name: version(name) for name in _LIBRARIES}


def combined(parts: object) -> str:
    """Return one digest of digests."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
