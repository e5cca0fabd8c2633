"""The template process: it loads an engine, and forks a worker whenever one is needed.

Workers that are forked share the memory of what was loaded, and start within milliseconds. It is run as
``python -m narrate.engines.template ENGINE [MODEL]``, and only where processes can be forked safely
(``worker.CAN_FORK``), for engines with ``shares_memory``.

Standard input is a socket for messages. ``FORK`` comes with the descriptors of the new worker's input, output and
standard error; the answer is the worker's number. ``POLL`` and the number of a worker asks for its exit code; the
answer is ``RUNNING`` if it has not ended. All numbers are 4 bytes, big-endian, with a sign. When the socket is closed,
also because the parent was killed, the template kills the workers and ends.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from typing import Final

from narrate.engines import Engine
from narrate.engines.worker import load, serve, spent_s

FORK: Final = b"fork"
POLL: Final = b"poll"
NUMBER: Final = struct.Struct(">i")
RUNNING: Final = 256  # greater than any exit code


def main(engine_name: str, model: str = "") -> None:
    """Load an engine and fork workers until the socket is closed. The module's docstring describes the arguments."""
    import numpy  # noqa: F401  (once here, and not in every worker)

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # engines print
    engine, problem = load(engine_name, 1, model)
    gc.collect()
    gc.freeze()  # a collection in a worker would write to all that it shares
    _return_free_memory()
    workers: set[int] = set()
    with socket.socket(fileno=0) as messages:
        while True:
            content, descriptors, _, _ = socket.recv_fds(messages, len(FORK) + NUMBER.size, 3)
            if content == FORK:
                workers.add(_forked(engine, problem, descriptors, messages))
            elif content.startswith(POLL):
                (worker,) = NUMBER.unpack(content.removeprefix(POLL))
                ended, status = os.waitpid(worker, os.WNOHANG)
                workers.discard(ended)
                messages.send(NUMBER.pack(os.waitstatus_to_exitcode(status) if ended else RUNNING))
            else:
                break
    for worker in workers:
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)
    os._exit(0)


def _forked(engine: Engine | None, problem: str, descriptors: list[int], messages: socket.socket) -> int:
    """Fork a worker and send its number. Return the number."""
    requests, replies, errors = descriptors
    before_s = spent_s()
    worker = os.fork()
    if worker == 0:
        try:
            os.setsid()
            os.dup2(errors, 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # the socket is not the worker's
            with os.fdopen(requests, "rb") as incoming, os.fdopen(replies, "wb") as outgoing:
                serve(engine, problem, incoming, outgoing, before_s=before_s)
            os._exit(0)
        finally:
            os._exit(1)
    for descriptor in descriptors:
        os.close(descriptor)
    messages.send(NUMBER.pack(worker))
    return worker


def _return_free_memory() -> None:
    """Return the memory that loading has left to the system, where the C library can do so."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
