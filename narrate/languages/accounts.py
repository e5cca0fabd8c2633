"""Find accounts given to a reporter: the article introduces a person, who then says "I" without marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from narrate.languages import SentenceWords
from narrate.languages.marks import FAMILY, IN_MARKS

_MIN_PARAGRAPHS: Final = 2
"""Paragraphs of an account that say "I"."""
_MIN_PERSONAL_SHARE: Final = 0.6
"""Share of the paragraphs of an account that say "I" or "we"."""
_MAX_QUESTIONS: Final = 2
"""Paragraphs that end in a question mark. With more, it would be an interview."""
_MAX_HEADING_WORDS: Final = 10
"""Words of a line without a full stop that is a heading."""
_MIN_INTRODUCTION_WORDS: Final = 8
"""Words of a paragraph that introduces the person."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?)])\s+")
_NAME: Final = re.compile(r"\b[A-Z][\w'’.-]*\w(?: [A-Z][\w'’.-]*\w)+")


@dataclass(frozen=True, slots=True)
class Account:
    """Who gives it is in the paragraphs before ``first``."""

    line: int
    """Number of the paragraph that says that an account is given, in the introduction or at the end."""
    paragraphs: frozenset[int] = frozenset()


def find_account(paragraphs: Sequence[str], words: SentenceWords) -> Account | None:
    """Return the account of a text that says that it has one ("As told to Ann Lee", "Her story was edited."), or None.

    It begins behind the sentence that says so, or where "I" begins if that stands in the title or at the end. A
    paragraph without "I" belongs to it unless it names who is introduced or reports what somebody says.

    Args:
        paragraphs: The paragraphs of an article, in order.
        words: The words of its language.
    """
    lines = [paragraph.strip() for paragraph in paragraphs]
    marker = next((n for n, line in enumerate(lines) if _announces(line, words)), None)
    if marker is None:
        return None
    outside = [IN_MARKS.sub("", line) for line in lines]
    first = next((n for n in range(2, len(lines)) if _says_i(outside[n], words) and not _is_heading(lines[n])), None)
    is_above = marker > 0 and not words.account_end_pattern.match(lines[marker])
    if is_above:
        behind = range(marker + 1, len(lines))
        first = next((n for n in behind if not _is_heading(lines[n])), None)
    introduction = lines[1:first]
    is_introduced = any(_NAME.search(one) and len(one.split()) >= _MIN_INTRODUCTION_WORDS for one in introduction)
    if first is None or not is_introduced:
        return None
    end = next((n for n in range(first, len(lines)) if words.account_end_pattern.match(lines[n])), len(lines))
    known = {word for line in introduction for word in words.names_in(line)}
    said = [n for n in range(first, end) if _may_be_part(lines[n], outside[n], known, words)]
    return _checked(Account(marker, frozenset(said)), first, lines, outside, words)


def _announces(line: str, words: SentenceWords) -> bool:
    """Return whether one of the last two sentences of a paragraph says that a person's account is given."""
    return any(words.account_pattern.match(sentence) for sentence in _SENTENCE_END.split(line)[-2:])


def _checked(
    account: Account, first: int, lines: Sequence[str], outside: Sequence[str], words: SentenceWords
) -> Account | None:
    """Return an account without what follows its last "I"; None if it is too short, or an interview."""
    personal = {n for n in account.paragraphs if words.personal_pattern.search(outside[n])}
    said = frozenset(n for n in account.paragraphs if n <= max(personal, default=-1))
    questions = sum(lines[n].endswith("?") for n in said)
    singular = sum(_says_i(outside[n], words) for n in personal)
    begins = bool(personal) and min(personal) <= first + 1
    is_own = begins and singular >= _MIN_PARAGRAPHS and len(personal) >= _MIN_PERSONAL_SHARE * len(said)
    return Account(account.line, said) if is_own and questions <= _MAX_QUESTIONS else None


def _may_be_part(line: str, outside: str, known: set[str], words: SentenceWords) -> bool:
    """Return whether a paragraph can be part of an account: no heading, and no words of the reporter."""
    if line[:1] in FAMILY or line[:1] in "([*" or _is_heading(line):
        return False
    if words.personal_pattern.search(outside):
        return True
    return known.isdisjoint(words.names_in(outside)) and words.reporter_pattern.search(outside) is None


def _is_heading(line: str) -> bool:
    return line[-1:].isalnum() and len(line.split()) <= _MAX_HEADING_WORDS


def _says_i(outside: str, words: SentenceWords) -> bool:
    return words.singular_pattern.search(outside) is not None
