"""Choose a voice for the narrator and for every speaker who is heard in a script."""

from __future__ import annotations

import functools
import hashlib
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from narrate.casting.people import normalized
from narrate.casting.voice_distance import Draw, distance, draw_apart
from narrate.errors import UsageError, suggestion
from narrate.types import NARRATOR, NARRATOR_NAME, Cast, Gender, Script, Speaker, Voice

VoiceKinds = frozenset[tuple[Gender, bool]]
"""Kinds of voices: the gender, and whether the voice is a reserve."""

_KNOWN_GENDERS: Final[tuple[Gender, ...]] = ("female", "male")
_GRADES: Final = tuple(f"{letter}{sign}" for letter in "ABCDEF" for sign in ("+", "", "-"))


def cast_voices(
    script: Script,
    roster: Sequence[Voice],
    *,
    pins: Mapping[str, str],
    narrator: str | None,
    people: Mapping[str, str] | None = None,
    previous: Mapping[str, tuple[str, str]] | None = None,
    guests: Sequence[Voice] = (),
) -> Cast:
    """Cast the narrator and every speaker who is heard in ``script``.

    Speakers get voices of their own that suit their gender as long as there are any. Reserve voices come last. The
    choice makes the least distance between any two voices that are heard as large as possible. Among equal choices,
    the speakers with the most words get the best grades.

    Args:
        script: The script, with its speakers attributed.
        roster: The voices of one engine.
        pins: Voice id by speaker name, alias or id, or by ``narrator``. A pin overrides everything else.
        narrator: The id of the narrator's voice, unless it is pinned.
        people: Voice id by name, remembered from other articles. Followed if the voice is in the roster and free.
        previous: The cast of this article's previous edition: name -> voice id and reason. A speaker keeps the voice
            unless the roster, a pin or a gender that is now known prevents it.
        guests: Voices of other engines, which only pins and ``narrator`` give to anybody.

    Returns:
        The cast: the narrator first, then the speakers in the order in which they chose.

    Raises:
        UsageError: The roster is empty, or a pinned or chosen voice is not in it.
    """
    if not roster:
        raise UsageError("Cannot cast the voices: the roster holds no voice for this engine. Choose another engine.")
    builder = _CastBuilder(script, roster, previous or {}, guests)
    builder.cast_narrator(pins, narrator)
    builder.pin(pins)
    builder.remember(people or {})
    builder.keep_previous()
    builder.cast_speakers()
    return builder.finish()


