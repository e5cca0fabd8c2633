"""How names are said whose letters show their language, such as Dąbrowski and Yıldız, anglicized as newsreaders do.

Such spellings are regular. ``foreign.toml`` has for each language how it is recognized, what its letters sound like,
and which syllable is stressed. The first language that a name shows applies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from narrate.engines.kokoro import stress
from narrate.storage import read_toml

_VOWELS: Final = frozenset("aeiouyøəɪʊʌAIWYO")  # of the table
_MARKED: Final = re.compile("[áéíóúâêôàòùìãõ]")  # letters that are stressed in Romance languages
_WEAKLY_ENDED: Final = re.compile("(?:[aeiouăâîãõ]|[aeiouã][nsm])$")  # then the last syllable but one is stressed
_PLAIN: Final = {"q": "k", "x": "ks", "y": "i", "c": "k", "w": "v", "r": "ɹ", "g": "ɡ"}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_DOT_ABOVE: Final = "\u0307"  # what is left of the Turkish İ in small letters
_POSSESSIVE: Final = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class _Language:
    shows: re.Pattern[str]
    stress: str
    letters: re.Pattern[str]
    sounds: Sequence[str]
    """The sounds of the groups of ``letters``."""


def _language(row: Mapping[str, str]) -> _Language:
    rows = [line.split() for line in row["sounds"].splitlines()] + [[letter, letter] for letter in _LETTERS]
    sounds = [cells[1] if len(cells) > 1 else "" for cells in rows]
    listed = len(rows) - len(_LETTERS)
    return _Language(
        shows=re.compile(row["shows"]),
        stress=row["stress"],
        letters=re.compile("|".join(f"({letters})" for letters, *_ in rows)),
        sounds=[sound.replace("r", "ɹ").replace("g", "ɡ") for sound in sounds[:listed]]
        + [_PLAIN.get(sound, sound) for sound in sounds[listed:]],
    )


_TABLES: Final = read_toml(Path(__file__).with_name("foreign.toml"))
_LANGUAGES: Final = tuple(_language(row) for row in _TABLES["languages"].values())


def read_foreign(word: str, *, british: bool) -> str | None:
    """Return the phonemes of a name whose letters show its language.

    Args:
        word: The name, with a capital; it may have hyphens and a possessive ending.
        british: Whether the pronunciation is British.

    Returns:
        The phonemes; None if the letters show no language, or the word is no name.
    """
    stem = word.removesuffix(_POSSESSIVE[0]).removesuffix(_POSSESSIVE[1])
    parts = stem.lower().split("-")
    language = next((one for one in _LANGUAGES if any(map(one.shows.search, parts))), None)
    if language is None or not word[:1].isupper() or not all(part.replace(_DOT_ABOVE, "").isalpha() for part in parts):
        return None
    said = [_say(part.replace(_DOT_ABOVE, ""), language, british=british) for part in parts]
    if not all(said):
        return None
    phonemes = "".join([*map(stress.weaken, said[:-1]), said[-1]])
    return phonemes if stem == word else stress.add_s(phonemes, british=british)


def _say(word: str, language: _Language, *, british: bool) -> str:
    """Return the phonemes of a word in small letters; empty if it has other letters, or no vowel."""
    sounds, marked, at = "", None, 0
    for match in language.letters.finditer(word):
        if match.start() > at or match.lastindex is None:
            return ""
        if _MARKED.search(match[0]):
            marked = sum(sound in _VOWELS for sound in sounds)
        sound = language.sounds[match.lastindex - 1]
        sounds += sound.removeprefix(sounds[-1:])
        at = match.end()
    vowels = [place for place, sound in enumerate(sounds) if sound in _VOWELS]
    if at < len(word) or not vowels:
        return ""
    stressed = vowels[_stressed(word, language.stress, len(vowels), marked)]
    said = [_anglicized(sounds, place, is_stressed=place == stressed, british=british) for place in range(len(sounds))]
    return "".join(said).replace("nɡ", "ŋɡ").replace("nk", "ŋk").replace("dʒ", "ʤ").replace("ɹɹ", "ɹ")


def _stressed(word: str, rule: str, syllables: int, marked: int | None) -> int:
    """Return the number of the stressed syllable."""
    if rule == "marked":
        is_weakly_ended = _WEAKLY_ENDED.search(word) is not None
        return max(0, syllables - 1 - is_weakly_ended) if marked is None else marked
    if rule == "vowel":
        return max(0, syllables - 1 - (word[-1] in "aăeiou"))
    return {"first": 0, "penultimate": max(0, syllables - 2), "last": syllables - 1}[rule]


def _anglicized(sounds: str, place: int, *, is_stressed: bool, british: bool) -> str:
    """Return a sound of the table as a phoneme of the accent, by what follows it."""
    sound, rest = sounds[place], sounds[place + 1 :]
    if sound not in _VOWELS:
        is_dropped = (
            british and sound == "ɹ" and (not rest or rest[0] not in _VOWELS) and sounds[place - 1] in _VOWELS and place
        )
        return "" if is_dropped else sound
    vowels = _TABLES["vowels"]["british" if british else "american"]
    vowel = vowels[_context(rest)].get(sound) or vowels["closed"].get(sound, sound)
    if not is_stressed:
        return "ɪ" if sound == "i" and _context(rest) == "closed" else vowel
    if sound == "a" and not rest:
        vowel = vowels["rhotic"].get("a", vowels["closed"]["a"])
    return stress.PRIMARY + ("ʌ" if vowel == "ə" else vowel)


def _context(rest: str) -> str:
    """Return the kind of place that a vowel has, by the sounds after it."""
    if not rest:
        return "final"
    if rest[0] == "ɹ" and (not rest[1:] or rest[1] not in _VOWELS):
        return "rhotic"
    if rest[0] in _VOWELS:
        return "hiatus"
    onset = rest[1:].lstrip("ɹljw")[:1] if len(rest) > 2 else rest[1:]
    if onset and onset in _VOWELS:
        return "open"
    return "cluster" if len(rest) > 1 and rest[1] not in _VOWELS else "closed"
