"""English to phonemes: by dictionaries and the grammar of English, and by eSpeak NG for words that they lack.

The text is tagged by spaCy and cut into words (:mod:`.tokens`). Spellings with several pronunciations are decided by
what is around them (:mod:`.homographs`). The words are then looked up from the last to the first, as a word may change
with the sound that follows it (:mod:`.words`). A compound that is not known as a whole is put together from the longest
pieces at its end that are known, and weaker pieces lose their stress. If one piece is unknown, eSpeak NG reads the
whole word (:mod:`.fallback`), unless its letters show its language (:mod:`.foreign`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from narrate.engines.ipa import non_rhotic, split_marks, split_phonemes
from narrate.engines.kokoro import stress
from narrate.engines.kokoro.fallback import Espeak, convert_ipa
from narrate.engines.kokoro.foreign import read_foreign
from narrate.engines.kokoro.homographs import decide_homographs
from narrate.engines.kokoro.reading import CLOSERS, Reading, Sound, reading_of, strip_blanks
from narrate.engines.kokoro.tokens import PAUSES, Part, split_words
from narrate.engines.kokoro.vocabulary import TOKENS
from narrate.engines.kokoro.words import Following, Pronouncer
from narrate.languages.models import english_tagger

BRACKETS: Final = str.maketrans("[]{}<>", "()()  ")  # the model's vocabulary has round brackets only
MAX_PIECES: Final = 12  # that are looked up as one word, so that a chain of hyphens costs no more than its length
_SILENT: Final = frozenset("',-._‘’/")  # signs inside words that have no sound of their own
_APOSTROPHES: Final = frozenset("'‘’")
_ENDINGS: Final = frozenset("sz")  # the sounds of -'s
_SON_OF: Final = frozenset(["Mac", "Mc"])  # unstressed before a name
_TRAINED: Final = str.maketrans("ɾʔ", "Tt")  # the dictionaries' sounds for which the model has others


class Reader:
    """Turns English into phonemes with British or American pronunciation."""

    def __init__(self) -> None:
        self._espeak = Espeak()
        self._tagger = english_tagger()
        self._pronouncers: dict[bool, Pronouncer] = {}

    def reading(self, text: str, *, british: bool) -> Reading:
        """Return the phonemes of a text, with its punctuation, and the word of each.

        A word marked as in ``[Kyiv](/kˈiv/)`` has that sound, as far as the model's phonemes allow.
        """
        sounds: list[Sound] = []
        is_marked = False
        for words, mark, start in split_marks(text):
            if mark is None:
                sounds += self._read(words, start, british)
                continue
            is_marked = True
            ipa = _model_phonemes(mark["ipa"], british)
            sounds += [(sound, start, start + len(words)) for sound in f" {ipa} "]
        if is_marked:
            sounds = strip_blanks(sounds)
            pairs = pairwise([*sounds, ("", 0, 0)])
            sounds = [one for one, following in pairs if one[0] != " " or following[0] not in CLOSERS]
        return reading_of(sounds)

    def unsure(self, text: str, *, british: bool) -> tuple[str, ...]:
        """Return the words of a text that are not in the dictionaries, in order, as their sound is guessed."""
        words = self._words(text)
        return tuple(_written(text, word) for word in self._pronounce(words, british))

    def _read(self, text: str, place: int, british: bool) -> list[Sound]:
        """Return the sounds of a part of the text that begins at the offset ``place``."""
        words = self._words(text)
        self._pronounce(words, british)
        sounds, at = [], 0
        for word in words:
            start, end = word[0].start, word[-1].end
            if start > at:
                sounds.append((" ", place + at, place + start))
            at = end
            phonemes = _joined(word).translate(_TRAINED)
            sounds += [(phoneme, place + start, place + end) for phoneme in phonemes if phoneme in TOKENS]
        if at < len(text):
            sounds.append((" ", place + at, place + len(text)))
        return strip_blanks(sounds)

    def _words(self, text: str) -> list[list[Part]]:
        tagged = self._tagger(text.translate(BRACKETS))
        return split_words((token.text, token.tag_, token.idx) for token in tagged)

    def _pronounce(self, words: Sequence[list[Part]], british: bool) -> list[list[Part]]:
        """Set the phonemes of all words, and return those that are guessed."""
        if british not in self._pronouncers:
            self._pronouncers[british] = Pronouncer(british=british)
        pronouncer = self._pronouncers[british]
        pieces = [part for word in words for part in word if part.is_mark or part.text not in _APOSTROPHES]
        decide_homographs(pieces, british=british)
        guessed = []
        following = Following()
        for word in reversed(words):
            if word[0].is_mark:
                following = _following(word[0].sound, word[0].text, following)
                continue
            following, is_known = _look_up(word, pronouncer, following)
            if not is_known:
                guessed.append(word)
                self._guess(word, british)
                following = _following(word[0].sound, "", following)
        guessed.reverse()
        return guessed

    def _guess(self, word: list[Part], british: bool) -> None:
        """Let eSpeak read a word whole. Capitals that it would spell are read as a word."""
        written = "".join(part.text for part in word)
        for part in word:
            part.phonemes = ""
        name = _as_name(written)
        sound = read_foreign(name, british=british)
        if sound is None:
            sound = self._espeak.phonemes(name, british=british)
        word[0].phonemes = sound.replace(" ", "") if written.isalpha() else sound  # it parts Mc from Connell


def _look_up(word: list[Part], pronouncer: Pronouncer, following: Following) -> tuple[Following, bool]:
    """Set the phonemes of a word's pieces, the longest known ones at its end first.

    Returns:
        What the word before will see following it, and whether all pieces are known.
    """
    end = len(word)
    while end:
        for start in range(max(0, end - MAX_PIECES), end):
            pieces = word[start:end]
            if end - start > 1 and any(piece.phonemes is not None for piece in pieces):
                continue
            text = "".join(piece.text for piece in pieces)
            phonemes = pieces[0].phonemes
            if text in _SON_OF and end < len(word):
                phonemes = "mə" if word[end].sound.startswith(("k", "ɡ")) else "mək"
            elif phonemes is None:
                phonemes = pronouncer.pronounce(text, _tag(pieces), following)
            if phonemes is None and start == end - 1 and len(word) > 1 and _is_silent(text):
                phonemes = text if text in PAUSES and end == len(word) else ""
            if phonemes is not None:
                for piece in pieces:
                    piece.phonemes = ""
                pieces[0].phonemes = phonemes
                following = _following(phonemes, text, following)
                end = start
                break
        else:
            return following, False
    if len(word) > 1:
        _adjust_pieces(word, pronouncer)
    return following, True


def _is_silent(text: str) -> bool:
    return text in PAUSES or all(letter in _SILENT for letter in text)


def _following(phonemes: str, text: str, following: Following) -> Following:
    """Return what follows the word before one with these phonemes."""
    vowel = following.vowel
    for phoneme in phonemes:
        if phoneme in PAUSES or phoneme in stress.VOWELS or phoneme in stress.CONSONANTS:
            vowel = None if phoneme in PAUSES else phoneme in stress.VOWELS
            break
    return Following(vowel, to=text.lower() == "to")


def _tag(pieces: Sequence[Part]) -> str:
    """Return the tag of the piece that weighs most, capitals twice."""
    return max(pieces, key=lambda piece: sum(1 if letter == letter.lower() else 2 for letter in piece.text)).tag


def _has_gaps(word: Sequence[Part]) -> bool:
    """Whether the pieces of a word are said as words of their own: "and/or"."""
    text = "".join(piece.text for piece in word)
    kinds = {0 if letter.isalpha() else 1 if letter.isdigit() else 2 for letter in text if letter not in _SILENT}
    return "/" in text or len(kinds) > 1


def _adjust_pieces(word: Sequence[Part], pronouncer: Pronouncer) -> None:
    """Fit an ending -'s to the sound before it, and leave full stress on the longer half of a compound's pieces."""
    sounded = [part for part in word if part.sound]
    for stem, ending in pairwise(sounded):
        if ending.sound in _ENDINGS and ending.text in _APOSTROPHES:
            ending.phonemes = stress.add_s(stem.sound, british=pronouncer.british).removeprefix(stem.sound)
    if _has_gaps(word):
        return
    if len(sounded) == 2 and len(sounded[0].text) == 1:
        sounded[1].phonemes = stress.weaken(sounded[1].sound)
    elif sum(stress.PRIMARY in part.sound for part in sounded) > (len(sounded) + 1) // 2:
        ranked = sorted(sounded, key=lambda part: (stress.PRIMARY in part.sound, stress.weight(part.sound)))
        for part in ranked[: len(sounded) // 2]:
            part.phonemes = stress.weaken(part.sound)


def _joined(word: Sequence[Part]) -> str:
    separator = " " if len(word) > 1 and _has_gaps(word) else ""
    return separator.join(part.sound for part in word if part.sound)


def _as_name(word: str) -> str:
    """Return capitals that can be said as a word in small letters, so that eSpeak does not spell them."""
    is_capitals = len(word) > 1 and word.isupper() and any(letter in "AEIOUY" for letter in word)
    return word.capitalize() if is_capitals else word


def _written(text: str, word: Sequence[Part]) -> str:
    return text[word[0].start : word[-1].end]


def _model_phonemes(ipa: str, british: bool) -> str:
    """Convert words in IPA to the model's phonemes, with the accent's r and vowel of "go"."""
    ipa = non_rhotic(ipa).replace("oʊ", "əʊ") if british else ipa.replace("əʊ", "oʊ")
    return convert_ipa(" ".join("_".join(split_phonemes(word)) for word in ipa.split()), british=british)
