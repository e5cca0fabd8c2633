"""Turn written text and heard text into words that can be compared."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from jellyfish import jaro_winkler_similarity, metaphone

from narrate.languages.en.numbers import cardinal, number, ordinal, year

_DATA: Final = tomllib.loads(files("narrate.languages.en").joinpath("listening.toml").read_text(encoding="utf-8"))
SCALES, CURRENCIES, SHORT_FORMS = _DATA["scales"], _DATA["currencies"], _DATA["short_forms"]
CAPITALIZED: Final = frozenset(_DATA["capitalized"].split())
AMERICAN: Final = tuple((re.compile(pattern), replacement) for pattern, replacement in _DATA["american_spellings"])
_SCALE = "thousand|million|billion|trillion|bn|mn|tn|[mbk]"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
MONEY: Final = re.compile(rf"([$£€¥])\s?({_NUMBER})(?:\s?({_SCALE})\b)?")
SCALED: Final = re.compile(rf"\b({_NUMBER})({_SCALE})\b")
DECADE: Final = re.compile(r"\b(?:(\d\d)|['’])?(\d0)['’]?s\b")
ORDINAL: Final = re.compile(r"\b(\d+(?:,\d{3})*)(?:st|nd|rd|th)\b")
NUMBER: Final = re.compile(_NUMBER)
GLUED_NUMBER: Final = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
INITIALS: Final = re.compile(r"\b(?:[a-z]\.){2,}|(?<=\b[a-z])\.(?=[a-z]\b)")
MAX_NUMBER_DIGITS: Final = 15  # the digits of longer numbers are said one by one
FIRST_WORD: Final = re.compile(r"(?:^|[.!?…:]['\"”’)\]]*\s+|[\"“‘«(\[—–]\s*)[\"“‘«'(\[]*$")
WORD: Final = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A stretch of sound, in seconds, and what was heard in it."""

    start_s: float
    end_s: float
    text: str


def words_of(text: str) -> list[str]:
    """Return the words of ``text`` as they are said: in lower case, without accents and punctuation, numbers in words.

    British and American spelling are kept; see :func:`is_same`.
    """
    text = unicodedata.normalize("NFKD", text.replace("½", " and a half").lower())
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = MONEY.sub(lambda m: f"{m[2]} {SCALES.get(m[3], m[3]) if m[3] else ''} {CURRENCIES[m[1]]}", text)
    text = SCALED.sub(lambda m: f"{m[1]} {SCALES.get(m[2], m[2])}", text)
    text = DECADE.sub(lambda m: f" {_cardinal(m[1]) if m[1] else ''} {_decade(m[2])} ", text)
    text = ORDINAL.sub(lambda m: f" {_ordinal(m[1])} ", text)
    text = NUMBER.sub(lambda m: f" {_cardinal(m[0])} ", GLUED_NUMBER.sub(" ", text))
    text = re.sub(r"\ba (?=hundred|thousand|million|billion)", "one ", text)
    text = INITIALS.sub(lambda m: m[0].replace(".", ""), text)
    text = text.replace("%", " percent ").replace("&", " and ")
    words = re.findall(r"[^\W_]+", re.sub(r"['’ʼ`]", "", text))
    return [SHORT_FORMS.get(word, word) for word in words]


def _decade(tens: str) -> str:
    return "hundreds" if tens == "00" else _cardinal(tens).removesuffix("y") + ("s" if tens == "10" else "ies")


def _ordinal(digits: str) -> str:
    digits = digits.replace(",", "")
    return ordinal(int(digits), british=True) if len(digits) <= MAX_NUMBER_DIGITS else " ".join(digits)


def _cardinal(digits: str) -> str:
    """Return a number in words. Four digits are read as a year, because digits do not show whether they are one."""
    digits = digits.replace(",", "")
    if len(digits) > MAX_NUMBER_DIGITS:
        return " ".join(digits)
    if "." in digits:
        return number(re.sub(r"^0+(?=\d)|\.?0+$", "", digits), british=True)
    value = int(digits)
    is_in_pairs = len(digits) == 4 and digits[0] != "0" and value % 1000 >= 10
    return year(value, british=False) if is_in_pairs else cardinal(value, british=False)


def names_in(texts: Iterable[str]) -> set[str]:
    """Return the names in ``texts``: words with a capital inside a sentence that never occur without it.

    Months, days and words that only begin sentences are not names. The names are in the form of :func:`words_of`.
    """
    capital, small = set[str](), set[str]()
    for text in texts:
        for match in WORD.finditer(text):
            words = words_of(match[0])
            if match[0][0].islower():
                small.update(words)
            elif match[0][0].isupper() and not FIRST_WORD.search(text[: match.start()]):
                capital.update(words)
    return capital - small - CAPITALIZED


def is_same(written: str, heard: str) -> bool:
    """Return whether two words are the same word in British or American spelling."""
    return written == heard or _american(written) == _american(heard)


def _american(word: str) -> str:
    for pattern, replacement in AMERICAN:
        word = pattern.sub(replacement, word)
    return word


def sounds_like(name: str, heard: str) -> bool:
    """Return whether ``heard`` may be the name ``name``, written by someone who only heard it.

    The consonants are compared as Metaphone codes them, and the letters by their Jaro-Winkler similarity (0 to 1).
    """
    codes = _consonants(name), _consonants(heard)
    letters = jaro_winkler_similarity(name, heard)
    return codes[0] == codes[1] or letters >= 0.9 or (letters >= 0.75 and jaro_winkler_similarity(*codes) >= 0.85)


def _consonants(word: str) -> str:
    """Return the Metaphone code, with the same letter for every vowel at the beginning."""
    return re.sub(r"^[AEIOU]", "A", metaphone(word).replace(" ", ""))
