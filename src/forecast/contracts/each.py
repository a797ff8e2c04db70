"""Catalogue entries that differ only in their place, written once.

::

    [places.states]
    va = "Virginia"

    [[each]]
    over = "states"
    id = "us_{code}_commercial"          # {code} va, {CODE} VA, {name} Virginia
    title = "{name}: commercial sales"

An entry written in full under ``[[series]]`` stands in place of one written here.
"""

from __future__ import annotations

from typing import Any, Final

from forecast.contracts.errors import SettingsError

_EACH: Final = "each"
_PLACES: Final = "places"


def written_out(entries: dict[str, Any]) -> dict[str, Any]:
    """Return a catalogue as read from TOML with every entry of its own.

    Raises:
        SettingsError: An entry goes over a list of places that is not there.
    """
    if _EACH not in entries and _PLACES not in entries:
        return entries
    places, forms = entries.get(_PLACES, {}), entries.get(_EACH, [])
    _refuse_other_shapes(places, forms)
    own = list(entries.get("series", []))
    taken = {entry.get("id") for entry in own if isinstance(entry, dict)}
    added = []
    for form in forms:
        over = form.get("over", "")
        if over not in places:
            raise SettingsError(
                f"catalogue: {form.get('id', 'an entry')} goes over {over!r}; expected one of "
                f"{', '.join(places) or 'no list, for there is none'}. Add [places.{over}]."
            )
        for code, name in places[over].items():
            entry = _filled({k: v for k, v in form.items() if k != "over"}, code, name)
            if entry.get("id") not in taken:
                added.append(entry)
    rest = {k: v for k, v in entries.items() if k not in {_EACH, _PLACES, "series"}}
    return {**rest, "series": own + added}


def _refuse_other_shapes(places: object, forms: object) -> None:
    lists = list(places.values()) if isinstance(places, dict) else [None]
    tables = [one for one in lists if isinstance(one, dict)]
    names = [name for one in tables for name in one.values()]
    if len(tables) < len(lists) or not all(isinstance(name, str) for name in names):
        raise SettingsError(
            'catalogue: [places.<list>] holds something else than code = "name". Mend it.'
        )
    if not isinstance(forms, list) or not all(isinstance(form, dict) for form in forms):
        raise SettingsError("catalogue: [[each]] is no list of entries. Mend it.")


def _filled(form: Any, code: str, name: str) -> Any:  # noqa: ANN401 - whatever TOML holds
    """Return a form with code and name in the places kept for them."""
    if isinstance(form, str):
        return form.replace("{code}", code).replace("{CODE}", code.upper()).replace("{name}", name)
    if isinstance(form, dict):
        return {key: _filled(value, code, name) for key, value in form.items()}
    return [_filled(value, code, name) for value in form] if isinstance(form, list) else form
