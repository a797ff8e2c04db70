"""Rows of Epoch AI's two files as steps: a site, a day, a kind of power.

Columns are found by name, since each edition added, dropped or moved some; what we do not read,
such as a performance beyond any integer, cannot do harm. A copy is known with days as M/D/YYYY.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple, NoReturn

from forecast.contracts.errors import SourceError
from forecast.sources.epoch_places import ANYWHERE, USA, location
from forecast.sources.epoch_sites import it_id, known_location, site_id
from forecast.sources.strict_csv import Row, exact, plain, read_header, read_sheet
from forecast.sources.strict_json import Refuse, excerpt

NAME: Final = "epoch_data_centres"
PAGE: Final = "https://epoch.ai/data/data-centers"

_DATE: Final = "Date"
_SITE: Final = "Data center"
_NAMES: Final = ("Name", "Handle")
_NOW: Final = "Current power (MW)"
_FACILITY: Final = "Power (MW)"
_IT: Final = "IT power (MW)"
_PLACE: Final = ("Country", "Address")

_MOST_MW: Final = 100_000
_ISO: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_US: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class Step(NamedTuple):
    """What a site had reached on a day; ``power`` is None where it is not stated."""

    name: str
    site: str
    place: str
    day: date
    quantity: str
    power: Decimal | None

    @property
    def project(self) -> str:
        """Our id: IT power has one of its own beside the facility's."""
        return it_id(self.site) if self.quantity == "it_nameplate" else self.site


def refusal(who: str) -> Refuse:
    """Return the function that refuses ``who`` in our words."""

    def refuse(found: str, expected: str) -> NoReturn:
        raise SourceError(
            f"{NAME}: {who} {found}; expected {expected}. "
            f"Compare it with the files offered at {PAGE} or fetch it again."
        )

    return refuse


def sites_of(payload: bytes, refuse: Refuse) -> tuple[list[str], bool]:
    """Return the site of each row, and whether the last line is ended."""
    timed = form_of(payload, refuse) == "timelines"
    column = _SITE if timed else _name_column(payload, refuse)
    sheet = read_sheet(payload, refuse, (column,))
    return [_site(row, column, refuse)[1] for row in sheet.rows], sheet.ended


def form_of(payload: bytes, refuse: Refuse) -> str:
    """Return which file it is, by its columns."""
    header = read_header(payload, refuse)
    names = {plain(name) for name in header}
    if {plain(_DATE), plain(_SITE)} <= names:
        return "timelines"
    if plain(_NOW) not in names:
        refuse(
            f"has the columns {excerpt(list(header))}",
            f"{_DATE}, {_SITE}, {_FACILITY} (timelines) or a name and {_NOW} (sites)",
        )
    return "sites"


def _name_column(payload: bytes, refuse: Refuse) -> str:
    """Return the column that names a site: the first edition calls it a handle."""
    names = {plain(name) for name in read_header(payload, refuse)}
    return next((name for name in _NAMES if plain(name) in names), _NAMES[0])


def timelines(payload: bytes, refuse: Refuse) -> Iterator[Step]:
    """Yield the steps of the timelines: facility power, and IT power where there is such."""
    sheet = read_sheet(payload, refuse, (_DATE, _SITE, _FACILITY), (_IT, *_PLACE))
    columns = [(_FACILITY, "facility_nameplate")]
    columns += [(_IT, "it_nameplate")] if sheet.has(_IT) else []
    dates = _dates(sheet.rows, refuse)
    for row, day in zip(sheet.rows, dates, strict=True):
        name, site = _site(row, _SITE, refuse)
        for column, quantity in columns:
            yield Step(name, site, _where(row, site), day, quantity, _power(row, column, refuse))


def sites(payload: bytes, fetched: date, refuse: Refuse) -> Iterator[Step]:
    """Yield the power of each site today, the day on which the file was fetched."""
    column = _name_column(payload, refuse)
    for row in read_sheet(payload, refuse, (column, _NOW), _PLACE).rows:
        name, site = _site(row, column, refuse)
        power = _power(row, _NOW, refuse)
        yield Step(name, site, _where(row, site), fetched, "facility_nameplate", power)


def _site(row: Row, column: str, refuse: Refuse) -> tuple[str, str]:
    """Return a site's name as printed, and our id of it."""
    name = " ".join(row.cells[column].split())
    site = site_id(name)
    if not site:
        refuse(f"holds {excerpt(name)} in row {row.number:,}, `{column}`", "the name of a site")
    return name, site


def _where(row: Row, site: str) -> str:
    printed = location(*(row.cells[column] for column in _PLACE))
    known = known_location(site)
    finer = printed == USA and known.startswith("US-")
    return known if finer or printed == ANYWHERE else printed


def _dates(rows: Sequence[Row], refuse: Refuse) -> list[date]:
    """Return the day of each row: all as YYYY-MM-DD, or all as M/D/YYYY."""
    american = any(_US.fullmatch(row.cells[_DATE].strip()) for row in rows)
    form, order = (_US, (3, 1, 2)) if american else (_ISO, (1, 2, 3))
    days = []
    for row in rows:
        where = f"holds {excerpt(row.cells[_DATE])} in row {row.number:,}, `{_DATE}`"
        parts = form.fullmatch(row.cells[_DATE].strip())
        if parts is None:
            refuse(where, "one form for all days, YYYY-MM-DD or M/D/YYYY")
        year, month, day = (int(parts[place]) for place in order)
        if not 1990 <= year <= 2100:
            refuse(where, "a day from 1990 to 2100")
        try:
            days.append(date(year, month, day))
        except ValueError:
            refuse(where, "a day of the calendar, as year-month-day or month/day/year")
    return days


def _power(row: Row, column: str, refuse: Refuse) -> Decimal | None:
    where = f"row {row.number:,}, `{column}`"
    power = exact(row.cells[column], where, refuse)
    if power is not None and not 0 <= power <= _MOST_MW:
        refuse(f"holds {excerpt(str(power))} in {where}", f"a power from 0 to {_MOST_MW:,} MW")
    return power


def apart(steps: Sequence[Step], left_out: Counter[str]) -> Iterator[Step]:
    """Yield steps with a power, one a day: where two of a day differ, neither can be chosen."""
    told: dict[tuple[str, date], list[Step]] = {}
    for step in steps:
        kind = "facility" if step.quantity == "facility_nameplate" else "IT"
        if step.power is None:
            left_out[f"no {kind} power is stated"] += 1
        else:
            told.setdefault((step.project, step.day), []).append(step)
    for twins in told.values():
        if len({step.power for step in twins}) == 1:
            yield twins[0]
            if len(twins) > 1:
                left_out["a site's day stated again with the same power"] += len(twins) - 1
        else:
            left_out["a site's day stated with different powers: none can be chosen"] += len(twins)
