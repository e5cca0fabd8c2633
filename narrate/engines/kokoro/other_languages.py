"""Text to phonemes in languages other than English, by eSpeak NG, as the model was trained on them.

eSpeak NG reads a text clause by clause, with the liaisons of French between its words. ``languages.toml`` converts its
phonemes to those of the model, and keeps the marks between the clauses. What it gets wrong in French is corrected
(:mod:`.french`). English names are read in English (``english_names.toml``). Words that are marked with their sound in
IPA have that sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from narrate.engines.ipa import split_marks, split_phonemes
from narrate.engines.kokoro import french
from narrate.engines.kokoro.fallback import Espeak
from narrate.engines.kokoro.reading import CLOSERS, Reading, Sound, reading_of, strip_blanks
from narrate.engines.kokoro.tokens import MARKS
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.errors import EngineError
from narrate.languages.codes import language_code
from narrate.storage import read_toml

ENGLISH_VOICE: Final = "en"
_TABLES: Final = read_toml(Path(__file__).with_name("languages.toml"))
_SOUNDS: Final[dict[str, str]] = _TABLES["sounds"]
_OWN_SOUNDS: Final[dict[str, dict[str, str]]] = _TABLES["own_sounds"]
_OTHER_MARKS: Final[dict[str, str]] = _TABLES["marks"]
_ALL_MARKS: Final = re.escape(MARKS + "".join(_OTHER_MARKS))
_CLAUSE_END: Final = re.compile(rf"(?<!\w)[{_ALL_MARKS}]|[{_ALL_MARKS}](?!\w)")
"""A mark that is not inside a word."""
_WORD: Final = re.compile(r"\S*\w\S*")
_SWITCH: Final = re.compile(r"\([a-z-]+\)")
"""eSpeak's mark for a change of language inside a text."""
_QUOTATION_MARKS: Final = frozenset("«»„“”‹›")
_INVERTED: Final = frozenset("¿¡")
_BLANKS: Final = frozenset(["", " ", "\u00a0", "\u202f"])
_OPENERS: Final = frozenset("“(")

_ENGLISH: Final = read_toml(Path(__file__).with_name("english_names.toml"))
_ENGLISH_NAMES: Final = frozenset(_ENGLISH["names"].split())
_ENGLISH_SPELLING: Final = re.compile(_ENGLISH["shows"])
_POSSESSIVE: Final = re.compile("['’]s$")


class EspeakReader:
    """Turns a language that eSpeak NG knows into phonemes.

    Args:
        language: BCP 47 tag, such as ``fr`` or ``pt-BR``.

    Raises:
        EngineError: eSpeak NG cannot be loaded, or does not know the language.
    """

    def __init__(self, language: str) -> None:
        self._espeak = Espeak()
        self._code = language_code(language)
        tag = language.lower()
        names = (tag, tag.partition("-")[0])
        self._voice = next((name for name in names if self._espeak.ipa("a", name)), "")
        if not self._voice:
            raise EngineError(f"Engine 'kokoro' cannot read '{language}': eSpeak NG does not know this language.")

    def reading(self, text: str) -> Reading:
        """Return the phonemes of a text, with its punctuation, and the word of each.

        A word marked as in ``[Kyiv](/kˈiv/)`` has that sound, as far as the model's phonemes allow.
        """
        sounds: list[Sound] = []
        for words, mark, start in split_marks(text):
            if mark is None:
                sounds += self._read(words, start)
            else:
                phonemes = " ".join("_".join(split_phonemes(word)) for word in mark["ipa"].split())
                own = model_phonemes(phonemes, self._code)
                sounds += [(sound, start, start + len(words)) for sound in f" {own} "]
        return reading_of(_spaced(sounds))

    def _read(self, text: str, place: int) -> Iterator[Sound]:
        """Yield the sounds of a part of the text that begins at the offset ``place``."""
        at = 0
        for match in _CLAUSE_END.finditer(text):
            yield from self._read_clause(text[at : match.start()], place + at)
            yield _mark(text, match.start()), place + match.start(), place + match.end()
            at = match.end()
        yield from self._read_clause(text[at:], place + at)

    def _read_clause(self, clause: str, place: int) -> Iterator[Sound]:
        words = [(match[0], place + match.start(), place + match.end()) for match in _WORD.finditer(clause)]
        end = place + len(clause)
        for is_english, run in groupby(words, key=lambda word: _is_english_name(word[0])):
            named = [*run]
            yield " ", named[0][1], named[0][1]
            yield from self._read_words(named, ENGLISH_VOICE if is_english else self._voice)
        if clause[-1:].isspace():
            yield " ", end, end

    def _read_words(self, words: list[tuple[str, int, int]], voice: str) -> Iterator[Sound]:
        """Yield the sounds of words that eSpeak reads in one go, each with the place of its word."""
        phonemes = self._phonemes(" ".join(word for word, _, _ in words), voice)
        heard = phonemes.split()
        if len(heard) == len(words):
            owners = [at for at, sound in enumerate(heard) for _ in f"{sound} "][:-1]
        else:
            owners = _aligned(phonemes, [self._phonemes(word, voice) for word, _, _ in words])
        spoken = zip(phonemes, owners, strict=True)
        for sound, owner in self._french(spoken, words) if self._code == "fr" and voice == self._voice else spoken:
            yield sound, words[owner][1], words[owner][2]

    def _french(
        self, spoken: Iterable[tuple[str, int]], words: list[tuple[str, int, int]]
    ) -> Iterator[tuple[str, int]]:
        """Yield phonemes with the numbers of their words, corrected; see :mod:`.french`."""
        parts = [("".join(sound for sound, _ in part), owner) for owner, part in groupby(spoken, key=itemgetter(1))]
        corrected = french.correct(
            [words[owner][0] for _, owner in parts],
            [sounds.rstrip() for sounds, _ in parts],
            alone=lambda word: self._phonemes(word, self._voice),
            is_aspirated=lambda word: self._espeak.ipa(word, self._voice).startswith("_"),
        )
        for (sounds, owner), better in zip(parts, corrected, strict=True):
            yield from ((sound, owner) for sound in better + sounds[len(sounds.rstrip()) :])

    def _phonemes(self, words: str, voice: str) -> str:
        if self._code == "fr" and voice == self._voice:
            words = " ".join(map(french.respell, words.split(" ")))
        return model_phonemes(self._espeak.ipa(words, voice), self._code)


