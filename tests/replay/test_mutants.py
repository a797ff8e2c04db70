"""Mutated payloads: an error that names its source, or numbers that stand in the payload."""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections import Counter
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from tests.replay.messages import Asked
from tests.replay.mutants import MUTATIONS
from tests.replay.publishers.everyone import TODAY, everyone
from tests.replay.scene import CONTACT, NOW, small

from forecast.contracts.errors import SourceError, VintageError
from forecast.pipeline.registry import SOURCES
from forecast.sources.source import Situation

NUMBER = re.compile(rb"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
SCALES = (1.0, 1e-3, 1e3, 1e-6, 1e-9, 1e-12, 293.07107)
"""Exact changes of unit, and quads to TWh."""

LONGEST_S = 5.0


def first_bodies(name):
    """Question → the first page of its honest answer."""
    source, publisher = small(SOURCES[name]), everyone()[name]
    found = {}
    for question in source.questions(Situation(TODAY, {}, "KEY")):
        request = question.request
        path = request.url.removeprefix(f"https://{request.hosts[0]}")
        path, _, query = path.partition("?")
        more = tuple(tuple(pair.split("=")) for pair in query.split("&") if pair)
        asked = Asked(name, path, (*more, *request.params), {"user-agent": CONTACT}, 1)
        found[question] = publisher.answer(asked).body
    return found


def standing(payload):
    """Every number that stands in a payload, in order."""
    found = {float(text) for text in NUMBER.findall(payload) if len(text) < 300}
    # digits may touch, as in 2024-01-01: a sign is then none
    return np.array(sorted({*found, *(abs(number) for number in found)}))


def literal(value, numbers):
    if np.isnan(value):
        return True
    for scale in SCALES:
        at = bisect_left(numbers, value / scale)
        near = numbers[max(at - 1, 0) : at + 1]
        if np.isclose(near * scale, value, rtol=1e-9, atol=1e-12).any():
            return True
    return False


def from_somewhere(name, value, numbers):
    """Whether a value stands in the payload; of filings, differences of two do as well."""
    if literal(value, numbers):
        return True
    if name != "sec_capex":
        return False
    sums = set(numbers)
    return any(one + abs(value) in sums for one in sums)


def values(reading):
    yield from reading.observations[["value", "low", "high"]].to_numpy(dtype=float).ravel()
    yield from reading.claims[["low", "central", "high"]].to_numpy(dtype=float).ravel()
    yield from reading.projects["value"].to_numpy(dtype=float)


def through(source, question, mutant, honest):
    """Take a mutant the way an answer goes; return what was read of it."""
    source.next(question.request, mutant)
    redacted = source.redacted(mutant)
    reading = source.read(redacted, NOW + timedelta(days=1))
    source.complete(question.name, [mutant], [honest])
    return reading


def fuzz(name, seconds):
    """Try mutants for so long; return how they ended, and what must not have happened."""
    source, chance = SOURCES[name], Random(f"second author: {name}")
    bodies = first_bodies(name)
    ends, wrong, stop = Counter(), [], time.monotonic() + seconds
    while time.monotonic() < stop:
        question = chance.choice(list(bodies))
        mutation = chance.choice(MUTATIONS)
        mutant = mutation(bodies[question], chance)
        begun = time.monotonic()
        try:
            reading = through(source, question, mutant, bodies[question])
        except (SourceError, VintageError) as error:
            ends["refused"] += 1
            if name not in str(error):
                wrong.append((mutation.__name__, "unnamed", str(error)[:200]))
        except Exception as error:  # noqa: BLE001 - whatever escapes is what we look for
            wrong.append((mutation.__name__, repr(error)[:200], mutant[:80]))
        else:
            ends["read"] += 1
            numbers = standing(mutant)
            strange = [v for v in values(reading) if not from_somewhere(name, v, numbers)]
            if strange:
                wrong.append((mutation.__name__, "not in the payload", strange[:3]))
        if time.monotonic() - begun > LONGEST_S:
            wrong.append((mutation.__name__, "slow", time.monotonic() - begun))
    return ends, wrong


ASKED = [name for name, source in SOURCES.items() if source.hosts]


@pytest.mark.parametrize("name", ASKED)
def test_a_mutant_is_refused_by_name_or_read_as_it_stands(name, capsys):
    ends, wrong = fuzz(name, 0.3)

    with capsys.disabled():
        print(f"\n{name}: {ends.total()} mutants, {dict(ends)}")  # noqa: T201
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
def test_many_mutants_are_refused_by_name_or_read_as_they_stand(name, capsys):
    ends, wrong = fuzz(name, 15)

    with capsys.disabled():
        print(f"\n{name}: {ends.total()} mutants, {dict(ends)}")  # noqa: T201
    assert wrong == []
