"""Faults that one publisher was seen to commit, or could: in its own form, and plausible."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any

from tests.replay.faults import instead, on_body, on_json, on_table, once
from tests.replay.messages import JSON, Reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.replay.faults import Fault, Table
    from tests.replay.messages import Asked

Document = dict[str, Any]
EIA = ("eia_retail_sales", "eia_grid_demand", "eia_monthly_review", "eia_outlooks")
VALUES = ("sales", "value")


def on_rows(change: Callable[[list[Document], Document], object]) -> Fault:
    """Return a fault that changes the rows of EIA's answer, in place."""

    def changed(document: Document) -> None:
        if "response" in document:
            change(document["response"]["data"], document["response"])

    return on_json(changed)


def each_row(change: Callable[[Document], object]) -> Fault:
    return on_rows(lambda rows, _: [change(row) for row in rows] and None)


def a_value(text: object, place: int = 12) -> Fault:
    """Return a fault that puts something in place of one value."""

    def change(rows: list[Document], _: object) -> None:
        if len(rows) > place:
            rows[place].update({name: text for name in VALUES if name in rows[place]})

    return on_rows(change)


def first_page_again(asked: Asked, reply: Reply) -> Reply:
    """Send rows of the first page on the second, as an unstable order does."""
    document = json.loads(reply.body)
    if reply.status != 200 or asked.first_page:
        return reply
    rows = document["response"]["data"]
    rows[0] = {**rows[0], **_key_of_first(asked)}
    return reply.but(body=json.dumps(document).encode())


def _key_of_first(asked: Asked) -> Document:
    """Return the key that stands first on the first page, whatever the route."""
    first = {"retail": "2023-01", "region": "2026-07-01T01", "total": "2023-01", "aeo": "2025"}
    period = next((p for part, p in first.items() if part in asked.path), "2023")
    facets = {
        key.removeprefix("facets[").removesuffix("][]"): value
        for key, value in sorted(asked.query, reverse=True)
        if key.startswith("facets[")
    }
    return {"period": period, **facets}


def same_page_always(asked: Asked, reply: Reply) -> Reply:
    """Send full pages for ever: the first one, with the total of many."""
    document = json.loads(reply.body)
    if reply.status == 200:
        document["response"]["total"] = "900000"
        rows = document["response"]["data"]
        document["response"]["data"] = (rows * 300)[: int(asked.one("length", "5000"))]
    return reply.but(body=json.dumps(document).encode())


def total_moves(asked: Asked, reply: Reply) -> Reply:
    """State one row more on every page but the first."""
    document = json.loads(reply.body)
    if reply.status == 200 and not asked.first_page:
        total = int(document["response"]["total"]) + 1
        document["response"]["total"] = str(total)
    return reply.but(body=json.dumps(document).encode())


def _total(make: Callable[[str], object]) -> Fault:
    return on_rows(lambda _, response: response.update(total=make(response["total"])))


def _inner_warnings(document: Document) -> None:
    document["response"]["warnings"] = document.pop("warnings", [])


def _drop(rows: list[Document], response: Document, count: int = 3) -> None:
    """Take rows away and count the rest right: a publisher who lost some."""
    del rows[-count:]
    response["total"] = str(int(response["total"]) - count)


def _unit(spelling: Callable[[str], str]) -> Fault:
    def change(row: Document) -> None:
        for name in ("sales-units", "value-units", "unit"):
            if name in row:
                row[name] = spelling(row[name])

    return each_row(change)


def _numbers(row: Document) -> None:
    row.update({name: float(row[name]) for name in VALUES if name in row})


def _as_xml(_: Asked, reply: Reply) -> Reply:
    return reply.but(body=b'<?xml version="1.0"?><response><total>2</total></response>')


