"""Eurostat: supply and use of electricity in European countries and the EU, by year and by month.

GWh. By year (nrg_cb_e) final consumption, without losses and the energy sector's own use, and
inland demand with them; by month (nrg_cb_em) what is available to the internal market. The three
are different things and have different series. The EU stands beside its members: never add them.
The newest year is provisional; a value may be withheld, and then only its flag is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import pandas as pd

from forecast.contracts.tables import PUBLICATIONS
from forecast.sources.eurostat_cube import AREAS, ITEMS, MEMBERS, Balance, Cell, read_balance
from forecast.sources.figures import Figure, Measure, Sorted, day_fetched, observations
from forecast.sources.source import Question, Reading, Request, Situation, Source
from forecast.sources.strict_json import excerpt
from forecast.sources.wholeness import only_body, refusal_of, refuse_shorter

NAME: Final = "eurostat_electricity"
TITLE: Final = "Supply, transformation and consumption of electricity"
LICENCE: Final = "re-use authorised, with acknowledgement"
HOSTS: Final = ("ec.europa.eu",)

_PAGE: Final = "https://ec.europa.eu/eurostat/databrowser/view/nrg_cb_e"
_URL: Final = "https://ec.europa.eu/eurostat/api/dissemination/statistics/1.0/data/"
_ITEMS_ASKED: Final = {"nrg_cb_e": ("FC", "ID"), "nrg_cb_em": ("AIM",)}
"""Question, named after the data set → items of the balance asked for."""
_GEO_ASKED: Final = {
    "nrg_cb_e": ("EU27_2020", *MEMBERS, "NO", "IS", "UK"),
    "nrg_cb_em": ("EU27_2020", *MEMBERS),
}
_PROVEN: Final = ("EU27_2020", *MEMBERS)
"""Places without which an answer is short; those outside the EU may leave the data set."""
_MEASURES: Final = {
    "FC": Measure("GWh", "energy", "final consumption: losses and the energy sector's own use out"),
    "ID": Measure("GWh", "energy", "inland demand: losses and the energy sector's own use in"),
    "AIM": Measure("GWh", "energy", "available to the internal market"),
}
_FORECAST: Final = "F"
_NOTHING_SAID: Final = "no value, and no reason given"


def questions(situation: Situation) -> tuple[Question, ...]:
    """Return one question for each data set: all years or months of the places wanted."""
    del situation
    return tuple(
        Question(
            dataset,
            Request(
                source=NAME,
                url=_URL + dataset,
                hosts=HOSTS,
                media_types=("application/json", "text/json", "application/vnd.json-stat+json"),
                max_bytes=20_000_000,
                params=(
                    ("format", "JSON"),
                    ("lang", "EN"),
                    ("siec", "E7000"),
                    ("unit", "GWH"),
                    *(("nrg_bal", item) for item in items),
                    *(("geo", geo) for geo in _GEO_ASKED[dataset]),
                ),
            ),
        )
        for dataset, items in _ITEMS_ASKED.items()
    )


def complete(question: str, bodies: Sequence[bytes], held: Sequence[bytes] = ()) -> None:
    """Check that the one body is the data set asked for.

    It must hold every item asked for, the EU and all its members, reach as far as the vintage held,
    and have nearly as many values.

    Raises:
        SourceError: Something is short, or is not the cube this reader knows.
    """
    refuse = refusal_of(NAME, question, _PAGE)
    balance = read_balance(only_body(bodies, refuse), refuse)
    if balance.dataset != question:
        refuse(f"is answered with {balance.dataset}", question)
    codes = balance.cube.codes
    for dimension, wanted in (("nrg_bal", _ITEMS_ASKED[question]), ("geo", _PROVEN)):
        missing = [code for code in wanted if code not in codes[dimension]]
        if missing:
            refuse(f"lacks {dimension} {excerpt(missing)}", "all that was asked for")
    found = _valued(balance)
    for body in held:
        before = read_balance(body, refusal_of(NAME, f"{question} as held", _PAGE))
        if balance.stamped and before.stamped and balance.stamped < before.stamped:
            refuse(
                f"is stamped {balance.stamped}",
                f"a stamp no older than {before.stamped}, that of the vintage held",
            )
        refuse_shorter(found, _valued(before), refuse)


def read(payload: bytes, retrieved_at: datetime) -> Reading:
    """Return one row for each place, item and period; nothing is summed.

    A cell without value has a row if a flag says why. The office's stamp proves an edition only if
    it lies between the end of its newest period and our retrieval.

    Raises:
        SourceError: The payload is no balance of electricity this reader knows.
        VintageError: ``retrieved_at`` has no time zone.
    """
    fetched = day_fetched(NAME, retrieved_at)
    balance = read_balance(payload, refusal_of(NAME, "the cube", _PAGE))
    parted = _parted(balance, fetched)
    publication = {"A": "eurostat_nrg_cb_e", "M": "eurostat_nrg_cb_em"}
    rows = observations(parted.figures, payload, publication, fetched)
    return Reading(rows, _publication(balance, fetched), left_out=dict(parted.left_out))


def _parted(balance: Balance, fetched: date) -> Sorted:
    """Return the figures of known places and items, and why other cells hold none."""
    parted, cells = Sorted(), 0
    for cell in balance.cells():
        cells += 1
        why_not = _why_not(cell)
        if why_not:
            parted.left_out[why_not] += 1
        else:
            parted.take(_figure(cell, balance), fetched)
    others = _cells_in(balance) - cells
    if others:
        parted.left_out["another energy carrier or unit"] += others
    newest = max((f.span.end for f in parted.figures if f.value is not None), default=date.max)
    if balance.stamped and balance.stamped <= newest:  # no stamp of what it stands on
        parted.figures = [figure._replace(stamped=None) for figure in parted.figures]
    return parted


def _valued(balance: Balance) -> list[Figure]:
    """Return the figures that have a value."""
    return [f for f in _parted(balance, date.max).figures if f.value is not None]


def _cells_in(balance: Balance) -> int:
    cells = 1
    for known in balance.cube.codes.values():
        cells *= len(known)
    return cells


def _why_not(cell: Cell) -> str:
    """Return why a cell is in no table, or blank."""
    if cell.item not in ITEMS:
        return "another item of the balance"
    if cell.geo not in AREAS:
        return "an aggregate or place of another kind: would double count"
    if not cell.status:
        return _NOTHING_SAID
    return "a forecast of the office" if cell.status == _FORECAST else ""


def _figure(cell: Cell, balance: Balance) -> Figure:
    series = f"{AREAS[cell.geo]}_electricity_{ITEMS[cell.item]}"
    words = "" if cell.value is None else str(cell.value)
    return Figure(
        series,
        cell.span,
        _MEASURES[cell.item],
        cell.value,
        words,
        cell.place + 1,
        cell.status,
        balance.stamped,
    )


def _publication(balance: Balance, fetched: date) -> pd.DataFrame:
    """Return the one row of PUBLICATIONS."""
    dataset = balance.dataset
    monthly = ", monthly" if dataset == "nrg_cb_em" else ""
    row = {
        "publication_id": f"eurostat_{dataset}",
        "family": "eurostat_monthly" if monthly else "eurostat",
        "publisher": "Eurostat",
        "title": f"{TITLE}{monthly} ({dataset})",
        "url": f"https://doi.org/10.2908/{dataset.upper()}",
        "published": balance.published,
        "licence": LICENCE,
        "attribution": f"Source: Eurostat ({dataset}, doi 10.2908/{dataset.upper()}), "
        f"accessed {fetched}",
        "redistributable": True,
        "grade": "A",
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
    files="nrg_cb_e or nrg_cb_em as JSON-stat, with any places and items",
)
"""The publication, for whoever walks all of them."""
