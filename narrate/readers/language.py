"""Decide which language an article is in, and refuse to speak those that Narrate does not have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrate.errors import SourceError, UsageError
from narrate.languages import ENGLISH, supported_languages
from narrate.languages.codes import language_code, language_name
from narrate.languages.detection import OtherLanguage, detect_language, find_other_language
from narrate.types import Article

_MIN_REPORTED_SHARE: Final = 0.15
"""Share of the narration in another language from which on a warning says so."""
_MIN_REFUSED_SHARE: Final = 0.25
"""Share of the narration in another language from which on an article is not spoken unless its language is chosen. A
translated summary below an article has less."""
_SHOWN_CHARACTERS: Final = 60


def choose_language(paragraphs: Sequence[str], declared: str | None, chosen: str) -> tuple[str, tuple[str, ...]]:
    """Return the BCP 47 tag of an article's language, and warnings.

    Args:
        paragraphs: The text.
        declared: What the source says: a BCP 47 tag or None. The text decides if it is clearly in another language.
        chosen: What the user says, which is not questioned; empty if the text and the source decide.

    Raises:
        UsageError: Narrate does not have the language that the user chose.
    """
    if chosen:
        if language_code(chosen) not in supported_languages():
            raise UsageError(f"Cannot use language '{chosen}': it is not supported. Choose: {_choices()}.")
        return chosen, ()
    detected = detect_language(paragraphs)
    if detected.code is None:
        return declared or ENGLISH.code, ()
    if declared is None or language_code(declared) == detected.code:
        return declared or detected.code, ()
    if detected.code not in supported_languages():
        return detected.code, ()
    name = language_name(detected.code)
    said = f"The source says that the article is in {language_name(declared)}, but the text is in {name}"
    return detected.code, (f"{said}. It is read as {name}.",)


def check_mixture(paragraphs: Sequence[str], language: str, *, is_chosen: bool) -> tuple[str, tuple[str, ...]]:
    """Return why an article cannot be spoken in one language, empty if it can, and warnings.

    Args:
        paragraphs: The spoken paragraphs.
        language: BCP 47 tag of the article's language.
        is_chosen: Whether an editor chose it. Then all of the article is read in it.
    """
    code = language_code(language)
    other = find_other_language(paragraphs, code) if code in supported_languages() else None
    if other is None or other.share < _MIN_REPORTED_SHARE:
        return "", ()
    if is_chosen or other.share < _MIN_REFUSED_SHARE:
        return "", (f"The article has two languages: {_part(other)}. All of it is read as {language_name(code)}.",)
    advice = "Remove one of the languages"
    choice = f"choose the language for all of it with --language {code} or 'language: {code}' in its front matter"
    return f"it has two languages: {_part(other)}, and the rest {language_name(code)}. {advice}, or {choice}.", ()


def _part(other: OtherLanguage) -> str:
    first = " ".join(other.first.split())
    shown = first if len(first) <= _SHOWN_CHARACTERS else f"{first[:_SHOWN_CHARACTERS].rsplit(' ', 1)[0]}…"
    return f"about {other.share:.0%} of the narration seems to be {language_name(other.code)}, first '{shown}'"


def check_language(article: Article, name: str, *, may_be_mixed: bool = False) -> Article:
    """Return the article if Narrate can speak it in its language.

    Args:
        article: An article.
        name: What the error calls it.
        may_be_mixed: Whether much of the narration may be in another language.

    Raises:
        SourceError: Narrate does not have the language, or much of the narration is in another one. The message says
            what to do.
    """
    if article.mixture and not may_be_mixed:
        raise SourceError(f"Cannot speak {name}: {article.mixture}")
    if language_code(article.language) in supported_languages():
        return article
    problem = f"its language seems to be {language_name(article.language)}, which is not supported"
    advice = f"If the article is in one of these, choose it with --language {ENGLISH.code} or [reading] language"
    raise SourceError(f"Cannot speak {name}: {problem}. Supported: {_choices()}. {advice}.")


def _choices() -> str:
    return ", ".join(f"{code} ({language_name(code)})" for code in supported_languages())
