"""Keys of publishers: from whoever runs the house, and never further than the request.

A key stands in an environment variable (``EIA_API_KEY``), or in a file that one names
(``EIA_API_KEY_FILE``), or is handed in by a flow, which has it from a Prefect Secret.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.sources.source import Source

FILE_SUFFIX: Final = "_FILE"


def key_of(source: Source, handed_in: Mapping[str, str] | None = None) -> str:
    """Return the key a source is asked with, or nothing if there is none.

    Args:
        source: The publication.
        handed_in: Variable → key, from whoever keeps secrets elsewhere; these go first.

    Raises:
        SettingsError: A file is named and cannot be read. The message never quotes its content.
    """
    if source.key is None:
        return ""
    variable = source.key.variable
    given = (handed_in or {}).get(variable, "") or os.environ.get(variable, "")
    return given.strip() or _from_file(variable)


def _from_file(variable: str) -> str:
    named = os.environ.get(variable + FILE_SUFFIX, "")
    if not named:
        return ""
    try:
        return Path(named).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{variable + FILE_SUFFIX} names {named}, which cannot be read "
            f"({type(error).__name__}). Expected a text file with the key alone."
        ) from None


def without_key(source: Source) -> str:
    """Return what is told when a source that needs a key is asked without one."""
    key = source.key
    if key is None:
        return ""
    return (
        f"{source.name}: {key.variable} is not set, so it was not asked. It would add {key.adds}. "
        f"A key is had at {key.register}; put it in {key.variable} or in a file that "
        f"{key.variable + FILE_SUFFIX} names."
    )
