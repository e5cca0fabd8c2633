"""Cut a script into lines: what each voice says without a break."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import Final

from narrate.languages import SentenceWords, language_of
from narrate.types import Boundary, Line, Reading, Script, Segment, SegmentKind

MAX_CHARACTERS: Final = 600
"""Longer sentences are split, at the end of a clause if there is one: engines misread very long sentences."""
MAX_SPOKEN_CHARACTERS: Final = 1300
"""Longest line when spoken, as estimated: the sound of several lines is held in memory. Prose stays far below."""
DIGIT_SPOKEN_CHARACTERS: Final = 9
"""What a digit counts in that estimate: 999,999,999 becomes nine times as long."""
SIGN_SPOKEN_CHARACTERS: Final = 32
"""What a sign such as "%", "½", "㎢" or an emoji counts: the longest, "ﷺ", becomes 32 characters."""
SHORTEST_BREAK_MS: Final = 150
"""Shorter pauses are ignored: a cut for so short a pause would only make the speech stumble."""
LONGEST_BREAK_MS: Final = 1900
"""Longer pauses are cut to this length, since ``narrate verify`` reports longer silence as a fault."""
_SENTENCE_END: Final = re.compile(r"""(?<=[.!?…])(?:\s?»|[\])"'”’»“«])*\s+(?=[^\sa-z])(?!»(?:\W|$))""")
_CLAUSE_END: Final = re.compile(r"[;:,–—]\s+")
_PLAIN: Final = frozenset(" \t\n,.;:!?'\"()-/’‘“”–—…")
"""Characters besides letters that are spoken as none or few."""
_LAST_SIGN: Final = re.compile(r".*\W", re.DOTALL)
_LAST_WORD: Final = re.compile(r"[\w.]*$")
_NEXT_WORD: Final = re.compile(r"\W*([^\W\d_]+)")
_INITIALS: Final = re.compile(r"(?:[A-Z]\.)+[A-Z]")
_DECIDING_CHARACTERS: Final = 40
"""Characters before and behind a full stop that decide whether it ends a sentence."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line whose boundary is not known yet."""

    paragraph: int
    kind: SegmentKind
    line: Line
    ends_sentence: bool


def write_lines(script: Script) -> tuple[Line, ...]:
    """Cut a script, whose segments have their voices (``voiced_by``), into lines.

    A line never crosses a paragraph or a change of voice. A quoted fragment that the narrator reads inside a sentence
    of narration is part of that line. Text without letters and digits makes no line.
    """
    words = language_of(script.article.language).sentences
    readings = sorted(script.article.readings, key=lambda reading: (reading.start, reading.end))
    drafts = [
        draft
        for number, paragraph in enumerate(_paragraphs(script))
        for draft in _drafts(number, paragraph, readings, words)
    ]
    boundaries = map(_boundary, drafts, [*drafts[1:], None])
    numbered = enumerate(zip(drafts, boundaries, strict=True))
    return tuple(replace(draft.line, index=index, boundary=boundary) for index, (draft, boundary) in numbered)


def _boundary(draft: _Draft, follower: _Draft | None) -> Boundary:
    if follower is None:
        return "end"
    if draft.paragraph != follower.paragraph:
        return draft.kind if draft.kind in ("disclaimer", "headline") else "paragraph"
    if draft.line.speaker != follower.line.speaker:
        return "speaker"
    return "sentence" if draft.ends_sentence else "join"


def _paragraphs(script: Script) -> Iterator[list[Segment]]:
    """Yield the segments of each paragraph; the disclaimer and the headline are paragraphs of their own."""
    starts = [paragraph.start for paragraph in script.article.paragraphs]

    def key(segment: Segment) -> tuple[str, int]:
        # The blanks of a segment may reach into the next paragraph, but its first word does not.
        first_word = segment.start + len(segment.text) - len(segment.text.lstrip())
        body = segment.kind in ("narration", "quotation")
        return ("body", bisect_right(starts, first_word)) if body else (segment.kind, 0)

    for _, paragraph in groupby(script.segments, key=key):
        yield list(paragraph)


def _drafts(
    number: int, paragraph: Sequence[Segment], readings: Sequence[Reading], words: SentenceWords
) -> Iterator[_Draft]:
    for speaker, group in groupby(paragraph, key=lambda segment: segment.voiced_by):
        run = list(group)
        text = "".join(segment.text for segment in run)
        ends = list(accumulate(len(segment.text) for segment in run))
        held_readings = _within(readings, run[0].start, run[-1].end)
        pauses = _pauses(held_readings, run[0].start, run[-1].end) if run[0].end else ()
        pieces = _pieces(text, words, as_one=run[0].kind == "disclaimer")
        for start, end, ends_sentence, pause_ms in _cut_at_pauses(pieces, pauses):
            said = " ".join(text[start:end].split())
            if any(map(str.isalnum, said)):
                held = run[bisect_right(ends, start) : bisect_right(ends, end - 1) + 1]
                own = tuple(_readings(held_readings, text, start, end, run[0].start)) if run[0].end else ()
                line = Line(0, tuple(segment.index for segment in held), said, speaker, "end", own, pause_ms)
                yield _Draft(number, run[0].kind, line, ends_sentence)


