"""Read the files of an edition for the checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrate.delivery.player import shown_speaker
from narrate.edition.manifest import Manifest, read_manifest
from narrate.edition.paths import MANIFEST_ENDING, SCRIPT_ENDING
from narrate.errors import SourceError, reason
from narrate.languages import ENGLISH, language_of
from narrate.listening import hear_opening
from narrate.storage import decode_json
from narrate.verify.mpeg import Layout, layout
from narrate.verify.sound import Sound, measure
from narrate.verify.webvtt import VttCue, parse

OPENING_S: Final = 10.0
"""Seconds in which the disclaimer is heard: it takes less."""
Outcome = tuple[bool | None, str]
"""Whether a check holds, None if it does not apply; and what was found."""


@dataclass(frozen=True, slots=True)
class _Article:
    title: str | None
    byline: str | None
    language: str
    published: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: str
    text: str
    voiced_by: str = "Narrator"  # name of the speaker whose voice reads it


@dataclass(frozen=True, slots=True)
class ScriptDocument:
    """The parts of a script document that are compared with the other files."""

    article: _Article
    segments: tuple[_Segment, ...]
    cast: Mapping[str, str]  # speaker's name -> voice id


@dataclass(frozen=True, slots=True)
class Opened:
    """An MP3 and its sidecar files."""

    mp3: Path
    data: bytes
    layout: Layout
    tags: Any  # ``mutagen.id3.ID3``, or None if there is no readable tag
    sound: Sound
    cues: list[VttCue]
    caption_faults: list[str]
    script: ScriptDocument | None
    manifest: Manifest | None
    transcribe: Callable[[Path], str] | None

    def sidecar(self, ending: str) -> Path | None:
        """Return the file of the same name with another ending, or None if there is no such file."""
        path = self.mp3.with_suffix(ending)
        return path if path.is_file() else None

    def opening_words(self) -> str:
        """Return the words that are heard in the first seconds. Raises ``NarrateError`` if that is impossible."""
        if self.transcribe:
            return self.transcribe(self.mp3)
        return hear_opening(self.mp3, language=self.language_code, until_s=OPENING_S)

    @property
    def segments(self) -> tuple[_Segment, ...]:
        """The segments of the script document, if there is one."""
        return self.script.segments if self.script else ()

    def shown(self, speaker: str) -> str:
        """Return a speaker's name as captions and transcripts have it."""
        return shown_speaker(speaker, self.language or ENGLISH.code)

    @property
    def shown_cast(self) -> set[str]:
        """The names of the cast as captions and transcripts have them, if there is a script document."""
        return {self.shown(speaker) for speaker in self.script.cast} if self.script else set()

    @property
    def disclaimer(self) -> str:
        """The words that the edition must open with."""
        own = (" ".join(one.text.split()) for one in self.segments if one.kind == "disclaimer")
        return next(own, language_of(self.language).sentences.disclaimer)

    @property
    def engine(self) -> str:
        """The engine that spoke the edition; empty without a manifest."""
        return self.manifest.engine if self.manifest else ""

    @property
    def language_code(self) -> str:
        """ISO 639-1 code of the article's language, English if it is not known."""
        return language_of(self.language).code

    @property
    def language(self) -> str | None:
        """The BCP 47 tag of the article, if there is a script document."""
        return self.script.article.language if self.script else None


def open_edition(mp3: Path, transcribe: Callable[[Path], str] | None) -> Opened:
    """Read the files of an edition. Raises ``SourceError`` if the MP3 or a JSON file that is there cannot be read."""
    data = _read(mp3)
    captions, script, manifest = (mp3.with_suffix(ending) for ending in (".vtt", SCRIPT_ENDING, MANIFEST_ENDING))
    cues, faults = parse(captions.read_text("utf-8", errors="replace")) if captions.is_file() else ([], [])
    return Opened(
        mp3=mp3,
        data=data,
        layout=layout(data),
        tags=_tags(mp3),
        sound=measure(mp3, cues),
        cues=cues,
        caption_faults=faults,
        script=decode_json(ScriptDocument, _read(script), failing=f"Cannot read {script}") if script.exists() else None,
        manifest=read_manifest(manifest) if manifest.exists() else None,
        transcribe=transcribe,
    )


def _tags(mp3: Path) -> Any:
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        return ID3(mp3)
    except MutagenError:
        return None


def _read(path: Path) -> bytes:
    if path.is_dir():
        raise SourceError(f"Cannot read {path}: it is a folder. Name the MP3 of an edition in it.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"Cannot read {path}: {reason(error)}.") from error
