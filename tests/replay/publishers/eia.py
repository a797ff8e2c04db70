"""EIA's API as its users have seen it: envelope of 2.1.14, values as strings, the key echoed.

Rows come in an order of their own on every call, but for the columns one asks to sort by.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from tests.replay.messages import JSON, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.replay.messages import Asked

Row = dict[str, object]

MOST_ROWS = 5_000
INCOMPLETE = {
    "warning": "incomplete return",
    "description": "Only so many rows are returned; use offset to see the others.",
}
SECTORS = {
    "ALL": "all sectors",
    "COM": "commercial",
    "IND": "industrial",
    "OTH": "other",
    "RES": "residential",
    "TRA": "transportation",
}
AUTHORITIES = {
    "PJM": "PJM Interconnection, LLC",
    "ERCO": "Electric Reliability Council of Texas, Inc.",
    "MISO": "Midcontinent Independent System Operator, Inc.",
    "CISO": "California Independent System Operator",
    "US48": "United States Lower 48",
}


def figure(*key: object, low: float = 100.0, high: float = 900.0, places: int = 3) -> str:
    """Return a number that belongs to a key, as text; the same whenever it is asked for."""
    part = int.from_bytes(sha256(repr(key).encode()).digest()[:6], "big") / 2**48
    return f"{low + part * (high - low):.{places}f}"


def months(first: int, today: date, lag: int = 3) -> list[str]:
    """Return months from January of a year, up to some before today."""
    count = (today.year - first) * 12 + today.month - lag
    return [f"{first + n // 12}-{n % 12 + 1:02d}" for n in range(count)]


def years(first: int, last: int) -> list[str]:
    return [str(year) for year in range(first, last + 1)]


def hours(start: str, end: str) -> list[str]:
    """Return the hours from one to another, both included."""
    at, stop = (datetime.strptime(text, "%Y-%m-%dT%H") for text in (start, end))  # noqa: DTZ007
    found = []
    while at <= stop:
        found.append(f"{at:%Y-%m-%dT%H}")
        at += timedelta(hours=1)
    return found


@dataclass
class Eia:
    """All routes of the API; ``since`` is the year its series begin in."""

    name: str
    today: date
    since: int = 2023
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        key = asked.one("api_key") or asked.headers.get("x-api-key", "")
        if not key:
            return refusal(403, {"code": "API_KEY_MISSING", "message": "No api_key was supplied."})
        route = asked.path.removeprefix("/v2/").removesuffix("/data/")
        rows = self._rows(route, asked)
        if rows is None:
            return refusal(404, "Not found.")
        chosen = sorted_rows(list(self._changed(rows)), asked)
        return envelope(asked, chosen, route)

    def _rows(self, route: str, asked: Asked) -> Iterator[Row] | None:
        makers: dict[str, Callable[[Asked], Iterator[Row]]] = {
            "electricity/retail-sales": self._retail,
            "electricity/rto/region-data": self._demand,
            "total-energy": self._review,
            "steo": self._steo,
        }
        if route.startswith("aeo/"):
            return self._aeo(asked, int(route.removeprefix("aeo/")))
        return makers[route](asked) if route in makers else None

    def _changed(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield rows, the fifth changed if figures were revised, the seventh gone if taken back."""
        for number, row in enumerate(rows):
            if number == 5 and self.revised:
                yield {
                    name: f"{float(str(cell)) + 1:.3f}" if name in {"sales", "value"} else cell
                    for name, cell in row.items()
                }
            elif number != 7 or not self.gone:
                yield row

    def _retail(self, asked: Asked) -> Iterator[Row]:
        annual = asked.one("frequency") == "annual"
        periods = years(self.since, 2025) if annual else months(self.since, self.today)
        facets = product(
            within(periods, asked), asked.all("facets[stateid][]"), asked.all("facets[sectorid][]")
        )
        for period, state, sector in facets:
            yield {
                "period": period,
                "stateid": state,
                "stateDescription": "U.S. Total" if state == "US" else f"State of {state}",
                "sectorid": sector,
                "sectorName": SECTORS[sector],
                "sales": "0" if sector == "OTH" else figure("sales", period, state, sector),
                "sales-units": "million kilowatt hours",
            }

    def _demand(self, asked: Asked) -> Iterator[Row]:
        newest = f"{self.today - timedelta(days=1):%Y-%m-%d}T23"
        periods = hours(asked.one("start"), min(asked.one("end", newest), newest))
        facets = product(periods, asked.all("facets[respondent][]"), asked.all("facets[type][]"))
        for period, respondent, kind in facets:
            yield {
                "period": period,
                "respondent": respondent,
                "respondent-name": AUTHORITIES[respondent],
                "type": kind,
                "type-name": "Demand",
                "value": figure(respondent, period, low=60_000, high=120_000, places=0),
                "value-units": "megawatthours",
            }

    def _review(self, asked: Asked) -> Iterator[Row]:
        annual = asked.one("frequency") == "annual"
        periods = years(self.since, 2025) if annual else months(self.since, self.today)
        for period, msn in product(within(periods, asked), asked.all("facets[msn][]")):
            yield {
                "period": period,
                "msn": msn,
                "seriesDescription": f"{msn} in Million Kilowatthours",
                "value": figure(msn, period, low=1e5, high=4e5),
                "unit": "Million Kilowatthours",
            }

    def _steo(self, asked: Asked) -> Iterator[Row]:
        annual = asked.one("frequency") == "annual"
        periods = years(self.since, 2027) if annual else months(self.since, date(2028, 3, 1))
        for period, series in product(within(periods, asked), asked.all("facets[seriesId][]")):
            yield {
                "period": period,
                "seriesId": series,
                "seriesDescription": f"{series}, United States",
                "value": figure(series, period, places=10),
                "unit": "billion kilowatthours",
            }

    def _aeo(self, asked: Asked, edition: int) -> Iterator[Row]:
        cases = {f"ref{edition}": "Reference", f"lowmacro{edition}": "Low Macro"}
        periods = years(edition - 1, 2050)
        for period, case, series in product(periods, cases, asked.all("facets[seriesId][]")):
            yield {
                "period": period,
                "history": "HISTORICAL" if int(period) < edition else "PROJECTION",
                "scenario": case,
                "scenarioDescription": cases[case],
                "tableId": "5" if "_comm_" in series else "8",
                "tableName": "Table of an outlook",
                "seriesId": series,
                "seriesName": None,
                "regionId": "1-0",
                "regionName": "United States",
                "value": figure(edition, case, series, period, low=0.5, high=9.5)
                if series.endswith("qbtu")
                else figure(edition, case, series, period, low=3_900, high=5_500),
                "unit": "quads" if series.endswith("qbtu") else "BkWh",
            }


