"""The walk: one Question in, one edition out.

::

    observe ─▶ identify ─▶ forecast each series ─▶ say the headline ─▶ print ─▶ publish

A run whose name already stands in ``runs/`` is not computed again: the same question about
the same rows has the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from forecast.contracts.errors import SettingsError
from forecast.contracts.question import Question, run_id
from forecast.pipeline.home import assumptions_of, catalogue_of
from forecast.pipeline.identity import (
    code_digest,
    combined,
    digest,
    library_versions,
    series_digests,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date, datetime
    from pathlib import Path

    import pandas as pd

    from forecast.contracts.catalogue import Catalogue
    from forecast.contracts.question import Place
    from forecast.contracts.vintages import Policy
    from forecast.pipeline.gating import Gated
    from forecast.pipeline.observing import Observed

    Say = Callable[[str], None]
    """Where progress is told: one line a step."""


_BESIDE = ("claims", "projects", "publications")
"""Tables a run stands on beside the observations of its series."""


@dataclass(frozen=True)
class Asked:
    """What a person asked for, before defaults are filled in."""

    as_of: date | None = None
    policy: Policy = "strict"
    series: tuple[str, ...] = ()
    horizon: int = 0


@dataclass(frozen=True)
class Ready:
    """A question with everything it will be answered from."""

    question: Question
    run_id: str
    catalogue: Catalogue
    observed: Observed
    visible: Mapping[str, pd.DataFrame]
    gated: Gated
    digests: Mapping[str, str]
    code: str


@dataclass(frozen=True)
class Answer:
    """The files of a run as bytes, and the facts of its manifest (none if it stands already)."""

    files: Mapping[str, bytes]
    facts: Mapping[str, object]


@dataclass(frozen=True)
class Outcome:
    """What a run has come to.

    Attributes:
        run_id: Its name.
        as_of: The day it knows up to.
        policy: How known-ness was proved.
        folder: Where it stands.
        changed: Whether anything was written or a link moved.
        published: Whether an edition points at it.
    """

    run_id: str
    as_of: date
    policy: Policy
    folder: Path
    changed: bool
    published: bool


def prepare(asked: Asked, place: Place, *, today: date) -> Ready:
    """Return the question with its defaults filled in, and the rows it may see.

    Args:
        asked: What was asked; without ``as_of``, the newest vintage day held.
        place: Where to look.
        today: Handed down by the caller; a later ``as_of`` is refused.

    Raises:
        SettingsError: The day lies in the future, or a series is not in the catalogue.
        SourceError: A raw file is not what its reader knows.
    """
    from forecast.pipeline.gating import gate
    from forecast.pipeline.observing import observe
    from forecast.pipeline.visibility import visible_tables

    catalogue, assumptions = catalogue_of(place), assumptions_of(place)
    for series_id in asked.series:
        if not catalogue[series_id].forecast:
            raise SettingsError(
                f"series {series_id!r} is described in the catalogue, not forecast: it has too few "
                "points. `forecast show` tells what is known of it."
            )
    if asked.as_of is not None and asked.as_of > today:
        raise SettingsError(
            f"as_of {asked.as_of} is after today, {today}: nobody knows yet what will be known. "
            "Choose a day up to today."
        )
    observed = observe(place)
    question = Question(
        as_of=asked.as_of or observed.newest_vintage(today),
        catalogue=catalogue.sha256,
        assumptions=assumptions.sha256,
        policy=asked.policy,
        series=tuple(sorted(asked.series)),
        horizon=asked.horizon,
    )
    gated = gate(observed, catalogue, question, place)
    visible = visible_tables(observed, gated.kept, catalogue, question)
    digests = series_digests(visible["observations"])
    code = code_digest()
    name = run_id(
        question,
        rows=combined([digests, *(digest(visible[name]) for name in _BESIDE)]),
        code=code,
        libraries=combined(library_versions()),
    )
    heard = catalogue.heard(set(digests))
    return Ready(question, name, heard, observed, visible, gated, digests, code)


def run(
    asked: Asked, place: Place, *, today: date, now: datetime, say: Say = lambda _: None
) -> Outcome:
    """Answer a question: compute its edition unless it stands already, and publish it.

    Args:
        asked: What is asked.
        place: Where to work.
        today: The day of the asking.
        now: The instant of the asking, for the journal alone.
        say: Where progress is told.

    Raises:
        ForecastError: Nothing was written; the message says what to mend.
    """
    started = monotonic()
    ready = prepare(asked, place, today=today)
    say(known(ready))
    with alone(place):
        answer = answered(ready, place, say)
        return published(ready, answer, place, now=now, seconds=monotonic() - started)


def known(ready: Ready) -> str:
    """Return the line that says how much a run knows, and its name."""
    question = ready.question
    rows = len(ready.visible["observations"])
    return f"{rows} rows known on {question.as_of} ({question.policy}); run {ready.run_id}"


def alone(place: Place, *, wait_seconds: float = 0.0) -> AbstractContextManager[None]:
    """Hold a place for one writer; ``answered`` and ``published`` are called inside.

    Raises:
        SettingsError: Another process holds it, and still does after the wait.
    """
    from forecast.storage.lock import lock

    return lock(place.processed, wait_seconds=wait_seconds)


def answered(ready: Ready, place: Place, say: Say = lambda _: None) -> Answer:
    """Return the files of the run that answers a question; those that stand are not computed."""
    from forecast.pipeline.composing import compose, printed
    from forecast.pipeline.publishing import standing

    files = standing(place, ready.run_id)
    if files is not None:
        say("this run stands already: nothing to compute")
        return Answer(files, {})
    edition = compose(ready, assumptions_of(place), place, say)
    return Answer(*printed(edition, ready, say))


def published(
    ready: Ready, answer: Answer, place: Place, *, now: datetime, seconds: float
) -> Outcome:
    """Write an answer unless it stands, point its edition at it, and note when.

    Args:
        ready: The question.
        answer: Its files.
        place: Where to work, held by the caller.
        now: The instant of the asking, for the journal alone.
        seconds: How long the answer took, for the journal alone.
    """
    from forecast.pipeline.publishing import publish_edition

    edition = publish_edition(place, ready, answer.files, answer.facts)
    outcome = Outcome(
        run_id=ready.run_id,
        as_of=ready.question.as_of,
        policy=ready.question.policy,
        folder=edition.run,
        changed=edition.changed,
        published=ready.question.whole_catalogue,
    )
    _record(ready, outcome, place, now=now, seconds=seconds)
    return outcome


def _record(ready: Ready, outcome: Outcome, place: Place, *, now: datetime, seconds: float) -> None:
    """Write what belongs to no run: instants, durations, hashes of whole raw files."""
    from forecast.storage.journal import append

    append(
        place.processed,
        "runs",
        {
            "at": now.isoformat(timespec="seconds"),
            "run_id": ready.run_id,
            "as_of": str(ready.question.as_of),
            "policy": ready.question.policy,
            "changed": outcome.changed,
            "published": outcome.published,
            "seconds": round(seconds, 3),
            "raw_files": ready.observed.files,
        },
    )
