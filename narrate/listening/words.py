"""Turn written text and heard text into words that can be compared."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jellyfish import jaro_winkler_similarity, metaphone

from narrate.languages import ENGLISH, language_of
from narrate.languages.en.numbers import cardinal, number, ordinal, year
from narrate.languages.speech import attributed_languages, load_speech
from narrate.speakable import speakable


@cache
def _data_of(code: str) -> dict[str, Any]:
    """Return the content of ``listening.toml`` of a language."""
    return tomllib.loads(files("narrate.languages").joinpath(code, "listening.toml").read_text(encoding="utf-8"))


_DATA: Final = _data_of(ENGLISH.code)
SCALES, CURRENCIES, SHORT_FORMS = _DATA["scales"], _DATA["currencies"], _DATA["short_forms"]
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
_APOSTROPHE: Final = re.compile(r"['’ʼ`]")
WORD: Final = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A stretch of sound, in seconds, and what was heard in it."""

    start_s: float
    end_s: float
    text: str


def words_of(text: str, language: str = ENGLISH.code) -> list[str]:
    """Return the words of ``text`` as they are said: in lower case, without accents and punctuation, numbers in words.

    British and American spelling are kept; see :func:`is_same`.

    Args:
        text: Written text, or what was heard.
        language: BCP 47 tag. The rules for spoken text decide in languages other than English.
    """
    if language_of(language) is not ENGLISH:
        return re.findall(r"[^\W_]+", _APOSTROPHE.sub("", _plain(speakable(text, language).text)))
    text = _plain(text.replace("½", " and a half"))
    text = MONEY.sub(lambda m: f"{m[2]} {SCALES.get(m[3], m[3]) if m[3] else ''} {CURRENCIES[m[1]]}", text)
    text = SCALED.sub(lambda m: f"{m[1]} {SCALES.get(m[2], m[2])}", text)
    text = DECADE.sub(lambda m: f" {_cardinal(m[1]) if m[1] else ''} {_decade(m[2])} ", text)
    text = ORDINAL.sub(lambda m: f" {_ordinal(m[1])} ", text)
    text = NUMBER.sub(lambda m: f" {_cardinal(m[0])} ", GLUED_NUMBER.sub(" ", text))
    text = re.sub(r"\ba (?=hundred|thousand|million|billion)", "one ", text)
    text = INITIALS.sub(lambda m: m[0].replace(".", ""), text)
    text = text.replace("%", " percent ").replace("&", " and ")
    words = re.findall(r"[^\W_]+", _APOSTROPHE.sub("", text))
    return [SHORT_FORMS.get(word, word) for word in words]


def _plain(text: str) -> str:
    """Return the text in lower case and without accents."""
    text = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in text if not unicodedata.combining(char))


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


def names_in(texts: Iterable[str], language: str = ENGLISH.code) -> set[str]:
    """Return the names in ``texts``: words with a capital inside a sentence that never occur without it.

    Months, days and words that only begin sentences are not names. Where all nouns have capitals, a name must stand
    behind a preposition such as *aus* or behind another capital, and never behind a determiner. The names are in the
    form of :func:`words_of`.
    """
    code = language_of(language).code
    data, capital, small = _data_of(code), set[str](), set[str]()
    nouns = load_speech(code) if code in attributed_languages() else None
    prepositions = frozenset(data.get("name_prepositions", "").split())
    for text in texts:
        before = ""
        for match in WORD.finditer(text):
            words, has_capital = words_of(match[0], language), match[0][0].isupper()
            is_noun = bool(nouns and nouns.nouns_have_capitals and before.lower() in nouns.determiners)
            if match[0][0].islower() or is_noun:
                small.update(words)
            elif has_capital and not FIRST_WORD.search(text[: match.start()]):
                is_name = not (nouns and nouns.nouns_have_capitals) or before in prepositions or before[:1].isupper()
                capital.update(words if is_name else ())
            before = match[0]
    return capital - small - frozenset(data["capitalized"].split())


def is_same(written: str, heard: str, language: str = ENGLISH.code) -> bool:
    """Return whether two words are the same, or differ in spellings that sound alike in the language."""
    return written == heard or _plainest(written, language) == _plainest(heard, language)


def _plainest(word: str, language: str) -> str:
    """Return the one spelling of all that sound alike."""
    for pattern, replacement in _same_sounds(language_of(language).code):
        word = pattern.sub(replacement, word)
    return word


@cache
def _same_sounds(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), new) for pattern, new in _data_of(code).get("same_sounds", ()))


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
