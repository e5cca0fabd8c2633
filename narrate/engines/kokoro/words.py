"""The phonemes of a word, from the dictionaries, from our own list, and by the endings of English words.

The method, for a word with its tag of the Penn Treebank and what follows it:

1. Function words change with what follows: *the*, *to*, *a*, *an*, *in*, *by*, *am*, *used*.
2. Our own lists have acronyms that are said as words, what the dictionaries lack or get wrong
   (``pronunciations.toml``), and names in the news (``names.toml``). A name that is listed without accents is found
   with accents too, and in capitals.
3. The dictionaries, checked entries first. A word in capitals is looked up in small letters, and so is a capitalized
   word that is no name. An entry with several pronunciations is decided by the tag. French accents may be left out.
4. Endings: possessive and plural -s, -ed, -ing after a stem that is known; and -' after a plural.
5. Initials (U.S.) and capitals without a vowel are spelled.

Anything else is unknown, and guessed by eSpeak NG (:mod:`.fallback`). A capital letter gives a word some stress,
capitals throughout give it full stress.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from narrate.engines.kokoro import stress
from narrate.engines.kokoro.dictionaries import Entry, load_dictionary
from narrate.languages.letters import without_accents
from narrate.storage import read_toml

OWN: Final = read_toml(Path(__file__).with_name("pronunciations.toml"))
NAMES: Final[dict[str, str]] = read_toml(Path(__file__).with_name("names.toml"))["names"]
"""Region -> names with their phonemes in both accents."""
_SIGNS: Final[dict[str, str]] = OWN["signs"]
_DOUBLED: Final = re.compile(r"(?:([bcdgklmnprstvxz])\1|ck)(?:ing|ed)")
_SHORTEST_IN_CAPITALS: Final = 4  # letters of a name in capitals, as shorter ones may be initials
_INITIALS: Final = re.compile(r"(?:[A-Za-z]{1,2}\.)+[A-Za-z]{0,2}\.?")
_LETTERS: Final = re.compile(r"[A-Za-z'-]+")
_PARTS_OF_SPEECH: Final = {"VB": "VERB", "NN": "NOUN", "RB": "ADV", "JJ": "ADJ"}
_FRENCH: Final = str.maketrans("éèêëàâîïôûçÉÈÊËÀÂÎÏÔÛÇ", "eeeeaaiioucEEEEAAIIOUC") | str.maketrans(
    {"æ": "ae", "œ": "oe", "Æ": "Ae", "Œ": "Oe"}
)
_Stress = Callable[[str], str]


def names(*, british: bool) -> dict[str, str]:
    """Return the names of our own list with their phonemes in an accent. A hyphen there leaves a name to the rules."""
    column = 2 if british else 1
    rows = (line.split() for region in NAMES.values() for line in region.splitlines())
    return {row[0]: row[column] for row in rows if row[column] != "-"}


class Following(NamedTuple):
    """What follows a word."""

    vowel: bool | None = None
    """Whether the next sound is a vowel; None at a pause."""
    to: bool = False
    """Whether the next word is *to*."""


class Pronouncer:
    """Looks up the phonemes of words in an accent.

    Raises:
        EngineError: The dictionaries are not installed, or damaged.
    """

    def __init__(self, *, british: bool) -> None:
        self.british = british
        self._dictionary = load_dictionary(british=british)
        accent = "british" if british else "american"
        self._own: dict[str, Entry] = names(british=british) | OWN["words"] | OWN[accent]
        self._known: dict[tuple[str, str, Following], str | None] = {}
        self._add_s = partial(stress.add_s, british=british)
        self._add_ed = partial(stress.add_ed, british=british)
        self._add_ing = partial(stress.add_ing, british=british)

    def pronounce(self, written: str, tag: str, following: Following) -> str | None:
        """Return the phonemes of a word.

        Args:
            written: The word; apostrophes may be typographic.
            tag: Its tag of the Penn Treebank.
            following: What follows it.

        Returns:
            The phonemes; None if the word is unknown.
        """
        key = (written, tag, following)
        if key not in self._known:
            word = unicodedata.normalize("NFKC", written.replace("‘", "'").replace("’", "'"))
            self._known[key] = self._pronounce(word, tag, following)
        return self._known[key]

    def spell(self, word: str) -> str | None:
        """Return the names of a word's letters, with the stress on the last one; None if it has others than A to Z."""
        letters = [self._dictionary.find_checked(letter.upper()) for letter in word if letter.isalpha()]
        if not letters or not all(isinstance(sound, str) for sound in letters):
            return None
        head, mark, tail = stress.weaken("".join(map(str, letters))).rpartition(stress.SECONDARY)
        return head + stress.PRIMARY + tail if mark else tail

    def _pronounce(self, word: str, tag: str, following: Following) -> str | None:
        if word in _SIGNS:
            return self._look_up(_SIGNS[word], "", following)
        if (phonemes := self._function_word(word, tag, following)) is not None:
            return phonemes
        if "." in word.strip(".") and _INITIALS.fullmatch(word):
            return self.spell(word)
        if self._entry(word) is None:
            word = word.translate(_FRENCH)
        if not word.islower() and self._reads_as_small(word, tag):
            return self._inflected(word.lower(), tag, following, _stress_of(word))
        return self._inflected(word, tag, following, _stress_of(word))

    def _function_word(self, word: str, tag: str, following: Following) -> str | None:
        """Return the phonemes of a function word that change with what follows it."""
        small = word.lower()
        if word.isupper() and len(word) > 1 and tag.startswith("NN"):
            return None
        match small:
            case "a":
                return "ɐ" if tag == "DT" else stress.PRIMARY + "A"
            case "an":
                return "ɐn"
            case "am":
                return self._look_up("am", "", following) if following.vowel is None or word != "am" else "ɐm"
            case "i" if tag == "PRP":
                return stress.SECONDARY + "I"
            case "by" if tag.startswith("RB"):
                return f"b{stress.PRIMARY}I"
            case "to":
                return {None: self._look_up("to", "", following), False: "tə", True: "tʊ"}[following.vowel]
            case "in":
                return "ɪn" if tag == "IN" and following.vowel is not None else stress.PRIMARY + "ɪn"
            case "the":
                return "ði" if following.vowel else "ðə"
            case "used":
                is_habit = following.to and tag in ("VBD", "JJ")
                return _chosen(self._dictionary.find("used"), "VBD" if is_habit else "", following)
            case "vs" | "vs.":
                return self._look_up("versus", "", following)
        return None

    def _reads_as_small(self, word: str, tag: str) -> bool:
        """Whether a word with a capital, or in capitals, is the word in small letters, and not a name of its own."""
        is_name = tag == "NNP" and len(word) <= 7
        if len(word) < 2 or is_name or not word.replace("'", "").isalpha() or self._entry(word) is not None:
            return False
        small = word.lower()
        has_form = word.isupper() or word[1:].islower()
        return has_form and (self._entry(small) is not None or self._stem(small, tag, Following(), None) is not None)

    def _inflected(self, word: str, tag: str, following: Following, emphasis: _Stress | None) -> str | None:
        """Return the phonemes of a word that is known, or is a known stem with an ending."""
        if self._is_known(word):
            return self._look_up(word, tag, following, emphasis)
        stem = word.removesuffix("'")  # of the possessive of a plural, and of a name in -s
        if stem != word and self._is_known(stem):
            return self._look_up(stem, tag, following, emphasis)
        return self._stem(word, tag, following, emphasis)

    def _stem(self, word: str, tag: str, following: Following, emphasis: _Stress | None) -> str | None:
        """Return the phonemes of a known stem with the ending that a word has."""
        ings = emphasis or stress.accent
        for stems, add_ending, stem_emphasis in (
            (_stems_of_s(word), self._add_s, emphasis),
            (_stems_of_ed(word), self._add_ed, emphasis),
            (_stems_of_ing(word), self._add_ing, ings),
        ):
            for stem in stems:
                if self._is_known(stem):
                    phonemes = self._look_up(stem, tag, following, stem_emphasis)
                    if phonemes and (ended := add_ending(phonemes)):
                        return ended
                    break
        return None

    def _is_known(self, word: str) -> bool:
        if self._entry(word) is not None:
            return True
        if not _LETTERS.fullmatch(word):
            return False
        is_capitals = word.isupper() and len(word) > 1
        return len(word) == 1 or (is_capitals and (self._entry(word.lower()) is not None or not _has_vowel(word)))

    def _entry(self, word: str) -> Entry | None:
        own = self._own.get(word)
        if own is None and len(word) >= _SHORTEST_IN_CAPITALS and word.isupper():
            own = self._own.get(word.capitalize())
        entry = self._dictionary.find(word) if own is None else own
        if entry is not None or (word.isascii() and not word.islower()):
            return entry
        plain = without_accents(word)
        return self._own.get(plain) or self._own.get(plain.capitalize())

    def _look_up(self, word: str, tag: str, following: Following, emphasis: _Stress | None = None) -> str | None:
        """Return the phonemes of a known word, with the stress that its capitals give it."""
        entry = self._entry(word)
        if entry is None and word.isupper():
            entry = self._entry(word.lower())
        phonemes = _chosen(entry, tag, following)
        if phonemes is None:
            return self.spell(word)
        return emphasis(phonemes) if emphasis else phonemes


