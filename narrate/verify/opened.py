"""An edition's files, opened for the checks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrate.errors import SourceError
from narrate.verify.mpeg import Layout, layout
from narrate.verify.sound import Sound, measure
from narrate.verify.webvtt import VttCue, parse

DISCLAIMER: Final = "Voice is AI-generated. Inconsistencies may occur."
"""What an edition opens with, unless its script says otherwise."""
Outcome = tuple[bool | None, str]
"""Whether a check holds (None: it does not apply), and what was found."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The MP3 and what lies beside it."""

    mp3: Path
    data: bytes
    layout: Layout
    tags: Any
    """``mutagen.id3.ID3``; None if there is no tag that can be read."""
    sound: Sound
    cues: list[VttCue]
    caption_faults: list[str]
    script: dict[str, Any] | None
    """The script document."""
    manifest: dict[str, Any] | None
    transcribe: Callable[[Path], str]

    def beside(self, ending: str) -> Path | None:
        """The file of the same name with another ending, if there is one."""
        path = self.mp3.with_suffix(ending)
        return path if path.is_file() else None

    @property
    def segments(self) -> list[dict[str, Any]]:
        return list(self.script["segments"]) if self.script else []

    @property
    def disclaimer(self) -> str:
        """The words that the edition must open with."""
        words = [segment["text"] for segment in self.segments if segment["kind"] == "disclaimer"]
        return " ".join(words[0].split()) if words else DISCLAIMER


def open_edition(mp3: Path, transcribe: Callable[[Path], str]) -> Opened:
    """Read the files. Raises ``SourceError`` if the MP3 cannot be read or decoded."""
    try:
        data = mp3.read_bytes()
    except OSError as error:
        raise SourceError(f"Cannot read the edition {mp3}: {error.strerror or error}.") from error
    captions = mp3.with_suffix(".vtt")
    cues, faults = parse(captions.read_text("utf-8", errors="replace")) if captions.is_file() else ([], [])
    return Opened(
        mp3=mp3,
        data=data,
        layout=layout(data),
        tags=_tags(mp3),
        sound=measure(mp3, cues),
        cues=cues,
        caption_faults=faults,
        script=_json(mp3.with_suffix(".script.json")),
        manifest=_json(mp3.with_suffix(".edition.json")),
        transcribe=transcribe,
    )


def _tags(mp3: Path) -> Any:
    from mutagen import MutagenError
    from mutagen.id3 import ID3

    try:
        return ID3(mp3)
    except MutagenError:
        return None


def _json(path: Path) -> dict[str, Any] | None:
    """None where there is no such file. A broken one is an error: whatever it says cannot be checked."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise SourceError(f"Cannot read {path}: {error}.") from error
    if not isinstance(content, dict):
        raise SourceError(f"{path} holds no JSON object.")
    return content
