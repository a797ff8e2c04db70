"""Whether an answer is whole, judged by the figures in it and by those already held."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, NoReturn

from forecast.contracts.errors import SourceError
from forecast.sources.figures import Figure
from forecast.sources.strict_json import Refuse, excerpt

MAY_BE_TAKEN_BACK: Final = 0.02
"""Share of the figures held that a publisher may withdraw before we call an answer short."""


def refusal_of(name: str, thing: str, page: str) -> Refuse:
    """Return what raises SourceError about a thing of a source, given found and expected."""

    def refuse(found: str, expected: str) -> NoReturn:
        raise SourceError(
            f"{name}: {thing} {found}; this reader knows {expected}. Compare the payload with "
            f"{page}: if the publisher changed it, mend sources/{name}.py, else fetch again."
        )

    return refuse


def only_body(bodies: Sequence[bytes], refuse: Refuse) -> bytes:
    """Return the one body an answer has."""
    if len(bodies) != 1:
        refuse(f"came as {len(bodies)} bodies", "one body with the whole file")
    return bodies[0]


def refuse_shorter(found: Collection[Figure], held: Collection[Figure], refuse: Refuse) -> None:
    """Raise unless an answer reaches as far as the one held, with nearly as many figures."""
    if not held:
        return
    newest = max(figure.span.end for figure in held)
    reached = max((figure.span.end for figure in found), default=None)
    if reached is None or reached < newest:
        refuse(f"reaches to {reached}", f"{newest} at least, as in the vintage held")
    if len(found) < len(held) * (1 - MAY_BE_TAKEN_BACK):
        refuse(
            f"has {len(found):,} figures",
            f"{len(held):,}, as in the vintage held, less {MAY_BE_TAKEN_BACK:.0%} at most",
        )


def refuse_without(figures: Iterable[Figure], expected: Collection[str], refuse: Refuse) -> None:
    """Raise unless the expected series have a figure a year before the newest of all.

    The newest year is not asked: publishers fill it country by country.
    """
    spans = {(figure.series_id, figure.span.start) for figure in figures}
    if not spans:
        refuse("has no figure of a country", excerpt(sorted(expected)))
    newest = max(start for _, start in spans)
    before = newest.replace(year=newest.year - 1)
    missing = sorted(series for series in expected if (series, before) not in spans)
    if missing:
        refuse(f"lacks {excerpt(missing)} of {before}", "them in every period but the newest")
