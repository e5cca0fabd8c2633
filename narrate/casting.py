"""Casting: a voice for everyone who is heard in a script."""

from __future__ import annotations

import difflib
import hashlib
import json
import math
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, get_args

from narrate.errors import UsageError
from narrate.types import NARRATOR, Cast, Gender, Script, Speaker, Voice

_REQUIRED: Final = ("id", "engine", "name", "language", "gender", "accent", "age", "licence")
_OPTIONAL: Final = ("settings", "narrator", "ear", "f0_hz", "grade")


def voices_folder() -> Path:
    """Return the folder ``voices``: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "voices", package.parent / "voices"):
        if (folder / "roster.toml").is_file():
            return folder
    raise UsageError(
        f"the voices of Narrate are missing: no roster.toml in {package / 'voices'}; install Narrate again"
    )


# The roster


def load_roster(path: Path) -> tuple[Voice, ...]:
    """Return the voices that the TOML file ``path`` describes, in its order.

    Raises UsageError, naming the file and the voice, if it cannot be read or an entry is wrong.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such roster") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{path}: the roster cannot be read: {error}") from None
    entries = tables.pop("voice", None)
    if tables or not isinstance(entries, list) or not entries:
        raise UsageError(f"{path}: a roster holds one or more [[voice]] tables and nothing else")
    voices = tuple(_voice(entry, f"{path}: voice {number}") for number, entry in enumerate(entries, start=1))
    seen: set[tuple[str, str]] = set()
    for voice in voices:
        if (voice.engine, voice.id) in seen:
            raise UsageError(f"{path}: there are two voices '{voice.id}' for the engine {voice.engine}")
        seen.add((voice.engine, voice.id))
    return voices


def _voice(entry: object, where: str) -> Voice:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: must be a table")
    where = f"{where} ('{entry.get('id', '?')}')"
    for key in entry:
        if key not in _REQUIRED + _OPTIONAL:
            raise UsageError(f"{where}: unknown key '{key}'; {_did_you_mean(key, _REQUIRED + _OPTIONAL)}")
    for key in _REQUIRED:
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise UsageError(f"{where}: '{key}' must be given, as text")
    if entry["gender"] not in get_args(Gender):
        raise UsageError(f"{where}: gender must be one of {', '.join(get_args(Gender))}, not '{entry['gender']}'")
    if type(entry.get("f0_hz", 0)) not in (int, float):
        raise UsageError(f"{where}: 'f0_hz' must be a number")
    return Voice(
        **{key: entry[key] for key in _REQUIRED},
        settings=_settings(entry, where),
        narrator=_narrator(entry, where),
        ear=_ear(entry, where),
        grade=_grade(entry, where),
    )


def _settings(entry: Mapping[str, Any], where: str) -> Mapping[str, str | int | float]:
    settings = entry.get("settings", {})
    if not isinstance(settings, dict) or not all(type(value) in (str, int, float) for value in settings.values()):
        raise UsageError(f"{where}: 'settings' must be a table of texts and numbers")
    return settings


def _narrator(entry: Mapping[str, Any], where: str) -> bool:
    narrator = entry.get("narrator", False)
    if not isinstance(narrator, bool):
        raise UsageError(f"{where}: 'narrator' must be true or false")
    return narrator


def _ear(entry: Mapping[str, Any], where: str) -> tuple[float, ...]:
    ear = entry.get("ear", [])
    if not isinstance(ear, list) or not all(type(value) in (int, float) and math.isfinite(value) for value in ear):
        raise UsageError(f"{where}: 'ear' must be a list of numbers")
    return tuple(float(value) for value in ear)


def _grade(entry: Mapping[str, Any], where: str) -> str:
    grade = entry.get("grade", "")
    if not isinstance(grade, str) or not re.fullmatch(r"([A-F][+-]?)?", grade):
        raise UsageError(f"{where}: 'grade' must be a letter from A to F, perhaps with + or -")
    return grade


def distance(one: Voice, other: Voice) -> float:
    """Return how far apart two voices of an engine are by ear, from 0; voices without coordinates are at 0."""
    if len(one.ear) != len(other.ear):
        return 0.0
    return math.dist(one.ear, other.ear)


# The people


def load_people(path: Path, engine: str) -> Mapping[str, str]:
    """Return the voices that people had with ``engine`` before, by name: the table ``[engine]`` of a TOML file.

    A file that does not exist yet holds nobody. Raises UsageError, naming the file, if it cannot be read.
    """
    people = _people(path).get(engine, {})
    if not all(isinstance(voice, str) for voice in people.values()):
        raise UsageError(f"{path}: every entry of [{engine}] must be a name and a voice id, as texts")
    return people


def dump_people(path: Path, engine: str, script: Script, cast: Cast) -> str:
    """Return the text of the file ``path`` with the speakers of ``script`` added; whoever is in it stays as they are.

    Speakers who have to share a voice are not added. Raises UsageError if the file cannot be read.
    """
    tables = {name: dict(people) for name, people in _people(path).items()}
    known = tables.setdefault(engine, {})
    names = {normalised(name) for name in known}
    uses = Counter(voice.id for voice in cast.voices.values())
    for speaker in script.speakers:
        voice = cast.voices.get(speaker.id)
        if voice is not None and uses[voice.id] == 1 and normalised(speaker.name) not in names:
            known[speaker.name] = voice.id
    lines = ["# Who speaks with which voice. Narrate adds names; change a voice as you like."]
    for name in sorted(tables):
        lines += ["", f"[{name}]"]
        lines += [f"{json.dumps(one)} = {json.dumps(voice)}" for one, voice in sorted(tables[name].items())]
    return "\n".join(lines) + "\n"


