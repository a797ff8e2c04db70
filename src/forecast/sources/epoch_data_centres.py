"""Epoch AI's Frontier Data Centers: power of large sites over time, past and projected.

Two files. ``data_centers.csv`` has a row a site with its power today; ``data_center_timelines.csv``
a row a site and day on which something changed. Both are estimates from permits and satellite
images. Power is what a site has reached, but may fall; facility and IT power are two quantities.
Rows dated after the download are projections in the same column. The register grows by discovery:
a sum over it tells how much was found, not how much was built, and is never an observation.
Neither file has a stamp: an edition is known from the day it was fetched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

import pandas as pd

from forecast.contracts.errors import VintageError
from forecast.contracts.tables import PROJECTS, PUBLICATIONS
from forecast.sources.epoch_sites import FIRST
from forecast.sources.epoch_steps import (
    NAME,
    PAGE,
    Step,
    apart,
    form_of,
    refusal,
    sites,
    sites_of,
    timelines,
)
from forecast.sources.source import (
    Question,
    Reading,
    Request,
    Situation,
    Source,
    no_observations,
)
from forecast.sources.strict_json import Refuse, excerpt

TITLE: Final = "Frontier Data Centers"
LICENCE: Final = "CC BY 4.0"
HOSTS: Final = ("epoch.ai",)
PUBLICATION_ID: Final = "epoch_data_centres"

_URL: Final = "https://epoch.ai/data/data_centers/{file}.csv"
_FILES: Final = {"sites": "data_centers", "timelines": "data_center_timelines"}
"""Question → file at the publisher."""

_LEAST_SHARE: Final = Decimal("0.98")
_LEAST_KNOWN: Final = Decimal("0.9")
_LEAST_FIRST: Final = Decimal("0.75")


def questions(_situation: Situation) -> tuple[Question, ...]:
    """Return one question a file: the whole file, whatever is held already."""
    return tuple(
        Question(
            question,
            Request(
                source=NAME,
                url=_URL.format(file=file),
                hosts=HOSTS,
                media_types=(
                    "text/csv",
                    "application/csv",
                    "text/plain",
                    "application/octet-stream",
                    "binary/octet-stream",
                ),
                max_bytes=20_000_000,
            ),
        )
        for question, file in _FILES.items()
    )


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the one body is the whole file that was asked for.

    Its last line is ended and three quarters of the first edition's sites are in it. Beside a file
    held it has at least 98 % as many rows and nine in ten of its sites: fewer are a file cut
    between two lines, or names changed anew, which our table of names must learn first.

    Raises:
        SourceError: Something is short, or it is another file.
    """
    refuse = refusal(f"the answer to {question!a}")
    if len(bodies) != 1:
        refuse(f"came as {len(bodies)} bodies", "one body with the whole file")
    found, ended = sites_of(bodies[0], refuse)
    if form_of(bodies[0], refuse) != question:
        refuse(f"is the file of {form_of(bodies[0], refuse)}", "the file asked for")
    if not ended:
        refuse("breaks off in its last line", "a line end after the last row")
    _has(set(FIRST), set(found), _LEAST_FIRST, refuse)
    if not held:
        return
    before, _ = sites_of(held[0], refusal(f"the file held of {question!a}"))
    if len(found) < _LEAST_SHARE * len(before):
        refuse(f"has {len(found):,} rows", f"about {len(before):,}, as in the file held")
    _has(set(before), set(found), _LEAST_KNOWN, refuse)


def _has(known: set[str], found: set[str], least: Decimal, refuse: Refuse) -> None:
    gone = sorted(known - found)
    if len(known) - len(gone) < least * len(known):
        refuse(f"lacks {len(gone)} of {len(known)} known sites: {excerpt(gone)}", "most of them")


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return a row of PROJECTS for each site, day and kind of power; nothing is summed.

    Args:
        payload: One of the two files.
        retrieved_at: UTC instant we fetched it, which dates the edition.

    Raises:
        SourceError: The payload is neither file.
        VintageError: ``retrieved_at`` has no time zone.
    """
    if retrieved_at.tzinfo is None:
        raise VintageError(
            f"{NAME}: retrieved_at is {retrieved_at}, without a time zone. Expected a UTC instant. "
            "Mend the caller."
        )
    fetched = retrieved_at.astimezone(UTC).date()
    refuse = refusal("the payload")
    timed = form_of(payload, refuse) == "timelines"
    steps = list(timelines(payload, refuse) if timed else sites(payload, fetched, refuse))
    if not steps:
        refuse("has a header and no row", "a row for each site, or site and day")
    left_out: Counter[str] = Counter()
    rows = [_row(step, fetched) for step in apart(steps, left_out)]
    projects = PROJECTS.shape(pd.DataFrame(rows, columns=PROJECTS.names))
    return Reading(no_observations(), _publication(), projects=projects, left_out=left_out)


def _row(step: Step, fetched: date) -> dict[str, object]:
    """Return one row of PROJECTS."""
    return {
        "project_id": step.project,
        "name": step.name,
        "location": step.place,
        "period_end": step.day,
        "quantity": step.quantity,
        "value": None if step.power is None else float(step.power),
        "unit": "MW",
        "status": "projected" if step.day > fetched else "energised",
        "source": PUBLICATION_ID,
        "grade": "B",
        "known_from": fetched,
    }


def _publication() -> pd.DataFrame:
    """Return the one row of PUBLICATIONS; the files carry no stamp."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": "epoch_data_centres",
        "publisher": "Epoch AI",
        "title": TITLE,
        "url": PAGE,
        "published": "",
        "licence": LICENCE,
        "attribution": "Epoch AI, 'Frontier Data Centers'. Published online at epoch.ai",
        "redistributable": True,
        "grade": "B",
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
    streamed=True,
    files="data_centers.csv or data_center_timelines.csv, any edition",
)
"""The publication, for whoever walks all of them."""
