"""Epoch AI's two tables of data centres, in the columns of May 2026."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.replay.messages import CSV, Reply
from tests.replay.publishers.eia import figure
from tests.replay.publishers.world import as_csv
from tests.replay.server import tagged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.replay.messages import Asked

SITES = {
    "Alibaba Zhangbei": ("Alibaba", "Zhangbei, Hebei"),
    "Amazon Madison Mega Site": ("Amazon", "Highway 22, Canton, MS"),
    "Amazon Ridgeland": ("Amazon", "1626 County Line Road, Ridgeland, MS"),
    "Anthropic-Amazon New Carlisle": ("Amazon", "55001 Larrison Blvd, New Carlisle, IN 46552"),
    "Colossus 1": ("SpaceXAI", "3231 Paul R. Lowry Road, Memphis, TN 38109"),
    "Colossus 2": ("SpaceXAI", "5420 Tulane Road, Memphis, TN 38109"),
    "Coreweave Helios": ("CoreWeave", "Afton, TX"),
    "Goodnight": ("Fluidstack", "Goodnight, TX"),
    "Google New Albany": ("Google", "New Albany, OH"),
    "Google Omaha": ("Google", "Omaha, NE"),
    "Google Papillion": ("Google", "Schram Road, Papillion, NE"),
    "Meta Hyperion": ("Meta", "Holly Ridge, LA"),
    "Meta Prometheus": ("Meta", "1 Community Cir, New Albany, OH 43054"),
    "Microsoft Fairwater Atlanta": ("Microsoft", "Fayetteville, GA"),
    "Microsoft Fairwater Wisconsin": ("Microsoft", "Mount Pleasant, WI"),
    "OpenAI Stargate Abilene": ("Oracle", "5502 Spinks Road, Abilene, TX 79601"),
    "QTS Richmond": ("QTS", "6000 Technology Boulevard, Sandston, VA 23150"),
}
SITE_COLUMNS = (
    "Name", "Current H100 equivalents", "Current power (MW)",
    "Current total capital cost (2025 USD billions)", "Owner", "Users", "Notes",
    "Selected Sources", "Calculations sheet", "Project", "Investors", "Construction companies",
    "Energy companies", "Country", "Address",
)  # fmt: skip
TIMELINE_COLUMNS = (
    "Date", "Construction status", "Buildings operational", "IT power (MW)", "Power (MW)",
    "H100 equivalents", "Performance (8-bit OP/s)", "Total capital cost (2025 USD billions)",
    "Compute cost (2025 USD billions)", "Construction cost (2025 USD billions)",
    "Annual operating cost (2025 USD billions)", "Water use (MGD)", "Data center",
    "Current H100 equivalents (from Data center)", "Thumbnail",
)  # fmt: skip


@dataclass
class Epoch:
    """Sites, and their timelines of the past and of what is planned."""

    name: str
    today: date
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        tables = {
            "/data/data_centers/data_centers.csv": (SITE_COLUMNS, self.sites),
            "/data/data_centers/data_center_timelines.csv": (TIMELINE_COLUMNS, self.timelines),
        }
        if asked.path not in tables:
            return Reply(b"<html>404</html>", "text/html", 404)
        header, rows = tables[asked.path]
        body = as_csv(header, rows())
        return Reply(body, CSV, headers=tagged(body))

    def sites(self) -> Iterable[list[object]]:
        for site, (owner, address) in SITES.items():
            power = figure("power", site, places=0)
            notes = f"{site} is described here,\nin two lines."
            links = "- [An article](https://example.org/a)\n- [Another](https://example.org/b)"
            owned = f"{owner} #confident"
            yield [site, "1000.5", power, "4.25", owned, owned, notes, links, "", "", "", "", "",
                   "United States", address]  # fmt: skip

    def timelines(self) -> Iterable[list[object]]:
        number = 0
        for site in SITES:
            for step in range(8):
                number += 1
                if self.gone and number == 7:
                    continue
                day = date(2024, 2, 3) + timedelta(days=170 * step)
                power = step * 50 + (self.revised and number == 5)
                status = (
                    f"Land clearing for building {step}, see [news](https://example.org/{step})."
                )
                yield [str(day), status, f"{step}.0", f"{power * 0.7:.1f}", f"{power}.0",
                       f"{step * 900}.5", "21000000000000000000", "1.5", "1.0", "0.5", "0.1", "",
                       site, "1000.5", ""]  # fmt: skip
