"""What goes to stdout, and how an error reads."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.errors import ForecastError

SCHEMA = "forecast.cli/1"


def print_text(text: str) -> None:
    """Print a result."""
    sys.stdout.write(text.rstrip("\n") + "\n")


def print_json(data: Any, problems: Sequence[str] = ()) -> None:  # noqa: ANN401
    """Print one JSON object: the result and what went wrong, also on failure."""
    body = {
        "schema": SCHEMA,
        "ok": not problems,
        "data": data,
        "problems": [{"message": problem} for problem in problems],
    }
    sys.stdout.write(json.dumps(body, ensure_ascii=False, indent=2, default=str) + "\n")


def print_error(error: ForecastError, *, as_json: bool) -> None:
    """Print an error in one line on stderr, and as JSON on stdout if that was asked for."""
    name = type(error).__name__
    if as_json:
        print_json(None, [f"{name}: {error}"])
    sys.stderr.write(f"{name}: {error}\n")


def table(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Return rows as aligned text, the first one the header.

    Args:
        rows: Cells as text, every row of the same length.
        right: Columns to align right.
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
