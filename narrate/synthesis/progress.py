"""Takes as they come: progress is reported, and those from the cache are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from narrate.types import Take

Progress = Callable[[int, int], None]
"""Called after each line with the number of finished lines and the number of all lines."""


class TakeStream(Iterator[Take]):
    """The takes of an edition, in order.

    Args:
        takes: The takes.
        total: The number of all takes.
        progress: Called when a take has been used.
    """

    def __init__(self, takes: Iterator[Take], total: int, progress: Progress | None) -> None:
        self._takes, self._total, self._progress = takes, total, progress
        self._used = 0
        self.reused_lines = 0
        """Takes that came from the cache."""

    def __next__(self) -> Take:
        if self._used and self._progress:
            self._progress(self._used, self._total)
        take = next(self._takes)
        self._used += 1
        self.reused_lines += take.reused
        return take
