"""When we ask again, how long we wait, and when we leave a publisher in peace."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from forecast.contracts.errors import FetchError
from forecast.transport import Clock, Patience, Transport
from forecast.transport.pace import Pace
from forecast.transport.patience import wait_asked

NOON = "Tue, 07 Jul 2026 12:00:00 GMT"


def test_a_failure_that_passes_is_asked_again(publisher, sends, asked, transport, naps):
    publisher.tell(sends(500, b"Something unexpected happened."), sends(503), sends())

    assert transport().fetch(asked(), base=publisher.base).status == 200
    assert naps == [1.0, 2.0]


def test_too_many_requests_without_a_time_backs_off(publisher, sends, asked, transport, naps):
    publisher.tell(sends(429), sends())

    assert transport().fetch(asked(), base=publisher.base).status == 200
    assert naps == [1.0]


def test_a_wait_in_seconds_is_kept(publisher, sends, asked, transport, naps):
    publisher.tell(sends(429, Retry_After="7"), sends())
    transport().fetch(asked(), base=publisher.base)

    assert naps == [7.0]


def test_a_wait_until_a_date_is_counted_on_the_publishers_clock(
    publisher, says, sends, asked, transport, naps
):
    until = "Tue, 07 Jul 2026 12:00:09 GMT"
    busy = f"HTTP/1.1 503 Busy\r\nDate: {NOON}\r\nRetry-After: {until}\r\n\r\n"
    publisher.tell(says(busy.encode()), sends())
    transport().fetch(asked(), base=publisher.base)

    assert naps == [9.0]


def test_a_wait_longer_than_ours_ends_the_fetch(publisher, sends, asked, transport, naps):
    publisher.tell(sends(429, Retry_After="3600"))

    with pytest.raises(FetchError, match=r"asks us to wait 3,600 s\. Expected at most 120 s\. Run"):
        transport().fetch(asked(), base=publisher.base)
    assert (naps, len(publisher.seen)) == ([], 1)


def test_no_wait_leads_past_the_total_time(publisher, sends, asked, transport, naps):
    publisher.tell(sends(429, Retry_After="20"))

    with pytest.raises(FetchError, match=r"no time left for another.* within 10 s"):
        transport(total_s=10).fetch(asked(), base=publisher.base)
    assert naps == []


def test_a_failure_that_stays_is_quoted_after_the_last_attempt(publisher, sends, asked, transport):
    publisher.tell(sends(500, b"Something unexpected happened."))

    with pytest.raises(FetchError, match=r"answered 500 .*unexpected.*last of 4 attempts"):
        transport().fetch(asked(), base=publisher.base)
    assert len(publisher.seen) == 4


@pytest.mark.parametrize(("headers", "wait_s"), [
    ({}, None),
    ({"retry-after": "soon"}, None),
    ({"retry-after": "-3"}, None),
    ({"retry-after": "9" * 400}, 10_000_000.0),
    ({"retry-after": NOON}, None),
    ({"retry-after": NOON, "date": NOON}, 0.0),
    ({"retry-after": NOON, "date": "Tue, 07 Jul 2026 12:30:00 GMT"}, 0.0),
    ({"retry-after": NOON, "date": "Tue, 07 Jul 2026 11:30:00 -0000"}, 1800.0),
])  # fmt: skip
def test_a_wait_is_read_in_either_form_or_not_at_all(headers, wait_s):
    assert wait_asked(headers) == wait_s


def test_back_off_doubles_and_jitters_below_its_ceiling():
    patience = Patience(back_off_s=1.0, longest_wait_s=5.0)

    assert [patience.back_off(n, chance=1.0) for n in (1, 2, 3, 4)] == [1, 2, 4, 5]
    assert patience.back_off(3, chance=0.0) == 2.0


def test_one_host_is_asked_in_turns_and_another_at_once():
    now, naps = [100.0], []
    pace = Pace(0.5, Clock(monotonic=lambda: now[0], sleep=naps.append))

    for host in ("ws.cso.ie", "ws.cso.ie", "api.eia.gov", "ws.cso.ie"):
        pace.wait(host)
    assert naps == [0.5, 1.0]


def test_a_publisher_may_ask_for_a_slower_pace():
    now, naps = [100.0], []
    pace = Pace(0.5, Clock(monotonic=lambda: now[0], sleep=naps.append))

    pace.wait("slow.org", 60.0)
    pace.wait("slow.org", 60.0)
    pace.wait("other.org")

    assert naps == [60.0]


def test_threads_share_the_pace_of_a_host(publisher, sends, asked):
    publisher.tell(sends())
    transport = Transport("ops@example.org", patience=Patience(pace_s=0.1))
    began = time.monotonic()
    threads = [
        Thread(target=transport.fetch, args=(asked(),), kwargs={"base": publisher.base})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(publisher.seen) == 4
    assert time.monotonic() - began >= 0.3
