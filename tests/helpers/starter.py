"""Runs of the command in forks of a process that has loaded already what the command needs.

A run has a process, streams and an exit code of its own as one that is started by name, but saves the time in which
Python, spaCy and its model are loaded. Its environment must be that of the process from which it is forked.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from helpers.runs import UNMEASURED

LIMIT_S = 300
"""Longest time that a run may take, in seconds."""
MAX_REQUEST_BYTES = 100_000
MAX_REPLY_BYTES = 10
EACH_TEST_HAS_ITS_OWN = ("PYTEST_CURRENT_TEST", *UNMEASURED)
"""Variables that do not matter before the command runs."""


class Starter:
    """A process from which the command is forked."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._lock = Lock()
        self._environment = _of_all_tests(environment)
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(LIMIT_S)
        code = f"from helpers.starter import serve\nserve({other.fileno()})\nfrom narrate.cli import main\nmain()"
        path = os.pathsep.join((environment["PYTHONPATH"], str(Path(__file__).parents[1])))
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code],
                env={**environment, **UNMEASURED, "PYTHONPATH": path},
                stdin=subprocess.PIPE,  # Python's streams are as for a command whose streams are pipes
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[other.fileno()],
                start_new_session=True,
            )

    def can_run(self, environment: Mapping[str, str]) -> bool:
        """Return whether a run in this environment may be forked."""
        return self._process.poll() is None and _of_all_tests(environment) == self._environment

    def close(self) -> None:
        """End the process."""
        self._socket.close()
        self._process.communicate(timeout=30)

    def run(
        self, arguments: list[str], stdin: bytes | None, folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, bytes, bytes]:
        """Run the command. Return its exit code and what it wrote to standard output and to standard error."""
        request = json.dumps({"arguments": arguments, "folder": str(folder), "environment": dict(environment)})
        (input_read, input_write), (output_read, output_write), (error_read, error_write) = (os.pipe() for _ in "012")
        with self._lock, ThreadPoolExecutor(3) as threads:
            socket.send_fds(self._socket, [request.encode()], [input_read, output_write, error_write])
            for descriptor in (input_read, output_write, error_write):
                os.close(descriptor)
            threads.submit(_write, input_write, stdin or b"")
            output, errors = threads.submit(_read, output_read), threads.submit(_read, error_read)
            try:
                reply = self._socket.recv(MAX_REPLY_BYTES)
            except TimeoutError:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise
            assert reply, "the process from which runs are forked has ended"
            return int(reply), output.result(), errors.result()


def _of_all_tests(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in EACH_TEST_HAS_ITS_OWN}


def _write(descriptor: int, content: bytes) -> None:
    with open(descriptor, "wb") as stream:
        stream.write(content)


def _read(descriptor: int) -> bytes:
    with open(descriptor, "rb") as stream:
        return stream.read()


def serve(descriptor: int) -> None:
    """Load what the command needs, and fork a process for each request. Return in that process only."""
    import coverage

    import narrate.batch
    import narrate.cli
    import narrate.verify  # noqa: F401
    from narrate.config import Config, SynthesisConfig
    from narrate.pipeline import prepare
    from narrate.readers.source import read_source

    silent = Config(synthesis=SynthesisConfig(engine="silent"))
    prepare(read_source("The ferry sails.\n\n“At last,” said Ada Byron.".encode(), name="ferry.md"), config=silent)
    requests = socket.socket(fileno=descriptor)
    while True:
        content, streams, *_ = socket.recv_fds(requests, MAX_REQUEST_BYTES, 3)
        if not content:
            os._exit(0)
        process = os.fork()
        if process == 0:
            break
        for stream in streams:
            os.close(stream)
        _, status = os.waitpid(process, 0)
        requests.send(str(os.waitstatus_to_exitcode(status)).encode())
    requests.close()
    request = json.loads(content)
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
        os.close(stream)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["arguments"]
    coverage.process_startup()