EIA_FAULTS: dict[str, Fault] = {
    "page 2 repeats a row of page 1": first_page_again,
    "pages without end": same_page_always,
    "total moves between pages": total_moves,
    "total is a number": _total(int),
    "total is one too high": _total(lambda total: str(int(total) + 1)),
    "total is no number": _total(lambda _: "many"),
    "total 0 and no rows": on_rows(
        lambda rows, response: (rows.clear(), response.update(total="0"))
    ),
    "rows lost, total right": on_rows(_drop),
    "warnings inside the response": on_json(_inner_warnings),
    "error as a string with 200": instead(b'{"error":"Invalid facet.","code":400}', JSON),
    "error as an object with 200": instead(b'{"error":{"code":"OVER_RATE_LIMIT"}}', JSON),
    "key refused with 403": instead(b'{"error":{"code":"API_KEY_INVALID"}}', JSON, 403),
    "unexpected 500, then an answer": once(
        instead(b"Something unexpected happened.", "text/plain", 500)
    ),
    "rows without the value": each_row(lambda row: [row.pop(name, None) for name in VALUES]),
    "another unit": _unit(lambda _: "trillion Btu"),
    "unit spelt otherwise": _unit(
        lambda unit: unit.replace("kilowatt hours", "Kilowatthours").replace(
            "watthours", "watt-hours"
        )
    ),
    "unit missing": _unit(lambda _: ""),
    "values as numbers": each_row(_numbers),
    "one value withheld as w": a_value("w"),
    "one value Not Available": a_value("Not Available"),
    "one value null": a_value(None),
    "one value with a decimal comma": a_value("1,234.5"),
    "one value true": a_value(text=True),
    "one value NaN": a_value(float("nan")),
    "one value as an object": a_value({"value": 1}),
    "month 13": on_rows(lambda rows, _: rows[5].update(period="2024-13")),
    "days in place of months": each_row(lambda row: row.update(period=row["period"] + "-01-01")),
    "XML": _as_xml,
    "rows in another order": on_rows(lambda rows, _: Random(3).shuffle(rows)),
}
GRID_FAULTS: dict[str, Fault] = {
    "int32 maximum and neighbours": on_rows(
        lambda rows, _: [
            rows[n].update(value=text)
            for n, text in ((20, "1527760000"), (21, "2147480000"), (22, "431044000"))
        ]
    ),
    "last hours missing": on_rows(lambda rows, response: _drop(rows, response, 5)),
    "another authority's rows": each_row(lambda row: row.update(respondent="BPAT")),
    "forecast in place of demand": each_row(lambda row: row.update(type="DF")),
}


def _cube(change: Callable[[Document], object]) -> Fault:
    return on_json(lambda document: change(document) and None)


def _dict_index(cube: Document) -> None:
    category = cube["dimension"]["TLIST(Q1)"]["category"]
    category["index"] = {one: place for place, one in enumerate(category["index"])}


def _transposed(cube: Document) -> None:
    """Put customers before quarters, cells and all."""
    count = cube["size"][1]
    cube["id"] = [cube["id"][0], cube["id"][2], cube["id"][1]]
    cube["size"] = [1, 3, count]
    cube["value"] = [cube["value"][3 * q + c] for c in range(3) for q in range(count)]


def _unit_mwh(cube: Document) -> None:
    cube["dimension"]["STATISTIC"]["category"]["unit"]["MEC02"]["label"] = "MWh"


CSO_FAULTS: dict[str, Fault] = {
    "value shorter than size": _cube(lambda cube: cube["value"].pop()),
    "value longer than size": _cube(lambda cube: cube["value"].append(1)),
    "index as an object": _cube(_dict_index),
    "dimensions in another order": _cube(_transposed),
    "another unit": _cube(_unit_mwh),
    "value as a sparse object": _cube(
        lambda cube: cube.update(value={str(n): v for n, v in enumerate(cube["value"])})
    ),
    "values as text": _cube(lambda cube: cube.update(value=[str(v) for v in cube["value"]])),
    "last quarter missing": _cube(
        lambda cube: (
            cube["dimension"]["TLIST(Q1)"]["category"]["index"].pop(),
            cube.update(size=[1, cube["size"][1] - 1, 3], value=cube["value"][:-3]),
        )
    ),
    "data centres and total swapped in name": on_body(
        lambda body: (
            body.replace(b'"Data centres"', b'"?"')
            .replace(b'"All metered electricity consumption"', b'"Data centres"')
            .replace(b'"?"', b'"All metered electricity consumption"')
        )
    ),
    "stamp older than what is held": _cube(
        lambda cube: cube.update(updated="2026-02-03T11:00:00.000Z")
    ),
    "stamp older than its own periods": _cube(
        lambda cube: cube.update(updated="2025-07-07T11:00:00.000Z")
    ),
    "no stamp": _cube(lambda cube: cube.pop("updated")),
    "stamp of tomorrow": _cube(lambda cube: cube.update(updated="2026-07-13T11:00:00.000Z")),
}


