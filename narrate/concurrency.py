"""Threads that make the next items of a sequence while the one before is used, and locks between processes."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, ParamSpec, TypeVar, cast

from narrate.errors import UsageError, reason
from narrate.storage import full_path, is_due, user_cache_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

log = logging.getLogger(__name__)

UNUSED_LOCK_S: Final = 24 * 3600.0
"""Seconds after which the file of a lock that no process holds is removed."""

Item = TypeVar("Item")
Made = TypeVar("Made")
Parameters = ParamSpec("Parameters")


def started(function: Callable[Parameters, Generator[Made | None]]) -> Callable[Parameters, Generator[Made]]:
    """Let a generator run up to its first ``yield``, which yields None, when it is made. Its items follow."""

    @wraps(function)
    def make(*arguments: Parameters.args, **named: Parameters.kwargs) -> Generator[Made]:
        generator = function(*arguments, **named)
        next(generator)
        return cast("Generator[Made]", generator)

    return make


@contextmanager
def background_thread(cores: int, *, threads: int = 1) -> Iterator[Executor | None]:
    """Yield an executor with so many threads, or None where there are not two ``cores`` to work on.

    If the context ends with an error, calls that have not begun are cancelled.
    """
    if cores < 2:
        yield None
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="narrate-background") as executor:
        try:
            yield executor
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


@started
def ordered_map(
    make: Callable[[Item], Made], items: Iterable[Item], executor: Executor | None, *, look_ahead: int = 1
) -> Generator[Made | None]:
    """Yield ``make(item)`` for each item, in the order of the items.

    Items are read in the caller's thread, only as far as they are submitted. Whatever is raised goes through. Then, and
    when the generator is closed, calls that have not begun are cancelled; those that run are not waited for.

    Up to ``look_ahead`` results are ready or in work before the caller asks for the first one, and while the caller
    uses an earlier one; with several workers, some multiple of their number keeps all of them busy. Without an
    executor, ``make`` runs in the caller's thread.
    """
    if executor is None:
        yield None
        yield from map(make, items)
        return
    pending: deque[Future[Made]] = deque()
    ahead = iter(items)
    try:
        pending.extend(executor.submit(make, item) for item in islice(ahead, look_ahead))
        yield None
        for item in ahead:
            pending.append(executor.submit(make, item))
            if len(pending) > look_ahead:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()


class OrderedCalls(Generic[Made]):
    """Calls whose results are collected in the order of the calls.

    Args:
        executor: Its threads make the calls, while the caller goes on; None to make them in the caller's thread.
        most_waiting: Calls that may be submitted and not done. Then the caller waits for the first of them.
    """

    def __init__(self, executor: Executor | None, *, most_waiting: int = 8) -> None:
        self._executor, self._most_waiting = executor, most_waiting
        self._results: list[Made] = []
        self._waiting: deque[Future[Made]] = deque()

    def add(
        self, function: Callable[Parameters, Made], *arguments: Parameters.args, **named: Parameters.kwargs
    ) -> None:
        """Make a call. What an earlier one has raised may go through."""
        if self._executor is None:
            self._results.append(function(*arguments, **named))
            return
        self._waiting.append(self._executor.submit(function, *arguments, **named))
        while len(self._waiting) > self._most_waiting:
            self._results.append(self._waiting.popleft().result())

    def results(self) -> Sequence[Made]:
        """Return the results of all calls so far. What a call has raised goes through."""
        while self._waiting:
            self._results.append(self._waiting.popleft().result())
        return self._results


@contextmanager
def process_lock(name: str, *, waiting: str = "", busy: str = "") -> Iterator[None]:
    """Hold a lock. If another process of this user and machine holds it, wait for it, or raise an error.

    The lock is a file in the user's cache folder, and is released when its process ends in any way. If that folder
    cannot be written to, there is no lock. Once a day, the files of locks that were not used for a day are removed.

    Args:
        name: The name of the file, without its extension.
        waiting: A warning to log if another process holds the lock; empty for none.
        busy: The message of the error to raise in that case; empty to wait.

    Raises:
        UsageError: If another process holds the lock, and ``busy`` is not empty.
    """
    folder = user_cache_folder() / "locks"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if is_due(folder / ".pruned"):
            _remove_unused_locks(folder)
    with _held(folder / f"{name}.lock", waiting=waiting, busy=busy):
        yield


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a file that several users and machines may change, and wait for it if another process holds it.

    The lock is a hidden file next to it. If it cannot be written, or the file system has no locks, there is none: then
    a warning says so.
    """
    path = full_path(path)
    waiting = f"Another process is writing {path}. Waiting for it."
    without = f"Cannot lock {path}: %s. What others write to it at the same moment can be lost."
    with _held(path.with_name(f".{path.name}.lock"), waiting=waiting, without=without):
        yield


@contextmanager
def _held(path: Path, *, waiting: str = "", busy: str = "", without: str = "") -> Iterator[None]:
    """Hold the lock of a file, or none if the file system refuses, with the warning ``without`` and its reason."""
    from filelock import FileLock, Timeout

    lock = FileLock(path, is_singleton=False)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if busy:
                raise UsageError(busy) from None
            if waiting:
                log.warning("%s", waiting)
            lock.acquire()
    except (OSError, NotImplementedError) as error:  # the work goes on: every file is whole even without a lock
        if without:
            log.warning(without, reason(error) if isinstance(error, OSError) else "the file system has no locks")
        else:
            log.info("No lock %s: %s", path, error)
    try:
        with suppress(OSError):
            path.touch()  # it is in use: see _remove_unused_locks
        yield
    finally:
        lock.release()


def _remove_unused_locks(folder: Path) -> None:
    """Remove the files of locks that were not used for ``UNUSED_LOCK_S`` and that no process holds."""
    from filelock import FileLock, Timeout

    for path in folder.glob("*.lock"):
        with suppress(OSError, Timeout):
            if time.time() - path.stat().st_mtime > UNUSED_LOCK_S:
                unused: BaseFileLock = FileLock(path, timeout=0, is_singleton=False)
                with unused:
                    path.unlink()
