"""Eurostat's balances of electricity as this house knows them: dimensions, places, unit, flags.

What differs is refused by name, before a single value is looked at. A flag stands beside a value,
or alone where there is none: then it is the reason why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from typing import Final, NamedTuple

from forecast.sources.figures import Span, month_span, year_span
from forecast.sources.json_stat import Cube, read_cube
from forecast.sources.strict_json import Refuse, excerpt

AREAS: Final = {
    "AL": "alb", "AT": "aut", "BA": "bih", "BE": "bel", "BG": "bgr", "CH": "che", "CY": "cyp",
    "CZ": "cze", "DE": "deu", "DK": "dnk", "EE": "est", "EL": "grc", "ES": "esp", "FI": "fin",
    "FR": "fra", "GE": "geo", "HR": "hrv", "HU": "hun", "IE": "irl", "IS": "isl", "IT": "ita",
    "LI": "lie", "LT": "ltu", "LU": "lux", "LV": "lva", "MD": "mda", "ME": "mne", "MK": "mkd",
    "MT": "mlt", "NL": "nld", "NO": "nor", "PL": "pol", "PT": "prt", "RO": "rou", "RS": "srb",
    "SE": "swe", "SI": "svn", "SK": "svk", "TR": "tur", "UA": "ukr", "UK": "gbr", "XK": "xkx",
    "EU27_2020": "eu27",
}  # fmt: skip
"""Place as the office spells it → first part of a series' name. Greece is EL, not GR."""

MEMBERS: Final = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE",
    "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip

ITEMS: Final = {"FC": "final", "ID": "inland", "AIM": "available"}
"""Item of the balance → last part of a series' name."""

_ELECTRICITY: Final = "E7000"
_UNIT: Final = "GWH"
_DIMENSIONS: Final = ("nrg_bal", "siec", "unit", "geo", "time")
_WITH_VALUE: Final = {
    "f": "F", "s": "E", "e": "E", "p": "P", "b": "B", "u": "U", "d": "D", "n": "N", "r": "A",
    "i": "A",
}  # fmt: skip
"""The office's flag → SDMX letter, the gravest first; `r` is revised, `i` a note."""
_WITHOUT: Final = frozenset("mzc:l")
"""Further flags of a cell without value: missing, not applicable, confidential."""
_STAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})")


class Cell(NamedTuple):
    """One cell of electricity in GWh."""

    geo: str
    item: str
    span: Span
    place: int
    value: Decimal | None
    status: str
    """SDMX letter; blank if there is neither value nor reason."""


@dataclass(frozen=True)
class Balance:
    """A cube, known to hold a balance of electricity in GWh."""

    cube: Cube
    dataset: str
    """nrg_cb_e or nrg_cb_em."""
    published: str
    """Day of the office's stamp as printed, or blank."""
    stamped: date | None
    """The same in UTC."""
    spans: dict[str, Span]
    refuse: Refuse

    def cells(self) -> Iterator[Cell]:
        """Yield every cell of electricity in GWh, with or without value."""
        codes = self.cube.codes
        for item, geo, time in product(codes["nrg_bal"], codes["geo"], codes["time"]):
            if item not in ITEMS or geo not in AREAS:
                yield Cell(geo, item, self.spans[time], -1, None, "")  # nobody will read it
                continue
            wanted = {"nrg_bal": item, "geo": geo, "time": time, "siec": _ELECTRICITY}
            place = self.cube.place(
                {name: known[0] for name, known in codes.items()} | wanted | {"unit": _UNIT}
            )
            value = self.cube.values.get(place)
            status = _status(self.cube.statuses.get(place, ""), value, place, self.refuse)
            yield Cell(geo, item, self.spans[time], place, value, status)


def read_balance(payload: bytes, refuse: Refuse) -> Balance:
    """Return the balance a payload holds."""
    cube = read_cube(payload, refuse)
    published, stamped = _stamp(cube.members.get("updated"), refuse)
    if not set(_DIMENSIONS) <= set(cube.codes) <= {*_DIMENSIONS, "freq"}:
        refuse(f"has dimensions {excerpt(list(cube.codes))}", excerpt(["freq", *_DIMENSIONS]))
    for dimension, code in (("siec", _ELECTRICITY), ("unit", _UNIT)):
        if code not in cube.codes[dimension]:
            refuse(f"has {dimension} {excerpt(list(cube.codes[dimension]))}", code)
    _refuse_other_unit(cube, refuse)
    spans = _spans(cube, refuse)
    frequencies = {span.frequency for span in spans.values()}
    if len(frequencies) > 1 or not frequencies.issuperset(cube.codes.get("freq", ())):
        refuse(f"has times {excerpt(list(spans))}", "years or months, as its `freq` says")
    dataset = "nrg_cb_e" if frequencies == {"A"} else "nrg_cb_em"
    extension = cube.members.get("extension")
    named = extension.get("id", dataset) if isinstance(extension, dict) else dataset
    if str(named).lower() != dataset:
        refuse(f"is the data set {excerpt(named)}", dataset)
    return Balance(cube, dataset, published, stamped, spans, refuse)


def _refuse_other_unit(cube: Cube, refuse: Refuse) -> None:
    """Raise if the unit is not what its code says, however it is spelled."""
    label = cube.category("unit", "label").get(_UNIT, "Gigawatt-hour")
    plain = re.sub(r"[^a-z]", "", label.casefold()) if isinstance(label, str) else ""
    if plain.removesuffix("s") not in {"gigawatthour", "gwh"}:
        refuse(f"is in unit {excerpt(label)}", "gigawatt-hours")


def _spans(cube: Cube, refuse: Refuse) -> dict[str, Span]:
    """Return the days each time is about."""
    spans = {}
    for time in cube.codes["time"]:
        span = year_span(time) or month_span(time)
        if span is None:
            refuse(f"has the time {excerpt(time)}", "2025, 2025-06 or 2025M06")
        spans[time] = span
    if len(set(spans.values())) < len(spans):
        refuse(f"has times {excerpt(list(spans))}", "each once")
    return spans


def _stamp(updated: object, refuse: Refuse) -> tuple[str, date | None]:
    """Return the day of the office's stamp as printed, and its UTC day."""
    if updated is None:
        return "", None
    if not isinstance(updated, str) or not _STAMP.fullmatch(updated):
        refuse(f"has `updated` {excerpt(updated)}", "a stamp such as 2026-09-11T11:00:00+0200")
    try:
        day = datetime.fromisoformat(updated).astimezone(UTC).date()
    except (ValueError, OverflowError):
        refuse(f"has `updated` {excerpt(updated)}", "an instant of the calendar")
    return updated[:10], day


def _status(mark: str, value: Decimal | None, place: int, refuse: Refuse) -> str:
    """Return the SDMX letter of a cell; what follows ``|`` says only that it is confidential."""
    flags, _, secret = (part.strip().lower() for part in mark.partition("|"))
    strange = set(flags) - set(_WITH_VALUE) - _WITHOUT
    if strange or not set(secret) <= set("cnfsdar"):
        refuse(f"has the flag {excerpt(mark)} at value {place + 1:,}", "flags of the office")
    if value is None:
        return "M" if mark.strip() else ""
    if set(flags) & _WITHOUT - set("c"):
        refuse(f"has the flag {excerpt(mark)} on value {place + 1:,}", "it where no value is")
    return next((letter for flag, letter in _WITH_VALUE.items() if flag in flags), "A")
