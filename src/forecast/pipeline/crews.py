"""The same work done by one process or several, results in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Done = TypeVar("Done")

_EQUIPPED: list[tuple[Any, ...]] = []
"""What a worker was given once: the function and what every call of it shares."""


def spread(
    work: Callable[..., Done], shared: tuple[Any, ...], items: Iterable[Item], workers: int = 1
) -> Iterator[Done]:
    """Yield ``work(item, *shared)`` of every item, in order.

    Processes are spawned, never forked, and are given ``shared`` once. At most two items a
    worker are under way, so memory does not grow with the number of items.

    Args:
        work: A function of a module.
        shared: What every call gets after its item.
        items: Taken as workers become free.
        workers: Processes; one works here.
    """
    if workers <= 1:
        yield from (work(item, *shared) for item in items)
        return
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_equip, initargs=(work, shared)
    ) as pool:
        waiting: deque[Future[Done]] = deque()
        for item in items:
            waiting.append(pool.submit(_work, item))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _equip(work: Callable[..., Any], shared: tuple[Any, ...]) -> None:
    _EQUIPPED[:] = [(work, *shared)]


def _work(item: Any) -> Any:  # noqa: ANN401  anything that can be pickled
    work, *shared = _EQUIPPED[0]
    return work(item, *shared)
