"""Our World in Data, Ember, and the Census figures that Our World in Data redraws: CSV files."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tests.replay.messages import CSV, Reply
from tests.replay.publishers.eia import figure
from tests.replay.server import tagged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.replay.messages import Asked

COUNTRIES = {
    "ARE": "United Arab Emirates", "ARG": "Argentina", "AUS": "Australia", "AUT": "Austria",
    "BEL": "Belgium", "BGD": "Bangladesh", "BGR": "Bulgaria", "BRA": "Brazil", "CAN": "Canada",
    "CHE": "Switzerland", "CHL": "Chile", "CHN": "China", "COL": "Colombia", "CYP": "Cyprus",
    "CZE": "Czechia", "DEU": "Germany", "DNK": "Denmark", "EGY": "Egypt", "ESP": "Spain",
    "EST": "Estonia", "FIN": "Finland", "FRA": "France", "GBR": "United Kingdom", "GRC": "Greece",
    "HRV": "Croatia", "HUN": "Hungary", "IDN": "Indonesia", "IND": "India", "IRL": "Ireland",
    "IRN": "Iran", "ISL": "Iceland", "ISR": "Israel", "ITA": "Italy", "JPN": "Japan",
    "KAZ": "Kazakhstan", "KOR": "South Korea", "LTU": "Lithuania", "LUX": "Luxembourg",
    "LVA": "Latvia", "MEX": "Mexico", "MLT": "Malta", "MYS": "Malaysia", "NGA": "Nigeria",
    "NLD": "Netherlands", "NOR": "Norway", "NZL": "New Zealand", "PAK": "Pakistan",
    "PHL": "Philippines", "POL": "Poland", "PRT": "Portugal", "ROU": "Romania", "RUS": "Russia",
    "SAU": "Saudi Arabia", "SGP": "Singapore", "SVK": "Slovakia", "SVN": "Slovenia",
    "SWE": "Sweden", "THA": "Thailand", "TUR": "Turkey", "TWN": "Taiwan", "UKR": "Ukraine",
    "USA": "United States", "VNM": "Vietnam", "ZAF": "South Africa",
}  # fmt: skip

OWID_COLUMNS = (
    "country", "year", "iso_code", "population", "gdp", "carbon_intensity_elec",
    "coal_electricity", "electricity_demand", "electricity_demand_per_capita",
    "electricity_generation", "electricity_share_energy", "fossil_electricity",
    "gas_electricity", "low_carbon_electricity", "net_elec_imports",
    "net_elec_imports_share_demand", "nuclear_electricity", "per_capita_electricity",
    "primary_energy_consumption", "solar_electricity", "wind_electricity",
)  # fmt: skip

EMBER_COLUMNS = (
    "Area", "ISO 3 code", "Year", "Area type", "Electricity source", "Is aggregated source",
    "Generation (TWh)", "Generation YoY change (TWh)", "Generation YoY change (%)",
    "Share of generation (%)", "Share of generation YoY change (% points)", "Capacity (GW)",
    "Emissions (MtCO2e)", "Emissions YoY change (MtCO2e)", "Emissions YoY change (%)",
    "Share of emissions (%)", "Emissions intensity (gCO2e/kWh)", "Continent", "Ember region",
    "EU member", "OECD member", "G20 member", "G7 member", "ASEAN member",
)  # fmt: skip

EMBER_SOURCES = {
    "Coal": False, "Gas": False, "Nuclear": False, "Net imports": False,
    "Hydro, bioenergy and other renewables": True, "Total generation": True, "Demand": True,
}  # fmt: skip


def as_csv(header: Iterable[str], rows: Iterable[Iterable[object]], *, end: bool = True) -> bytes:
    """Return a table as text; the charts' files end without a line end."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    found = text.getvalue()
    return (found if end else found.rstrip("\n")).encode()


