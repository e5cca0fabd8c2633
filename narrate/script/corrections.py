"""Corrections that an editor makes in a script: who says what, and what is read.

Each function returns a new script with the same article text. Speakers keep their place in ``Script.speakers`` while
they say something; new speakers come last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from narrate.errors import UsageError
from narrate.languages import language_of
from narrate.languages.controls import STEERING
from narrate.script.document import CORRECTED, one_line, speaker_id_of
from narrate.script.marks import find_quoted
from narrate.script.segmenter import segments_of, without_blanks
from narrate.types import NARRATOR, NARRATOR_NAME, Article, Gender, Script, SegmentKind, Skipped, Span, Speaker

SET_BY_EDITOR: Final = "set by an editor"
"""The evidence for a gender that an editor chose."""
RESTORED: Final = "skipped text that an editor restored"
"""The evidence for the speaker of a quotation in such text, who is not known."""


def assign(script: Script, segments: Collection[int], name: str | None) -> Script:
    """Name the speaker of segments, which is certain from then on. Narration becomes quotation.

    Args:
        script: The script.
        segments: Indices of quotations, or of narration that is speech.
        name: The name, alias or id of a speaker, or the name of a new one; None lets the narrator read the segments.

    Raises:
        UsageError: If an index is not that of a quotation or narration, or the name is blank.
    """
    speakers = {speaker.name: speaker for speaker in script.speakers}
    name = NARRATOR if name is None else _checked_name(name)
    speaker = speaker_id_of(name, speakers)
    _check_kinds(script, segments, ("quotation", "narration") if speaker != NARRATOR else ("quotation",))
    said = {"kind": "quotation", "speaker": speaker, "voiced_by": speaker, "confidence": 1.0, "evidence": CORRECTED}
    known = replace(script, speakers=tuple(speakers.values()))
    return _with_changes(known, segments, **said, described_as="", checked=True)


def assign_all(script: Script, speaker: str, name: str | None) -> Script:
    """Name the speaker of everything that ``speaker`` says, as :func:`assign` does.

    Args:
        script: The script.
        speaker: The name of a speaker, or of the narrator for the quotations that the narrator reads as their speaker.
        name: As for :func:`assign`.

    Raises:
        UsageError: If there is no such speaker, or the name is blank.
    """
    return assign(script, _said_by(script, find_speaker_id(script, speaker)), name)


def confirm(script: Script, segments: Collection[int]) -> Script:
    """Note that an editor has checked the speakers of quotations, and that they are right.

    Raises:
        UsageError: If an index is not that of a quotation.
    """
    _check_kinds(script, segments, ("quotation",))
    return _with_changes(script, segments, checked=True)


def split(script: Script, segments: Collection[int], name: str) -> Script:
    """Give segments to a new speaker.

    Args:
        script: The script.
        segments: As for :func:`assign`.
        name: The name of the new speaker.

    Raises:
        UsageError: If the script has a speaker of that name, or as :func:`assign`.
    """
    name = _checked_name(name)
    _check_is_free(script, name, f"Cannot split off {name}", "Assign the quotations to this speaker instead.")
    return assign(script, segments, name)


def mark_as_not_speech(script: Script, segments: Collection[int]) -> Script:
    """Make quotations narration: words in quotation marks that are no speech, such as a title.

    Raises:
        UsageError: If an index is not that of a quotation.
    """
    _check_kinds(script, segments, ("quotation",))
    said = {"kind": "narration", "speaker": NARRATOR, "voiced_by": NARRATOR, "confidence": 1.0, "evidence": ""}
    return _with_changes(script, segments, **said, described_as="", checked=False)


def rename(script: Script, speaker: str, name: str) -> Script:
    """Rename a speaker.

    Raises:
        UsageError: If there is no such speaker, the name is blank, or another speaker has it.
    """
    name, speaker_id = _checked_name(name), find_speaker_id(script, speaker, may_be_narrator=False)
    others = replace(script, speakers=tuple(one for one in script.speakers if one.id != speaker_id))
    _check_is_free(others, name, f"Cannot rename {speaker} to {name}", "Merge the two speakers instead.")
    return _with_speaker(script, speaker_id, name=name)


def merge(script: Script, speaker: str, into: str) -> Script:
    """Make two speakers one. Their quotations keep their confidence and evidence.

    Args:
        script: The script.
        speaker: The name of the speaker who is no longer listed; it becomes an alias of the other.
        into: The name of the speaker who stays.

    Raises:
        UsageError: If one of them does not exist, or both are the same.
    """
    left, kept = (find_speaker_id(script, name, may_be_narrator=False) for name in (speaker, into))
    if left == kept:
        raise UsageError(f"Cannot merge {speaker} into {into}: both are the same speaker. Choose another speaker.")
    by_id = {one.id: one for one in script.speakers}
    names = (*by_id[kept].aliases, by_id[left].name, *by_id[left].aliases)
    aliases = tuple(dict.fromkeys(name for name in names if name != by_id[kept].name))
    merged = _with_speaker(script, kept, aliases=aliases)
    return _with_changes(merged, _said_by(script, left), speaker=kept, voiced_by=kept)


def set_gender(script: Script, speaker: str, gender: Gender) -> Script:
    """Set the gender of a speaker.

    Raises:
        UsageError: If there is no such speaker.
    """
    evidence = None if gender == "unknown" else SET_BY_EDITOR
    speaker_id = find_speaker_id(script, speaker, may_be_narrator=False)
    return _with_speaker(script, speaker_id, gender=gender, gender_evidence=evidence)


def review(script: Script, name: str, time: str) -> Script:
    """Note that an editor has checked the whole script.

    Args:
        script: The script.
        name: The editor's name.
        time: When that was, as :func:`narrate.script.review.review_time` returns it.

    Raises:
        UsageError: If the name is blank.
    """
    return replace(script, reviewed_by=_checked_name(name), reviewed_at=time)


def find_speaker_id(script: Script, name: str, *, may_be_narrator: bool = True) -> str:
    """Return the id of the speaker with exactly this name.

    Args:
        script: The script.
        name: The name of a speaker.
        may_be_narrator: Whether the narrator counts as a speaker.

    Raises:
        UsageError: If there is no such speaker.
    """
    if may_be_narrator and name == NARRATOR_NAME:
        return NARRATOR
    found = next((speaker.id for speaker in script.speakers if speaker.name == name), None)
    if found is None:
        raise UsageError(f"The script has no speaker {name!r}. Reload the script.")
    return found


def is_restorable(skipped: Skipped) -> bool:
    """Return whether :func:`read_skipped` can restore the text: it has words and a place in the body text."""
    return skipped.span is not None and any(map(str.isalnum, skipped.text))


def read_skipped(script: Script, number: int) -> Script:
    """Have text read that was skipped. The speakers of the quotations in it are not known: they have confidence 0.

    Args:
        script: The script.
        number: Index in ``article.skipped``.

    Raises:
        UsageError: If there is no such text, or it has no place in the body text.
    """
    article = script.article
    if not 0 <= number < len(article.skipped):
        raise UsageError(f"There is no skipped text {number}. Reload the script.")
    skipped = article.skipped[number]
    if skipped.span is None or not is_restorable(skipped):
        raise UsageError(
            f"Cannot read {skipped.text[:60]!r}: it has no words, or no place in the article's text. "
            "Add it to the article instead."
        )
    paragraph = Span(*without_blanks(article.text, skipped.span.start, skipped.span.end))
    quoted, _ = find_quoted(article.text, [paragraph], language_of(article.language).sentences)
    restored = [
        replace(segment, confidence=0.0, evidence=RESTORED) if segment.kind == "quotation" else segment
        for segment in segments_of(article.text, skipped.span, paragraph, quoted)
    ]
    rest = tuple(one for at, one in enumerate(article.skipped) if at != number)
    article = replace(article, skipped=rest, paragraphs=_with_paragraph(article, paragraph))
    added = [segment for segment in script.segments if segment.start == segment.end == 0]
    placed = sorted(
        (*(one for one in script.segments if one.start < one.end), *restored), key=lambda segment: segment.start
    )
    segments = tuple(replace(segment, index=index) for index, segment in enumerate((*added, *placed)))
    return replace(script, article=article, segments=segments)


def _with_paragraph(article: Article, added: Span) -> tuple[Span, ...]:
    """Return the paragraphs with the restored one. Text on the same line as a paragraph becomes part of it."""
    spans: list[Span] = []
    for span in sorted((*article.paragraphs, added), key=lambda one: one.start):
        if spans and added in (spans[-1], span) and "\n" not in article.text[spans[-1].start : span.end]:
            spans[-1] = added = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return tuple(spans)


def _check_kinds(script: Script, segments: Iterable[int], kinds: tuple[SegmentKind, ...]) -> None:
    """Raise ``UsageError`` if an index is not that of a segment of one of ``kinds``."""
    for index in segments:
        if not 0 <= index < len(script.segments) or script.segments[index].kind not in kinds:
            raise UsageError(f"Segment {index} is no quotation. Reload the script.")


def _checked_name(name: str) -> str:
    """Return the name on one line. A script document may not hold every character."""
    if not (name := one_line(name)):
        raise UsageError("The name is blank. Type a name.")
    if found := STEERING.search(name):
        raise UsageError(f"The name contains the control character U+{ord(found[0]):04X}. Type it without.")
    return name


def _check_is_free(script: Script, name: str, failing: str, advice: str) -> None:
    """Raise ``UsageError`` if ``name`` is that of a speaker, an alias, or the narrator's."""
    speakers = {speaker.name: speaker for speaker in script.speakers}
    if speaker_id_of(name, speakers) in {NARRATOR, *(one.id for one in script.speakers)}:
        raise UsageError(f"{failing}: the script has a speaker of that name. {advice}")


def _said_by(script: Script, speaker_id: str) -> list[int]:
    return [one.index for one in script.segments if one.kind == "quotation" and one.speaker == speaker_id]


def _with_speaker(script: Script, speaker_id: str, **changes: object) -> Script:
    speakers = (replace(one, **changes) if one.id == speaker_id else one for one in script.speakers)  # type: ignore[arg-type]
    return replace(script, speakers=tuple[Speaker, ...](speakers))


def _with_changes(script: Script, segments: Iterable[int], **changes: object) -> Script:
    """Return the script with changed segments, and without the speakers who say nothing."""
    rows = list(script.segments)
    for index in segments:
        rows[index] = replace(rows[index], **changes)  # type: ignore[arg-type]
    quoted = {row.speaker for row in rows}
    speakers = tuple(speaker for speaker in script.speakers if speaker.id in quoted)
    return replace(script, segments=tuple(rows), speakers=speakers)
