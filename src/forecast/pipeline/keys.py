"""Keys of publishers: from whoever runs the house, and never further than the request.

A key stands in an environment variable (``EIA_API_KEY``), or in a file that one names
(``EIA_API_KEY_FILE``), or is handed in by a flow, which has it from a Prefect Secret.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from forecast.contracts.errors import SettingsError, SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.sources.source import Source

FILE_SUFFIX: Final = "_FILE"
MASK: Final = "***"

_ESCAPE: Final = re.compile(rb"\\u00([0-7][0-9a-fA-F])")


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


def hidden(text: str, key: str) -> str:
    """Return a text without the key, however a publisher spelled it back to us."""
    for spelling in _spellings(key):
        text = text.replace(spelling, MASK)
    return text


def cleared(payload: bytes, key: str, source: str) -> bytes:
    """Return a payload without the key, wherever the publisher echoes it.

    Raises:
        SourceError: It stands there in a spelling that cannot be cleared.
    """
    if not key:
        return payload
    for spelling in _spellings(key):
        payload = payload.replace(spelling.encode(), MASK.encode())
    plain = _ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), payload)
    if any(spelling.encode() in plain for spelling in _spellings(key)):
        raise SourceError(
            f"{source}: the answer echoes our key in a spelling we cannot clear; expected it in "
            "plain letters, if at all. Nothing is kept. Change the key, and tell the publisher."
        )
    return payload


def _spellings(key: str) -> list[str]:
    """Return the ways a key may be written in text, JSON or an address, longest first."""
    if not key:
        return []
    quoted = {quote(key, safe=""), quote_plus(key), json.dumps(key)[1:-1]}
    quoted |= {one.lower() for one in quoted if "%" in one}
    return sorted({key, key.replace("/", "\\/"), *quoted}, key=len, reverse=True)
