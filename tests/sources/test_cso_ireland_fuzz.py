"""Mutated payloads: the reader says what an independent reading says, or raises SourceError."""

from __future__ import annotations

import copy
import json
import random
from datetime import UTC, datetime

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.contracts.errors import SourceError
from forecast.contracts.tables import OBSERVATIONS
from forecast.sources.cso_ireland import complete, read, redacted

RETRIEVED_AT = datetime(2026, 7, 8, tzinfo=UTC)
SERIES = {"ie_electricity_metered": "-", "ie_dc": "10", "ie_other_metered": "20"}

scalars = st.none() | st.booleans() | st.integers(-5, 20) | st.floats() | st.text(max_size=4)
junk = st.recursive(
    scalars | st.sampled_from(["MEC02", "10", "-", "2025Q1", "GWh", "A", 10**400, "\ud800"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


def places(node, path=()):
    """Yield the path of every member of a document."""
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, child in inner:
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from places(child, (*path, key))


def planted(document, path, value):
    """Return the document with ``value`` at ``path``, or without what stood there."""
    changed = copy.deepcopy(document)
    node = changed
    for key in path[:-1]:
        node = node[key]
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return changed


def plainly(document, quarter, customer):
    """Read one cell as slowly as can be; written apart from the reader."""
    wanted = {"STATISTIC": "MEC02", "TLIST(Q1)": quarter, "C03907V04659": customer}
    flat, step = 0, 1
    for name in reversed(document["id"]):
        index = document["dimension"][name]["category"].get("index") or [wanted[name]]
        place = index.index(wanted[name]) if isinstance(index, list) else index[wanted[name]]
        flat, step = flat + place * step, step * len(index)
    value = document["value"]
    return value[flat] if isinstance(value, list) else value.get(str(flat))


def in_our_words(refusal):
    """Check that a refusal names the publication and can be printed anywhere."""
    assert "cso_ireland: MEC02" in str(refusal)
    assert "data.cso.ie" in str(refusal).encode().decode()


def judged(sent):
    """Check that a payload is read as it stands, or refused in our words."""
    try:
        rows = OBSERVATIONS.check(read(sent, RETRIEVED_AT).observations)
    except SourceError as refusal:
        in_our_words(refusal)
        return
    document = json.loads(sent)
    for row in rows.itertuples():
        quarter = str(pd.Period(row.period_start, freq="Q"))
        plain = plainly(document, quarter, SERIES[row.series_id])
        assert (plain is None and row.obs_status == "M") or float(plain) == row.value >= 0


def shuffled(document, order):
    """Return the same cube told otherwise: dimensions turned, codes shuffled, forms changed."""
    chance = random.Random(order)
    turned = copy.deepcopy(document)
    chance.shuffle(turned["id"])
    codes = {}
    for name in turned["id"]:
        category = turned["dimension"][name]["category"]
        chance.shuffle(category["index"])
        codes[name] = category["index"]
        if chance.random() < 0.5:
            category["index"] = {code: place for place, code in enumerate(codes[name])}
    turned["size"] = [len(codes[name]) for name in turned["id"]]
    turned["value"] = [
        plainly(document, cell["TLIST(Q1)"], cell["C03907V04659"])
        for cell in cells(codes, turned["id"])
    ]
    if chance.random() < 0.5:
        turned["value"] = {str(place): v for place, v in enumerate(turned["value"])}
    return turned


def cells(codes, names):
    if not names:
        yield {}
        return
    for code in codes[names[0]]:
        for rest in cells(codes, names[1:]):
            yield {names[0]: code, **rest}


@settings(max_examples=250, deadline=None)
@given(chosen=st.data(), value=junk | st.just(...))
def test_a_member_replaced_or_removed_gives_no_wrong_number(cube, chosen, value):
    document = cube()
    path = chosen.draw(st.sampled_from(list(places(document))))

    judged(json.dumps(planted(document, path, value)).encode())


@settings(max_examples=300, deadline=None)
@given(chosen=st.data(), byte=st.integers(0, 255))
def test_a_damaged_byte_gives_no_wrong_number(payload, chosen, byte):
    sent = bytearray(payload())
    sent[chosen.draw(st.integers(0, len(sent) - 1))] = byte

    judged(bytes(sent))


@settings(max_examples=60, deadline=None)
@given(order=st.integers())
def test_the_same_cube_told_otherwise_is_the_same_cube(cube, order):
    columns = ["series_id", "period_end", "value"]
    plain = read(json.dumps(cube()).encode(), RETRIEVED_AT).observations[columns]

    sent = json.dumps(shuffled(cube(), order)).encode()
    pd.testing.assert_frame_equal(read(sent, RETRIEVED_AT).observations[columns], plain)


@settings(max_examples=200, deadline=None)
@given(sent=st.binary() | junk.map(lambda found: json.dumps(found).encode()))
def test_any_bytes_at_all_are_refused_in_our_words(sent):
    for use in (lambda: judged(sent), lambda: complete("", [sent]), lambda: redacted(sent)):
        try:
            use()
        except SourceError as refusal:
            in_our_words(refusal)
