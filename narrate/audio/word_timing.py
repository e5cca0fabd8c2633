"""When each written word of a take is heard: as the engine tells it, or else an estimate.

A written word may be said in several, as "$4.2m" is, and several written words in one: what is said for each is known
from the pieces of the spoken text. An engine that tells when its words are heard is believed. Otherwise words share the
sound in proportion to the letters that are said for them (a digit counts as four: it is spoken as a word); where the
text has a clause's end and the sound a quiet stretch near the place so reckoned, the two are taken for the same, and
the words on either side share what lies on their side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from narrate.types import Audio, Spoken, Word, WordTime

FRAME_MS: Final = 10
QUIET_DB: Final = -32.0
"""A frame this far under the loudest one is quiet."""
SHORTEST_QUIET_MS: Final = 60
NEAR_S: Final = 0.4
"""How far from the place reckoned a quiet stretch may lie, at least; more in a long take."""
NEAR_SHARE: Final = 0.1
CLAUSE_END: Final = re.compile(r"""[,;:.!?…–—][)\]"'”’»“]*$""")
DIGIT_LETTERS: Final = 4
LEAST_LETTERS: Final = 0.1
"""What is reckoned for a word that is not said."""

Stretch = tuple[float, float]
"""A start and an end: places in a text, or seconds."""


def time_words(text: str, spoken: Spoken, audio: Audio, *, start_s: float) -> tuple[Word, ...]:
    """The words of ``text``, in order, with the times at which they are heard if ``audio``, in which ``spoken`` is said
    for them, begins at ``start_s``."""
    words = text.split()
    said = _said(text, spoken)
    times = _told(said, spoken, audio) if audio.timings else _estimated(words, said, spoken, audio)
    return tuple(
        Word(word, start_s + from_s, start_s + to_s) for word, (from_s, to_s) in zip(words, times, strict=True)
    )


def _said(text: str, spoken: Spoken) -> list[Stretch]:
    """Which stretch of the spoken text stands for each word. Words that are said together, such as a date, share it."""
    source = [0, *(piece.source_end for piece in spoken.pieces)]
    places = [0, *(piece.end for piece in spoken.pieces)]
    found = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    return [(float(np.interp(a, source, places)), float(np.interp(b, source, places))) for a, b in found]


def _told(said: Sequence[Stretch], spoken: Spoken, audio: Audio) -> list[Stretch]:
    """The seconds of each word by the engine's timings."""
    times, last_s = [], 0.0
    for start, end in said:
        letters = [at for at in range(int(start), -int(-end // 1)) if spoken.text[at].isalnum()]
        if letters:  # the pause at a comma is none of the word's
            start, end = max(start, letters[0]), min(end, letters[-1] + 1)
        start_s = min(max(_begins(start, audio.timings), last_s), audio.duration_s)
        last_s = min(max(_ends(end, audio.timings), start_s), audio.duration_s) if letters else start_s
        times.append((start_s, last_s))
    return times


def _begins(place: float, timings: Sequence[WordTime]) -> float:
    """When what stands behind ``place`` begins to be heard."""
    for timing in timings:
        if place < timing.end:
            share = max(0.0, place - timing.start) / (timing.end - timing.start)
            return timing.start_s + share * (timing.end_s - timing.start_s)
    return timings[-1].end_s


def _ends(place: float, timings: Sequence[WordTime]) -> float:
    """When what stands before ``place`` was heard."""
    for timing in reversed(timings):
        if place > timing.start:
            share = min(1.0, (place - timing.start) / (timing.end - timing.start))
            return timing.start_s + share * (timing.end_s - timing.start_s)
    return timings[0].start_s


def _estimated(words: Sequence[str], said: Sequence[Stretch], spoken: Spoken, audio: Audio) -> list[Stretch]:
    """The seconds of each word, reckoned."""
    stretches = _quiet_stretches(audio)
    total_s = audio.duration_s
    heard_s = total_s - sum(end - start for start, end in stretches)
    letters = list(accumulate(map(_letters, spoken.text), initial=0.0))
    count = [float(np.diff(np.interp(stretch, range(len(letters)), letters))[0]) for stretch in said]
    until = list(accumulate((letters or LEAST_LETTERS for letters in count), initial=0.0))
    share = [letters / until[-1] * heard_s for letters in until]  # in seconds of sound, quiet left out
    anchors = [(0, 0.0), *_anchors(words, share, stretches), (len(words), heard_s)]
    for (first, from_s), (last, to_s) in pairwise(anchors):
        span = share[last] - share[first] or 1.0
        base = share[first]
        share[first:last] = [from_s + (at - base) / span * (to_s - from_s) for at in share[first:last]]
    share[-1] = heard_s
    clock = _Clock(stretches, total_s)
    return [(clock.after(start), clock.before(end)) for start, end in pairwise(share)]


def _letters(char: str) -> int:
    return DIGIT_LETTERS if char.isdigit() else int(char.isalpha())


def _quiet_stretches(audio: Audio) -> list[tuple[float, float]]:
    """Start and end, in seconds, of the quiet inside a take; its edges are none."""
    size = audio.sample_rate_hz * FRAME_MS // 1000
    frames = audio.samples[: len(audio.samples) // size * size].reshape(-1, size).astype(np.float64)
    level = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(level > level.max(initial=0) * 10 ** (QUIET_DB / 20))
    gaps = np.flatnonzero(np.diff(loud) > SHORTEST_QUIET_MS // FRAME_MS)
    return [((loud[gap] + 1) * FRAME_MS / 1000, loud[gap + 1] * FRAME_MS / 1000) for gap in gaps]


def _anchors(
    words: Sequence[str], share: Sequence[float], stretches: Sequence[tuple[float, float]]
) -> list[tuple[int, float]]:
    """Where a clause's end falls on a quiet stretch: the number of the next word, and the sound heard until then."""
    quiet_s, places = 0.0, []
    for start, end in stretches:
        places.append(start - quiet_s)
        quiet_s += end - start
    near_s = max(NEAR_S, NEAR_SHARE * share[-1])
    found: list[tuple[int, float]] = []
    for number, word in enumerate(words[:-1], 1):
        if CLAUSE_END.search(word):
            left = [place for place in places if not found or place > found[-1][1]]
            nearest = min(left, key=lambda place: abs(place - share[number]), default=None)
            if nearest is not None and abs(nearest - share[number]) <= near_s:
                found.append((number, nearest))
    return found


class _Clock:
    """From seconds of sound, quiet left out, to seconds of the take."""

    def __init__(self, stretches: Sequence[tuple[float, float]], total_s: float) -> None:
        self._places, self._quiet = [], [0.0]
        for start, end in stretches:
            self._places.append(start - self._quiet[-1])
            self._quiet.append(self._quiet[-1] + end - start)
        self._total_s = total_s

    def after(self, heard_s: float) -> float:
        """What begins there begins after the quiet."""
        return min(heard_s + self._quiet[sum(place <= heard_s + 1e-6 for place in self._places)], self._total_s)

    def before(self, heard_s: float) -> float:
        """What ends there ends before the quiet."""
        return min(heard_s + self._quiet[sum(place < heard_s - 1e-6 for place in self._places)], self._total_s)
