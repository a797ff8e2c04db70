"""Capital expenditure in cash of six large buyers of computers, from their filings with the SEC.

``companyfacts`` is one document a company with every fact it ever filed. Each fact has the day on
which it was filed: true vintages since about 2009, known from the day after, as filings are
accepted until late in the evening. We follow cash paid for property and equipment, all purposes:
not data centres alone, finance leases left out. Values are as filed, in quarters and fiscal years
with their own days: those of Nvidia and Oracle are no calendar quarters, Microsoft's years end in
June. How quarters are drawn from sums of a year so far, and what a restatement does to them, is
told in ``sec_quarters``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

import pandas as pd

from forecast.contracts.errors import VintageError
from forecast.contracts.tables import OBSERVATIONS, PUBLICATIONS
from forecast.sources.sec_facts import NAME, PAGE, TAGS, Document, read_document, refusal
from forecast.sources.sec_quarters import Known, derive
from forecast.sources.source import Question, Reading, Request, Situation, Source

TITLE: Final = "Capital expenditure in company filings (XBRL company facts)"
LICENCE: Final = "public domain"
HOSTS: Final = ("data.sec.gov",)

_URL: Final = "https://data.sec.gov/api/xbrl/companyfacts/CIK{cik}.json"
_MOST_BYTES: Final = 60_000_000
_MOST_DAYS_OLD: Final = 200
"""A company files each quarter: facts older than this mean that the item has another name now."""
_LEAST_SHARE: Final = Decimal("0.98")
"""Share of the facts held before that an answer must have; a few may be taken back."""
_SCOPES: Final = dict(
    zip(TAGS, ("cash for property and equipment", "cash for productive assets"), strict=True)
)


class Company(NamedTuple):
    """A company we follow."""

    question: str
    name: str

    @property
    def series_id(self) -> str:
        """Its series."""
        return f"capex_{self.question}"


COMPANIES: Final = {
    "0000789019": Company("msft", "Microsoft"),
    "0001652044": Company("googl", "Alphabet"),
    "0001018724": Company("amzn", "Amazon"),
    "0001326801": Company("meta", "Meta Platforms"),
    "0001341439": Company("orcl", "Oracle"),
    "0001045810": Company("nvda", "NVIDIA"),
}
"""Central index key → company."""


def questions(_situation: Situation) -> tuple[Question, ...]:
    """Return one question a company: its whole document, whatever is held already."""
    return tuple(
        Question(
            company.question,
            Request(
                source=NAME,
                url=_URL.format(cik=cik),
                hosts=HOSTS,
                media_types=("application/json", "text/json", "application/octet-stream"),
                max_bytes=_MOST_BYTES,
            ),
        )
        for cik, company in COMPANIES.items()
    )


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the one body is the company's document, and no shorter than the one held.

    It must be whole JSON about the company asked for, reach as far as the document held, and have
    at least 98 % as many facts of the items we follow.

    Raises:
        SourceError: Something is short, or is not the document this reader knows.
    """
    refuse = refusal(f"the answer to {question!a}")
    if len(bodies) != 1:
        refuse(f"came as {len(bodies)} bodies", "one body with all facts of the company")
    found = read_document(bodies[0], f"the answer to {question!a}")
    company = COMPANIES.get(found.cik)
    if company is None or company.question != question:
        refuse(f"is about the company {found.cik}", "the company asked for")
    if not held:
        return
    before = read_document(held[0], f"the document held of {question!a}")
    if _newest(found) < _newest(before):
        refuse(f"ends on {_newest(found)}", f"facts up to {_newest(before)}, as held")
    if len(found.facts) < _LEAST_SHARE * len(before.facts):
        refuse(f"has {len(found.facts):,} facts", f"about {len(before.facts):,}, as held")


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return a row for each day on which a quarter or fiscal year became known or was restated.

    Args:
        payload: The document as kept, or one item's ``companyconcept``.
        retrieved_at: UTC instant we fetched it.

    Raises:
        SourceError: The payload is no such document, of a company we do not follow, or its newest
            fact is more than 200 days old.
        VintageError: ``retrieved_at`` has no time zone.
    """
    if retrieved_at.tzinfo is None:
        raise VintageError(
            f"{NAME}: retrieved_at is {retrieved_at}, without a time zone. Expected a UTC instant. "
            "Mend the caller."
        )
    fetched = retrieved_at.astimezone(UTC).date()
    document = read_document(payload)
    company = COMPANIES.get(document.cik)
    if company is None:
        followed = ", ".join(f"{cik} {known.name}" for cik, known in COMPANIES.items())
        refusal()(f"is about the company {document.cik}", f"one of {followed}")
    _not_stale(document, fetched)
    derived = derive(document.facts)
    sha256 = hashlib.sha256(payload).hexdigest()
    rows = _rows(derived.known, company, fetched)
    observations = pd.DataFrame(
        [{**row, "raw_sha256": sha256} for row in rows], columns=OBSERVATIONS.names
    )
    return Reading(
        OBSERVATIONS.shape(observations),
        _publication(company, document),
        left_out={**document.left_out, **derived.left_out},
    )


def _not_stale(document: Document, fetched: date) -> None:
    newest = _newest(document)
    if (fetched - newest).days > _MOST_DAYS_OLD:
        refusal()(
            f"ends with facts to {newest}, fetched on {fetched}",
            f"facts at most {_MOST_DAYS_OLD} days old: the company may use another tag than "
            f"{' or '.join(TAGS)}",
        )


def _newest(document: Document) -> date:
    """Return the last day of the newest span that had ended when it was filed."""
    return max((fact.end for fact in document.facts if fact.ended), default=date.min)


def _rows(known: Iterable[Known], company: Company, fetched: date) -> list[dict[str, object]]:
    """Return rows; of two that we learnt of on one day the later filing stands."""
    rows = [_row(one, company, fetched) for one in sorted(known, key=lambda one: one.filed)]
    by_key = {
        (row["frequency"], row["period_start"], row["period_end"], row["known_from"]): row
        for row in rows
    }
    return list(by_key.values())


def _row(known: Known, company: Company, fetched: date) -> dict[str, object]:
    """Return one row of OBSERVATIONS, without the hash.

    A filing dated after our own retrieval proves nothing: then the day of retrieval counts.
    """
    proven = known.filed <= fetched
    words = known.fact.words if known.less is None else f"{known.fact.words} - {known.less.words}"
    return {
        "series_id": company.series_id,
        "period_start": known.start,
        "period_end": known.end,
        "publication_id": _publication_id(company),
        "known_from": known.filed + timedelta(days=1) if proven else fetched,
        "frequency": known.frequency,
        "value": float(known.value),
        "value_text": words,
        "low": None,
        "high": None,
        "unit": "USD",
        "quantity": "spend",
        "scope": _SCOPES[known.fact.tag],
        "obs_status": "A",
        "known_from_basis": "stamped" if proven else "fetched",
        "row": known.fact.row,
    }


def _publication_id(company: Company) -> str:
    return f"sec_companyfacts_{company.question}"


def _publication(company: Company, document: Document) -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": _publication_id(company),
        "family": "sec",
        "publisher": "U.S. Securities and Exchange Commission",
        "title": f"XBRL company facts: {company.name}",
        "url": PAGE,
        "published": max(fact.filed for fact in document.facts).isoformat(),
        "licence": LICENCE,
        "attribution": f"Source: {company.name}, filings with the U.S. SEC (EDGAR)",
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
    streamed=True,
    contact_needed=True,
    files="a company's document of facts (companyfacts or companyconcept, JSON)",
)
"""The publication, for whoever walks all of them."""
