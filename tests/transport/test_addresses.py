"""Where a request may go, and what it may carry there."""

from __future__ import annotations

import logging

import pytest

from forecast.contracts.errors import FetchError
from forecast.transport.addresses import route

KEY = "open sesame/42"
KEYED = {"params": (("api_key", KEY), ("length", "2")), "headers": (("X-Api-Key", KEY),)}


def test_a_redirect_at_an_allowed_host_is_followed_without_the_key(
    publisher, sends, asked, transport
):
    publisher.tell(sends(302, b"", Location="/moved?length=2"), sends())
    answer = transport().fetch(asked(**KEYED), base=publisher.base)

    assert answer.status == 200
    assert publisher.seen[0][1]["x-api-key"] == KEY
    path, headers = publisher.seen[1]
    assert (path, "x-api-key" in headers) == ("/moved?length=2", False)


def test_authorization_does_not_follow_a_redirect(publisher, sends, asked, transport):
    publisher.tell(sends(307, b"", Location="/moved"), sends())
    transport().fetch(asked(headers=(("Authorization", "Bearer x"),)), base=publisher.base)

    assert "authorization" in publisher.seen[0][1]
    assert "authorization" not in publisher.seen[1][1]


def test_a_redirect_to_another_host_is_refused(publisher, stranger, sends, asked, transport):
    elsewhere = stranger.base.replace("127.0.0.1", "localhost")
    publisher.tell(sends(301, b"", Location=f"{elsewhere}/x"))
    stranger.tell(sends())

    with pytest.raises(
        FetchError, match=r"redirects to http://localhost:\d+/x\. Expected https at"
    ):
        transport().fetch(asked(), base=publisher.base)
    assert stranger.seen == []


@pytest.mark.parametrize("location", [
    "/moved?api_key=open%20sesame%2F42",
    "/moved?api_key=another",
    "/moved/open+sesame%2F42",
    "https://ws.cso.ie/x?k=open+sesame/42",
])  # fmt: skip
def test_a_redirect_that_carries_a_key_is_refused_and_not_shown(
    location, publisher, sends, asked, transport
):
    publisher.tell(sends(302, b"", Location=location))

    with pytest.raises(FetchError, match="with a key in the address") as refusal:
        transport().fetch(asked(**KEYED), base=publisher.base)
    assert "sesame" not in str(refusal.value)
    assert len(publisher.seen) == 1


@pytest.mark.parametrize("location", ["http://[", "ftp://127.0.0.1/x", "http://ws.cso.ie/x"])
def test_a_redirect_off_the_web_or_off_https_is_refused(
    location, publisher, sends, asked, transport
):
    publisher.tell(sends(302, b"", Location=location))

    with pytest.raises(FetchError, match="cso_ireland: "):
        transport(attempts=1).fetch(asked(), base=publisher.base)


def test_a_circle_of_redirects_ends(publisher, sends, asked, transport):
    publisher.tell(sends(302, b"", Location="/public/MEC02"))

    with pytest.raises(FetchError, match="redirects more than 5 times"):
        transport().fetch(asked(), base=publisher.base)
    assert len(publisher.seen) == 6


@pytest.mark.parametrize(("url", "base"), [
    ("http://ws.cso.ie/x", None),
    ("https://elsewhere.org/x", None),
    ("ftp://ws.cso.ie/x", None),
    ("http://127.0.0.1/x", None),
    ("https://ws.cso.ie/x", "http://192.0.2.7:8000"),
    ("https://ws.cso.ie/x", "nowhere"),
    ("https://ws.cso.ie/x", "http://127.0.0.1:port"),
])  # fmt: skip
def test_a_request_goes_by_https_to_its_hosts_or_nowhere(url, base, asked):
    with pytest.raises(FetchError, match=r"cso_ireland: .*Expected https"):
        route(asked(url=url), base)


@pytest.mark.parametrize("base", ["http://localhost:1", "http://[::1]:1", "https://mirror.org"])
def test_a_base_stands_in_for_the_publisher(base, asked):
    assert str(route(asked(), base).url) == f"{base}/public/MEC02"


def test_a_public_server_cannot_send_us_to_this_machine(asked):
    way = route(asked(hosts=("ws.cso.ie", "127.0.0.1")), None)

    with pytest.raises(FetchError, match=r"redirects to http://127.0.0.1/"):
        way.redirected(way.url, "http://127.0.0.1/admin")


@pytest.mark.parametrize("echo", [
    b'{"request": {"params": {"api_key": "open sesame/42"}}}',
    b"see https://x.org/?api_key=open+sesame%2F42&a=1",
])  # fmt: skip
def test_a_key_echoed_in_a_refusal_is_not_shown(echo, publisher, sends, asked, transport):
    publisher.tell(sends(403, echo))

    with pytest.raises(FetchError, match=r"\*\*\*") as refusal:
        transport().fetch(asked(**KEYED), base=publisher.base)
    assert "sesame" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def test_no_key_stands_in_any_log_or_detail(publisher, sends, asked, transport, caplog):
    caplog.set_level(logging.DEBUG)
    publisher.tell(sends(500, X_Echo="api_key=open"), sends())
    answer = transport().fetch(asked(**KEYED), base=publisher.base)

    assert "HTTP Request: GET" in caplog.text
    assert "sesame" not in caplog.text
    assert "api_key=***" in answer.url


@pytest.mark.parametrize("key", ["open\N{EN DASH}sesame", "open\r\nsesame"])
def test_a_key_that_cannot_be_sent_is_named_without_being_shown(key, publisher, asked, transport):
    with pytest.raises(FetchError, match="header or the address cannot be sent") as refusal:
        transport().fetch(asked(headers=(("X-Api-Key", key),)), base=publisher.base)
    assert "sesame" not in str(refusal.value)


def test_a_stand_in_on_this_machine_is_asked_without_a_proxy(
    publisher, sends, asked, transport, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    publisher.tell(sends())

    assert transport().fetch(asked(), base=publisher.base).status == 200


def test_the_publisher_is_asked_through_the_proxy_of_the_environment(asked, transport, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")

    with pytest.raises(FetchError, match=r"ws.cso.ie/public/MEC02 .*Connect"):
        transport(attempts=1).fetch(asked())


def test_a_proxy_that_is_none_is_named(asked, transport, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "gopher://nowhere")

    with pytest.raises(FetchError, match=r"no client could be made .*Mend HTTPS_PROXY"):
        transport().fetch(asked())
