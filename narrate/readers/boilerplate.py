"""Find what is in the source but is not part of the article: disclaimers, and the lines below a story.

A paragraph is skipped on two conditions. Its form: all of it reads like such a line (an appeal to the reader in the
newsroom's own name, a label with a colon, a credit), and it contains no quotation longer than a title. Its place: it is
in the second half of the text, and only such lines follow, except for a few labels that no story contains. Marks of
advertisements are recognized anywhere, and stamps of a live blog if there are several. The phrases are data of the
language (``boilerplate.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Final

from narrate.languages import BoilerplateWords
from narrate.languages.marks import CLOSING, OPENING, SINGLE
from narrate.readers import skip_reasons

_DISCLAIMER_PARAGRAPHS = 4
"""A disclaimer is among the first so many paragraphs."""
_MAX_DISCLAIMER_CHARACTERS = 200
_BIOGRAPHY_PARAGRAPHS = 3
"""So many paragraphs below 'About the writer' may be about the writer."""
_MAX_BIOGRAPHY_WORDS = 90
_MAX_HEADING_WORDS = 14
_MAX_STAMP_CHARACTERS = 160
_MAX_LINE_CHARACTERS = 600
"""A longer paragraph is part of the story."""
_MAX_TITLE_WORDS = 3
"""A quotation of at most so many words may be a title or a label."""
_MIN_LIVE_STAMPS = 2
_TOP_PARAGRAPHS = 3
"""Stamps and datelines above the story are among the first so many paragraphs."""
_DATELINE_CHARACTERS = 200
"""A dateline is among the first so many characters of its paragraph."""
_MIN_PLACE_CHARACTERS = 4
"""A shorter word in capitals, without an agency, may be an abbreviation."""
_BYLINE_PARAGRAPHS, _MAX_BYLINE_WORDS = 3, 18
_OPENING, _CLOSING = ("".join(mark for mark in marks if mark not in SINGLE) for marks in (OPENING, CLOSING))
_QUOTATION = re.compile(
    rf"[{_OPENING}](?P<double>[^{_CLOSING}]*)[{_CLOSING}]?|(?<!\w)['‘](?P<single>[^'’]{{0,400}})['’](?!\w)"
)
"""A quotation in double marks, which may be left open, or in single marks."""
_LABELS: Final = {
    "advertisement": skip_reasons.ADVERTISEMENT, "related": skip_reasons.RELATED, "photo": skip_reasons.CAPTION,
}  # fmt: skip
"""Phrases of labels that are not spoken, even between the paragraphs of a story's second half -> the reason."""
_LINES: Final = {
    "write_in": skip_reasons.WRITE_IN, "reach": skip_reasons.REACH, "newsletter": skip_reasons.NEWSLETTER,
    "credit": skip_reasons.CREDIT, "copyright": skip_reasons.COPYRIGHT, "comments": skip_reasons.SHARE,
    "filed_under": skip_reasons.STAMP,
}  # fmt: skip
"""Phrases of lines without quotations that are not spoken below a story -> the reason."""


def find_skipped(paragraphs: Sequence[str], disclaimer: str, phrases: BoilerplateWords) -> list[str | None]:
    """Return why each paragraph is not spoken (None if it is), in time linear in the text.

    ``disclaimer`` is the one that the edition will speak.
    """
    has_words = [any(character.isalnum() for character in text) for text in paragraphs]
    found: list[str | None] = [None if spoken else skip_reasons.NO_WORDS for spoken in has_words]
    with_words = [index for index, spoken in enumerate(has_words) if spoken]
    for index in with_words[:_DISCLAIMER_PARAGRAPHS]:
        if is_disclaimer(paragraphs[index], disclaimer, phrases):
            found[index] = skip_reasons.DISCLAIMER
    *starts, length = accumulate((len(text) + 1 for text in paragraphs), initial=0)
    below = [index for index in with_words if found[index] is None and starts[index] * 2 >= length]
    for index in [*with_words[:_TOP_PARAGRAPHS], *below]:
        if _is_stamp(paragraphs[index], phrases):
            found[index] = skip_reasons.STAMP
    live = [index for index in with_words if _is_live_stamp(paragraphs[index], phrases)]
    for index in live if len(live) >= _MIN_LIVE_STAMPS else []:
        found[index] = skip_reasons.STAMP
    for index in below:
        found[index] = found[index] or _reason_of(_LABELS, paragraphs[index], phrases)
    for index in with_words[1:]:
        if phrases.advertisement.fullmatch(paragraphs[index]):
            found[index] = skip_reasons.ADVERTISEMENT
    for index, reason in _tail([(index, paragraphs[index]) for index in below], phrases):
        found[index] = reason
    return found


def is_disclaimer(text: str, disclaimer: str, phrases: BoilerplateWords) -> bool:
    """Return whether ``text`` says that the voice is synthetic, in common words or in those of ``disclaimer``."""
    words = _words(text[:_MAX_LINE_CHARACTERS])
    if disclaimer and words == _words(disclaimer):
        return True
    return len(text) < _MAX_DISCLAIMER_CHARACTERS and phrases.disclaimer.fullmatch(words) is not None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def _tail(paragraphs: Sequence[tuple[int, str]], phrases: BoilerplateWords) -> list[tuple[int, str]]:
    """Return the paragraphs after the end of the story, each with its reason. Corrections among them are spoken."""
    is_biography = _biographies([text for _, text in paragraphs], phrases)
    first = len(paragraphs)
    for place in range(len(paragraphs) - 1, -1, -1):
        text = paragraphs[place][1]
        if _line_reason(text, phrases):
            first = place
        elif not (phrases.correction.match(text) or is_biography[place] or _is_heading(text)):
            break
    tail: list[tuple[int, str]] = []
    for (index, text), is_about_writer in zip(paragraphs[first:], is_biography[first:], strict=True):
        reason = _line_reason(text, phrases)
        if reason or not phrases.correction.match(text):
            tail.append((index, reason or (skip_reasons.WRITER if is_about_writer else skip_reasons.BELOW_STORY)))
    return tail


