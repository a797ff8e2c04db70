"""Electricity demand of data centres, and of anything else: where it stands, and where it may go.

Read the rooms in the order the data walks them::

    publisher ─▶ transport ─▶ storage.raw ─▶ sources ─▶ quality ─▶ history ─▶ growth ─▶ demand
      bytes                    vintage    OBSERVATIONS            History   FORECASTS  headline
                                             CLAIMS                                        │
                                                              report ◀─ storage.editions ◀─┘

Every arrow carries a table from ``forecast.contracts.tables``; nothing else crosses a door.
``forecast.pipeline`` walks the rooms, ``forecast.cli`` and the Prefect flows ask it to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import pandas as pd

__all__ = ["__version__", "editions", "load"]

__version__ = "0.1.0"


def load(
    table: str = "forecasts", *, edition: date | str = "latest", home: Path | str | None = None
) -> pd.DataFrame:
    """Return one published table of one edition, with ``.attrs`` filled.

    Args:
        table: Name of a table of the edition: ``forecasts``, ``exceedances``, ``paths``, …
        edition: ``latest`` or the as-of day of an edition.
        home: The folder that holds ``data/``; default: the checkout or the current folder.

    Raises:
        SettingsError: The edition or the table does not exist.
    """
    from forecast.pipeline.reading import load as load_table

    return load_table(table, edition=edition, home=home)


def editions(*, home: Path | str | None = None) -> list[date]:
    """Return the as-of days of all strict editions held, oldest first."""
    from forecast.pipeline.reading import editions as list_editions

    return list_editions(home=home)
