"""Cut an article into headline, narration and quotations; open the script with the disclaimer."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, NamedTuple

from narrate.languages import language_of
from narrate.languages.codes import language_code
from narrate.languages.speech import attributed_languages, load_speech
from narrate.script.dialogue import with_dialogue
from narrate.script.marks import Quoted, find_quoted
from narrate.types import Article, Script, Segment, SegmentKind, Span

_OPENING_CHARACTERS: Final = "([{-–—"
_PUNCTUATION: Final = re.compile(r"\s?[,;:.!?…)\]]+(?:\s+|$)")
"""What ends a sentence or a clause, with the blank before it as in French."""


class _Piece(NamedTuple):
    """A stretch of one kind, without the blanks around it."""

    kind: SegmentKind
    start: int
    end: int


def write_script(article: Article) -> Script:
    """Cut an article into segments.

    Args:
        article: Any article.

    Returns:
        A script whose segments, with ``article.skipped``, tile ``article.text``. Every quoted stretch is a quotation
        that has no speaker yet. Blanks belong to the segment before them; blanks at the beginning of the text or after
        a skipped stretch belong to the segment after them.
    """
    words, emphasized = language_of(article.language).sentences, {span.start for span in article.emphasized}
    quoted, warnings = find_quoted(article.text, article.paragraphs, words, emphasized)
    if (code := language_code(article.language)) in attributed_languages():
        quoted = with_dialogue(article.text, article.paragraphs, quoted, load_speech(code))
    pieces: list[_Piece] = []
    if article.headline is not None:
        pieces.append(_Piece("headline", article.headline.start, article.headline.end))
    starts = [one.start for one in quoted]
    for paragraph in article.paragraphs:
        first, last = bisect_left(starts, paragraph.start), bisect_left(starts, paragraph.end)
        pieces += _cut(article.text, paragraph, quoted[first:last])
    segments = _with_blanks(article, sorted(pieces, key=lambda piece: piece.start))
    if article.headline is None and article.title:
        segments.insert(0, Segment(0, "headline", article.title, 0, 0))
    return Script(article, _numbered(segments), warnings=(*article.warnings, *warnings))


def segments_of(text: str, span: Span, paragraph: Span, quoted: Iterable[Quoted]) -> list[Segment]:
    """Cut one paragraph into segments that cover ``span``, which holds the paragraph and the blanks around it."""
    pieces = _cut(text, paragraph, quoted)
    starts = [span.start, *(piece.start for piece in pieces[1:])]
    ends = [*starts[1:], span.end]
    return [
        Segment(0, piece.kind, text[start:end], start, end)
        for piece, start, end in zip(pieces, starts, ends, strict=True)
    ]


def with_closing_punctuation(script: Script) -> Script:
    """Return the script with the punctuation right behind a quotation as part of it: the comma of ``«Ja», sagte sie``.

    A segment of narration then begins with a word, and no line and no caption with a comma or a full stop.
    """
    segments: list[Segment] = []
    for segment in script.segments:
        before = segments[-1] if segments else None
        is_behind = before is not None and before.kind == "quotation" and before.end == segment.start
        lead = _PUNCTUATION.match(segment.text) if is_behind and segment.kind == "narration" else None
        if before is not None and lead is not None and lead.end() < len(segment.text):
            at = segment.start + lead.end()
            segments[-1] = replace(before, text=before.text + lead[0], end=at)
            segments.append(replace(segment, text=segment.text[lead.end() :], start=at))
        else:
            segments.append(segment)
    return replace(script, segments=tuple(segments))


def open_with_disclaimer(script: Script, disclaimer: str) -> Script:
    """Return ``script`` with ``disclaimer`` as its first segment; any disclaimer that it had is replaced."""
    spoken = Segment(0, "disclaimer", disclaimer, 0, 0, evidence="every edition opens with it")
    others = [segment for segment in script.segments if segment.kind != "disclaimer"]
    return replace(script, segments=_numbered([spoken, *others]))


def _numbered(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(one if one.index == index else replace(one, index=index) for index, one in enumerate(segments))


def _cut(text: str, paragraph: Span, quoted: Iterable[Quoted]) -> list[_Piece]:
    """Return the pieces of one paragraph in order; punctuation alone is part of the quotation next to it."""
    pieces: list[_Piece] = []
    at = paragraph.start
    for quotation in quoted:
        between = text[at : quotation.start]
        start = quotation.start
        if any(c.isalnum() for c in between):
            words = between.rstrip()
            opener = words[len(words.rstrip(_OPENING_CHARACTERS)) :] if words.endswith(("(", "[", "{")) else ""
            start = at + len(words) - len(opener) if opener else quotation.start
            pieces.append(_Piece("narration", at, start))
        elif pieces:
            pieces[-1] = pieces[-1]._replace(end=quotation.start)
        else:
            start = at
        pieces.append(_Piece("quotation", start, quotation.end))
        at = quotation.end
    if any(c.isalnum() for c in text[at : paragraph.end]):
        pieces.append(_Piece("narration", at, paragraph.end))
    elif pieces:
        pieces[-1] = pieces[-1]._replace(end=paragraph.end)
    elif at < paragraph.end:
        pieces.append(_Piece("narration", at, paragraph.end))
    return [_Piece(piece.kind, *without_blanks(text, piece.start, piece.end)) for piece in pieces]


def without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where ``text[start:end]`` begins and ends without the blanks around it."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _with_blanks(article: Article, pieces: list[_Piece]) -> list[Segment]:
    """Return segments that reach to the next piece or skipped stretch; blanks after a skipped stretch go forward."""
    skipped = [s.span for s in article.skipped if s.span is not None]
    starts, ends = sorted(span.start for span in skipped), sorted(span.end for span in skipped)
    segments: list[Segment] = []
    for number, piece in enumerate(pieces):
        limit = pieces[number + 1].start if number + 1 < len(pieces) else len(article.text)
        following = bisect_left(starts, piece.end)
        end = min([limit, *starts[following : following + 1]])
        start = piece.start
        if not segments or segments[-1].end != start:
            floor = segments[-1].end if segments else 0
            before = bisect_right(ends, piece.start)
            start = max([floor, *ends[max(0, before - 1) : before]])
        segments.append(Segment(number, piece.kind, article.text[start:end], start, end))
    return segments
