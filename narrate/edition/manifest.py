"""The manifest of an edition: how it was made, who speaks when, and what lies in its files. No clock stands in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from narrate.storage import version_of
from narrate.types import Article, Cast, Chapter, Cue, Loudness, Script, WordTiming

FORMAT: Final = "narrate-edition/1"
PACKAGES: Final = ("narrate-edition", "spacy", "soundfile", "lameenc", "mutagen")
"""Those whose version shapes an edition."""
CONVENTION: Final = "ITU-R BS.1770-4, mono counted as one channel, measured on the decoded MP3"


def manifest(
    *,
    script: Script,
    cast: Cast,
    cues: Sequence[Cue],
    chapters: Sequence[Chapter],
    duration_s: float,
    loudness: Loudness,
    word_timing: WordTiming,
    about: Mapping[str, Any],
    files: Mapping[str, tuple[str, Path]],
) -> str:
    """The manifest, JSON, as ``edition.schema.json`` describes it.

    ``about`` adds ``engine``, ``disclaimer``, ``settings``, ``made_from``, ``corrections``, ``below_threshold`` and
    ``warnings``; ``files`` tells of each file what it holds, its name, and where its bytes are now. Raises ``OSError``.
    """
    document = {
        "format": FORMAT,
        "versions": {name: version_of(name) for name in PACKAGES},
        "article": _article(script.article),
        **about,
        "duration_s": round(duration_s, 3),
        "loudness": {
            "integrated_lufs": _finite(loudness.integrated_lufs),
            "true_peak_dbtp": _finite(loudness.true_peak_dbtp),
            "measured": CONVENTION,
        },
        "word_timing": word_timing,
        "cast": _cast(script, cast),
        "segments": _segments(script, cast, cues),
        "cues": [_cue(cue) for cue in cues],
        "skipped": [{"text": skipped.text, "reason": skipped.reason} for skipped in script.article.skipped],
        "chapters": [{"start_s": round(c.start_s, 3), "end_s": round(c.end_s, 3), "title": c.title} for c in chapters],
        "files": [_file(holds, name, path) for holds, (name, path) in files.items()],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def segment_times(script: Script, cues: Iterable[Cue]) -> dict[int, tuple[float, float]]:
    """When each segment is heard: from the start of its first word to the end of its last. The silent have no entry."""
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


def _article(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "byline": article.byline,
        "language": article.language,
        "published": article.published,
        "source": article.source,
        "sha256": hashlib.sha256(article.text.encode(errors="surrogatepass")).hexdigest(),
    }


def _cast(script: Script, cast: Cast) -> list[dict[str, Any]]:
    names = script.names
    return [
        {
            "speaker": names.get(speaker, speaker),
            "voice": voice.id,
            "engine": voice.engine,
            "gender": voice.gender,
            "accent": voice.accent,
            "reason": cast.reasons.get(speaker, ""),
        }
        for speaker, voice in cast.voices.items()
    ]


def _segments(script: Script, cast: Cast, cues: Iterable[Cue]) -> list[dict[str, Any]]:
    names, times = script.names, segment_times(script, cues)
    rows = []
    for segment in script.segments:
        start_s, end_s = times.get(segment.index, (None, None))
        voice = cast.voices.get(segment.voiced_by)
        rows.append(
            {
                "index": segment.index,
                "kind": segment.kind,
                "speaker": names[segment.speaker],
                "voiced_by": names[segment.voiced_by],
                "voice": voice.id if voice else None,
                "start_s": None if start_s is None else round(start_s, 3),
                "end_s": None if end_s is None else round(end_s, 3),
                "confidence": round(segment.confidence, 3),
                "evidence": segment.evidence,
                "text": segment.text,
            }
        )
    return rows


def _cue(cue: Cue) -> dict[str, Any]:
    return {
        "start_s": round(cue.start_s, 3),
        "end_s": round(cue.end_s, 3),
        "speaker": cue.speaker,
        "text": cue.text,
        "segments": list(cue.segments),
        "boundary": cue.boundary,
        "words": [[round(word.start_s, 3), round(word.end_s, 3)] for word in cue.words],
    }


def _file(holds: str, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"holds": holds, "name": name, "bytes": path.stat().st_size, "sha256": digest}


def _finite(level: float) -> float | None:
    return round(level, 2) if abs(level) < 1e6 else None