def _chosen(entry: Entry | None, tag: str, following: Following) -> str | None:
    """Return the phonemes of an entry by a tag, or by its part of speech."""
    if not isinstance(entry, dict):
        return entry
    if following.vowel is None and "None" in entry:
        return entry["None"]
    return entry.get(tag) or entry.get(_PARTS_OF_SPEECH.get(tag[:2], tag)) or entry["DEFAULT"]


def _stress_of(word: str) -> _Stress | None:
    if word == word.lower():
        return None
    return stress.emphasize if word == word.upper() else stress.accent


def _has_vowel(word: str) -> bool:
    return not set("AEIOUYaeiouy").isdisjoint(word)


def _stems_of_s(word: str) -> list[str]:
    """Return what a word in -s may be without its ending, the likeliest first."""
    if len(word) < 3 or not word.endswith("s"):
        return []
    stems = [] if word.endswith("ss") else [word[:-1]]
    if word.endswith("'s") or (len(word) > 4 and word.endswith("es") and not word.endswith("ies")):
        stems.append(word[:-2])
    if len(word) > 4 and word.endswith("ies"):
        stems.append(f"{word[:-3]}y")
    return stems


def _stems_of_ed(word: str) -> list[str]:
    """Return what a word in -d may be without its ending, the likeliest first."""
    if len(word) < 4 or not word.endswith("d"):
        return []
    stems = [] if word.endswith("dd") else [word[:-1]]
    if len(word) > 4 and word.endswith("ed") and not word.endswith("eed"):
        stems.append(word[:-2])
        if _DOUBLED.search(word[-4:]):
            stems.append(word[:-3])
    return stems


def _stems_of_ing(word: str) -> list[str]:
    """Return what a word in -ing may be without its ending, the likeliest first."""
    if len(word) < 5 or not word.endswith("ing"):
        return []
    stems = [word[:-3]] if len(word) > 5 else []
    stems.append(f"{word[:-3]}e")
    if len(word) > 5 and _DOUBLED.search(word[-5:]):
        stems.append(word[:-4])
    return stems
