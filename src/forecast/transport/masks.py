"""Keys are never shown: not in an error, not in a log, not in what is kept beside a payload."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "***"

_WORDS: Final = "key|token|secret|passw|signature|authori[sz]ation|credential|cookie"
_NAME: Final = rf"[\w.\-]*(?:{_WORDS})[\w.\-]*"
_SECRET_NAME: Final = re.compile(_NAME, re.IGNORECASE)
_SECRET_PAIR: Final = re.compile(rf"({_NAME})=[^&\s'\"]+", re.IGNORECASE)
_USER: Final = re.compile(r"(?<=://)[^/\s@]+@")


def is_secret(name: str) -> bool:
    """Return whether a parameter or header of this name holds a key.

    Example:
        >>> is_secret("api_key"), is_secret("Authorization"), is_secret("frequency")
        (True, True, False)
    """
    return _SECRET_NAME.fullmatch(name) is not None


def secret_values(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the values that must not be shown, longest first."""
    values = {value.strip() for name, value in pairs if is_secret(name) and value.strip()}
    return tuple(sorted(values, key=len, reverse=True))


def spellings(value: str) -> set[str]:
    """Return a secret as it may stand in an address or a text."""
    return {value, quote(value, safe=""), quote_plus(value)}


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """Return ``text`` without the given secrets, and without what looks like one.

    Example:
        >>> masked("https://me:pw@api.eia.gov/v2?api_key=abc&length=2")
        'https://***@api.eia.gov/v2?api_key=***&length=2'
    """
    for value in secrets:
        for spelling in spellings(value):
            text = text.replace(spelling, MASK)
    return _USER.sub(f"{MASK}@", _SECRET_PAIR.sub(rf"\1={MASK}", text))


class _Masking(logging.Filter):
    """Masks the HTTP library's own log lines, which print whole addresses and headers."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage(), self.secrets), ()
        return True


_MASKING: Final = _Masking()
_LOGGERS: Final = ("httpx2", "httpcore2.connection", "httpcore2.http11", "httpcore2.proxy")


def mask_logs(secrets: Iterable[str] = ()) -> None:
    """Put the mask on the HTTP library's loggers; a second call adds what else it must hide."""
    _MASKING.secrets.update(secrets)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_MASKING)
