"""United States, EIA: what its own outlooks project, as claims; several editions side by side.

The Short-Term Energy Outlook (STEO) looks to the end of next year and is overwritten every month;
the Annual Energy Outlook (AEO) looks to 2050 in several cases, and each edition stays as it was.
Both are claims of others, never inputs of a model. Estimates of periods that have ended, which
STEO states in the same series, are observations with status E.

Read in three forms: the API (routes steo and aeo/<year>), the bulk files STEO and AEO.<year>, and
a CSV of old outlooks entered by hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from forecast.sources import eia_api, eia_key
from forecast.sources import eia_outlooks_aeo as aeo
from forecast.sources import eia_outlooks_retrospective as retrospective
from forecast.sources import eia_outlooks_steo as steo
from forecast.sources.eia_bulk import BulkSeries, Unwanted, bulk_series, form, without_echo
from forecast.sources.eia_cells import cells, texts
from forecast.sources.eia_figures import fetched_day, refuse_shorter, value
from forecast.sources.eia_outlooks_tables import NAME, OTHER, Figure, Told
from forecast.sources.source import Question, Reading, Situation, Source
from forecast.sources.strict_json import Refuse, excerpt
from forecast.sources.written_json import written

TITLE: Final = "Short-Term and Annual Energy Outlook, electricity"

STEO: Final = eia_api.Route(NAME, "steo", keys=("period", "seriesId"))
_AEO_KEYS: Final = ("period", "scenario", "tableId", "seriesId", "regionId")
_STEO_QUESTIONS: Final = {"steo-annual": "annual", "steo-monthly": "monthly"}
_COMMAND: Final = re.compile(r"/?v2/(steo|aeo/((?:19|20)[0-9]{2}))(?:/data)?/?")
_STEO_ID: Final = re.compile(r"STEO\.([A-Z0-9_]{2,40})\.[AQM]")
_AEO_ID: Final = re.compile(r"AEO\.((?:19|20)[0-9]{2})\.([A-Z0-9_-]{2,40})\.([A-Z0-9_-]{2,120})\.A")


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return two questions for the short-term outlook, one for each edition of the annual one."""
    ids = {"seriesId": tuple(steo.SERIES)}
    short = [
        Question(name, eia_api.first_page(STEO, eia_api.Ask(frequency, ids), situation.key))
        for name, frequency in _STEO_QUESTIONS.items()
    ]
    ask = eia_api.Ask("annual", {"seriesId": aeo.ASKED})
    annual = [
        Question(f"aeo-{year}", eia_api.first_page(_aeo_route(year), ask, situation.key))
        for year in aeo.EDITIONS
    ]
    return (*short, *annual)


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the pages are one whole answer to the question and not short of the one held.

    Whole: all rows the publisher counts, each once, of the route and frequency asked for. Not
    short: it has every series of the answer held, reaches as far, and has at most 2 % fewer rows.

    Raises:
        SourceError: Something is short, or is not the answer this reader knows.
    """
    refuse = _refusal(f"the answer to {question}")
    annual = question.startswith("aeo-")
    route = _aeo_route(int(question[-4:])) if annual else STEO
    rows = _periods(route, bodies, refuse)
    frequency = eia_api.read_page(bodies[0], refuse).frequency
    if frequency not in {"", _STEO_QUESTIONS.get(question, "annual")}:
        refuse(f"is {excerpt(frequency)}", "the frequency asked for")
    said = _route_said(bodies[0], refuse)
    if said not in {"", route.path}:
        refuse(f"comes from the route {said}", route.path)
    if held:
        before = _periods(route, held, _refusal(f"the answer to {question} as held"))
        place = route.keys.index("seriesId")
        if lost := {key[place] for key in before} - {key[place] for key in rows}:
            refuse(f"lacks {excerpt(sorted(lost))}", "every series of the vintage held")
        refuse_shorter(rows, before, refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return the claims and estimates of a payload in any of its forms.

    Args:
        payload: A page of the API, a bulk file, or a CSV of old outlooks.
        retrieved_at: UTC instant we fetched it.

    Raises:
        SourceError: The payload is none of them, or not as this reader knows it.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched, refuse, told = fetched_day(retrieved_at, NAME), _refusal(), Told()
    kind = form(payload)
    if kind == "gzip":
        refuse("is packed with gzip", "a page of the API, a bulk file, or a CSV")
    if kind in {"bulk", "zip"}:
        _tell_bulk(payload, fetched, told, refuse)
    elif kind == "answer":
        _tell_answer(payload, fetched, told, refuse)
    else:
        retrospective.tell(payload, fetched, told, refuse)
    return told.reading(hashlib.sha256(payload).hexdigest())


def redacted(payload: bytes) -> bytes:
    """Return the payload with every echo of a key masked."""
    return without_echo(payload, _refusal())


def _refusal(which: str = "the payload") -> Refuse:
    return eia_api.refusal(NAME, which)


def _aeo_route(year: int) -> eia_api.Route:
    return eia_api.Route(NAME, f"aeo/{year}", keys=_AEO_KEYS)


def _periods(
    route: eia_api.Route, bodies: Sequence[bytes], refuse: Refuse
) -> dict[tuple[str, ...], str]:
    """Return the key of each row of an answer with its period."""
    rows = eia_api.whole_answer(route, bodies, refuse)
    columns = [texts(rows, name, refuse) for name in route.keys]
    return {key: key[0] for key in zip(*columns, strict=True)}


def _route_said(payload: bytes, refuse: Refuse) -> str:
    """Return the route that an answer says it comes from, or blank if it does not say."""
    request = written(payload, refuse).get("request")
    command = request.get("command") if isinstance(request, dict) else None
    if command is None:
        return ""
    known = _COMMAND.fullmatch(command) if isinstance(command, str) else None
    if known is None:
        refuse(f"answers {excerpt(command)}", "the route steo or aeo/<year>")
    return known[1]


def _tell_answer(payload: bytes, fetched: date, told: Told, refuse: Refuse) -> None:
    rows = eia_api.read_page(payload, refuse).rows
    route = _route_said(payload, refuse)
    if not (route.startswith("aeo/") or (not route and any("scenario" in row for row in rows))):
        steo.tell(_figures(payload, refuse), fetched, told, refuse)
        return
    scenarios = [name.casefold() for name in texts(rows, "scenario", refuse)]
    edition = int(route[-4:]) if route else aeo.edition_of(scenarios)
    if edition is None:
        refuse("does not say of which edition it is", "`request.command`, or a case like ref2026")
    marks = [row.get("history") for row in rows]
    figures = (
        _of_edition(figure, edition, scenario, mark)
        for figure, scenario, mark in zip(_figures(payload, refuse), scenarios, marks, strict=True)
    )
    aeo.tell(figures, fetched, told, refuse)


def _figures(payload: bytes, refuse: Refuse) -> Iterator[Figure]:
    """Yield the rows of a page of the API."""
    rows = eia_api.read_page(payload, refuse).rows
    columns = [texts(rows, name, refuse) for name in ("seriesId", "period", "unit")]
    whole = zip(*columns, cells(rows, "value", refuse), strict=True)
    for row, (code, period, unit, cell) in enumerate(whole, start=1):
        number = value(cell, f"row {row:,}, `value`", refuse)
        yield Figure(row, code, period, number, "" if cell is None else str(cell), unit)


def _of_edition(figure: Figure, edition: int, scenario: str, mark: object) -> Figure:
    historical = isinstance(mark, str) and mark.strip().casefold() == "historical"
    return replace(figure, edition=edition, scenario=scenario, history=historical)


def _tell_bulk(payload: bytes, fetched: date, told: Told, refuse: Refuse) -> None:
    unwanted = Unwanted()
    short: list[Figure] = []
    annual: list[Figure] = []
    for series in bulk_series(payload, b"", unwanted, refuse):
        one, other = _STEO_ID.fullmatch(series.series_id), _AEO_ID.fullmatch(series.series_id)
        if one and one[1] in steo.SERIES:
            short += _of_line(series, one[1], refuse)
        elif other and other[3].casefold() in aeo.SERIES:
            annual += (
                _of_edition(figure, int(other[1]), other[2].casefold(), None)
                for figure in _of_line(series, other[3], refuse)
            )
        else:
            told.left_out[OTHER] += len(series.periods)
    steo.tell(short, fetched, told, refuse)
    aeo.tell(annual, fetched, told, refuse)
    told.left_out.update(unwanted.told())


def _of_line(series: BulkSeries, code: str, refuse: Refuse) -> Iterator[Figure]:
    pairs = zip(series.periods, series.found, strict=True)
    for row, (period, cell) in enumerate(pairs, start=series.before + 1):
        number = value(cell, f"{series.series_id}, period {excerpt(period)}", refuse)
        text = "" if cell is None else str(cell)
        yield Figure(row, code, period, number, text, series.units, stamp=series.stamped)


SOURCE: Final = Source(
    name=NAME,
    title=TITLE,
    licence=eia_api.LICENCE,
    hosts=eia_api.HOSTS,
    questions=questions,
    complete=complete,
    read=read,
    next=eia_api.next_page,
    redacted=redacted,
    key=eia_key.key("EIA's own projections of US electricity, edition by edition, as claims"),
    most_pages=10,
    files=(
        "a bulk file STEO or AEO.<year>, packed or not, or a CSV of old outlooks with the columns "
        "claim_id, publisher, title, published, known_from, target_year, target_central, …"
    ),
)
"""The publication, for whoever walks all of them."""
