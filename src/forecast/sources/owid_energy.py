"""Our World in Data: electricity demand and generation of countries and the world, by year.

TWh. Compiled from Ember and the Energy Institute. Demand is generation and net imports: losses are
in it, so it is neither sales nor final consumption. The newest year has Ember's figures only and
is filled country by country. Aggregates stand among the countries and are left out but for the
world. Two copies of the data set differ in digits: one is rounded to three decimals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import pandas as pd

from forecast.contracts.tables import PUBLICATIONS
from forecast.sources.figures import (
    Figure,
    Measure,
    Sorted,
    day_fetched,
    observations,
    refuse_twins,
    year_span,
)
from forecast.sources.owid_energy_rows import DATA_SET, File, Line, read_file
from forecast.sources.source import Question, Reading, Request, Situation, Source
from forecast.sources.strict_csv import exact
from forecast.sources.strict_json import Refuse, excerpt
from forecast.sources.wholeness import only_body, refusal_of, refuse_shorter, refuse_without

NAME: Final = "owid_energy"
TITLE: Final = "Energy data set"
LICENCE: Final = "CC BY 4.0"
HOSTS: Final = ("owid-public.owid.io",)
PUBLICATION_ID: Final = "owid_energy_live"
QUESTION: Final = "energy_data"

_PAGE: Final = "https://github.com/owid/energy-data"
_URL: Final = "https://owid-public.owid.io/data/energy/owid-energy-data.csv"
_DEMAND: Final = Measure("TWh", "energy", "gross demand: generation and net imports, losses in")
_GENERATION: Final = Measure("TWh", "energy", "generation of all sources")
_MOST: Final = 200_000
"""More TWh a year than the world can use: a figure above it is in another unit."""
_WORLD: Final = "OWID_WRL"
_BIG: Final = ("bra", "chn", "deu", "fra", "gbr", "ind", "jpn", "usa", "world")
"""Areas that a whole file holds in every recent year."""
_COUNTRY: Final = re.compile(r"[A-Z]{3}")
_BROKEN: Final = 0.1
"""Share of rows whose balance may fail before the file is called another one: past editions took
generation and demand from different publishers, so that a single row proves nothing."""
_SLACK: Final = Decimal("0.1")
"""Share of demand by which a balance may fail; another unit or column fails by far more."""


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return the one question: the whole data set in full precision."""
    del situation
    request = Request(
        source=NAME,
        url=_URL,
        hosts=HOSTS,
        media_types=("text/csv", "application/csv", "text/plain", "application/octet-stream"),
        max_bytes=60_000_000,
    )
    return (Question(QUESTION, request),)


def complete(_question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the body is the whole data set.

    Its last line must have an end, the big countries and the world a demand in the year before
    the newest, and it must reach as far as the vintage held with nearly as many figures.

    Raises:
        SourceError: Something is short, or is not the file this reader knows.
    """
    refuse = refusal_of(NAME, "the data set", _PAGE)
    file = read_file(only_body(bodies, refuse), refuse)
    if file.form != DATA_SET:
        refuse(f"is a {file.form}", f"the {DATA_SET}")
    if not file.ended:
        refuse("has no end to its last line", "whole lines: it may be cut off")
    found = _parted(file, date.max, refuse).figures
    refuse_without(found, [f"{area}_electricity_demand" for area in _BIG], refuse)
    for body in held:
        refuse_held = refusal_of(NAME, "the data set as held", _PAGE)
        before = _parted(read_file(body, refuse_held), date.max, refuse_held).figures
        refuse_shorter(found, before, refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each country, year and figure; nothing is summed.

    Raises:
        SourceError: The payload is none of the files this reader knows.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = day_fetched(NAME, retrieved_at)
    refuse = refusal_of(NAME, "the file", _PAGE)
    file = read_file(payload, refuse)
    parted = _parted(file, fetched, refuse)
    rows = observations(parted.figures, payload, {"A": PUBLICATION_ID}, fetched)
    return Reading(rows, _publication(), left_out=dict(parted.left_out))


def _parted(file: File, fetched: date, refuse: Refuse) -> Sorted:
    """Return the figures of countries and the world, and why other lines hold none."""
    parted, broken, balanced = Sorted(), 0, 0
    for line in file.lines:
        demand, generation, imports = _numbers(line, refuse)
        area = _area(line, parted, refuse)
        if demand is not None and generation is not None and imports is not None:
            balanced += 1
            broken += abs(generation + imports - demand) > Decimal("0.02") + abs(demand) * _SLACK
        if area:
            _take(line, area, (demand, generation), parted, fetched, refuse)
    if file.in_doubt:
        parted.left_out["the last line has no end: its number may be cut"] += 1
    if broken > balanced * _BROKEN:
        refuse(
            f"has {broken:,} of {balanced:,} rows in which generation and net imports are not "
            "demand",
            "a balance that holds",
        )
    refuse_twins(parted.figures, fetched, refuse)
    return parted


def _numbers(line: Line, refuse: Refuse) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """Return demand, generation and net imports of a line. [TWh]"""
    demand, generation, imports = (
        exact(words, f"row {line.number:,}, {column}", refuse)
        for column, words in (
            ("demand", line.demand),
            ("generation", line.generation),
            ("net imports", line.imports),
        )
    )
    if any(number is not None and abs(number) > _MOST for number in (demand, generation)):
        refuse(f"holds more than {_MOST:,} in row {line.number:,}", "TWh of one year")
    return demand, generation, imports


def _area(line: Line, parted: Sorted, refuse: Refuse) -> str:
    """Return the first part of a series' name, or blank for an area that is left out."""
    if line.area == "World" or line.code == _WORLD:
        return "world"
    if not line.code:
        parted.left_out["an aggregate without a code: would double count"] += 1
    elif line.code.startswith("OWID_"):
        parted.left_out["an area with a code of the publisher's own: no ISO country"] += 1
    elif _COUNTRY.fullmatch(line.code):
        return line.code.lower()
    else:
        refuse(
            f"has the code {excerpt(line.code)} in row {line.number:,}", "ISO codes of 3 letters"
        )
    return ""


def _take(
    line: Line,
    area: str,
    numbers: tuple[Decimal | None, Decimal | None],
    parted: Sorted,
    fetched: date,
    refuse: Refuse,
) -> None:
    """Take the figures of one line."""
    span = year_span(line.year)
    if span is None:
        refuse(f"has the year {excerpt(line.year)} in row {line.number:,}", "years such as 2025")
    if numbers == (None, None):
        parted.left_out["no figure of demand or generation"] += 1
    demand, generation = numbers
    if demand is not None:
        series = f"{area}_electricity_demand"
        parted.take(Figure(series, span, _DEMAND, demand, line.demand, line.number), fetched)
    if generation is not None:
        series, words = f"{area}_electricity_generation", line.generation
        parted.take(Figure(series, span, _GENERATION, generation, words, line.number), fetched)


def _publication() -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": "owid_energy",
        "publisher": "Our World in Data",
        "title": TITLE,
        "url": _PAGE,
        "published": "",
        "licence": LICENCE,
        "attribution": "Ember; Energy Institute, Statistical Review of World Energy – with major "
        "processing by Our World in Data",
        "redistributable": True,
        "grade": "B",
    }
    return PUBLICATIONS.shape(pd.DataFrame([row]))


SOURCE: Final = Source(
    name=NAME,
    title=TITLE,
    licence=LICENCE,
    hosts=HOSTS,
    questions=questions,
    complete=complete,
    read=read,
    streamed=True,
    files="the data set as CSV or JSON; a chart's CSV of electricity demand or generation",
)
"""The publication, for whoever walks all of them."""
