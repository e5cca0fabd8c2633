"""Render lines to takes: several at once in worker processes, returned in order."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from queue import SimpleQueue
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

    Yields:
        The takes, in the order of the lines.

    Raises:
        EngineError: A line could not be spoken; the message names it.
    """
    idle: dict[str, SimpleQueue[Worker]] = {}
    for name, pool in pools.items():
        idle[name] = SimpleQueue()
        for worker in pool.workers:
            idle[name].put(worker)

    wording = wording or Wording()
    language, lexicon = wording.language, wording.lexicon
    number_style = wording.number_style or find_number_style(line.text for line in lines)

    def render(line: Line) -> Take:
        cast_voice = cast.voices[line.speaker]
        voice, engine = own_voice(cast_voice), pools[cast_voice.engine].engine
        dialect = language if "-" in language else _dialect(language, voice)
        spoken = speakable(line.text, dialect, lexicon, line.readings, number_style)
        text = marked_text(spoken, voice.language) if engine.reads_ipa else spoken.text
        key = _cache_key(engine, voice, text) if cache else ""
        if cache and key and (cached := cache.get(key)):
            return Take(line, cast_voice, cached, spoken, reused=True)
        speak = partial(_speak, text, voice, engine=engine, idle=idle[voice.engine])
        take = Take(line, cast_voice, _tried(speak, line, cast_voice, retries), spoken)
        if cache and key:
            cache.put(key, take.audio)
        return take

    count = max(len(pool.workers) for pool in pools.values())
    with ThreadPoolExecutor(count, thread_name_prefix="narrate-synthesis") as executor:
        try:
            takes = ordered_map(render, lines, executor, look_ahead=LOOK_AHEAD * count)
            yield None
            yield from takes
        except BaseException:  # also when the generator is closed
            for pool in pools.values():
                pool.close()
            raise


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


def _speak(text: str, voice: Voice, *, engine: Engine, idle: SimpleQueue[Worker]) -> Audio:
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
