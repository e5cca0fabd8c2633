"""Render lines to takes: several at once in worker processes, returned in order."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from queue import LifoQueue
from typing import Final

from narrate.concurrency import ordered_map, started
from narrate.engines import Engine, own_voice
from narrate.errors import EngineError
from narrate.speakable import EMPTY, NumberStyle, find_number_style, speakable
from narrate.synthesis.cache import TakeCache, key_of
from narrate.synthesis.pool import Worker, WorkerPool
from narrate.types import Audio, Cast, Line, Progress, ProgressCallback, PronunciationLexicon, Spoken, Take, Voice

log = logging.getLogger(__name__)

PACE_LINES: Final = 12  # lines by which the pace is measured: those from the cache are soon forgotten
MIN_PACE_LINES: Final = 3
MAX_SPOKEN_CHARACTERS: Final = 2500
"""Longest spoken text of a line, as the sound of several is held in memory. ``write_lines`` cuts lines so that they are
shorter, but for what a lexicon or SSML says."""
LOOK_AHEAD: Final = 4  # takes in work or ready per worker: all are busy, and memory does not grow with the article


@dataclass(frozen=True, slots=True)
class Wording:
    """What decides, besides the lines and the voices, which words are said."""

    language: str = "en"
    """The article's language, a BCP 47 tag. If it names no country, the voice's language decides."""
    lexicon: PronunciationLexicon = EMPTY
    """How words are to be pronounced."""
    number_style: NumberStyle | None = None
    """How the article writes its numbers; None to find it in the lines, which then are all of the article."""


@started
def synthesize(
    lines: Sequence[Line],
    cast: Cast,
    *,
    pools: Mapping[str, WorkerPool],
    retries: int,
    cache: TakeCache | None = None,
    wording: Wording | None = None,
    ahead: SpokenAhead | None = None,
) -> Generator[Take | None]:
    """Render lines, each by the voice that the cast gives its speaker.

    The workers begin at once, before the first take is asked for. Every new take is put into the cache at once, so that
    a run that was killed is continued by the next one. If the generator is closed before all takes were consumed, the
    pools are closed too.

    Args:
        lines: The lines, in order.
        cast: The voice of each speaker.
        pools: Engine -> the workers that speak with it, for each engine of the cast. As many lines are in work at a
            time as the largest pool has workers.
        retries: How often a line that failed is tried again.
        cache: Takes found there are not spoken again.
        wording: Language, lexicon and numbers of the article; None for English without a lexicon.
        ahead: Lines that were spoken already; no more of them are.

    Yields:
        The takes, in the order of the lines.

    Raises:
        EngineError: A line could not be spoken; the message names it.
    """
    if ahead:
        ahead.stop()
    wording = wording or Wording()
    if wording.number_style is None:
        wording = replace(wording, number_style=find_number_style(line.text for line in lines))
    speech = _Speech(pools, retries, cache, wording)

    def render(line: Line) -> Take:
        voice = cast.voices[line.speaker]
        said = speech.said(line, voice)
        audio, is_reused = ahead.get(said) if ahead else None, False
        if audio is None:
            audio = speech.cached(said)
            is_reused = audio is not None
        return Take(line, voice, audio or speech.speak(said), said.spoken, reused=is_reused)

    with ThreadPoolExecutor(speech.workers, thread_name_prefix="narrate-synthesis") as executor:
        try:
            takes = ordered_map(render, lines, executor, look_ahead=LOOK_AHEAD * speech.workers)
            yield None
            yield from takes
        except BaseException:  # also when the generator is closed
            for pool in pools.values():
                pool.close()
            raise


class SpokenAhead:
    """Speaks lines while it is not known yet who says the others.

    A line that turns out to be said otherwise, or by another voice, is spoken again by :func:`synthesize`. So is one
    that fails.

    Args:
        lines: The lines; the first ``MAX_LINES`` are spoken.
        cast: The voice of each speaker.
        pools: As for :func:`synthesize`, as are ``retries`` and ``cache``.
        wording: The wording of the article, with its number style.
    """

    MAX_LINES: Final = 40  # so that memory stays bounded

    def __init__(
        self,
        lines: Sequence[Line],
        cast: Cast,
        *,
        pools: Mapping[str, WorkerPool],
        retries: int,
        cache: TakeCache | None,
        wording: Wording,
    ) -> None:
        self._speech, self._cast = _Speech(pools, retries, cache, wording), cast
        self._takes: dict[str, Future[Audio]] = {}
        self._lock = threading.Lock()
        self._is_stopped = False
        self._executor = ThreadPoolExecutor(self._speech.workers, thread_name_prefix="narrate-ahead")
        for line in lines[: self.MAX_LINES]:
            self._executor.submit(self._speak, line)

    def stop(self) -> None:
        """Begin no other line. Those in work go on."""
        with self._lock:
            self._is_stopped = True
        self._executor.shutdown(wait=False, cancel_futures=True)

    def get(self, said: _Said) -> Audio | None:
        """Return the sound of a line, perhaps when it is ready; None if it was not begun or has failed."""
        future = self._takes.pop(said.key, None)
        if future is None or future.exception():
            return None
        return future.result()

    def _speak(self, line: Line) -> None:
        said = self._speech.said(line, self._cast.voices[line.speaker])
        if not said.key or self._speech.cached(said):
            return
        future: Future[Audio] = Future()
        with self._lock:
            if self._is_stopped or said.key in self._takes:
                return
            self._takes[said.key] = future
        try:
            future.set_result(self._speech.speak(said))
        except BaseException as error:
            future.set_exception(error)


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a line."""

    line: Line
    voice: Voice
    """As its engine knows it."""
    spoken: Spoken
    text: str
    """What the engine gets."""
    key: str
    """The key of the take; empty if it is not cached."""


