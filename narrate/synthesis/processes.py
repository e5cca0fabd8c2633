"""The processes in which engines speak: started by themselves, or forked from a template that has loaded the engine."""

from __future__ import annotations

import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import IO, Final

from narrate.engines.template import FORK, NUMBER, POLL, RUNNING
from narrate.engines.worker import describe_exit
from narrate.errors import EngineError, reason

COMMAND: Final = ("-P", "-m", "narrate.engines.worker")  # -P: a file in the working folder must not shadow a module
TEMPLATE_COMMAND: Final = ("-P", "-m", "narrate.engines.template")
EXIT_S: Final = 5.0  # how long a process that has closed its output may take to end, in seconds
POLL_S: Final = 0.002  # from one question whether a forked worker has ended to the next, in seconds


class WorkerProcess:
    """A process that reads requests and writes replies.

    Args:
        pid: Its number, which is also that of its process group.
        requests: Where requests are written.
        replies: Where replies are read.
        errors: A file with its standard error.
        wait: Waits for its end, at most so many seconds, and returns its exit code, or the negative number of a signal;
            None if it goes on. None for the seconds waits until it ends.
    """

    def __init__(
        self,
        pid: int,
        *,
        requests: IO[bytes],
        replies: IO[bytes],
        errors: IO[bytes],
        wait: Callable[[float | None], int | None],
    ) -> None:
        self.pid = pid
        self.requests, self.replies = requests, replies
        self._errors = errors
        self._wait = wait
        self._exit_code: int | None = None

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the end of the process. Return its exit code; None if it goes on."""
        if self._exit_code is None:
            self._exit_code = self._wait(seconds)
        return self._exit_code

    def kill(self) -> None:
        """Kill the process and its forks."""
        if self._exit_code is None:
            kill_group(self.pid)

    def end(self) -> None:
        """Kill the process, wait for its end, and close the files."""
        self.kill()
        self.wait()
        for file in (self.requests, self.replies, self._errors):
            with suppress(OSError):  # what was buffered for a dead worker cannot be flushed
                file.close()

    def describe_end(self) -> str:
        """Return how the process has ended, with the last line that it wrote to standard error."""
        code = self.wait(EXIT_S)
        return f"({describe_exit(-signal.SIGKILL if code is None else code)}): {_last_line(self._errors)}"


class Template:
    """The template process of an engine, see :mod:`narrate.engines.template`. It is started when first needed.

    Args:
        engine: The engine's name.
        model: Another model than the engine's own; empty for none.
        time_limit_s: How long the engine may take to load, in seconds.
    """

    def __init__(self, engine: str, model: str, time_limit_s: float) -> None:
        self._engine, self._model, self._time_limit_s = engine, model, time_limit_s
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: socket.socket
        self._errors: IO[bytes]
        self._starting = threading.Lock()
        self._asking = threading.Lock()
        self._is_closed = False

    def start(self) -> None:
        """Start the process, unless it runs. Raises ``EngineError`` if it cannot be started."""
        with self._starting:
            if self._is_closed:
                raise EngineError(f"The worker of engine '{self._engine}' was closed.")
            if self._process is not None and self._process.poll() is None:
                return
            self._end()
            with _explained(self._engine):
                self._messages, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                self._messages.settimeout(self._time_limit_s)
                self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed in _end)
                with its:
                    arguments = [self._engine, *([self._model] if self._model else [])]
                    self._process = _start([*TEMPLATE_COMMAND, *arguments], its.fileno(), self._errors)

    def fork(self) -> WorkerProcess:
        """Return a new worker, when the engine is loaded.

        Raises:
            EngineError: The template has crashed, or the engine was not loaded within the time limit.
        """
        self.start()
        with self._asking, ExitStack() as ours, ExitStack() as its, _explained(self._engine):
            errors = ours.enter_context(tempfile.TemporaryFile())
            its_requests, requests = _pipe()
            replies, its_replies = _pipe()
            for stack, files in ((its, (its_requests, its_replies)), (ours, (requests, replies))):
                for file in files:
                    stack.enter_context(file)
            try:
                descriptors = [file.fileno() for file in (its_requests, its_replies, errors)]
                socket.send_fds(self._messages, [FORK], descriptors)
                pid = self._answer()
            except (OSError, EOFError) as error:
                raise EngineError(self._describe_failure(isinstance(error, TimeoutError))) from error
            ours.pop_all()

        def wait(seconds: float | None) -> int | None:
            return self._exit_code(pid, seconds)

        return WorkerProcess(pid, requests=requests, replies=replies, errors=errors, wait=wait)

    def _exit_code(self, pid: int, seconds: float | None) -> int | None:
        """Return the exit code of a worker that ends in time. It counts as killed if the template does not know."""
        end_s = math.inf if seconds is None else time.monotonic() + seconds
        while True:
            try:
                with self._asking:
                    self._messages.send(POLL + NUMBER.pack(pid))
                    code = self._answer()
            except (OSError, EOFError):
                return -signal.SIGKILL
            if code != RUNNING:
                return code
            if time.monotonic() >= end_s:
                return None
            time.sleep(POLL_S)

    def _answer(self) -> int:
        content = self._messages.recv(NUMBER.size)
        if len(content) < NUMBER.size:
            raise EOFError
        number: int = NUMBER.unpack(content)[0]
        return number

    def _describe_failure(self, is_timed_out: bool) -> str:
        process = self._process
        if self._is_closed or process is None:
            return f"The worker of engine '{self._engine}' was closed."
        if is_timed_out:
            kill_group(process.pid)
            return f"Engine '{self._engine}' was not loaded within {self._time_limit_s:g} s."
        with suppress(subprocess.TimeoutExpired):
            process.wait(EXIT_S)
        code = -signal.SIGKILL if process.returncode is None else process.returncode
        return f"Engine '{self._engine}' crashed ({describe_exit(code)}): {_last_line(self._errors)}."

    def close(self) -> None:
        """Kill the process, and start no other one."""
        self._is_closed = True
        with self._starting:
            self._end()

    def _end(self) -> None:
        """Kill the process, if there is one, and close its files."""
        process, self._process = self._process, None
        if process is not None:
            if process.poll() is None:
                kill_group(process.pid)
            process.wait()
            self._messages.close()
            with suppress(OSError):
                self._errors.close()


def started_worker(arguments: Sequence[str], engine: str) -> WorkerProcess:
    """Return a new process of :mod:`narrate.engines.worker`. Raises ``EngineError`` if it cannot be started."""
    with _explained(engine):
        errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed by the worker's end)
        process = _start([*COMMAND, *arguments], subprocess.PIPE, errors)
    assert process.stdin is not None
    assert process.stdout is not None

    def wait(seconds: float | None) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.returncode

    return WorkerProcess(process.pid, requests=process.stdin, replies=process.stdout, errors=errors, wait=wait)


def _start(arguments: Sequence[str], stdin: int, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start Python with arguments, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE if stdin == subprocess.PIPE else subprocess.DEVNULL,
        stderr=errors,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        start_new_session=True,  # so that its forks can be killed with it
    )


@contextmanager
def _explained(engine: str) -> Iterator[None]:
    """Raise ``EngineError`` if the system refuses a process, a pipe or a file."""
    try:
        yield
    except OSError as error:
        raise EngineError(f"Cannot start a process for engine '{engine}': {reason(error)}.") from error


def _pipe() -> tuple[IO[bytes], IO[bytes]]:
    """Return the end of a new pipe for reading, and the one for writing."""
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


def kill_group(pid: int) -> None:
    """Kill a process and its group. On Windows, where there are no groups, only the process."""
    with suppress(ProcessLookupError, PermissionError):  # macOS forbids what Linux calls gone
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)  # which ends it at once
        else:
            os.killpg(pid, signal.SIGKILL)


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
    return lines[-1]
