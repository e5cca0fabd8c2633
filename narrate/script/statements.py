"""Find how far a statement that is given in full reaches, although its paragraphs have no marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from narrate.languages import SentenceWords
from narrate.languages.marks import FAMILY

_MAX_PARAGRAPHS: Final = 10
"""Paragraphs of a statement without marks."""
_MAX_UNSURE: Final = 3
"""Paragraphs in a row that do not show themselves that they are part of the statement."""
_MAX_UNSURE_BEFORE_WE: Final = 2
"""The same before a paragraph that says "we"."""
_MIN_WORDS: Final = 8
"""Words of a paragraph that is no heading. Shorter ones need a full stop."""


def statement_end(lines: Sequence[str], first: int, words: SentenceWords, *, may_say_we: bool) -> int:
    """Return the number of the paragraph behind the last one that is surely part of a statement.

    Paragraphs are part of it up to one that takes leave as statements do ("There will be no further comment."), up to
    one that says "we", or up to the reporter's words about the statement ("The statement runs to four paragraphs.").

    Args:
        lines: All paragraphs.
        first: Number of the first paragraph of the statement.
        words: Words of the language.
        may_say_we: Whether "we" shows a paragraph of the statement.
    """
    end = first + 1
    for number in range(end, min(len(lines), first + _MAX_PARAGRAPHS)):
        line = lines[number]
        unsure = number - end
        if words.statement_end_pattern.match(line):
            return number if unsure <= _MAX_UNSURE else end
        if unsure > _MAX_UNSURE or _is_apart(line, words):
            break
        is_closing = words.statement_closing_pattern.search(line) is not None
        says_we = may_say_we and unsure <= _MAX_UNSURE_BEFORE_WE and words.personal_pattern.search(line) is not None
        end = number + 1 if is_closing or says_we else end
    return end


def _is_apart(line: str, words: SentenceWords) -> bool:
    """Return whether a paragraph has marks, is a heading or leads to others, or sounds like a reporter's."""
    has_marks = line[:1] in FAMILY or any(FAMILY.get(mark, "single") != "single" for mark in line)
    is_heading = len(line.split()) < _MIN_WORDS and not line.rstrip().endswith((".", "!", "?", "…"))
    is_reported = words.reported_pattern.search(line) is not None or words.reporter_pattern.search(line) is not None
    return has_marks or is_heading or is_reported or line.rstrip().endswith(":")