def _line_reason(text: str, phrases: BoilerplateWords) -> str | None:
    """Return why a paragraph below a story is not part of it, as its form shows; None if it may be part of it."""
    if len(text) > _MAX_LINE_CHARACTERS:
        return None
    has_quotation = _has_quotation(text)
    if phrases.about_writer.fullmatch(text) or (phrases.about_writer_line.fullmatch(text) and not has_quotation):
        return skip_reasons.WRITER
    if reason := _reason_of(_LABELS, text, phrases):
        return reason
    return None if has_quotation else _reason_of(_LINES, text, phrases)


def _reason_of(forms: Mapping[str, str], text: str, phrases: BoilerplateWords) -> str | None:
    return next((reason for form, reason in forms.items() if getattr(phrases, form).fullmatch(text)), None)


def _is_stamp(text: str, phrases: BoilerplateWords) -> bool:
    return len(text) < _MAX_STAMP_CHARACTERS and phrases.stamp.fullmatch(text) is not None


def _is_live_stamp(text: str, phrases: BoilerplateWords) -> bool:
    is_time = len(text) < _MAX_STAMP_CHARACTERS and phrases.live_stamp.fullmatch(text) is not None
    return is_time or _is_stamp(text, phrases)


def _biographies(texts: Sequence[str], phrases: BoilerplateWords) -> list[bool]:
    """Return for each paragraph whether it is so close below 'About the writer' that it may be about the writer."""
    since = _BIOGRAPHY_PARAGRAPHS
    found: list[bool] = []
    for text in texts:
        is_short = len(text.split()) <= _MAX_BIOGRAPHY_WORDS
        found.append(since < _BIOGRAPHY_PARAGRAPHS and is_short and not _has_quotation(text))
        since = 0 if phrases.about_writer.fullmatch(text) else since + 1
    return found


def _is_heading(text: str) -> bool:
    is_sentence = text.endswith(tuple(f".!?…{CLOSING}"))
    return len(text.split()) <= _MAX_HEADING_WORDS and not is_sentence and not _has_quotation(text)


def _has_quotation(text: str) -> bool:
    """Return whether ``text`` contains a quotation that is longer than a title."""
    quoted = (match["double"] or match["single"] or "" for match in _QUOTATION.finditer(text))
    return any(len(words.split()) > _MAX_TITLE_WORDS for words in quoted)


def find_dateline(paragraphs: Sequence[str], body: Sequence[int], phrases: BoilerplateWords) -> dict[int, int]:
    """Find the dateline ("KYIV, May 11 (Reuters) - ") at the beginning of the body.

    A dateline has an agency in brackets, or a place in capitals, before a dash. A place without an agency must not be
    in capitals elsewhere, as the name of an organization would be. ``body`` holds the indices of the spoken paragraphs.
    Return the index of the paragraph with the dateline -> where the dateline ends in it, or nothing.
    """
    for index in body[:_TOP_PARAGRAPHS]:
        text = paragraphs[index]
        match = phrases.dateline.match(text[:_DATELINE_CHARACTERS])
        if match is None or match.end() >= len(text):
            continue
        place = match["place"]
        needs_proof = place and not match["agency"]
        if needs_proof and (len(place) < _MIN_PLACE_CHARACTERS or _is_elsewhere(place, paragraphs, body, index)):
            continue
        return {index: match.end()}
    return {}


def _is_elsewhere(place: str, paragraphs: Sequence[str], body: Sequence[int], here: int) -> bool:
    return paragraphs[here].count(place) > 1 or any(place in paragraphs[index] for index in body if index != here)


def may_be_byline(line: str, word_count: int) -> bool:
    """Return whether a line is short and does not end like a sentence or a label."""
    return word_count <= _MAX_BYLINE_WORDS and not line.endswith((".", "!", "?", ",", ":", ";"))


def find_bylines(
    paragraphs: Sequence[str], body: Sequence[int], names: Sequence[str | None], phrases: BoilerplateWords
) -> list[int]:
    """Return the indices of the first paragraphs of ``body`` that only say who wrote the article.

    They contain one of ``names``, perhaps after "By" and before a date.
    """
    known = [_words(name) for name in names if name]
    prefixes = tuple(f"{word} " for word in phrases.byline_words)
    found = []
    for index in body[:_BYLINE_PARAGRAPHS]:
        words = _words(paragraphs[index][:_MAX_LINE_CHARACTERS])
        if not may_be_byline(paragraphs[index], len(words.split())):
            continue
        has_word = words.startswith(prefixes) or phrases.byline.fullmatch(paragraphs[index]) is not None
        is_byline = any(words == name or (has_word and name in words) for name in known)
        if is_byline:
            found.append(index)
    return found
