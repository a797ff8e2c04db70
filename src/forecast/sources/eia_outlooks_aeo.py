"""The Annual Energy Outlook: one frozen route for each edition, several cases in each.

An edition states its cases to 2050 and, before its own year, what it took for history: that is no
claim. The reference case of an earlier edition, repeated for comparison, is not this edition's.
The servers of data centres (editions since 2026) are stated in quadrillion Btu: one Btu of the
International Table is 1,055.05585262 J by definition, so 1 quad is 293.0710701722 TWh.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from forecast.sources.eia_figures import period
from forecast.sources.eia_outlooks_tables import (
    AEO_PAGE,
    BILLION_KWH,
    NO_VALUE,
    OTHER,
    SCOPES,
    Figure,
    Told,
    claim,
    publication,
    same_unit,
    turned,
)
from forecast.sources.strict_json import Refuse, excerpt

EDITIONS: Final = (2023, 2025, 2026)
"""Editions we ask for; there was none of 2024. A new one is added here when it exists."""


class Followed(NamedTuple):
    """A series of the outlook we follow."""

    series_id: str
    """Blank where no series of ours is meant."""
    name: str
    scope: str
    family: str
    units: frozenset[str]
    factor: Decimal
    """TWh in the publisher's unit."""


_JOULES_A_BTU: Final = Decimal("1055.05585262")
TWH_A_QUAD: Final = _JOULES_A_BTU / Decimal("3.6")
"""10^15 Btu over 3.6 · 10^15 J."""

_QUADS: Final = frozenset({"quads", "quad", "quadrillionbtu", "quadbtu"})


def _national(series_id: str) -> Followed:
    scope = SCOPES[series_id]
    return Followed(series_id, series_id, scope, "eia_aeo", BILLION_KWH, Decimal(1))


SERIES: Final = {
    "cnsm_na_elep_na_tel_na_usa_blnkwh": _national("us_electricity"),
    "cnsm_na_elep_na_els_na_usa_blnkwh": _national("us_retail_sales"),
    "cnsm_na_comm_na_prc_datactrserv_usa_qbtu": Followed(
        "",
        "us_dc_servers",
        "servers in commercial buildings, purchased electricity",
        "eia_aeo_computing",
        _QUADS,
        TWH_A_QUAD,
    ),
}
"""Id at the publisher, in small letters → what we follow it as."""

ASKED: Final = (
    "cnsm_NA_elep_NA_tel_NA_usa_blnkwh",
    "cnsm_NA_elep_NA_els_NA_usa_blnkwh",
    "cnsm_NA_comm_NA_prc_datactrserv_usa_qbtu",
)

HISTORY: Final = "a year before the edition's own: history beside the projection"
EARLIER: Final = "the reference case of an earlier edition, repeated"
REPEATED: Final = "the same figure in another table of the edition"

_EARLIER: Final = re.compile(r"aeo[0-9]{4}\w*")
_NAMED: Final = {"ref": "Reference", "cb": "Counterfactual Baseline"}
_CASE: Final = re.compile(r"(ref|cb)([0-9]{4})")
_PLAIN: Final = re.compile(r"[a-z0-9_.-]{1,60}")


def edition_of(scenarios: Iterable[str]) -> int | None:
    """Return the edition whose main case stands among these, if exactly one does.

    Example:
        >>> edition_of(["lm2026", "ref2026"]), edition_of(["highmacro"])
        (2026, None)
    """
    found = {int(case[2]) for case in map(_CASE.fullmatch, scenarios) if case}
    return found.pop() if len(found) == 1 else None


def tell(figures: Iterable[Figure], fetched: date, told: Told, refuse: Refuse) -> None:
    """Add the claims of the editions to what is told.

    Raises:
        SourceError: A unit, period, case or sign is not as this reader knows it, or two rows state
            one figure differently.
    """
    seen: dict[str, Decimal] = {}
    for figure in figures:
        followed = SERIES.get(figure.code.casefold())
        if followed is None:
            told.left_out[OTHER] += 1
            continue
        year = _year(figure, followed, refuse)
        value = figure.value
        if value is None or (reason := _why_no_claim(figure, year)):
            told.left_out[NO_VALUE if value is None else reason] += 1
            continue
        said = _claim(figure, followed, year, fetched)
        name = str(said["claim_id"])
        if name in seen:
            if seen[name] != value:
                refuse(f"states {name} as {seen[name]} and as {value}", "one figure for each")
            told.left_out[REPEATED] += 1
            continue
        seen[name] = value
        told.claims.append(said)
        of = str(said["publication_id"])
        told.publications.setdefault(of, _publication(of, figure.edition))


def _claim(figure: Figure, followed: Followed, year: int, fetched: date) -> dict[str, object]:
    """Return one projected year of one case."""
    edition, value = figure.edition, figure.value or Decimal(0)
    publication_id = f"eia_aeo_{edition}_live"
    stamped = figure.stamp is not None and edition <= figure.stamp.year and figure.stamp <= fetched
    return claim(
        claim_id=f"{publication_id}_{followed.name}_{figure.scenario}_{year}",
        publication_id=publication_id,
        series_id=followed.series_id,
        scenario=_case(figure.scenario, edition),
        scope=followed.scope,
        target_year=year,
        central=turned(value, followed.factor),
        family=followed.family,
        edition=str(edition),
        known_from=figure.stamp if stamped else fetched,
    )


def _case(scenario: str, edition: int) -> str:
    """Return the name of an edition's main case in words, of others their id."""
    main = _CASE.fullmatch(scenario)
    return _NAMED[main[1]] if main and int(main[2]) == edition else scenario


def _year(figure: Figure, followed: Followed, refuse: Refuse) -> int:
    """Return the year a figure is about, once all else about it is as we know it."""
    where = f"row {figure.row:,}"
    when = period(figure.period, where, refuse)
    if when.frequency != "A":
        refuse(f"holds the period {figure.period} in {where}", "years")
    if same_unit(figure.unit) not in followed.units:
        refuse(f"states {figure.code} in {excerpt(figure.unit)}", excerpt(sorted(followed.units)))
    if not _PLAIN.fullmatch(figure.scenario):
        refuse(f"has the scenario {excerpt(figure.scenario)} in {where}", "an id such as ref2026")
    if figure.value is not None and figure.value < 0:
        refuse(f"has {figure.value} for {figure.code} in {where}", "no negative energy")
    return when.last.year


def _why_no_claim(figure: Figure, year: int) -> str:
    if _EARLIER.fullmatch(figure.scenario):
        return EARLIER
    return HISTORY if figure.history or year < figure.edition else ""


def _publication(publication_id: str, edition: int) -> dict[str, object]:
    return publication(
        publication_id,
        family="eia_aeo",
        title=f"Annual Energy Outlook {edition}, all cases",
        url=AEO_PAGE,
        published=str(edition),
    )