def model_phonemes(ipa: str, code: str) -> str:
    """Convert eSpeak's IPA to the model's phonemes.

    Args:
        ipa: Words separated by blanks, and phonemes by underscores.
        code: ISO 639 code of the language.
    """
    words = ("".join(_convert(sound, code) for sound in word.split("_")) for word in _SWITCH.sub("", ipa).split())
    return " ".join(word for word in words if any(map(str.isalpha, word)))


def _mark(text: str, at: int) -> str:
    """Return the model's mark for the one at an offset. A quotation mark opens before a word, and closes behind one."""
    mark = text[at]
    if mark in _QUOTATION_MARKS:
        if text[at + 1 : at + 2].isalnum() or text[at + 1 : at + 2] in _INVERTED:
            return "“"
        if text[:at][-1:] not in _BLANKS:
            return "”"
    return _OTHER_MARKS.get(mark, mark)


@cache
def _convert(phoneme: str, code: str) -> str:
    stress = phoneme[: len(phoneme) - len(phoneme.lstrip("ˈˌ"))]
    own = _OWN_SOUNDS.get(code, {}).get(phoneme[len(stress) :])
    if own:
        return stress + own
    letters = "|".join(sorted(map(re.escape, _SOUNDS), key=len, reverse=True))
    known = re.sub(letters, lambda match: _SOUNDS[match[0]], phoneme)
    return "".join(letter for letter in known if letter in TOKENS and letter != "-")


def _is_english_name(word: str) -> bool:
    name = _POSSESSIVE.sub("", word)
    return name[:1].isupper() and (name in _ENGLISH_NAMES or _ENGLISH_SPELLING.search(name) is not None)


def _aligned(phonemes: str, words: list[str]) -> list[int]:
    """Return for each phoneme the number of its word, by what the words sound like alone."""
    alone = " ".join(words)
    numbers = [at for at, word in enumerate(words) for _ in f"{word} "]
    owners = [-1] * len(phonemes)
    for start, heard, size in SequenceMatcher(None, alone, phonemes, autojunk=False).get_matching_blocks():
        owners[heard : heard + size] = numbers[start : start + size]
    last = 0
    for at, owner in enumerate(owners):
        last = owners[at] = owner if owner >= 0 else last
    return owners


def _spaced(sounds: list[Sound]) -> list[Sound]:
    """Return sounds with single blanks between words, and none inside quotation marks and before closing marks."""
    kept: list[Sound] = []
    for sound in strip_blanks(sounds):
        if kept and kept[-1][0] == " " and sound[0] in CLOSERS:
            kept.pop()
        if not (sound[0] == " " and kept and kept[-1][0] in _OPENERS):
            kept.append(sound)
    return kept
