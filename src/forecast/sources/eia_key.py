"""The key the Energy Information Administration asks for, and how its echoes are masked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from forecast.sources.source import Key
from forecast.sources.strict_json import Refuse
from forecast.sources.written_json import written

REGISTER: Final = "https://www.eia.gov/opendata/register.php"
MASK: Final = "***"

_KEY_NAME: Final = r"(?:x[-_])?api[-_]?key"
_MEMBER: Final = re.compile(rf'("{_KEY_NAME}"\s*:\s*)"(?:[^"\\]|\\.)*"'.encode(), re.IGNORECASE)
_IN_ADDRESS: Final = re.compile(rf"({_KEY_NAME}=)[^&\s\"'\\<>]+".encode(), re.IGNORECASE)
_NAMED: Final = re.compile(_KEY_NAME, re.IGNORECASE)


def key(adds: str) -> Key:
    """Return the key all routes ask for; ``adds`` says what the house gains by it."""
    return Key(variable="EIA_API_KEY", register=REGISTER, adds=adds)


def without_key(payload: bytes, refuse: Refuse) -> bytes:
    """Return an answer with every echo of a key masked, all other bytes as they were.

    Raises:
        SourceError: The payload is not whole JSON, or hides a key where we cannot mask it.
    """
    masked = masked_text(payload)
    named = [value for name, value in _all_members(masked, refuse) if _NAMED.fullmatch(name)]
    if any(value is not None and value != MASK for value in named):
        refuse("spells `api_key` in a way we cannot mask", '"api_key" as a plain text')
    return masked


def masked_text(payload: bytes) -> bytes:
    """Return text with every key that stands plainly in it masked."""
    masked = _MEMBER.sub(rf'\1"{MASK}"'.encode(), payload)
    return _IN_ADDRESS.sub(rf"\1{MASK}".encode(), masked)


def _all_members(payload: bytes, refuse: Refuse) -> Iterable[tuple[str, object]]:
    """Yield every named member of a document, at any depth."""
    waiting: list[object] = [written(payload, refuse)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield from node.items()
        inner = node.values() if isinstance(node, dict) else node
        waiting += [child for child in inner if isinstance(child, dict | list)]  # type: ignore[attr-defined]
