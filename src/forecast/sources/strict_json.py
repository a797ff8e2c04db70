"""JSON read strictly: whole, finite, each name once, and numbers as they were written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from reprlib import Repr
from typing import Final, NoReturn

Json = Mapping[str, object]

Refuse = Callable[[str, str], NoReturn]
"""Raises SourceError, given what was found and what was expected."""

_BRIEF: Final = Repr()
_BRIEF.maxdict = _BRIEF.maxlist = 8
_BRIEF.maxstring = _BRIEF.maxother = 80


def text(payload: bytes, refuse: Refuse) -> str:
    """Return the payload as text; a byte order mark may stand before it."""
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refuse(f"is not UTF-8 at byte {error.start:,} of {len(payload):,}", "UTF-8 text")


def parsed(payload: bytes, refuse: Refuse) -> Json:
    """Return the JSON object a payload holds.

    Fractions are Decimal, so that a number keeps the digits it came with.
    """
    words = text(payload, refuse)
    start = words.lstrip()[:40]
    if not start:
        refuse("is empty", "a JSON object")
    if start.startswith("<"):
        refuse(f"is a web page or XML, beginning {start!r}", "a JSON object")
    try:
        document = json.loads(
            words, parse_float=_number, parse_constant=_constant, object_pairs_hook=_members
        )
    except json.JSONDecodeError as error:
        whole = f"of {len(words):,} characters"
        refuse(f"breaks off or is damaged at character {error.pos:,} {whole}", "whole JSON")
    except (ValueError, RecursionError) as error:
        refuse(f"is no JSON we can trust: {error}", "plain JSON with finite numbers")
    if not isinstance(document, dict):
        refuse(f"holds a {type(document).__name__}", "a JSON object")
    return document


def excerpt(found: object) -> str:
    """Return the beginning of anything, to be quoted in an error.

    Example:
        >>> excerpt([1, 2])
        '[1, 2]'
    """
    return _BRIEF.repr(found)


def _number(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise ValueError(f"{digits[:40]} is out of range") from error


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"member {twice!a} stands twice in one object")
    return members
