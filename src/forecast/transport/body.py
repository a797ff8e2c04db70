"""The bytes of an answer: all of them, decompressed, and no more than an honest answer has."""

from __future__ import annotations

import zlib
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import httpx2

    from forecast.transport.messages import Progress, Request

_STEP: Final = 65_536
"""Most bytes that one step of decompression may yield: a bomb is noticed in time."""

_HEAD: Final = 512
_PAGE_MARKS: Final = (b"<!doctype html", b"<html")


class ShortError(Exception):
    """The body ended early: by chance, so worth asking again."""


class UnfitError(Exception):
    """The body is not what was asked for: asking again brings the same."""

    def __init__(self, found: str, expected: str) -> None:
        """Say what was found and what was expected."""
        super().__init__(found)
        self.found = found
        self.expected = expected


class Sink:
    """Where a body goes: into memory, or into a file the caller opened."""

    def __init__(self, into: BinaryIO | None = None) -> None:
        """Write from the file's present position; each attempt starts there anew."""
        self._memory = into is None
        self._file: BinaryIO = BytesIO() if into is None else into
        self._start = self._file.tell()

    def fill(self, chunks: Iterable[bytes]) -> int:
        """Write ``chunks`` in place of anything written before, and return their size."""
        self._file.seek(self._start)
        self._file.truncate()
        return sum(self._file.write(chunk) for chunk in chunks)

    @property
    def body(self) -> bytes:
        """The bytes, if they are in memory."""
        return self._file.getvalue() if isinstance(self._file, BytesIO) and self._memory else b""


def received(
    response: httpx2.Response, request: Request, progress: Progress | None
) -> Iterator[bytes]:
    """Yield the decompressed body.

    Args:
        response: An open answer.
        request: What was asked for, and how long it may be.
        progress: Told after each piece how many bytes came over the wire.

    Raises:
        UnfitError: The body is a web page, too long, or compressed in an unknown way.
        ShortError: Fewer bytes came than were declared.
    """
    length, limit = declared(response), request.max_bytes
    if length is not None and length > limit:
        raise _too_long(f"declares {length:,} bytes", limit)
    size, head = 0, b""
    pages_are_fine = any("html" in media_type for media_type in request.media_types)
    for chunk in decoded(response):
        size += len(chunk)
        if size > limit:
            raise _too_long(f"is longer than {limit:,} bytes when unpacked", limit)
        if len(head) < _HEAD and not pages_are_fine:
            head += chunk[:_HEAD]
            _refuse_page(head)
        if progress is not None:
            progress(response.num_bytes_downloaded, length)
        yield chunk
    if length is not None and response.num_bytes_downloaded != length:
        raise ShortError(f"brought {response.num_bytes_downloaded:,} of {length:,} declared bytes")


def declared(response: httpx2.Response) -> int | None:
    """Return the declared length on the wire, or None if there is none. [bytes]"""
    stated = response.headers.get("content-length", "")
    if "transfer-encoding" in response.headers or not stated.isdigit():
        return None
    return int(stated)


def decoded(response: httpx2.Response) -> Iterator[bytes]:
    """Yield the body decompressed, a step at a time."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        yield from response.iter_raw()
    elif encoding in {"gzip", "x-gzip"}:
        yield from _unzipped(response.iter_raw())
    else:
        raise UnfitError(f"is packed as {encoding!r}", "gzip or nothing, as we asked")


def _unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what a gzip stream holds; one that ends early or runs on is an error."""
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        for chunk in chunks:
            pending, full = chunk, True
            while (pending or full) and not unpack.eof:
                piece = unpack.decompress(pending, _STEP)
                pending, full = unpack.unconsumed_tail, len(piece) == _STEP
                yield piece
            if unpack.eof and (pending or unpack.unused_data):
                raise UnfitError("has bytes after the end of its gzip stream", "one gzip stream")
    except zlib.error as error:
        raise ShortError(f"is damaged gzip ({error})") from None
    if not unpack.eof:
        raise ShortError("is a gzip stream without its end")


def _refuse_page(head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:16].lower()
    if start.startswith(_PAGE_MARKS):
        raise UnfitError("is a web page", "data")


def _too_long(found: str, limit: int) -> UnfitError:
    return UnfitError(found, f"at most {limit:,} bytes")
