"""The manifest of an edition: how it was made, who speaks when, and what its files hold. It contains no time of day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

import msgspec

from narrate.errors import SourceError, reason
from narrate.languages.controls import readable_json
from narrate.storage import decode_json, version_of
from narrate.types import Article, Boundary, Cast, Chapter, Cue, Gender, Loudness, Script, SegmentKind, Word, WordTiming

FORMAT: Final = "narrate-edition/1"
PACKAGES: Final = ("narrate-edition", "spacy", "soundfile", "lameenc", "mutagen")
"""Packages whose version shapes an edition."""
CONVENTION: Final = "ITU-R BS.1770-4, mono counted as one channel, measured on the decoded MP3"


class ManifestArticle(msgspec.Struct, frozen=True):
    """The article that an edition was made from."""

    title: str | None
    byline: str | None
    language: str
    published: str | None
    source: str | None
    sha256: str
    """Of the body text in UTF-8."""

    @classmethod
    def of(cls, article: Article) -> Self:
        """Describe an article."""
        sha256 = hashlib.sha256(article.text.encode(errors="surrogatepass")).hexdigest()
        return cls(article.title, article.byline, article.language, article.published, article.source, sha256)


class ManifestLoudness(msgspec.Struct, frozen=True):
    """The loudness of the MP3 as it decodes."""

    integrated_lufs: float | None
    """None for silence, as the true peak."""
    true_peak_dbtp: float | None
    measured: str = CONVENTION

    @classmethod
    def of(cls, loudness: Loudness) -> Self:
        """Describe a loudness in hundredths of a decibel."""
        levels = (loudness.integrated_lufs, loudness.true_peak_dbtp)
        integrated_lufs, true_peak_dbtp = (round(level, 2) if abs(level) < 1e6 else None for level in levels)
        return cls(integrated_lufs, true_peak_dbtp)

    def to_loudness(self) -> Loudness:
        """Return the measurement, with minus infinity for silence."""
        levels = (self.integrated_lufs, self.true_peak_dbtp)
        return Loudness(*(float("-inf") if level is None else level for level in levels))


class ManifestVoice(msgspec.Struct, frozen=True):
    """A speaker's voice, and why it was cast."""

    speaker: str
    """Name of the speaker."""
    voice: str
    """Id of the voice."""
    engine: str
    gender: Gender
    accent: str
    reason: str


class ManifestSegment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A segment of the script, and when it is heard."""

    index: int
    kind: SegmentKind
    speaker: str
    """Name of the speaker."""
    voiced_by: str
    """Name of the speaker whose voice reads it."""
    voice: str | None
    start_s: float | None
    """Seconds from the start of the MP3; None if the segment has nothing to speak."""
    end_s: float | None
    confidence: float
    """In [0, 1]."""
    evidence: str
    text: str
    checked: bool = False
    """Whether an editor has checked its speaker; only written if so."""


class ManifestCue(msgspec.Struct, frozen=True):
    """What one voice says at a time: a line of the captions."""

    start_s: float
    """Seconds from the start of the MP3."""
    end_s: float
    speaker: str
    text: str
    segments: tuple[int, ...]
    boundary: Boundary
    words: tuple[tuple[float, float], ...]
    """Start and end of each word of ``text``, in seconds; empty if the words are not timed."""

    def __post_init__(self) -> None:
        if self.words and len(self.words) != len(self.text.split()):
            raise ValueError("'words' must hold one [start, end] for each word of 'text'")

    @classmethod
    def of(cls, cue: Cue) -> Self:
        """Describe a caption."""
        times = tuple((word.start_s, word.end_s) for word in cue.words)
        return cls(cue.start_s, cue.end_s, cue.speaker, cue.text, cue.segments, cue.boundary, times)

    def to_cue(self) -> Cue:
        """Return the caption."""
        words = tuple(Word(word, *times) for word, times in zip(self.text.split(), self.words, strict=False))
        return Cue(self.start_s, self.end_s, self.speaker, self.text, words, self.segments, self.boundary)


class ManifestSkipped(msgspec.Struct, frozen=True):
    """Text of the article that is not spoken."""

    text: str
    reason: str


class ManifestFile(msgspec.Struct, frozen=True):
    """A file of the edition."""

    holds: str
    """What it holds, such as ``mp3`` or ``captions``."""
    name: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, holds: str, name: str, path: Path) -> Self:
        """Describe a file whose bytes are at ``path`` now. Raises OSError if it cannot be read."""
        with path.open("rb") as file:
            return cls(holds, name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


class ManifestChange(msgspec.Struct, frozen=True):
    """A segment that a correction added or removed, without its words."""

    segment: int
    voice: str | None
    words: int
    sha256: str
    """Of the segment's text in UTF-8."""


class ManifestRevoicing(msgspec.Struct, frozen=True):
    """A segment that a correction gave to another voice."""

    segment: int
    voice: str | None
    former_voice: str | None


class ManifestHashes(msgspec.Struct, frozen=True):
    """Hashes of the edition that was corrected."""

    article_sha256: str
    mp3_sha256: str


