"""Compare names and roles: the words that identify them, and words that differ by one letter."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Final

from narrate.languages import AttributionWords
from narrate.languages.letters import is_one_letter_off

_NAME_PART: Final = re.compile(r"[^\W\d_a-z][\w'’.-]*")
"""A word of a person's name. A comma or a bracket stands behind no word of the only author's name."""
_MIN_AUTHOR_WORDS: Final = 2
_MAX_AUTHOR_WORDS: Final = 5


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


def author_name(byline: str, words: AttributionWords) -> str:
    """Return the name of the only person in a byline, without a title; empty if there are several, or a group.

    Args:
        byline: The names of the authors as the article has them.
        words: Words and patterns of the language.
    """
    parts = byline.split()
    while parts and words.is_title(parts[0].lower().strip(".")):
        parts = parts[1:]
    plain = [part.lower().strip(".") for part in parts]
    is_name = all(part in words.name_particles or _NAME_PART.fullmatch(part) for part in parts)
    is_other = any(w in words.group_name_words or words.is_group(w) or words.is_role(w) for w in plain)
    is_person = is_name and not is_other and _MIN_AUTHOR_WORDS <= len(parts) <= _MAX_AUTHOR_WORDS
    return " ".join(parts) if is_person else ""


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
