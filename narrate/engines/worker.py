"""The worker process: it loads an engine and speaks lines for :mod:`narrate.synthesis`.

It is run as ``python -m narrate.engines.worker ENGINE THREADS [MODEL]``. ``THREADS`` is the number of threads among
which the engine shares a line, if it can.

Requests come through standard input and replies go through standard output, as frames: 4 bytes of length, big-endian,
then the payload. A request is a JSON frame ``{"text", "voice", "reading"}``; the reading is null for engines that read
the text in the worker. A reply is either a JSON frame ``{"sample_rate_hz",
"shape", "timings", "last", "cpu_s"}`` and a frame of float32 samples, or a JSON frame ``{"error", "last", "cpu_s"}``.
``last`` says that the worker ends after this reply; ``cpu_s`` is the processor time since the previous one. The worker
ends when its input ends, also if the parent was killed.

For an engine that needs a fresh process for every line, the loaded worker forks one, which costs milliseconds. On
systems that cannot fork safely, the worker speaks one line and ends, and the next line starts another worker.

Workers of an engine with ``shares_memory`` are forked from a process that has loaded it, see
:mod:`narrate.engines.template`.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from typing import IO, Any, Final

from narrate.engines import Engine, get_engine
from narrate.errors import NarrateError
from narrate.types import Audio, Voice, WordTime

CAN_FORK: Final = sys.platform not in ("win32", "darwin")
KEPT_MB: Final = 100
"""A forked worker ends after a line for which its memory grew by more: the next one begins with the memory that all
share. With an end after each line, the lines of the example took 3 % more processor time, with this limit 1 %."""
_reported_s = 0.0  # processor time of this process that earlier replies have reported, in seconds


def write_frame(stream: IO[bytes], payload: bytes | memoryview) -> None:
    """Write one frame. A view counts bytes."""
    stream.write(struct.pack(">I", len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes:
    """Return the payload of the next frame. Raise ``EOFError`` if the stream ends before the frame does."""
    head = stream.read(4)
    size = int.from_bytes(head)
    payload = stream.read(size)
    if len(head) < 4 or len(payload) < size:
        raise EOFError
    return payload


def write_request(stream: IO[bytes], text: str, voice: Voice, reading: Any = None) -> None:
    """Ask a worker for a take of a text, perhaps with the engine's reading of it."""
    write_frame(stream, json.dumps({"text": text, "voice": asdict(voice), "reading": reading}).encode())


@dataclass(frozen=True, slots=True)
class Reply:
    """A worker's reply."""

    take: Audio | str  # the take, or the message of the error that the engine raised
    is_last: bool  # whether the worker ends after this reply
    cpu_s: float  # processor time that the worker spent since its previous reply, in seconds, including loading


def read_reply(stream: IO[bytes]) -> Reply:
    """Return the reply to the request before. Raise ``EOFError`` if the worker has ended."""
    head: dict[str, Any] = json.loads(read_frame(stream))
    if "error" in head:
        return Reply(str(head["error"]), head["last"], head["cpu_s"])
    import numpy as np

    samples = np.frombuffer(read_frame(stream), dtype=np.float32).reshape(head["shape"])
    timings = tuple(WordTime(*timing) for timing in head["timings"])
    return Reply(Audio(samples, head["sample_rate_hz"], timings), head["last"], head["cpu_s"])


def _speak(engine: Engine, request: bytes, replies: IO[bytes], *, is_last: Callable[[], bool] = lambda: False) -> bool:
    """Reply to a request. Return what ``is_last`` does when the take is made: whether the worker ends."""
    line = json.loads(request)
    try:
        voice, reading = Voice(**line["voice"]), line["reading"]
        audio = engine.synthesize(line["text"], voice) if reading is None else engine.speak(reading, voice)
    except Exception as error:  # whatever an engine raises is a reply, and not the end of the worker
        message = str(error) if isinstance(error, NarrateError) else f"{type(error).__name__}: {error}"
        last = is_last()
        _write_head(replies, last=last, error=message)
        return last
    import numpy as np

    last = is_last()

    samples = np.ascontiguousarray(audio.samples, dtype=np.float32)
    timings = [astuple(timing) for timing in audio.timings]
    _write_head(replies, last=last, sample_rate_hz=audio.sample_rate_hz, shape=samples.shape, timings=timings)
    write_frame(replies, samples.data.cast("B"))
    return last


