"""What an editor should know of how an article will be spoken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from narrate.languages.en import speakable as english
from narrate.speakable import EMPTY
from narrate.speakable._claims import claims_of_lexicon, is_english
from narrate.speakable._foreign import FOREIGN_NAME, transliterate
from narrate.types import Article, PronunciationLexicon

_MAX_NAMED: Final = 5
"""Numbers or names that a warning lists at most."""


def speaking_warnings(
    texts: Sequence[str], *, language: str = "en", lexicon: Callable[[], PronunciationLexicon] = lambda: EMPTY
) -> tuple[str, ...]:
    """Find numbers whose value is not certain, and names in letters that the voices cannot read.

    Args:
        texts: The article in parts, such as paragraphs.
        language: BCP 47 tag of the article. The rules of other languages than English leave no number open.
        lexicon: Returns the entries that apply, whose words need no warning. It is called if it is needed.

    Returns:
        At most one warning of each kind, for people.
    """
    warnings = []
    if is_english(language) and (numbers := _unclear_numbers(texts)):
        warnings.append(
            f"Read digit by digit, as it is not clear what stands before decimals: {_listed(numbers)}. "
            "Write thousands as in 10,000 and decimals as in 2.5."
        )
    if any(map(FOREIGN_NAME.search, texts)) and (names := _foreign_names(texts, lexicon(), language)):
        said = (" ".join(map(transliterate, name.split())) for name in names)
        listed = _listed([f"{name} as '{words}'" for name, words in zip(names, said, strict=True)])
        warnings.append(
            f"Spoken by transliteration from another script: {listed}. "
            "Add them to a pronunciation lexicon if they sound wrong."
        )
    return tuple(warnings)


def article_warnings(article: Article, lexicon: Callable[[], PronunciationLexicon]) -> tuple[str, ...]:
    """Return what :func:`speaking_warnings` finds in the text of an article that is spoken."""
    spans = (*((article.headline,) if article.headline else ()), *article.paragraphs)
    texts = [article.text[span.start : span.end] for span in spans]
    return speaking_warnings(texts, language=article.language, lexicon=lexicon)


def _unclear_numbers(texts: Sequence[str]) -> list[str]:
    """Return the numbers whose value is not certain, each once."""
    style = english.find_number_style(texts)
    found = (text[start:end] for text in texts for start, end in english.standard_numbers(text, style)[1])
    return list(dict.fromkeys(found))


def _foreign_names(texts: Sequence[str], lexicon: PronunciationLexicon, language: str) -> list[str]:
    """Return the names in other scripts that no entry of the lexicon is for, each once."""
    masked = (claims_of_lexicon(text, text, lexicon, language)[1] for text in texts if FOREIGN_NAME.search(text))
    return list(dict.fromkeys(match[0] for text in masked for match in FOREIGN_NAME.finditer(text)))


def _listed(items: Sequence[str]) -> str:
    more = len(items) - _MAX_NAMED
    return ", ".join(items[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
