"""Find the quoted stretches of a text.

Quotation marks pair within a paragraph. A quotation that is still open at the end of its paragraph continues in the
next paragraph if that opens with a mark of the same family. Otherwise the closing mark is missing, and a warning names
the line.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final, Literal

from narrate.languages import SentenceWords
from narrate.languages.marks import DOUBLE, FAMILY, SINGLE, STRAIGHT, Family
from narrate.script.turns import find_turns
from narrate.types import Span

Side = Literal["open", "close", "either"]

_OPENING_CHARACTERS: Final = "([{—–-/…"
_CLAUSE_ENDS: Final = frozenset(".,!?;:…—–)]")
_INWARD: Final = re.compile(r"[^«»]*»|›\w|[^«»‹›]*›[^«»‹›]*‹")
"""The beginning of a paragraph whose guillemets point at the quoted words, as in German books. A paragraph with closing
guillemets only goes on from the one before, as in Spanish and French newspapers."""
_PAIR: Final = re.compile(r"(?<!')''(?!')")
"""Two apostrophes in a row."""
_FILLER: Final = "\0"
"""The character that takes the place of a mark that is not read."""
_AND: Final = re.compile(r"[‘’'][nN][’'](?!\w)")
"""A short "and" between two apostrophes ("rock 'n' roll")."""
_MAX_MARKS_AHEAD: Final = 100
"""Marks behind one that decide what it is. The bound keeps the cost linear."""
_MAX_SHOWN: Final = 20
"""Quotations without a closing mark that get a warning each. The others are counted."""
_MAX_SEARCHED_AGAIN: Final = 50_000
"""Characters of a paragraph that are searched again behind opening marks that prove to be apostrophes, besides three
times its length. The bound keeps the cost linear; behind it, single marks are ignored."""
_SENTENCE_BREAK: Final = re.compile(r"[.!?]\s+[^\W\d_a-z]")


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted stretch of one paragraph: ``text[start:end]``, marks included."""

    start: int
    end: int
    family: Family | None
    """None for a turn of a transcript, which has no marks."""
    closed: bool = True
    continues: bool = False
    """It continues a quotation that the paragraph before left open."""


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    family: Family
    side: Side
    strength: int
    """How likely a single mark closes a quotation: 3 behind punctuation, 0 within "the workers' union"."""


def find_quoted(
    text: str, paragraphs: Sequence[Span], words: SentenceWords, emphasized: Container[int] = ()
) -> tuple[list[Quoted], list[str]]:
    """Return the outermost quoted stretches of a text in order, and warnings about missing or unclear marks.

    Text outside of ``paragraphs``, which are in order, is ignored. ``emphasized`` has the offsets of those that are in
    bold or italics as a whole.
    """
    found, unclosed = list[Quoted](), list[Quoted]()
    text, warnings = _without_pairs(text, paragraphs, words.elision_pattern)
    turns = find_turns(text, paragraphs, words, emphasized)
    open_before: Family | None = None
    for number, paragraph in enumerate(paragraphs):
        if number in turns:
            found.append(Quoted(turns[number], paragraph.end, None))
            open_before = None
            continue
        following = text[paragraphs[number + 1].start] if number + 1 < len(paragraphs) else ""
        quoted = _pair(text, paragraph, words, open_before, FAMILY.get(following))
        if quoted and open_before and quoted[0].start == paragraph.start:
            quoted[0] = replace(quoted[0], continues=quoted[0].family == open_before)
        if open_before and not (quoted and quoted[0].continues):
            unclosed.append(found[-1])
        found += quoted
        open_before = quoted[-1].family if quoted and not quoted[-1].closed else None
    if open_before:
        unclosed.append(found[-1])
    return found, [*warnings, *_unclosed_warnings(text, unclosed)]


