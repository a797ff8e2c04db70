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
from tests.replay.mutants import KEEPING, KEEPING_LINES, MUTATIONS, cut
from tests.replay.publishers.everyone import TODAY, everyone
from tests.replay.scene import CONTACT, NOW, small
from tests.timebox import boxed

from forecast.contracts.errors import SourceError, VintageError
from forecast.pipeline.registry import SOURCES
from forecast.sources.source import Situation

NUMBER = re.compile(rb"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
SCALES = (1.0, 1e-3, 1e3, 1e-6, 1e-9, 1e-12, 293.07107)
"""Exact changes of unit, and quads to TWh."""

LONGEST_S = 5.0


def first_bodies(name):
    """Question → its honest answer, on one page."""
    source, publisher = small(SOURCES[name]), everyone()[name]
    found = {}
    for question in source.questions(Situation(TODAY, {}, "KEY")):
        request = question.request
        path = request.url.removeprefix(f"https://{request.hosts[0]}")
        path, _, query = path.partition("?")
        more = tuple(tuple(pair.split("=")) for pair in query.split("&") if pair)
        params = [(key, "5000" if key == "length" else text) for key, text in request.params]
        asked = Asked(name, path, (*more, *params), {"user-agent": CONTACT}, 1)
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


def by_key(reading):
    """Value by what it is about."""
    rows = reading.observations
    keys = zip(rows["series_id"], rows["period_start"], rows["period_end"], strict=True)
    found = dict(zip(keys, rows["value"], strict=True))
    found |= dict(zip(reading.claims["claim_id"], reading.claims["central"], strict=True))
    rows = reading.projects
    keys = zip(rows["project_id"], rows["period_end"], rows["quantity"], strict=True)
    return found | dict(zip(keys, rows["value"], strict=True))


def moved(reading, honest):
    """Values that are others than in the honest reading; one withheld is none."""
    found = {key: (value, honest.get(key, value)) for key, value in by_key(reading).items()}
    return [
        f"another value: {key} {values}"
        for key, values in found.items()
        if not np.isnan(values).any() and values[0] != values[1]
    ]


def through(source, question, mutant, honest):
    """Take a mutant the way an answer goes; return what was read of it."""
    reading = source.read(source.redacted(mutant), NOW + timedelta(days=1))
    if not isinstance(question, str):
        source.next(question.request, mutant)
        source.complete(question.name, [mutant], [honest])
    return reading


def fuzz(name, files=None):
    """Try mutants for a while; return how they ended, and what must not have happened."""
    source, chance = SOURCES[name], Random(f"second author: {name}")
    bodies = files or first_bodies(name)
    honest = {what: by_key(source.read(body, NOW)) for what, body in bodies.items()}
    ends, wrong = Counter(), []
    for _ in boxed(least=10):
        question, mutation = chance.choice(list(bodies)), chance.choice(MUTATIONS)
        mutant, begun = mutation(bodies[question], chance), time.monotonic()
        reading, found = taken(source, question, mutant, bodies[question])
        ends["refused" if reading is None else "read"] += 1
        if reading is not None:
            found = strange(name, reading, mutant)
            if keeps(mutation, question, mutant):
                found += moved(reading, honest[question])
        if time.monotonic() - begun > LONGEST_S:
            found.append("slow")
        wrong += [(mutation.__name__, one) for one in found]
    return ends, wrong


def keeps(mutation, question, mutant):
    """Whether no value may be another one: in a file by hand, a last number may be cut."""
    if mutation in KEEPING_LINES:
        return not isinstance(question, str) and mutant.count(b"\n") > 9
    return mutation in KEEPING and not (mutation is cut and isinstance(question, str))


def taken(source, question, mutant, honest):
    """What was read of a mutant, or nothing; and what was wrong about its refusal."""
    try:
        return through(source, question, mutant, honest), []
    except (SourceError, VintageError) as error:
        named = source.name in str(error)
        return None, [] if named else [f"unnamed: {str(error)[:200]}"]
    except Exception as error:  # noqa: BLE001 - whatever escapes is what we look for
        return None, [f"{error!r:.200} of {mutant[:80]!r}"]


def strange(name, reading, mutant):
    """Values that do not stand in the payload."""
    numbers = standing(mutant)
    found = [value for value in values(reading) if not from_somewhere(name, value, numbers)]
    return [f"not in the payload: {value}" for value in found]


ASKED = [name for name, source in SOURCES.items() if source.hosts]


@pytest.mark.parametrize("name", ASKED)
def test_a_mutant_is_refused_by_name_or_read_as_it_stands(name, capsys):
    ends, wrong = fuzz(name)

    with capsys.disabled():
        print(f"\n{name}: {ends.total()} mutants, {dict(ends)}")  # noqa: T201
    assert wrong == []
