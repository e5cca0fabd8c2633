"""When each written word of a take is heard: as the engine reports it, or else an estimate.

A written word may be spoken as several ("$4.2m"), and several written words as one. The pieces of the spoken text say
what is spoken for each. If the engine reports when its words are heard, those times are used. Otherwise the words share
the sound in proportion to their spoken letters (a digit counts as four, as it is spoken as a word). Where a clause ends
near a pause in the sound, the two are taken to be the same, and the words before and after it share the sound on their
side of the pause.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

import numpy as np

from narrate.types import Audio, Spoken, Word, WordTime

FRAME_MS: Final = 10
QUIET_DB: Final = -32.0  # a frame this much quieter than the loudest one is part of a pause
SHORTEST_PAUSE_MS: Final = 60
MAX_DISTANCE_S: Final = 0.4  # how far a pause may be from the estimated end of a clause
MAX_DISTANCE_SHARE: Final = 0.1  # the same as a share of the take; the larger of the two counts
CLAUSE_END: Final = re.compile(r"""[,;:.!?…–—][)\]"'”’»“]*$""")
DIGIT_LETTERS: Final = 4
LEAST_LETTERS: Final = 0.1  # what a word counts for that is not spoken

Stretch = tuple[float, float]  # start and end: offsets in a text, or seconds


def time_words(text: str, spoken: Spoken, audio: Audio, *, start_s: float) -> tuple[Word, ...]:
    """Return the blank-separated words of a line with the times at which they are heard, in order.

    ``audio`` is the sound of ``spoken``, and ``start_s`` when that sound begins in the edition, in seconds.
    """
    words = text.split()
    stretches = _spoken_stretches(text, spoken)
    times = _reported(stretches, spoken, audio) if audio.timings else _estimated(words, stretches, spoken, audio)
    return tuple(
        Word(word, start_s + from_s, start_s + to_s) for word, (from_s, to_s) in zip(words, times, strict=True)
    )


def _spoken_stretches(text: str, spoken: Spoken) -> list[Stretch]:
    """Return the stretch of the spoken text for each word. Words that are spoken together, as in a date, share one."""
    written = [0, *(piece.source_end for piece in spoken.pieces)]
    offsets = [0, *(piece.end for piece in spoken.pieces)]
    words = [(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
    return [(start, end) for start, end in np.interp(words, written, offsets).tolist()] if words else []


def _reported(stretches: Sequence[Stretch], spoken: Spoken, audio: Audio) -> list[Stretch]:
    """Return when each word is heard by the engine's timings."""
    timings, times, last_s = audio.timings, list[Stretch](), 0.0
    for start, end in stretches:
        letters = [at for at in range(int(start), -int(-end // 1)) if spoken.text[at].isalnum()]
        if letters:  # the pause at a comma does not belong to the word
            start, end = max(start, letters[0]), min(end, letters[-1] + 1)
        begins_s = next((_time_at(start, one) for one in timings if start < one.end), timings[-1].end_s)
        ends_s = next((_time_at(end, one) for one in reversed(timings) if end > one.start), timings[0].start_s)
        start_s = min(max(begins_s, last_s), audio.duration_s)
        last_s = min(max(ends_s, start_s), audio.duration_s) if letters else start_s
        times.append((start_s, last_s))
    return times


def _time_at(offset: float, timing: WordTime) -> float:
    share = min(max((offset - timing.start) / (timing.end - timing.start), 0.0), 1.0)
    return timing.start_s + share * (timing.end_s - timing.start_s)


def _estimated(words: Sequence[str], stretches: Sequence[Stretch], spoken: Spoken, audio: Audio) -> list[Stretch]:
    """Estimate when each word is heard from letters and pauses."""
    pauses = _pauses(audio)
    breaks_s, paused_s = _breaks(pauses)
    total_s = audio.duration_s
    sounding_s = total_s - sum(end - start for start, end in pauses)
    weights = (DIGIT_LETTERS if char.isdigit() else char.isalpha() for char in spoken.text)
    letters = list(accumulate(weights, initial=0.0))
    letters_before = np.interp(stretches, np.arange(len(letters)), letters).reshape(-1, 2)
    counts = (letters_before[:, 1] - letters_before[:, 0]).tolist()
    sums = list(accumulate((count or LEAST_LETTERS for count in counts), initial=0.0))
    starts_s = [letters / sums[-1] * sounding_s for letters in sums]  # in seconds of sound without pauses
    anchors = [(0, 0.0), *_anchors(words, starts_s, breaks_s), (len(words), sounding_s)]
    for (first, from_s), (last, to_s) in pairwise(anchors):
        span = starts_s[last] - starts_s[first] or 1.0
        base = starts_s[first]
        starts_s[first:last] = [from_s + (at - base) / span * (to_s - from_s) for at in starts_s[first:last]]
    starts_s[-1] = sounding_s
    # A word begins after a pause and ends before one.
    return [
        (
            min(start + paused_s[bisect_right(breaks_s, start + 1e-6)], total_s),
            min(end + paused_s[bisect_left(breaks_s, end - 1e-6)], total_s),
        )
        for start, end in pairwise(starts_s)
    ]


def _pauses(audio: Audio) -> list[Stretch]:
    """Return start and end, in seconds, of the pauses inside a take, without the quiet at its edges."""
    size = audio.sample_rate_hz * FRAME_MS // 1000
    frames = audio.samples[: len(audio.samples) // size * size].reshape(-1, size).astype(np.float64)
    level = np.sqrt(np.einsum("ij,ij->i", frames, frames) / size)
    loud = np.flatnonzero(level > level.max(initial=0) * 10 ** (QUIET_DB / 20))
    gaps = np.flatnonzero(np.diff(loud) > SHORTEST_PAUSE_MS // FRAME_MS)
    return [(int(loud[gap] + 1) * FRAME_MS / 1000, int(loud[gap + 1]) * FRAME_MS / 1000) for gap in gaps]


def _breaks(pauses: Sequence[Stretch]) -> tuple[list[float], list[float]]:
    """Return after how many seconds of sound each pause begins, and how long the pauses before each and all last."""
    breaks_s, paused_s = list[float](), [0.0]
    for start, end in pauses:
        breaks_s.append(start - paused_s[-1])
        paused_s.append(paused_s[-1] + end - start)
    return breaks_s, paused_s


def _anchors(words: Sequence[str], starts_s: Sequence[float], breaks_s: Sequence[float]) -> list[tuple[int, float]]:
    """Return the clause ends that fall on a pause: the index of the next word, and the seconds of sound before it."""
    max_distance_s = max(MAX_DISTANCE_S, MAX_DISTANCE_SHARE * starts_s[-1])
    found: list[tuple[int, float]] = []
    for number, word in enumerate(words[:-1], 1):
        if CLAUSE_END.search(word):
            left = [at_s for at_s in breaks_s if not found or at_s > found[-1][1]]
            nearest = min(left, key=lambda at_s: abs(at_s - starts_s[number]), default=None)
            if nearest is not None and abs(nearest - starts_s[number]) <= max_distance_s:
                found.append((number, nearest))
    return found