def _write_head(replies: IO[bytes], *, last: bool = False, **head: Any) -> None:
    write_frame(replies, json.dumps({**head, "last": last, "cpu_s": spent_s()}).encode())


def spent_s() -> float:
    """Return the processor time since the previous reply."""
    global _reported_s
    now_s = time.process_time()
    spent_s, _reported_s = now_s - _reported_s, now_s
    return round(spent_s, 6)


def _speak_in_fork(engine: Engine, request: bytes, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Let a forked child reply. If the parent ends meanwhile, kill the child and end this process."""
    global _reported_s
    ended, child_end = os.pipe()
    before_s = spent_s()
    child = os.fork()
    if child == 0:
        try:
            _reported_s = -before_s  # its own clock begins at zero
            os.close(ended)
            _speak(engine, request, replies)
            os._exit(0)  # eSpeak's threads make a regular exit fail
        finally:
            os._exit(1)
    os.close(child_end)
    watch = select.poll()
    watch.register(ended, select.POLLIN)
    watch.register(requests, 0)  # reports the end of the input, but not a request that waits in it
    try:
        if ended not in dict(watch.poll()):
            os.kill(child, signal.SIGKILL)
            raise EOFError
    finally:
        os.close(ended)
        status = os.waitpid(child, 0)[1]
    if status != 0:
        sys.exit(f"the engine's process ended with {describe_exit(os.waitstatus_to_exitcode(status))}")


def describe_exit(code: int) -> str:
    """Describe an exit code, or the negative number of a signal."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def main(engine_name: str, threads: str, model: str = "") -> None:
    """Load an engine and reply to requests until the input ends. The module's docstring describes the arguments."""
    import numpy  # noqa: F401  (once here, and not in the fork of every line)

    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # engines print; the reply stream holds frames only
    try:
        engine, problem = load(engine_name, int(threads), model)
        while True:
            request = read_frame(requests)
            if engine is None:
                _write_head(replies, error=problem)
            elif not engine.fresh_process:
                _speak(engine, request, replies)
            elif CAN_FORK:
                _speak_in_fork(engine, request, requests, replies)
            else:
                _speak(engine, request, replies, is_last=lambda: True)
                os._exit(0)
    except (EOFError, KeyboardInterrupt):
        os._exit(0)


def serve(engine: Engine | None, problem: str, requests: IO[bytes], replies: IO[bytes], *, before_s: float) -> None:
    """Reply to requests in a process that was forked, until the input ends or much memory was used.

    Args:
        engine: The loaded engine; None if it could not be loaded.
        problem: Why it could not be loaded.
        requests: The requests.
        replies: Where the replies go.
        before_s: Processor time that the first reply reports besides that of this process, in seconds.
    """
    global _reported_s
    _reported_s = -before_s  # its own clock begins at zero
    before, is_over = _peak_memory_mb(), False
    with suppress(EOFError, BrokenPipeError):
        while not is_over:
            request = read_frame(requests)
            if engine is None:
                _write_head(replies, error=problem)
            else:
                is_over = _speak(engine, request, replies, is_last=lambda: _peak_memory_mb() > before + KEPT_MB)


def _peak_memory_mb() -> float:
    """Return the most memory that this process has had, in MB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def load(engine_name: str, threads: int, model: str) -> tuple[Engine | None, str]:
    """Return the engine, or None and the problem, which is then the reply to every request."""
    try:
        engine = get_engine(engine_name, model)
        if not engine.fresh_process:
            engine.share(threads)
        engine.load()
    except NarrateError as error:
        return None, str(error)
    return engine, ""


if __name__ == "__main__":
    main(*sys.argv[1:])
