"""Tables compiled by hand: our own figures in ``data/raw/compiled``, a user's in ``data/raw/own``.

Four CSV files, told apart by how their name begins: ``observations``, ``publications``,
``claims``, ``outcomes``. Columns are the contract's; those a reader can supply (hash, row,
the value as text) may be absent, and so may the ones a small file has no use for. A compiled
file is corrected by a new one that replaces it wholly.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.contracts.errors import ContractError, SettingsError, SourceError
from forecast.contracts.table import DAY, FLAG, INSTANT, TEXT
from forecast.contracts.tables import CLAIMS, OBSERVATIONS, OUTCOMES, PUBLICATIONS
from forecast.contracts.vintages import known_from

if TYPE_CHECKING:
    from forecast.contracts.table import Table

TABLES: Final = (PUBLICATIONS, OBSERVATIONS, CLAIMS, OUTCOMES)

_NEEDED: Final = ("series_id", "period_start", "period_end", "value", "unit")
_DEFAULTS: Final[dict[str, str | float]] = {
    "publication_id": "own",
    "frequency": "A",
    "quantity": "energy",
    "scope": "",
    "obs_status": "A",
    "known_from_basis": "stamped",
    "low": float("nan"),
    "high": float("nan"),
}


def table_of(file_name: str) -> Table:
    """Return the table a compiled file holds, by how its name begins.

    Raises:
        SourceError: The name begins like none of them.
    """
    for table in TABLES:
        if file_name.startswith(table.name):
            return table
    raise SourceError(
        f"{file_name}: a compiled file's name begins with {', '.join(t.name for t in TABLES)}. "
        "Rename it."
    )


def read(payload: bytes, *, name: str) -> pd.DataFrame:
    """Return the table in a compiled CSV file, in contract shape.

    Args:
        payload: The bytes of the file: UTF-8, one header line.
        name: Its name, which says which table it is, and stands in errors.

    Raises:
        SourceError: It is no such CSV; the message names the column or row.
    """
    table = table_of(name)
    text = _text(payload, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # cells beyond the header
            frame = pd.read_csv(
                io.StringIO(text), dtype=str, keep_default_na=False, index_col=False
            )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, pd.errors.ParserWarning) as error:
        raise SourceError(f"{name}: not a whole CSV file: {error}. Replace the file.") from error
    if table is OBSERVATIONS:
        frame = _completed(frame, payload, name)
    frame = _typed(frame, table, name)
    try:
        return table.check(frame)
    except ContractError as error:
        raise SourceError(f"{name}: {error} Mend the file.") from error


def _text(payload: bytes, name: str) -> str:
    try:
        text = payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{name}: not UTF-8 text ({error}). Save it as UTF-8.") from error
    if text.lstrip()[:1] == "<":
        raise SourceError(
            f"{name}: an HTML or XML page where a CSV file was expected. Download the file again."
        )
    if not text.strip():
        raise SourceError(f"{name}: the file is empty; expected a header line and rows.")
    return text


def _completed(frame: pd.DataFrame, payload: bytes, name: str) -> pd.DataFrame:
    """Add what a reader can supply to a file of observations."""
    if missing := [column for column in _NEEDED if column not in frame]:
        raise SourceError(
            f"{name}: columns {', '.join(missing)} are missing; found "
            f"{', '.join(map(str, frame))}. A file of observations needs {', '.join(_NEEDED)} "
            "and known_from or published."
        )
    frame = frame.assign(**{k: v for k, v in _DEFAULTS.items() if k not in frame})
    if "known_from" not in frame:
        frame["known_from"] = _stamped(frame, name)
    return frame.drop(columns="published", errors="ignore").assign(
        value_text=frame["value"],
        raw_sha256=hashlib.sha256(payload).hexdigest(),
        row=range(1, len(frame) + 1),
    )


def _stamped(frame: pd.DataFrame, name: str) -> pd.Series:
    if "published" not in frame:
        raise SourceError(
            f"{name}: neither known_from nor published says since when the values were known. "
            "Add one of the two columns (YYYY-MM-DD)."
        )
    try:
        return frame["published"].map(known_from)
    except SettingsError as error:
        raise SourceError(f"{name}: {error}") from error


def _typed(frame: pd.DataFrame, table: Table, name: str) -> pd.DataFrame:
    """Turn text into the contract's types, naming the first row that has none."""
    found = [str(column) for column in frame]
    missing = [column for column in table.names if column not in found]
    unknown = [column for column in found if column not in table.names]
    if missing or unknown:
        raise SourceError(
            f"{name}: columns {', '.join(missing) or 'none'} are missing and "
            f"{', '.join(unknown) or 'none'} are unknown; expected {', '.join(table.names)}."
        )
    return pd.DataFrame(
        {
            column.name: _typed_column(frame[column.name], column.kind, name)
            for column in table.columns
        }
    )


def _typed_column(values: pd.Series, kind: str, name: str) -> pd.Series:
    turned, expected = _turned(values, kind)
    wrong = turned.isna() & (values.astype(str).str.strip() != "") & values.notna()
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise SourceError(
            f"{name}, row {row + 1}: `{values.name}` is {values.iloc[row]!r}; expected {expected}."
        )
    return turned


def _turned(values: pd.Series, kind: str) -> tuple[pd.Series, str]:
    """Return values in a type, absent where they have none, and what was expected."""
    if kind == FLAG:
        flags = values.astype(str).str.lower().map({"true": True, "false": False})
        return flags, "true or false"
    if kind in {DAY, INSTANT}:
        return pd.to_datetime(values, format="%Y-%m-%d", errors="coerce"), "a day as YYYY-MM-DD"
    if kind == TEXT:
        return values, "text"
    return pd.to_numeric(values.where(values != ""), errors="coerce"), "a number"
