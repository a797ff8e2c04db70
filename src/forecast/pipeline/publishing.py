"""From named bytes to an edition on disk; a run that stands is only linked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecast.contracts.errors import VintageError
from forecast.storage.editions import publish
from forecast.storage.runs import FinishedRun, verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecast.contracts.question import Place
    from forecast.pipeline.walk import Ready
    from forecast.storage.editions import Published


def standing(place: Place, run_id: str) -> dict[str, bytes] | None:
    """Return the files of a run that stands already, each proved whole; else None.

    Raises:
        VintageError: The run was altered since it was sealed.
    """
    folder = place.processed / "runs" / run_id
    if not folder.is_dir():
        return None
    return {name: (folder / name).read_bytes() for name in verify(folder)["files"]}


def publish_edition(
    place: Place, ready: Ready, files: Mapping[str, bytes], facts: Mapping[str, object]
) -> Published:
    """Write the run unless it stands, and point its edition at it.

    Raises:
        VintageError: The run that stands differs from what was computed.
    """
    question = ready.question
    published = publish(
        place.processed,
        FinishedRun(
            run_id=ready.run_id,
            as_of=question.as_of,
            policy=question.policy,
            files=files,
            whole_catalogue=question.whole_catalogue,
            manifest=facts,
        ),
    )
    if published.differing:
        raise VintageError(
            f"run {ready.run_id} stands with other bytes in {', '.join(published.differing)}; a "
            "run is a pure function of its question. Report this, with both machines' processors."
        )
    return published
