"""Quarters and fiscal years of one company, as a reader of its filings knew them day by day.

Cash-flow statements add up from the start of a fiscal year, so that a quarter is mostly a
difference: of the half-year and the first quarter, of nine months and the half-year, of the year
and nine months. Where a filing states the quarter itself, that stands before a difference.

**Restatements.** A restated year says nothing of the nine months within it, unless those were
filed again: one restated sum less one that is not would push a year's correction into a quarter.
Hence a quarter keeps the pair of sums it was last drawn from until both are restated, or until
the one that is not restated was filed anew, unchanged, on the day of the other's change or after.
What this cannot see: a quarterly report under new accounting whose year so far is already restated
and whose earlier quarters, as filed, are not. Its first difference is what a reader could compute.

**Tags.** Sums under two tags are subtracted only where the tags are one measure under two names:
by that day some span was filed under both, and every such span with the same amount.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from forecast.sources.sec_facts import TAGS, Fact, same

Span = tuple[date, date]

_QUARTERS: Final = ((80, 100), (170, 195), (260, 290), (350, 380))
"""Days in one to four quarters: of 13 weeks, sometimes 12 or 14, or of three months."""


@dataclass(frozen=True)
class Known:
    """What a filing made known: the value of a quarter or a year, from that day on."""

    frequency: str
    start: date
    end: date
    value: Decimal
    """[USD]"""
    fact: Fact
    """The fact that states it, or the larger of two sums."""
    less: Fact | None
    """The smaller sum, where the value is a difference."""
    filed: date
    """Day of the filing after which it could be known."""


@dataclass(frozen=True)
class Derived:
    """All that was known when, and what nothing could be made of."""

    known: tuple[Known, ...]
    left_out: Mapping[str, int]


class _Tags:
    """Which tags are one measure under two names, by what was filed up to a day."""

    def __init__(self, spans: Mapping[Span, Sequence[Fact]]) -> None:
        self._shared = [facts for facts in spans.values() if len({fact.tag for fact in facts}) > 1]
        self._found: dict[tuple[str, str, date], bool] = {}

    def alike(self, one: Fact, other: Fact, day: date) -> bool:
        """Return whether two facts' tags are proven to be one measure by the end of a day."""
        if one.tag == other.tag:
            return True
        key = (one.tag, other.tag, day)
        if key not in self._found:
            self._found[key] = self._proven(*key)
        return self._found[key]

    def _proven(self, one: str, other: str, day: date) -> bool:
        pairs = [[_newest(facts, tag, day) for tag in (one, other)] for facts in self._shared]
        proofs = [(a.value, b.value) for a, b in pairs if a is not None and b is not None]
        return bool(proofs) and all(same(a, b) for a, b in proofs)


def derive(facts: Iterable[Fact]) -> Derived:
    """Return the values of quarters and fiscal years with the filings that made them known."""
    left_out: Counter[str] = Counter()
    spans: defaultdict[Span, list[Fact]] = defaultdict(list)
    for fact in facts:
        if reason := _unusable(fact):
            left_out[reason] += 1
        else:
            spans[fact.start, fact.end].append(fact)
    for span, stated in spans.items():
        spans[span] = _one_a_day(stated, left_out)
    tags = _Tags(spans)
    known = [*_years(spans, left_out)]
    known += _quarters(spans, tags, left_out)
    return Derived(tuple(known), left_out)


def _unusable(fact: Fact) -> str:
    if not fact.ended:
        return "filed before its period had ended: no actual figure"
    return "" if _length(fact.days) else "a span that is not one to four quarters"


def _length(days: int) -> int:
    """Return how many quarters a span is, or nought."""
    for quarters, (least, most) in enumerate(_QUARTERS, start=1):
        if least <= days <= most:
            return quarters
    return 0


def _one_a_day(stated: list[Fact], left_out: Counter[str]) -> list[Fact]:
    """Return a span's facts by day of filing; of one day's the last filing under the first tag."""
    ordered = sorted(stated, key=lambda f: (f.filed, -TAGS.index(f.tag), f.filing, f.row))
    by_day = {fact.filed: fact for fact in ordered}
    if len(by_day) < len(ordered):
        left_out["another filing or tag of the same day stands"] += len(ordered) - len(by_day)
    return list(by_day.values())


def _newest(stated: Sequence[Fact], tag: str, day: date) -> Fact | None:
    found = [fact for fact in stated if fact.tag == tag and fact.filed <= day]
    return found[-1] if found else None


def _changes(stated: Sequence[Fact]) -> Iterator[Fact]:
    """Yield the facts that changed the value of their span."""
    last = None
    for fact in stated:
        if last is None or fact.value != last.value:
            yield fact
        last = fact


