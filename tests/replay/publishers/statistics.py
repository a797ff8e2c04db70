"""Ireland's and Europe's statistical offices: the same family of JSON, dense and sparse."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from tests.replay.messages import JSON, Reply
from tests.replay.publishers.eia import figure

if TYPE_CHECKING:
    from tests.replay.messages import Asked

CUSTOMERS = {
    "-": "All metered electricity consumption",
    "10": "Data centres",
    "20": "Customers other than data centres",
}
WORDS = {
    "A": "Annual",
    "M": "Monthly",
    "FC": "Final consumption",
    "ID": "Inland demand",
    "E7000": "Electricity",
    "GWH": "Gigawatt-hour",
    "EU27_2020": "European Union - 27 countries (from 2020)",
}
MEC02 = "/public/api.restful/PxStat.Data.Cube_API.ReadDataset/MEC02/JSON-stat/2.0/en"


def stamped(today: date, *, revised: bool) -> date:
    """Return the day of the newest edition."""
    return today + timedelta(days=1 if revised else -25)


@dataclass
class Cso:
    """MEC02: quarters × customers, a dense list of GWh."""

    name: str
    today: date
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        if asked.path != MEC02:
            return Reply(b"<html>404</html>", "text/html", 404)
        return Reply(json.dumps(self.cube()).encode(), JSON)

    def cube(self) -> dict[str, object]:
        quarters = [f"{year}Q{n}" for year in range(2015, 2026) for n in range(1, 5)]
        values: list[object] = []
        for number, quarter in enumerate(quarters):
            centres = round(float(figure("dc", quarter, low=300, high=2000)))
            centres += number == 3 and self.revised
            others = round(float(figure("other", quarter, low=5500, high=6500)))
            values += [centres + others, centres, others]
        if self.gone:
            values[3 * 7 + 1] = None
        dimension = {
            "STATISTIC": {
                "label": "Statistic",
                "category": {
                    "index": ["MEC02"],
                    "label": {"MEC02": "Data Centres Metered Electricity Consumption"},
                    "unit": {"MEC02": {"decimals": 0, "label": "GWh", "position": "end"}},
                },
            },
            "TLIST(Q1)": {
                "label": "Quarter",
                "category": {"index": quarters, "label": {one: one for one in quarters}},
            },
            "C03907V04659": {
                "label": "Customer",
                "category": {"index": list(CUSTOMERS), "label": CUSTOMERS},
            },
        }
        return {
            "class": "dataset",
            "dimension": dimension,
            "extension": {
                "matrix": "MEC02",
                "reasons": ["Planned Routine Revision"],
                "contact": {"name": "A. Person", "email": "a.person@example.org", "phone": "1"},
                "official": True,
            },
            "href": f"https://ws.cso.ie{MEC02}",
            "id": list(dimension),
            "label": "Data Centres Metered Electricity Consumption",
            "role": {"time": ["TLIST(Q1)"], "metric": ["STATISTIC"]},
            "size": [1, len(quarters), 3],
            "updated": f"{stamped(self.today, revised=self.revised or self.gone)}T11:00:00.000Z",
            "value": values,
            "version": "2.0",
        }


@dataclass
class Eurostat:
    """nrg_cb_e and nrg_cb_em: a sparse object of values in any order, provisional ones flagged."""

    name: str
    today: date
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        code = asked.path.rpartition("/")[2]
        if code not in {"nrg_cb_e", "nrg_cb_em"}:
            label = f"ERR_NOT_FOUND_4: {code} is not available for dissemination."
            body = {"error": [{"status": 404, "id": 100, "label": label}]}
            return Reply(json.dumps(body).encode(), JSON, 404)
        return Reply(json.dumps(self.cube(code, asked)).encode(), JSON)

    def cube(self, code: str, asked: Asked) -> dict[str, object]:
        periods = self._periods(monthly=code == "nrg_cb_em", since=asked.one("sinceTimePeriod"))
        codes = {
            "freq": ["M" if code == "nrg_cb_em" else "A"],
            "nrg_bal": asked.all("nrg_bal") or ["ID", "FC"],
            "siec": ["E7000"],
            "unit": ["GWH"],
            "geo": asked.all("geo") or ["EU27_2020", "DE", "IE"],
            "time": periods,
        }
        value, status = self._cells(codes)
        stamp = f"{stamped(self.today, revised=self.revised or self.gone)}T11:00:00+0200"
        return {
            "version": "2.0",
            "class": "dataset",
            "label": "Supply, transformation and consumption of electricity",
            "source": "ESTAT",
            "updated": stamp,
            "value": value,
            "status": status,
            "id": list(codes),
            "size": [len(found) for found in codes.values()],
            "dimension": {
                name: {
                    "label": name,
                    "category": {
                        "index": {one: place for place, one in enumerate(found)},
                        "label": {one: WORDS.get(one, one) for one in found},
                    },
                }
                for name, found in codes.items()
            },
            "extension": {
                "lang": "EN",
                "id": code.upper(),
                "agencyId": "ESTAT",
                "annotation": [
                    {"type": "OBS_PERIOD_OVERALL_LATEST", "title": periods[-1]},
                    {"type": "UPDATE_DATA", "date": stamp},
                ],
                "status": {"label": {"p": "provisional"}},
            },
        }

    def _periods(self, *, monthly: bool, since: str) -> list[str]:
        first = int((since or "2015")[:4])
        if not monthly:
            return [str(year) for year in range(first, 2026)]
        found = [f"{year}-{month:02d}" for year in range(first, 2027) for month in range(1, 13)]
        return [one for one in found if since <= one <= "2026-05"]

    def _cells(self, codes: dict[str, list[str]]) -> tuple[dict[str, float], dict[str, str]]:
        newest = codes["time"][-1]
        cells, flags = [], []
        for number, key in enumerate(product(*codes.values())):
            place = str(number)
            if number == 7 and self.gone:
                flags.append((place, ":"))
                continue
            changed = number == 5 and self.revised
            cells.append((place, float(figure(*key, low=2e4, high=6e5)) + changed))
            if key[-1] == newest:
                flags.append((place, "p"))
        Random(7).shuffle(cells)
        return dict(cells), dict(flags)