class ManifestCorrection(msgspec.Struct, frozen=True):
    """What one edition changed in the edition before it, without words and names."""

    changed: tuple[str, ...]
    """Keys of ``made_from``."""
    former: ManifestHashes
    added: tuple[ManifestChange, ...]
    removed: tuple[ManifestChange, ...]
    revoiced: tuple[ManifestRevoicing, ...]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest, as ``edition.schema.json`` describes it. The fields are in the order of the file."""

    format: Literal["narrate-edition/1"] = FORMAT
    versions: Mapping[str, str]
    """Package -> version."""
    article: ManifestArticle
    engine: str
    disclaimer: str
    settings: Mapping[str, Any]
    """The tables of the configuration that shape an edition."""
    fingerprint: str = ""
    """A hash of the edition's inputs; empty if the edition was made before there was one."""
    made_from: Mapping[str, str] = {}
    """What the edition depends on -> its hash."""
    corrections: tuple[ManifestCorrection, ...] = ()
    """What was changed in earlier editions, the latest last."""
    reviewed_by: str = ""
    """Name of the editor who has checked the script; empty if no editor has."""
    reviewed_at: str = ""
    """When that was: ISO 8601 date and time in UTC."""
    below_threshold: tuple[int, ...]
    """Indices of the segments that the narrator reads because their speaker is not sure enough."""
    warnings: tuple[str, ...]
    provenance: Mapping[str, str]
    """Mark of AI origin -> ``done``, ``off`` or ``not available``, with details in brackets."""
    duration_s: float
    loudness: ManifestLoudness
    word_timing: WordTiming
    cast: tuple[ManifestVoice, ...]
    segments: tuple[ManifestSegment, ...]
    cues: tuple[ManifestCue, ...] = ()
    skipped: tuple[ManifestSkipped, ...]
    chapters: tuple[Chapter, ...]
    files: tuple[ManifestFile, ...]
    """All files of the edition but the manifest itself."""

    def __post_init__(self) -> None:
        if not any(file.holds == "mp3" for file in self.files):
            raise ValueError("'files' must hold an entry for the MP3")

    @property
    def hashes(self) -> dict[str, str]:
        """What each file holds -> its SHA-256."""
        return {file.holds: file.sha256 for file in self.files}


def read_manifest(path: Path) -> Manifest:
    """Read the manifest at ``path``.

    Raises:
        SourceError: If the file cannot be read, or is not a manifest. The message names the file and the key.
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise SourceError(f"Cannot read {path}: {reason(error)}.") from error
    return decode_json(Manifest, data, failing=f"Cannot read {path}", advice="Make the edition again.")


def encode_manifest(manifest: Manifest) -> str:
    """Return ``manifest`` as JSON text. The same manifest gives the same text, with times in milliseconds."""
    document = msgspec.to_builtins(manifest)
    document |= {key: _rounded(document[key]) for key in ("duration_s", "segments", "cues", "chapters")}
    for key in ("fingerprint", "reviewed_by", "reviewed_at"):
        if not document[key]:
            del document[key]
    return readable_json(document) + "\n"


def _rounded(value: Any) -> Any:
    """Return ``value`` with every number in it rounded to three decimal places."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return round(value, 3) if isinstance(value, float) else value


def package_versions() -> dict[str, str]:
    """Return the installed version of each package that shapes an edition."""
    return {name: version_of(name) for name in PACKAGES}


def describe_cast(script: Script, cast: Cast) -> tuple[ManifestVoice, ...]:
    """Return who speaks with which voice."""
    names = script.names
    return tuple(
        ManifestVoice(names.get(id_, id_), one.id, one.engine, one.gender, one.accent, cast.reasons.get(id_, ""))
        for id_, one in cast.voices.items()
    )


def describe_segments(script: Script, cast: Cast, cues: Iterable[Cue]) -> tuple[ManifestSegment, ...]:
    """Return the segments of ``script`` with their voices, and with the times at which ``cues`` make them heard."""
    names, times = script.names, segment_times(script, cues)
    rows = []
    for segment in script.segments:
        index, speaker, voiced_by = segment.index, names[segment.speaker], names[segment.voiced_by]
        voice = cast.voices.get(segment.voiced_by)
        start_s, end_s = times.get(index, (None, None))
        described = (index, segment.kind, speaker, voiced_by, voice.id if voice else None, start_s, end_s)
        rows.append(ManifestSegment(*described, segment.confidence, segment.evidence, segment.text, segment.checked))
    return tuple(rows)


def segment_times(script: Script, cues: Iterable[Cue]) -> dict[int, tuple[float, float]]:
    """Return when each segment is heard: from the start of its first word to the end of its last one, in seconds.

    Segments without words have no entry.
    """
    left = {segment.index: len("".join(segment.text.split())) for segment in script.segments}
    times: dict[int, tuple[float, float]] = {}
    for cue in cues:
        held = [index for index in cue.segments if index in left]
        for word in cue.words:
            characters = len(word.text)
            while held and characters > 0:
                index = held[0]
                times[index] = (times.get(index, (word.start_s, 0))[0], word.end_s)
                taken = min(characters, left[index]) if len(held) > 1 else characters
                left[index] -= taken
                characters -= taken
                if left[index] <= 0 and len(held) > 1:
                    held.pop(0)
    return times
