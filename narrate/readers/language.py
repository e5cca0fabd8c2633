"""Decide which language an article is in, and refuse to speak those that Narrate does not have."""

from __future__ import annotations

from collections.abc import Sequence

from narrate.errors import SourceError, UsageError
from narrate.languages import ENGLISH, supported_languages
from narrate.languages.codes import language_code, language_name
from narrate.languages.detection import detect_language
from narrate.types import Article


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
    name, warnings = language_name(detected.code), []
    if detected.other:
        part = f"about {detected.other_share:.0%} of the text seems to be {language_name(detected.other)}"
        warnings.append(f"The article has two languages: {part}. All of it is read as {name}.")
    if declared is None or language_code(declared) == detected.code:
        return declared or detected.code, tuple(warnings)
    if detected.code in supported_languages():
        said = f"The source says that the article is in {language_name(declared)}, but the text is in {name}"
        warnings.append(f"{said}. It is read as {name}.")
    return detected.code, tuple(warnings)


def check_language(article: Article, name: str) -> Article:
    """Return the article if Narrate has its language.

    Args:
        article: An article.
        name: What the error calls it.

    Raises:
        SourceError: Narrate does not have the language. The message names those that it has.
    """
    if language_code(article.language) in supported_languages():
        return article
    problem = f"its language seems to be {language_name(article.language)}, which is not supported"
    advice = f"If the article is in one of these, choose it with --language {ENGLISH.code} or [reading] language"
    raise SourceError(f"Cannot speak {name}: {problem}. Supported: {_choices()}. {advice}.")


def _choices() -> str:
    return ", ".join(f"{code} ({language_name(code)})" for code in supported_languages())
