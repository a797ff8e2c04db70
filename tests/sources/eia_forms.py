"""Forms of EIA's answers for review and outlooks, written by us, and ways to damage them."""

from __future__ import annotations

import json

KEY = "canary-key-0123456789"


def answer(route, rows, frequency="annual", total=None, **members):
    """Return a page of the API; a member given as None is taken out."""
    body = {
        "response": {
            "total": str(len(rows) if total is None else total),
            "dateFormat": "YYYY",
            "frequency": frequency,
            "data": rows,
            "description": "ours",
        },
        "request": {"command": f"/v2/{route}/data/", "params": {"api_key": KEY}},
        "apiVersion": "2.1.14",
        **members,
    }
    return json.dumps({k: v for k, v in body.items() if v is not None}).encode()


def line(series_id, data, units, **members):
    """Return one line of a bulk file."""
    whole = {"series_id": series_id, "name": "ours", "units": units, "f": series_id[-1]}
    return json.dumps({**whole, "data": data, **members})


def bulk(*lines):
    return ("\n".join(lines) + "\n").encode()


def damaged(chance, sent, tokens):
    """Return a payload damaged in one of five ways."""
    kind, at = chance.randrange(5), chance.randrange(len(sent))
    if kind == 0:
        return sent[:at] + bytes([chance.randrange(256)]) + sent[at + 1 :]
    if kind == 1:
        return sent[:at]
    if kind == 2:
        other = chance.randrange(len(sent))
        return sent[: min(at, other)] + sent[max(at, other) :]
    if kind == 3:
        return sent[:at] + sent[at : at + chance.randrange(1, 80)] + sent[at:]
    old, new = chance.choice(tokens), chance.choice(tokens)
    places = [n for n in range(len(sent)) if sent.startswith(old, n)]
    if not places:
        return sent
    place = chance.choice(places)
    return sent[:place] + new + sent[place + len(old) :]


def in_our_words(refusal, source):
    """Check that a refusal names its source, stands on one line, and can be printed anywhere."""
    words = str(refusal).encode().decode()
    assert words.startswith(f"{source}: ")
    assert "\n" not in words
