"""A builder of company documents in the form of the SEC, written by us.

``Company`` files reports about a true series of quarters: what is true may be restated between
two reports, the item's tag may change, and years may have 53 weeks.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

PPE = "PaymentsToAcquirePropertyPlantAndEquipment"
PA = "PaymentsToAcquireProductiveAssets"
MILLION = 1_000_000


def document(facts, /, cik=1652044, **members):
    """Return a companyfacts payload with facts by tag, beside items that are none of ours."""
    other = {"label": "Assets", "units": {"USD": [{"end": "2024-12-31", "val": 1}] * 3}}
    items = {tag: {"label": tag, "units": {"USD": rows}} for tag, rows in facts.items()}
    whole = {
        "cik": cik,
        "entityName": "EXAMPLE INC.",
        "facts": {"dei": {"Shares": {"units": {"shares": [{}]}}}, "us-gaap": {"Assets": other}},
    }
    whole["facts"]["us-gaap"] |= items
    return json.dumps(whole | members).encode()


class Company:
    """Keeps its true quarters and the facts it filed about them."""

    def __init__(self, quarters, ends):
        """Take amounts in millions, and the day before the first quarter with all their ends."""
        self.before, *self.ends = ends
        self.quarters = list(quarters)
        self.facts = {}
        self.number = 0
        self.tag = PPE

    def span(self, first, last):
        """Return start, end and amount of the quarters from first to last."""
        start = (self.ends[first - 1] if first else self.before) + timedelta(days=1)
        return start, self.ends[last], sum(self.quarters[first : last + 1]) * MILLION

    def file(self, day, *spans, form="10-Q", fp="Q1", fy=None):
        """File a report on a day about spans (first, last), under the tag of the day."""
        self.number += 1
        for first, last in spans:
            start, end, value = self.span(first, last)
            fact = {
                "start": start.isoformat(),
                "end": end.isoformat(),
                "val": value,
                "accn": f"0001652044-{day.year % 100:02d}-{self.number:06d}",
                "fy": fy or day.year,
                "fp": fp,
                "form": form,
                "filed": day.isoformat(),
            }
            self.facts.setdefault(self.tag, []).append(fact)

    def file_year(self, year, *, form="10-K", days=40, back=0):
        """File the annual report of a year (from 0), with ``back`` earlier years beside it."""
        day = self.ends[4 * year + 3] + timedelta(days=days)
        spans = [(4 * y, 4 * y + 3) for y in range(max(year - back, 0), year + 1)]
        self.file(day, *spans, form=form, fp="FY")

    def file_quarter(self, quarter, *, days=30, beside=()):
        """File the quarterly report of a quarter (from 0): the year so far, and more beside it."""
        first = quarter - quarter % 4
        day = self.ends[quarter] + timedelta(days=days)
        self.file(day, (first, quarter), *beside, fp=f"Q{quarter % 4 + 1}")

    def file_all(self, years, first=0):
        """File each report of some years, as most companies do."""
        for year in range(first, first + years):
            for quarter in range(4 * year, 4 * year + 3):
                self.file_quarter(quarter)
            self.file_year(year)

    def payload(self, **members):
        return document(self.facts, **members)


def calendar_ends(first_year, years):
    """Return the day before the first quarter and the last days of all calendar quarters."""
    lasts = ((3, 31), (6, 30), (9, 30), (12, 31))
    ends = [date(y, m, d) for y in range(first_year, first_year + years) for m, d in lasts]
    return [date(first_year - 1, 12, 31), *ends]


def week_ends(before, weeks):
    """Return ends of quarters of so many weeks."""
    ends = [before]
    for length in weeks:
        ends.append(ends[-1] + timedelta(weeks=length))
    return ends