def _shuffled_index(cube: Document) -> None:
    """Give the places another order of countries, cells and all."""
    geo = cube["dimension"]["geo"]["category"]
    order = Random(5).sample(list(geo["index"]), len(geo["index"]))
    old, times = geo["index"], cube["size"][5]
    new = {code: place for place, code in enumerate(order)}
    moved = {old[code]: new[code] for code in order}

    def place(text: str) -> str:
        block, time = divmod(int(text), times)
        balance, area = divmod(block, len(order))
        return str((balance * len(order) + moved[area]) * times + time)

    geo["index"] = {code: new[code] for code in order}
    for name in ("value", "status"):
        cube[name] = {place(text): cell for text, cell in cube[name].items()}


def _confidential(cube: Document) -> None:
    cube["status"] = dict.fromkeys(cube["value"], "|C")
    cube["value"] = {}


def _one_confidential(cube: Document) -> None:
    place = next(iter(cube["value"]))
    del cube["value"][place]
    cube["status"][place] = "|C"


def _last_year_gone(cube: Document) -> None:
    last = cube["size"][5] - 1
    for name in ("value", "status"):
        cube[name] = {
            place: cell for place, cell in cube[name].items() if int(place) % (last + 1) != last
        }


EUROSTAT_FAULTS: dict[str, Fault] = {
    "warning 413 inside 200": instead(
        b'{"warning":{"status":413,"id":413,"label":"ASYNCHRONOUS_RESPONSE"}}', JSON
    ),
    "NO_RESULTS inside 200": instead(
        b'{"error":[{"status":200,"id":100,"label":"NO_RESULTS"}]}', JSON
    ),
    "no value, all confidential": _cube(_confidential),
    "one value confidential": _cube(_one_confidential),
    "index in another order": _cube(_shuffled_index),
    "no value at all": _cube(lambda cube: cube.update(value={}, status={})),
    "newest period without values": _cube(_last_year_gone),
    "a place beyond the size": _cube(lambda cube: cube["value"].update({"999999": 5.0})),
    "stamp older than what is held": _cube(
        lambda cube: cube.update(updated="2026-02-03T11:00:00+0100")
    ),
    "stamp older than its own periods": _cube(
        lambda cube: cube.update(updated="2025-07-07T11:00:00+0200")
    ),
    "no stamp": _cube(lambda cube: cube.pop("updated")),
    "stamp of tomorrow": _cube(lambda cube: cube.update(updated="2026-07-13T11:00:00+0200")),
    "a country missing": _cube(
        lambda cube: cube["dimension"]["geo"]["category"]["index"].popitem()
    ),
    "values as text": _cube(
        lambda cube: cube.update(value={k: str(v) for k, v in cube["value"].items()})
    ),
    "another unit": on_body(
        lambda body: body.replace(b'"GWH"', b'"KTOE"').replace(b"Gigawatt-hour", b"Kilotonnes")
    ),
}


def column(name: str, change: Callable[[str], str], place: int | None = None) -> Fault:
    """Return a fault that changes a column, in one row or in all."""

    def changed(rows: Table) -> Table:
        at = rows[0].index(name) if name in rows[0] else -1
        for number, row in enumerate(rows):
            if number and at >= 0 and place in (None, number):
                row[at] = change(row[at])
        return rows

    return on_table(changed)


def renamed(old: str, new: str) -> Fault:
    return on_table(lambda rows: [[new if c == old else c for c in rows[0]], *rows[1:]])


def _turned(rows: Table) -> Table:
    return [row[::-1] for row in rows]