def _without_pairs(text: str, paragraphs: Sequence[Span], elision: re.Pattern[str]) -> tuple[str, list[str]]:
    """Return the text without the apostrophes of paragraphs that have pairs of them, and a warning about the pairs.

    The length does not change. Pairs are not taken for marks, and single marks stand inside what they enclose. A pair
    of a mark and an elision (''Tis) is no such pair.
    """
    characters, unclear = list(text), list[int]()
    for span in paragraphs:
        pairs = _PAIR.finditer(text, span.start, span.end)
        own = [pair.start() for pair in pairs if not elision.match(text, pair.start() + 1)]
        if own:
            characters[span.start : span.end] = text[span.start : span.end].replace("'", _FILLER)
        unclear += own
    if not unclear:
        return text, []
    line = text.count("\n", 0, unclear[0]) + 1
    warning = f'line {line}: two apostrophes in a row are not taken for a quotation mark; write " instead'
    return "".join(characters), [warning]


def _unclosed_warnings(text: str, unclosed: Sequence[Quoted]) -> Iterator[str]:
    yield from (_unclosed_warning(text, quoted) for quoted in unclosed[:_MAX_SHOWN])
    if len(unclosed) > _MAX_SHOWN:
        yield f"{len(unclosed) - _MAX_SHOWN} more quotations are never closed; they were read in the same way"


def _unclosed_warning(text: str, quoted: Quoted) -> str:
    line = text.count("\n", 0, quoted.start) + 1
    unclosed = unclosed_quotation(text[quoted.start : quoted.end])
    return f"line {line}: {unclosed}; it was read to the end of its paragraph"


def unclosed_quotation(quotation: str) -> str:
    """Return the words by which a warning says that ``quotation`` lacks its closing mark."""
    return f"the quotation that begins {' '.join(quotation.split()[:5])} is never closed"


def _pair(
    text: str, paragraph: Span, words: SentenceWords, open_before: Family | None, next_opens: Family | None
) -> list[Quoted]:
    """Return the outermost quoted stretches of one paragraph; only the last may be unclosed."""
    found: list[Quoted] = []
    span, remaining = paragraph, _MAX_SEARCHED_AGAIN + 3 * (paragraph.end - paragraph.start)
    while True:
        marks = _marks(text, span, words)
        if remaining < 0:
            marks = [mark for mark in marks if mark.family != "single"]
        opener = _pair_marks(text, span, marks, found, (open_before, next_opens))
        if opener is None:
            return found
        span, open_before = Span(opener.at + 1, paragraph.end), None
        remaining -= span.end - span.start


def _pair_marks(
    text: str,
    paragraph: Span,
    marks: Sequence[_Mark],
    found: list[Quoted],
    outside: tuple[Family | None, Family | None],
) -> _Mark | None:
    """Add the outermost quoted stretches of a paragraph to ``found``.

    ``outside`` is the family that is open before the paragraph, and the one that the next paragraph opens with. Return
    the opening mark that proves to be an apostrophe: the text behind it must be searched again.
    """
    open_before, next_opens = outside
    stack: list[_Mark] = []
    first = len(found)
    for position, mark in enumerate(marks):
        later = marks[position + 1 : position + 1 + _MAX_MARKS_AHEAD]
        opener = next((k for k in range(len(stack) - 1, -1, -1) if stack[k].family == mark.family), None)
        if mark.side == "close" or (mark.side == "either" and opener is not None):
            if opener is None:
                found += _missing_opener(text, paragraph, mark, len(found) > first or bool(stack), open_before)
            elif opener or mark.family != "single" or not _is_apostrophe(text, stack[0], mark, later):
                if opener == 0:
                    found.append(Quoted(stack[0].at, mark.at + 1, mark.family))
                del stack[opener:]
        elif opener is None or _is_nested(text, stack[0], mark, later, next_opens):
            stack.append(mark)
        elif mark.family != "single":
            found += _reopened(text, mark, stack)
    if stack and not _is_left_open(text, stack[0], paragraph, next_opens):
        return stack[0]
    if stack:
        found.append(Quoted(stack[0].at, paragraph.end, stack[0].family, closed=False))
    return None


