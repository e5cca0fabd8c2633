"""Find the language of a text: by the function words of the languages that Narrate has, or else with py3langid.

Function words ("the", "of", "said") make up a quarter of English news, and under 3 percent of any other language. They
decide nearly always, and cost a millisecond. The model of py3langid, which knows 139 languages, takes 0.4 seconds to
load; it is asked about what they do not decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from narrate.languages import ENGLISH, load_language, supported_languages

_CLEAR_SHARE: Final = 0.08
"""Share of function words from which on a text is in their language. The lowest of 800 English news articles has 0.12;
the highest of 40 articles in five other languages 0.02."""
_SOME_SHARE: Final = 0.02
"""The same if py3langid has found the language of the text: most paragraphs have a function word, if not many."""
_MIN_WORDS: Final = 8
"""Shorter texts in Latin letters are not judged: a headline may do without function words."""
_MIN_NARRATION_WORDS: Final = 25
"""Fewer words outside quotations are not judged without the quotations."""
_MAX_NAME_SHARE: Final = 0.7
"""Share of words with a capital up to which a paragraph shows its language. Lists of names have more."""
_MIN_FOREIGN_SHARE: Final = 0.15
"""Share of the letters from which on another language is reported."""
_MAX_FOREIGN_SHARE: Final = 2 / 3
"""Share of the letters up to which an article with parts in another language is read."""
_MAX_OWN_PROBABILITY: Final = 0.05
"""Probability of the language of the other paragraphs below which py3langid's answer counts. English sentences without
function words have more."""
_MIN_PROBABILITY: Final = 0.4
"""Probability of py3langid's first answer from which on it counts, in Latin letters. Lists of names have less."""
_MAX_WORDS, _MAX_CHARACTERS = 5_000, 20_000
"""Sizes of the samples: more text does not change the answer."""
_MIN_FOREIGN_PROBABILITY: Final = 0.9
"""Probability of py3langid's answer from which on a single paragraph is in a language that Narrate does not have."""
_WORD: Final = re.compile(r"[^\W\d_]+")
_QUOTED: Final = re.compile(r"[“„«»\"][^“”„«»\"]*(?:[“”«»\"]|$)|(?<!\w)‘.{1,2000}?’(?!\w)|(?m:^\s*(?:[—–]|-\s).*$)")
"""A quotation in any kind of marks, up to the end of the paragraph if it is not closed, and a line of a dialogue."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The language of a text."""

    code: str | None
    """ISO 639-1 code; None if the text is too short to tell, or a list of names."""
    other: str | None = None
    """The language of other parts of the text, if they are many."""


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The parts of a narration that are in another language than the rest."""

    code: str
    """ISO 639-1 code of the language; the most frequent one if there are several."""
    share: float
    """Share of the letters of the narration in those parts, in [0, 1]."""
    first: str
    """The first paragraph in that language, as it is written."""


def find_other_language(paragraphs: Sequence[str], own: str) -> OtherLanguage | None:
    """Find narration in another language than that of the article. Quotations may be in any language.

    Args:
        paragraphs: The spoken paragraphs of the article.
        own: ISO 639-1 code of the article's language.

    Returns:
        None if all of the narration seems to be in the article's language. Short paragraphs do not show theirs.
    """
    narration = [_QUOTED.sub(" ", paragraph) for paragraph in paragraphs]
    words = list(_sample(narration))
    found: dict[str, list[int]] = {}
    for index, part in enumerate(words):
        if len(part) >= _MIN_WORDS or not _is_latin(narration[index]):
            language = _paragraph_language(part, narration[index], own)
            if language != own:
                found.setdefault(language, []).append(index)
    if not found:
        return None
    letters = [sum(map(len, part)) for part in words]
    code = max(found, key=lambda language: sum(letters[index] for index in found[language]))
    foreign = sum(letters[index] for indices in found.values() for index in indices)
    return OtherLanguage(code, foreign / max(1, sum(letters)), paragraphs[found[code][0]])


def _paragraph_language(words: Sequence[str], text: str, own: str) -> str:
    """Return the language of a paragraph; ``own`` unless it is clearly in another one."""
    shares = {code: _share(words, code) for code in supported_languages()}
    best = max(shares, key=lambda code: shares[code])
    if shares[own] >= _CLEAR_SHARE or not any(map(str.isalpha, text)):
        return own
    if shares[best] >= _CLEAR_SHARE:
        return best
    probability = _MIN_FOREIGN_PROBABILITY if _is_latin(text) else 0
    return _identified(text[:_MAX_CHARACTERS], own, min_probability=probability) or own


def detect_language(paragraphs: Sequence[str]) -> Detected:
    """Find the language of a text.

    Args:
        paragraphs: Its paragraphs.

    Returns:
        A language of Narrate's if at least a third of the text is in it. The same text always has the same answer.
    """
    paragraphs = _narration(paragraphs)
    words = list(_sample(paragraphs))
    if not any(words):
        return Detected(None)
    own = _own_language([word for part in words for word in part])
    found = _detect_parts(paragraphs, words, own, _CLEAR_SHARE)
    if found.code != own and found.code in supported_languages():
        return _detect_parts(paragraphs, words, found.code, _SOME_SHARE)
    return found


def _narration(paragraphs: Sequence[str]) -> Sequence[str]:
    """Return the paragraphs without their quotations, which may be in any language, if enough words are left."""
    narration = [_QUOTED.sub(" ", paragraph) for paragraph in paragraphs]
    return narration if sum(len(_WORD.findall(text)) for text in narration) >= _MIN_NARRATION_WORDS else paragraphs


def _detect_parts(paragraphs: Sequence[str], words: Sequence[Sequence[str]], own: str, min_share: float) -> Detected:
    """Find the language of the paragraphs that have fewer function words of ``own`` than a share of their words.

    Args:
        paragraphs: The text.
        words: The words of each paragraph of the sample.
        own: The language that the text seems to be in.
        min_share: The share from which on a paragraph is in that language.
    """
    unclear = [index for index, part in enumerate(words) if part and _share(part, own) < min_share]
    letters = [sum(map(len, part)) for part in words]
    share = sum(letters[index] for index in unclear) / sum(letters)
    if share < _MIN_FOREIGN_SHARE:
        return Detected(own)
    rest = "\n".join(paragraphs[index] for index in unclear)[:_MAX_CHARACTERS]
    is_latin = _is_latin(rest)
    if is_latin and sum(len(words[index]) for index in unclear) < _MIN_WORDS:
        return Detected(None if share > _MAX_FOREIGN_SHARE else own)
    other = _identified(rest, own, min_probability=_MIN_PROBABILITY if is_latin else 0)
    if other in (None, own):
        return Detected(own)
    return Detected(other) if share > _MAX_FOREIGN_SHARE else Detected(own, other)


def _sample(paragraphs: Iterable[str]) -> Iterable[list[str]]:
    """Yield the words of each paragraph in lower case, none for lists of names, until there are enough of them."""
    count = 0
    for paragraph in paragraphs:
        words = _WORD.findall(paragraph)
        names = sum(word.istitle() for word in words)
        count += len(words)
        yield [] if names > _MAX_NAME_SHARE * len(words) else [word.lower() for word in words]
        if count > _MAX_WORDS:
            return


def _own_language(words: Sequence[str]) -> str:
    """Return the supported language of which the words are; English if too few of them show it."""
    shares = {code: _share(words, code) for code in supported_languages()}
    own = max(shares, key=lambda code: shares[code])
    return own if shares[own] >= _CLEAR_SHARE else ENGLISH.code


def _share(words: Sequence[str], code: str) -> float:
    """Return the share of the words that are function words of a language; 0 if there are no words."""
    function_words = load_language(code).sentences.function_words
    return sum(word in function_words for word in words) / len(words) if words else 0.0


def _is_latin(text: str) -> bool:
    """Return whether most letters are Latin, which Unicode has before U+0250."""
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(char < "\u0250" for char in letters) >= len(letters)


def _identified(text: str, own: str, *, min_probability: float) -> str | None:
    """Return the language of ``text`` as py3langid finds it; None if it may well be ``own``."""
    ranking = dict(_identifier().rank(text))
    best = max(ranking, key=lambda code: ranking[code])
    is_certain = ranking[best] >= min_probability and ranking.get(own, 0.0) < _MAX_OWN_PROBABILITY
    return best if is_certain else None


@cache
def _identifier() -> Any:
    """Load py3langid's model, for the languages that have a code of two letters."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.labels if len(code) == 2])
    return identifier
