"""The record in the walk: past forecasts scored class by class, each class computed once."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Final

import pandas as pd

from forecast.evaluation.evaluating import Examined, classes, examine, gather
from forecast.pipeline.identity import combined, digest, library_versions
from forecast.storage.cache import Chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series
    from forecast.contracts.question import Place
    from forecast.evaluation.evaluating import Evaluated
    from forecast.pipeline.walk import Ready, Say

_TABLES: Final = ("calibration", "errors", "judged")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def evaluated(ready: Ready, assumptions: Assumptions, place: Place, say: Say) -> Evaluated:
    """Return how wrong past forecasts of every series were, and what that teaches.

    A question about some series examines their classes only: others teach them nothing.

    Args:
        ready: The question and the rows it may see.
        assumptions: Of the home, any day: each past day reads its own.
        place: Where classes examined before are kept.
        say: Where progress is told.
    """
    cache = Chunks(place.processed, "examined")
    found = []
    asked = set(ready.question.series)
    for members in classes(ready.catalogue):
        if asked and not asked & {series.id for series in members}:
            continue
        key = _key(ready, members)
        held = cache.get(key)
        if held is None:
            say(f"scoring past forecasts of {', '.join(series.id for series in members)}")
            one = examine(
                ready.visible["observations"],
                ready.visible["publications"],
                members,
                assumptions,
                as_of=ready.question.as_of,
                policy=ready.question.policy,
            )
            cache.put(key, _packed(one))
        else:
            one = _unpacked(held)
        found.append(one)
    return gather(found, seed=ready.question.seed)


def _key(ready: Ready, members: Sequence[Series]) -> str:
    """Return the hash of all that an examination depends on."""
    question = ready.question
    names = {name for series in members for name in (series.id, series.rows_of) if name}
    publications = ready.visible["publications"]
    return combined(
        [
            [series.model_dump_json() for series in members],
            {name: ready.digests.get(name, "") for name in sorted(names)},
            digest(publications[["publication_id", "family", "grade"]]),
            question.assumptions,
            str(question.as_of),
            question.policy,
            ready.code,
            library_versions(),
        ]
    )


def _packed(examined: Examined) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in _TABLES:
            table = io.BytesIO()
            getattr(examined, name).to_parquet(table, index=False)
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), table.getvalue())
        said = json.dumps(examined.hindsight).encode()
        archive.writestr(zipfile.ZipInfo("hindsight", _EPOCH), said)
    return whole.getvalue()


def _unpacked(payload: bytes) -> Examined:
    with zipfile.ZipFile(io.BytesIO(payload)) as archive:
        tables = {name: pd.read_parquet(io.BytesIO(archive.read(name))) for name in _TABLES}
        hindsight = tuple(json.loads(archive.read("hindsight")))
    return Examined(**tables, hindsight=hindsight)