def _is_nested(text: str, opener: _Mark, mark: _Mark, later: Sequence[_Mark], next_opens: Family | None) -> bool:
    """Return whether curly marks stand inside straight marks, or straight marks inside curly marks.

    They do if a pair of the inner kind closes before the outer kind closes or continues in the next paragraph.
    """
    curly = "".join(mark for mark in DOUBLE if mark not in STRAIGHT)
    outer, inner = (STRAIGHT, curly) if text[opener.at] in STRAIGHT else (curly, STRAIGHT)
    if mark.family == opener.family == "single":
        return _is_nested_single(text, opener, later)
    if mark.family == opener.family == "guillemet":
        return _closes_twice([m for m in later if m.family == "guillemet"])
    if mark.family != "double" or text[opener.at] not in outer or text[mark.at] not in inner:
        return False
    doubles = [m for m in later if m.family == "double"]
    closes = bool(doubles) and text[doubles[0].at] in inner and doubles[0].side != "open"
    return closes and (any(text[m.at] in outer for m in doubles[1:]) or next_opens == "double")


def _is_nested_single(text: str, opener: _Mark, later: Sequence[_Mark]) -> bool:
    """Return whether a word in single marks stands inside single marks: two marks close, the second more likely."""
    closers = _closers(later)
    strengths = [closer.strength for closer in closers]
    return text[opener.at + 1].isupper() and len(closers) > 1 and strengths[0] == 2 and 3 in strengths[1:]


def _closes_twice(later: Sequence[_Mark]) -> bool:
    """Return whether the marks close an inner and an outer quotation, in the order in which they stand."""
    depth = 2
    for mark in later:
        depth += 1 if mark.side == "open" else -1
        if depth == 0:
            return True
    return False


def _reopened(text: str, mark: _Mark, stack: list[_Mark]) -> list[Quoted]:
    """Handle a second opening mark: the first was never closed, or this one stands for a closing mark."""
    first = stack[0]
    if first.family != mark.family:
        return []
    before = text[first.at : mark.at].rstrip()
    stack[:] = [mark]
    return [Quoted(first.at, first.at + len(before), first.family)] if len(before) >= 2 else []


def _missing_opener(
    text: str, paragraph: Span, mark: _Mark, follows_others: bool, open_before: Family | None
) -> list[Quoted]:
    """Handle a closing mark without an opening mark: the quotation may begin with the paragraph."""
    if mark.family != "double" or follows_others or mark.at - paragraph.start < 2:
        return []
    if open_before is None and text[mark.at - 1] not in ",.!?…":
        return []
    return [Quoted(paragraph.start, mark.at + 1, mark.family, continues=open_before == mark.family)]


def _is_left_open(text: str, opener: _Mark, paragraph: Span, next_opens: Family | None) -> bool:
    """Return whether an opening mark without a closing mark begins a quotation; single marks may be apostrophes."""
    if opener.family != "single" or opener.at == paragraph.start:
        return True
    before = text[paragraph.start : opener.at].rstrip()
    ends = {",", ":", ".", "!", "?"} if next_opens == "single" else {",", ":"}
    return before[-1:] in ends and text[opener.at + 1 : opener.at + 2].isupper()


def _is_apostrophe(text: str, opener: _Mark, mark: _Mark, later: Sequence[_Mark]) -> bool:
    """Return whether a single mark that could close is an apostrophe ("the workers' union"): a likelier one follows."""
    for better in _closers(later):
        if better.strength > mark.strength:
            is_fragment = text[opener.at + 1].islower()
            return not (is_fragment and _SENTENCE_BREAK.search(text, mark.at, better.at))
    return False


def _closers(later: Sequence[_Mark]) -> list[_Mark]:
    """Return the single marks that could close, up to the next one that opens."""
    return list(takewhile(lambda mark: mark.side != "open", (mark for mark in later if mark.family == "single")))


def _closing_strength(text: str, at: int, words: SentenceWords) -> int:
    """Return how likely the single mark at an offset closes a quotation (see ``_Mark.strength``)."""
    before, after = text[at - 1], text[at + 1 : at + 2]
    if not before.isalnum():
        return 3
    word = re.search(r"\w+$", text[max(0, at - 30) : at])
    ending = word[0].lower() if word else ""
    is_long = len(ending) > 1 and ending.endswith(words.apostrophe_endings)
    if is_long or ending in words.clipped_words:
        return 1 if after and after in _CLAUSE_ENDS else 0
    return 2


