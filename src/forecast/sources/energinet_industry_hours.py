"""The hours in an answer of Energinet's about use by industry, as they stand there.

An answer holds as many records as it counts, or is refused: the default limit of 100 looks like
success. Numbers in megawatt-hours keep their text; kilowatt-hours are divided by 1,000.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from forecast.sources.figures import Figure, Measure, Sorted, Span, refuse_twins
from forecast.sources.strict_csv import exact
from forecast.sources.strict_json import Json, Refuse, excerpt
from forecast.sources.written_json import Written, written

NAME: Final = "energinet_industry"
DATASET: Final = "ConsumptionDK3619IndustryHour"
SERIES: Final = "dk_telecom_it_demand"
CODES: Final = "DK36Code"
"""The column that names the industry."""
CODE: Final = "JB_JC"
"""Telecommunication, and information technology and services: the finest there is."""
OTHER_CODE: Final = f"another industry code than {CODE}"

_MEASURE: Final = Measure("MWh", "energy", "metered, telecom and IT services (DK36 JB and JC)")
_TIMES: Final = ("TimeUTC", "HourUTC")
_VALUES: Final = {"Consumption_MWh": Decimal(1), "ConsumptionkWh": Decimal(1000)}
"""Column → how many of its unit make a megawatt-hour."""
_HOUR: Final = re.compile(r"(2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}):00(?::00)?Z?")


def read_hours(payload: bytes, fetched: date, refuse: Refuse) -> Sorted:
    """Return the hours of an answer that holds as many records as it counts."""
    parted = Sorted()
    for row, record in enumerate(_records(written(payload, refuse), refuse), start=1):
        time, measured = _columns(record, row, refuse)
        start, code = _start(record[time], row, refuse), record[CODES]
        if not isinstance(code, str) or isinstance(code, Written):
            refuse(f"holds the code {excerpt(code)} in row {row:,}", f"text such as {CODE}")
        if code != CODE:
            parted.left_out[OTHER_CODE] += 1
            continue
        value, words = _value(record[measured], _VALUES[measured], row, refuse)
        status = "M" if value is None else "A"
        span = Span(start, start.date(), "H")
        parted.take(Figure(SERIES, span, _MEASURE, value, words, row, status), fetched)
    refuse_twins(parted.figures, fetched, refuse)
    return parted


def _records(answer: Json, refuse: Refuse) -> Sequence[Json]:
    """Return the records of an answer about the data set, if it holds all of them."""
    if "statusCode" in answer:
        status, said = excerpt(answer["statusCode"]), excerpt(answer.get("message"))
        refuse(f"says status {status}: {said}", "a data set")
    if answer.get("dataset") != DATASET:
        refuse(f"is of the data set {excerpt(answer.get('dataset'))}", DATASET)
    records, total = answer.get("records"), answer.get("total")
    if not isinstance(records, list):
        refuse(f"has records {excerpt(records)}", "a list of them")
    if not isinstance(total, Written) or total != str(len(records)):
        refuse(
            f"holds {len(records):,} records of {excerpt(total)}",
            "all that it counts; it was asked with limit=0, against the default limit of 100",
        )
    for row, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            refuse(f"has the record {excerpt(record)} in row {row:,}", "an object")
    return records


def _columns(record: Json, row: int, refuse: Refuse) -> tuple[str, str]:
    """Return the names under which a record has its hour and its value."""
    times = [name for name in _TIMES if name in record]
    values = [name for name in _VALUES if name in record]
    if len(times) != 1 or len(values) != 1 or CODES not in record:
        either = f"{' or '.join(_TIMES)}, and {' or '.join(_VALUES)}"
        refuse(
            f"has the columns {excerpt(list(record))} in row {row:,}", f"{CODES}, one of {either}"
        )
    return times[0], values[0]


def _start(found: object, row: int, refuse: Refuse) -> datetime:
    """Return the UTC instant, without zone, at which an hour starts."""
    parts = _HOUR.fullmatch(found) if isinstance(found, str) else None
    try:
        start = datetime.fromisoformat(f"{parts[1]}:00") if parts else None
    except ValueError:
        start = None
    if start is None:
        refuse(f"holds the hour {excerpt(found)} in row {row:,}", "such as 2025-07-01T04:00:00")
    return start


def _value(found: object, many: Decimal, row: int, refuse: Refuse) -> tuple[Decimal | None, str]:
    """Return the megawatt-hours of a cell, and its text if that is what it says.

    Args:
        found: The cell; null is no value.
        many: How many of its unit make a megawatt-hour.
        row: Its record, for an error.
        refuse: Raises SourceError.
    """
    if found is None:
        return None, ""
    if not isinstance(found, Written):
        refuse(f"holds the value {excerpt(found)} in row {row:,}", "a number or null")
    number = exact(found, f"row {row:,}", refuse)
    if number is None or many == 1:
        return number, str(found)
    return number / many, ""
