"""Ember: electricity demand and generation of countries and the EU, by year and by month.

TWh. Demand is generation and net imports: losses are in it. Totals stand beside their parts and
regions beside their countries; only the totals of countries and of the EU are read. The past is
revised twice a month, and no stamp says when. Months cover fewer countries than years, and the
newest month of some is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import pandas as pd

from forecast.contracts.tables import PUBLICATIONS
from forecast.sources.ember_electricity_rows import (
    DEMAND,
    GENERATION,
    File,
    Line,
    is_json,
    read_file,
)
from forecast.sources.figures import (
    Figure,
    Measure,
    Sorted,
    day_fetched,
    month_span,
    observations,
    refuse_twins,
    year_span,
)
from forecast.sources.source import Question, Reading, Request, Situation, Source
from forecast.sources.strict_csv import exact, plain
from forecast.sources.strict_json import Refuse, excerpt, parsed
from forecast.sources.wholeness import only_body, refusal_of, refuse_shorter, refuse_without

NAME: Final = "ember_electricity"
TITLE: Final = "Yearly and monthly electricity data"
LICENCE: Final = "CC BY 4.0"
HOSTS: Final = ("files.ember-energy.org",)
PUBLICATION_ID: Final = "ember_live"

_PAGE: Final = "https://ember-energy.org/data/"
_FILES: Final = "https://files.ember-energy.org/public-downloads/generation/outputs/"
_FREQUENCIES: Final = {"yearly_global": "A", "monthly_global": "M"}
"""Question → frequency of its figures."""
_MEASURES: Final = {
    DEMAND: Measure("TWh", "energy", "gross demand: generation and net imports, losses in"),
    GENERATION: Measure("TWh", "energy", "generation of all sources"),
}
_EU: Final = frozenset({"eu", "eu27", "european union"})
_BIG: Final = ("bra", "chn", "deu", "eu27", "fra", "gbr", "ind", "jpn", "usa")
"""Areas that a whole file holds in every recent period."""
_COUNTRY: Final = re.compile(r"[A-Z]{3}")
_KEY: Final = re.compile(rb'("api_key"\s*:\s*)"(?:[^"\\]|\\.)*"')


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return two questions: the files of all years and of all months, which need no key."""
    del situation
    return tuple(
        Question(
            name,
            Request(
                source=NAME,
                url=f"{_FILES}release_generation_{name}.csv",
                hosts=HOSTS,
                media_types=(
                    "text/csv",
                    "application/csv",
                    "text/plain",
                    "application/octet-stream",
                    "binary/octet-stream",
                ),
                max_bytes=200_000_000,
            ),
        )
        for name in _FREQUENCIES
    )


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the body is the whole file of years or of months.

    Its last line must have an end, the big countries and the EU a demand a year before the newest
    period, and it must reach as far as the vintage held with nearly as many figures.

    Raises:
        SourceError: Something is short, or is not the file this reader knows.
    """
    refuse = refusal_of(NAME, f"the file {question}", _PAGE)
    file = read_file(only_body(bodies, refuse), refuse)
    if not file.ended:
        refuse("has no end to its last line", "whole lines: it may be cut off")
    found = _parted(file, date.max, refuse).figures
    strange = {figure.span.frequency for figure in found} - {_FREQUENCIES.get(question)}
    if strange:
        refuse(f"has figures of frequency {excerpt(sorted(strange))}", "those it was asked for")
    refuse_without(found, [f"{area}_electricity_demand" for area in _BIG], refuse)
    for body in held:
        refuse_held = refusal_of(NAME, f"the file {question} as held", _PAGE)
        before = _parted(read_file(body, refuse_held), date.max, refuse_held).figures
        refuse_shorter(found, before, refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each area, period and figure; nothing is summed.

    Raises:
        SourceError: The payload is none of the files this reader knows.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = day_fetched(NAME, retrieved_at)
    refuse = refusal_of(NAME, "the file", _PAGE)
    parted = _parted(read_file(payload, refuse), fetched, refuse)
    publication = dict.fromkeys(("A", "M"), PUBLICATION_ID)
    rows = observations(parted.figures, payload, publication, fetched)
    return Reading(rows, _publication(), left_out=dict(parted.left_out))


def redacted(payload: bytes) -> bytes:
    """Return the payload without the key that the API may echo; files have none.

    Raises:
        SourceError: An answer of the API is not whole, or spells the key's name otherwise.
    """
    if not is_json(payload):
        return payload
    refuse = refusal_of(NAME, "the answer", _PAGE)
    cleared = _KEY.sub(rb'\1""', payload)
    inside: list[object] = [parsed(cleared, refuse)]
    while inside:
        node = inside.pop()
        if isinstance(node, dict) and node.get("api_key"):
            refuse("holds a key in a form we cannot clear", '"api_key" as plain text')
        if isinstance(node, dict | list):
            inside.extend(node.values() if isinstance(node, dict) else node)
    return cleared


def _parted(file: File, fetched: date, refuse: Refuse) -> Sorted:
    """Return the figures of countries and the EU, and why other lines hold none."""
    parted = Sorted()
    for line in file.lines:
        value = exact(line.words, f"row {line.number:,}", refuse)
        area, why_not = _area(line, refuse)
        why_not = line.why_not or why_not or ("" if value is not None else "no figure")
        if why_not:
            parted.left_out[why_not] += 1
            continue
        span = year_span(line.period) or month_span(line.period)
        if span is None:
            found = f"the period {excerpt(line.period)} in row {line.number:,}"
            refuse(f"has {found}", "2025, 2025-06 or 2025-06-01")
        series = f"{area}_electricity_{line.what}"
        figure = Figure(series, span, _MEASURES[line.what], value, line.words, line.number)
        parted.take(figure, fetched)
    refuse_twins(parted.figures, fetched, refuse)
    return parted


def _area(line: Line, refuse: Refuse) -> tuple[str, str]:
    """Return the first part of a series' name, or why the area is left out."""
    if plain(line.area) in _EU:
        return "eu27", ""
    if line.aggregate or not line.code:
        return "", "a region: would double count"
    if not _COUNTRY.fullmatch(line.code):
        found = f"the code {excerpt(line.code)} in row {line.number:,}"
        refuse(f"has {found}", "ISO codes of 3 letters")
    return line.code.lower(), ""


def _publication() -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    row = {
        "publication_id": PUBLICATION_ID,
        "family": "ember",
        "publisher": "Ember",
        "title": TITLE,
        "url": _PAGE,
        "published": "",
        "licence": LICENCE,
        "attribution": "Ember",
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
    redacted=redacted,
    files="a release file in its long or its present form; an answer of the API as JSON",
)
"""The publication, for whoever walks all of them."""
