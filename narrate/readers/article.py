"""The last step of every reader: which paragraph is the headline, who wrote it, what is skipped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from narrate.errors import SourceError
from narrate.readers import boilerplate, kinds
from narrate.readers.draft import Draft
from narrate.readers.frontmatter import FrontMatter
from narrate.types import Article, Skipped, Span

_HEADLINE_WORDS, _HEADLINE_CHARACTERS = 22, 160
_HEADLINE_NEIGHBOURS = 8
_BYLINE_WORDS = 18
_BYLINE = re.compile(r"(?:By|BY|by)\s+(?P<names>[^\W\d_a-zß-öø-ÿ][^|•·]*?)\s*(?:[|•·].*)?")
_NAME_LIKE = re.compile(r"[^\W\d_]+(?:[.'’-][^\W\d_]*)*,?\Z")
_DATE = re.compile(
    r"(?i)(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b.*\d{4}|\w+ \d{1,2},? \d{4}|\d{1,2} \w+ \d{4}).{0,20}"
)
_DATELINE = re.compile(r"[A-Z][\w .,'-]{1,40}\((?:AP|AFP|Reuters|UPI|dpa|PA|CNN|BBC)[^)]*\)\s*[-–—]")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.)+\Z")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\Z")
_QUOTED_WHOLE = re.compile(r"[\"“'‘«].*[\"”'’»,]\Z", re.DOTALL)
_ATTRIBUTED = re.compile(r".+?[,.!?…][\"”'’»]\s+[a-z]")
_STRAY = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKS = re.compile(r"[\W_]+")


def build(draft: Draft, matter: FrontMatter, name: str, disclaimer: str, keep: frozenset[str] = frozenset()) -> Article:
    """Return the article in ``draft``; text is not skipped for the reasons in ``keep``.

    Raises SourceError, naming ``name``, if there is nothing in it to speak.
    """
    matter = _legible(matter)
    texts = [draft.text[span.start : span.end] for span in draft.paragraphs]
    if not texts:
        raise SourceError(f"{name}: the article is empty; there is nothing to read aloud")
    reasons = _reasons(draft, texts, disclaimer, keep)
    spoken = [index for index, reason in enumerate(reasons) if reason is None]
    if not spoken:
        raise SourceError(f"{name}: nothing is left to read aloud; all its text is skipped ({reasons[0]})")
    lines = [texts[index] for index in spoken]
    has_headline = _has_headline(lines, draft, matter)
    if has_headline and len(lines) == 1:
        raise SourceError(f"{name}: the article has a headline but no text below it")
    byline = _byline(lines[1:3] if has_headline else lines[:1])
    for index in boilerplate.bylines(texts, spoken[has_headline:], matter.byline, byline):
        reasons[index] = None if kinds.BYLINE in keep else kinds.BYLINE
    body = [index for index in spoken[has_headline:] if reasons[index] is None]
    if not body:
        raise SourceError(f"{name}: the article has a byline but no text below it")
    datelines = {} if kinds.DATELINE in keep else boilerplate.datelines(texts, body)
    return Article(
        title=matter.title or (" ".join(lines[0].split()) if has_headline else None),
        byline=matter.byline or byline,
        language=matter.language or "en",
        published=matter.published,
        source=matter.source,
        text=draft.text,
        headline=draft.paragraphs[spoken[0]] if has_headline else None,
        paragraphs=tuple(
            replace(draft.paragraphs[index], start=draft.paragraphs[index].start + datelines.get(index, 0))
            for index in body
        ),
        skipped=draft.skipped + _skipped(draft, reasons, datelines),
        cast=matter.cast,
        lexicon=matter.lexicon,
        readings=draft.readings,
        warnings=matter.warnings + draft.warnings,
        outlet=matter.outlet,
        image=matter.image,
    )


def _legible(matter: FrontMatter) -> FrontMatter:
    """Without what no text has: control characters, which divide a tag's values and steer terminals, and halves of
    characters."""

    def legible(text: str | None) -> str | None:
        return text and (_STRAY.sub("", text).strip() or None)

    return replace(
        matter,
        title=legible(matter.title),
        byline=legible(matter.byline),
        source=legible(matter.source),
        outlet=legible(matter.outlet),
        image=legible(matter.image),
    )


def _reasons(draft: Draft, texts: Sequence[str], disclaimer: str, keep: frozenset[str]) -> list[str | None]:
    """Why each paragraph is not spoken: by the structure of its source, or else by what stands in it, and where."""
    found: list[str | None] = [draft.reasons.get(index) for index in range(len(texts))]
    found = [None if reason in keep else reason for reason in found]
    candidates = [index for index, reason in enumerate(found) if reason is None]
    starts, length = [], 0
    for index in candidates:
        starts.append(length)
        length += len(texts[index]) + 1
    by_form = boilerplate.reasons([texts[index] for index in candidates], starts, length, disclaimer)
    for index, reason in zip(candidates, by_form, strict=True):
        found[index] = None if reason in keep else reason
    return found


def _skipped(draft: Draft, reasons: Sequence[str | None], datelines: Mapping[int, int]) -> tuple[Skipped, ...]:
    """The skipped paragraphs, each with the blanks up to the next one (and the first also with those before it)."""
    starts = [0, *(span.start for span in draft.paragraphs[1:]), len(draft.text)]
    found = []
    for index, (span, reason) in enumerate(zip(draft.paragraphs, reasons, strict=True)):
        if reason is not None:
            text = draft.text[span.start : span.end]
            found.append(Skipped(text, reason, Span(starts[index], starts[index + 1])))
        elif index in datelines:
            end = span.start + datelines[index]
            found.append(Skipped(draft.text[span.start : end].strip(), kinds.DATELINE, Span(starts[index], end)))
    return tuple(found)


def _has_headline(lines: Sequence[str], draft: Draft, matter: FrontMatter) -> bool:
    """Tell whether the first line that is spoken is the headline."""
    if matter.title is not None:
        return _plain(lines[0]) == _plain(matter.title)
    if len(lines) < 2:
        return False
    return lines[0] == draft.heading or _looks_like_headline(lines)


def _looks_like_headline(lines: Sequence[str]) -> bool:
    """Short, no full sentence (unless a byline follows), no quotation, byline, date or dateline; sentences follow."""
    first = lines[0]
    if len(first.split()) > _HEADLINE_WORDS or len(first) > _HEADLINE_CHARACTERS:
        return False
    if _byline([first]) or _DATE.fullmatch(first) or _DATELINE.match(first) or _is_quotation(first):
        return False
    if _byline(lines[1:2]):
        return True
    is_sentence = first.endswith((".", ",", ";", ":", "…")) and not _ABBREVIATED.search(first)
    return not is_sentence and any(_ENDS_SENTENCE.search(line) for line in lines[1:_HEADLINE_NEIGHBOURS])


def _is_quotation(line: str) -> bool:
    """A line that is quoted as a whole, says who says it, or opens a quotation and leaves it open."""
    if line[0] not in "\"“'‘«":
        return False
    is_speech = _QUOTED_WHOLE.fullmatch(line) or _ATTRIBUTED.match(line)
    return is_speech is not None or not re.search(r"[\"”'’»](?!\w)", line[1:])


def _byline(lines: Sequence[str]) -> str | None:
    """Return the names in the first of ``lines`` that reads like 'By Jane Doe and John Roe | May 3'."""
    for line in lines:
        if len(line.split()) > _BYLINE_WORDS or line.endswith((".", "!", "?", ",", ":", ";")):
            continue
        match = _BYLINE.fullmatch(line)
        if match is None:
            continue
        words = match["names"].split()
        if len(words) >= 2 and all(_NAME_LIKE.match(word) for word in words[:2]) and words[1][0].isupper():
            return " ".join(words)
    return None


def _plain(text: str) -> str:
    """``text`` in small letters without marks, to compare a title with a line whose quotation marks differ."""
    return _MARKS.sub(" ", text).strip().casefold()
