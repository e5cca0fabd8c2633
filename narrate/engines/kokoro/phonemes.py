"""Text to phonemes: by misaki's dictionaries and grammar, and by eSpeak NG for words that they lack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from misaki import en

from narrate.engines.ipa import MARKED, non_rhotic, split_marks, split_phonemes
from narrate.engines.kokoro.fallback import Espeak, convert_ipa
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.languages.models import english_model
from narrate.storage import version_of

BRACKETS: Final = str.maketrans("[]{}<>", "()()  ")  # the model's vocabulary has round brackets only
SOUNDED: Final = MARKED + r"|\bA(?= M\b)|(?<=\b[B-Z] )A\b"
"""A word that is marked with its sound, or the letter A among spelled letters, which misaki reads as an article."""
SURE: Final = 3  # misaki's rating of words from its second dictionary; those from the first have more, guesses less
KNOWN_MISAKI: Final = "0.9.4"  # the release whose internals `dictionaries` relies on
LETTER_A: Final = "ˈA"
MARKS: Final = ';:,.!?—…"()“”'
CLOSERS: Final = frozenset(";:,.!?…”)")  # marks without a blank before them

Sound = tuple[str, int, int]  # a phoneme, mark or blank, and the start and end in the text of what it stands for


@dataclass(frozen=True, slots=True)
class Reading:
    """The pronunciation of a text."""

    phonemes: str
    words: tuple[tuple[int, int], ...]
    """For each phoneme, the start and end of its word in the text without marks of sound."""


class Reader:
    """Turns English into phonemes with British or American pronunciation."""

    def __init__(self) -> None:
        self._espeak = Espeak()
        self._tagger = english_model("tok2vec", "tagger")
        self._readers: dict[bool, en.G2P] = {}

    def reading(self, text: str, *, british: bool) -> Reading:
        """Return the phonemes of a text, with its punctuation, and the word of each.

        A word marked as in ``[Kyiv](/kˈiv/)`` has that sound, as far as the model's phonemes allow.
        """
        self._load(british)
        sounds: list[Sound] = []
        is_marked = False
        for words, mark, start in split_marks(text, SOUNDED):
            if mark is None:
                sounds += self._read(words, start, british)
                continue
            is_marked = True
            ipa = _model_phonemes(mark["ipa"], british) if mark["ipa"] else LETTER_A
            sounds += [(sound, start, start + len(words)) for sound in f" {ipa} "]
        if is_marked:
            sounds = _strip_blanks(sounds)
            pairs = pairwise([*sounds, ("", 0, 0)])
            sounds = [one for one, following in pairs if one[0] != " " or following[0] not in CLOSERS]
        return Reading("".join(sound for sound, _, _ in sounds), tuple((start, end) for _, start, end in sounds))

    def unsure(self, text: str, *, british: bool) -> tuple[str, ...]:
        """Return the words of a text that are not in misaki's dictionaries, in order, as their sound is guessed."""
        self._load(british)
        try:
            words = self._words(text.translate(BRACKETS), british)
        except Exception:  # as in _read
            return ()
        return tuple(word.text for word in words if (_rating(word) or SURE) < SURE and any(map(str.isalpha, word.text)))

    def _words(self, text: str, british: bool) -> Any:
        return self._readers[british](text, preprocess=False)[1]

    def _read(self, text: str, place: int, british: bool) -> list[Sound]:
        """Return the sounds of a part of the text that begins at the offset ``place``."""
        text = text.translate(BRACKETS)
        parts: list[tuple[str, str]]
        try:
            words = self._words(text, british)
            parts = [(word.text, self._word(word, british) + word.whitespace) for word in words]
        except Exception:  # misaki fails on some numbers and signs, with any kind of exception
            parts = self._read_by_espeak(text, british)
        sounds, at = [], 0
        for written, read in parts:
            start = max(at, text.find(written, at))
            at = start + len(written)
            sounds += [(phoneme, place + start, place + at) for phoneme in read if phoneme in TOKENS]
        return _strip_blanks(sounds)

    def _word(self, word: Any, british: bool) -> str:
        """Return misaki's phonemes of a word, or eSpeak's if there are none, so that no word is lost."""
        phonemes = str(word.phonemes or "")
        if any(map(str.isalnum, word.text)) and not any(map(str.isalpha, phonemes)):
            return self._espeak.phonemes(word.text, british=british) + phonemes
        return phonemes

    def _read_by_espeak(self, text: str, british: bool) -> list[tuple[str, str]]:
        """Return each stretch of a text with its phonemes by eSpeak alone. Punctuation stays."""
        stretches = re.split(f"([{re.escape(MARKS)}]+)", text)
        return [
            (stretch, stretch if at % 2 else f" {self._espeak.phonemes(stretch, british=british)}")
            for at, stretch in enumerate(stretches)
        ]

    def _load(self, british: bool) -> None:
        if british not in self._readers:
            # misaki's constructor would download the spaCy model if it is not installed under its official name.
            reader = en.G2P.__new__(en.G2P)
            reader.version = None
            reader.british = british
            reader.nlp = self._tagger
            reader.lexicon = dictionaries(british)
            reader.fallback = lambda word: (self._espeak.phonemes(word.text, british=british) or None, 2)
            reader.unk = ""
            self._readers[british] = reader


def dictionaries(british: bool) -> en.Lexicon:
    """Return misaki's dictionaries. The known release's load without a check of every entry, in half the time."""
    if version_of("misaki") != KNOWN_MISAKI:
        return en.Lexicon(british)
    lexicon = en.Lexicon.__new__(en.Lexicon)
    lexicon.british = british
    lexicon.cap_stresses = (0.5, 2)
    for name in ("gold", "silver"):
        entries = json.loads(files("misaki.data").joinpath(f"{'gb' if british else 'us'}_{name}.json").read_bytes())
        setattr(lexicon, f"{name}s", en.Lexicon.grow_dictionary(entries))
    return lexicon


def _model_phonemes(ipa: str, british: bool) -> str:
    """Convert words in IPA to the model's phonemes, with the accent's r and vowel of "go"."""
    ipa = non_rhotic(ipa).replace("oʊ", "əʊ") if british else ipa.replace("əʊ", "oʊ")
    return convert_ipa(" ".join("_".join(split_phonemes(word)) for word in ipa.split()), british=british)


def _strip_blanks(sounds: Iterable[Sound]) -> list[Sound]:
    """Return sounds with single blanks between words, and without blanks at the ends."""
    kept: list[Sound] = []
    for sound in sounds:
        if not sound[0].isspace():
            kept.append(sound)
        elif kept and kept[-1][0] != " ":
            kept.append((" ", *sound[1:]))
    return kept[:-1] if kept and kept[-1][0] == " " else kept


def _rating(word: Any) -> int | None:
    """Return how certain misaki is of a word. Its releases store that in one of two places."""
    rating = getattr(word, "rating", None)
    return rating if rating is not None else getattr(getattr(word, "_", None), "rating", None)
