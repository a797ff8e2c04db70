"""SEC's document of facts of a company: years to date, repeats, a restatement, a tag that ends."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.replay.messages import JSON, Reply
from tests.replay.publishers.eia import figure

if TYPE_CHECKING:
    from tests.replay.messages import Asked

PROPERTY = "PaymentsToAcquirePropertyPlantAndEquipment"
ASSETS = "PaymentsToAcquireProductiveAssets"
COMPANIES = {
    789019: ("MICROSOFT CORPORATION", PROPERTY, 7),
    1652044: ("ALPHABET INC.", PROPERTY, 1),
    1018724: ("AMAZON COM INC", ASSETS, 1),
    1326801: ("Meta Platforms, Inc.", PROPERTY, 1),
    1341439: ("ORACLE CORP", PROPERTY, 6),
    1045810: ("NVIDIA CORP", ASSETS, 2),
}
"""CIK → name, tag of today, month in which the fiscal year begins."""


@dataclass
class Sec:
    """Companies by number; a newest filing may restate, and a row may vanish."""

    name: str
    today: date
    since: int = 2022
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        agent = asked.headers.get("user-agent", "")
        if "@" not in agent:
            return Reply(b"<html>Undeclared Automated Tool</html>", "text/html", 403)
        text = asked.path.removeprefix("/api/xbrl/companyfacts/CIK").removesuffix(".json")
        if not text.isdigit() or int(text) not in COMPANIES:
            return Reply(b"<Error><Code>NoSuchKey</Code></Error>", "application/xml", 404)
        headers = {"Cache-Control": "no-store"}
        return Reply(json.dumps(self.document(int(text))).encode(), JSON, 200, headers, "gzip")

    def document(self, cik: int) -> dict[str, object]:
        name, tag, month = COMPANIES[cik]
        facts = self._facts(cik, month)
        if self.gone:
            del facts[2]
        other = [{"end": "2026-06-30", "val": 1, "accn": "x", "fy": 2026, "fp": "Q2",
                  "form": "10-Q", "filed": "2026-07-20"}]  # fmt: skip
        return {
            "cik": cik,
            "entityName": name,
            "facts": {
                "dei": {"EntityPublicFloat": {"label": "Float", "units": {"USD": other}}},
                "us-gaap": {
                    tag: {"label": "Payments", "description": "Cash.", "units": {"USD": facts}}
                },
            },
        }

    def _facts(self, cik: int, month: int) -> list[dict[str, object]]:
        """Return sums of the year so far, each filed about a month after its end."""
        facts: list[dict[str, object]] = []
        for year in range(self.since, 2027):
            begin, sums = date(year - (month > 2), month, 1), 0
            for quarter in range(1, 5):
                end = _months_on(begin, 3 * quarter) - timedelta(days=1)
                filed = end + timedelta(days=26)
                if filed > self.today:
                    break
                sums += int(float(figure(cik, year, quarter, low=5e3, high=9e4))) * 1_000_000
                facts.append(_fact(cik, year, quarter, (begin, end, filed), sums))
        if self.revised:
            again = {**facts[3], "filed": str(self.today), "fp": "FY"}
            facts.append(
                {**again, "val": facts[3]["val"] + 55_000_000, "accn": f"{cik:010d}-26-000099"}
            )  # type: ignore[operator]
        return facts


def _fact(
    cik: int, year: int, quarter: int, days: tuple[date, date, date], sums: int
) -> dict[str, object]:
    begin, end, filed = days
    return {
        "start": str(begin),
        "end": str(end),
        "val": sums,
        "accn": f"{cik:010d}-{filed:%y}-{filed:%m%d%H}",
        "fy": year,
        "fp": "FY" if quarter == 4 else f"Q{quarter}",
        "form": "10-K" if quarter == 4 else "10-Q",
        "filed": str(filed),
    }


def _months_on(day: date, months: int) -> date:
    count = day.month - 1 + months
    return date(day.year + count // 12, count % 12 + 1, 1)
