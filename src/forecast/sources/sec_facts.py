"""Facts of one company as filed with the SEC: amounts with a span, a filing and its day.

Two documents hold them: ``companyfacts`` (every item a company ever reported) and
``companyconcept`` (one item). ``fy`` and ``fp`` describe the filing, not the fact: a span is known
by its two days alone. ``frame`` marks only the last filed fact of some spans and is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NoReturn

from forecast.contracts.errors import SourceError
from forecast.sources.strict_json import Json, Refuse, excerpt, parsed

NAME: Final = "sec_capex"
PAGE: Final = "https://www.sec.gov/search-filings/edgar-application-programming-interfaces"

TAGS: Final = ("PaymentsToAcquirePropertyPlantAndEquipment", "PaymentsToAcquireProductiveAssets")
"""Names of the item, as companies change from one to the other; the first wins within a day."""

_UNIT: Final = "USD"
_MOST: Final = 10**13
"""Ten trillion dollars: beyond it an amount is damaged."""
_MOST_FACTS: Final = 2_000
"""Seventeen years of filings have some hundreds."""
_ROUNDING: Final = 1_000_000
"""Filings round to millions: amounts this close say the same."""
_DAY: Final = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
_FILING: Final = re.compile(r"[0-9]{10}-[0-9]{2}-[0-9]{6}")
_CIK: Final = re.compile(r"[0-9]{1,10}")


@dataclass(frozen=True)
class Fact:
    """One amount of one filing, about one span of days."""

    tag: str
    start: date
    end: date
    value: Decimal
    """[USD]"""
    words: str
    """The amount as written."""
    filing: str
    filed: date
    in_annual_report: bool
    row: int
    """Place among the facts we follow, from 1."""

    @property
    def days(self) -> int:
        """Length of the span."""
        return (self.end - self.start).days + 1

    @property
    def ended(self) -> bool:
        """Whether its span had ended when it was filed; else its days are mistyped."""
        return self.end < self.filed


@dataclass(frozen=True)
class Document:
    """What one payload says of one company."""

    cik: str
    facts: tuple[Fact, ...]
    """Facts of the items we follow, each filing's once."""
    left_out: Mapping[str, int]
    """Entries that are no fact of ours, by reason."""


def same(one: Decimal, other: Decimal) -> bool:
    """Return whether two amounts differ by rounding at most."""
    return abs(one - other) <= _ROUNDING


def refusal(who: str = "the payload") -> Refuse:
    """Return the function that refuses ``who`` in our words."""

    def refuse(found: str, expected: str) -> NoReturn:
        raise SourceError(
            f"{NAME}: {who} {found}; expected {expected}. "
            f"Compare it with the company's facts as described at {PAGE} or fetch it again."
        )

    return refuse


def read_document(payload: bytes, who: str = "the payload") -> Document:
    """Return the facts in a ``companyfacts`` or ``companyconcept`` document.

    Raises:
        SourceError: It is neither, or a fact is not of the known form.
    """
    refuse = refusal(who)
    members = parsed(payload, refuse)
    items, others = _items(members, refuse)
    left_out: dict[str, int] = {}
    _count(left_out, "an item of the accounts other than capital expenditure", others)
    facts: list[Fact] = []
    row = 0
    for tag, item in items.items():
        entries, in_other_units = _entries(tag, item, refuse)
        _count(left_out, "an amount in another currency", in_other_units)
        if len(entries) > _MOST_FACTS:
            refuse(f"holds {len(entries):,} facts of {tag}", f"at most {_MOST_FACTS:,}")
        for entry in entries:
            row += 1
            facts.append(_fact(tag, entry, row, refuse))
    if not facts:
        refuse("holds no amount of capital expenditure in USD", f"one of {', '.join(TAGS)}")
    once = _once(facts, refuse)
    _count(left_out, "stated twice in one filing", len(facts) - len(once))
    return Document(_cik(members, refuse), tuple(once), left_out)


def _count(counts: dict[str, int], reason: str, number: int) -> None:
    if number:
        counts[reason] = number


def _cik(members: Json, refuse: Refuse) -> str:
    """Return the company's number with its ten digits; it comes as a number or as text."""
    cik = members.get("cik")
    digits = str(cik) if isinstance(cik, int) and not isinstance(cik, bool) else cik
    if not isinstance(digits, str) or not _CIK.fullmatch(digits):
        refuse(f"has `cik` {excerpt(cik)}", "a company's number of up to ten digits")
    return digits.zfill(10)


