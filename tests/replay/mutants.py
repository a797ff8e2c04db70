"""Payloads as a careless publisher might send them: one change each, drawn from a seed."""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Mutation = Callable[[bytes, Random], bytes]

_NUMBER = re.compile(rb"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")
_ODD = (
    b"NaN", b"Infinity", b"-Infinity", b"null", b"true", b'"w"', b'"--"', b"", b"-", b"1e400",
    b"2147483647", b"9" * 400, b"0x1F", b"1_000", b"1,5", b"1.234.567", b"+5", b".5", b"5.",
    b'"12"', b"[1]", b'{"a":1}', b"\x00", b" 7 ", "१२३".encode(), "１２".encode(), b"1e5", b"-0",
)  # fmt: skip
_UNITS = (
    b"million kilowatt hours", b"megawatthours", b"Million Kilowatthours", b"billion kilowatthours",
    b"GWh", b"GWH", b"Gigawatt-hour", b"TWh", b"USD", b"MW", b"quads", b"BkWh",
)  # fmt: skip


def another_number(body: bytes, chance: Random) -> bytes:
    """Put something odd in place of one number."""
    found = list(_NUMBER.finditer(body))
    if not found:
        return body
    at = chance.choice(found)
    return body[: at.start()] + chance.choice(_ODD) + body[at.end() :]


def decimal_commas(body: bytes, chance: Random) -> bytes:
    return re.sub(rb"(\d)\.(\d)", rb"\1,\2", body, count=chance.choice((0, 1, 5)))


def another_unit(body: bytes, chance: Random) -> bytes:
    standing = [unit for unit in _UNITS if unit in body]
    return body.replace(chance.choice(standing), chance.choice(_UNITS)) if standing else body


def cut(body: bytes, chance: Random) -> bytes:
    return body[: len(body) * chance.randrange(16) // 16]


def flipped(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(max(len(body), 1))
    return body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :]


def lines_changed(body: bytes, chance: Random) -> bytes:
    """Drop, repeat or swap lines."""
    lines = body.split(b"\n")
    one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
    way = chance.randrange(4)
    if way == 0:
        del lines[one : one + chance.randrange(1, 9)]
    elif way == 1:
        lines.insert(two, lines[one])
    elif way == 2:
        lines[one], lines[two] = lines[two], lines[one]
    else:
        lines[one] = lines[one] + lines[two]
    return b"\n".join(lines)


def cells_shifted(body: bytes, chance: Random) -> bytes:
    """Move the cells of one line, or of all lines but the first, by one."""
    lines = body.split(b"\n")
    chosen = [chance.randrange(len(lines))] if chance.random() < 0.6 else range(1, len(lines))
    for at in chosen:
        cells = lines[at].split(b",")
        lines[at] = b",".join([*cells[1:], cells[0]] if chance.random() < 0.5 else cells[:-1])
    return b"\n".join(lines)


def columns_renamed(body: bytes, chance: Random) -> bytes:
    header, _, rest = body.partition(b"\n")
    names = header.split(b",")
    at = chance.randrange(len(names))
    names[at] = chance.choice((names[at].upper(), names[at] + b" ", b"", names[at - 1], b"Value"))
    return b",".join(names) + b"\n" + rest


def members_changed(body: bytes, chance: Random) -> bytes:
    """Change one member of a document: its type, its name, its place, or its being there."""
    try:
        document = json.loads(body)
    except ValueError:
        return lines_changed(body, chance)
    holders = [one for one in walked(document) if one]
    if holders:
        _spoilt(chance.choice(holders), chance)
    return json.dumps(document).encode()


def walked(node: Any) -> Iterator[Any]:
    """Yield every object and list of a document."""
    if isinstance(node, dict | list):
        yield node
        for child in list(node.values()) if isinstance(node, dict) else node[:40]:
            yield from walked(child)


def _spoilt(holder: Any, chance: Random) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    one, two = chance.choice(keys), chance.choice(keys)
    way = chance.randrange(6)
    if way == 0:
        holder[one], holder[two] = holder[two], holder[one]
    elif way == 1:
        del holder[one]
    elif way == 2:
        holder[one] = retyped(holder[one])
    elif way == 3:
        holder[one] = chance.choice((None, [], {}, "", 0, True, -1, 10**400, "२०२४", 1e308, [[]]))
    elif way == 4 and isinstance(holder, dict):
        holder[f"{one} "] = holder.pop(one)
    else:
        _repeated(holder, one)


def _repeated(holder: Any, key: Any) -> None:
    if isinstance(holder, list):
        holder.insert(0, holder[key])
    else:
        holder[str(key) * 2] = holder[key]


def retyped(member: Any) -> Any:
    """Return a number as text, text as a number, a list as an object and back."""
    if isinstance(member, dict):
        return list(member.values())
    if isinstance(member, list):
        return {str(place): one for place, one in enumerate(member)}
    if isinstance(member, str):
        try:
            return float(member)
        except ValueError:
            return [member]
    return str(member)


def twice(body: bytes, chance: Random) -> bytes:
    at = chance.randrange(max(len(body), 1))
    length = chance.choice((1, 20, 400))
    return body[:at] + body[at : at + length] * 2 + body[at + length :]


MUTATIONS: tuple[Mutation, ...] = (
    another_number, another_number, another_number, decimal_commas, another_unit, cut, flipped,
    lines_changed, cells_shifted, columns_renamed, members_changed, members_changed, twice,
)  # fmt: skip

KEEPING = (cut, lines_changed, another_unit, decimal_commas)
"""Mutations after which a value may be gone, but never another one."""

KEEPING_LINES = (cells_shifted, columns_renamed)
"""The same, of tables; in a document on one line they put values in place of others."""
