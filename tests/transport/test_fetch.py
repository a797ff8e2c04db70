"""Answers that are whole, and the ways in which one may fail to be."""

from __future__ import annotations

import gzip
import io
import time

import pytest

from forecast.contracts.errors import FetchError


def test_a_whole_answer_comes_back_with_its_details(publisher, sends, asked, transport):
    publisher.tell(sends(ETag='"v1"', Last_Modified="Tue, 07 Jul 2026 11:00:00 GMT"))

    answer = transport().fetch(asked(), base=publisher.base)
    assert (answer.status, answer.body, answer.not_modified) == (200, b'{"a": 1}', False)
    assert answer.details["etag"] == '"v1"'
    assert answer.details["last_modified"].startswith("Tue, 07 Jul")
    assert answer.details["url"] == f"{publisher.base}/public/MEC02"


def test_we_say_who_asks_and_for_what(publisher, sends, asked, transport):
    publisher.tell(sends())
    transport().fetch(
        asked(params=(("f[]", "US"), ("f[]", "IE"))), base=f"{publisher.base}/mirror/"
    )

    path, headers = publisher.seen[0]
    assert path == "/mirror/public/MEC02?f%5B%5D=US&f%5B%5D=IE"
    assert "ops@example.org" in headers["user-agent"]
    assert (headers["accept"], headers["accept-encoding"]) == ("application/json", "gzip")


def test_what_we_hold_is_not_sent_again(publisher, sends, asked, transport):
    publisher.tell(
        sends(ETag='"v1"', Last_Modified="Tue, 07 Jul 2026 11:00:00 GMT"), sends(304, b"")
    )
    held = transport().fetch(asked(), base=publisher.base).details

    answer = transport().fetch(asked(), base=publisher.base, held=held)
    assert (answer.status, answer.not_modified, answer.body) == (304, True, b"")
    headers = publisher.seen[1][1]
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Tue, 07 Jul 2026 11:00:00 GMT"


def test_not_modified_without_a_condition_is_a_fault(publisher, sends, asked, transport):
    publisher.tell(sends(304, b""))

    with pytest.raises(FetchError, match=r"answered 304 .*Expected 200 with data"):
        transport().fetch(asked(), base=publisher.base)


def test_a_packed_body_is_unpacked(publisher, sends, asked, transport):
    body = bytes(range(256)) * 300
    publisher.tell(sends(body=gzip.compress(body), Content_Encoding="gzip"))

    assert transport().fetch(asked(), base=publisher.base).body == body


def test_a_body_may_go_into_a_file(publisher, sends, says, asked, transport):
    short = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n0123456789"
    )
    publisher.tell(says(short), sends())
    into = io.BytesIO(b"kept")
    into.seek(4)

    answer = transport().fetch(asked(), base=publisher.base, into=into)
    assert (into.getvalue(), answer.body, answer.size) == (b'kept{"a": 1}', b"", 8)


def test_progress_is_told_of_bytes_and_of_the_whole(publisher, sends, asked, transport):
    told = []
    publisher.tell(sends(body=b"1" * 90_000))
    transport().fetch(asked(), base=publisher.base, progress=lambda *so_far: told.append(so_far))

    assert told[-1] == (90_000, 90_000)


def test_bytes_that_stop_short_are_asked_for_again(publisher, sends, says, asked, transport):
    short = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    publisher.tell(says(short), sends())

    assert transport().fetch(asked(), base=publisher.base).body == b'{"a": 1}'
    assert len(publisher.seen) == 2


@pytest.mark.parametrize("raw", [
    b"Content-Length: 99\r\n\r\n{",
    b"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n",
    b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"0123456789", mtime=0)[:-4],
    b"Content-Encoding: gzip\r\n\r\nnot gzip",
    b"Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
])  # fmt: skip
def test_a_body_that_always_stops_short_is_an_error(raw, publisher, says, asked, transport):
    publisher.tell(says(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + raw))

    with pytest.raises(FetchError, match=r"cso_ireland: .*, the last of 3 attempts\. Expected"):
        transport(attempts=3).fetch(asked(), base=publisher.base)
    assert len(publisher.seen) == 3


def test_a_reset_in_mid_body_is_asked_again_and_then_an_error(publisher, says, asked, transport):
    half = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
    publisher.tell(says(half, reset=True))

    with pytest.raises(FetchError, match=r"gave no whole answer .*last of 2 attempts"):
        transport(attempts=2).fetch(asked(), base=publisher.base)


