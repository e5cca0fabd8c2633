"""A process that speaks lines for :mod:`narrate.synthesis`: ``python -m narrate.engines.worker``, and as arguments the
engine, among how many threads it shares a line, and, where one is named, its model.

Frames go through standard input and output: a request is a JSON frame ``{"text", "voice"}``, a reply a JSON frame
``{"sample_rate_hz", "shape", "timings", "last", "cpu_s"}`` and a frame of float32 samples, or ``{"error", "last",
"cpu_s"}``; ``last`` says that the worker ends with this reply, ``cpu_s`` is the processor time since the one before. A
frame is its length in 4 bytes, big-endian, and its bytes. The worker ends when its input does, and never outlives a
parent that was killed.

For an engine that needs a fresh process a line, the loaded worker forks one, which costs milliseconds. Where a
process cannot be forked safely the worker speaks one line and ends, and the next line starts another.
"""

from __future__ import annotations

import json
import os
import select
import signal
import struct
import sys
import time
from dataclasses import asdict, astuple, dataclass
from typing import IO, Any, Final

from narrate.engines import Engine, get_engine
from narrate.errors import NarrateError
from narrate.types import Audio, Voice, WordTime

CAN_FORK: Final = sys.platform not in ("win32", "darwin")
_told_s = 0.0
"""Of this process's clock: up to where answers have told it."""


def write_frame(stream: IO[bytes], payload: bytes) -> None:
    stream.write(struct.pack(">I", len(payload)) + payload)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes:
    """The next frame's bytes. Raises ``EOFError`` when the stream ends before the frame does."""
    head = stream.read(4)
    payload = stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""
    if len(head) < 4 or len(payload) < struct.unpack(">I", head)[0]:
        raise EOFError
    return payload


def write_request(stream: IO[bytes], text: str, voice: Voice) -> None:
    write_frame(stream, json.dumps({"text": text, "voice": asdict(voice)}).encode())


@dataclass(frozen=True, slots=True)
class Reply:
    """A worker's answer: a take, or the message of the error that the engine raised."""

    take: Audio | str
    last: bool
    """True if the worker ends with this answer."""
    cpu_s: float
    """Processor time that the worker spent since its last answer, on loading too."""


def read_reply(stream: IO[bytes]) -> Reply:
    """The answer to the request before. Raises ``EOFError`` if the worker is gone."""
    head: dict[str, Any] = json.loads(read_frame(stream))
    if "error" in head:
        return Reply(str(head["error"]), head["last"], head["cpu_s"])
    import numpy as np

    samples = np.frombuffer(read_frame(stream), dtype=np.float32).reshape(head["shape"])
    timings = tuple(WordTime(*timing) for timing in head["timings"])
    return Reply(Audio(samples, head["sample_rate_hz"], timings), head["last"], head["cpu_s"])


def _speak(engine: Engine, request: bytes, replies: IO[bytes], *, last: bool = False) -> None:
    wanted = json.loads(request)
    try:
        audio = engine.synthesize(wanted["text"], Voice(**wanted["voice"]))
    except Exception as error:  # whatever an engine raises is an answer, not the end of the worker
        message = str(error) if isinstance(error, NarrateError) else f"{type(error).__name__}: {error}"
        write_frame(replies, json.dumps({"error": message, "last": last, "cpu_s": _spent_s()}).encode())
        return
    import numpy as np

    samples = np.ascontiguousarray(audio.samples, dtype=np.float32)
    head = {
        "sample_rate_hz": audio.sample_rate_hz,
        "shape": samples.shape,
        "timings": [astuple(timing) for timing in audio.timings],
        "last": last,
        "cpu_s": _spent_s(),
    }
    write_frame(replies, json.dumps(head).encode())
    write_frame(replies, samples.tobytes())


def _spent_s() -> float:
    """Processor time since the last answer, in seconds."""
    global _told_s
    now_s = time.process_time()
    spent_s, _told_s = now_s - _told_s, now_s
    return round(spent_s, 6)


def _speak_in_fork(engine: Engine, request: bytes, requests: IO[bytes], replies: IO[bytes]) -> None:
    """Let a forked child answer; end it, and this process, if the parent goes away meanwhile."""
    global _told_s
    ended, child_end = os.pipe()
    before_s = _spent_s()
    child = os.fork()
    if child == 0:
        try:
            _told_s = -before_s  # its own clock begins at nought
            os.close(ended)
            _speak(engine, request, replies)
            os._exit(0)  # eSpeak's threads would trip over an orderly exit
        finally:
            os._exit(1)
    os.close(child_end)
    watch = select.poll()
    watch.register(ended, select.POLLIN)
    watch.register(requests, 0)  # reports the end of the input, and no request that already waits in it
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
    """An exit code, or the negative number of a signal, in words."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def main(engine_name: str, threads: str, model: str = "") -> None:
    requests, replies = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # engines print; only frames may reach the reply stream
    try:
        engine, trouble = _loaded(engine_name, int(threads), model)
        while True:
            request = read_frame(requests)
            if engine is None:
                write_frame(replies, json.dumps({"error": trouble, "last": False, "cpu_s": _spent_s()}).encode())
            elif not engine.fresh_process:
                _speak(engine, request, replies)
            elif CAN_FORK:
                _speak_in_fork(engine, request, requests, replies)
            else:
                _speak(engine, request, replies, last=True)
                os._exit(0)
    except (EOFError, KeyboardInterrupt):
        os._exit(0)


def _loaded(engine_name: str, threads: int, model: str) -> tuple[Engine | None, str]:
    """The engine, or why there is none: then that is the answer to every request."""
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
