"""The changes that the page asks for, as they arrive in JSON, and what each does to a script and its voices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from narrate.errors import UsageError
from narrate.script import corrections
from narrate.script.review import review_time, unchecked_quotations
from narrate.speakable.lexicon import with_pronunciation
from narrate.types import Gender, Script, Voice

MAX_SEGMENTS: Final = 20_000
"""Segments that one change may name: more than an article of 200,000 words has."""
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Indices = Annotated[tuple[Annotated[int, Meta(ge=0)], ...], Meta(min_length=1, max_length=MAX_SEGMENTS)]


@dataclass(frozen=True, slots=True)
class Draft:
    """A script while it is edited."""

    script: Script
    voices: Mapping[str, str]
    """Speaker id -> voice id. A speaker who is not in it is cast."""
    roster: tuple[Voice, ...]
    """The voices that may be cast."""
    min_confidence: float
    """Quotations with a lower confidence, from 0 to 1, must be checked."""

    def corrected(self, script: Script) -> Draft:
        """Return the draft with a corrected script. The review of the whole script ends with it."""
        return replace(self, script=replace(script, reviewed_by="", reviewed_at=""))


class _Change(msgspec.Struct, frozen=True, tag_field="op", forbid_unknown_fields=True):
    """A change. The keys of its JSON are the fields, and ``op``."""


class Assign(_Change, frozen=True, tag="assign"):
    """Name the speaker of segments; None lets the narrator read them."""

    segments: Indices
    speaker: Name | None

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.assign(draft.script, self.segments, self.speaker))


class AssignAll(_Change, frozen=True, tag="assign_all", rename={"source": "from"}):
    """Name the speaker of everything that another speaker says."""

    source: Name
    speaker: Name | None

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.assign_all(draft.script, self.source, self.speaker))


class NotSpeech(_Change, frozen=True, tag="not_speech"):
    """Make quotations narration."""

    segments: Indices

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.mark_as_not_speech(draft.script, self.segments))


class Rename(_Change, frozen=True, tag="rename"):
    """Rename a speaker."""

    speaker: Name
    name: Name

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.rename(draft.script, self.speaker, self.name))


class Merge(_Change, frozen=True, tag="merge"):
    """Make two speakers one."""

    speaker: Name
    into: Name

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.merge(draft.script, self.speaker, self.into))


class Split(_Change, frozen=True, tag="split"):
    """Give segments to a new speaker."""

    segments: Indices
    name: Name

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.split(draft.script, self.segments, self.name))


class ReadSkipped(_Change, frozen=True, tag="read_skipped"):
    """Have text read that was skipped."""

    skipped: int

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return draft.corrected(corrections.read_skipped(draft.script, self.skipped))


class Pronounce(_Change, frozen=True, tag="pronounce"):
    """Say how a word is pronounced, in this article or for the desk; nothing to say removes the entry."""

    word: Annotated[str, Meta(min_length=1, max_length=100)]
    say: Annotated[str, Meta(max_length=200)]
    where: Literal["article", "desk"] = "article"

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change. The desk's lexicon is a file of its own."""
        script = draft.script
        if self.where == "desk":
            return draft.corrected(script)
        return draft.corrected(replace(script, article=with_pronunciation(script.article, self.word, self.say)))


class SetGender(_Change, frozen=True, tag="gender"):
    """Set the gender of a speaker. A voice of the other gender is replaced."""

    speaker: Name
    gender: Gender

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        corrected = draft.corrected(corrections.set_gender(draft.script, self.speaker, self.gender))
        speaker = corrections.find_speaker_id(draft.script, self.speaker)
        genders = {voice.id: voice.gender for voice in draft.roster}
        if {genders.get(draft.voices.get(speaker, "")), self.gender} != {"female", "male"}:
            return corrected
        return replace(corrected, voices={one: voice for one, voice in draft.voices.items() if one != speaker})


class SetVoice(_Change, frozen=True, tag="voice"):
    """Choose the voice of a speaker or of the narrator, by its id."""

    speaker: Name
    voice: Name

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        speaker = corrections.find_speaker_id(draft.script, self.speaker)
        if speaker not in draft.voices:
            raise UsageError(f"The narrator reads all that {self.speaker} says. Confirm one of the quotations first.")
        if self.voice not in {voice.id for voice in draft.roster}:
            raise UsageError(f"The roster has no voice {self.voice!r}. Choose another voice.")
        return replace(draft.corrected(draft.script), voices={**draft.voices, speaker: self.voice})


class Confirm(_Change, frozen=True, tag="confirm"):
    """Note that the speakers of quotations are right. A review of the whole script still holds."""

    segments: Indices

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        return replace(draft, script=corrections.confirm(draft.script, self.segments))


class Reviewed(_Change, frozen=True, tag="reviewed"):
    """Note that an editor has checked the whole script."""

    by: Name

    def apply(self, draft: Draft) -> Draft:
        """Return the draft with the change."""
        left = len(unchecked_quotations(draft.script, min_confidence=draft.min_confidence))
        if left:
            raise UsageError(f"Cannot mark the script as checked: {left} quotations are still to check.")
        return replace(draft, script=corrections.review(draft.script, self.by, review_time()))


class Undo(_Change, frozen=True, tag="undo"):
    """Take the last change back."""


class Redo(_Change, frozen=True, tag="redo"):
    """Make the change again that was taken back last."""


class Reload(_Change, frozen=True, tag="reload"):
    """Take the script from its file."""


Correction = (
    Assign | AssignAll | NotSpeech | Rename | Merge | Split | ReadSkipped | Pronounce | SetGender | SetVoice
    | Confirm | Reviewed
)  # fmt: skip
"""A change of the script or of its voices. ``apply`` raises ``NarrateError`` if the script does not allow it."""
Change = Correction | Undo | Redo | Reload


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a request for a change."""

    version: int
    """The version that the page shows."""
    change: Change
