"""Energinet's Energi Data Service: hours by industry; a hundred of them unless one asks for all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.replay.messages import JSON, Reply
from tests.replay.publishers.eia import figure, hours

if TYPE_CHECKING:
    from tests.replay.messages import Asked

PATH = "/dataset/ConsumptionDK3619IndustryHour"
CODES = {
    "JB_JC": "Telekommunikation & It- og informationstjenester",
    "PR": "Privat",
}
MOST_RECORDS = 100
"""Records of an answer to one who names no limit."""


@dataclass
class Energinet:
    """One record for each hour and industry, newest hours 18 days old."""

    name: str
    today: date
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        if asked.path != PATH:
            return Reply(b'{"statusCode":404,"message":"Resource not found"}', JSON, 404)
        records = self._records(asked)
        limit = int(asked.one("limit", str(MOST_RECORDS)))
        whole: dict[str, object] = {"total": len(records)}
        whole |= {name: asked.one(name) for name in ("sort",) if asked.one(name)}
        if asked.one("filter"):
            whole["filters"] = asked.one("filter")
        if limit:
            whole["limit"] = limit
        whole["dataset"] = PATH.rpartition("/")[2]
        whole["records"] = records[: limit or None]
        return Reply(json.dumps(whole, separators=(",", ":")).encode(), JSON)

    def _records(self, asked: Asked) -> list[dict[str, object]]:
        wanted = json.loads(asked.one("filter", "{}")).get("DK36Code", list(CODES))
        newest = f"{self.today - timedelta(days=18)}T23"
        end = min(asked.one("end")[:13], newest)
        found: list[dict[str, object]] = []
        for hour in hours(asked.one("start")[:13], end):
            if hour == asked.one("end")[:13]:
                break
            for code in wanted:
                value = float(figure(code, hour, low=250, high=350, places=6))
                found.append(
                    {
                        "TimeUTC": f"{hour}:00:00",
                        "TimeDK": f"{hour}:00:00",
                        "DK36Code": code,
                        "DK36Title": CODES[code],
                        "Consumption_MWh": value,
                    }
                )
        if self.revised:
            found[5]["Consumption_MWh"] = 300.0
        if self.gone:
            del found[7]
        return found
