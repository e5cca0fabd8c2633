"""Write an article in capitals in small letters, in a language other than English.

There is no vocabulary that tells names from words. A listed first name has a capital with the word behind it, and that
word wherever it recurs. Initialisms are known by their form only: they have no vowel.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from narrate.languages.first_names import first_names
from narrate.languages.speech import SpeechWords

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_SENTENCE_START: Final = re.compile(r"(?:(?:\A|[.!?…]|\n)[\s«»„“”\"'‘’¿¡(\[–—-]*|:\s*[«»„“\"]\s*)\Z")
_ROMAN: Final = re.compile(r"(?=\w*X)[IVXLC]{3,}")
_CONTEXT: Final = 12
"""Characters before a word that show whether it begins a sentence."""
_VOWEL: Final = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûü]", re.IGNORECASE)
_MAX_INITIALS: Final = 5
_ELIDED: Final = re.compile(r"[^\W\d_]{1,4}[’']")


def small_letters(text: str, words: SpeechWords) -> str:
    """Return a text in capitals as it would be written otherwise, as far as its form shows it.

    Args:
        text: The text. Every character keeps its place.
        words: The words of its language.
    """
    found = list(_WORD.finditer(text))
    names = _names(text, found, words)
    letters = [letter.lower() if len(letter.lower()) == 1 else letter for letter in text]
    for match in found:
        start, word = match.start(), match[0]
        is_sign = len(word) == 1 and text[match.end() : match.end() + 1] == "$"
        is_initialism = 1 < len(word) <= _MAX_INITIALS and not _VOWEL.search(word)
        if is_sign or is_initialism or _ROMAN.fullmatch(word):
            letters[start : match.end()] = word
        elif _SENTENCE_START.search(text[max(0, start - _CONTEXT) : start]):
            letters[start] = text[start]
        elif word[(at := _name_start(word)) :].lower() in names:
            letters[start + at] = text[start + at]
    return "".join(letters)


def _names(text: str, found: list[re.Match[str]], words: SpeechWords) -> set[str]:
    """Return the words of names, in small letters: first names with the word behind them."""
    common = words.verbs | words.auxiliaries | words.prepositions | words.openers | words.groups | words.people
    common |= words.determiners.keys() | words.pronouns.keys() | words.relatives | words.clitics
    names = set[str]()
    before = ""
    for first, second in pairwise(found):
        first_name, last_name, is_behind_determiner = first[0].lower(), second[0].lower(), before in words.determiners
        before = first_name
        is_pair = text[first.end() : second.start()] == " " and last_name not in common and len(last_name) > 2
        is_candidate = is_pair and not is_behind_determiner and first_name not in common
        if is_candidate and first_names().get_gender(first_name) != "unknown":
            names |= {first_name, last_name}
    return names


def _name_start(word: str) -> int:
    """Return where a name begins in a word that may have an article before an apostrophe."""
    elided = _ELIDED.match(word)
    return elided.end() if elided and elided.end() < len(word) else 0
