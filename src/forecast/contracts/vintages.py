"""When something was known: stamps, bases, and the identity of a raw payload.

``published`` is the publisher's stamp as printed, perhaps only a month or a year.
``known_from`` is the first UTC day by whose end a reader surely had the figure. A row is
visible when ``known_from <= as_of``; nothing else is ever compared with ``as_of``.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from forecast.contracts.errors import SettingsError

Policy = Literal["strict", "reconstructed"]
POLICIES: Final[tuple[Policy, ...]] = ("strict", "reconstructed")
"""strict: what we can prove. reconstructed: period end + the catalogue's publication lag."""

BASES: Final = ("stamped", "fetched", "reconstructed")
"""How ``known_from`` is known: a publisher's stamp, our download, or a usual lag."""

_STAMP: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")


def known_from(published: str) -> date:
    """Return the first day a reader surely had what carries this stamp.

    A month or a year alone proves only its last day.

    Raises:
        SettingsError: The stamp is not YYYY, YYYY-MM or YYYY-MM-DD.

    Example:
        >>> known_from("2016-06"), known_from("2012")
        (datetime.date(2016, 6, 30), datetime.date(2012, 12, 31))
    """
    parts = _STAMP.match(published.strip())
    if parts is None:
        raise SettingsError(
            f"published is {published!r}; expected YYYY, YYYY-MM or YYYY-MM-DD. Mend the stamp."
        )
    year = int(parts[1])
    month = int(parts[2] or 12)
    try:
        day = int(parts[3]) if parts[3] else calendar.monthrange(year, month)[1]
        return date(year, month, day)
    except (ValueError, IndexError) as error:
        raise SettingsError(
            f"published is {published!r}, which is no day of the calendar. Mend the stamp."
        ) from error


@dataclass(frozen=True)
class Vintage:
    """One payload as we hold it: who sent it, when we fetched it, what it hashes to."""

    source: str
    retrieved_at: datetime
    sha256: str

    @property
    def name(self) -> str:
        """The folder name: UTC instant and the first 12 digits of the hash."""
        return f"{self.retrieved_at:%Y%m%dT%H%M%SZ}-{self.sha256[:12]}"
