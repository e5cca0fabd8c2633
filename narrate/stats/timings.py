"""What an edition costs, stage by stage. Nothing that it measures goes into the edition's files."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

from narrate.types import STAGES, Stage, Timing

T = TypeVar("T")

_now_in: Final[ContextVar[Stage | None]] = ContextVar("narrate_stage", default=None)


def current_stage() -> Stage | None:
    """The stage that is being timed; None outside of all."""
    return _now_in.get()


def added(timings: Iterable[Mapping[Stage, Timing]]) -> Mapping[Stage, Timing]:
    """The sum of several editions' timings."""
    listed = list(timings)
    return {
        stage: Timing(
            round(sum(one[stage].wall_s for one in listed if stage in one), 3),
            round(sum(one[stage].cpu_s for one in listed if stage in one), 3),
        )
        for stage in STAGES
    }


class StageTimer:
    """Times stages. While one runs inside another, the outer one stands still, so that the sum is the whole.

    Processor time is that of this process, whatever its threads do meanwhile, and of the child processes that ended
    within the stage; that of voice workers, which last longer, is added.
    """

    def __init__(self) -> None:
        self._spent: dict[Stage, list[float]] = {name: [0.0, 0.0] for name in STAGES}
        self._running: list[Stage] = []
        self._since = _clocks()

    @contextmanager
    def stage(self, name: Stage) -> Iterator[None]:
        """Count the time of the context for ``name``."""
        self._settle()
        self._running.append(name)
        token = _now_in.set(name)
        try:
            yield
        finally:
            self._settle()
            self._running.pop()
            _now_in.reset(token)

    def add(self, name: Stage, *, cpu_s: float) -> None:
        """Count processor time that other processes have spent for ``name``."""
        self._spent[name][1] += cpu_s

    def timings(self) -> Mapping[Stage, Timing]:
        """What each stage has taken so far, in the order of the job."""
        return {name: Timing(round(wall_s, 3), round(cpu_s, 3)) for name, (wall_s, cpu_s) in self._spent.items()}

    def each(self, items: Iterable[T], name: Stage) -> Iterator[T]:
        """The items as they come; the time it takes to get them counts for ``name``."""
        iterator = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def _settle(self) -> None:
        """Give what has passed since the last change to the stage that was running."""
        now = _clocks()
        if self._running:
            spent = self._spent[self._running[-1]]
            spent[0] += now[0] - self._since[0]
            spent[1] += now[1] - self._since[1]
        self._since = now


def _clocks() -> tuple[float, float]:
    """Wall clock, and processor time of this process and of its children that ended, in seconds."""
    return time.perf_counter(), sum(os.times()[:4])
