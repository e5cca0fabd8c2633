"""Captions: lines broken into cues of readable size, as WebVTT (W3C) and as SubRip, each with its speaker."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from narrate.types import Cue, Word, WordTiming

Fits = Callable[[str, bool], bool]

ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
CUE_CHARACTERS: Final = 84
"""Two lines of 42 on a screen."""
SRT_CHARACTERS: Final = 32
SRT_LINES: Final = 2
ARROW: Final = "-->"
"""A row with it tells times; SubRip has no way to say that one does not."""
CLAUSE_END: Final = re.compile(r"""[,;:.!?…–—][)\]"'”’»“]*$""")
CLAUSE_BONUS: Final = 0.45
"""A cue may be so much shorter than it could be, to end where a clause does."""


def break_cues(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Cues of at most ``CUE_CHARACTERS``, broken at clauses where there are any, timed by their words."""
    return tuple(part for cue in cues for part in _parts(cue, lambda text, _: len(text) <= CUE_CHARACTERS))


def vtt(cues: Sequence[Cue], *, title: str, word_timing: WordTiming) -> str:
    """``cues``, in order, as WebVTT."""
    blocks = [f"WEBVTT - {_one_line(title)}", f"NOTE Words timed: {word_timing}"]
    for number, cue in enumerate(cues, 1):
        times = f"{_timestamp(cue.start_s)} --> {_timestamp(cue.end_s)}"
        blocks.append(f"{number}\n{times}\n<v {_one_line(cue.speaker)}>{_one_line(cue.text)}")
    return "\n\n".join(blocks) + "\n"


def srt(cues: Iterable[Cue]) -> str:
    """Lines as SubRip: two rows of 32 characters a cue, and the speaker's name where another begins to speak."""
    blocks: list[str] = []
    speaker = ""
    for cue in cues:
        name = f"{cue.speaker}: " if cue.speaker != speaker else ""
        speaker = cue.speaker
        for part in _parts(cue, lambda text, first, name=name: _fits(name * first + text)):  # type: ignore[misc]
            times = f"{_timestamp(part.start_s, ',')} --> {_timestamp(part.end_s, ',')}"
            rows = "\n".join(_rows((name + part.text).replace(ARROW, "→")))
            blocks.append(f"{len(blocks) + 1}\n{times}\n{rows}\n")
            name = ""
    return "\n".join(blocks)


def _parts(cue: Cue, fits: Fits) -> Iterator[Cue]:
    """``cue`` in parts that fit; ``fits`` is asked with the text, and whether it is the first of the cue."""
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
    """How many of ``words`` make the next part: as many as fit, or up to a clause's end that is not too early."""
    most = 1
    while most < len(words) and fits(" ".join(word.text for word in words[: most + 1]), first):
        most += 1
    if most == len(words):
        return most
    for count in range(most, max(0, int(most * CLAUSE_BONUS)), -1):
        if CLAUSE_END.search(words[count - 1].text):
            return count
    return most - 1 if len(words) - most == 1 and most > 2 else most  # no word is left alone


def _fits(text: str) -> bool:
    return len(_rows(text)) <= SRT_LINES


def _rows(text: str) -> list[str]:
    rows: list[str] = []
    for word in text.split():
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
