"""Who speaks with which voice."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from narrate.casting.people import normalised
from narrate.casting.roster import did_you_mean
from narrate.casting.voice_distance import Draw, distance, draw_apart
from narrate.errors import UsageError
from narrate.types import NARRATOR, Cast, Gender, Script, Speaker, Voice

Kinds = frozenset[tuple[Gender, bool]]
"""Kinds of voices: gender, and whether they are a reserve."""

_KNOWN: Final[tuple[Gender, ...]] = ("female", "male")
_GRADES: Final = tuple(f"{letter}{sign}" for letter in "ABCDEF" for sign in ("+", "", "-"))


def cast_voices(
    script: Script,
    roster: Sequence[Voice],
    *,
    pins: Mapping[str, str],
    narrator: str | None,
    people: Mapping[str, str] | None = None,
    former: Mapping[str, tuple[str, str]] | None = None,
) -> Cast:
    """Give the narrator and everyone who is heard in ``script`` a voice of ``roster`` (one engine's voices).

    ``pins`` maps a speaker's name, alias or id, or ``narrator``, to a voice id, which is then used whatever else holds;
    ``narrator`` is the narrator's voice id unless pinned; ``people`` remembers voice ids by name from other articles,
    and is followed where the voice is in the roster and free; ``former`` is the cast of this article's former edition,
    name -> voice id and reason, which stays unless the roster, a pin or a gender now known is against it. Speakers get
    voices of their own that suit their gender while there are any, those of the reserve last, and such that the least
    distance by ear between any two voices that are heard is as large as it can be; of these, those who say most get the
    best. Raises UsageError if a pinned or chosen voice is not in the roster, or the roster is empty.
    """
    if not roster:
        raise UsageError("the roster holds no voice for this engine")
    casting = _Casting(script, roster)
    casting.cast_narrator(pins, narrator)
    casting.pin(pins)
    casting.recall(former or {})
    casting.remember(people or {})
    casting.keep()
    casting.cast_speakers()
    return casting.finished()


@dataclass(slots=True)
class _Casting:
    """The cast of one script while it is made."""

    script: Script
    roster: Sequence[Voice]
    voices: dict[str, Voice] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    _words: Counter[str] = field(default_factory=Counter)
    _neighbours: dict[str, set[str]] = field(default_factory=dict)
    """Who is heard directly before or after whom, narration in between or not."""
    _owners: dict[str, list[str]] = field(default_factory=dict)
    """The names of those who speak with a voice, by its id."""
    _names: dict[str, str] = field(default_factory=dict)
    _former: dict[str, tuple[Voice, str]] = field(default_factory=dict)
    """Who had which voice in the former edition, by speaker id, and why."""

    def __post_init__(self) -> None:
        self._names = {NARRATOR: "the narrator"} | {one.id: one.name for one in self.script.speakers}
        before = NARRATOR
        spoken_before = NARRATOR
        for segment in self.script.segments:
            voice = segment.voiced_by
            self._words[voice] += len(segment.text.split())
            for other in {before, spoken_before} - {voice}:
                self._neighbours.setdefault(voice, set()).add(other)
                self._neighbours.setdefault(other, set()).add(voice)
            before = voice
            if voice != NARRATOR:
                spoken_before = voice

    def cast_narrator(self, pins: Mapping[str, str], narrator: str | None) -> None:
        pinned = next((voice for name, voice in pins.items() if normalised(name) == NARRATOR), None)
        if pinned is not None:
            self._give(NARRATOR, self._named(pinned, "narrator"), "pinned")
        elif narrator is not None:
            self._give(NARRATOR, self._named(narrator, "narrator"), "chosen as the narrator's voice")
        else:
            kept = next((voice for voice in self.roster if voice.narrator), self.roster[0])
            self._give(NARRATOR, kept, "the roster's voice for the narrator")

    def pin(self, pins: Mapping[str, str]) -> None:
        """Follow the pins of speakers."""
        ids = self._ids()
        for name, voice in pins.items():
            key = normalised(name)
            if key == NARRATOR:
                continue
            found = self._named(voice, name)
            if key not in ids:
                self.warnings.append(f"a voice is pinned for '{name}', who does not speak in this article")
            elif ids[key] in self.voices:
                if self.voices[ids[key]] != found:
                    self.warnings.append(f"several voices are pinned for '{name}'; {self.voices[ids[key]].id} is used")
            elif self._words[ids[key]]:
                if found.id in self._owners:
                    shared = self._owners[found.id][0]
                    self.warnings.append(f"the voice '{found.id}' is pinned for {name} and speaks for {shared} too")
                self._give(ids[key], found, "pinned")

    def _ids(self) -> dict[str, str]:
        """Who is meant by a normalised name. A name goes before an alias: 'Lund' may be one person's whole name."""
        names = [(speaker.id, (speaker.name, speaker.id)) for speaker in self.script.speakers]
        aliases = [(speaker.id, speaker.aliases) for speaker in self.script.speakers]
        ids: dict[str, str] = {}
        for speaker_id, known_as in (*names, *aliases):
            for name in known_as:
                ids.setdefault(normalised(name), speaker_id)
        return ids

    def recall(self, former: Mapping[str, tuple[str, str]]) -> None:
        """Take note of the former cast: name -> voice id and reason."""
        ids = self._ids() | {NARRATOR: NARRATOR}
        by_id = {voice.id: voice for voice in self.roster}
        for name, (voice_id, reason) in former.items():
            if (speaker_id := ids.get(normalised(name))) and voice_id in by_id:
                self._former.setdefault(speaker_id, (by_id[voice_id], reason))

    def keep(self) -> None:
        """Give speakers the voices they had in the former edition, shared ones too, where nobody new has them.

        A voice that contradicts the gender, as known now, stays only where none is left that does not.
        """
        for contradicting in (False, True):
            for speaker in self.waiting():
                voice = self._former_voice(speaker.id)
                if voice is None or _contradicts(speaker, voice) is not contradicting:
                    continue
                if contradicting and any(self._is_free(one) and _mismatch(speaker, one) < 2 for one in self.roster):
                    continue
                if owners := self._owners.get(voice.id):
                    self.warnings.append(_shared_warning(speaker.name, voice, _listed(owners)))
                self._give(speaker.id, voice, self._former[speaker.id][1])

    def _former_voice(self, speaker_id: str) -> Voice | None:
        """The voice of the former edition, if all who have it now had it then."""
        voice, _ = self._former.get(speaker_id, (None, ""))
        owners = [one for one, theirs in self.voices.items() if theirs == voice]
        return voice if all(self._former.get(one, (None, ""))[0] == voice for one in owners) else None

    def _is_free(self, voice: Voice) -> bool:
        return voice.id not in self._owners and not voice.narrator

    def finished(self) -> Cast:
        """The cast, the narrator first, then in the order of choosing."""
        order = [NARRATOR, *(one.id for one in sorted(self.script.speakers, key=self._turn))]
        voices = {one: self.voices[one] for one in order if one in self.voices}
        return Cast(voices, {one: self.reasons[one] for one in voices}, tuple(self.warnings))

    def remember(self, people: Mapping[str, str]) -> None:
        """Give people the voices they had before, where nobody else has them."""
        remembered = {normalised(name): voice for name, voice in people.items()}
        by_id = {voice.id: voice for voice in self.roster}
        for speaker in self.waiting():
            voice = by_id.get(remembered.get(normalised(speaker.name), ""))
            if voice is not None and voice.id not in self._owners:
                before, reason = self._former.get(speaker.id, (None, ""))
                self._give(speaker.id, voice, reason if before == voice else "remembered from another article")

    def waiting(self) -> list[Speaker]:
        """Those who are heard and have no voice yet, in the order in which they choose.

        Who says most comes first, but whoever suits any voice leaves the choice to those who do not.
        """
        heard = [one for one in self.script.speakers if self._words[one.id] and one.id not in self.voices]
        return sorted(heard, key=self._turn)

    def _turn(self, speaker: Speaker) -> tuple[bool, int, str, str]:
        return speaker.gender == "unknown", -self._words[speaker.id], normalised(speaker.name), speaker.id

    def cast_speakers(self) -> None:
        """Give everyone who waits a voice of their own, far from all others; or one to share, if none suits."""
        draws, sharing = self._draws()
        drawn = draw_apart(draws, [*self.voices.values()], _liking)
        for speaker in self.waiting():
            if speaker.id in drawn:
                self._give(speaker.id, drawn[speaker.id], _gender_reason(speaker))
        for speaker in sharing:
            self._share(speaker)

    def _draws(self) -> tuple[list[Draw], list[Speaker]]:
        """From which voices who may draw, so that everyone suits as well as can be; and who goes away empty."""
        free = [voice for voice in self.roster if self._is_free(voice)]
        free.sort(key=lambda voice: voice.id)
        queues: dict[Kinds, list[Speaker]] = {}
        sharing = []

        def has_room(kinds: Kinds) -> bool:
            promised = sum(len(queue) for other, queue in queues.items() if other & kinds)
            return promised < sum(_kind(voice) in kinds for voice in free)

        for speaker in self.waiting():
            kinds = next(filter(has_room, _suitable(speaker)), None)
            if kinds is None:
                sharing.append(speaker)
            else:
                queues.setdefault(kinds, []).append(speaker)
        pools = {kinds: tuple(voice for voice in free if _kind(voice) in kinds) for kinds in queues}
        return [Draw(tuple(queue), pools[kinds]) for kinds, queue in queues.items()], sharing

    def _share(self, speaker: Speaker) -> None:
        """No free voice suits: take one whose owners never stand beside ``speaker``, far from those who do."""
        kept = self.voices[NARRATOR]
        others = [voice for voice in self.roster if voice != kept and not voice.narrator] or [*self.roster]
        neighbours = self._neighbours.get(speaker.id, set())
        beside = {voice.id: voice for one in neighbours if (voice := self.voices.get(one)) is not None}

        def merit(voice: Voice) -> tuple[bool, int, int, float, str]:
            apart = min((distance(voice, other) for other in beside.values()), default=0.0)
            uses = len(self._owners.get(voice.id, ()))
            return voice.id in beside, _mismatch(speaker, voice), uses, -apart, _liking(speaker, voice)[1]

        voice = min(others, key=merit)
        owners = self._owners.get(voice.id, [])
        if owners:
            shared = _listed(owners)
            self.warnings.append(_shared_warning(speaker.name, voice, shared))
            self._give(
                speaker.id, voice, f"{_gender_reason(speaker)}; shared with {shared}, as there are too few voices"
            )
        else:
            self.warnings.append(f"no {speaker.gender} voice is left for {speaker.name}; '{voice.id}' is used")
            self._give(speaker.id, voice, f"{_gender_reason(speaker)}, but no such voice is left")

    def _give(self, speaker_id: str, voice: Voice, reason: str) -> None:
        self.voices[speaker_id] = voice
        self.reasons[speaker_id] = reason
        self._owners.setdefault(voice.id, []).append(self._names[speaker_id])

    def _named(self, voice_id: str, speaker: str) -> Voice:
        for voice in self.roster:
            if voice.id.casefold() == voice_id.strip().casefold():
                return voice
        hint = did_you_mean(voice_id, [voice.id for voice in self.roster])
        raise UsageError(f"there is no voice '{voice_id}' for {speaker}; {hint}")


def _mismatch(speaker: Speaker, voice: Voice) -> int:
    """Say how ill ``voice`` suits the gender of ``speaker``: 0 well, 1 it is neutral, 2 not at all."""
    if voice.gender == speaker.gender:
        return 0
    return 1 if voice.gender == "unknown" else 2


def _contradicts(speaker: Speaker, voice: Voice) -> bool:
    return {speaker.gender, voice.gender} == {*_KNOWN}


def _listed(owners: Sequence[str]) -> str:
    return " and ".join(owners[:2]) + (" and others" if len(owners) > 2 else "")


def _shared_warning(name: str, voice: Voice, shared: str) -> str:
    return f"too few voices: {name} speaks with the voice '{voice.id}' of {shared}"


def _gender_reason(speaker: Speaker) -> str:
    if speaker.gender == "unknown":
        return "gender: not known from the article"
    evidence = f", from {speaker.gender_evidence}" if speaker.gender_evidence else ""
    return f"gender: {speaker.gender}{evidence}"


def _suitable(speaker: Speaker) -> list[Kinds]:
    """The kinds of voices for ``speaker``, the most suitable first: a reserve after all others that suit as well."""
    neutral: list[Kinds] = [frozenset({("unknown", reserve)}) for reserve in (False, True)]
    if speaker.gender == "unknown":
        any_gender: list[Kinds] = [frozenset((gender, reserve) for gender in _KNOWN) for reserve in (False, True)]
        return [neutral[0], any_gender[0], neutral[1], any_gender[1]]
    return [*(frozenset({(speaker.gender, reserve)}) for reserve in (False, True)), *neutral]


def _kind(voice: Voice) -> tuple[Gender, bool]:
    return voice.gender, voice.reserve


def _liking(speaker: Speaker, voice: Voice) -> tuple[int, str]:
    """Rank ``voice`` for ``speaker``: by its grade, those without one last, then by preference."""
    rank = _GRADES.index(voice.grade) if voice.grade else len(_GRADES)
    return rank, _preference(normalised(speaker.name), voice.id)


@functools.lru_cache(maxsize=4096)
def _preference(speaker: str, voice: str) -> str:
    """Rank ``voice`` for ``speaker``, both by name, the same in every article: by a hash of the names.

    A voice more or less in the roster changes nobody else's order.
    """
    return hashlib.sha256(f"{speaker}\0{voice}".encode()).hexdigest()
