"""The worker pool: processes in which an engine speaks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self

from narrate.engines import get_engine
from narrate.engines.worker import CAN_FORK, read_reply, write_request
from narrate.errors import EngineError
from narrate.synthesis.processes import Template, WorkerProcess, started_worker
from narrate.types import Audio, Voice


class Worker:
    """A process in which an engine speaks. It is started when first needed, and again after it was lost.

    Args:
        engine: The engine's name.
        time_limit_s: How long one line may take, in seconds, loading included.
        model: Another model than the engine's own, if the engine has others.
        prepare: Called before the process starts, as :meth:`narrate.engines.Engine.prepare` is.
        template: What the process is forked from if it has one thread; None to start it by itself.
    """

    def __init__(
        self,
        engine: str,
        *,
        time_limit_s: float,
        model: str = "",
        prepare: Callable[[], None] = lambda: None,
        template: Template | None = None,
    ) -> None:
        self._engine = engine
        self._model = model
        self._prepare = prepare
        self._time_limit_s = time_limit_s
        self._template = template
        self._threads = 1
        self._process: WorkerProcess | None = None
        self.closed = False
        self.cpu_s = 0.0  # reported in the replies so far
        self._lock = threading.Lock()
        self._turn = threading.Lock()

    def start(self, threads: int = 1) -> None:
        """Start the process, which loads the engine while the caller goes on.

        Args:
            threads: How many threads an engine that can do so shares each line among.

        Raises:
            EngineError: The process cannot be started.
        """
        self._threads = threads
        if self._template and threads == 1:
            self._prepared()
            self._template.start()
        else:
            self._running()

    def speak(self, text: str, voice: Voice, reading: Any = None) -> Audio:
        """Return one take. A call waits while another thread's line is spoken.

        Args:
            text: What to say.
            voice: The voice that says it.
            reading: What ``Engine.read`` returned for the text; None if the worker is to read it.

        Raises:
            EngineError: The engine refuses the line, crashes, or exceeds the time limit.
        """
        with self._turn:
            return self._speak(text, voice, reading)

    def _speak(self, text: str, voice: Voice, reading: Any) -> Audio:
        process = self._running()
        timed_out = threading.Event()

        def give_up() -> None:
            timed_out.set()
            process.kill()

        timer = threading.Timer(self._time_limit_s, give_up)
        timer.start()
        try:
            write_request(process.requests, text, voice, reading)
            reply = read_reply(process.replies)
        except (EOFError, OSError) as error:
            raise EngineError(self._describe_failure(process, timed_out.is_set())) from error
        finally:
            timer.cancel()
        self.cpu_s += reply.cpu_s
        if reply.is_last:
            self.stop()
        if isinstance(reply.take, str):
            raise EngineError(reply.take)
        return reply.take

    def _running(self) -> WorkerProcess:
        with self._lock:
            if self.closed:
                raise EngineError(f"The worker of engine '{self._engine}' was closed.")
            if self._process is None or self._process.wait(0) is not None:
                self.stop()
                self._process = self._start()
            return self._process

    def _start(self) -> WorkerProcess:
        self._prepared()
        if self._template and self._threads == 1:
            return self._template.fork()
        return started_worker([self._engine, str(self._threads), *([self._model] if self._model else [])], self._engine)

    def _prepared(self) -> None:
        with suppress(EngineError):  # the process raises it when it loads the engine
            self._prepare()

    def _describe_failure(self, process: WorkerProcess, timed_out: bool) -> str:
        if timed_out:
            self.stop()
            return f"Engine '{self._engine}' did not answer within {self._time_limit_s:g} s."
        end = process.describe_end()
        self.stop()
        return f"Engine '{self._engine}' crashed {end}."

    def stop(self) -> None:
        """Kill the process, if there is one, without waiting for its reply."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def close(self) -> None:
        """Kill the process, and start no other one."""
        with self._lock:
            self.closed = True
        self.stop()


class WorkerPool:
    """The workers that speak an edition, or one edition after another. Leaving the context kills all of them.

    Args:
        engine: The engine's name.
        workers: The number of processes, at least 1: the processor cores to keep busy.
        time_limit_s: How long one line may take, in seconds.
        model: Another model than the engine's own, if the engine has others.

    Raises:
        UsageError: No engine has that name.
        EngineError: The engine cannot be imported, or the model is not available.
    """

    def __init__(self, engine: str, *, workers: int, time_limit_s: float, model: str = "") -> None:
        self.engine = get_engine(engine, model)
        is_shared = self.engine.shares_memory and CAN_FORK and workers > 1
        self._template = Template(engine, model, time_limit_s) if is_shared else None
        settings: dict[str, Any] = {"time_limit_s": time_limit_s, "model": model, "template": self._template}
        self.workers = tuple(Worker(engine, prepare=self.engine.prepare, **settings) for _ in range(workers))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, count: int | None = None) -> None:
        """Let workers load the engine before there is anything to say.

        Args:
            count: How many workers to start, or None for all. Fewer than all share the cores of all. Those started
                later, when they are needed, have one thread each.

        Raises:
            EngineError: A process cannot be started.
        """
        chosen = self.workers[:count]
        for worker in chosen:
            worker.start(len(self.workers) // len(chosen))

    @property
    def cpu_s(self) -> float:
        """Processor time that the workers reported so far, in seconds."""
        return sum(worker.cpu_s for worker in self.workers)

    @property
    def closed(self) -> bool:
        """Whether all workers are closed."""
        return all(worker.closed for worker in self.workers)

    def close(self) -> None:
        """Close all workers."""
        if self._template:
            self._template.close()
        for worker in self.workers:
            worker.close()
