"""Files a person may have downloaded: bulk files, exports, forms of former years."""

from __future__ import annotations

import json

from tests.replay.publishers.eia import figure, months
from tests.replay.publishers.everyone import TODAY
from tests.replay.publishers.world import COUNTRIES, as_csv

STAMP = "2026-07-08T05:04:05-04:00"


def lines(*series: dict[str, object]) -> bytes:
    """Return series of EIA's bulk files, one a line."""
    return b"".join(json.dumps(one).encode() + b"\n" for one in series)


def bulk(series_id: str, units: str, f: str, pairs: list[list[object]]) -> dict[str, object]:
    return {
        "series_id": series_id,
        "name": f"A series : {series_id}",
        "units": units,
        "f": f,
        "description": "Made up for a test.",
        "source": "EIA, U.S. Energy Information Administration",
        "iso3166": "USA",
        "geography": "USA",
        "start": str(pairs[-1][0]),
        "end": str(pairs[0][0]),
        "last_updated": STAMP,
        "data": pairs,
    }


def retail_lines() -> bytes:
    """Return sales as in ELEC: newest first, with the sentinels of the bulk files."""
    found = []
    for sector in ("ALL", "RES", "COM", "IND", "TRA"):
        pairs: list[list[object]] = [
            [month.replace("-", ""), float(figure("sales", month, "US", sector))]
            for month in reversed(months(2023, TODAY))
        ]
        found.append(bulk(f"ELEC.SALES.US-{sector}.M", "million kilowatthours", "M", pairs))
    found[-1]["data"][3][1] = "--"  # type: ignore[index]
    others = {"category_id": "0", "parent_category_id": "1", "name": "A category"}
    return lines(*found, others)


def demand_lines() -> bytes:
    pairs: list[list[object]] = [
        [f"20260703T{hour:02d}Z", 90_000 + hour] for hour in range(23, 0, -1)
    ]
    return lines(bulk("EBA.PJM-ALL.D.H", "megawatthours", "H", pairs))


def demand_table() -> bytes:
    rows = [[f"2026-07-03T{hour:02d}:00:00Z", "PJM", 90_000 + hour] for hour in range(24)]
    return as_csv(("datetime_utc", "respondent", "demand_mwh"), rows)


def review_table() -> bytes:
    """Return table 7.6 as the browser exports it: month 13 is the year."""
    rows: list[list[object]] = []
    for msn, name in (("ESRCPUS", "Residential"), ("ESCCPUS", "Commercial")):
        for year in (2023, 2024):
            values = [int(float(figure(msn, year, m, low=1e5, high=2e5))) for m in range(1, 13)]
            cells = [*values, sum(values)]
            rows += [
                [msn, f"{year}{m:02d}", value, 1, f"Electricity Retail Sales, {name} Sector",
                 "Million Kilowatthours"]
                for m, value in enumerate(cells, start=1)
            ]  # fmt: skip
    rows.append(["ESRCPUS", "202501", "Not Available", 1, "Electricity Retail Sales, Residential"
                 " Sector", "Million Kilowatthours"])  # fmt: skip
    return as_csv(("MSN", "YYYYMM", "Value", "Column_Order", "Description", "Unit"), rows)


def review_lines() -> bytes:
    pairs: list[list[object]] = [["202403", 100.5], ["202402", 101.5], ["202401", "NA"]]
    return lines(bulk("TOTAL.ESRCPUS.M", "Million Kilowatthours", "M", pairs))


def outlook_lines() -> bytes:
    pairs: list[list[object]] = [[str(year), 4000.5 + year] for year in range(2027, 2020, -1)]
    return lines(bulk("STEO.ELTCTWH.A", "billion kilowatthours", "A", pairs))


def ember_long() -> bytes:
    header = ("Area", "Country code", "Year", "Area type", "Continent", "Ember region", "EU",
              "OECD", "G20", "G7", "ASEAN", "Category", "Subcategory", "Variable", "Unit",
              "Value", "YoY absolute change", "YoY % change")  # fmt: skip
    kinds = (
        ("Electricity demand", "Demand", "Demand", "TWh"),
        ("Electricity demand", "Demand per capita", "Demand per capita", "MWh"),
        ("Electricity generation", "Total", "Total Generation", "TWh"),
        ("Electricity imports", "Electricity imports", "Net Imports", "TWh"),
    )
    rows = [
        [name, code, year, "Country", "Europe", "Europe", 1.0, 1.0, 0.0, 0.0, "", *kind,
         figure(name, year, kind), "0.1", "0.2"]
        for code, name in sorted(COUNTRIES.items(), key=lambda pair: pair[1])
        for year in (2023, 2024)
        for kind in kinds
    ]  # fmt: skip
    return as_csv(header, rows)