class _Speech:
    """Lets the workers speak lines of one article."""

    def __init__(
        self, pools: Mapping[str, WorkerPool], retries: int, cache: TakeCache | None, wording: Wording
    ) -> None:
        self._pools, self._retries, self._cache, self._wording = pools, retries, cache, wording
        self._idle: dict[str, LifoQueue[Worker]] = {}
        """Engine -> its workers without a line. The one used last is next: the others may not be loaded yet."""
        for name, pool in pools.items():
            self._idle[name] = LifoQueue()
            for worker in reversed(pool.workers):
                self._idle[name].put(worker)
        self.workers = max(len(pool.workers) for pool in pools.values())

    def said(self, line: Line, cast_voice: Voice) -> _Said:
        """Return what is said of a line, by the voice that the cast has for it."""
        language, lexicon = self._wording.language, self._wording.lexicon
        voice, engine = own_voice(cast_voice), self._pools[cast_voice.engine].engine
        dialect = language if "-" in language else _dialect(language, voice)
        spoken = speakable(line.text, dialect, lexicon, line.readings, self._wording.number_style)
        if len(spoken.text) > MAX_SPOKEN_CHARACTERS:
            raise EngineError(
                f"Line {line.index} (segment {line.segments[0]}) would be {len(spoken.text):,} characters long when "
                f"spoken; {MAX_SPOKEN_CHARACTERS:,} are possible. Shorten what the lexicon or SSML says for its words. "
                f"The line: {line.text[:80]!r}."
            )
        text = marked_text(spoken, voice.language) if engine.reads_ipa else spoken.text
        return _Said(line, voice, spoken, text, _cache_key(engine, voice, text))

    def cached(self, said: _Said) -> Audio | None:
        """Return the sound of a line from the cache."""
        return self._cache.get(said.key) if self._cache and said.key else None

    def speak(self, said: _Said) -> Audio:
        """Speak a line, several times if it fails, and put its sound into the cache."""
        voice = said.voice
        speak = partial(
            _speak, said.text, voice, engine=self._pools[voice.engine].engine, idle=self._idle[voice.engine]
        )
        audio = _tried(speak, said.line, voice, self._retries)
        if self._cache and said.key:
            self._cache.put(said.key, audio)
        return audio