class _CastBuilder:
    """The cast of one script while it is made."""

    def __init__(
        self,
        script: Script,
        roster: Sequence[Voice],
        previous: Mapping[str, tuple[str, str]],
        guests: Sequence[Voice],
    ) -> None:
        self.script, self.roster, self._guests = script, roster, guests
        self.voices: dict[str, Voice] = {}
        self.reasons: dict[str, str] = {}
        self.warnings: list[str] = []
        self._names = {NARRATOR: "the narrator"} | {speaker.id: speaker.name for speaker in script.speakers}
        self._by_id = {voice.id: voice for voice in roster}
        self._owners: dict[str, list[str]] = {}
        """Voice id -> the names of those who speak with it."""
        self._speakers: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        """Engine and id of a voice -> the ids of those who speak with it."""
        self._voice_places: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        """Engine and id of a voice -> the places where it is heard, as in ``_places``, in order."""
        self._ids = self._ids_by_name()
        self._previous: dict[str, tuple[Voice, str]] = {}
        """Speaker id -> the voice in the previous edition, and the reason for it."""
        for name, (voice_id, reason) in previous.items():
            speaker_id = NARRATOR if normalized(name) == NARRATOR else self._ids.get(normalized(name))
            if speaker_id and voice_id in self._by_id:
                self._previous.setdefault(speaker_id, (self._by_id[voice_id], reason))
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        """Speaker id -> the places where the speaker is heard, in words from the beginning of the script."""
        self._word_counts: Counter[str] = Counter()
        self._neighbors: defaultdict[str, set[str]] = defaultdict(set)
        """Speaker id -> who is heard directly before or after, with or without narration in between."""
        before = speaker_before = NARRATOR
        words_before = 0
        for segment in script.segments:
            heard = segment.voiced_by
            self._places[heard].append(words_before)
            words_before += len(segment.text.split())
            self._word_counts[heard] += len(segment.text.split())
            for other in {before, speaker_before} - {heard}:
                self._neighbors[heard].add(other)
                self._neighbors[other].add(heard)
            before = heard
            if heard != NARRATOR:
                speaker_before = heard

    def cast_narrator(self, pins: Mapping[str, str], narrator: str | None) -> None:
        pinned = next((voice for name, voice in pins.items() if normalized(name) == NARRATOR), None)
        if pinned is not None:
            self._give(NARRATOR, self._find(pinned, "narrator"), "pinned")
        elif narrator is not None:
            self._give(NARRATOR, self._find(narrator, "narrator"), "chosen as the narrator's voice")
        else:
            default = next((voice for voice in self.roster if voice.narrator), self.roster[0])
            self._give(NARRATOR, default, "the roster's voice for the narrator")

    def pin(self, pins: Mapping[str, str]) -> None:
        """Follow the pins of speakers."""
        for name, voice_id in pins.items():
            key = normalized(name)
            if key == NARRATOR:
                continue
            voice = self._find(voice_id, name)
            speaker_id = self._ids.get(key)
            if speaker_id is None:
                hint = suggestion(name, (NARRATOR_NAME, *(speaker.name for speaker in self.script.speakers)))
                self.warnings.append(f"A voice is pinned for '{name}', who does not speak in this article. {hint}")
            elif speaker_id in self.voices:
                if self.voices[speaker_id] != voice:
                    used = self.voices[speaker_id].id
                    self.warnings.append(f"Several voices are pinned for '{name}'. Narrate uses '{used}'.")
            elif self._word_counts[speaker_id]:
                if voice.id in self._owners:
                    owner = self._owners[voice.id][0]
                    self.warnings.append(f"The voice '{voice.id}' is pinned for {name} and also speaks for {owner}.")
                self._give(speaker_id, voice, "pinned")

    def _ids_by_name(self) -> dict[str, str]:
        """Return speaker ids by normalized name. A name precedes an alias: 'Lund' may be somebody's whole name."""
        names = [(speaker.id, (speaker.name, speaker.id)) for speaker in self.script.speakers]
        aliases = [(speaker.id, speaker.aliases) for speaker in self.script.speakers]
        ids: dict[str, str] = {}
        for speaker_id, known_as in (*names, *aliases):
            for name in known_as:
                ids.setdefault(normalized(name), speaker_id)
        return ids

    def keep_previous(self) -> None:
        """Give speakers their voices of the previous edition, shared ones too, unless a new speaker has them.

        A voice that contradicts the gender as it is now known stays only if no other voice is left that suits.
        """
        for is_contradicting in (False, True):
            for speaker in self.waiting():
                voice = self._previous_voice(speaker.id)
                if voice is None or _contradicts(speaker, voice) is not is_contradicting:
                    continue
                if is_contradicting and any(self._is_free(one) and _mismatch(speaker, one) < 2 for one in self.roster):
                    continue
                if owners := self._owners.get(voice.id):
                    self.warnings.append(_sharing_warning(speaker.name, voice, _join_names(owners)))
                self._give(speaker.id, voice, self._previous[speaker.id][1])

    def _previous_voice(self, speaker_id: str) -> Voice | None:
        """Return the voice of the previous edition if everyone who has it now had it then."""
        voice, _ = self._previous.get(speaker_id, (None, ""))
        if voice is None:
            return None
        owners = self._speakers[voice.engine, voice.id]
        return voice if all(self._previous.get(owner, (None, ""))[0] == voice for owner in owners) else None

    def _is_free(self, voice: Voice) -> bool:
        return voice.id not in self._owners and not voice.narrator

    def finish(self) -> Cast:
        order = [NARRATOR, *(speaker.id for speaker in sorted(self.script.speakers, key=self._turn))]
        voices = {speaker_id: self.voices[speaker_id] for speaker_id in order if speaker_id in self.voices}
        return Cast(voices, {speaker_id: self.reasons[speaker_id] for speaker_id in voices}, tuple(self.warnings))

    def remember(self, people: Mapping[str, str]) -> None:
        """Give people the voices they had in other articles, if these are free."""
        remembered = {normalized(name): voice for name, voice in people.items()}
        for speaker in self.waiting():
            voice = self._by_id.get(remembered.get(normalized(speaker.name), ""))
            if voice is not None and voice.id not in self._owners:
                before, reason = self._previous.get(speaker.id, (None, ""))
                self._give(speaker.id, voice, reason if before == voice else "remembered from another article")

    def waiting(self) -> list[Speaker]:
        """Return the speakers who are heard and have no voice yet, in the order in which they choose.

        Speakers whom only some voices suit choose before those whom every voice suits, and then by number of words.
        """
        heard = [one for one in self.script.speakers if self._word_counts[one.id] and one.id not in self.voices]
        return sorted(heard, key=self._turn)

    def _turn(self, speaker: Speaker) -> tuple[bool, int, str, str]:
        return speaker.gender == "unknown", -self._word_counts[speaker.id], normalized(speaker.name), speaker.id

    def cast_speakers(self) -> None:
        """Give each waiting speaker a voice of their own, far from all others, or one to share if none suits."""
        draws, sharing = self._draws()
        drawn = draw_apart(draws, self._comparable_voices(), _preference)
        for speaker in self.waiting():
            if speaker.id in drawn:
                self._give(speaker.id, drawn[speaker.id], _gender_reason(speaker))
        for speaker in sharing:
            self._share(speaker)

    def _comparable_voices(self) -> list[Voice]:
        """Return the voices given so far, without guests whose sound was not measured like that of the roster."""
        engine, measured = self.roster[0].engine, {len(voice.ear) for voice in self.roster}
        return [one for one in self.voices.values() if one.engine == engine or {len(one.ear)} == measured]

    def _draws(self) -> tuple[list[Draw], list[Speaker]]:
        """Return the pools of voices with the speakers who draw from them, and the speakers who must share a voice.

        Each speaker draws from the most suitable pool that still has a voice to spare.
        """
        free = sorted(filter(self._is_free, self.roster), key=lambda voice: voice.id)
        queues: dict[VoiceKinds, list[Speaker]] = {}
        sharing = []

        def has_room(kinds: VoiceKinds) -> bool:
            promised = sum(len(queue) for other, queue in queues.items() if other & kinds)
            return promised < sum(_kind(voice) in kinds for voice in free)

        for speaker in self.waiting():
            kinds = next(filter(has_room, _suitable_kinds(speaker)), None)
            if kinds is None:
                sharing.append(speaker)
            else:
                queues.setdefault(kinds, []).append(speaker)
        draws = [
            Draw(tuple(queue), tuple(voice for voice in free if _kind(voice) in kinds))
            for kinds, queue in queues.items()
        ]
        return draws, sharing

    def _share(self, speaker: Speaker) -> None:
        """Give ``speaker`` a voice that no neighbor in the script has, and whose other speakers are far away in it.

        Of several such voices it is the one that sounds least like the neighbors' voices.
        """
        narrator_voice = self.voices[NARRATOR]
        others = [voice for voice in self.roster if voice != narrator_voice and not voice.narrator] or [*self.roster]
        nearby = {voice.id: voice for one in self._neighbors[speaker.id] if (voice := self.voices.get(one)) is not None}

        def cost(voice: Voice) -> tuple[bool, int, int]:
            return voice.id in nearby, _mismatch(speaker, voice), len(self._owners.get(voice.id, ()))

        def nearness(voice: Voice) -> tuple[int, float, str]:
            apart = min((distance(voice, other) for other in nearby.values()), default=0.0)
            return -self._words_apart(speaker, voice), -apart, _preference(speaker, voice)[1]

        costs = [cost(voice) for voice in others]
        least = min(costs)
        equal = [voice for voice, one in zip(others, costs, strict=True) if one == least]
        voice = min(equal, key=nearness)
        reason = _gender_reason(speaker)
        if owners := self._owners.get(voice.id):
            shared_with = _join_names(owners)
            self.warnings.append(_sharing_warning(speaker.name, voice, shared_with))
            reason = f"{reason}; shared with {shared_with}, because there are too few voices"
        else:
            self.warnings.append(f"No {speaker.gender} voice is left for {speaker.name}. Narrate uses '{voice.id}'.")
            reason = f"{reason}, but no such voice is left"
        self._give(speaker.id, voice, reason)

    def _words_apart(self, speaker: Speaker, voice: Voice) -> int:
        """Return the least distance in the script between ``speaker`` and those who speak with ``voice``, in words."""
        places, gaps = self._voice_places[voice.engine, voice.id], []
        for own in self._places[speaker.id]:
            at = bisect_left(places, own)
            gaps += [abs(own - place) for place in places[max(at - 1, 0) : at + 1]]
        return min(gaps, default=0)

    def _give(self, speaker_id: str, voice: Voice, reason: str) -> None:
        self.voices[speaker_id] = voice
        self.reasons[speaker_id] = reason
        self._owners.setdefault(voice.id, []).append(self._names[speaker_id])
        self._speakers[voice.engine, voice.id].append(speaker_id)
        for place in self._places[speaker_id]:
            insort(self._voice_places[voice.engine, voice.id], place)

    def _find(self, voice_id: str, speaker: str) -> Voice:
        named, voices = voice_id.strip().casefold(), (*self.roster, *self._guests)
        for voice in voices:
            if named in (voice.id.casefold(), f"{voice.engine}:{voice.id}".casefold()):
                return voice
        hint = suggestion(voice_id, (voice.id for voice in voices))
        raise UsageError(f"Cannot cast {speaker}: the roster has no voice '{voice_id}'. {hint}")


