"""What we were sent, byte for byte: kept once, proved by its hash, never altered.

::

    data/raw/<source>/<20260707T060000Z>-<first 12 digits of sha256>/payload
                                                                    /details.json
    data/raw/.aside/                        payloads on their way in (`incoming`)

A source may answer several requests, and several times a day. ``details["request"]`` names the
request a payload answers: only answers to the same request are compared with one another.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from forecast.contracts.errors import VintageError
from forecast.contracts.vintages import Vintage
from forecast.storage import instants
from forecast.storage.durable import publish_folder, write_file
from forecast.storage.incoming import PAYLOAD, Draft, incoming

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REQUEST: Final = "request"
"""Key of the details that names the request a payload answers; absent, the source has but one."""

_OWN: Final = ("bytes", "retrieved_at", "sha256", "source")
"""Keys of details.json that are written here and may not be handed in."""

_DETAILS: Final = "details.json"
_SOURCE: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NAME: Final = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{12}(?:-\d+)?")


@dataclass(frozen=True)
class HeldPayload:
    """A payload on disk: its vintage, where it stands, and how we came by it."""

    vintage: Vintage
    folder: Path
    details: Mapping[str, str]

    @property
    def request(self) -> str:
        """The request it answers; blank where the source has but one."""
        return self.details.get(REQUEST, "")

    @property
    def payload(self) -> bytes:
        """The bytes, read now and proved by their hash.

        Raises:
            VintageError: The bytes on disk are not those that were kept.
        """
        payload = _read(self.folder / PAYLOAD)
        self._refuse_altered(hashlib.sha256(payload).hexdigest())
        return payload

    def prove(self) -> None:
        """Hold the bytes on disk against their hash, in memory for a piece of them.

        Raises:
            VintageError: They are not those that were kept.
        """
        path = self.folder / PAYLOAD
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError as error:
            raise _missing(path) from error
        self._refuse_altered(found)

    def _refuse_altered(self, found: str) -> None:
        if found != self.vintage.sha256:
            raise VintageError(
                f"{self.folder / PAYLOAD} has sha256 {found[:12]}…, expected "
                f"{self.vintage.sha256[:12]}… as kept on {self.vintage.retrieved_at:%Y-%m-%d}: its "
                "bytes were altered. Restore the folder from a backup, or delete it and ingest "
                "again under today's date."
            )


@dataclass(frozen=True)
class Kept:
    """What ``keep`` holds now, and whether it had to write it."""

    held: HeldPayload
    new: bool


def keep(
    raw: Path,
    source: str,
    payload: bytes | Draft,
    *,
    retrieved_at: datetime,
    details: Mapping[str, str],
) -> Kept:
    """Keep a payload once under (source, UTC instant, hash), whole or not at all.

    Bytes that equal the newest answer to the same request, as held at ``retrieved_at``, are not
    kept again. Two processes that keep at once end in one folder or in two.

    Args:
        raw: The folder ``data/raw``.
        source: Name of the publication's reader, such as ``cso_ireland``.
        payload: The bytes as received; a draft of ``raw`` is moved in, not copied.
        retrieved_at: The instant they were received, with a time zone.
        details: How they were received: url, media type, etag, request, …

    Raises:
        VintageError: The instant has no time zone, the source no proper name, or other bytes
            stand under the name of these.
    """
    instants.seconds(retrieved_at, f"{source}: retrieved_at")
    moment = retrieved_at.astimezone(UTC).replace(microsecond=0)
    vintage = Vintage(source, moment, _sha256(payload))
    newest = _newest(raw, vintage, details.get(REQUEST, ""))
    if newest is not None and newest.vintage.sha256 == vintage.sha256:
        return Kept(_proved(newest, vintage), new=False)
    if isinstance(payload, Draft):
        return _moved_in(raw, vintage, payload, details)
    with incoming(raw, source) as draft:
        draft.write(payload)
        return _moved_in(raw, vintage, draft, details)


def held(raw: Path, source: str) -> list[HeldPayload]:
    """Return every payload of a source, oldest first; bytes are read when they are asked for.

    Raises:
        VintageError: The source has no proper name, or a vintage's details cannot be read.
    """
    return [_open(folder) for folder in _folders(raw, source)]


def sources(raw: Path) -> list[str]:
    """Return the names of the sources held, in order."""
    if not raw.is_dir():
        return []
    return sorted(path.name for path in raw.iterdir() if _SOURCE.fullmatch(path.name))


def _folders(raw: Path, source: str) -> list[Path]:
    """Return the folders of a source's vintages, oldest first: their names begin with it."""
    folder = raw / _named(source)
    paths = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in paths if _NAME.fullmatch(path.name))