def _stated(frequency: str, stated: Sequence[Fact], left_out: Counter[str]) -> list[Known]:
    """Return what filings say of a span in so many words."""
    new = [
        Known(frequency, fact.start, fact.end, fact.value, fact, None, fact.filed)
        for fact in _changes(stated)
    ]
    if len(new) < len(stated):
        left_out["filed again without a change"] += len(stated) - len(new)
    return new


def _years(spans: Mapping[Span, list[Fact]], left_out: Counter[str]) -> Iterator[Known]:
    for stated in spans.values():
        quarters = _length(stated[0].days)
        if quarters in {2, 3}:
            left_out["a sum of two or three quarters: only for differences"] += len(stated)
        if quarters != 4:
            continue
        if any(fact.in_annual_report for fact in stated):
            yield from _stated("A", stated, left_out)
        else:
            left_out["twelve months that are no fiscal year"] += len(stated)


def _quarters(
    spans: Mapping[Span, list[Fact]], tags: _Tags, left_out: Counter[str]
) -> Iterator[Known]:
    plain = {
        span: _stated("Q", stated, left_out)
        for span, stated in spans.items()
        if _length(stated[0].days) == 1
    }
    drawn: defaultdict[Span, list[Known]] = defaultdict(list)
    for more, less in _pairs(spans):
        found = _differences(spans[more], spans[less], tags, left_out)
        drawn[less[1] + timedelta(days=1), more[1]] += found
    for span in sorted({*plain, *drawn}):
        days = {fact.filed for fact in spans.get(span, ())}
        yield from _told(plain.get(span, []), drawn.get(span, []), days)


def _pairs(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Yield sums from one day on, of which one is a quarter longer than the other."""
    from_day: defaultdict[date, list[Span]] = defaultdict(list)
    for span in spans:
        from_day[span[0]].append(span)
    for sums in from_day.values():
        for more in sums:
            for less in sums:
                if _length((more[1] - less[1]).days) == 1:
                    yield more, less


def _differences(
    more: Sequence[Fact], less: Sequence[Fact], tags: _Tags, left_out: Counter[str]
) -> list[Known]:
    """Return the values of a quarter that two sums give, filing by filing."""
    found: list[Known] = []
    pair: tuple[Fact, Fact] | None = None
    refused = ""
    for day in sorted({fact.filed for fact in (*more, *less)}):
        whole, part = _up_to(more, day), _up_to(less, day)
        if not whole or not part:
            continue
        refused = _why_not(pair, whole, part, tags)
        if refused:
            continue
        pair = (whole[-1], part[-1])
        value = pair[0].value - pair[1].value
        if not found or value != found[-1].value:
            start, end = part[-1].end + timedelta(days=1), whole[-1].end
            found.append(Known("Q", start, end, value, *pair, day))
    if refused:
        left_out[refused] += 1
    return found


def _up_to(stated: Sequence[Fact], day: date) -> list[Fact]:
    return [fact for fact in stated if fact.filed <= day]


def _why_not(
    pair: tuple[Fact, Fact] | None, whole: list[Fact], part: list[Fact], tags: _Tags
) -> str:
    """Say why the newest two sums give no quarter, or blank if they do."""
    newest = (whole[-1], part[-1])
    if not tags.alike(*newest, max(fact.filed for fact in newest)):
        return "a quarter whose sums stand under two tags that may differ: not drawn from these"
    if pair is None:
        return ""
    restated = [new.value != old.value for new, old in zip(newest, pair, strict=True)]
    if restated == [True, False]:
        alone = part[-1].filed < _since(whole)
    elif restated == [False, True]:
        alone = whole[-1].filed < _since(part)
    else:
        alone = False
    return "a quarter of which one sum alone is restated: its last value stands" if alone else ""


def _since(stated: list[Fact]) -> date:
    """Return the day from which the newest value has stood."""
    return list(_changes(stated))[-1].filed


def _told(plain: list[Known], drawn: list[Known], days: set[date]) -> Iterator[Known]:
    """Yield what was known of one quarter, statements and differences in the order of days.

    A first difference does not replace a statement, and none does on a day on which the quarter
    itself was filed. A later one does: sums restated alike tell of a quarter that is no longer
    stated by itself.
    """
    if plain and drawn and drawn[0].filed >= plain[0].filed:
        drawn = drawn[1:]
    later = [known for known in drawn if known.filed not in days]
    last = None
    for known in sorted([*later, *plain], key=lambda k: k.filed):
        if last is None or known.value != last.value:
            last = known
            yield known
