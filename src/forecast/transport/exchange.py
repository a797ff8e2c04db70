"""One fetch under way: what it asks, what it may accept, and how it words a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import httpx2

from forecast.contracts.errors import FetchError
from forecast.transport.body import ShortError, Sink, UnfitError, decoded, received
from forecast.transport.masks import is_secret, masked
from forecast.transport.messages import Answer
from forecast.transport.patience import PASSING, wait_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.transport.addresses import Route
    from forecast.transport.messages import Progress, Request

_CONDITIONS: Final = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}
_EXCERPT: Final = 200
"""Characters of a refusing answer that an error quotes."""


class PassingError(Exception):
    """No answer this time: worth asking again."""

    def __init__(self, found: str, wait_s: float | None = None) -> None:
        """Say what was found, and the wait the publisher asks for, if any. [s]"""
        super().__init__(found)
        self.found = found
        self.wait_s = wait_s


@dataclass(frozen=True)
class Exchange:
    """A request with its route, its conditions and the place for its body."""

    request: Request
    route: Route
    held: Mapping[str, str]
    sink: Sink
    progress: Progress | None

    @property
    def conditions(self) -> dict[str, str]:
        """Headers that let the publisher answer "not modified"."""
        return {
            header: self.held[name] for name, header in _CONDITIONS.items() if self.held.get(name)
        }

    @property
    def headers(self) -> dict[str, str]:
        """Headers of the first request, keys included."""
        accepted = ", ".join(self.request.media_types) or "*/*"
        return {"Accept": accepted, **self.conditions, **dict(self.request.headers)}

    def refusal(self, found: str, expected: str, remedy: str) -> FetchError:
        """Return an error that names the request, and never a key."""
        text = f"{self.request.source}: {self.route.shown} {found}. Expected {expected}. {remedy}"
        return FetchError(masked(text, self.route.secrets))

    def answer(self, response: httpx2.Response) -> Answer:
        """Return the whole answer.

        Raises:
            PassingError: The publisher is busy, or the body ended early.
            FetchError: It refuses, or sends something else than was asked for.
        """
        status = response.status_code
        if status == HTTPStatus.NOT_MODIFIED and self.conditions:
            return self._answer(response, 0)
        if status in PASSING:
            raise PassingError(self._status(response), wait_asked(response.headers))
        if status != HTTPStatus.OK:
            raise self.refusal(self._status(response), "200 with data", _remedy(status))
        self._refuse_media_type(response.headers.get("content-type", ""))
        try:
            size = self.sink.fill(received(response, self.request, self.progress))
        except ShortError as error:
            raise PassingError(f"sent a body that {error}") from None
        except UnfitError as error:
            raise self._unfit(f"sent a body that {error.found}", error.expected) from None
        return self._answer(response, size)

    def _answer(self, response: httpx2.Response, size: int) -> Answer:
        return Answer(
            status=response.status_code,
            body=self.sink.body if size else b"",
            headers={n: v for n, v in response.headers.items() if not is_secret(n)},
            url=masked(str(response.url), self.route.secrets),
            not_modified=response.status_code == HTTPStatus.NOT_MODIFIED,
            size=size,
        )

    def _refuse_media_type(self, stated: str) -> None:
        media_type = stated.partition(";")[0].strip().lower()
        wanted = self.request.media_types
        if media_type and wanted and media_type not in wanted:
            raise self._unfit(f"is {media_type}", " or ".join(wanted))

    def _unfit(self, found: str, expected: str) -> FetchError:
        return self.refusal(
            f"answered 200 but {found}",
            expected,
            "Open the address in a browser: a notice of maintenance passes, a new form of answer "
            "means mending the source.",
        )

    def _status(self, response: httpx2.Response) -> str:
        """Return status and first words of a refusing answer."""
        text = b""
        try:
            for chunk in decoded(response):
                text += chunk
                if len(text) >= _EXCERPT:
                    break
        except (ShortError, UnfitError, httpx2.TransportError):
            text = b""
        words = " ".join(text.decode("utf-8", "replace").split())[:_EXCERPT]
        said = f"answered {response.status_code} {response.reason_phrase}".rstrip()
        return f"{said}: {words!r}" if words else said


def without_keys(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that may follow a redirect."""
    return {name: value for name, value in headers.items() if not is_secret(name)}


def _remedy(status: int) -> str:
    """Return what to do about a status that will not pass by itself."""
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return "Supply a valid key or contact for this source, or ask the publisher."
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return "The publication has moved: look for it on the publisher's page and mend the source."
    return "Compare the request with the publisher's documentation and mend the source."
