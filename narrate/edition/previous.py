"""The previous edition: what the manifest on disk says, and whether its files are still whole."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from narrate.edition.manifest import Manifest, read_manifest
from narrate.edition.paths import MANIFEST_ENDING
from narrate.errors import SourceError
from narrate.types import Cue, Delivered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreviousEdition:
    """An edition on disk."""

    mp3: Path
    manifest: Manifest

    @property
    def files(self) -> Mapping[str, Path]:
        """What each file holds -> its path; the manifest is among them."""
        files = {file.holds: self.mp3.with_name(Path(file.name).name) for file in self.manifest.files}
        return {**files, "manifest": self.mp3.with_suffix(MANIFEST_ENDING)}

    @property
    def voices(self) -> Mapping[str, tuple[str, str]]:
        """Speaker's name -> voice id, and the reason for that voice."""
        return {row.speaker: (row.voice, row.reason) for row in self.manifest.cast}

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The captions."""
        return tuple(cue.to_cue() for cue in self.manifest.cues)

    def delivered(self) -> Delivered:
        """Return the files of the edition, and what they hold."""
        manifest = self.manifest
        return Delivered(
            cues=self.cues,
            duration_s=manifest.duration_s,
            loudness=manifest.loudness.to_loudness(),
            chapters=manifest.chapters,
            files=self.files,
            provenance=manifest.provenance,
            warnings=manifest.warnings,
        )

    def mark(self, fingerprint: str) -> str:
        """Return the mark in the take cache that says that the edition is current for inputs with this fingerprint."""
        from narrate.synthesis.cache import entry_name

        return entry_name(self.manifest.hashes["mp3"], fingerprint)

    def faults(self) -> tuple[str, ...]:
        """Return a sentence for each file that is missing or has changed since it was made."""
        files = self.files
        return tuple(fault for row in self.manifest.files if (fault := _fault(files[row.holds], row.sha256)))


def read_previous_edition(mp3: Path) -> PreviousEdition | None:
    """Read the edition whose MP3 is, or was, at ``mp3``.

    Returns:
        The edition, or None if there is no manifest or it cannot be read. The latter is logged as a warning.
    """
    try:
        return PreviousEdition(mp3, read_manifest(mp3.with_suffix(MANIFEST_ENDING)))
    except SourceError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            log.warning("The previous edition is ignored: %s", error)
        return None


def _fault(path: Path, digest: str) -> str:
    try:
        with path.open("rb") as file:
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError as error:
        return f"{path} is missing" if isinstance(error, FileNotFoundError) else f"{path} cannot be read"
    return "" if is_same else f"{path} is not the file that was made"
