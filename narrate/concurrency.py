"""One step ahead: the next of many things is made beside the use of the one before."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
Made = TypeVar("Made")


@contextmanager
def helper(cores: int) -> Iterator[Executor | None]:
    """One thread that works beside its user, where there are ``cores`` for both; else None."""
    if cores < 2:
        yield None
        return
    with ThreadPoolExecutor(1, thread_name_prefix="narrate-ahead") as beside:
        yield beside


def prefetch(make: Callable[[Item], Made], items: Iterable[Item], beside: Executor | None) -> Generator[Made]:
    """What is made of each of ``items``, in order.

    ``beside`` makes it, one after the other, while the one before is used and the next item awaited; without it all is
    made here. Whatever ``make`` or ``items`` raises goes through; what is then still being made is dropped.
    """
    if beside is None:
        yield from map(make, items)
        return
    coming: Future[Made] | None = None
    for item in items:
        following = beside.submit(make, item)
        if coming:
            yield coming.result()
        coming = following
    if coming:
        yield coming.result()
