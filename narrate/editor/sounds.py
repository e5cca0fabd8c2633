"""The sound of lines, words and voices, on demand. Takes that were made before come from the cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from narrate.config import Config
from narrate.edition.plan import Plan, castable
from narrate.errors import EngineError, NarrateError, UsageError
from narrate.job import lexicon_of, take_cache, worker_pool
from narrate.script.lines import write_lines
from narrate.speakable import find_number_style
from narrate.speakable.lexicon import article_entry
from narrate.types import NARRATOR, Cast, Line, PronunciationLexicon, Take

if TYPE_CHECKING:
    from narrate.synthesis import WorkerPool

MAX_WAITING: Final = 8
"""Requests for sound that may wait for their turn."""
MAX_CHARACTERS: Final = 6000
"""Length of what is spoken at a time: a very long paragraph, about six minutes."""
PREVIEW_CHARACTERS: Final = 160
"""Length from which a speaker's own words are enough to judge a voice: about ten seconds."""
PAUSE_S: Final = 0.25
"""Silence between two lines."""
WARM_UP_S: Final = 1.0
"""Seconds from the first request for a script to the start of a worker: the page is drawn first."""
KEPT_BYTES: Final = 32_000_000
"""Size of the sounds that are kept, because a browser asks for a sound part by part."""


class BusyError(EngineError):
    """Too many sounds are waited for."""


@dataclass(frozen=True, slots=True)
class Text:
    """What is to be spoken."""

    plan: Plan
    lines: tuple[Line, ...]
    cast: Cast
    lexicon: PronunciationLexicon


