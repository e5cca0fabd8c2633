"""Lines -> takes: rendered side by side by worker processes, handed on in order."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Final

import numpy as np

from narrate.engines import Engine, get_engine
from narrate.engines.worker import describe_exit, read_reply, write_request
from narrate.errors import EngineError
from narrate.speakable import EMPTY, speakable
from narrate.synthesis.cache import TakeCache, key_of
from narrate.types import Audio, Cast, Line, Piece, PronunciationLexicon, Spoken, Take, Voice

log = logging.getLogger(__name__)

COMMAND: Final = ("-P", "-m", "narrate.engines.worker")
"""How Python starts a worker. -P: a file that happens to lie in the working folder must not shadow a module."""
LOOK_AHEAD: Final = 4
"""Takes in flight for each worker: enough to keep all busy, few enough that memory does not grow with the article."""


class Worker:
    """A process in which an engine speaks; started when first needed, and again after it was lost."""

    def __init__(self, engine: str, *, time_limit_s: float, model: str = "") -> None:
        self._engine = engine
        self._model = model
        self._time_limit_s = time_limit_s
        self._threads = 1
        self._process: subprocess.Popen[bytes] | None = None
        self.closed = False
        self.cpu_s = 0.0
        """Processor time of all answers so far."""
        self._lock = threading.Lock()
        self._stderr: IO[bytes] | None = None

    def start(self, threads: int = 1) -> None:
        """Let the engine load meanwhile, to share each line among ``threads`` if it can. Raises ``EngineError`` if no
        process can be started."""
        self._threads = threads
        self._running()

    def speak(self, text: str, voice: Voice) -> Audio:
        """One take. Raises ``EngineError`` if the engine refuses, crashes, or takes more than the time limit."""
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
            write_request(process.stdin, text, voice)
            reply = read_reply(process.stdout)
        except (EOFError, OSError) as error:
            raise EngineError(self._obituary(process, timed_out.is_set())) from error
        finally:
            timer.cancel()
        self.cpu_s += reply.cpu_s
        if reply.last:
            self.stop()
        if isinstance(reply.take, str):
            raise EngineError(reply.take)
        return reply.take

    def _running(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self.closed:
                raise EngineError("The edition was abandoned.")
            if self._process is None or self._process.poll() is not None:
                self._process = self._start()
            return self._process

    def _start(self) -> subprocess.Popen[bytes]:
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
            raise EngineError(f"Cannot start a process for engine '{self._engine}': {error.strerror}.") from error

    def _obituary(self, process: subprocess.Popen[bytes], timed_out: bool) -> str:
        if timed_out:
            self.stop()
            return f"Engine '{self._engine}' did not answer within {self._time_limit_s:g} s."
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        last_words = self._last_words()
        self.stop()
        return f"Engine '{self._engine}' crashed ({describe_exit(process.returncode)}): {last_words}."

    def _last_words(self) -> str:
        if self._stderr is None:
            return "no message"
        self._stderr.seek(0)
        return (self._stderr.read().decode(errors="replace").strip().splitlines() or ["no message"])[-1]

    def stop(self) -> None:
        """End the process, if there is one, without waiting for its answer."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
            process.wait()
            for pipe in (process.stdin, process.stdout, self._stderr):
                with suppress(OSError):  # what was buffered for a dead worker cannot be flushed
                    if pipe is not None:
                        pipe.close()

    def close(self) -> None:
        """Stop for good."""
        with self._lock:
            self.closed = True
        self.stop()


class WorkerPool:
    """The workers of an edition, or of one after another. As a context it ends them all, whatever they are doing."""

    def __init__(self, engine: str, *, workers: int, time_limit_s: float, model: str = "") -> None:
        """``workers`` processor cores (at least 1) are kept busy, with the engine of that name and, if one is named,
        another ``model`` than its own. Raises as ``get_engine`` does."""
        self.engine = get_engine(engine, model)
        self.workers = tuple(Worker(engine, time_limit_s=time_limit_s, model=model) for _ in range(workers))

    def __enter__(self) -> WorkerPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, count: int | None = None) -> None:
        """Let ``count`` of them, else all, load the engine now, before there is anything to say. Fewer than all share
        the cores of all; should more be needed, they have a thread each. Raises ``EngineError``."""
        chosen = self.workers[:count]
        for worker in chosen:
            worker.start(len(self.workers) // len(chosen))

    @property
    def cpu_s(self) -> float:
        """Processor time that they have spent so far, as far as they answered."""
        return sum(worker.cpu_s for worker in self.workers)

    @property
    def closed(self) -> bool:
        """Whether they have ended for good."""
        return all(worker.closed for worker in self.workers)

    def close(self) -> None:
        """End all for good."""
        for worker in self.workers:
            worker.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError, PermissionError):  # macOS forbids what Linux calls gone
            os.killpg(process.pid, signal.SIGKILL)


