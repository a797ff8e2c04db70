"""From publishers to ``data/raw``: ask, prove the answer whole, keep it once.

What fails loses nothing: the last good vintage stays. One failing question never stops the
others of its source, one failing source never the other sources.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from forecast.contracts.errors import FetchError, SettingsError, SourceError
from forecast.pipeline.asking import Errand, bring
from forecast.pipeline.holding import newest
from forecast.pipeline.keys import hidden, key_of, without_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from forecast.contracts.errors import ForecastError
    from forecast.contracts.question import Place
    from forecast.pipeline.asking import Brought
    from forecast.pipeline.walk import Say
    from forecast.sources.source import Source
    from forecast.transport import Transport

CONTACT_VARIABLE: Final = "FORECAST_CONTACT"
DEFAULT_CONTACT: Final = "operator has not set FORECAST_CONTACT"

_MOST_SILENCES: Final = 2
"""Questions without an answer, one after the other, after which a publisher is left in peace."""

_MOST_FAILURES: Final = 5
"""Answers refused, one after the other, after which asking on would bring more of the same."""

Verdict = Literal["kept", "unchanged", "partly", "refused", "skipped"]


@dataclass(frozen=True)
class Ingested:
    """What became of one source.

    Attributes:
        source: Its name.
        verdict: kept (something new), unchanged, partly (some questions refused), refused (all),
            or skipped (not asked).
        rows: Rows in the answers that came.
        vintage: The newest vintage held.
        reason: Why something was refused or skipped.
        asked: Questions asked.
        new: Payloads kept that were not held.
    """

    source: str
    verdict: Verdict
    rows: int = 0
    vintage: str = ""
    reason: str = ""
    asked: int = 0
    new: int = 0


def ingest(
    names: tuple[str, ...],
    place: Place,
    *,
    now: datetime,
    say: Say = lambda _: None,
    transport: Transport | None = None,
) -> list[Ingested]:
    """Ask publishers for what is new and keep it; all of them if none is named.

    Args:
        names: Sources to ask, in this order.
        place: Where vintages are kept.
        now: The instant of retrieval.
        say: Where progress is told.
        transport: How to ask, if not with the usual patience.

    Raises:
        SettingsError: A name is none of the sources'.
    """
    from forecast.pipeline.registry import SOURCES

    outcomes = []
    asking = transport or _polite()
    for name in known_sources(names):
        say(f"{name}: asking {SOURCES[name].title}")
        try:
            outcomes.append(ask(name, place, now=now, transport=asking, say=say))
        except (FetchError, SourceError, SettingsError) as error:
            outcomes.append(refused(name, place, error))
        say(f"{name}: {outcomes[-1].verdict}")
    return outcomes


def known_sources(names: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the sources named, in that order; all of them if none is.

    Raises:
        SettingsError: A name is none of the sources'.
    """
    from forecast.pipeline.registry import SOURCES

    if unknown := [name for name in names if name not in SOURCES]:
        raise SettingsError(f"source {', '.join(unknown)} is unknown. Known: {', '.join(SOURCES)}.")
    return tuple(names) or tuple(SOURCES)


def ask(
    name: str,
    place: Place,
    *,
    now: datetime,
    transport: Transport | None = None,
    keys: Mapping[str, str] | None = None,
    say: Say = lambda _: None,
) -> Ingested:
    """Ask one publisher everything its source knows to ask, and keep what is new.

    Args:
        name: The source.
        place: Where vintages are kept.
        now: The instant of retrieval.
        transport: How to ask, if not with the usual patience; one shares each host's pace.
        keys: Variable → key, from whoever keeps secrets elsewhere than in the environment.
        say: Where progress is told.

    Raises:
        FetchError: No question got an answer.
        SourceError: No answer is what its reader knows, or whole.
        SettingsError: The file that should hold its key cannot be read.
    """
    from forecast.pipeline.registry import SOURCES
    from forecast.sources.source import Situation
    from forecast.storage.incoming import sweep
    from forecast.storage.raw import held

    sweep(place.raw)  # what an ingest that was killed left half-written
    source, payloads = SOURCES[name], held(place.raw, name)
    key = key_of(source, keys)
    if reason := _why_not_asked(source, key):
        return Ingested(name, "skipped", reason=reason)
    standing = newest(payloads)
    known = {question: one.pages[0].details for question, one in standing.items()}
    questions = source.questions(Situation(now.date(), known, key))
    tally, silences, failures = _Tally(name), 0, 0
    errand = Errand(transport or _polite(), place.raw, now, key)
    for number, question in enumerate(questions, start=1):
        say(f"{name}: {question.name or 'the one document'}, {number} of {len(questions)}")
        try:
            brought = bring(source, question, errand, standing.get(question.name))
        except (FetchError, SourceError) as error:
            tally.errors.append(type(error)(hidden(str(error), key)))
            silences = silences + 1 if isinstance(error, FetchError) else 0
            failures += 1
            if silences == _MOST_SILENCES or failures == _MOST_FAILURES:
                tally.left = len(questions) - number
                break
            continue
        silences = failures = 0
        tally.add(brought)
    return tally.outcome(payloads[-1].vintage.name if payloads else "", _stays(name, place))


class _Tally:
    """What has become of the questions of a source so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.errors: list[ForecastError] = []
        self.left = self.asked = self.rows = self.new = 0
        self.vintage = ""

    def add(self, brought: Brought | None) -> None:
        """Note an answer and what it brought; None: it is as we hold it."""
        self.asked += 1
        if brought is not None:
            self.rows += brought.rows
            self.new += brought.new
            self.vintage = brought.vintage if brought.new else self.vintage

    def outcome(self, held: str, stays: str) -> Ingested:
        """Return what to tell.

        Raises:
            ForecastError: No question got an answer.
        """
        if self.errors and not self.asked:
            raise self.errors[0]
        reason = " ".join(str(error) for error in self.errors)
        if self.left:
            reason += f" {self.left} more questions were not asked."
        verdict: Verdict = "partly" if self.errors else "kept" if self.new else "unchanged"
        return Ingested(
            self.source,
            verdict,
            self.rows,
            self.vintage or held,
            f"{reason}{stays}" if reason else "",
            self.asked + len(self.errors),
            self.new,
        )


def _why_not_asked(source: Source, key: str) -> str:
    """Return why a source cannot be asked, and what to do; nothing if it can."""
    if source.key is not None and not key:
        return without_key(source)
    if source.contact_needed and not os.environ.get(CONTACT_VARIABLE, "").strip():
        return (
            f"{source.name}: {CONTACT_VARIABLE} is not set, so it was not asked: the publisher "
            "turns away whoever names no mail address. Set it to yours."
        )
    if source.files and not source.hosts:
        return (
            f"{source.name}: has no machine-readable page. Enter it by hand: `forecast ingest "
            f"{source.name} --file PATH` ({source.files})."
        )
    return ""


def _polite() -> Transport:
    from forecast.transport import Transport

    return Transport(os.environ.get(CONTACT_VARIABLE, "").strip() or DEFAULT_CONTACT)


def refused(name: str, place: Place, error: ForecastError) -> Ingested:
    """Return what is told of a source that refused: why, and what is still held of it."""
    return Ingested(name, "refused", reason=f"{error}{_stays(name, place)}")


def _stays(name: str, place: Place) -> str:
    from forecast.storage.raw import held

    last = held(place.raw, name)
    return f" The vintage of {last[-1].vintage.retrieved_at:%Y-%m-%d} stays." if last else ""
