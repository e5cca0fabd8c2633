"""Script -> lines: what each voice says in one go."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby
from typing import Final

from narrate.types import Boundary, Line, Reading, Script, Segment, SegmentKind

MAX_CHARACTERS: Final = 600
"""A sentence over this is split, at a clause if it has one: engines falter on very long ones."""

SHORTEST_BREAK_MS: Final = 150
"""A shorter pause is none: speech cut there would only stumble."""
LONGEST_BREAK_MS: Final = 1900
"""More silence is taken for a fault: see ``narrate verify``."""

NEVER_LAST: Final = frozenset(
    """mr mrs ms dr prof rev hon gen lt col maj capt cmdr sgt cpl pvt adm gov sen rep reps sens pres supt det insp
    vs v approx fig mt e.g i.e""".split()
)
"""Abbreviations that a name or more of the sentence must follow."""
PERHAPS_LAST: Final = frozenset(
    """u.s u.k u.n e.u d.c a.m p.m ph.d m.d inc ltd co corp bros jr sr etc dept est st ave blvd rd ft
    jan feb mar apr jun jul aug sept sep oct nov dec""".split()
)
"""Abbreviations that may end a sentence: they do if the next word is one that seldom stands in the middle of one."""
OPENERS: Final = frozenset(
    """a after all also although an and as at but by despite for from he her here his how if in it its many more no not
    on one our she since so some still that the their then there these they this those though to we what when where
    which while who why with you your i""".split()
)
SENTENCE_END: Final = re.compile(r"""(?<=[.!?…])[\])"'”’»“]*\s+(?=[^\sa-z])""")
CLAUSE_END: Final = re.compile(r"[;:,–—]\s+")
LAST_WORD: Final = re.compile(r"[\w.]*$")
NEXT_WORD: Final = re.compile(r"\W*([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line before it is known what follows it."""

    paragraph: int
    kind: SegmentKind
    line: Line
    whole: bool
    """False if the sentence goes on in the next line."""


def write_lines(script: Script) -> tuple[Line, ...]:
    """The lines of ``script``, in order.

    A line never crosses a paragraph or a change of voice; a fragment that the narrator reads inside his own sentence
    is part of his line. Text without a letter or a digit makes no line.
    """
    paragraphs, readings = _paragraphs(script), script.article.readings
    drafts = [draft for number, paragraph in enumerate(paragraphs) for draft in _drafts(number, paragraph, readings)]
    followers = [*drafts[1:], None]
    return tuple(
        replace(draft.line, index=index, boundary=_boundary(draft, follower))
        for index, (draft, follower) in enumerate(zip(drafts, followers, strict=True))
    )


def _boundary(draft: _Draft, follower: _Draft | None) -> Boundary:
    if follower is None:
        return "end"
    if draft.paragraph != follower.paragraph:
        return draft.kind if draft.kind in ("disclaimer", "headline") else "paragraph"
    if draft.line.speaker != follower.line.speaker:
        return "speaker"
    return "sentence" if draft.whole else "join"


def _paragraphs(script: Script) -> Iterator[list[Segment]]:
    """Segments by paragraph; the disclaimer and the headline are paragraphs of their own."""
    starts = [paragraph.start for paragraph in script.article.paragraphs]

    def key(segment: Segment) -> tuple[str, int]:
        # A segment's blanks may reach over the border, its first word never does.
        first_word = segment.start + len(segment.text) - len(segment.text.lstrip())
        body = segment.kind in ("narration", "quotation")
        return ("body", bisect_right(starts, first_word)) if body else (segment.kind, 0)

    for _, paragraph in groupby(script.segments, key=key):
        yield list(paragraph)


def _drafts(number: int, paragraph: Sequence[Segment], readings: Sequence[Reading]) -> Iterator[_Draft]:
    for speaker, group in groupby(paragraph, key=lambda segment: segment.voiced_by):
        run = list(group)
        text = "".join(segment.text for segment in run)
        ends = list(accumulate(len(segment.text) for segment in run))
        pauses = _pauses(readings, run[0].start, run[-1].end) if run[0].end else ()
        pieces = _pieces(text, as_one=run[0].kind == "disclaimer")
        for start, end, whole, pause_ms in _parted(pieces, pauses):
            words = " ".join(text[start:end].split())
            if any(map(str.isalnum, words)):
                held = run[bisect_right(ends, start) : bisect_right(ends, end - 1) + 1]
                own = tuple(_readings(readings, text, start, end, run[0].start)) if run[0].end else ()
                line = Line(0, tuple(segment.index for segment in held), words, speaker, "end", own, pause_ms)
                yield _Draft(number, run[0].kind, line, whole)


def _readings(readings: Sequence[Reading], text: str, start: int, end: int, base: int) -> Iterator[Reading]:
    """Those of the article's ``readings`` that ``text[start:end]`` holds, with offsets in its words; ``text`` begins at
    offset ``base`` of the article's."""
    for reading in readings:
        first, last = reading.start - base, reading.end - base
        if start <= first and last <= end and reading.how != "break":
            before = len(" ".join(text[start:first].split()))
            if text[start:first][-1:].isspace() and before:
                before += 1
            yield replace(reading, start=before, end=before + len(" ".join(text[first:last].split())))


def _pauses(readings: Sequence[Reading], start: int, end: int) -> Sequence[tuple[int, int]]:
    """Where the article asks for a pause between its offsets ``start`` and ``end``, counted from ``start``, and of how
    many milliseconds."""
    asked = [(reading.end - start, int(reading.value)) for reading in readings if reading.how == "break"]
    return [
        (at, min(pause_ms, LONGEST_BREAK_MS))
        for at, pause_ms in asked
        if 0 < at <= end - start and pause_ms >= SHORTEST_BREAK_MS
    ]


def _parted(
    pieces: Iterable[tuple[int, int, bool]], pauses: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, bool, int | None]]:
    """``pieces``, cut where a pause is asked for, and the milliseconds of the one after each."""
    for start, end, whole in pieces:
        for at, pause_ms in pauses:
            if start < at <= end:
                yield start, at, at == end and whole, pause_ms
                start = at
        if start < end:
            yield start, end, whole, None