def _mismatch(speaker: Speaker, voice: Voice) -> int:
    """Return how badly ``voice`` suits the gender of ``speaker``: 0 well, 1 the voice is neutral, 2 not at all."""
    if voice.gender == speaker.gender:
        return 0
    return 1 if voice.gender == "unknown" else 2


def _contradicts(speaker: Speaker, voice: Voice) -> bool:
    return {speaker.gender, voice.gender} == {*_KNOWN_GENDERS}


def _join_names(names: Sequence[str]) -> str:
    return " and ".join(names[:2]) + (" and others" if len(names) > 2 else "")


def _sharing_warning(name: str, voice: Voice, shared_with: str) -> str:
    return f"There are too few voices: {name} shares the voice '{voice.id}' with {shared_with}."


def _gender_reason(speaker: Speaker) -> str:
    if speaker.gender == "unknown":
        return "gender: not known from the article"
    evidence = f", from {speaker.gender_evidence}" if speaker.gender_evidence else ""
    return f"gender: {speaker.gender}{evidence}"


def _suitable_kinds(speaker: Speaker) -> list[VoiceKinds]:
    """Return the kinds of voices for ``speaker``, best first. A reserve comes after all others that suit as well."""
    neutral, neutral_reserve = _kinds("unknown")
    if speaker.gender == "unknown":
        gendered, gendered_reserve = _kinds(*_KNOWN_GENDERS)
        return [neutral, gendered, neutral_reserve, gendered_reserve]
    return [*_kinds(speaker.gender), neutral, neutral_reserve]


def _kinds(*genders: Gender) -> tuple[VoiceKinds, VoiceKinds]:
    """Return the kinds of voices with these genders: those without reserves, and the reserves."""
    return frozenset((gender, False) for gender in genders), frozenset((gender, True) for gender in genders)


def _kind(voice: Voice) -> tuple[Gender, bool]:
    return voice.gender, voice.reserve


def _preference(speaker: Speaker, voice: Voice) -> tuple[int, str]:
    """Rank ``voice`` for ``speaker``, lowest first: by its grade, ungraded voices last, then by a hash of the names."""
    rank = _GRADES.index(voice.grade) if voice.grade else len(_GRADES)
    return rank, _hash_rank(normalized(speaker.name), voice.id)


@functools.lru_cache(maxsize=4096)
def _hash_rank(speaker: str, voice: str) -> str:
    """Rank a voice for a speaker the same way in every article, whatever other voices the roster has."""
    return hashlib.sha256(f"{speaker}\0{voice}".encode()).hexdigest()