def _people(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(f"{path}: the people cannot be read: {error}") from None
    if not all(isinstance(table, dict) for table in tables.values()):
        raise UsageError(f"{path}: people stand in tables that are named after engines, as in [pyttsx3]")
    return tables


# The cast


def cast_voices(
    script: Script,
    roster: Sequence[Voice],
    *,
    pins: Mapping[str, str],
    narrator: str | None,
    people: Mapping[str, str] | None = None,
) -> Cast:
    """Give the narrator and everyone who is heard in ``script`` a voice of ``roster`` (one engine's voices).

    ``pins`` maps a speaker's name, alias or id, or ``narrator``, to a voice id, which is then used whatever else holds;
    ``narrator`` is the narrator's voice id unless pinned; ``people`` remembers voice ids by name from other articles,
    and is followed where the voice is in the roster and free. Speakers get voices of their own that suit their gender
    while there are any. Raises UsageError if a pinned or chosen voice is not in the roster, or the roster is empty.
    """
    if not roster:
        raise UsageError("the roster holds no voice for this engine")
    casting = _Casting(script, roster)
    casting.cast_narrator(pins, narrator)
    casting.pin(pins)
    casting.remember(people or {})
    for speaker in casting.waiting():
        casting.choose(speaker)
    return Cast(casting.voices, casting.reasons, tuple(casting.warnings))


def normalised(name: str) -> str:
    """Return ``name`` as two spellings of it compare: no accents, capitals, marks or double blanks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


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
        """Follow the pins of speakers. A name goes before an alias, so that 'Lund' may be one person's whole name."""
        names = [(speaker.id, (speaker.name, speaker.id)) for speaker in self.script.speakers]
        aliases = [(speaker.id, speaker.aliases) for speaker in self.script.speakers]
        ids: dict[str, str] = {}
        for speaker_id, known_as in (*names, *aliases):
            for name in known_as:
                ids.setdefault(normalised(name), speaker_id)
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

    def remember(self, people: Mapping[str, str]) -> None:
        """Give people the voices they had before, where nobody else has them."""
        remembered = {normalised(name): voice for name, voice in people.items()}
        by_id = {voice.id: voice for voice in self.roster}
        for speaker in self.waiting():
            voice = by_id.get(remembered.get(normalised(speaker.name), ""))
            if voice is not None and voice.id not in self._owners:
                self._give(speaker.id, voice, "remembered from another article")

    def waiting(self) -> list[Speaker]:
        """Those who are heard and have no voice yet, in the order in which they choose.

        Who says most comes first, but whoever suits any voice leaves the choice to those who do not.
        """
        heard = [one for one in self.script.speakers if self._words[one.id] and one.id not in self.voices]
        return sorted(
            heard, key=lambda one: (one.gender == "unknown", -self._words[one.id], normalised(one.name), one.id)
        )

    def choose(self, speaker: Speaker) -> None:
        """Give ``speaker`` the free voice they like best of those that suit them, or else one to share."""
        free = [voice for voice in self.roster if voice.id not in self._owners and not voice.narrator]
        best = min(free, key=lambda voice: (_mismatch(speaker, voice), _preference(speaker, voice)), default=None)
        if best is None or (speaker.gender != "unknown" and _mismatch(speaker, best) > 1):
            self._share(speaker)
        else:
            self._give(speaker.id, best, _gender_reason(speaker))

    def _share(self, speaker: Speaker) -> None:
        """No free voice suits: take one whose owners never stand beside ``speaker``, far from those who do."""
        kept = self.voices[NARRATOR]
        others = [voice for voice in self.roster if voice != kept and not voice.narrator] or [*self.roster]
        neighbours = self._neighbours.get(speaker.id, set())
        beside = {voice.id: voice for one in neighbours if (voice := self.voices.get(one)) is not None}

        def merit(voice: Voice) -> tuple[bool, int, int, float, str]:
            apart = min((distance(voice, other) for other in beside.values()), default=0.0)
            uses = len(self._owners.get(voice.id, ()))
            return voice.id in beside, _mismatch(speaker, voice), uses, -apart, _preference(speaker, voice)

        voice = min(others, key=merit)
        owners = self._owners.get(voice.id, [])
        if owners:
            shared = " and ".join(owners[:2]) + (" and others" if len(owners) > 2 else "")
            self.warnings.append(f"too few voices: {speaker.name} speaks with the voice '{voice.id}' of {shared}")
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
        hint = _did_you_mean(voice_id, [voice.id for voice in self.roster])
        raise UsageError(f"there is no voice '{voice_id}' for {speaker}; {hint}")


def _mismatch(speaker: Speaker, voice: Voice) -> int:
    """Say how ill ``voice`` suits the gender of ``speaker``: 0 well, 1 it is neutral, 2 not at all."""
    if voice.gender == speaker.gender:
        return 0
    return 1 if voice.gender == "unknown" else 2


def _gender_reason(speaker: Speaker) -> str:
    if speaker.gender == "unknown":
        return "gender: not known from the article"
    evidence = f", from {speaker.gender_evidence}" if speaker.gender_evidence else ""
    return f"gender: {speaker.gender}{evidence}"


def _preference(speaker: Speaker, voice: Voice) -> str:
    """Rank ``voice`` for ``speaker``, the same in every article: the order is that of a hash of both names.

    A voice more or less in the roster changes nobody else's order.
    """
    return hashlib.sha256(f"{normalised(speaker.name)}\0{voice.id}".encode()).hexdigest()


def _did_you_mean(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name.casefold(), [one.casefold() for one in known], n=3)
    found = [one for one in known if one.casefold() in near]
    return f"did you mean {' or '.join(found)}?" if found else f"known: {', '.join(known)}"