def test_a_closed_door_is_an_error_that_names_the_address(asked, transport):
    with pytest.raises(FetchError, match=r"http://127.0.0.1:9/public/MEC02 .*ConnectError"):
        transport(attempts=2).fetch(asked(), base="http://127.0.0.1:9")


def drip(handler, head: bytes) -> None:
    """Send a byte now and then, for longer than anyone should wait."""
    handler.wfile.write(head)
    for _ in range(60):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize("head", [
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nX-Slow: ",
])  # fmt: skip
def test_a_slow_drip_is_cut_off_at_the_total_time(head, publisher, asked, transport):
    publisher.tell(lambda handler: drip(handler, head))
    began = time.monotonic()

    with pytest.raises(FetchError, match=r"too slow: we hung up\. Expected .* within 0.4 s"):
        transport(total_s=0.4).fetch(asked(), base=publisher.base)
    assert time.monotonic() - began < 1.5
    assert len(publisher.seen) == 1


def test_silence_is_cut_off_at_the_read_time(publisher, asked, transport):
    publisher.tell(lambda _: time.sleep(0.6))

    with pytest.raises(FetchError, match="ReadTimeout"):
        transport(read_s=0.1, attempts=1).fetch(asked(), base=publisher.base)


def test_a_gzip_bomb_is_noticed_before_it_fills_the_memory(publisher, sends, asked, transport):
    bomb = gzip.compress(bytes(200_000_000), compresslevel=1)
    publisher.tell(sends(body=bomb, Content_Encoding="gzip"))
    into = io.BytesIO()

    with pytest.raises(FetchError, match="longer than 1,000,000 bytes when unpacked"):
        transport().fetch(asked(max_bytes=1_000_000), base=publisher.base, into=into)
    assert len(into.getvalue()) <= 1_000_000
    assert len(publisher.seen) == 1


def test_a_length_beyond_the_limit_is_refused_unread(publisher, sends, asked, transport):
    publisher.tell(sends(body=b"1" * 101))

    with pytest.raises(FetchError, match=r"declares 101 bytes. Expected at most 100 bytes"):
        transport().fetch(asked(max_bytes=100), base=publisher.base)


def test_an_undeclared_length_beyond_the_limit_is_refused(publisher, says, asked, transport):
    publisher.tell(says(b"HTTP/1.1 200 OK\r\n\r\n" + b"1" * 101))

    with pytest.raises(FetchError, match="is longer than 100 bytes"):
        transport().fetch(asked(max_bytes=100), base=publisher.base)


@pytest.mark.parametrize(("body", "kind"), [
    (b"<html>Maintenance</html>", "text/html; charset=utf-8"),
    (b"\xef\xbb\xbf\r\n <!DOCTYPE HTML><p>Maintenance", "application/json"),
    (b"{}", "application/xml"),
])  # fmt: skip
def test_a_page_in_place_of_data_is_refused_at_once(body, kind, publisher, sends, asked, transport):
    publisher.tell(sends(body=body, Content_Type=kind))

    with pytest.raises(FetchError, match=r"answered 200 but .*browser"):
        transport().fetch(asked(), base=publisher.base)
    assert len(publisher.seen) == 1


def test_an_unknown_packing_is_refused(publisher, sends, asked, transport):
    publisher.tell(sends(Content_Encoding="br"))

    with pytest.raises(FetchError, match="is packed as 'br'"):
        transport().fetch(asked(), base=publisher.base)


def test_bytes_after_the_gzip_end_are_refused(publisher, sends, asked, transport):
    publisher.tell(sends(body=gzip.compress(b"{}") + b"more", Content_Encoding="gzip"))

    with pytest.raises(FetchError, match="bytes after the end of its gzip stream"):
        transport().fetch(asked(), base=publisher.base)


@pytest.mark.parametrize(("status", "remedy"), [
    (403, "Supply a valid key"),
    (404, "has moved"),
    (400, "Compare the request"),
    (204, "Compare the request"),
])  # fmt: skip
def test_a_refusal_is_quoted_with_a_remedy(status, remedy, publisher, sends, asked, transport):
    body = b"" if status == 204 else b'{"error":\n {"code": "NO"}}'
    publisher.tell(sends(status, body))

    with pytest.raises(FetchError, match=rf"answered {status} .*Expected 200 .*{remedy}"):
        transport().fetch(asked(), base=publisher.base)
    assert len(publisher.seen) == 1
