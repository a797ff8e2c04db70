"""The publications we can read from the wire, by the name ``ingest`` knows them under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forecast.sources import cso_ireland

if TYPE_CHECKING:
    from forecast.sources.source import Source

SOURCES: Final[dict[str, Source]] = {source.name: source for source in (cso_ireland.SOURCE,)}
"""Sources in the order they are asked."""
