"""What models follow on the day of a question: tracks, and what each class teaches its members."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from forecast.contracts.errors import FitError
from forecast.evaluation.evaluating import classes
from forecast.evaluation.neighbours import School
from forecast.history.frames import one as track_of
from forecast.history.knowledge import as_known
from forecast.pipeline.explaining import why_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecast.contracts.assumptions import Assumptions
    from forecast.contracts.catalogue import Series
    from forecast.contracts.histories import History, Track
    from forecast.growth.fans import Fan
    from forecast.pipeline.explaining import Why
    from forecast.pipeline.walk import Ready


@dataclass(frozen=True)
class Followed:
    """One series as known on the day of a question.

    Attributes:
        history: Every visible row.
        track: The line models follow; None where there is none.
        refusal: Why there is no track; blank if there is one.
        panel: What the panel engine says of it; None where it is not asked.
        why: What stands behind that.
    """

    history: History
    track: Track | None
    refusal: str = ""
    panel: Fan | None = None
    why: Why | None = None


def follow(ready: Ready, assumptions: Assumptions) -> dict[str, Followed]:
    """Return every series of the classes a question is about, by id.

    All of a class are followed, whichever of them is asked about: they teach one another, and a
    series' forecast must not depend on who else was asked about.

    Args:
        ready: The question and the rows it may see.
        assumptions: Read as of the question's day.
    """
    asked = set(ready.question.series)
    found: dict[str, Followed] = {}
    for members in classes(ready.catalogue):
        if not asked or asked & {series.id for series in members}:
            found |= _taught(
                members, [_known(series, ready, assumptions) for series in members], ready
            )
    return found


def _known(series: Series, ready: Ready, assumptions: Assumptions) -> Followed:
    question = ready.question
    history = as_known(
        ready.visible["observations"],
        ready.visible["publications"],
        series=series,
        as_of=question.as_of,
        policy=question.policy,
    )
    try:
        return Followed(history, track_of(history, assumptions))
    except FitError as error:
        return Followed(history, None, refusal=str(error))


def _taught(
    members: Sequence[Series], found: Sequence[Followed], ready: Ready
) -> dict[str, Followed]:
    """Return members of one class, each with what the panel engine says of it."""
    steps = max(ready.question.horizon, *(series.horizon for series in members))
    school = School(steps, members[0].periods_per_year)
    tracks = {one.track.series.id: one.track for one in found if one.track is not None}
    tally = school.taught(tracks.values())
    fans = dict(zip(tracks, school.fans(list(tracks.values()), tally), strict=True))
    whys = {name: why_of(tracks[name], school, tally) for name, fan in fans.items() if fan}
    return {
        series.id: replace(one, panel=fans.get(series.id), why=whys.get(series.id))
        for series, one in zip(members, found, strict=True)
    }
