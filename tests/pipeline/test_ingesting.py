"""Publishers on loopback: what is new is kept, what is wrong is refused, nothing is lost."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.sources.conftest import build_cube

from forecast.contracts.errors import SettingsError
from forecast.pipeline.ingesting import ingest
from forecast.storage.raw import held
from forecast.transport import Patience, Transport

AT_ONCE = Patience(connect_s=1, read_s=2, total_s=5, attempts=1, pace_s=0)
NOW = datetime(2026, 8, 1, 6, tzinfo=UTC)
QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
CUBE = json.dumps(build_cube(QUARTERS)).encode()
LATER = json.dumps({**build_cube(QUARTERS), "updated": "2026-09-01T11:00:00.000Z"}).encode()


def ask(source, home, now=NOW):
    return ingest((source,), home, now=now, transport=Transport("test", patience=AT_ONCE))


@pytest.fixture
def publisher(monkeypatch):
    """A server that answers with the bytes it was last given, and honours ETags."""
    state = {"body": CUBE, "type": "application/json", "asked": []}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            tag = f'"{hash(state["body"])}"'
            unchanged = self.headers.get("If-None-Match") == tag
            state["asked"].append(304 if unchanged else 200)
            self.send_response(state["asked"][-1])
            self.send_header("ETag", tag)
            self.send_header("Content-Type", state["type"])
            self.send_header("Content-Length", "0" if unchanged else str(len(state["body"])))
            self.end_headers()
            if not unchanged:
                self.wfile.write(state["body"])

        def log_message(self, *_):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setitem(os.environ, "FORECAST_BASE_URL_CSO_IRELAND", address)
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_new_is_kept_and_the_same_again_is_not(own_home, publisher):
    first = ask("cso_ireland", own_home, NOW)
    second = ask("cso_ireland", own_home, NOW + timedelta(days=1))

    assert [one.verdict for one in (*first, *second)] == ["kept", "unchanged"]
    assert first[0].rows == 12
    assert publisher["asked"] == [200, 304]
    assert len(held(own_home.raw, "cso_ireland")) == 1


def test_a_new_edition_is_a_second_vintage(own_home, publisher):
    ask("cso_ireland", own_home, NOW)
    publisher["body"] = LATER

    ask("cso_ireland", own_home, NOW + timedelta(days=60))

    assert len(held(own_home.raw, "cso_ireland")) == 2


def test_no_personal_data_is_kept(own_home, publisher):
    ask("cso_ireland", own_home, NOW)

    assert b"a.person@example.org" not in held(own_home.raw, "cso_ireland")[0].payload


@pytest.mark.parametrize(
    ("body", "media", "told"),
    [
        (CUBE[: len(CUBE) // 2], "application/json", "cso_ireland"),
        (b"<html>maintenance</html>", "application/json", "a notice of maintenance"),
        (b"", "application/json", "empty"),
        (b"<html>maintenance</html>", "text/html", "text/html"),
        (json.dumps(build_cube(QUARTERS[:2])).encode(), "application/json", "2025Q"),
    ],
    ids=["truncated", "html", "empty", "html named so", "shorter than before"],
)
def test_a_wrong_answer_is_refused_and_the_last_vintage_stays(
    own_home, publisher, body, media, told
):
    ask("cso_ireland", own_home, NOW)
    publisher.update(body=body, type=media)

    refused = ask("cso_ireland", own_home, NOW + timedelta(days=1))[0]

    assert refused.verdict == "refused"
    assert told in refused.reason
    assert "The vintage of 2026-08-01 stays." in refused.reason
    assert [one.payload for one in held(own_home.raw, "cso_ireland")] != []


def test_an_unknown_source_is_refused_with_those_there_are(own_home):
    with pytest.raises(SettingsError, match=r"source iea is unknown. Known: cso_ireland"):
        ask("iea", own_home, NOW)


def test_a_publisher_that_is_away_is_a_refusal_not_a_failure(own_home, monkeypatch):
    monkeypatch.setenv("FORECAST_BASE_URL_CSO_IRELAND", "http://127.0.0.1:9")

    refused = ask("cso_ireland", own_home, NOW)[0]

    assert refused.verdict == "refused"
    assert "cso_ireland" in refused.reason
