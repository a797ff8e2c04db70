"""Serve every publisher in a process of its own, until it is told to end: ``python serving.py``.

Prints the address. A request to ``/tell/revised`` makes every publisher revise a figure.
"""

from __future__ import annotations

import sys

from tests.replay.messages import Asked, Reply
from tests.replay.publishers.everyone import everyone
from tests.replay.server import served


class Tell:
    """A publisher of nothing, through whom the others are told what to do."""

    name = "tell"
    revised = gone = False

    def __init__(self, others: dict[str, object]) -> None:
        self.others = others

    def answer(self, asked: Asked) -> Reply:
        for publisher in self.others.values():
            publisher.revised = asked.path == "/revised"  # type: ignore[attr-defined]
        return Reply(b"{}")


def main() -> None:
    publishers = everyone()
    with served({**publishers, "tell": Tell(dict(publishers))}) as world:
        print(world.base, flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
