"""Find speeches without quotation marks behind a sentence about them ("Then his daughter gave the eulogy.")."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from typing import Final

from narrate.languages import SentenceWords
from narrate.languages.marks import CLOCK_TIME, FAMILY, IN_MARKS

_MAX_LEAD_WORDS: Final = 50
"""Words of a sentence that leads to a speech."""
_MIN_WORDS: Final = 5
"""Words of a paragraph of a speech. A shorter one needs a full stop."""
_MAX_UNSURE: Final = 2
"""Paragraphs in a row that do not say "I" or "we", between two of a speech that do."""
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_STAMP: Final = re.compile(CLOCK_TIME)


def find_speeches(
    lines: Sequence[str], known: Container[int], words: SentenceWords, *, is_live: bool
) -> Iterator[range]:
    """Yield the numbers of the paragraphs of each speech.

    The first paragraph says "I". If the sentence before does not say that the speech is printed or end in a colon, the
    paragraph addresses somebody, and the author of the text says "I" nowhere. A sentence that reports what was said
    may lead to the author's opinion instead, so that it needs more than "you" ("I want to thank").

    Args:
        lines: All paragraphs.
        known: Numbers of the paragraphs that are known to be speech.
        words: Words of the language.
        is_live: Whether the text is a live blog, in which reporters say "I" as well.
    """
    outside = [IN_MARKS.sub("", line) for line in lines]
    personal = [n for n, line in enumerate(outside) if n not in known and words.singular_pattern.search(line)]
    end = 0
    for number, line in enumerate(outside[:-1]):
        *before, lead = _SENTENCE_END.split(line)
        if number < end or number in known or number + 1 in known or len(lead.split()) > _MAX_LEAD_WORDS:
            continue
        is_sure = _is_printed(lead, line, words) or _is_colon_lead(lead, words)
        if not is_sure and (words.speech_lead_pattern.search(lead) is None or words.personal_pattern.search(lead)):
            continue
        named = words.names_in(" ".join([*before[-1:], lead]) if is_sure else lead)
        first = outside[number + 1]
        is_reported = not is_sure and words.reporter_pattern.search(first) is not None
        is_own = words.singular_pattern.search(first) is not None and named.isdisjoint(words.names_in(first))
        if is_reported or not is_own or _is_apart(lines[number + 1]):
            continue
        is_addressed = _addresses(first, words, says_more_than_you=words.reported_pattern.search(lead) is not None)
        end = _end(outside, lines, number + 1, named, known, words)
        is_alone = is_live or all(number < n < end for n in personal)
        if is_sure or (is_addressed and is_alone):
            yield range(number + 1, end)
        else:
            end = 0


def _is_printed(lead: str, paragraph: str, words: SentenceWords) -> bool:
    """Return whether a paragraph is about a speech or text, and says at its end that it is printed."""
    return (
        words.printed_lead_pattern.search(lead) is not None and words.spoken_text_pattern.search(paragraph) is not None
    )


def _is_colon_lead(lead: str, words: SentenceWords) -> bool:
    """Return whether a sentence about a speech or an interview ends in a colon."""
    is_led = lead.rstrip().endswith(":") and words.personal_pattern.search(lead) is None
    return is_led and words.speech_lead_pattern.search(lead) is not None


def _addresses(outside: str, words: SentenceWords, *, says_more_than_you: bool) -> bool:
    """Return whether a paragraph addresses listeners; columnists say "you" as well."""
    is_spoken = words.audience_pattern.search(outside) or words.address_opening_pattern.match(outside)
    return bool(is_spoken) or (not says_more_than_you and words.address_pattern.search(outside) is not None)


def _end(
    outside: Sequence[str],
    lines: Sequence[str],
    first: int,
    named: set[str],
    known: Container[int],
    words: SentenceWords,
) -> int:
    """Return the number of the paragraph behind the last one of a speech that says "I" or "we"."""
    end = first + 1
    for number in range(end, len(lines)):
        if number - end > _MAX_UNSURE or number in known or _is_apart(lines[number]):
            break
        is_shared = not named.isdisjoint(words.names_in(outside[number]))
        says_i = words.singular_pattern.search(outside[number]) is not None
        if not says_i and (is_shared or words.reporter_pattern.search(outside[number])):
            break
        end = number + 1 if says_i or words.personal_pattern.search(outside[number]) else end
    return end


def _is_apart(line: str) -> bool:
    """Return whether a paragraph begins with a mark, a time or a bullet, is a heading or leads to others."""
    is_heading = line[-1:].isalnum() or (len(line.split()) < _MIN_WORDS and line[-1:] not in ".!?…")
    return (
        line[:1] in FAMILY or not line[:1].isalpha() or _STAMP.match(line) is not None or is_heading or line[-1] == ":"
    )
