"""The edition that lies where another is about to: what its manifest says, and whether its files are still whole."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from narrate.edition.manifest import FORMAT
from narrate.edition.paths import MANIFEST_ENDING
from narrate.types import Chapter, Cue, Loudness, Word

log = logging.getLogger(__name__)

SEGMENT_KEYS: Final = ("index", "kind", "text", "speaker", "voice")


@dataclass(frozen=True, slots=True)
class PreviousEdition:
    """An edition as its manifest has it."""

    mp3: Path
    engine: str
    voices: Mapping[str, tuple[str, str]]
    """Speaker's name -> voice id, and the reason for it."""
    made_from: Mapping[str, str]
    corrections: tuple[Mapping[str, Any], ...]
    """What was changed in editions before, the latest last."""
    segments: tuple[Mapping[str, Any], ...]
    article_sha256: str
    mp3_sha256: str
    duration_s: float
    loudness: Loudness
    provenance: Mapping[str, str]
    warnings: tuple[str, ...]
    cues: tuple[Cue, ...]
    chapters: tuple[Chapter, ...]
    files: Mapping[str, Path]
    """What each holds -> its path; the manifest among them."""
    hashes: Mapping[str, str]
    """What each holds -> SHA-256 of the file as it was made; the manifest itself has none."""

    def faults(self) -> tuple[str, ...]:
        """The files that are missing, or not as they were made."""
        return tuple(fault for holds, digest in self.hashes.items() if (fault := _fault(self.files[holds], digest)))


def read_previous_edition(mp3: Path) -> PreviousEdition | None:
    """The edition whose MP3 is, or was, at ``mp3``. None if there is none, or its manifest tells nothing."""
    path = mp3.with_suffix(MANIFEST_ENDING)
    try:
        return _former(mp3, path, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        log.warning("the manifest %s tells nothing of the former edition: %s", path, error)
        return None


def _former(mp3: Path, path: Path, manifest: Mapping[str, Any]) -> PreviousEdition | None:
    if manifest["format"] != FORMAT:
        raise ValueError(f"its format is {manifest['format']!r}")
    hashes = {str(file["holds"]): str(file["sha256"]) for file in manifest["files"]}
    files = {str(file["holds"]): mp3.with_name(Path(str(file["name"])).name) for file in manifest["files"]}
    loudness = manifest["loudness"]
    return PreviousEdition(
        mp3=mp3,
        engine=str(manifest["engine"]),
        voices={str(row["speaker"]): (str(row["voice"]), str(row["reason"])) for row in manifest["cast"]},
        made_from={str(thing): str(digest) for thing, digest in manifest.get("made_from", {}).items()},
        corrections=tuple(dict(entry) for entry in manifest.get("corrections", ())),
        segments=tuple({key: row[key] for key in SEGMENT_KEYS} for row in manifest["segments"]),
        article_sha256=str(manifest["article"]["sha256"]),
        mp3_sha256=hashes["mp3"],
        duration_s=float(manifest["duration_s"]),
        loudness=Loudness(_level(loudness["integrated_lufs"]), _level(loudness["true_peak_dbtp"])),
        provenance={str(mark): str(state) for mark, state in manifest["provenance"].items()},
        warnings=tuple(map(str, manifest["warnings"])),
        cues=tuple(_cue(row) for row in manifest.get("cues", ())),
        chapters=tuple(Chapter(row["start_s"], row["end_s"], str(row["title"])) for row in manifest["chapters"]),
        files={**files, "manifest": path},
        hashes=hashes,
    )


def _cue(row: Mapping[str, Any]) -> Cue:
    words = zip(row["text"].split(), row["words"], strict=True)
    return Cue(
        start_s=float(row["start_s"]),
        end_s=float(row["end_s"]),
        speaker=str(row["speaker"]),
        text=str(row["text"]),
        words=tuple(Word(word, float(start_s), float(end_s)) for word, (start_s, end_s) in words),
        segments=tuple(map(int, row["segments"])),
        boundary=row["boundary"],
    )


def _level(value: float | None) -> float:
    """Null stands for silence."""
    return float("-inf") if value is None else float(value)


def _fault(path: Path, digest: str) -> str:
    try:
        with path.open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError as error:
        return f"{path} is missing" if isinstance(error, FileNotFoundError) else f"{path} cannot be read"
    return "" if same else f"{path} is not the file that was made"