def synthesize(
    lines: Sequence[Line],
    cast: Cast,
    *,
    crew: WorkerPool,
    retries: int,
    cache: TakeCache | None = None,
    language: str = "en",
    lexicon: PronunciationLexicon = EMPTY,
) -> Generator[Take]:
    """Render ``lines``, each by the voice that ``cast`` gives its speaker, and yield the takes in order.

    A line that fails is tried ``retries`` more times, then ``EngineError`` names it. What ``cache`` holds is not spoken
    again, and every new take is put there at once, so that a run that was killed is carried on by the next. Unless all
    takes were handed on, closing the iterator ends the ``crew``. ``language`` is the article's, a BCP 47 tag; where it
    names no country, the voice's decides. ``lexicon`` says how words are to be read.
    """
    idle: SimpleQueue[Worker] = SimpleQueue()
    reads_ipa = getattr(crew.engine, "reads_ipa", False)
    keys = _Keys(crew.engine) if cache else None

    def render(line: Line) -> Take:
        voice = cast.voices[line.speaker]
        spoken = speakable(
            line.text, language if "-" in language else _dialect(language, voice), lexicon, line.readings
        )
        text = told(spoken) if reads_ipa else spoken.text
        key = keys.of(voice, text) if keys else None
        if cache and key and (kept := cache.get(key)):
            return Take(line, voice, kept, spoken, reused=True)
        worker = idle.get()
        try:
            take = Take(line, voice, _speak(line, text, voice, worker, retries), spoken)
        finally:
            idle.put(worker)
        if cache and key:
            cache.put(key, take.audio)
        return take

    with ThreadPoolExecutor(len(crew.workers), thread_name_prefix="narrate-synthesis") as pool:
        for worker in crew.workers:
            idle.put(worker)
        pending: deque[Future[Take]] = deque()
        done = False
        try:
            for line in lines:
                if len(pending) >= LOOK_AHEAD * len(crew.workers):
                    yield pending.popleft().result()
                pending.append(pool.submit(render, line))
            while pending:
                yield pending.popleft().result()
            done = True
        finally:
            for future in pending:
                future.cancel()
            if not done:
                crew.close()


def _dialect(language: str, voice: Voice) -> str:
    return voice.language if voice.language.split("-")[0].lower() == language.lower() else language


def told(spoken: Spoken) -> str:
    """What is said, the sounds that a lexicon gives marked as in ``[Bakhmut](/bˈaxmut/)``."""
    return "".join(_marked(piece, spoken.text[piece.start : piece.end]) for piece in spoken.pieces)


def _marked(piece: Piece, words: str) -> str:
    return f"[{words}](/{piece.ipa}/)" if piece.ipa and words else words


class _Keys:
    """The names of an engine's takes in a cache."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.name
        self._fingerprint: Callable[[Voice], str] | None = getattr(engine, "fingerprint", None)

    def of(self, voice: Voice, text: str) -> str | None:
        """None where the engine does not say what its samples depend on."""
        if self._fingerprint is None:
            return None
        return key_of(engine=self._engine, fingerprint=self._fingerprint(voice), voice=voice, text=text)


def _speak(line: Line, text: str, voice: Voice, worker: Worker, retries: int) -> Audio:
    for attempt in range(retries + 1):
        try:
            return _sound(worker.speak(text, voice), voice)
        except EngineError as error:
            problem = error
            log.info("line %d, attempt %d: %s", line.index, attempt + 1, error)
    raise EngineError(
        f"Line {line.index} could not be spoken with voice '{voice.id}' in {retries + 1} attempts. {problem} "
        f"The line: {line.text[:80]!r} (segment {line.segments[0]})."
    )


def _sound(audio: Audio, voice: Voice) -> Audio:
    """The take itself, if it is sound. Raises ``EngineError`` for garbage, which would be heard."""
    samples = audio.samples
    sound = samples.ndim == 1 and len(samples) > 0 and np.isfinite(samples).all() and np.abs(samples).max() <= 1
    if not sound or audio.sample_rate_hz <= 0:
        raise EngineError(f"Engine '{voice.engine}' gave an empty or broken take.")
    return audio