def _items(members: Json, refuse: Refuse) -> tuple[dict[str, object], int]:
    """Return the items we follow by tag, and how many entries the other items have."""
    facts = members.get("facts")
    if facts is None and "units" in members:
        tag = members.get("tag")
        if tag not in TAGS:
            refuse(f"is about the item {excerpt(tag)}", f"one of {', '.join(TAGS)}")
        return {str(tag): members}, 0
    if not isinstance(facts, dict):
        found = excerpt(list(members)) if facts is None else f"`facts` {excerpt(facts)}"
        refuse(f"has {found}", "`facts` by taxonomy, or one item's `tag` and `units`")
    ours = facts.get("us-gaap")
    if not isinstance(ours, dict):
        refuse(f"has facts of {excerpt(list(facts))}", "items of the taxonomy us-gaap")
    others = sum(
        _lengths(item)
        for taxonomy, items in facts.items()
        if isinstance(items, dict)
        for tag, item in items.items()
        if taxonomy != "us-gaap" or tag not in TAGS
    )
    return {tag: ours[tag] for tag in TAGS if tag in ours}, others


def _lengths(item: object) -> int:
    units = item.get("units") if isinstance(item, dict) else None
    lists = units.values() if isinstance(units, dict) else ()
    return sum(len(entries) for entries in lists if isinstance(entries, list))


def _entries(tag: str, item: object, refuse: Refuse) -> tuple[list[object], int]:
    """Return the entries of an item in USD, and how many it has in other units."""
    units = item.get("units") if isinstance(item, dict) else None
    if not isinstance(units, dict):
        refuse(f"has no `units` in {tag}", "facts by unit")
    entries = units.get(_UNIT, [])
    if not isinstance(entries, list):
        refuse(f"has {excerpt(entries)} in {tag}", "a list of facts")
    return entries, _lengths(item) - len(entries)


def _fact(tag: str, entry: object, row: int, refuse: Refuse) -> Fact:
    where = f"in fact {row:,} ({tag})"
    if not isinstance(entry, dict):
        refuse(f"has {excerpt(entry)} {where}", "an object with start, end, val, accn, filed")
    start, end, filed = (_day(entry, name, where, refuse) for name in ("start", "end", "filed"))
    if start > end:
        refuse(f"runs from {start} to {end} {where}", "a start before the end")
    filing = entry.get("accn")
    if not isinstance(filing, str) or not _FILING.fullmatch(filing):
        refuse(f"has `accn` {excerpt(filing)} {where}", "a filing such as 0001652044-26-000018")
    return Fact(
        tag=tag,
        start=start,
        end=end,
        value=_value(entry.get("val"), where, refuse),
        words=str(entry.get("val")),
        filing=filing,
        filed=filed,
        in_annual_report=_annual(entry, where, refuse),
        row=row,
    )


def _day(entry: Json, name: str, where: str, refuse: Refuse) -> date:
    found = entry.get(name)
    if not isinstance(found, str) or not _DAY.fullmatch(found):
        refuse(f"has `{name}` {excerpt(found)} {where}", "a day as YYYY-MM-DD")
    try:
        return date.fromisoformat(found)
    except ValueError:
        refuse(f"has `{name}` {found} {where}", "a day of the calendar")


def _value(found: object, where: str, refuse: Refuse) -> Decimal:
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        refuse(f"has `val` {excerpt(found)} {where}", "an amount as a number")
    value = Decimal(found)
    if not -_MOST <= value <= _MOST or round(value, 2) != value:
        refuse(f"has `val` {excerpt(str(found))} {where}", "an amount of dollars and cents")
    return value


def _annual(entry: Json, where: str, refuse: Refuse) -> bool:
    """Return whether the filing is an annual report: only there are twelve months a year.

    Quarterly reports of some companies state trailing twelve months, too.
    """
    form, period = entry.get("form"), entry.get("fp")
    if not isinstance(form, str) or not isinstance(period, str | None):
        refuse(f"has `form` {excerpt(form)} and `fp` {excerpt(period)} {where}", "text")
    return form.startswith("10-K") or period == "FY"


def _once(facts: list[Fact], refuse: Refuse) -> list[Fact]:
    """Return each filing's statement of a span once; of two roundings the finer one."""
    kept: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        key = (fact.tag, fact.start, fact.end, fact.filing, fact.filed)
        twin = kept.get(key)
        if twin is not None and not same(twin.value, fact.value):
            refuse(
                f"states {twin.value} and {fact.value} for {fact.start} to {fact.end} in filing "
                f"{fact.filing} ({fact.tag})",
                "one amount",
            )
        if twin is None or _digits(fact.value) > _digits(twin.value):
            kept[key] = fact
    return list(kept.values())


def _digits(value: Decimal) -> int:
    return len(value.normalize().as_tuple().digits)