def _newest(raw: Path, vintage: Vintage, request: str) -> HeldPayload | None:
    """Return the newest answer to a request that was held when ``vintage`` came in."""
    for folder in reversed(_folders(raw, vintage.source)):
        answer = _open(folder)
        if answer.request == request and answer.vintage.retrieved_at <= vintage.retrieved_at:
            return answer
    return None


def _sha256(payload: bytes | Draft) -> str:
    return payload.sha256 if isinstance(payload, Draft) else hashlib.sha256(payload).hexdigest()


def _moved_in(raw: Path, vintage: Vintage, draft: Draft, details: Mapping[str, str]) -> Kept:
    """Rename a draft in, unless its payload stands there already."""
    beside = _details_json(vintage, draft.size, details)
    while True:
        folder = _folder(raw, vintage, details.get(REQUEST, ""))
        if folder.exists():
            return Kept(_proved(_open(folder), vintage), new=False)
        if not (draft.folder / _DETAILS).exists():
            write_file(draft.folder / _DETAILS, beside)
        try:
            publish_folder(draft.folder, folder)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            continue  # another process kept the same payload a moment ago
        return Kept(_open(folder), new=True)


def _folder(raw: Path, vintage: Vintage, request: str) -> Path:
    """Return the folder of a vintage.

    Two requests may get the same bytes in the same second (an empty page, say): the second one
    is numbered.
    """
    folder = raw / vintage.source / vintage.name
    for number in count(2):  # pragma: no branch
        if not folder.exists() or _open(folder).request == request:
            break
        folder = folder.with_name(f"{vintage.name}-{number}")
    return folder


def _details_json(vintage: Vintage, size: int, details: Mapping[str, str]) -> bytes:
    """Return the text of details.json, keys sorted."""
    if taken := sorted(set(details) & set(_OWN)):
        raise VintageError(
            f"{vintage.source}: details hold {', '.join(taken)}, which are written here; expected "
            "other keys. Leave them out."
        )
    facts = {
        **details,
        "bytes": str(size),
        "retrieved_at": vintage.retrieved_at.isoformat(),
        "sha256": vintage.sha256,
        "source": vintage.source,
    }
    return (json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _open(folder: Path) -> HeldPayload:
    """Return the payload a folder holds, without reading its bytes."""
    try:
        facts = json.loads(_read(folder / _DETAILS))
        moment = datetime.fromisoformat(facts["retrieved_at"])
        vintage = Vintage(facts["source"], moment, facts["sha256"])
    except (ValueError, KeyError, TypeError) as error:
        raise VintageError(
            f"{folder / 'details.json'} is not as it was written ({error!r}); expected JSON with "
            f"{', '.join(_OWN)}. Restore the folder from a backup, or delete it and ingest again."
        ) from error
    return HeldPayload(vintage, folder, facts)


def _proved(standing: HeldPayload, vintage: Vintage) -> HeldPayload:
    """Return ``standing`` if it holds the bytes of ``vintage`` on disk."""
    if standing.vintage.sha256 != vintage.sha256:
        raise VintageError(
            f"{standing.folder} holds other bytes than those to keep under its name. A vintage is "
            "never overwritten: keep these under another instant."
        )
    standing.prove()
    return standing


def _read(path: Path) -> bytes:
    """Return the bytes of a file of a vintage, which must be there."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path) from error


def _missing(path: Path) -> VintageError:
    return VintageError(
        f"{path} is missing; expected payload and details.json in each vintage. Restore the "
        "folder from a backup, or delete it and ingest again."
    )


def _named(source: str) -> str:
    """Return the source's name if it can be a folder."""
    if not _SOURCE.fullmatch(source):
        raise VintageError(
            f"source is {source!r}; expected small letters, digits, - and _, such as cso_ireland. "
            "Mend the name in the source's module."
        )
    return source
