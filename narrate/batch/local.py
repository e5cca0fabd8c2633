"""The pool of local processes that make a batch's editions."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from narrate.batch.worker import start_worker


@contextmanager
def local_processes(workers: int) -> Iterator[Callable[[], Executor]]:
    """Provide a function that returns the executor to use: a new one if a process of the previous one was lost.

    All processes end with the context.
    """
    context = multiprocessing.get_context("spawn")
    pools: list[ProcessPoolExecutor] = []

    def working_pool() -> Executor:
        if not pools or getattr(pools[-1], "_broken", False):
            pools.append(ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker))
        return pools[-1]

    try:
        yield working_pool
    except BaseException:  # a batch that is stopped does not wait for the editions that have been begun
        for pool in pools:
            for process in list((pool._processes or {}).values()):
                process.terminate()
        raise
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)
