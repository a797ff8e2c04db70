"""Faults that any publisher may commit: of the wire, of the form, of the content.

A fault is a function of what was asked and of the honest reply; it returns the reply to send.
"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from tests.replay.messages import CSV, JSON, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.replay.messages import Asked

    Fault = Callable[[Asked, Reply], Reply]
    Table = list[list[str]]

PAGE = b"<!DOCTYPE html>\n<html><body>We are down for maintenance.</body></html>"


def on_body(change: Callable[[bytes], bytes]) -> Fault:
    """Return a fault that changes the bytes of every good answer."""
    return lambda _, reply: reply if reply.status != 200 else reply.but(body=change(reply.body))


def on_wire(way: str) -> Fault:
    return lambda _, reply: reply.but(wire=way)


def instead(body: bytes, media_type: str = "", status: int = 200, **headers: str) -> Fault:
    """Return a fault that sends something else, named as the honest answer is if not told."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _, reply: Reply(body, media_type or reply.media_type, status, named)


def once(fault: Fault) -> Fault:
    """Return a fault that is over after the first request."""
    return lambda asked, reply: fault(asked, reply) if asked.number == 1 else reply


def on_json(change: Callable[[dict[str, object]], object]) -> Fault:
    """Return a fault that changes a document in the publisher's own form."""

    def changed(_: Asked, reply: Reply) -> Reply:
        if reply.status != 200 or reply.media_type != JSON:
            return reply
        document = json.loads(reply.body)
        other = change(document)
        return reply.but(body=json.dumps(document if other is None else other).encode(), headers={})

    return changed


def on_table(change: Callable[[Table], Table]) -> Fault:
    """Return a fault that changes a table, its header being the first row."""

    def changed(_: Asked, reply: Reply) -> Reply:
        if reply.status != 200 or reply.media_type != CSV:
            return reply
        rows = list(csv.reader(io.StringIO(reply.body.decode())))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(change(rows))
        end = "\n" if reply.body.endswith(b"\n") else ""
        return reply.but(body=(text.getvalue().rstrip("\n") + end).encode(), headers={})

    return changed


def cut_in_a_line(body: bytes) -> bytes:
    """Return a body that ends in the middle of a line, some way before the end."""
    at = len(body) * 3 // 4
    return body[: at - 1] if body[at - 1 : at] == b"\n" else body[:at]


def cut_in_the_last_line(body: bytes) -> bytes:
    """Return a body whose last line has lost its second half."""
    last = body.rstrip(b"\n").rpartition(b"\n")[2]
    return body[: len(body.rstrip(b"\n")) - len(last) // 2]


def redirected(asked: Asked, reply: Reply) -> Reply:
    """Send the asker to a stranger, in plain text and with everything it said."""
    where = f"https://stranger.example{asked.path}"
    return Reply(b"", "text/plain", 302, {"Location": where})


def redirected_with_key(asked: Asked, reply: Reply) -> Reply:
    """Send the asker on, to where it was, with the key it gave in the address."""
    key = asked.one("api_key", "none")
    return Reply(b"", "text/plain", 307, {"Location": f"/{asked.source}/else?api_key={key}"})


def says_the_key(status: int) -> Fault:
    """Return a fault that refuses, quoting the key and every header."""

    def refuse(asked: Asked, _: Reply) -> Reply:
        said = {"error": {"code": "API_KEY_INVALID", "message": f"bad {asked.one('api_key')}"}}
        body = json.dumps({**said, "query": asked.query, "headers": asked.headers})
        return Reply(body.encode(), JSON, status)

    return refuse


def other_answer(asked: Asked, reply: Reply) -> Reply:
    """Send what belongs to another publisher altogether, well formed."""
    if reply.media_type == CSV:
        return reply.but(body=b"when,what\n2024-01-01,17\n2024-01-02,18\n", headers={})
    return reply.but(body=json.dumps({"value": [1, 2, 3], "odata.nextLink": None}).encode())


WIRE: dict[str, Fault] = {
    "declared length is longer than the body": on_wire("short"),
    "connection reset in mid-body": on_wire("reset"),
    "never answers": on_wire("silent"),
    "one byte now and then": on_wire("drip"),
    "redirect to another host": redirected,
    "redirect with the key in the address": redirected_with_key,
    "redirects in a circle": lambda asked, _: Reply(
        b"", "text/plain", 302, {"Location": f"/{asked.source}{asked.path}"}
    ),
    "gzip bomb": lambda _, reply: reply.but(body=b"0" * 3_000_000, wire="gzip"),
    "gzip cut short": lambda _, reply: reply.but(
        body=b"\x1f\x8b\x08" + reply.body[:40], headers={"Content-Encoding": "gzip"}
    ),
    "body without end": lambda _, reply: reply.but(body=reply.body + b" " * 1_500_000),
    "429 without Retry-After": instead(b"slow down", "text/plain", 429),
    "429 that asks for an hour": instead(b"slow down", "text/plain", 429, Retry_After="3600"),
    "500 for ever": instead(b"Something unexpected happened.", "text/plain", 500),
    "500, then an answer": once(instead(b"Something unexpected happened.", "text/plain", 500)),
    "reset, then an answer": once(on_wire("reset")),
    "403, quoting what was sent": says_the_key(403),
    "403 as a web page": instead(PAGE, "text/html", 403),
    "404 as a web page": instead(PAGE, "text/html", 404),
    "304 to one who did not ask so": lambda *_: Reply(b"", "", 304),
}
"""Faults of the way an answer takes."""

FORM: dict[str, Fault] = {
    "maintenance page with 200, named as data": instead(PAGE),
    "maintenance page with 200, named as such": instead(PAGE, "text/html"),
    "maintenance in plain words with 200": instead(b"Service unavailable, try later.\n"),
    "empty body": instead(b""),
    "white space only": instead(b" \n\n "),
    "cut at half": on_body(lambda body: body[: len(body) // 2]),
    "cut at three quarters, in mid-line": on_body(cut_in_a_line),
    "cut in the last line": on_body(cut_in_the_last_line),
    "cut by two bytes": on_body(lambda body: body.rstrip(b"\n")[:-2]),
    "cut after the first line or character": on_body(
        lambda body: body[: body.find(b"\n") + 1 or 1]
    ),
    "byte order mark": on_body(lambda body: b"\xef\xbb\xbf" + body),
    "CRLF": on_body(lambda body: body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")),
    "UTF-16": on_body(lambda body: body.decode().encode("utf-16")),
    "bytes that are no text": on_body(lambda body: body[:50] + b"\xff\xfe\x80" + body[50:]),
    "words after the end": on_body(lambda body: body + b"\n<!-- served by node 7 -->\n"),
    "the answer twice": on_body(lambda body: body + body),
    "an answer from somewhere else": other_answer,
    "JSON null": instead(b"null"),
    "an empty list": instead(b"[]"),
    "a list nested without end": instead(b"[" * 100_000),
    "an error inside 200": instead(b'{"error":"Invalid frequency","code":400}'),
}
"""Faults of the bytes."""
