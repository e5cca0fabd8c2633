"""Align two sequences of words with the fewest errors, and compare what was heard with the lines."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, product
from pathlib import Path
from typing import Final

from rapidfuzz.distance import Levenshtein

from narrate.languages import ENGLISH
from narrate.listening.hearing import HeardLine, Hearing, Score
from narrate.listening.words import HeardSentence, is_same, names_in, sounds_like, words_of
from narrate.types import Line

MOVES: Final = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 0), (0, 1))
"""How many written and heard words a step may take, the likeliest first. Words are written together or apart."""
MAX_PAIRS: Final = 250_000
"""Pairs of words in a stretch without a common word. A longer one is the sound of another text."""


@dataclass(frozen=True, slots=True)
class Step:
    """Written words ``start:end`` that are aligned with heard words ``heard_start:heard_end``."""

    start: int
    end: int
    heard_start: int
    heard_end: int
    errors: int  # words that were replaced, lost or added; 0 if the words are the same


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the words."""

    names: set[str]
    language: str


def align(
    written: Sequence[str], heard: Sequence[str], names: set[str], language: str = ENGLISH.code
) -> Iterator[Step]:
    """Align what was written with what was heard. The steps tile both sequences.

    A word matches itself in spellings that sound alike in ``language``, written apart or together. A name also matches
    words that sound like it. Between words that are exactly the same, the steps have the fewest errors.
    """
    start, heard_start, known = 0, 0, _Known(names, language)
    for block in Levenshtein.opcodes(written, heard):
        if block.tag == "equal":
            yield from _block(written, heard, known, (start, block.src_start), (heard_start, block.dest_start))
            for offset in range(block.src_end - block.src_start):
                i, j = block.src_start + offset, block.dest_start + offset
                yield Step(i, i + 1, j, j + 1, 0)
            start, heard_start = block.src_end, block.dest_end
    yield from _block(written, heard, known, (start, len(written)), (heard_start, len(heard)))


def _block(
    written: Sequence[str], heard: Sequence[str], known: _Known, span: tuple[int, int], heard_span: tuple[int, int]
) -> Iterator[Step]:
    """Align a stretch in which no word is exactly the same, by dynamic programming."""
    (start, end), (heard_start, heard_end) = span, heard_span
    rows, columns = end - start, heard_end - heard_start
    if rows * columns > MAX_PAIRS:
        yield Step(start, end, heard_start, heard_end, max(rows, columns))
        return
    best = {(0, 0): (0, (0, 0))}  # place in both -> errors up to it, and the last move towards it
    for place in product(range(rows + 1), range(columns + 1)):
        for move in MOVES:
            before = best.get((place[0] - move[0], place[1] - move[1]))
            if before is not None:
                i, j = start + place[0], heard_start + place[1]
                errors = _errors(written[i - move[0] : i], heard[j - move[1] : j], known)
                if errors is not None and (place not in best or before[0] + errors < best[place][0]):
                    best[place] = (before[0] + errors, move)
    steps = []
    while rows or columns:
        errors, (down, right) = best[rows, columns]
        i, j = start + rows, heard_start + columns
        rows, columns = rows - down, columns - right
        steps.append(Step(i - down, i, j - right, j, errors - best[rows, columns][0]))
    yield from reversed(steps)


def _errors(written: Sequence[str], heard: Sequence[str], known: _Known) -> int | None:
    """Return the errors of a step, or None if the step is not allowed."""
    if not written or not heard:
        return 1
    together, as_heard = "".join(written), "".join(heard)
    is_name = not known.names.isdisjoint(written)
    if is_same(together, as_heard, known.language) or (is_name and sounds_like(together, as_heard)):
        return 0
    if is_name and len(written) == 1:
        return len(heard)  # everything that was heard in place of a name
    return 1 if len(written) == len(heard) == 1 else None


def compare(
    mp3: Path,
    lines: Sequence[Line],
    sentences: Iterable[HeardSentence],
    *,
    names: Mapping[str, str],
    language: str = ENGLISH.code,
) -> Hearing:
    """Compare the sentences with the lines. ``names`` maps speaker ids to names. Added words count for the line
    before. ``language`` is the BCP 47 tag of the article.
    """
    line_words = [words_of(line.text, language) for line in lines]
    written = [word for words in line_words for word in words]
    ends = list(accumulate(map(len, line_words)))
    heard, times_s = _heard_words(sentences, language)
    # The capitals of a headline do not mark names: in many papers every word has one.
    name_words = names_in((line.text for line in lines if line.boundary != "headline"), language)
    results = [
        HeardLine(
            line, names[line.speaker], "", 0.0, Score(len(words), names=sum(word in name_words for word in words))
        )
        for line, words in zip(lines, line_words, strict=True)
    ]
    for step in align(written, heard, name_words, language):
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


def _heard_words(sentences: Iterable[HeardSentence], language: str) -> tuple[list[str], list[float]]:
    """Return the words and the start of each in seconds, as if the words of a sentence were equally long."""
    words: list[str] = []
    times_s: list[float] = []
    for sentence in sentences:
        own = words_of(sentence.text, language)
        length_s = (sentence.end_s - sentence.start_s) / max(1, len(own))
        words += own
        times_s += [sentence.start_s + number * length_s for number in range(len(own))]
    return words, times_s
