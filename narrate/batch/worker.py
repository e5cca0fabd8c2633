"""The work on one article, and the process that does it."""

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
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

from narrate.batch.report import Outcome
from narrate.config import AUTO, Config, SynthesisConfig
from narrate.engines import choose_engine
from narrate.errors import NarrateError

if TYPE_CHECKING:
    from narrate.synthesis import WorkerPool

log = logging.getLogger(__name__)

CLEANUP_TIME_S: Final = 3.0
"""How long a process whose parent was killed may take to remove unfinished files."""

_pools: dict[SynthesisConfig, WorkerPool] | None = None
"""In a process of the batch: the voice workers, which are kept from one article to the next. None elsewhere."""


def produce_one(source: Path, *, output: str | os.PathLike[str], config: Config) -> Outcome:
    """Make the edition of one article.

    Args:
        source: The article.
        output: Folder of the editions, or the URL of a folder in a store.
        config: The configuration.

    Returns:
        The outcome. Errors are part of it; the function does not raise them.
    """
    from narrate.pipeline import produce_with  # the process that hands out the articles does not need it

    started = time.monotonic()

    def failed(error: str) -> Outcome:
        return Outcome(str(source), "failed", error=error, took_s=round(time.monotonic() - started, 3))

    try:
        edition = produce_with(_kept_pool(config), source, output=output, config=config)
    except NarrateError as error:
        return failed(str(error))
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


def start_worker() -> None:
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


def _kept_pool(config: Config) -> WorkerPool | None:
    """Return a pool that loaded the engine for an earlier article; None outside the processes of a batch."""
    if _pools is None:
        return None
    settings = config.synthesis
    pool = _pools.get(settings)
    if pool is None or pool.closed:
        from narrate.pipeline import hire

        named = None if settings.engine == AUTO else settings.engine
        pool = _pools[settings] = hire(choose_engine(named, None).name, config)
    return pool
