"""The fetch itself: ask, wait, ask again, and come back with whole bytes or an error that helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import httpx2

from forecast.transport.addresses import REDIRECTS, route
from forecast.transport.body import Sink
from forecast.transport.deadline import Deadline
from forecast.transport.exchange import Exchange, PassingError, without_keys
from forecast.transport.masks import mask_logs
from forecast.transport.pace import Pace
from forecast.transport.patience import Clock, Patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.contracts.errors import FetchError
    from forecast.transport.messages import Answer, Progress, Request

_MOST_REDIRECTS: Final = 5
_LATER: Final = "Run it again later; if it stays so, look at the publisher's page for outages."


@dataclass(frozen=True)
class _Attempt:
    """One try of an exchange: the client to use, and the instant to stop at."""

    exchange: Exchange
    client: httpx2.Client
    stop_at: float


class Transport:
    """Fetches politely. One serves a whole process: its threads share each host's pace."""

    def __init__(
        self, contact: str, *, patience: Patience | None = None, clock: Clock | None = None
    ) -> None:
        """Say who asks.

        Args:
            contact: A mail address or page by which a publisher reaches the operator.
            patience: Time limits and retries.
            clock: Monotonic time, sleep and chance.
        """
        self._agent = f"energy-demand-forecast/1 (+{contact})"
        self._patience = patience or Patience()
        self._clock = clock or Clock()
        self._pace = Pace(self._patience.pace_s, self._clock)
        mask_logs()

    def fetch(
        self,
        request: Request,
        *,
        base: str | None = None,
        held: Mapping[str, str] | None = None,
        into: BinaryIO | None = None,
        progress: Progress | None = None,
    ) -> Answer:
        """Return the whole answer to ``request``.

        Args:
            request: What a source asks for.
            base: Address of a server that stands in for the publisher, ``http://127.0.0.1:8000``.
            held: `Answer.details` of the payload we hold: what did not change is not sent again.
            into: An open binary file for the body; without it the body is in the answer. After an
                error its content means nothing.
            progress: Told how many bytes came.

        Raises:
            FetchError: No answer, a refusal, or not what was asked for.
        """
        exchange = Exchange(request, route(request, base), held or {}, Sink(into), progress)
        mask_logs(exchange.route.secrets)
        stop_at = self._clock.monotonic() + self._patience.total_s
        with self._client(exchange) as client:
            attempt = _Attempt(exchange, client, stop_at)
            number = 0
            while True:
                number += 1
                try:
                    return self._ask(attempt)
                except PassingError as passing:
                    wait_s = self._wait(attempt, number, passing)
                self._clock.sleep(wait_s)

    def _client(self, exchange: Exchange) -> httpx2.Client:
        """Return a client without memory; a stand-in on this machine needs no proxy."""
        patience = self._patience
        connect_s = min(patience.connect_s, patience.total_s)
        limits = httpx2.Limits(max_keepalive_connections=0)
        try:
            direct = httpx2.HTTPTransport(limits=limits) if exchange.route.loopback else None
            return httpx2.Client(
                headers={"User-Agent": self._agent, "Accept-Encoding": "gzip"},
                timeout=httpx2.Timeout(patience.read_s, connect=connect_s),
                limits=limits,
                transport=direct,
            )
        except (ValueError, OSError, ImportError, httpx2.InvalidURL) as error:
            raise exchange.refusal(
                f"was not asked: no client could be made ({error})",
                "usable proxies and certificates in the environment",
                "Mend HTTPS_PROXY, SSL_CERT_FILE and their like.",
            ) from None

    def _ask(self, attempt: _Attempt) -> Answer:
        """Follow one request and its redirects to an answer."""
        exchange = attempt.exchange
        url, headers = exchange.route.url, exchange.headers
        for _ in range(_MOST_REDIRECTS + 1):
            found = self._exchange(attempt, url, headers)
            if not isinstance(found, str):
                return found
            url, headers = exchange.route.redirected(url, found), without_keys(headers)
        raise exchange.refusal(
            f"redirects more than {_MOST_REDIRECTS} times",
            "an answer",
            "Open the address in a browser and mend the source.",
        )

    def _exchange(
        self, attempt: _Attempt, url: httpx2.URL, headers: dict[str, str]
    ) -> Answer | str:
        """Return the answer of one address, or where it redirects to, before time is over."""
        exchange = attempt.exchange
        # a stand-in on this machine is owed our own pace only, not the publisher's
        self._pace.wait(url.host, 0.0 if exchange.route.loopback else exchange.request.pace_s)
        with Deadline(attempt.stop_at - self._clock.monotonic()) as deadline:
            request = {"url": url, "headers": headers, "extensions": {"trace": deadline.watch}}
            try:
                found = _sent(attempt, request)
            except (UnicodeError, httpx2.InvalidURL, httpx2.LocalProtocolError):
                raise _unsendable(exchange) from None
            except (httpx2.TransportError, PassingError) as error:
                if deadline.expired:
                    raise self._too_slow(exchange) from None
                raise _final_or_passing(exchange, error) from None
        if deadline.expired:
            raise self._too_slow(exchange)
        return found

    def _wait(self, attempt: _Attempt, number: int, passing: PassingError) -> float:
        """Return how long to wait before attempt ``number + 1``, or give up. [s]"""
        patience, exchange = self._patience, attempt.exchange
        if number >= patience.attempts:
            found = f"{passing.found}, the last of {number} attempts"
            raise exchange.refusal(found, "200 with data", _LATER)
        asked = passing.wait_s
        if asked is not None and asked > patience.longest_wait_s:
            found = f"{passing.found}, and asks us to wait {asked:,.0f} s"
            expected = f"at most {patience.longest_wait_s:,.0f} s"
            raise exchange.refusal(found, expected, "Run it again after that time.")
        wait_s = max(asked or 0.0, patience.back_off(number, self._clock.chance()))
        if self._clock.monotonic() + wait_s >= attempt.stop_at:
            found = f"{passing.found} on attempt {number}, with no time left for another"
            raise exchange.refusal(found, f"an answer within {patience.total_s:g} s", _LATER)
        return wait_s

    def _too_slow(self, exchange: Exchange) -> FetchError:
        return exchange.refusal(
            "was too slow: we hung up",
            f"a whole answer within {self._patience.total_s:g} s",
            _LATER,
        )


def _sent(attempt: _Attempt, request: dict[str, Any]) -> Answer | str:
    """Send one request; return its answer, or where it redirects to."""
    with attempt.client.stream("GET", **request) as response:
        if response.status_code in REDIRECTS and "location" in response.headers:
            return str(response.headers["location"])
        return attempt.exchange.answer(response)


def _final_or_passing(
    exchange: Exchange, error: httpx2.TransportError | PassingError
) -> FetchError | PassingError:
    """Return a failure of the network in our words; only distrust is final."""
    if isinstance(error, PassingError):
        return error
    reason = str(error) or "no reason given"
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        return exchange.refusal(
            f"shows a certificate we do not trust ({reason})",
            "one signed by a known authority",
            "If a proxy of your own stands between, name its certificate in SSL_CERT_FILE.",
        )
    return PassingError(f"gave no whole answer ({type(error).__name__}: {reason})")


def _unsendable(exchange: Exchange) -> FetchError:
    return exchange.refusal(
        "was not asked: a header or the address cannot be sent",
        "plain ASCII in keys, contact and address",
        "Look for a stray dash or quote in the key or the contact.",
    )
