"""One step of a stream done while the one before it is still used."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def ahead(items: Iterable[T]) -> Generator[T]:
    """The ``items`` in order, the next one made in a thread while the last one is used. What that raises comes
    through; closing the iterator waits for the item that is being made."""
    iterator, done = iter(items), object()
    with ThreadPoolExecutor(1, thread_name_prefix="narrate-ahead") as beside:
        coming = beside.submit(next, iterator, done)
        while (item := coming.result()) is not done:
            coming = beside.submit(next, iterator, done)
            yield item  # type: ignore[misc]
