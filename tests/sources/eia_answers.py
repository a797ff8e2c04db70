"""Builders of EIA's answers and bulk lines in the publisher's forms, written by us."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

SECTORS = ("ALL", "COM", "IND", "OTH", "RES", "TRA")
AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def answer(rows, frequency, *, total=None, **response):
    """Return an answer of the newest version; ``total`` is the count of rows unless given."""
    body = {
        "response": {
            "total": str(len(rows)) if total is None else total,
            "dateFormat": "YYYY-MM",
            "frequency": frequency,
            "data": rows,
            "description": "Written by us.",
            **response,
        },
        "request": {"command": "/v2/x/data/", "params": {"frequency": frequency}},
        "apiVersion": "2.1.14",
    }
    return json.dumps(body).encode()


def sale(period, place="US", sector="ALL", sales="100.5", **members):
    """Return one row of retail sales."""
    return {
        "period": period,
        "stateid": place,
        "stateDescription": place,
        "sectorid": sector,
        "sectorName": sector,
        "sales": sales,
        "sales-units": "million kilowatt hours",
        **members,
    }


def sales(periods, places=("US",), sectors=SECTORS):
    """Return rows whose values tell their place."""
    return [
        sale(period, place, sector, f"{1000 * n + 10 * m + k}.5")
        for n, period in enumerate(periods, start=1)
        for m, place in enumerate(places)
        for k, sector in enumerate(sectors)
    ]


def months(year, count=12):
    return [f"{year}-{month:02}" for month in range(1, count + 1)]


def hour(period, respondent="PJM", value="90000", **members):
    """Return one row of the grid monitor."""
    return {
        "period": period,
        "respondent": respondent,
        "respondent-name": respondent,
        "type": "D",
        "type-name": "Demand",
        "value": value,
        "value-units": "megawatthours",
        **members,
    }


def hours(first, count, respondent="PJM"):
    """Return rows of consecutive hours by their ends, the first as given."""
    start = datetime.fromisoformat(first)
    ends = [start + timedelta(hours=n) for n in range(count)]
    return [hour(f"{end:%Y-%m-%dT%H}", respondent, str(90000 + n)) for n, end in enumerate(ends)]


def bulk_line(series_id, data, units="million kilowatthours", stamp="2026-09-23T17:01:12-04:00"):
    """Return one line of a bulk file."""
    line = {
        "series_id": series_id,
        "name": "Written by us",
        "units": units,
        "f": series_id[-1],
        "last_updated": stamp,
        "data": data,
    }
    return json.dumps(line).encode()


def category_line(child):
    return json.dumps({"category_id": "0", "name": "Electricity", "childseries": [child]}).encode()


def packed(*members):
    """Return a zip of named texts."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return whole.getvalue()
