"""The pronunciation of a text: phonemes, and the word of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Sound = tuple[str, int, int]  # a phoneme, mark or blank, and the start and end in the text of what it stands for

CLOSERS: Final = frozenset(";:,.!?…”)")  # marks without a blank before them


@dataclass(frozen=True, slots=True)
class Reading:
    """The pronunciation of a text."""

    phonemes: str
    words: tuple[tuple[int, int], ...]
    """For each phoneme, the start and end of its word in the text without marks of sound."""


def reading_of(sounds: Sequence[Sound]) -> Reading:
    """Return sounds as a reading."""
    return Reading("".join(sound for sound, _, _ in sounds), tuple((start, end) for _, start, end in sounds))


def strip_blanks(sounds: Iterable[Sound]) -> list[Sound]:
    """Return sounds with single blanks between words, and without blanks at the ends."""
    kept: list[Sound] = []
    for sound in sounds:
        if not sound[0].isspace():
            kept.append(sound)
        elif kept and kept[-1][0] != " ":
            kept.append((" ", *sound[1:]))
    return kept[:-1] if kept and kept[-1][0] == " " else kept
