"""What a flow tells: one line a step, a table at the end, and a state that says it all."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from prefect.states import Completed, Failed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prefect.client.schemas.objects import State

    Told = TypeVar("Told")

_LOG = logging.getLogger("forecast")
_LOG.setLevel(logging.INFO)


def say(line: str) -> None:
    """Tell one step: the command line prints it, a worker shows it in the run's log."""
    _LOG.info(line)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).split()).replace("|", "\\|")


def verdict(parts: Sequence[Told], failures: Sequence[str], noun: str) -> State[list[Told]]:
    """Return how a flow of several parts ended.

    The command line's exit codes in Prefect's words: all done (0) and some failed (4) are
    Completed, the failures named in the message; every part failed (1, 3) is Failed.

    Args:
        parts: What became of each part.
        failures: One line a part that failed.
        noun: What the parts are, such as ``sources``.
    """
    if not failures:
        return Completed(message=f"{len(parts)} {noun} done", data=list(parts))
    every = len(failures) == len(parts)
    share = "every one" if every else f"{len(failures)} of {len(parts)}"
    message = f"{noun} failed, {share}: {' · '.join(failures)}"
    return Failed(message=message) if every else Completed(message=message, data=list(parts))
