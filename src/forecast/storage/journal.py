"""What happened when: one line of JSON an event, only ever added to.

A crash may tear the last line. The next writer starts on a line of its own, readers pass over
the torn one; every whole line stays readable.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any, Final

from forecast.contracts.errors import SettingsError
from forecast.storage.durable import append_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LOG: Final = logging.getLogger(__name__)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*")


def append(processed: Path, name: str, event: Mapping[str, object]) -> None:
    """Add one event to ``journal/<name>.jsonl``; on return the disk has it.

    Args:
        processed: The folder ``data/processed``.
        name: Name of the journal, such as ``runs``.
        event: What happened, in JSON's own types.

    Raises:
        SettingsError: The name cannot be a file.
        OSError: The disk took only a part of the line.
    """
    line = json.dumps(dict(event), sort_keys=True, ensure_ascii=False)
    append_line(_path(processed, name), line.encode())


def read(processed: Path, name: str) -> list[dict[str, Any]]:
    """Return every whole event of a journal, oldest first; none if there is no such journal.

    Raises:
        SettingsError: The name cannot be a file.
    """
    path = _path(processed, name)
    if not path.exists():
        return []
    events = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line:
            continue
        try:
            events.append(json.loads(line))
        except ValueError:
            _LOG.warning("%s, line %d was torn by a crash: passed over.", path, number)
    return events


def _path(processed: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"journal is {name!r}; expected small letters, digits, - and _, such as runs. "
            "Mend the name."
        )
    return processed / "journal" / f"{name}.jsonl"
