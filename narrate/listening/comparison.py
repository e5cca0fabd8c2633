"""Compare what was heard with the lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from narrate.listening.alignment import align
from narrate.listening.hearing import HeardLine, Hearing, Score
from narrate.listening.words import HeardSentence, names_in, words_of
from narrate.types import Line


def compare(
    mp3: Path, lines: Sequence[Line], sentences: Iterable[HeardSentence], *, names: Mapping[str, str]
) -> Hearing:
    """Compare the heard sentences with the lines. Added words count for the line that they follow.

    ``names`` maps speaker ids to names.
    """
    line_words = [words_of(line.text) for line in lines]
    written = [word for words in line_words for word in words]
    ends = list(accumulate(map(len, line_words)))
    heard, times_s = _heard_words(sentences)
    # The capitals of a headline do not mark names: in many papers every word has one.
    name_words = names_in(line.text for line in lines if line.boundary != "headline")
    results = [
        HeardLine(
            line, names[line.speaker], "", 0.0, Score(len(words), names=sum(word in name_words for word in words))
        )
        for line, words in zip(lines, line_words, strict=True)
    ]
    for step in align(written, heard, name_words):
        # Added words have no written word: they belong to the line before.
        index = bisect_right(ends, step.start if step.end > step.start else max(0, step.start - 1))
        so_far = results[index]
        at_name = not name_words.isdisjoint(written[step.start : step.end])
        results[index] = replace(
            so_far,
            heard=" ".join([so_far.heard, *heard[step.heard_start : step.heard_end]]).strip(),
            start_s=so_far.start_s if so_far.heard or step.heard_start == step.heard_end else times_s[step.heard_start],
            score=so_far.score + Score(errors=step.errors, name_errors=step.errors if at_name else 0),
        )
    return Hearing(mp3, tuple(results))


def _heard_words(sentences: Iterable[HeardSentence]) -> tuple[list[str], list[float]]:
    """Return the words and the start of each in seconds, as if the words of a sentence were equally long."""
    words: list[str] = []
    times_s: list[float] = []
    for sentence in sentences:
        own = words_of(sentence.text)
        length_s = (sentence.end_s - sentence.start_s) / max(1, len(own))
        words += own
        times_s += [sentence.start_s + number * length_s for number in range(len(own))]
    return words, times_s