def ember_api() -> bytes:
    rows = [
        {
            "entity": COUNTRIES[code],
            "entity_code": code,
            "is_aggregate_entity": False,
            "date": str(year),
            "series": "Demand",
            "is_aggregate_series": True,
            "demand_twh": float(figure(code, year)),
            "demand_mwh_per_capita": 6.5,
        }
        for code in ("IRL", "USA")
        for year in (2023, 2024)
    ]
    stats = {
        "timestamp": "2026-07-09T05:00:00Z",
        "response_time_in_seconds": 0.1,
        "rate_limit": "No",
        "number_of_records": len(rows),
        "query_parameters_used": {"entity_code": "IRL,USA"},
        "available_metrics": ["demand_twh"],
        "query_value_range": {},
    }
    return json.dumps({"stats": stats, "data": rows}).encode()


def owid_json() -> bytes:
    whole = {
        name: {
            "iso_code": code,
            "data": [
                {
                    "year": year,
                    "population": 5_000_000,
                    "electricity_demand": float(figure(name, year)),
                    "electricity_generation": float(figure("made", name, year)),
                }
                for year in (2023, 2024, 2025)
            ],
        }
        for code, name in COUNTRIES.items()
    }
    return json.dumps(whole).encode()


def chart() -> bytes:
    rows = [
        [name, code, year, figure(name, year, places=2)]
        for code, name in [*COUNTRIES.items(), ("", "ASEAN (Ember)"), ("OWID_WRL", "World")]
        for year in (2022, 2023)
    ]
    return as_csv(("Entity", "Code", "Year", "Electricity demand - TWh"), rows, end=False)


def timelines_of_2025() -> bytes:
    """Return timelines in the columns of December 2025: CRLF, days as month/day/year."""
    header = ("Date", "Data center", "Construction status", "Power (MW)", "H100 equivalents",
              "Buildings operational", "Total capital cost (2025 USD billions)",
              "Compute cost (2025 USD billions)", "Construction cost (2025 USD billions)",
              "Building area (square feet)", "Site area (square feet)", "Water use (MGD)",
              "Performance (8-bit OP/s)")  # fmt: skip
    rows = [
        [
            day,
            "xAI Colossus 1 Memphis Tennessee",
            "Built",
            power,
            1.5,
            1,
            1,
            1,
            1,
            "",
            "",
            "",
            "2E+21",
        ]
        for day, power in (("9/20/2024", 150), ("1/28/2025", 300), ("12/1/2026", 450))
    ]
    return as_csv(header, rows).replace(b"\n", b"\r\n")


def concept() -> bytes:
    facts = [
        {"start": "2024-01-01", "end": "2024-03-31", "val": 12_012_000_000, "fy": 2024, "fp": "Q1",
         "accn": "0001652044-24-000053", "form": "10-Q", "filed": "2024-04-26"},
        {"start": "2024-01-01", "end": "2024-06-30", "val": 25_198_000_000, "fy": 2024, "fp": "Q2",
         "accn": "0001652044-24-000079", "form": "10-Q", "filed": "2024-07-24"},
        {"start": "2026-01-01", "end": "2026-03-31", "val": 35_674_000_000, "fy": 2026, "fp": "Q1",
         "accn": "0001652044-26-000048", "form": "10-Q", "filed": "2026-04-30"},
    ]  # fmt: skip
    whole = {
        "cik": 1652044,
        "taxonomy": "us-gaap",
        "tag": "PaymentsToAcquirePropertyPlantAndEquipment",
        "label": "Payments",
        "description": "Cash.",
        "entityName": "ALPHABET INC.",
        "units": {"USD": facts},
    }
    return json.dumps(whole).encode()


def rates() -> bytes:
    rows = [
        ["2025-06", "40.1", "USD bn/yr", "2025-08-01", ""],
        ["2025-07", "41.2", "USD bn/yr", "2025-09-02", ""],
    ]
    return as_csv(("period", "value", "unit", "published", "url"), rows)


def loads() -> bytes:
    rows = [
        ["ercot", "2026-04", "requested", "205000", "MW", "2026-05-20", "A"],
        ["ercot", "2026-05", "requested", "212000", "MW", "2026-06-17", "A"],
        ["ercot", "2026-05", "energised", "6500.5", "MW", "2026-06-17", "E"],
        ["pjm", "2030", "adjustment", "30.2", "GW", "2026-01-14", "A"],
    ]
    return as_csv(("table", "period", "category", "value", "unit", "published", "status"), rows)


FILES = {
    "sales, bulk": ("eia_retail_sales", retail_lines()),
    "demand, bulk": ("eia_grid_demand", demand_lines()),
    "demand, a table": ("eia_grid_demand", demand_table()),
    "review, the browser's export": ("eia_monthly_review", review_table()),
    "review, bulk": ("eia_monthly_review", review_lines()),
    "outlook, bulk": ("eia_outlooks", outlook_lines()),
    "Ember, long": ("ember_electricity", ember_long()),
    "Ember, API": ("ember_electricity", ember_api()),
    "energy data, JSON": ("owid_energy", owid_json()),
    "a chart of demand": ("owid_energy", chart()),
    "timelines of 2025": ("epoch_data_centres", timelines_of_2025()),
    "one item of filings": ("sec_capex", concept()),
    "annual rates": ("census_construction", rates()),
    "large loads": ("large_load", loads()),
}
"""What it is → the source it is entered as, and the file."""
