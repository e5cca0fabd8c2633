"""Write captions: lines broken into cues of readable size, as WebVTT (W3C) and as SubRip, with their speakers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from narrate.types import Cue, Word, WordTiming

Fits = Callable[[str, bool], bool]
"""Takes a text and whether it is the first part of its cue. Returns whether it fits."""

ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
CUE_CHARACTERS: Final = 84  # most characters of a WebVTT cue: two lines of 42 on a screen
SRT_CHARACTERS: Final = 32
SRT_LINES: Final = 2  # SubRip cues have at most two rows of 32 characters
ARROW: Final = "-->"  # It marks a row of times. SubRip cannot escape it, so it becomes an arrow in the text.
CLAUSE_END: Final = re.compile(r"""[,;:.!?…–—][)\]"'”’»“]*$""")
CLAUSE_BONUS: Final = 0.45  # a cue that ends at a clause may be shorter than it could be: by all but this share


def break_cues(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Break the cues of lines into parts of at most ``CUE_CHARACTERS``, at the ends of clauses if possible."""
    return tuple(part for cue in cues for part in _parts(cue, lambda text, _: len(text) <= CUE_CHARACTERS))


def vtt(cues: Sequence[Cue], *, title: str, word_timing: WordTiming) -> str:
    """Return captions as WebVTT. A note says how the words got their times."""
    blocks = [f"WEBVTT - {_one_line(title)}", f"NOTE Words timed: {word_timing}"]
    for number, cue in enumerate(cues, 1):
        times = f"{_timestamp(cue.start_s)} --> {_timestamp(cue.end_s)}"
        blocks.append(f"{number}\n{times}\n<v {_one_line(cue.speaker)}>{_one_line(cue.text)}")
    return "\n\n".join(blocks) + "\n"


def srt(cues: Iterable[Cue]) -> str:
    """Return the cues of lines as SubRip. The speaker's name stands where another speaker begins."""
    blocks: list[str] = []
    speaker = ""
    for cue in map(_with_short_words, cues):
        name = f"{cue.speaker}: " if cue.speaker != speaker else ""
        speaker = cue.speaker
        for part in _parts(cue, lambda text, first, name=name: len(_rows(name * first + text)) <= SRT_LINES):  # type: ignore[misc]
            times = f"{_timestamp(part.start_s, ',')} --> {_timestamp(part.end_s, ',')}"
            rows = "\n".join(_rows((name + part.text).replace(ARROW, "→")))
            blocks.append(f"{len(blocks) + 1}\n{times}\n{rows}\n")
            name = ""
    return "\n".join(blocks)


def _parts(cue: Cue, fits: Fits) -> Iterator[Cue]:
    words = list(cue.words)
    if not words or fits(cue.text, True):
        yield cue
        return
    first = True
    while words:
        count = _count(words, fits, first)
        part, words = words[:count], words[count:]
        text = " ".join(word.text for word in part)
        yield replace(
            cue,
            start_s=cue.start_s if first else part[0].start_s,
            end_s=part[-1].end_s if words else cue.end_s,
            text=text,
            words=tuple(part),
            boundary="join" if words else cue.boundary,
        )
        first = False


def _count(words: Sequence[Word], fits: Fits, first: bool) -> int:
    """Return how many words make the next part: as many as fit, or up to the end of a clause if that is near."""
    most = 1
    while most < len(words) and fits(" ".join(word.text for word in words[: most + 1]), first):
        most += 1
    if most == len(words):
        return most
    for count in range(most, max(0, int(most * CLAUSE_BONUS)), -1):
        if CLAUSE_END.search(words[count - 1].text):
            return count
    return most - 1 if len(words) - most == 1 and most > 2 else most  # leave no word alone


def _pieces(word: str) -> list[str]:
    """Return a word in pieces that fit into a row. Marks stay with their letter."""
    pieces = []
    while len(word) > SRT_CHARACTERS:
        cut = SRT_CHARACTERS
        while cut > 1 and unicodedata.combining(word[cut]):
            cut -= 1
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def _with_short_words(cue: Cue) -> Cue:
    """Return a cue whose words fit into rows, so that it can be broken within a very long word."""
    words: list[Word] = []
    for word in cue.words:
        share = (word.end_s - word.start_s) / (len(word.text) or 1)
        start_s = word.start_s
        for piece in _pieces(word.text):
            end_s = start_s + share * len(piece)
            words.append(Word(piece, start_s, end_s))
            start_s = end_s
    return cue if len(words) == len(cue.words) else replace(cue, words=tuple(words))


def _rows(text: str) -> list[str]:
    rows: list[str] = []
    for word in chain.from_iterable(map(_pieces, text.split())):
        if rows and len(rows[-1]) + 1 + len(word) <= SRT_CHARACTERS:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    return rows


def _one_line(text: str) -> str:
    return " ".join(text.translate(ESCAPES).split())


def _timestamp(seconds: float, point: str = ".") -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}{point}{ms % 1000:03}"
