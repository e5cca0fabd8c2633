"""Compare names and roles: the words that identify them, and words that differ by one letter."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from narrate.languages import AttributionWords
from narrate.languages.letters import is_one_letter_off


def name_words(words: Sequence[str], language: AttributionWords) -> tuple[str, ...]:
    """Return the words that identify a name.

    Args:
        words: The words of the name as they are written.
        language: Words and patterns of the language.

    Returns:
        The words in lower case, without small words, suffixes and genitives.
    """
    full = [word.lower() for word in words if word.lower() not in language.name_suffixes]
    cores = [language.genitive_pattern.sub("", word).strip(".") for word in full]
    return tuple(c for c in cores if c not in language.small_name_words and any(letter.isalnum() for letter in c))


@functools.lru_cache(maxsize=4096)
def role_head(role: str, words: AttributionWords) -> str:
    """Return the noun that says what a role is, with one noun for synonyms: "spokesperson" for "Kremlin spokesman".

    Args:
        role: A role as it is written.
        words: Words and patterns of the language.
    """
    parts = words.role_end_pattern.split(role.lower())[0].split()
    last = parts[-1] if parts else ""
    head = last if last in words.texts else last.rpartition("-")[2]
    head = words.role_synonyms.get(head, head)
    return words.role_synonyms.get(head.removesuffix("s"), head)


def may_be_same_surname(a: str, b: str) -> bool:
    """Return whether two words begin alike and differ by at most one letter, or by two that changed places."""
    return a[:1] == b[:1] and is_one_letter_off(a, b)