TABLE_FAULTS: dict[str, Fault] = {
    "header only": on_table(lambda rows: rows[:1]),
    "no header": on_table(lambda rows: rows[1:]),
    "columns in another order": on_table(_turned),
    "a column more": on_table(lambda rows: [[*row, str(n)] for n, row in enumerate(rows)]),
    "rows in another order": on_table(
        lambda rows: [rows[0], *Random(9).sample(rows[1:], len(rows) - 1)]
    ),
    "a row twice": on_table(lambda rows: [*rows, rows[-1]]),
    "one cell short": on_table(lambda rows: [*rows[:5], rows[5][:-1], *rows[6:]]),
    "half the rows": on_table(lambda rows: rows[: len(rows) // 2]),
    "every third row gone": on_table(
        lambda rows: [row for n, row in enumerate(rows) if n % 3 or not n]
    ),
    "semicolons": on_body(lambda body: body.replace(b",", b";")),
    "all shifted by a column": on_table(
        lambda rows: [rows[0], *([r[-1], *r[:-1]] for r in rows[1:])]
    ),
}

OLD_EMBER = (
    b"Area,Country code,Year,Area type,Continent,Ember region,EU,OECD,G20,G7,ASEAN,Category,"
    b"Subcategory,Variable,Unit,Value,YoY absolute change,YoY % change\n"
    b"Ireland,IRL,2024,Country or economy,Europe,Europe,1,1,0,0,0,Electricity demand,Demand,"
    b"Demand,TWh,35.5,0.1,0.2\n"
)
EMBER_FAULTS: dict[str, Fault] = {
    "form of before 2026, one country": instead(OLD_EMBER),
    "Not Available as a value": column("Generation (TWh)", lambda _: "Not Available", 4),
    "generation in GWh": renamed("Generation (TWh)", "Generation (GWh)"),
    "a decimal comma": column("Generation (TWh)", lambda text: text.replace(".", ","), 4),
    "two-letter codes": column("ISO 3 code", lambda code: code[:2]),
}
OWID_FAULTS: dict[str, Fault] = {
    "demand renamed": renamed("electricity_demand", "electricity_demand_twh"),
    "country renamed": renamed("country", "entity"),
    "Not Available as a value": column("electricity_demand", lambda _: "Not Available", 9),
    "codes blank": column("iso_code", lambda _: ""),
    "newest year gone": on_table(lambda rows: [row for row in rows if "2025" not in row]),
}
CENSUS_FAULTS: dict[str, Fault] = {
    "another chart": renamed(
        "Monthly spending on data center construction in the United States",
        "Electricity demand - TWh",
    ),
    "another country": column("Entity", lambda _: "Canada"),
    "small letters": on_body(lambda body: body.replace(b"Entity,Code,Day", b"entity,code,day")),
    "years for days": column("Day", lambda day: day[:4]),
    "newest year gone": on_table(lambda rows: rows[:-12]),
}
EPOCH_FAULTS: dict[str, Fault] = {
    "every name another": on_body(
        lambda body: (
            body.replace(b"Google", b"Alphabet")
            .replace(b"Colossus", b"xAI Memphis")
            .replace(b"Microsoft", b"MSFT")
            .replace(b"Meta ", b"Facebook ")
        )
    ),
    "power renamed": renamed("Power (MW)", "Facility power (MW)"),
    "power in GW": renamed("Power (MW)", "Power (GW)"),
    "days as month, day, year": column(
        "Date", lambda day: f"{int(day[5:7])}/{int(day[8:])}/{day[:4]}" if day[:2] == "20" else day
    ),
    "a quote left open": on_body(
        lambda body: body[: body.rfind(b'"')] + body[body.rfind(b'"') + 1 :]
    ),
    "the thumbnails gone": on_table(
        lambda rows: [row[:-1] for row in rows] if rows[0][-1] == "Thumbnail" else rows
    ),
}


def _facts(change: Callable[[list[Document]], list[Document]]) -> Fault:
    """Return a fault that changes the facts of the tag."""

    def changed(document: Document) -> None:
        for tag in document["facts"]["us-gaap"].values():
            tag["units"] = {unit: change(rows) for unit, rows in tag["units"].items()}

    return on_json(changed)


SEC_FAULTS: dict[str, Fault] = {
    "undeclared tool": instead(b"<html>Undeclared Automated Tool</html>", "text/html", 403),
    "tag stops in 2020": _facts(
        lambda rows: [
            {**r, **{n: str(int(r[n][:4]) - 6) + r[n][4:] for n in ("start", "end", "filed")}}
            for r in rows
        ]
    ),
    "newest year of facts missing": _facts(lambda rows: rows[:-5]),
    "another company": on_json(lambda document: document.update(cik=320193, entityName="Apple")),
    "cik as text": on_json(lambda document: document.update(cik=f"{document['cik']:010d}")),
    "tag gone": on_json(lambda document: document["facts"].update({"us-gaap": {}})),
    "thousands of dollars": on_json(
        lambda document: (
            [
                tag["units"].update(KUSD=tag["units"].pop("USD"))
                for tag in document["facts"]["us-gaap"].values()
            ]
            and None
        )
    ),
    "values as text": _facts(lambda rows: [{**row, "val": str(row["val"])} for row in rows]),
    "facts in another order": _facts(lambda rows: Random(2).sample(rows, len(rows))),
    "facts twice": _facts(lambda rows: [*rows, *rows]),
}


def _records(change: Callable[[list[Document], Document], object]) -> Fault:
    """Return a fault that changes the records of Energinet's answer, in place."""
    return on_json(lambda answer: change(answer["records"], answer) and None)


def _each_record(change: Callable[[Document], object]) -> Fault:
    return _records(lambda records, _: [change(record) for record in records] and None)


def _default_limit(records: list[Document], answer: Document) -> None:
    del records[100:]
    answer["limit"] = 100


def _in_kwh(record: Document) -> None:
    record["ConsumptionkWh"] = round(record.pop("Consumption_MWh") * 1000, 3)


ENERGINET_FAULTS: dict[str, Fault] = {
    "100 of all records": _records(_default_limit),
    "100 of all records, no limit named": _records(
        lambda records, _: records.__delitem__(slice(100, None))
    ),
    "429 inside a 200 body": instead(
        b'{"statusCode":429,"message":"Rate limit is exceeded. Try again in 37 seconds"}', JSON
    ),
    "another data set": on_json(lambda answer: answer.update(dataset="ConsumptionIndustry")),
    "no record, total 0": on_json(lambda answer: answer.update(records=[], total=0)),
    "total as text": on_json(lambda answer: answer.update(total=str(answer["total"]))),
    "last day missing": _records(
        lambda records, answer: (
            records.__delitem__(slice(-24, None)),
            answer.update(total=len(records)),
        )
    ),
    "another industry": _each_record(lambda record: record.update(DK36Code="PR")),
    "the hour under its older name": _each_record(
        lambda record: record.update(HourUTC=record.pop("TimeUTC"))
    ),
    "Danish hours alone": _each_record(lambda record: record.pop("TimeUTC")),
    "values in kWh, and named so": _each_record(_in_kwh),
    "values under another name": _each_record(
        lambda record: record.update(Consumption=record.pop("Consumption_MWh"))
    ),
    "values as text": _each_record(
        lambda record: record.update(Consumption_MWh=str(record["Consumption_MWh"]))
    ),
    "one value null": _records(lambda records, _: records[12].update(Consumption_MWh=None)),
    "an hour twice": _records(
        lambda records, answer: (records.append(records[-1]), answer.update(total=len(records)))
    ),
    "rows in another order": _records(lambda records, _: Random(6).shuffle(records)),
    "month 13": _records(lambda records, _: records[5].update(TimeUTC="2026-13-01T05:00:00")),
}

OWN: dict[str, dict[str, Fault]] = {
    **dict.fromkeys(EIA, EIA_FAULTS),
    "eia_grid_demand": EIA_FAULTS | GRID_FAULTS,
    "cso_ireland": CSO_FAULTS,
    "eurostat_electricity": EUROSTAT_FAULTS,
    "ember_electricity": TABLE_FAULTS | EMBER_FAULTS,
    "energinet_industry": ENERGINET_FAULTS,
    "owid_energy": TABLE_FAULTS | OWID_FAULTS,
    "census_construction": TABLE_FAULTS | CENSUS_FAULTS,
    "epoch_data_centres": TABLE_FAULTS | EPOCH_FAULTS,
    "sec_capex": SEC_FAULTS,
}
"""Source → its own faults."""
