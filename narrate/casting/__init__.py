"""Cast a voice for everyone who is heard in a script."""

from __future__ import annotations

from narrate.casting.cast import cast_voices
from narrate.casting.choices import VoiceChoice, voice_choices
from narrate.casting.people import first_pins, load_people, normalized, people_after, remember_people
from narrate.casting.roster import lexicon_file, load_roster, roster_file, roster_files, sample_of, voices_folder
from narrate.casting.voice_distance import distance

__all__ = [
    "VoiceChoice", "cast_voices", "distance", "first_pins", "lexicon_file", "load_people", "load_roster", "normalized",
    "people_after", "remember_people", "roster_file", "roster_files", "sample_of", "voice_choices", "voices_folder",
]  # fmt: skip
