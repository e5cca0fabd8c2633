"""The work on one article, and the processes that do it."""

from __future__ import annotations

import atexit
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, Final

from narrate.batch.report import Outcome, Status
from narrate.batch.sources import Place
from narrate.config import Config, SynthesisConfig
from narrate.errors import NarrateError, ReviewError, SourceError, UsageError
from narrate.languages.controls import EscapingStream

if TYPE_CHECKING:
    from narrate.synthesis import WorkerPool

log = logging.getLogger(__name__)

CLEANUP_TIME_S: Final = 3.0  # how long a process whose parent was killed may take to remove unfinished files
READING_TIME_LIMIT_S: Final = 120.0
"""How long reading an article may take, fetching excluded. A book of 100,000 words takes a few seconds."""
MISSING_GUARD_CODE: Final = 97
"""Exit code of a process of the batch that runs the program of the caller again instead of making editions."""
MISSING_GUARD: Final = (
    "Cannot start processes: the program starts them while it is imported. Put the call of produce_all, and all that "
    'should run only once, below: if __name__ == "__main__":'
)
REPEAT_S: Final = 1.0
"""Seconds after which reading that caught the error of the time limit is interrupted again."""

_pools: dict[tuple[str, SynthesisConfig], WorkerPool] | None = None
"""In a process of the batch: the voice workers, which are kept from one article to the next. None elsewhere."""


def produce_one(source: Place, *, output: str | os.PathLike[str], config: Config) -> Outcome:
    """Make the edition of one article. Errors are part of the outcome; the function does not raise them."""
    from narrate.job import Job
    from narrate.pipeline import produce_job  # the process that hands out the articles does not need it

    started = time.monotonic()

    def failed(error: str, status: Status = "failed") -> Outcome:
        return Outcome(str(source), status, error=error, took_s=round(time.monotonic() - started, 3))

    limit = partial(limited_reading, str(source), READING_TIME_LIMIT_S + config.reading.time_limit_s)
    try:
        edition = produce_job(
            Job(source, config, output, pool_for=None if _pools is None else _kept_pool, reading_limit=limit)
        )
    except NarrateError as error:
        return failed(str(error), "waiting" if isinstance(error, ReviewError) else "failed")
    except Exception as error:  # a defect that one article reveals must not stop the others
        log.exception("%s", source)
        return failed(f"{type(error).__name__}: {error}. This is a defect of Narrate. Please report it.")
    return Outcome(
        str(source),
        "unsure" if edition.below_threshold else "done",
        mp3=edition.address,
        state=edition.state,
        duration_s=round(edition.duration_s, 3),
        took_s=round(time.monotonic() - started, 3),
        lines=edition.lines,
        reused_lines=edition.reused_lines,
        unsure_quotations=len(edition.below_threshold),
        timings=edition.timings,
        warnings=edition.warnings,
    )


@contextmanager
def limited_reading(name: str, limit_s: float) -> Iterator[None]:
    """Raise ``SourceError`` in the context after ``limit_s`` seconds, so that one article does not stop a batch.

    This needs the signals of Unix and the main thread, which a process of the batch has. Elsewhere there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: object) -> None:
        reading = f"Reading takes longer than {limit_s:g} s"
        raise SourceError(f"Cannot read {name}: {reading}. Remove what is not about the article, or divide it.")

    previous = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, limit_s, REPEAT_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextmanager
def local_processes(workers: int) -> Iterator[Callable[[], Executor]]:
    """Provide a function that returns a pool of processes: a new one if a process was lost. All end with the
    context.

    Raises ``UsageError`` if the caller's program starts them without ``if __name__ == "__main__"``.
    """
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        sys.exit(MISSING_GUARD_CODE)  # this process imports the program because its parent is here, too
    context = multiprocessing.get_context("spawn")
    pools: list[ProcessPoolExecutor] = []

    def working_pool() -> Executor:
        is_broken = bool(pools) and getattr(pools[-1], "_broken", False)
        if is_broken:
            _raise_if_guard_is_missing(pools[-1])
        if not pools or is_broken:
            pools.append(ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker))
        return pools[-1]

    try:
        yield working_pool
    except BaseException:  # a batch that is stopped does not wait for the editions that have been begun
        for pool in pools:
            for process in _processes(pool):
                process.terminate()
        raise
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)


def _processes(pool: ProcessPoolExecutor) -> list[BaseProcess]:
    return list((pool._processes or {}).values())


def _raise_if_guard_is_missing(broken: ProcessPoolExecutor) -> None:
    processes = _processes(broken)
    broken.shutdown(wait=True)  # until then, the exit codes of some may not be known
    if MISSING_GUARD_CODE in {process.exitcode for process in processes}:
        raise UsageError(MISSING_GUARD) from None


def _start_worker() -> None:
    """Set up a process of the batch: keep voice workers, end with the parent, clean up when terminated."""
    global _pools
    _pools = {}
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        wait([parent.sentinel])
        if sys.platform != "win32":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(CLEANUP_TIME_S)
        os._exit(1)

    def terminate(*_: object) -> None:
        raise SystemExit(1)  # an exception runs the clean-up; unlike KeyboardInterrupt it prints no traceback

    threading.Thread(target=end_with_parent, daemon=True).start()
    atexit.register(gc.freeze)  # skips the garbage collection at exit, as in the command
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles it and terminates its workers
    signal.signal(signal.SIGTERM, terminate)
    sys.stderr = EscapingStream(sys.stderr)  # names must not steer the terminal


def _kept_pool(engine: str, config: Config) -> WorkerPool:
    from narrate.job import worker_pool

    assert _pools is not None
    pool = _pools.get((engine, config.synthesis))
    if pool is None or pool.closed:
        pool = _pools[engine, config.synthesis] = worker_pool(engine, config)
    return pool