@dataclass
class Owid:
    """The energy data set: countries and aggregates, a blank code for the latter."""

    name: str
    today: date
    since: int = 2021
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        if asked.path != "/data/energy/owid-energy-data.csv":
            return Reply(b"<html>404</html>", "text/html", 404)
        body = as_csv(OWID_COLUMNS, self.rows())
        return Reply(body, CSV, headers=tagged(body))

    def rows(self) -> Iterable[list[object]]:
        areas = {**{name: code for code, name in COUNTRIES.items()}, "ASEAN (Ember)": ""}
        areas |= {"World": "", "European Union (27)": "", "Africa (EI)": ""}
        for area in sorted(areas):
            for year in range(self.since, 2026):
                taken = self.gone and (area, year) == ("Ireland", 2021)
                changed = self.revised and (area, year) == ("Ireland", 2022)
                demand = float(figure(area, year)) + changed
                imports = float(figure("imports", area, year, low=-5, high=5))
                known: dict[str, object] = {
                    "country": area,
                    "year": year,
                    "iso_code": areas[area],
                    "population": int(float(figure("people", area, low=1e6, high=9e7))),
                    "electricity_demand": "" if taken else f"{demand:.3f}",
                    "electricity_generation": f"{demand - imports:.3f}",
                    "net_elec_imports": f"{imports:.3f}",
                }
                yield [known.get(column, "") for column in OWID_COLUMNS]


@dataclass
class Ember:
    """The yearly and the monthly release: demand is a row among the sources of electricity."""

    name: str
    today: date
    since: int = 2023
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        folder, _, file = asked.path.rpartition("/")
        files = {
            "release_generation_yearly_global.csv": False,
            "release_generation_monthly_global.csv": True,
        }
        if folder != "/public-downloads/generation/outputs" or file not in files:
            return Reply(b"<html>404</html>", "text/html", 404)
        body = self.body(monthly=files[file])
        return Reply(body, CSV, headers=tagged(body))

    def body(self, *, monthly: bool) -> bytes:
        header = [("Date" if name == "Year" and monthly else name) for name in EMBER_COLUMNS]
        months = [f"{year}-{month:02d}-01" for year in (2025, 2026) for month in range(1, 13)]
        recent = [month for month in months if "2025-04" < month < "2026-06-02"]
        periods = recent if monthly else [str(year) for year in range(self.since, 2026)]
        return as_csv(header, self.rows(periods))

    def rows(self, periods: list[str]) -> Iterable[list[object]]:
        areas = [(name, code, "Country or economy") for code, name in COUNTRIES.items()]
        areas += [("EU", "", "Region"), ("World", "", "World")]
        number = 0
        for area, code, kind in sorted(areas):
            for period in periods:
                for source, aggregated in EMBER_SOURCES.items():
                    number += source == "Demand"
                    if self.gone and source == "Demand" and number == 7:
                        continue
                    value = float(figure(area, period, source))
                    value += self.revised and source == "Demand" and number == 5
                    facts: list[object] = [area, code, period, kind, source, aggregated]
                    places = ["Asia", "Asia", False, False, True, False, False]
                    rest = ["", "", *places[2:]] if kind != "Country or economy" else places
                    yield [*facts, f"{value:.3f}", "1.5", "0.2", "9.1", "0.1", *[""] * 6, *rest]


@dataclass
class Census:
    """Data-centre construction, month by month, as a chart of Our World in Data."""

    name: str
    today: date
    revised: bool = False
    gone: bool = False

    def answer(self, asked: Asked) -> Reply:
        if not asked.path.endswith("/grapher/monthly-spending-data-center-us.csv"):
            return Reply(b"<html>404</html>", "text/html", 404)
        short = asked.one("useColumnShortNames") == "true"
        title = "Monthly spending on data center construction in the United States"
        header = ["Entity", "Code", "Day", title]
        if short:
            header = ["entity", "code", "day", "data_center"]
        months = [f"{y}-{m:02d}-01" for y in range(2014, 2027) for m in range(1, 13)]
        rows: list[list[object]] = []
        for number, day in enumerate(month for month in months if month <= "2026-05-01"):
            value = int(float(figure("census", day, low=1.4e8, high=3.9e9)))
            if number == 7 and self.gone:
                continue
            rows.append(["United States", "USA", day, value + (number == 5 and self.revised)])
        body = as_csv(header, rows, end=False)
        return Reply(body, CSV, headers=tagged(body))