def _pieces(text: str, *, as_one: bool) -> Iterator[tuple[int, int, bool]]:
    """Offsets of what is said in one go, and whether a sentence ends there; ``as_one`` keeps sentences together."""
    for start, end in [(0, len(text))] if as_one else sentences(text):
        while end - start > MAX_CHARACTERS:
            middle = start + _clause_end(text[start : start + MAX_CHARACTERS])
            yield start, middle, False
            start = middle
        yield start, end, True


def _clause_end(text: str) -> int:
    """Where to cut ``text``: after its last clause, or else its last word, or else at its end."""
    clauses = [match.end() for match in CLAUSE_END.finditer(text) if match.end() > len(text) // 3]
    return clauses[-1] if clauses else text.rfind(" ") + 1 or len(text)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the sentences of one paragraph, which tile it: blanks belong to the sentence before them."""
    start = 0
    for match in SENTENCE_END.finditer(text):
        if _ends_sentence(text[start : match.start()], text[match.end() : match.end() + 40]):
            yield start, match.end()
            start = match.end()
    if start < len(text):
        yield start, len(text)


def _ends_sentence(before: str, after: str) -> bool:
    """Whether a sentence ends between the two; ``before`` ends with a full stop or its like."""
    if not before.endswith(".") or before.endswith(".."):
        return True
    last = LAST_WORD.search(before[-30:-1])
    word = last[0] if last else ""
    if word.lower() in NEVER_LAST or (len(word) == 1 and word.isupper() and word != "I"):
        return False
    if word in ("No", "Nos"):
        return not after[:1].isdigit()
    if word.lower() in PERHAPS_LAST or re.fullmatch(r"(?:[A-Z]\.)+[A-Z]", word):
        following = NEXT_WORD.match(after)
        return following is not None and following[1].lower() in OPENERS
    return True
