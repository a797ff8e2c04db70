"""Ireland, Central Statistics Office: metered electricity of data centres (cube MEC02).

JSON-stat 2.0, GWh by quarter since 2015, in three rows: all metered customers ("-", the total),
data centres ("10") and all others ("20"), each rounded by itself, so that the total may miss its
parts by one. Published once a year though quarterly, with revisions of the past. Data centres are
the sites the office found among metered customers: small ones are missing. The total is metered
use of the network, not national gross demand.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final

import pandas as pd

from forecast.contracts.errors import VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.cso_mec02 import (
    DATA_CENTRES,
    NAME,
    PAGE,
    UNIT,
    Edition,
    read_edition,
    refusal,
)
from forecast.sources.source import Question, Reading, Request, Situation, Source
from forecast.sources.strict_json import parsed, text

TITLE: Final = "Data Centres Metered Electricity Consumption (MEC02)"
LICENCE: Final = "CC BY 4.0"
HOSTS: Final = ("ws.cso.ie",)
PUBLICATION_ID: Final = "cso_mec02"
SCOPE: Final = "metered, sites found by the office"

_URL: Final = (
    "https://ws.cso.ie/public/api.restful/PxStat.Data.Cube_API.ReadDataset/MEC02/JSON-stat/2.0/en"
)
_SERIES: Final = {"-": "ie_electricity_metered", "10": "ie_dc", "20": "ie_other_metered"}
"""Customer code → series."""

_CONTACT: Final = re.compile(r'"contact"\s*:\s*')


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return the one question: the whole cube, whatever is held already."""
    del situation
    request = Request(
        source=NAME,
        url=_URL,
        hosts=HOSTS,
        media_types=("application/json", "text/json", "application/octet-stream"),
        max_bytes=5_000_000,
    )
    return (Question("", request),)


def complete(_question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the one body is the whole cube, and reaches as far as the vintage held last.

    Raises:
        SourceError: Something is short, or is not the cube this reader knows.
    """
    refuse = refusal()
    if len(bodies) != 1:
        refuse(f"came as {len(bodies)} bodies", "one body with the whole cube")
    edition = read_edition(bodies[0])
    found = _quarters_told(edition)
    for body in held:
        last = read_edition(body, " as held")
        if edition.stamped and last.stamped and edition.stamped < last.stamped:
            refuse(
                f"is stamped {edition.stamped}",
                f"a stamp no older than {last.stamped}, that of the vintage held",
            )
        before = _quarters_told(last)
        if found[-1] < before[-1] or found[0] > before[0]:
            refuse(
                f"has data centres from {found[0]} to {found[-1]}",
                f"at least {before[0]} to {before[-1]}, as in the vintage held",
            )


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each quarter and customer group; nothing is summed.

    A stamp proves an edition only if it lies between the end of its newest quarter and our
    retrieval; otherwise every value is known from the UTC day we fetched it.

    Args:
        payload: The cube as kept.
        retrieved_at: UTC instant we fetched it.

    Raises:
        SourceError: The payload is not the cube this reader knows.
        VintageError: ``retrieved_at`` has no time zone.
    """
    if retrieved_at.tzinfo is None:
        raise VintageError(
            f"{NAME}: retrieved_at is {retrieved_at}, without a time zone. Expected a UTC instant. "
            "Mend the caller."
        )
    edition = read_edition(payload)
    fetched = retrieved_at.astimezone(UTC).date()
    proven = _proven(edition, fetched)
    sha256 = hashlib.sha256(payload).hexdigest()
    rows = [
        {**_row(edition, quarter, customer, (proven, fetched)), "raw_sha256": sha256}
        for quarter in edition.quarters
        for customer in _SERIES
    ]
    return Reading(OBSERVATIONS.shape(pd.DataFrame(rows)), _publication(edition.published))


def redacted(payload: bytes) -> bytes:
    """Return the payload with every ``contact`` (a person's name and numbers) emptied.

    All other bytes stay as they are, so that a second pass changes nothing.

    Raises:
        SourceError: The payload is not whole JSON.
    """
    refuse = refusal()
    parsed(payload, refuse)
    words = text(payload, refuse)
    mark = "\N{BYTE ORDER MARK}" if payload.startswith(b"\xef\xbb\xbf") else ""
    kept, end = mark, 0
    for contact in _CONTACT.finditer(words):
        if contact.start() >= end:
            kept += words[end : contact.end()] + "{}"
            _, end = json.JSONDecoder().raw_decode(words, contact.end())
    cleared = (kept + words[end:]).encode()
    extension = parsed(cleared, refuse).get("extension")
    if isinstance(extension, dict) and extension.get("contact"):
        refuse("spells `contact` in a way we cannot clear", '"contact" in plain letters')
    return cleared


def _quarters_told(edition: Edition) -> list[str]:
    """Return the quarters that have a value of data centres."""
    told = [q for q in edition.quarters if edition.value(q, DATA_CENTRES) is not None]
    if not told:
        edition.refuse("has no value of data centres", "a value for each quarter")
    return told


def _proven(edition: Edition, fetched: date) -> date | None:
    """Return the day of the stamp, if it can be that of this edition: no older than its content."""
    ends = (_last_day(quarter) for quarter in _quarters_told(edition))
    newest = max((end for end in ends if end < fetched), default=date.max)
    stamped = edition.stamped
    return stamped if stamped is not None and newest < stamped <= fetched else None


def _last_day(quarter: str) -> date:
    end: date = pd.Period(quarter, freq="Q").end_time.date()
    return end


def _row(
    edition: Edition, quarter: str, customer: str, known: tuple[date | None, date]
) -> dict[str, object]:
    """Return one row of OBSERVATIONS, without the hash; ``known``: by stamp if proven, by fetch."""
    value = edition.value(quarter, customer)
    period = pd.Period(quarter, freq="Q")
    end = period.end_time.date()
    stamped, fetched = known
    proven = stamped if stamped is not None and end < stamped else None
    return {
        "series_id": _SERIES[customer],
        "period_start": period.start_time.date(),
        "period_end": end,
        "publication_id": PUBLICATION_ID,
        "known_from": proven or fetched,
        "frequency": "Q",
        "value": None if value is None else float(value),
        "value_text": "" if value is None else str(value),
        "low": None,
        "high": None,
        "unit": UNIT,
        "quantity": "energy",
        "scope": SCOPE,
        "obs_status": edition.status(quarter, customer),
        "known_from_basis": "stamped" if proven else "fetched",
        "row": edition.place(quarter, customer) + 1,
    }


def _publication(published: str) -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": "cso",
        "publisher": "Central Statistics Office, Ireland",
        "title": TITLE,
        "url": PAGE,
        "published": published,
        "licence": LICENCE,
        "attribution": "Source: CSO Ireland, MEC02",
        "redistributable": True,
        "grade": "A",
    }
    return PUBLICATIONS.shape(pd.DataFrame([row]))


SOURCE: Final = Source(
    name=NAME,
    title=TITLE,
    licence=LICENCE,
    hosts=HOSTS,
    questions=questions,
    complete=complete,
    read=read,
    redacted=redacted,
)
"""The publication, for whoever walks all of them."""
