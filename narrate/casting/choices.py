"""The voices that an editor may choose from for a speaker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from narrate.casting.voice_distance import distance
from narrate.types import NARRATOR, Cast, Gender, Script, Voice

TOO_ALIKE: Final = 0.6
"""Voices that are nearer to each other (see :func:`distance`) are easily confused: a cosine similarity of their
embeddings of .82 or more. One in twenty pairs of Kokoro's voices is."""


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A voice that a speaker may have."""

    voice: Voice
    is_suited: bool
    """Whether it is of the speaker's gender or neutral, and not kept for the narrator."""
    too_like: tuple[str, ...]
    """Names of the other people in the cast whose voices are this one, or hard to tell from it."""


def voice_choices(script: Script, cast: Cast, roster: Sequence[Voice], speaker_id: str) -> tuple[VoiceChoice, ...]:
    """Return the voices for a speaker: suited ones first, and among these the ones that are far from all others.

    Args:
        script: The script.
        cast: Its present cast.
        roster: The voices of the engine.
        speaker_id: The speaker, or the narrator.
    """
    names = script.names
    genders: Mapping[str, Gender] = {speaker.id: speaker.gender for speaker in script.speakers}
    gender = genders.get(speaker_id, "unknown")
    others = {names[one]: voice for one, voice in cast.voices.items() if one != speaker_id and one in names}

    def choice(voice: Voice) -> VoiceChoice:
        alike = tuple(name for name, other in others.items() if _sounds_like(voice, other))
        is_for_gender = gender == "unknown" or voice.gender in (gender, "unknown")
        return VoiceChoice(voice, is_for_gender and (speaker_id == NARRATOR or not voice.narrator), alike)

    def apart(voice: Voice) -> float:
        return min((distance(voice, other) for other in others.values()), default=0.0)

    choices = [choice(voice) for voice in roster]
    return tuple(
        sorted(choices, key=lambda one: (not one.is_suited, bool(one.too_like), -apart(one.voice), one.voice.id))
    )


def _sounds_like(voice: Voice, other: Voice) -> bool:
    has_coordinates = bool(voice.ear) and len(voice.ear) == len(other.ear)
    return voice.id == other.id or (has_coordinates and distance(voice, other) < TOO_ALIKE)
