"""Which site a printed name means: names change from edition to edition, our ids do not.

The timelines carry names alone, so that coordinates cannot tell sites apart there. An id is the
name in plain letters; a name known to have been given up stands in a table. The first edition's
handles are tied to later names by the address printed beside both.
"""

from __future__ import annotations

import re
from typing import Final

from forecast.sources.epoch_places import ANYWHERE

_PREFIX: Final = "epoch:"
_IT: Final = ":it"
_LETTERS: Final = re.compile(r"[\W_]+")

_ALIASES: Final = {
    "alibaba-zhangbei-zhangjiakou-hebei": "alibaba-zhangbei",
    "amazon-canton-mississippi": "amazon-madison-mega-site",
    "amazon-ridgeland-mississippi": "amazon-ridgeland",
    "anthropic-amazon-project-rainier-new-carlisle-indiana": "anthropic-amazon-new-carlisle",
    "coreweave-helios-afton-texas": "coreweave-helios",
    "crusoe-goodnight-texas": "goodnight",
    "google-new-albany-ohio": "google-new-albany",
    "google-omaha-nebraska": "google-omaha",
    "meta-hyperion-holly-ridge-louisiana": "meta-hyperion",
    "meta-prometheus-new-albany-ohio": "meta-prometheus",
    "microsoft-fairwater-fayetteville-georgia": "microsoft-fairwater-atlanta",
    "microsoft-fairwater-mount-pleasant-wisconsin": "microsoft-fairwater-wisconsin",
    "openai-oracle-stargate-abilene-texas": "openai-stargate-abilene",
    "openai-oracle-stargate-abu-dhabi": "openai-stargate-uae",
    "xai-colossus-1": "colossus-1",
    "xai-colossus-1-memphis-tennessee": "colossus-1",
    "xai-colossus-2": "colossus-2",
    "xai-colossus-2-memphis-tennessee": "colossus-2",
}
"""Name given up, in plain letters → the id it belongs to."""

FIRST: Final = frozenset(_PREFIX + site for site in _ALIASES.values())
"""Sites of the first edition we know; each edition since has had all of them."""

_LOCATIONS: Final = {
    "ARE": "openai-stargate-uae",
    "CHN": "alibaba-zhangbei",
    "IDN": "oracle-batam",
    "MYS": "dayone-nusajaya",
    "PRT": "start-campus-sines-data-campus",
    "US-AZ": "edgecore-mesa-ph03 microsoft-goodyear stream-phoenix vantage-tx1",
    "US-GA": "microsoft-fairwater-atlanta",
    "US-IA": "google-cedar-rapids google-council-bluffs-east microsoft-project-osmium "
    "qts-cedar-rapids",
    "US-ID": "meta-kuna",
    "US-IN": "anthropic-amazon-new-carlisle google-fort-wayne",
    "US-LA": "meta-hyperion",
    "US-MI": "openai-stargate-michigan",
    "US-MS": "amazon-madison-mega-site amazon-ridgeland",
    "US-NE": "google-omaha google-papillion",
    "US-NM": "openai-stargate-new-mexico",
    "US-NV": "google-storey-county",
    "US-NY": "fluidstack-lake-mariner",
    "US-OH": "google-columbus google-new-albany meta-prometheus openai-stargate-lordstown",
    "US-OK": "google-pryor-north",
    "US-OR": "google-the-dalles",
    "US-TN": "colossus-1 colossus-2",
    "US-TX": "coreweave-denton-tx coreweave-helios crusoe-abilene-expansion goodnight "
    "google-midlothian google-red-oak meta-temple microsoft-sat14 microsoft-sat40 "
    "openai-stargate-abilene openai-stargate-milam openai-stargate-shackelford",
    "US-VA": "qts-richmond stack-infrastructure-nva02",
    "US-WI": "microsoft-fairwater-wisconsin openai-stargate-wisconsin",
    "USA": "google-kansas-city-east",
}
"""Location → sites there, for the timelines, which print none."""

_LOCATED: Final = {
    _PREFIX + site: code for code, sites in _LOCATIONS.items() for site in sites.split()
}


def site_id(name: str) -> str:
    """Return our id of a site, or blank if the name has no letters.

    Example:
        >>> site_id("xAI Colossus 1 Memphis Tennessee"), site_id("Google Pryor (North)")
        ('epoch:colossus-1', 'epoch:google-pryor-north')
    """
    plain = _LETTERS.sub("-", name.casefold()).strip("-")
    return _PREFIX + _ALIASES.get(plain, plain) if plain else ""


def it_id(site: str) -> str:
    """Return the id of a site's IT equipment, which has rows of its own beside the facility's."""
    return site + _IT


def known_location(site: str) -> str:
    """Return where a site is, as far as it has been printed before."""
    return _LOCATED.get(site, ANYWHERE)
