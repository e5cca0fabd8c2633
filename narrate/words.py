"""When each word of a take is heard: an estimate, from its letters and from the quiet in the sound.

Words share the sound in proportion to their letters (a digit counts as four: it is spoken as a word). Where the text
has a clause's end and the sound a quiet stretch near the place so reckoned, the two are taken for the same, and the
words on either side share what lies on their side.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from narrate.types import Audio, Word

FRAME_MS: Final = 10
QUIET_DB: Final = -32.0
"""A frame this far under the loudest one is quiet."""
SHORTEST_QUIET_MS: Final = 60
NEAR_S: Final = 0.4
"""How far from the place reckoned a quiet stretch may lie, at least; more in a long take."""
NEAR_SHARE: Final = 0.1
CLAUSE_END: Final = re.compile(r"""[,;:.!?…–—][)\]"'”’»“]*$""")
DIGIT_LETTERS: Final = 4


def time_words(text: str, audio: Audio, *, start_s: float) -> tuple[Word, ...]:
    """The words of ``text``, in order, with the times at which they are heard if ``audio`` begins at ``start_s``."""
    words = text.split()
    stretches = _quiet_stretches(audio)
    total_s = audio.duration_s
    heard_s = total_s - sum(end - start for start, end in stretches)
    spoken = list(accumulate((_letters(word) for word in words), initial=0.0))
    share = [letters / spoken[-1] * heard_s for letters in spoken]  # in seconds of sound, quiet left out
    anchors = [(0, 0.0), *_anchors(words, share, stretches), (len(words), heard_s)]
    for (first, from_s), (last, to_s) in pairwise(anchors):
        span = share[last] - share[first] or 1.0
        base = share[first]
        share[first:last] = [from_s + (at - base) / span * (to_s - from_s) for at in share[first:last]]
    share[-1] = heard_s
    clock = _Clock(stretches, total_s)
    return tuple(
        Word(word, start_s + clock.after(share[n]), start_s + clock.before(share[n + 1]))
        for n, word in enumerate(words)
    )


def _letters(word: str) -> float:
    return sum(DIGIT_LETTERS if char.isdigit() else char.isalpha() for char in word) or 0.1


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
