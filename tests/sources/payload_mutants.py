"""Payloads damaged at random, and the law that damage gives no number that was not sent."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from tests.timebox import boxed

from forecast.contracts.errors import SourceError
from forecast.contracts.tables import OBSERVATIONS

RETRIEVED_AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
PIECES = (
    b"", b"0", b"-1", b"1e999", b"NaN", b"null", b"true", b'""', b"\xff", b"\x00", b",", b"\n",
    b'"', b"[]", b"{}", b"9" * 400, b"<html>", b"2026-12", b"GWh", b"\xef\xbb\xbf", b"1e-999",
)  # fmt: skip
TOKEN = re.compile(rb"[^,\n\r:\[\]{}]+")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def mutants(payload: bytes, seed: int) -> Iterator[bytes]:
    """Yield damaged payloads for a while; the same ones for the same seed."""
    chance = random.Random(seed)
    for _ in boxed():
        sent = payload
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            sent = chance.choice(WAYS)(sent, chance)
        yield sent


def flipped(sent, chance):
    place = chance.randrange(len(sent) or 1)
    return sent[:place] + bytes([chance.randrange(256)]) + sent[place + 1 :]


def cut(sent, chance):
    return sent[: chance.randrange(len(sent) + 1)]


def hollow(sent, chance):
    start, end = sorted(chance.randrange(len(sent) + 1) for _ in range(2))
    return sent[:start] + sent[min(end, start + 40) :]


def replaced(sent, chance):
    tokens = list(TOKEN.finditer(sent))
    if not tokens:
        return sent
    token = chance.choice(tokens)
    return sent[: token.start()] + chance.choice(PIECES) + sent[token.end() :]


def retyped(sent, chance):
    tokens = list(TOKEN.finditer(sent))
    if not tokens:
        return sent
    token = chance.choice(tokens)
    word = token[0].strip(b' "')
    dressed = chance.choice((b'"' + word + b'"', word, b"[" + word + b"]"))
    return sent[: token.start()] + dressed + sent[token.end() :]


def swapped(sent, chance):
    tokens = list(TOKEN.finditer(sent))
    if len(tokens) < 2:
        return sent
    a, b = sorted(chance.sample(range(len(tokens)), 2))
    first, second = tokens[a], tokens[b]
    between = sent[first.end() : second.start()]
    return sent[: first.start()] + second[0] + between + first[0] + sent[second.end() :]


def relined(sent, chance):
    lines = sent.split(b"\n")
    place = chance.randrange(len(lines))
    lines[place : place + 1] = chance.choice(([], [lines[place]] * 2))
    return b"\n".join(lines)


WAYS = (flipped, flipped, cut, hollow, replaced, replaced, retyped, swapped, relined)


def judged(name: str, read: Callable, sent: bytes) -> bool:
    """Return whether a payload was read; every number of it must stand in the payload."""
    said = ""
    try:
        rows = OBSERVATIONS.check(read(sent, RETRIEVED_AT).observations)
    except SourceError as refusal:
        said = str(refusal)
    if said:
        assert said.startswith(f"{name}: ")
        assert "\n" not in said
        return False
    numbers = {Decimal(number) for number in NUMBER.findall(sent.decode())}
    for words, value, known, end in zip(
        rows["value_text"], rows["value"], rows["known_from"], rows["period_end"], strict=True
    ):
        assert known > end
        if words:
            assert Decimal(words.strip()) in numbers
            assert value == float(words)
    return True
