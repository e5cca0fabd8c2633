"""Wall-clock and processor time of each stage of an edition. The edition's files do not contain them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

from narrate.types import STAGES, Stage, Timing

T = TypeVar("T")

_current: Final[ContextVar[Stage | None]] = ContextVar("narrate_stage", default=None)


def current_stage() -> Stage | None:
    """Return the stage that is being timed, or None outside of any."""
    return _current.get()


def add_timings(timings: Iterable[Mapping[Stage, Timing]]) -> Mapping[Stage, Timing]:
    """Add up the timings of several editions."""
    listed = list(timings)
    return {
        stage: Timing(
            round(sum(one[stage].wall_s for one in listed if stage in one), 3),
            round(sum(one[stage].cpu_s for one in listed if stage in one), 3),
        )
        for stage in STAGES
    }


class StageTimer:
    """Times stages. While one runs inside another, the outer one stands still, so that the sum is the whole time.

    Processor time is that of this process, including its threads, and of child processes that ended within the stage.
    That of worker processes, which live longer, is added with :meth:`add`.
    """

    def __init__(self) -> None:
        self._spent: dict[Stage, list[float]] = {name: [0.0, 0.0] for name in STAGES}
        self._running: list[Stage] = []
        self._since = _clocks()

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Count the time of the context for a stage."""
        self._settle()
        self._running.append(name)
        token = _current.set(name)
        try:
            yield
        finally:
            self._settle()
            self._running.pop()
            _current.reset(token)

    def add(self, name: Stage, *, cpu_s: float) -> None:
        """Count processor time that other processes have spent for a stage."""
        self._spent[name][1] += cpu_s

    def timings(self) -> Mapping[Stage, Timing]:
        """Return the time of each stage so far, in the order of the job."""
        return {name: Timing(round(wall_s, 3), round(cpu_s, 3)) for name, (wall_s, cpu_s) in self._spent.items()}

    def each(self, items: Iterable[T], name: Stage) -> Iterator[T]:
        """Yield the items; the time that it takes to get them counts for the stage ``name``."""
        iterator = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def _settle(self) -> None:
        """Add the time since the last change to the stage that was running."""
        now = _clocks()
        if self._running:
            spent = self._spent[self._running[-1]]
            spent[0] += now[0] - self._since[0]
            spent[1] += now[1] - self._since[1]
        self._since = now


def _clocks() -> tuple[float, float]:
    """Return wall-clock time, and processor time of this process and of its ended children, in seconds."""
    return time.perf_counter(), sum(os.times()[:4])