def _within(readings: Sequence[Reading], start: int, end: int) -> Sequence[Reading]:
    """Return those of the sorted ``readings`` that begin between two offsets of the article, or at the blank before."""
    first = bisect_left(readings, start - 1, key=lambda reading: reading.start)
    return readings[first : bisect_right(readings, end, lo=first, key=lambda reading: reading.start)]


def _readings(readings: Sequence[Reading], text: str, start: int, end: int, base: int) -> Iterator[Reading]:
    """Yield the article's ``readings`` inside ``text[start:end]``, with offsets into the line.

    ``text`` begins at offset ``base`` of the article. Offsets into the line count single blanks between words.
    """
    for reading in _within(readings, base + start, base + end):
        first, last = reading.start - base, reading.end - base
        if start <= first and last <= end and reading.how != "break":
            before = len(" ".join(text[start:first].split()))
            if text[start:first][-1:].isspace() and before:
                before += 1
            yield replace(reading, start=before, end=before + len(" ".join(text[first:last].split())))


def _pauses(readings: Sequence[Reading], start: int, end: int) -> Sequence[tuple[int, int]]:
    """Return (offset from ``start``, milliseconds) of each pause that the article asks for between two offsets."""
    asked = [one for one in readings if one.how == "break" and int(one.value) >= SHORTEST_BREAK_MS]
    return sorted((one.end - start, min(int(one.value), LONGEST_BREAK_MS)) for one in asked if start < one.end <= end)


def _cut_at_pauses(
    pieces: Iterable[tuple[int, int, bool]], pauses: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, bool, int | None]]:
    """Cut ``pieces`` at the pauses; yield (start, end, whether a sentence ends there, milliseconds of the pause)."""
    following = 0
    for start, end, ends_sentence in pieces:
        while following < len(pauses) and pauses[following][0] <= end:
            at, pause_ms = pauses[following]
            following += 1
            if start < at:
                yield start, at, at == end and ends_sentence, pause_ms
                start = at
        if start < end:
            yield start, end, ends_sentence, None


def _pieces(text: str, words: SentenceWords, *, as_one: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether a sentence ends there) of each piece; ``as_one`` keeps sentences together."""
    for start, end in [(0, len(text))] if as_one else sentences(text, words):
        while (fitting := _fitting_length(text[start : min(end, start + MAX_CHARACTERS)])) < end - start:
            middle = start + _clause_end(text[start : start + fitting])
            yield start, middle, False
            start = middle
        yield start, end, True


def _fitting_length(text: str) -> int:
    """Return how many characters of ``text`` fit into a line when they are spoken."""
    if len(text) * SIGN_SPOKEN_CHARACTERS <= MAX_SPOKEN_CHARACTERS:
        return len(text)
    return bisect_right(list(accumulate(map(_spoken_characters, text))), MAX_SPOKEN_CHARACTERS)


@functools.lru_cache(maxsize=4096)
def _spoken_characters(character: str) -> int:
    """Estimate how many characters one becomes when it is spoken."""
    if character in _PLAIN or (character.isalpha() and character < "\u2000"):
        return 1
    return DIGIT_SPOKEN_CHARACTERS if character.isdecimal() else SIGN_SPOKEN_CHARACTERS


def _clause_end(text: str) -> int:
    """Return where to cut ``text``: after its last clause, or else its last word, sign or character."""
    clauses = [match.end() for match in _CLAUSE_END.finditer(text) if match.end() > len(text) // 3]
    if clauses:
        return clauses[-1]
    last_sign = _LAST_SIGN.match(text)
    return text.rfind(" ") + 1 or (last_sign.end() if last_sign else len(text))


def sentences(text: str, words: SentenceWords) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence of one paragraph. They tile it: blanks belong to the sentence before."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[max(start, match.start() - _DECIDING_CHARACTERS) : match.start()]
        if _ends_sentence(before, text[match.end() : match.end() + _DECIDING_CHARACTERS], words):
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _ends_sentence(before: str, after: str, words: SentenceWords) -> bool:
    """Return whether a sentence ends between the two; ``before`` ends with a full stop or a similar mark."""
    if after[:1].islower():
        return False
    if not before.endswith(".") or before.endswith(".."):
        return True
    last = _LAST_WORD.search(before[-30:-1])
    word = last[0] if last else ""
    is_initial = len(word) == 1 and word.isupper() and word != words.capital_word
    if is_initial or word.lower() in words.unfinished_abbreviations:
        return False
    if word in words.number_abbreviations and after[:1].isdigit():
        return words.answer_pattern.search(before[-40 : -len(word) - 1]) is not None
    is_open = word.lower() in words.final_abbreviations or words.ordinal_pattern.fullmatch(word)
    if is_open or _INITIALS.fullmatch(word):
        following = _NEXT_WORD.match(after)
        return following is not None and following[1].lower() in words.sentence_openers
    return True
