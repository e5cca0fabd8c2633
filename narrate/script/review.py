"""What an editor must check in a script, what an editor has checked, and what of that still holds for a new script."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Final

from narrate.script.document import CORRECTED, SpeakerIds
from narrate.script.marks import unclosed_quotation
from narrate.types import Article, Script, Segment, Speaker

TIME_VARIABLE: Final = "SOURCE_DATE_EPOCH"
"""Environment variable with the time to use instead of the clock's, in Unix seconds (reproducible-builds.org)."""


def is_uncertain(segment: Segment, *, min_confidence: float) -> bool:
    """Return whether ``segment`` is a quotation whose confidence, from 0 to 1, is below ``min_confidence``."""
    return segment.kind == "quotation" and segment.confidence < min_confidence


def doubtful_quotations(script: Script, *, min_confidence: float) -> tuple[int, ...]:
    """Return the indices of the quotations that an editor should check, whether or not that has been done.

    Args:
        script: A script with speakers.
        min_confidence: Quotations with a lower confidence, from 0 to 1, are doubtful. So are those that a warning of
            the script names.
    """
    return tuple(
        segment.index
        for segment in script.segments
        if is_uncertain(segment, min_confidence=min_confidence)
        or (segment.kind == "quotation" and _has_warning(segment, script.warnings))
    )


def unchecked_quotations(script: Script, *, min_confidence: float) -> tuple[int, ...]:
    """Return the doubtful quotations, by index, that no editor has checked yet. See :func:`doubtful_quotations`."""
    doubtful = doubtful_quotations(script, min_confidence=min_confidence)
    return tuple(index for index in doubtful if not script.segments[index].checked)


def _has_warning(segment: Segment, warnings: Iterable[str]) -> bool:
    return any(unclosed_quotation(segment.text) in warning for warning in warnings)


def review_time(clock: Callable[[], datetime] | None = None) -> str:
    """Return the time for the note that an editor has checked a script, in UTC and to the second.

    Args:
        clock: Returns the time, with its time zone. By default, the time in ``SOURCE_DATE_EPOCH`` or else the present.
    """
    fixed = os.environ.get(TIME_VARIABLE, "")
    if clock is None and fixed.isdecimal():
        now = datetime.fromtimestamp(int(fixed), UTC)
    else:
        now = clock().astimezone(UTC) if clock else datetime.now(UTC)
    return f"{now:%Y-%m-%dT%H:%M:%SZ}"


def carry_review(script: Script, previous: Script) -> Script:
    """Return the script with what an editor has checked in an earlier script of the article.

    A quotation keeps its mark if its words, its paragraph and the paragraphs around that are unchanged. If the editor
    had named its speaker, it keeps the speaker as well; otherwise Narrate must still find the same one. The review of
    the whole is kept if nothing has changed at all.

    Args:
        script: The script of the article as it is now.
        previous: The script that was checked, as :func:`narrate.script.document.load_script` returns it.
    """
    passages, passages_before = _Passages(script.article), _Passages(previous.article)
    checked = {passages_before.place(segment): segment for segment in previous.segments if segment.checked}
    if not checked and not previous.reviewed_by:
        return script
    moves = passages.moves(passages_before)
    speakers = {speaker.name: speaker for speaker in script.speakers}
    ids = SpeakerIds(speakers)
    names, described = previous.names, {speaker.id: speaker for speaker in previous.speakers}
    segments = []
    for segment in script.segments:
        passage, offset = passages.place(segment)
        before = checked.get((moves.get(passage, -1), offset)) if segment.kind == "quotation" else None
        is_same = before is not None and before.text.strip() == segment.text.strip()
        if before and is_same:
            segment = _carried(segment, before, names[before.speaker], described.get(before.speaker), ids)
        segments.append(segment)
    quoted = dict.fromkeys(segment.speaker for segment in segments)
    by_id = {speaker.id: speaker for speaker in speakers.values()}
    carried = replace(script, segments=tuple(segments), speakers=tuple(by_id[id_] for id_ in quoted if id_ in by_id))
    if _says(carried) != _says(previous):
        return carried
    return replace(carried, reviewed_by=previous.reviewed_by, reviewed_at=previous.reviewed_at)


class _Passages:
    """The headline and the paragraphs of an article, in order."""

    def __init__(self, article: Article) -> None:
        headline = [article.headline] if article.headline else []
        spans = sorted([*headline, *article.paragraphs], key=lambda span: span.start)
        self.starts = [span.start for span in spans]
        self.texts = [article.text[span.start : span.end] for span in spans]

    def place(self, segment: Segment) -> tuple[int, int]:
        """Return the number of the passage that the segment's first word is in, and its offset there."""
        start = segment.start + len(segment.text) - len(segment.text.lstrip())
        passage = bisect_right(self.starts, start) - 1
        return passage, start - self.starts[passage] if passage >= 0 else start

    def moves(self, before: _Passages) -> dict[int, int]:
        """Return number of a passage -> its number in ``before``, for those that are unchanged with their neighbors."""
        old, new = (["", *passages.texts, ""] for passages in (before, self))
        matcher = SequenceMatcher(None, old, new, autojunk=False)
        same = {block.b + n: block.a + n for block in matcher.get_matching_blocks() for n in range(block.size)}
        return {
            number - 1: same[number] - 1
            for number in range(1, len(new) - 1)
            if number in same and all(same.get(number + step) == same[number] + step for step in (-1, 1))
        }


def _carried(segment: Segment, before: Segment, name: str, described: Speaker | None, ids: SpeakerIds) -> Segment:
    """Return the quotation with the mark that it had ``before``, said by the speaker with this name and description."""
    if before.evidence != CORRECTED:
        return replace(segment, checked=True) if ids.find(name) == segment.speaker else segment
    speaker = ids.of(name, described)
    corrected = replace(segment, speaker=speaker, voiced_by=speaker, described_as="", checked=True)
    return replace(corrected, confidence=before.confidence, evidence=CORRECTED)


def _says(script: Script) -> list[tuple[str, str, str]]:
    """Return what is heard, and from whom, without what Narrate adds in front."""
    names = script.names
    return [(s.kind, s.text, names[s.speaker]) for s in script.segments if s.kind != "disclaimer"]
