"""Text -> phonemes: misaki's dictionaries and grammar, and eSpeak NG where they know no answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final

from misaki import en

from narrate.engines.ipa import MARKED, non_rhotic, parted
from narrate.engines.kokoro.fallback import Espeak, translated
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.languages.models import english_model
from narrate.storage import version_of

BRACKETS: Final = str.maketrans("[]{}<>", "()()  ")
"""The model knows round brackets only."""
SOUNDED: Final = re.compile(MARKED + r"|\bA(?= M\b)|(?<=\b[B-Z] )A\b")
"""A word that is marked with its sound, and the letter A among spelled letters, which is no article."""
SURE: Final = 3
"""misaki's rating of a word from its second dictionary; those of the first have more, guesses less."""
KNOWN_MISAKI: Final = "0.9.4"
LETTER_A: Final = "ˈA"
MARKS: Final = ';:,.!?—…"()“”'
CLOSERS: Final = frozenset(";:,.!?…”)")
"""Marks that no blank stands before."""

Sound = tuple[str, int, int]
"""A phoneme, mark or blank, and the start and end of what it stands for in the text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text sounds like."""

    phonemes: str
    places: tuple[tuple[int, int], ...]
    """Of each phoneme the start and end of the word that it belongs to, in the text without its marks of sound."""


class Reader:
    """Reads English aloud, in phonemes: the British way, or the American."""

    def __init__(self) -> None:
        self._espeak = Espeak()
        self._tagger = english_model("tok2vec", "tagger")
        self._readers: dict[bool, en.G2P] = {}

    def phonemes(self, text: str, *, british: bool) -> str:
        """The phonemes of ``text``, with its marks; every one is in the model's vocabulary.

        A word whose sound is given, as in ``[Kyiv](/kˈiv/)``, has that sound, as far as the model knows it.
        """
        return self.reading(text, british=british).phonemes

    def reading(self, text: str, *, british: bool) -> Reading:
        """The same phonemes, and which words they come from."""
        self._load(british)
        sounds: list[Sound] = []
        at = plain = 0
        for match in SOUNDED.finditer(text):
            sounds += self._read(text[at : match.start()], plain, british)
            plain += match.start() - at
            word = match["word"] if match["ipa"] else match[0]
            ipa = _sound(match["ipa"], british) if match["ipa"] else LETTER_A
            sounds += [(sound, plain, plain + len(word)) for sound in f" {ipa} "]
            plain += len(word)
            at = match.end()
        sounds += self._read(text[at:], plain, british)
        if at:
            sounds = _tidied(sounds)
            pairs = pairwise([*sounds, ("", 0, 0)])
            sounds = [one for one, following in pairs if one[0] != " " or following[0] not in CLOSERS]
        return Reading("".join(sound for sound, _, _ in sounds), tuple((start, end) for _, start, end in sounds))

    def unsure(self, text: str, *, british: bool) -> tuple[str, ...]:
        """The words of ``text``, as they come, that misaki's dictionaries do not know: how they sound is guessed."""
        self._load(british)
        try:
            words = self._words(text.translate(BRACKETS), british)
        except Exception:  # as in _read
            return ()
        return tuple(word.text for word in words if (_rating(word) or SURE) < SURE and any(map(str.isalpha, word.text)))

    def _load(self, british: bool) -> None:
        if british not in self._readers:
            self._readers[british] = self._reader(british)

    def _words(self, text: str, british: bool) -> Any:
        return self._readers[british](text, preprocess=False)[1]

    def _read(self, text: str, place: int, british: bool) -> list[Sound]:
        """How ``text``, which begins at ``place`` of the whole, sounds."""
        text = text.translate(BRACKETS)
        parts: list[tuple[str, str]]
        try:
            words = self._words(text, british)
            parts = [(word.text, self._word(word, british) + word.whitespace) for word in words]
        except Exception:  # misaki stumbles over some numbers and signs, with whatever Python raises
            parts = self._spelt(text, british)
        sounds, at = [], 0
        for written, read in parts:
            start = max(at, text.find(written, at))
            at = start + len(written)
            sounds += [(phoneme, place + start, place + at) for phoneme in read if phoneme in TOKENS]
        return _tidied(sounds)

    def _word(self, word: Any, british: bool) -> str:
        """What misaki made of ``word``; eSpeak's reading if that is nothing, so that no word is lost."""
        said = str(word.phonemes or "")
        if any(map(str.isalnum, word.text)) and not any(map(str.isalpha, said)):
            return self._espeak.phonemes(word.text, british=british) + said
        return said

    def _spelt(self, text: str, british: bool) -> list[tuple[str, str]]:
        """``text`` read by eSpeak alone, stretch by stretch, its marks kept."""
        stretches = re.split(f"([{re.escape(MARKS)}]+)", text)
        return [
            (stretch, stretch if at % 2 else f" {self._espeak.phonemes(stretch, british=british)}")
            for at, stretch in enumerate(stretches)
        ]

    def _reader(self, british: bool) -> en.G2P:
        # misaki's own constructor would download a model that is not installed under its official name.
        reader = en.G2P.__new__(en.G2P)
        reader.version = None
        reader.british = british
        reader.nlp = self._tagger
        reader.lexicon = dictionaries(british)
        reader.fallback = lambda word: (self._espeak.phonemes(word.text, british=british) or None, 2)
        reader.unk = ""
        return reader


def dictionaries(british: bool) -> en.Lexicon:
    """misaki's; of the release whose insides are known without the check of every entry, which takes half the time."""
    if version_of("misaki") != KNOWN_MISAKI:
        return en.Lexicon(british)
    lexicon = en.Lexicon.__new__(en.Lexicon)
    lexicon.british = british
    lexicon.cap_stresses = (0.5, 2)
    for name in ("gold", "silver"):
        entries = json.loads(files("misaki.data").joinpath(f"{'gb' if british else 'us'}_{name}.json").read_bytes())
        setattr(lexicon, f"{name}s", en.Lexicon.grow_dictionary(entries))
    return lexicon


def _sound(ipa: str, british: bool) -> str:
    """Several words in IPA, in the model's phonemes; the r, and the vowel of "go", are each accent's own."""
    ipa = non_rhotic(ipa).replace("oʊ", "əʊ") if british else ipa.replace("əʊ", "oʊ")
    return translated(" ".join("_".join(parted(word)) for word in ipa.split()), british=british)


def _tidied(sounds: Iterable[Sound]) -> list[Sound]:
    """``sounds`` with single blanks between words, and none at the ends."""
    kept: list[Sound] = []
    for sound in sounds:
        if not sound[0].isspace():
            kept.append(sound)
        elif kept and kept[-1][0] != " ":
            kept.append((" ", *sound[1:]))
    return kept[:-1] if kept and kept[-1][0] == " " else kept


def _rating(word: Any) -> int | None:
    """How sure misaki is of a word; its releases keep that in one place or the other."""
    rating = getattr(word, "rating", None)
    return rating if rating is not None else getattr(getattr(word, "_", None), "rating", None)
