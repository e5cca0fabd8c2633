"""The making of editions: one at a time for each document, with progress and an end that the editor may choose."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from narrate.editor.documents import OpenScript
from narrate.errors import NarrateError, UsageError
from narrate.job import Job
from narrate.pipeline import produce_job
from narrate.types import Progress

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.synthesis import WorkerPool
    from narrate.types import Edition

log = logging.getLogger(__name__)

KEPT_JOBS: Final = 10
"""Jobs whose events can still be asked for."""


class CancelledError(NarrateError):
    """The editor has cancelled the making of an edition."""


class Making:
    """One edition that is being made, in a thread of its own.

    Args:
        job_id: The id that the page knows it by.
        script: The script to make it from.
        describe: Returns what the page shows of the finished edition.
    """

    def __init__(self, job_id: str, script: OpenScript, describe: Callable[[Edition], Mapping[str, Any]]) -> None:
        self.id, self.script = job_id, script
        self._describe = describe
        self._changed = threading.Condition()
        self._events: list[Mapping[str, Any]] = []
        self._is_cancelled = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_done(self) -> bool:
        """Whether the edition is made, or will not be."""
        return bool(self._events) and "stage" not in self._events[-1]

    def start(self, pool_for: Callable[[str, Config], WorkerPool]) -> None:
        """Begin."""
        self._tell({"stage": "read", "done": 0, "total": 0, "seconds_left": None})
        self._thread = threading.Thread(target=self._run, args=(pool_for,), name=f"narrate-make-{self.id}", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End before the next line. The previous edition stays as it is."""
        self._is_cancelled.set()

    def join(self, timeout_s: float) -> None:
        """Wait for the end, at most for some seconds."""
        if self._thread:
            self._thread.join(timeout_s)

    def events_from(self, number: int, *, timeout_s: float) -> list[Mapping[str, Any]]:
        """Return the events from this number on. Wait for one, at most for some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._events) > number, timeout_s)
            return self._events[number:]

    def _run(self, pool_for: Callable[[str, Config], WorkerPool]) -> None:
        script = self.script
        try:
            edition = produce_job(Job(script.file, script.config, script.mp3, self._progress, pool_for))
            self._tell({"done": self._describe(edition)})
        except CancelledError:
            self._tell({"cancelled": True})
        except NarrateError as error:
            self._tell({"cancelled": True} if self._is_cancelled.is_set() else {"error": str(error)})
        except Exception:
            log.exception("The edition of %s was not made", script.file)
            self._tell({"error": "Edition not made: the program failed. The window of 'narrate edit' says why."})

    def _progress(self, progress: Progress) -> None:
        """Note that a line is finished. The edition ends here if it was cancelled."""
        if self._is_cancelled.is_set() and progress.stage != "deliver":
            raise CancelledError("Cancelled.")
        if progress.stage != "synthesize":
            return
        stage = "synthesize" if progress.done < progress.total else "encode"
        left_s = None if progress.left_s is None else round(progress.left_s, 1)
        self._tell({"stage": stage, "done": progress.done, "total": progress.total, "seconds_left": left_s})

    def _tell(self, event: Mapping[str, Any]) -> None:
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()


class Jobs:
    """The editions that are being made, and those that were.

    Args:
        pool_for: Returns the worker pool of an engine, as in :class:`narrate.pipeline.Job`.
    """

    def __init__(self, pool_for: Callable[[str, Config], WorkerPool]) -> None:
        self._pool_for = pool_for
        self._lock = threading.Lock()
        self._count = 0
        self._jobs: dict[str, Making] = {}

    def make(self, script: OpenScript, describe: Callable[[Edition], Mapping[str, Any]]) -> Making:
        """Begin to make the edition of a script.

        Raises:
            UsageError: If an edition is being made: the voices speak for one at a time.
        """
        with self._lock:
            if any(not job.is_done for job in self._jobs.values()):
                raise UsageError("An edition is being made already. Wait until it is done, or cancel it.")
            self._count += 1
            job = Making(f"j{self._count}", script, describe)
            self._jobs = {**dict([*self._jobs.items()][1 - KEPT_JOBS :]), job.id: job}
            job.start(self._pool_for)
            return job

    def get(self, job_id: str) -> Making:
        """Return a job. Raises ``KeyError`` if there is none with this id."""
        return self._jobs[job_id]

    def close(self) -> None:
        """Cancel what is being made. Workers that are ended elsewhere make that quick."""
        for job in list(self._jobs.values()):
            job.cancel()

    def join(self, timeout_s: float) -> None:
        """Wait until nothing is being made, at most for some seconds each."""
        for job in list(self._jobs.values()):
            job.join(timeout_s)
