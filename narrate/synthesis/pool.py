"""The worker pool: processes in which an engine speaks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Final, Self

from narrate.engines import get_engine
from narrate.engines.worker import describe_exit, read_reply, write_request
from narrate.errors import EngineError, reason
from narrate.types import Audio, Voice

COMMAND: Final = ("-P", "-m", "narrate.engines.worker")  # -P: a file in the working folder must not shadow a module


class Worker:
    """A process in which an engine speaks. It is started when first needed, and again after it was lost.

    Args:
        engine: The engine's name.
        time_limit_s: How long one line may take, in seconds, loading included.
        model: Another model than the engine's own, if the engine has others.
        prepare: Called before the process starts, as :meth:`narrate.engines.Engine.prepare` is.
    """

    def __init__(
        self, engine: str, *, time_limit_s: float, model: str = "", prepare: Callable[[], None] = lambda: None
    ) -> None:
        self._engine = engine
        self._model = model
        self._prepare = prepare
        self._time_limit_s = time_limit_s
        self._threads = 1
        self._process: subprocess.Popen[bytes] | None = None
        self.closed = False
        self.cpu_s = 0.0  # reported in the replies so far
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._stderr: IO[bytes] | None = None

    def start(self, threads: int = 1) -> None:
        """Start the process, which loads the engine while the caller goes on.

        Args:
            threads: How many threads an engine that can do so shares each line among.

        Raises:
            EngineError: The process cannot be started.
        """
        self._threads = threads
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
            _kill(process)

        timer = threading.Timer(self._time_limit_s, give_up)
        timer.start()
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            write_request(process.stdin, text, voice, reading)
            reply = read_reply(process.stdout)
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

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self.closed:
                raise EngineError(f"The worker of engine '{self._engine}' was closed.")
            if self._process is None or self._process.poll() is not None:
                self._process = self._start()
            return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        with suppress(EngineError):  # the process raises it when it loads the engine
            self._prepare()
        try:
            self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  (closed in stop)
            return subprocess.Popen(
                [sys.executable, *COMMAND, self._engine, str(self._threads), *([self._model] if self._model else [])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                start_new_session=True,  # so that its forks can be killed with it
            )
        except OSError as error:
            raise EngineError(f"Cannot start a process for engine '{self._engine}': {reason(error)}.") from error

    def _describe_failure(self, process: subprocess.Popen[bytes], timed_out: bool) -> str:
        if timed_out:
            self.stop()
            return f"Engine '{self._engine}' did not answer within {self._time_limit_s:g} s."
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        assert self._stderr is not None
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines() or ["no message"]
        self.stop()
        return f"Engine '{self._engine}' crashed ({describe_exit(process.returncode)}): {lines[-1]}."

    def stop(self) -> None:
        """Kill the process, if there is one, without waiting for its reply."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout, self._stderr):
                with suppress(OSError):  # what was buffered for a dead worker cannot be flushed
                    if pipe is not None:
                        pipe.close()

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
        prepare = self.engine.prepare
        self.workers = tuple(
            Worker(engine, time_limit_s=time_limit_s, model=model, prepare=prepare) for _ in range(workers)
        )

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
        for worker in self.workers:
            worker.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # macOS forbids what Linux calls gone
            os.killpg(process.pid, signal.SIGKILL)