def within(periods: list[str], asked: Asked) -> list[str]:
    """Return the periods asked for: bounds are compared as text."""
    start, end = asked.one("start", "0"), asked.one("end", "9")
    return [period for period in periods if start <= period <= end]


def sorted_rows(rows: list[Row], asked: Asked) -> list[Row]:
    """Return rows in an order of chance, then sorted by what was asked."""
    Random(asked.number).shuffle(rows)
    columns = [value for key, value in asked.query if key.startswith("sort[") and "column" in key]
    ways = [value for key, value in asked.query if key.startswith("sort[") and "direction" in key]
    for column, way in reversed(list(zip(columns, ways, strict=True))):
        rows.sort(key=lambda row: str(row.get(column)), reverse=way == "desc")
    return rows


def envelope(asked: Asked, rows: list[Row], route: str) -> Reply:
    """Return one page of rows in the form of the API's version 2.1.14."""
    offset = int(asked.one("offset", "0"))
    length = min(int(asked.one("length", str(MOST_ROWS))), MOST_ROWS)
    page = rows[offset : offset + length]
    whole: dict[str, object] = {"warnings": [INCOMPLETE]} if len(page) < len(rows) else {}
    whole["response"] = {
        "total": str(len(rows)),
        "dateFormat": "YYYY-MM",
        "frequency": asked.one("frequency"),
        "data": page,
        "description": "Figures made up for a test.",
    }
    whole["request"] = {
        "command": f"/v2/{route}/data/",
        "params": {
            "api_key": asked.one("api_key"),
            "frequency": asked.one("frequency"),
            "data": asked.all("data[0]"),
            "offset": str(offset),
            "length": str(length),
        },
    }
    whole |= {"apiVersion": "2.1.14", "ExcelAddInVersion": "2.1.0"}
    return Reply(json.dumps(whole).replace("/", "\\/").encode(), JSON)


def refusal(status: int, error: object) -> Reply:
    """Return an error in the publisher's two forms: a string with a code, or an object."""
    body = {"error": error} if isinstance(error, dict) else {"error": error, "code": status}
    return Reply(json.dumps(body).encode(), JSON, status)
