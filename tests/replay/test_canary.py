"""A key that sings: after every way of quoting it back, it stands nowhere but in the request."""

from __future__ import annotations

import base64
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from tests.replay.faults import PAGE, WIRE, says_the_key
from tests.replay.messages import JSON, Reply
from tests.replay.scene import CALM, DAY, KEY, NOW, PATIENCE

from forecast.cli.main import answer
from forecast.transport import Transport

EIA = ("eia_retail_sales", "eia_grid_demand", "eia_monthly_review", "eia_outlooks")
SPELT = {
    "plain": KEY,
    "in an address": quote(KEY, safe=""),
    "in a form": quote_plus(KEY),
    "partly quoted": quote(KEY),
    "in JSON": json.dumps(KEY)[1:-1].replace("/", "\\/"),
    "base64": base64.b64encode(KEY.encode()).decode().rstrip("="),
    "its heart": KEY[:12],
}
"""Every way the key might be written."""


def quoting(status, media_type, body):
    """A reply that says the key in the body, where ``KEY`` stands."""
    return lambda asked, _: Reply(
        body.replace(b"KEY", asked.one("api_key").encode()), media_type, status
    )


def in_a_member(asked, reply):
    """The honest answer, the key in one more place of it."""
    document = json.loads(reply.body)
    document["response"]["description"] = f"asked for with api_key={asked.one('api_key')}"
    document["warnings"] = [{"warning": asked.one("api_key"), "description": "x"}]
    return reply.but(body=json.dumps(document).encode())


def in_headers(asked, reply):
    return reply.but(headers={"X-Echo": asked.one("api_key"), "Set-Cookie": f"k={KEY}"})


def in_etag(asked, reply):
    return reply.but(headers={"ETag": f'"{asked.one("api_key")}"'})


def in_media_type(asked, reply):
    return reply.but(media_type=f"text/html; key={asked.one('api_key')}", body=PAGE)


ECHOES = {
    "honest": lambda _, reply: reply,
    "in another member": in_a_member,
    "in headers": in_headers,
    "in the ETag": in_etag,
    "in the media type": in_media_type,
    "403": says_the_key(403),
    "500": says_the_key(500),
    "429": says_the_key(429),
    "200 with an error": says_the_key(200),
    "a page": quoting(200, JSON, b"<html>your key KEY is no good</html>"),
    "broken JSON": quoting(200, JSON, b'{"response": {"total": "1", "api_key": "KEY", '),
    "a bad total": quoting(200, JSON, b'{"response": {"total": "KEY", "data": []}}'),
    "a bad period": quoting(
        200, JSON, b'{"response": {"total": "1", "data": [{"period": "KEY", "value": "KEY"}]}}'
    ),
    "a name of a member": quoting(200, JSON, b'{"KEY": {"KEY": "KEY"}}'),
    "a redirect": WIRE["redirect with the key in the address"],
    "a redirect elsewhere": lambda asked, _: Reply(
        b"", JSON, 302, {"Location": f"https://x.example/?k={asked.one('api_key')}"}
    ),
    "a reset": WIRE["connection reset in mid-body"],
}


def found_in(text):
    return [how for how, spelling in SPELT.items() if spelling in text]


def found_below(folder):
    """Where the key stands in any file, by its name or its bytes."""
    places = []
    for path in folder.rglob("*"):
        content = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        places += [(path.name, how) for how in found_in(f"{path}\n{content}")]
    return places


@pytest.fixture
def watched(scene, caplog, capfd):
    """A scene, and what the house has said: logs at their most talkative, and both streams."""
    caplog.set_level(logging.DEBUG)

    def said():
        streams = capfd.readouterr()
        return "\n".join([caplog.text, streams.out, streams.err])

    return scene, said


@pytest.mark.parametrize("echo", ECHOES)
def test_a_key_quoted_back_is_nowhere(echo, watched):
    scene, said = watched
    scene.world.faults.update(dict.fromkeys(EIA, ECHOES[echo]))

    outcomes = scene.ingest("eia_retail_sales", "eia_outlooks", patience=CALM)

    sent = [asked for asked, _ in scene.world.seen]
    assert any(asked.one("api_key") == KEY for asked in sent), "it was never sent"
    assert found_in(repr(outcomes)) == []
    assert found_below(scene.place.home) == []
    assert found_in(said()) == []


def test_a_key_from_a_file_is_nowhere_else(watched, tmp_path, monkeypatch):
    scene, said = watched
    secret = tmp_path.parent / f"{tmp_path.name}-key.txt"
    secret.write_text(f"{KEY}\n", encoding="utf-8")
    monkeypatch.delenv("EIA_API_KEY")
    monkeypatch.setenv("EIA_API_KEY_FILE", str(secret))

    outcomes = scene.ingest(*EIA)

    assert {one.verdict for one in outcomes} == {"kept"}
    assert found_in(repr(outcomes)) == []
    assert found_below(scene.place.home) == []
    assert found_in(said()) == []


@pytest.mark.parametrize("echo", ["honest", "403", "a bad total", "a redirect"])
def test_the_command_line_does_not_say_it_in_words_or_json(echo, watched, monkeypatch):
    scene, said = watched
    impatient = Transport("ops@example.org", patience=PATIENCE)
    monkeypatch.setattr("forecast.pipeline.ingesting._polite", lambda: impatient)
    scene.world.faults.update(dict.fromkeys(EIA, ECHOES[echo]))

    for more in ([], ["--json"]):
        answer(["ingest", "eia_monthly_review", "--home", str(scene.place.home), *more])

    assert found_below(scene.place.home) == []
    told = said()
    assert "eia_monthly_review" in told
    assert found_in(told) == []


def test_a_key_held_is_not_sent_again_in_what_was_kept(watched):
    scene, _ = watched
    scene.ingest(*EIA)
    scene.world.seen.clear()

    scene.ingest(*EIA, now=NOW + DAY)

    headers = [asked.headers for asked, _ in scene.world.seen]
    assert not any(KEY in str(value) for names in headers for value in names.values())
