"""JSON read strictly, like ``strict_json``, but with every number left as it was written.

A publisher may send ``486``, ``"486"`` or ``4.86E2`` for the same thing, from one release to the
next. A reader that wants to keep the text as received needs the digits, not what they came to.
"""

from __future__ import annotations

import json
from typing import Final, NoReturn

from forecast.sources.strict_json import Json, Refuse, text


class Written(str):
    """A JSON number as it was written: text that stood without quotes."""

    __slots__ = ()


def written(payload: bytes, refuse: Refuse) -> Json:
    """Return the JSON object a payload holds; its numbers are ``Written``, its texts ``str``.

    ``refuse`` raises on what is not one whole object, or names a member twice.
    """
    words = text(payload, refuse)
    start = words.lstrip()[:40]
    if not start:
        refuse("is empty", "a JSON object")
    if start.startswith("<"):
        refuse(f"is a web page or XML, beginning {start!a}", "a JSON object")
    try:
        document = _DECODER.decode(words)
    except json.JSONDecodeError as error:
        whole = f"of {len(words):,} characters"
        refuse(f"breaks off or is damaged at character {error.pos:,} {whole}", "whole JSON")
    except (ValueError, RecursionError) as error:
        refuse(f"is no JSON we can trust: {error}", "plain JSON with finite numbers")
    if not isinstance(document, dict):
        refuse(f"holds a {type(document).__name__}", "a JSON object")
    return document


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"member {twice[:40]!a} stands twice in one object")
    return members


_DECODER: Final = json.JSONDecoder(
    parse_float=Written,
    parse_int=Written,
    parse_constant=_constant,
    object_pairs_hook=_members,
)
