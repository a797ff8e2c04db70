"""The bulk files of the United States' EIA: the old series, one JSON object a line, no key needed.

A line has ``series_id``, ``units``, ``f``, ``last_updated`` and ``data``, pairs of period and
value. A file mixes thousands of series with lines about categories, and may come as a zip with one
text in it. Lines we do not want are looked at only by their brackets: a whole file has over a
gigabyte.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import IO, Final, Literal

from forecast.sources.eia_key import masked_text, without_key
from forecast.sources.strict_json import Json, Refuse, excerpt
from forecast.sources.written_json import written

Form = Literal["answer", "bulk", "zip", "gzip", "text"]

MOST_BYTES: Final = 6_000_000_000
"""No bulk file has more when unpacked."""
MOST_RATIO: Final = 200
"""Bulk text packs to a tenth or less; what unpacks to more than this is a trap."""
_LINE_BYTES: Final = 64_000_000

_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    OSError,
    IndexError,
    KeyError,
)
"""What Python's zip reader raises on damaged bytes."""


@dataclass(frozen=True)
class BulkSeries:
    """One series as it stands in a line."""

    series_id: str
    units: str
    published: str
    """The publisher's stamp as printed, or blank."""
    stamped: date | None
    """UTC day by whose end the stamp had come."""
    periods: tuple[str, ...]
    found: tuple[object, ...]
    """The values beside the periods, as received."""
    before: int
    """Values in wanted lines before this one."""


@dataclass
class Unwanted:
    """How many lines were passed over, counted while they are read."""

    about_others: int = 0
    without_data: int = 0

    def told(self) -> dict[str, int]:
        """Return the counts by reason."""
        counts = {
            "a line of the bulk file about something else": self.about_others,
            "a bulk series without data": self.without_data,
        }
        return {reason: count for reason, count in counts.items() if count}


def form(payload: bytes) -> Form:
    """Return what a payload is, judged by how it begins.

    Example:
        >>> form(b'{"series_id":"ELEC.SALES.US-COM.A"}'), form(b'{"response":{}}')
        ('bulk', 'answer')
    """
    if payload.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if payload.startswith(b"\x1f\x8b"):
        return "gzip"
    start = payload[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] not in {b"{", b"", b"<", b"["}:
        return "text"
    line = start.partition(b"\n")[0]
    bulk = any(name in line for name in (b'"series_id"', b'"category_id"', b'"geoset_id"'))
    return "bulk" if bulk and b'"response"' not in line else "answer"


def without_echo(payload: bytes, refuse: Refuse) -> bytes:
    """Return a payload of any form with every echo of a key masked; packed ones hold none."""
    kind = form(payload)
    if kind in {"zip", "gzip"}:
        return payload
    return without_key(payload, refuse) if kind == "answer" else masked_text(payload)


def bulk_series(
    payload: bytes, wanted: bytes, unwanted: Unwanted, refuse: Refuse
) -> Iterator[BulkSeries]:
    """Yield each series whose id begins with ``wanted``, in the order of the file.

    Raises:
        SourceError: A line is cut off or damaged, or a series stands twice.
    """
    mark, before, seen = b'"' + wanted, 0, set()
    for number, line in enumerate(_lines(payload, refuse), start=1):
        if not line.startswith(b"{") or not line.endswith(b"}"):
            refuse(f"breaks off in line {number:,}, {excerpt(line[-40:])}", "one object a line")
        if mark not in line:
            unwanted.about_others += 1
            continue
        series = _series(written(line, refuse), wanted, before, refuse)
        if series is None:
            unwanted.about_others += 1
            continue
        if series.series_id in seen:
            refuse(f"holds {excerpt(series.series_id)} twice", "one line for each series")
        seen.add(series.series_id)
        unwanted.without_data += not series.periods
        before += len(series.periods)
        yield series


def _series(line: Json, wanted: bytes, before: int, refuse: Refuse) -> BulkSeries | None:
    """Return the series a line holds, or None if it is another's."""
    series_id = line.get("series_id")
    if not isinstance(series_id, str) or not series_id.startswith(wanted.decode()):
        return None
    units, data = line.get("units"), line.get("data", [])
    if not isinstance(units, str):
        refuse(f"has `units` {excerpt(units)} for {excerpt(series_id)}", "a unit")
    if not isinstance(data, list):
        refuse(f"has `data` {excerpt(data)} for {excerpt(series_id)}", "pairs of period and value")
    for pair in data:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[0], str):
            refuse(f"has {excerpt(pair)} in {excerpt(series_id)}", "pairs of period and value")
    published, stamped = _stamp(line.get("last_updated"), series_id, refuse)
    return BulkSeries(
        series_id=series_id,
        units=units,
        published=published,
        stamped=stamped,
        periods=tuple(pair[0] for pair in data),
        found=tuple(pair[1] for pair in data),
        before=before,
    )


def _stamp(found: object, series_id: str, refuse: Refuse) -> tuple[str, date | None]:
    """Return the stamp's day as printed and its UTC day; without an offset, the day after."""
    if found is None or found == "":
        return "", None
    try:
        instant = datetime.fromisoformat(found if isinstance(found, str) else "")
        day = (
            instant.date() + timedelta(days=1)
            if instant.tzinfo is None
            else instant.astimezone(UTC).date()
        )
    except (ValueError, OverflowError):
        refuse(
            f"has `last_updated` {excerpt(found)} for {excerpt(series_id)}",
            "a stamp such as 2026-09-23T17:01:12-04:00",
        )
    return instant.date().isoformat(), day


def _lines(payload: bytes, refuse: Refuse) -> Iterator[bytes]:
    """Yield every line that is not blank, without its ends."""
    with _opened(payload, refuse) as file:
        first = True
        while line := _next_line(file, refuse):
            bare = (line.removeprefix(b"\xef\xbb\xbf") if first else line).strip()
            first = False
            if bare:
                yield bare


def _next_line(file: IO[bytes], refuse: Refuse) -> bytes:
    try:
        line = file.readline(_LINE_BYTES + 1)
    except _DAMAGE as error:
        refuse(f"is a damaged zip ({excerpt(str(error))})", "a zip with one text in it")
    if len(line) > _LINE_BYTES:
        refuse(f"has a line beyond {_LINE_BYTES:,} bytes", "one series a line")
    return line


@contextmanager
def _opened(payload: bytes, refuse: Refuse) -> Iterator[IO[bytes]]:
    """Open the text of a bulk file, packed or not."""
    if form(payload) != "zip":
        yield io.BytesIO(payload)
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(payload))
        (member,) = [one for one in archive.infolist() if not one.is_dir()]
        small = member.file_size <= min(MOST_BYTES, MOST_RATIO * len(payload))
        file = archive.open(member)
    except _DAMAGE as error:
        refuse(f"is a zip we cannot open ({excerpt(str(error))})", "a zip with one text in it")
    if not small:
        refuse(f"unpacks to {member.file_size:,} bytes", f"at most {MOST_RATIO} times its size")
    with archive, file:
        yield file
