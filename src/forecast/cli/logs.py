"""Progress and logs: stderr, one line a step; human on a terminal, JSON elsewhere."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_SECRET: Final = re.compile(r"(?i)\b(api_?key|key|token|securityToken|registration_key)=[^&\s\"']+")


class WithoutSecrets(logging.Filter):
    """Blanks whatever looks like a key in a query string, before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; every record passes."""
        record.msg, record.args = _SECRET.sub(r"\1=…", record.getMessage()), None
        return True


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "message": record.getMessage()}
        if found := re.search(r"\brun ([0-9a-f]{16})\b", line["message"]):
            JsonLines.run_id = found[1]
        return json.dumps({**line, "run_id": JsonLines.run_id}, ensure_ascii=False)

    run_id = ""


def progress() -> Callable[[str], None]:
    """Return a function that tells one step of the work."""
    logger = logging.getLogger("forecast")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stderr)
        human = sys.stderr.isatty()
        handler.setFormatter(logging.Formatter("  %(message)s") if human else JsonLines())
        handler.addFilter(WithoutSecrets())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger.info