def _cache_key(engine: Engine, voice: Voice, text: str) -> str:
    """Return the key of a take; empty if the engine does not say what its samples depend on."""
    fingerprint = engine.fingerprint(voice)
    return "" if fingerprint is None else key_of(engine=engine.name, fingerprint=fingerprint, voice=voice, text=text)


class TakeStream(Iterator[Take]):
    """The takes of an edition, in order.

    Args:
        takes: The takes.
        lines: What they say.
        progress: Called when a take has been used.
    """

    def __init__(self, takes: Iterator[Take], lines: Sequence[Line], progress: ProgressCallback | None) -> None:
        self._takes, self._progress = takes, progress
        self._characters = [0, *accumulate(len(line.text) for line in lines)]  # before each line, and of all lines
        self._finished_s: deque[float] = deque(maxlen=PACE_LINES + 1)  # when the last lines were used
        self._used = 0
        self.reused_lines = 0  # takes from the cache

    def __next__(self) -> Take:
        if self._used and self._progress:
            self._finished_s.append(time.monotonic())
            self._progress(Progress("synthesize", self._used, len(self._characters) - 1, self._left_s()))
        take = next(self._takes)
        self._used += 1
        self.reused_lines += take.reused
        return take

    def _left_s(self) -> float | None:
        """Return the seconds that the rest takes at the pace of the last lines, in characters; None for the first."""
        if len(self._finished_s) < MIN_PACE_LINES:
            return None
        seconds = self._finished_s[-1] - self._finished_s[0]
        done = self._characters[self._used]
        spoken = done - self._characters[self._used - len(self._finished_s) + 1]
        return seconds / max(spoken, 1) * (self._characters[-1] - done)


def _dialect(language: str, voice: Voice) -> str:
    """Return the voice's language if it is a variety of ``language``."""
    return voice.language if voice.language.split("-")[0].lower() == language.lower() else language


def marked_text(spoken: Spoken, voice_language: str = "en") -> str:
    """Return the spoken text with known pronunciations marked for a voice, as in ``[Bakhmut](/bˈaxmut/)``."""
    parts = ((spoken.text[piece.start : piece.end], piece) for piece in spoken.pieces)
    sounds = ((words, piece.ipa or _foreign_sound(words, piece.language, voice_language)) for words, piece in parts)
    return "".join(f"[{words}](/{ipa}/)" if ipa and words else words for words, ipa in sounds)


def _foreign_sound(words: str, language: str, voice_language: str) -> str:
    """Return the sound of words in another language; empty if there is none, or it is not known."""
    if not language:
        return ""
    from narrate.engines.foreign_words import foreign_ipa

    return foreign_ipa(words, language, voice_language)


def _speak(text: str, voice: Voice, *, engine: Engine, idle: LifoQueue[Worker]) -> Audio:
    """Read a text here, and let the next idle worker speak it."""
    reading = engine.read(text, voice)
    worker = idle.get()
    try:
        return _checked(worker.speak(text, voice, reading), voice)
    finally:
        idle.put(worker)


def _tried(speak: Callable[[], Audio], line: Line, voice: Voice, retries: int) -> Audio:
    """Return the take of a line, which is tried again if it fails."""
    for attempt in range(retries + 1):
        try:
            return speak()
        except EngineError as error:
            problem = error
            log.info("line %d, attempt %d: %s", line.index, attempt + 1, error)
    raise EngineError(
        f"Line {line.index} could not be spoken with voice '{voice.id}' in {retries + 1} attempts. {problem} "
        f"The line: {line.text[:80]!r} (segment {line.segments[0]})."
    )


def _checked(audio: Audio, voice: Voice) -> Audio:
    """Return the take if it holds sound; an engine's garbage would be heard."""
    import numpy as np

    samples = audio.samples
    is_sound = samples.ndim == 1 and len(samples) > 0 and np.isfinite(samples).all() and np.abs(samples).max() <= 1
    if not is_sound or audio.sample_rate_hz <= 0:
        raise EngineError(f"Engine '{voice.engine}' returned an empty or broken take.")
    return audio
