"""Meters of other projects, and a meter of memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from measure_loudness import measure as ffmpeg_loudness

__all__ = ["ffmpeg_loudness", "memory_of_processes_mb"]


def memory_of_processes_mb(pid: int) -> float:
    """Return the memory of a process and those that it started, in MB. What several share counts once (Linux)."""
    return sum(_own_memory_kb(one) for one in _processes(pid)) / 1000


def _processes(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # a thread may have ended
            for child in (task / "children").read_text().split():
                yield from _processes(int(child))


def _own_memory_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
