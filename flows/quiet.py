"""Prefect's manners: it tells nobody of us, and starts no server behind our back.

Prefect reads its settings once, when it is imported; so these are set before. What the
environment says already is left alone.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

PRIVATE: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
}
"""No word to anyone about what runs here."""

MANNERS: Final = {
    **PRIVATE,
    # an ephemeral server costs 7 to 13 s a command and leaves a database behind
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    # an error is one line of ours; Prefect logs its trace at ERROR
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}
"""What a command that speaks to a server wants of Prefect."""


def quieten(environment: MutableMapping[str, str] = os.environ) -> None:
    """Set what the environment leaves open."""
    for name, value in MANNERS.items():
        environment.setdefault(name, value)