def _marks(text: str, paragraph: Span, words: SentenceWords) -> list[_Mark]:
    """Return the marks of a paragraph in order, without apostrophes and inch marks."""
    marks: list[_Mark] = []
    goes_on = text.startswith("»", paragraph.start, paragraph.end) and "«" not in text[paragraph.start : paragraph.end]
    inward = not goes_on and _INWARD.match(text, paragraph.start, paragraph.end) is not None
    low_open = 0
    for at in range(paragraph.start, paragraph.end):
        family = FAMILY.get(text[at])
        if family is None:
            continue
        before = text[at - 1] if at > paragraph.start else " "
        after = text[at + 1] if at + 1 < paragraph.end else " "
        is_elision = words.elision_pattern.match(text, at) is not None
        side = _side(text, at, (before, after), is_elision, low_open > 0, inward)
        if goes_on and at == paragraph.start:
            side = "open"
        if side is None:
            continue
        if family == "double" and at + 1 == paragraph.end:
            side = "close"
        if text[at] in "„‚":
            low_open += 1
        elif side == "close" and low_open:
            low_open -= 1
        marks.append(_Mark(at, family, side, _closing_strength(text, at, words) if family == "single" else 0))
    return marks


def _side(text: str, at: int, around: tuple[str, str], is_elision: bool, low_open: bool, inward: bool) -> Side | None:
    """Return on which side of the quoted words the mark stands; None if it is not a quotation mark."""
    mark, (before, after) = text[at], around
    if mark in "«‹":
        return "close" if inward else "open"
    if mark in "»›":
        return "open" if inward else "close"
    if mark in "„‚":
        return "open"
    if low_open and mark in "“‘" and not before.isspace():
        return "close"
    blank_before = before.isspace() or before in _OPENING_CHARACTERS or (before in FAMILY and before not in "”’»")
    if mark in "“”" and before.isspace() and after.isspace() and at > 0:
        return "either"
    blank_after = after.isspace() or after in ".,;:!?)]}…—–" or (after in FAMILY and after not in "“‘„«")
    if FAMILY[mark] == "single":
        return _side_of_single(text, at, before, after, is_elision)
    if mark == "“":
        return "close" if not blank_before and blank_after else "open"
    if mark == "”":
        return "open" if blank_before and not blank_after and before not in "—–-…" else "close"
    if blank_before and not blank_after and not (before in "-—–…" and after.isspace()):
        return "either" if before in "—–-…" else "open"
    if blank_after and not blank_before:
        return None if before.isdigit() and text[at - 2 : at - 1] in "'’" else "close"
    return "either"


def _side_of_single(text: str, at: int, before: str, after: str, is_elision: bool) -> Side | None:
    word_before, word_after = before.isalnum(), after.isalnum()
    if (word_before and word_after) or _is_short_and(text, at):
        return None
    if not word_before and (before.isspace() or before in _OPENING_CHARACTERS or before in FAMILY):
        if after.isspace() or (not word_after and after in _CLAUSE_ENDS and after != "…"):
            return "close" if before in FAMILY or before in "—–-…" else None
        if is_elision and (before in SINGLE or not _closes_soon(text, at)):
            return None
        return "close" if text[at] == "’" and before in FAMILY and not word_after else "open"
    return "open" if text[at] == "‘" else "close"


def _is_short_and(text: str, at: int) -> bool:
    """Return whether the mark is one of the two apostrophes of "rock 'n' roll"."""
    return any(_AND.match(text, start) is not None for start in (at, at - 2) if start >= 0)


def _closes_soon(text: str, at: int) -> bool:
    """Return whether words that begin like an elision ('Cause) are a quotation: a closing mark follows on the line."""
    line = text[at + 1 : at + 400].split("\n", 1)[0]
    opener = re.search(r"[\s(][‘'](?=[\w‘’'])", line)
    closer = re.search(r"[.,!?][’'](?!\w)", line)
    return closer is not None and text[at + 1].isupper() and (opener is None or closer.start() < opener.start())
