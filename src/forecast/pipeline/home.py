"""Home: the folder that holds settings and data, and what is read from it first.

Flag > environment > default. In a checkout, home is the repository.
"""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forecast.contracts.assumptions import parse_assumptions
from forecast.contracts.catalogue import parse_catalogue
from forecast.contracts.errors import SettingsError
from forecast.contracts.question import Place

if TYPE_CHECKING:
    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Catalogue

HOME_VARIABLE: Final = "FORECAST_HOME"


def find_home(flag: Path | str | None = None) -> Place:
    """Return the place to work in.

    Args:
        flag: What ``--home`` says; else ``FORECAST_HOME``; else the checkout the current
            folder lies in; else the current folder.

    Raises:
        SettingsError: The named folder does not exist.
    """
    named = flag or os.environ.get(HOME_VARIABLE)
    if named:
        home = Path(named).expanduser().resolve()
        if not home.is_dir():
            raise SettingsError(
                f"home {home} is not a folder. Create it, or name another with --home or "
                f"{HOME_VARIABLE}."
            )
        return Place(home)
    here = Path.cwd()
    checkouts = (folder for folder in (here, *here.parents) if _is_checkout(folder))
    return Place(next(checkouts, here))


def _is_checkout(folder: Path) -> bool:
    return (folder / "src" / "forecast" / "contracts" / "catalogue.toml").is_file()


def catalogue_of(place: Place) -> Catalogue:
    """Return the home's own catalogue, or the built-in one.

    Raises:
        SettingsError: The home's catalogue is wrong.
    """
    text, name = _own_or_built_in(place, "catalogue.toml")
    return parse_catalogue(text, name=name)


def assumptions_of(place: Place) -> Assumptions:
    """Return the home's own assumptions, or the built-in ones.

    Raises:
        SettingsError: The home's assumptions are wrong.
    """
    text, name = _own_or_built_in(place, "assumptions.toml")
    return parse_assumptions(text, name=name)


def _own_or_built_in(place: Place, name: str) -> tuple[str, str]:
    own = place.home / name
    if own.is_file():
        return own.read_text(encoding="utf-8"), str(own)
    return files("forecast.contracts").joinpath(name).read_text(encoding="utf-8"), name
