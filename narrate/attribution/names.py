"""Compare names and roles: the words that identify them, and words that differ by one letter."""

from __future__ import annotations

from collections.abc import Sequence

from narrate.languages import AttributionWords


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


def role_head(role: str, words: AttributionWords) -> str:
    """Return the noun that says what a role is, with one noun for synonyms: "spokesperson" for "Kremlin spokesman".

    Args:
        role: A role as it is written.
        words: Words and patterns of the language.
    """
    parts = words.role_end_pattern.split(role.lower())[0].split()
    head = parts[-1].rpartition("-")[2] if parts else ""
    head = words.role_synonyms.get(head, head)
    return words.role_synonyms.get(head.removesuffix("s"), head)


def is_one_letter_off(a: str, b: str) -> bool:
    """Return whether the words differ by at most one letter, or by two that changed places."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1 or a[0] != b[0]:
        return False
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    if a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]:
        return True
    return a[i + 1 :] == b[i + 1 :] or a[i + 1 :] == b[i:] or a[i:] == b[i + 1 :]
