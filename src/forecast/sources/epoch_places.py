"""Where a site is, from its country and address as printed: a state only where it is certain.

A word such as Kansas or Virginia may be a city or a street: a state counts where its two letters
stand before a postcode or end the address, or where its name ends it, perhaps before a county.
"""

from __future__ import annotations

import re
from typing import Final

ANYWHERE: Final = "WORLD"
"""A place that is not stated, or in words we do not know."""

USA: Final = "USA"

_COUNTRY_NAMES: Final = (
    "ARE united arab emirates; ARE uae; ARG argentina; AUS australia; AUT austria; BEL belgium; "
    "BHR bahrain; BRA brazil; CAN canada; CHE switzerland; CHL chile; CHN china; COL colombia; "
    "CZE czechia; CZE czech republic; DEU germany; DNK denmark; EGY egypt; ESP spain; EST estonia; "
    "FIN finland; FRA france; GBR united kingdom; GBR uk; GRC greece; HKG hong kong; HUN hungary; "
    "IDN indonesia; IND india; IRL ireland; ISL iceland; ISR israel; ITA italy; JPN japan; "
    "KAZ kazakhstan; KEN kenya; KOR south korea; KOR korea; KWT kuwait; LUX luxembourg; "
    "MAR morocco; MEX mexico; MYS malaysia; NGA nigeria; NLD netherlands; NLD the netherlands; "
    "NOR norway; NZL new zealand; OMN oman; PAK pakistan; PHL philippines; POL poland; "
    "PRT portugal; QAT qatar; ROU romania; RUS russia; SAU saudi arabia; SGP singapore; "
    "SWE sweden; THA thailand; TUR turkey; TUR türkiye; TWN taiwan; UKR ukraine; "
    "USA united states; USA united states of america; USA usa; USA us; UZB uzbekistan; "
    "VNM vietnam; ZAF south africa"
)
_STATE_NAMES: Final = (
    "AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; "
    "DE Delaware; DC District of Columbia; FL Florida; GA Georgia; HI Hawaii; ID Idaho; "
    "IL Illinois; IN Indiana; IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine; "
    "MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi; MO Missouri; "
    "MT Montana; NE Nebraska; NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico; "
    "NY New York; NC North Carolina; ND North Dakota; OH Ohio; OK Oklahoma; OR Oregon; "
    "PA Pennsylvania; RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; "
    "UT Utah; VT Vermont; VA Virginia; WA Washington; WV West Virginia; WI Wisconsin; WY Wyoming"
)


def _by_name(names: str) -> dict[str, str]:
    pairs = (entry.split(" ", 1) for entry in names.split("; "))
    return {name.casefold(): code for code, name in pairs}


_COUNTRIES: Final = _by_name(_COUNTRY_NAMES)
_STATES: Final = _by_name(_STATE_NAMES)
_LETTERS: Final = frozenset(_STATES.values())
_END: Final = r"(?:,?\s*(?:USA|United States))?\s*"
_BEFORE_POSTCODE: Final = re.compile(r"\b([A-Z]{2}),?\s+[0-9]{5}(?:-[0-9]{4})?\b")
_LAST_LETTERS: Final = re.compile(rf",\s*([A-Z]{{2}}){_END}$")
_LAST_NAME: Final = re.compile(
    rf"(?:^|[\s,])({'|'.join(sorted(_STATES, key=len, reverse=True))})"
    rf"(?:,?\s+[0-9]{{5}})?(?:,?\s+[a-z]+ county)?{_END.lower()}$"
)


def location(country: str, address: str) -> str:
    """Return an ISO code for a place: of a state in the United States, else of a country.

    Example:
        >>> location("United States", "5420 Tulane Rd, Memphis, TN 38109")
        'US-TN'
        >>> location("", "Start Campus, Sines, Portugal"), location("Malaysia", "")
        ('PRT', 'MYS')
    """
    named = _COUNTRIES.get(" ".join(country.split()).casefold())
    if country.strip() and named != USA:
        return named or ANYWHERE
    state, told = _state(address), named or _country_in(address)
    if state and told in {USA, ANYWHERE}:
        return f"US-{state}"
    return ANYWHERE if state else told


def _state(address: str) -> str:
    for form in (_BEFORE_POSTCODE, _LAST_LETTERS):
        letters: set[str] = {found for found in form.findall(address) if found in _LETTERS}
        if len(letters) == 1:
            return letters.pop()
    by_name = _LAST_NAME.search(" ".join(address.split()).casefold())
    return _STATES[str(by_name[1])] if by_name else ""


def _country_in(address: str) -> str:
    """Return the country that is named between the commas of an address, if it is one."""
    parts = (" ".join(part.split()).casefold() for part in address.split(","))
    codes = {_COUNTRIES[part] for part in parts if part in _COUNTRIES}
    return codes.pop() if len(codes) == 1 else ANYWHERE