class Sounds:
    """The voices of the editor: worker pools, which the making of editions shares, and one queue for previews.

    Args:
        config: The configuration.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._cache = take_cache(config) if config.cache.enabled else None
        self._pools: dict[str, WorkerPool] = {}
        self._lock = threading.Lock()
        self._queue = threading.Lock()
        self._waiting = threading.Semaphore(MAX_WAITING)
        self._kept: OrderedDict[object, bytes] = OrderedDict()
        self._warming: threading.Timer | None = None
        self._is_closed = False
        self._lines: tuple[Plan, tuple[Line, ...]] | None = None

    def pool(self, engine: str, config: Config) -> WorkerPool:
        """Return the worker pool of an engine, which stays until :meth:`close`."""
        with self._lock:
            if self._is_closed:
                raise EngineError("Cannot speak: the editor has ended. Start it again.")
            pool = self._pools.get(engine)
            if pool is None or pool.closed:
                pool = self._pools[engine] = worker_pool(engine, config)
            return pool

    def warm_up(self, engine: str) -> None:
        """Start a worker soon, so that the engine is loaded while the editor reads."""
        with self._lock:
            if self._warming is None:
                self._warming = threading.Timer(WARM_UP_S, self._start_worker, [engine])
                self._warming.daemon = True
                self._warming.start()

    def _start_worker(self, engine: str) -> None:
        with suppress(NarrateError):  # the request for a sound that follows reports it
            self.pool(engine, self._config).start(1)

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._is_closed = True
            if self._warming:
                self._warming.cancel()
            for pool in self._pools.values():
                pool.close()

    def lines(self, plan: Plan) -> tuple[Line, ...]:
        """Return the lines of a plan. Those of the last plan are kept."""
        known = self._lines
        if known is None or known[0] is not plan:
            known = self._lines = (plan, write_lines(plan.script))
        return known[1]

    def of_segments(self, plan: Plan, segments: Iterable[int]) -> Text:
        """Return the lines that hold words of these segments."""
        wanted = set(segments)
        lines = tuple(line for line in self.lines(plan) if wanted.intersection(line.segments))
        return self._text(plan, lines, plan.cast)

    def of_voice(self, plan: Plan, speaker_id: str, voice_id: str) -> Text:
        """Return some words of a speaker, to be read by another voice.

        Raises:
            UsageError: If the roster has no such voice.
        """
        voices = castable(self._config, plan)
        voice = next((one for one in voices if one.id == voice_id), None)
        if voice is None:
            raise UsageError(f"The roster has no voice {voice_id!r}. Choose another voice.")
        lines = tuple(_sample(self._own_lines(plan, speaker_id)))
        return self._text(plan, lines, Cast(dict.fromkeys({line.speaker for line in lines}, voice), {}))

    def _own_lines(self, plan: Plan, speaker_id: str) -> list[Line]:
        """Return the lines of a speaker: those with the speaker's voice, or else those with the speaker's words."""
        own = [line for line in self.lines(plan) if line.speaker == speaker_id]
        segments = plan.script.segments
        if speaker_id == NARRATOR:
            own = [line for line in own if segments[line.segments[0]].kind == "narration"] or own
        return own or [
            one for one in self.lines(plan) if any(segments[at].speaker == speaker_id for at in one.segments)
        ]

    def of_word(self, plan: Plan, word: str, say: str) -> Text:
        """Return a word, pronounced as ``say`` has it, or as it is without that.

        Raises:
            SourceError: If ``say`` is a sound that is not IPA.
        """
        lexicon = lexicon_of(plan.script.article, self._config)
        if say:
            lexicon = replace(lexicon, entries=(article_entry(word, say), *lexicon.entries))
        return self._text(plan, (Line(0, (0,), word, NARRATOR, "end"),), plan.cast, lexicon)

    def _text(
        self, plan: Plan, lines: tuple[Line, ...], cast: Cast, lexicon: PronunciationLexicon | None = None
    ) -> Text:
        if not any(map(str.isalnum, "".join(line.text for line in lines))):
            raise UsageError("There is nothing to say. Choose another text.")
        if sum(len(line.text) for line in lines) > MAX_CHARACTERS:
            raise UsageError("The text is too long to listen to at once. Listen to a part of it.")
        return Text(plan, lines, cast, lexicon or lexicon_of(plan.script.article, self._config))

    def wav(self, text: Text) -> bytes:
        """Return the sound of a text as a WAV file.

        Raises:
            BusyError: If too many sounds are waited for.
            EngineError: If a line cannot be spoken.
        """
        key = _key(text)
        with self._turn():
            data = self._kept.get(key)
            if data is None:
                data = self._kept[key] = _wav(self._takes(text))
            self._kept.move_to_end(key)
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > KEPT_BYTES:
                self._kept.popitem(last=False)
        return data

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait for the turn of a request."""
        if not self._waiting.acquire(blocking=False):
            raise BusyError("Cannot speak this now: too many sounds are waited for. Try again in a moment.")
        try:
            with self._queue:
                yield
        finally:
            self._waiting.release()

    def _takes(self, text: Text) -> list[Take]:
        from narrate.synthesis import Wording, synthesize

        plan = text.plan
        style = find_number_style(line.text for line in self.lines(plan))
        engines = {text.cast.voices[line.speaker].engine for line in text.lines}
        return [
            *synthesize(
                text.lines,
                text.cast,
                pools={name: self.pool(name, self._config) for name in engines},
                retries=self._config.synthesis.retries,
                cache=self._cache,
                wording=Wording(plan.script.article.language, text.lexicon, style),
            )
        ]


def _sample(lines: Iterable[Line]) -> Iterator[Line]:
    """Yield lines until they are long enough to judge a voice."""
    length = 0
    for line in lines:
        yield line
        length += len(line.text)
        if length >= PREVIEW_CHARACTERS:
            return


def _key(text: Text) -> object:
    """Return what the sound of a text depends on."""
    said = tuple((line.text, line.readings, text.cast.voices[line.speaker].id) for line in text.lines)
    return text.plan.engine, text.plan.script.article.language, said, text.lexicon


def _wav(takes: Sequence[Take]) -> bytes:
    import io

    import numpy as np
    import soundfile

    rate_hz = takes[0].audio.sample_rate_hz
    pause = np.zeros(int(PAUSE_S * rate_hz), dtype=np.float32)
    parts = [part for take in takes for part in (take.audio.samples, pause)][:-1]
    file = io.BytesIO()
    soundfile.write(file, np.concatenate(parts), rate_hz, format="WAV", subtype="PCM_16")
    return file.getvalue()
