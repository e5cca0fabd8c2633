"""Phonemes from eSpeak NG for words that are in no dictionary, converted to the model's phonemes."""

from __future__ import annotations

import ctypes
import re
import threading
import unicodedata
from functools import cache
from typing import Final

from narrate.engines.kokoro.vocabulary import TABLES, TOKENS
from narrate.errors import EngineError

INSTALL_HINT: Final = "Try: pip install --force-reinstall espeakng-loader"
LANGUAGES: Final = {False: b"en-us", True: b"en"}  # whether the pronunciation is British -> eSpeak's voice

_AMERICAN: Final = TABLES["both"] | TABLES["american"]
_BRITISH: Final = TABLES["both"] | TABLES["british"]
_FOREIGN: Final = tuple((re.compile(pattern), spelling) for pattern, spelling in TABLES["respellings"].items())

_SYNCHRONOUS: Final = 2
_DONT_EXIT: Final = 0x8000
_UTF8: Final = 1
_IPA: Final = 2 | ord("_") << 8  # phonemes in IPA, with underscores between them
_IN_USE: Final = threading.Lock()
"""The library has one voice and one text for the whole process. Two threads in it at once crash the process."""

_LAST_LETTER: Final = "\u017f"  # eSpeak reads accented letters up to this one, and spells out those after it
_HARD_G: Final = re.compile(r"\b[A-Z]\w*gen(?:'?s)?$")  # names with a hard g, as Brugen and Verhagen
_SHARP_S: Final = re.compile(r"[A-Z]\w+os")  # names in -os, as Davos and Soros


class Espeak:
    """eSpeak NG's library, used only to turn words into phonemes. Raises ``EngineError`` if it cannot be loaded."""

    def __init__(self) -> None:
        with _IN_USE:
            self._library = _started_library()
        self._read = self._library.espeak_TextToPhonemes
        self._read.restype = ctypes.c_char_p
        self._read.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]

    def phonemes(self, word: str, *, british: bool) -> str:
        """Return the model's phonemes for a word, or for several; empty if eSpeak gives none."""
        ipa = self._ipa(respell(word), LANGUAGES[british])
        if ipa is None:
            raise EngineError(f"eSpeak NG lacks its English voices. {INSTALL_HINT}")
        sounds = convert_ipa(ipa, british=british)
        if _HARD_G.search(word):
            sounds = sounds.replace("ʤən", "ɡən")
        if _SHARP_S.fullmatch(word):
            sounds = sounds.removesuffix("z").removesuffix("s") + "s"
        return sounds

    def ipa(self, words: str, language: str) -> str:
        """Return the IPA of words in a language, its phonemes separated by underscores; empty without such a voice."""
        return self._ipa(words, language.encode()) or ""

    def _ipa(self, text: str, voice: bytes) -> str | None:
        """Return the IPA of a text, clause by clause; None if there is no such voice."""
        rest = ctypes.c_char_p(text.encode())
        clauses: list[str] = []
        with _IN_USE:
            if self._library.espeak_SetVoiceByName(voice) != 0:
                return None
            while rest.value:
                clauses.append((self._read(ctypes.byref(rest), _UTF8, _IPA) or b"").decode(errors="ignore"))
        return " ".join(clauses)


@cache
def _started_library() -> ctypes.CDLL:
    """Return the library, which is started once: started again after it has read a text, it may crash the process."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
    except (ImportError, OSError) as error:
        raise EngineError(f"Engine 'kokoro' cannot load eSpeak NG: {error}. {INSTALL_HINT}") from error
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT) < 0:
        raise EngineError(f"Engine 'kokoro' cannot start eSpeak NG. {INSTALL_HINT}")
    return library


def respell(word: str) -> str:
    """Return a word as eSpeak's English rules read it best: foreign spellings anglicized, rare accents removed."""
    for pattern, spelling in _FOREIGN:
        word = pattern.sub(spelling, word)
    letters = "".join(letter if letter <= _LAST_LETTER else unicodedata.normalize("NFKD", letter) for letter in word)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def convert_ipa(ipa: str, *, british: bool) -> str:
    """Convert IPA, words separated by blanks and phonemes by underscores, to the model's phonemes."""
    table = _BRITISH if british else _AMERICAN
    ipa = re.sub(r"\([a-z-]+\)", "", ipa)  # eSpeak's marks for a change of language
    words = ["".join(_phoneme(phoneme, table, long=british) for phoneme in word.split("_")) for word in ipa.split()]
    return " ".join(word for word in words if word)


def _phoneme(ipa: str, table: dict[str, str], *, long: bool) -> str:
    stress = ipa[: len(ipa) - len(ipa.lstrip("ˈˌ"))]
    sound = ipa[len(stress) :]
    known = table.get(sound) or "".join(table.get(letter, letter) for letter in sound)
    return stress + "".join(letter for letter in known if letter in TOKENS and (long or letter != "ː"))
