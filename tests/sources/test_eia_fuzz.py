"""Mutated payloads of EIA: what is read stands there, or the payload is refused in our words."""

from __future__ import annotations

import copy
import gzip
import json
import random

import pytest
from tests.sources.eia_answers import AT, answer, bulk_line, category_line, hours, packed, sales
from tests.timebox import boxed

from forecast.contracts.errors import SourceError
from forecast.contracts.tables import OBSERVATIONS
from forecast.sources import eia_grid_demand, eia_retail_sales

SEED = 20261123
JUNK = [
    None, True, 0, -1, 1.5, 10**400, "", " ", "x", "NaN", "--", "1e999", "\ud800", "US", "VA",
    "ALL", "D", "2024", "2024-01", "2024-01-01T00", [], {}, [[]], {"a": 1}, "0", "٣", "1_0",
    "megawatthours",
]  # fmt: skip

API = answer(sales(["2023", "2024"], ("US", "VA", "ENC")), "annual")
MONTHS = answer(sales(["2024-01", "2024-02"]), "monthly", total=12)
ELEC = b"\n".join([
    category_line("ELEC.SALES.US-COM.A"),
    bulk_line("ELEC.SALES.US-COM.A", [["2024", 1.50], ["2023", "w"], ["2022", None]]),
    bulk_line("ELEC.SALES.VA-ALL.M", [["202401", 1], ["202312", 2e1]]),
])  # fmt: skip
GRID = answer(hours("2024-07-01T01", 12), "hourly")
EBA = bulk_line("EBA.PJM-ALL.D.H", [["20240101T01Z", 1], ["20240101T02Z", 2.5]], "megawatthours")
CSV = b"datetime_utc,respondent,demand_mwh\n2024-01-01T00,PJM,1.0\n2024-01-01T01,PJM,\n"


def paths(node, path=()):
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from paths(child, (*path, key))


def planted(document, path, change):
    """Return the document with ``change`` made to the member at ``path`` of its parent."""
    changed = copy.deepcopy(document)
    node = changed
    for key in path[:-1]:
        node = node[key]
    change(node, path[-1])
    return changed


def turned(chance, document):
    """Return a document with a member replaced, removed, doubled, or two of them swapped."""
    found = list(paths(document))
    path, other = chance.choice(found), chance.choice(found)
    junk = chance.choice(JUNK)

    def replace(node, key):
        node[key] = junk

    def remove(node, key):
        del node[key]

    def retype(node, key):
        node[key] = str(node[key]) if isinstance(node[key], int | float) else [node[key]]

    if chance.random() < 0.2:
        sibling = (*path[:-1], other[-1])
        if sibling in found:
            return planted(document, path, lambda node, key: node.update({key: node[other[-1]]})
                           if isinstance(node, dict) else node.append(node[key]))  # fmt: skip
    return planted(document, path, chance.choice([replace, remove, retype]))


def flipped(chance, sent):
    for _ in range(chance.randint(1, 4)):
        sent[chance.randrange(len(sent))] = chance.randrange(256)


def cut(chance, sent):
    del sent[chance.randrange(1, len(sent)) :]


def thinned(chance, sent):
    start = chance.randrange(1, len(sent))
    del sent[start : start + chance.randint(1, 30)]


def repeated(chance, sent):
    start, place = chance.randrange(len(sent)), chance.randrange(len(sent))
    sent[place:place] = sent[start : start + chance.randint(1, 60)]


def miscounted(chance, sent):
    digits = [place for place, byte in enumerate(sent) if 48 <= byte <= 57]
    if digits:
        sent[chance.choice(digits)] = chance.choice(b'0123456789.eE-+_ "')


def replanted(chance, sent):
    try:
        sent[:] = json.dumps(turned(chance, json.loads(sent))).encode()
    except ValueError:
        sent.reverse()


def mutated(chance, payload):
    """Return a payload damaged in one of six ways."""
    sent = bytearray(payload)
    chance.choice([flipped, cut, thinned, repeated, miscounted, replanted])(chance, sent)
    return bytes(sent)


COLUMNS = {"eia_retail_sales": ("stateid", "sales"), "eia_grid_demand": ("respondent", "value")}


def plain_value(source, sent, row):
    """Return the text of a row's value, found without the reader's help; None: cannot tell."""
    try:
        data = json.loads(sent.decode("utf-8-sig"), parse_int=str, parse_float=str)["response"][
            "data"
        ]
    except (ValueError, KeyError, TypeError):
        return None
    told = data[row.row - 1]
    place, measured = COLUMNS[source]
    assert told[place].lower() in row.series_id
    value = told[measured]
    return "" if value is None else value


def judged(module, sent):
    """Return whether a payload was read; what was read must stand there literally."""
    try:
        reading = module.read(sent, AT)
    except SourceError as refusal:
        words = str(refusal)
        assert words.startswith(f"{module.NAME}: ")
        assert "\n" not in words
        words.encode()
        return False
    text = None if sent[:2] in {b"PK", b"\x1f\x8b"} else sent.decode("utf-8-sig", "replace")
    for row in OBSERVATIONS.check(reading.observations).itertuples():
        assert text is None or row.value_text in text
        plain = plain_value(module.NAME, sent, row) if text is not None else None
        assert plain is None or plain == row.value_text
        missing = row.value_text in {"", "--", "NA", "w", "W"}
        assert row.value != row.value if missing else row.value == float(row.value_text)
    return True


@pytest.mark.parametrize(("module", "payload"), [
    (eia_retail_sales, API),
    (eia_retail_sales, MONTHS),
    (eia_retail_sales, ELEC),
    (eia_retail_sales, packed(("ELEC.txt", ELEC))),
    (eia_grid_demand, GRID),
    (eia_grid_demand, EBA),
    (eia_grid_demand, CSV),
    (eia_grid_demand, gzip.compress(CSV, mtime=0)),
    (eia_grid_demand, packed(("EBA.txt", EBA))),
], ids=["annual", "monthly", "bulk", "zip", "hours", "eba", "csv", "gzip", "eba-zip"])  # fmt: skip
def test_a_mutated_payload_is_read_as_it_stands_or_refused(module, payload):
    chance = random.Random(SEED)
    assert judged(module, payload)
    read = tried = 0

    for _ in boxed(20):
        sent = mutated(chance, payload)
        if chance.random() < 0.2:
            sent = mutated(chance, sent if len(sent) > 1 else payload)
        read += judged(module, sent)
        tried += 1

    assert read < tried


@pytest.mark.parametrize(("module", "question", "payload"), [
    (eia_retail_sales, "annual-us", answer(sales(["2023", "2024"]), "annual")),
    (eia_grid_demand, "pjm-2024q3", GRID),
])  # fmt: skip
def test_a_mutated_answer_is_never_a_bare_exception_to_whoever_completes_or_redacts(
    module, question, payload
):
    chance = random.Random(SEED)

    for _ in boxed():
        sent = mutated(chance, payload)
        uses = [
            lambda sent=sent: module.complete(question, [sent], [payload]),
            lambda sent=sent: module.complete(question, [payload], [sent]),
            lambda sent=sent: module.redacted(sent),
            lambda sent=sent: module.SOURCE.next(module.questions(SITUATION)[0].request, sent),
        ]
        refusal = ""
        try:
            chance.choice(uses)()
        except SourceError as error:
            refusal = str(error)
        assert not refusal or refusal.startswith(f"{module.NAME}: ")


SITUATION = eia_grid_demand.Situation(AT.date(), {}, "")
