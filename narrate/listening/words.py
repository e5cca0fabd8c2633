"""Written text and heard text -> words that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from jellyfish import jaro_winkler_similarity, metaphone

from narrate.languages.en.numbers import cardinal, number, ordinal, year

SCALES: Final = {"m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion", "k": "thousand"}
CURRENCIES: Final = {"$": "dollars", "£": "pounds", "€": "euros", "¥": "yen"}
SHORT_FORMS: Final = dict(
    pair.split(":")
    for pair in """mr:mister mrs:missus dr:doctor st:saint prof:professor capt:captain gen:general col:colonel
    lt:lieutenant sgt:sergeant sen:senator gov:governor rep:representative km:kilometres""".split()
)
_SCALE = "thousand|million|billion|trillion|bn|mn|tn|[mbk]"
_NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
MONEY: Final = re.compile(rf"([$£€¥])\s?({_NUMBER})(?:\s?({_SCALE})\b)?")
SCALED: Final = re.compile(rf"\b({_NUMBER})({_SCALE})\b")
DECADE: Final = re.compile(r"\b(?:(\d\d)|['’])?(\d0)['’]?s\b")
ORDINAL: Final = re.compile(r"\b(\d+(?:,\d{3})*)(?:st|nd|rd|th)\b")
NUMBER: Final = re.compile(_NUMBER)
GLUED_NUMBER: Final = re.compile(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)")
INITIALS: Final = re.compile(r"\b(?:[a-z]\.){2,}|(?<=\b[a-z])\.(?=[a-z]\b)")
LONGEST_NUMBER: Final = 15
"""Digits: longer ones are said one by one."""

AMERICAN: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=\w\w)our(?=s?$|ed$|ing$|able$|hood|ful|less|ite|ly$|y$)", "or"),
        (r"(?<=\w\w)([iy])s(?=e[sdr]?$|ers$|ings?$|ations?$)", r"\1z"),
        (r"(?<=\w\w)([bt])re(s?)$", r"\1er\2"),
        (r"(?<=\w\w)enc(?=es?$)", "ens"),
        (r"(?<=\w[aeiou])ll(?=ed$|ing$|ers?$|ors?$)", "l"),
        (r"(?<=\w)mme(s?)$", r"m\1"),
        (r"(?<=\w)ogue(s?)$", r"og\1"),
        (r"^grey", "gray"),
        (r"^plough", "plow"),
        (r"^sceptic", "skeptic"),
    )
)
"""Spellings that differ between British and American English and not in what is heard."""
CALENDAR: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december i im ill ive id""".split()
)
"""Capitalised always, and no names."""
FIRST_WORD: Final = re.compile(r"(?:^|[.!?…:]['\"”’)\]]*\s+|[\"“‘«(\[—–]\s*)[\"“‘«'(\[]*$")
WORD: Final = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A stretch of sound, and what was heard in it."""

    start_s: float
    end_s: float
    text: str


def words_of(text: str) -> list[str]:
    """The words of ``text`` as they are said: lower case, ASCII where it can be, without punctuation, numbers as
    words. British and American spelling stay what they are; see ``is_same``.
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
    return ordinal(int(digits), british=True) if len(digits) <= LONGEST_NUMBER else " ".join(digits)


def _cardinal(digits: str) -> str:
    """Years and numbers of four digits are read in pairs: which of the two it is, a listener's digits do not say."""
    digits = digits.replace(",", "")
    if len(digits) > LONGEST_NUMBER:
        return " ".join(digits)
    if "." in digits:
        return number(re.sub(r"^0+(?=\d)|\.?0+$", "", digits), british=True)
    value = int(digits)
    is_in_pairs = len(digits) == 4 and digits[0] != "0" and value % 1000 >= 10
    return year(value, british=False) if is_in_pairs else cardinal(value, british=False)


def names_in(texts: Iterable[str]) -> set[str]:
    """The words, as ``words_of`` gives them, that ``texts`` write with a capital inside a sentence, and never without.

    Months, days and what only begins a sentence are no names.
    """
    capital, small = set[str](), set[str]()
    for text in texts:
        for match in WORD.finditer(text):
            words = words_of(match[0])
            if match[0][0].islower():
                small.update(words)
            elif match[0][0].isupper() and not FIRST_WORD.search(text[: match.start()]):
                capital.update(words)
    return capital - small - CALENDAR


def is_same(written: str, heard: str) -> bool:
    """Whether two words are one word, in British or American spelling."""
    return written == heard or _american(written) == _american(heard)


def _american(word: str) -> str:
    for pattern, replacement in AMERICAN:
        word = pattern.sub(replacement, word)
    return word


def sounds_like(name: str, heard: str) -> bool:
    """Whether ``heard`` is how somebody might write the name ``name`` who only heard it.

    By its consonants as Metaphone codes them, or by letters (Jaro-Winkler similarity, 0 to 1) where few are amiss.
    """
    codes = _consonants(name), _consonants(heard)
    letters = jaro_winkler_similarity(name, heard)
    return codes[0] == codes[1] or letters >= 0.9 or (letters >= 0.75 and jaro_winkler_similarity(*codes) >= 0.85)


def _consonants(word: str) -> str:
    """The Metaphone code, in which one vowel at the beginning counts as any other."""
    return re.sub(r"^[AEIOU]", "A", metaphone(word).replace(" ", ""))
