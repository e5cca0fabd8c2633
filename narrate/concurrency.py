"""Work ahead in threads: the next items of a sequence are made while the one before is used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


@contextmanager
def background_thread(cores: int) -> Iterator[Executor | None]:
    """Yield an executor with one thread, or None where there are not two ``cores`` to work on."""
    if cores < 2:
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="narrate-background") as executor:
        yield executor


def ordered_map(
    make: Callable[[Item], Made], items: Iterable[Item], executor: Executor | None, *, look_ahead: int = 1
) -> Generator[Made]:
    """Yield ``make(item)`` for each item, in the order of the items.

    Items are read in the caller's thread, only as far as they are submitted. Whatever is raised goes through. Then, and
    when the generator is closed, calls that have not begun are cancelled; those that run are not waited for.

    Up to ``look_ahead`` results are ready or in work while the caller uses an earlier one; with several workers, some
    multiple of their number keeps all of them busy. Without an executor, ``make`` runs in the caller's thread.
    """
    if executor is None:
        yield from map(make, items)
        return
    pending: deque[Future[Made]] = deque()
    try:
        for item in items:
            pending.append(executor.submit(make, item))
            if len(pending) > look_ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
