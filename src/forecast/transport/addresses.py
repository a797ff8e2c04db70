"""Where a request may go: the publisher's hosts by https, or a stand-in on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import httpx2

from forecast.contracts.errors import FetchError
from forecast.transport.masks import is_secret, masked, secret_values, spellings

if TYPE_CHECKING:
    from forecast.transport.messages import Request

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Route:
    """The first address of a fetch and the hosts it may be sent on to."""

    source: str
    url: httpx2.URL
    hosts: frozenset[str]
    secrets: tuple[str, ...]

    @property
    def loopback(self) -> bool:
        """Whether a server on this machine stands in for the publisher."""
        return is_loopback(self.url.host)

    @property
    def shown(self) -> str:
        """The address for people: without query string, user or secret."""
        return shown(self.url, self.secrets)

    def redirected(self, current: httpx2.URL, location: str) -> httpx2.URL:
        """Return where a redirect leads.

        Raises:
            FetchError: It leads to a foreign host, off https, or carries a key along.
        """
        try:
            target = current.join(location)
        except httpx2.InvalidURL:
            raise FetchError(
                f"{self.source}: {self.shown} redirects to something that is no address. "
                f"Expected one at {', '.join(sorted(self.hosts))}. Open the publisher's page to "
                "see what moved."
            ) from None
        self._refuse_key(target)
        _refuse_unsafe(self, target, f"{self.shown} redirects to")
        return target.copy_with(fragment=None)

    def _refuse_key(self, target: httpx2.URL) -> None:
        values = [value for _, value in target.params.multi_items()]
        named = any(is_secret(name) for name in target.params)
        carried = [s for secret in self.secrets for s in spellings(secret)]
        if named or any(secret in text for secret in carried for text in (str(target), *values)):
            raise FetchError(
                f"{self.source}: {self.shown} redirects to {shown(target, self.secrets)} with a "
                "key in the address. Expected a redirect without one: keys are never sent on. Ask "
                "the new address directly, once you trust it."
            )


def route(request: Request, base: str | None) -> Route:
    """Return the way to a request: at the publisher, or at ``base`` in the publisher's stead.

    Args:
        request: What is asked for.
        base: Scheme, host and path prefix that replace those of the publisher, if any.

    Raises:
        FetchError: The address is none, is not https, or leaves the request's hosts.
    """
    secrets = secret_values((*request.params, *request.headers))
    try:
        url = httpx2.URL(request.url)
        stand_in = httpx2.URL(base) if base else None
    except httpx2.InvalidURL as error:
        raise FetchError(
            f"{request.source}: {masked(base or request.url, secrets)!r} is no address ({error}). "
            "Expected https://host/path. Mend the base address or the source."
        ) from None
    hosts = frozenset(request.hosts)
    if stand_in is not None:
        url, hosts = _moved(url, stand_in), hosts | {stand_in.host}
    if request.params:
        url = url.copy_with(params=[*url.params.multi_items(), *request.params])
    chosen = Route(request.source, url, hosts, secrets)
    _refuse_unsafe(chosen, url, "the request goes to")
    return chosen


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine.

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("ws.cso.ie")
        (True, False)
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def shown(url: httpx2.URL, secrets: tuple[str, ...] = ()) -> str:
    """Return an address for people: its query string is left out whole."""
    bare = masked(str(url.copy_with(query=None, fragment=None, userinfo=b"")), secrets)
    return f"{bare}?…" if url.query else bare


def _moved(url: httpx2.URL, stand_in: httpx2.URL) -> httpx2.URL:
    """Return ``url`` at another scheme and host, below the path of ``stand_in``."""
    prefix = stand_in.copy_with(query=None).raw_path.rstrip(b"/")
    return stand_in.copy_with(raw_path=prefix + url.raw_path, fragment=None)


def _refuse_unsafe(chosen: Route, target: httpx2.URL, verb: str) -> None:
    """Raise unless ``target`` is an allowed host by https, or this machine standing in."""
    local = chosen.loopback and is_loopback(target.host)
    allowed = target.host in chosen.hosts and (target.scheme == "https" or local)
    if target.scheme not in {"http", "https"} or not allowed:
        raise FetchError(
            f"{chosen.source}: {verb} {shown(target, chosen.secrets)}. Expected https at "
            f"{', '.join(sorted(chosen.hosts))} (plain http only on this machine). If the "
            "publisher moved, add the host to the source."
        )
