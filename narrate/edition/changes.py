"""What an edition was made from, and what is different in the next one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

from narrate.edition.manifest import (
    ManifestChange,
    ManifestCorrection,
    ManifestHashes,
    ManifestRevoicing,
    ManifestSegment,
    describe_segments,
)
from narrate.engines import Engine, audible
from narrate.storage import version_of
from narrate.types import Cast, Change, Correction, PronunciationLexicon, Script, Voice

TOLD: Final = {
    "article": "the article has changed",
    "script": "its script has changed: who says what, or what the narrator reads",
    "voices": "voices have changed",
    "lexicon": "the lexicon has changed",
    "settings": "settings have changed",
    "narrate": "it was made by another version of Narrate",
}
"""What an edition is made from -> what people are told if that is not as it was."""


LOG_LENGTH: Final = 100
"""Corrections that a manifest tells of."""


def made_from(
    document: str,
    voices: Mapping[str, Voice],
    *,
    engine: Engine,
    lexicon: PronunciationLexicon,
    settings: Mapping[str, Any],
    files: Iterable[Path],
) -> dict[str, str]:
    """A SHA-256 for each of the things that an edition depends on, by the names in ``TOLD``; versions as they are.

    ``document`` is the script document, ``voices`` are the cast by speaker, all of ``engine``, with the model that it
    uses; ``files`` are others whose bytes count.
    """
    script = json.loads(document)
    return {
        "article": _digest([script["article"], script["skipped"]]),
        "script": _digest([script[key] for key in ("segments", "speakers", "warnings")]),
        "voices": _digest(
            {speaker: [audible(voice), engine.fingerprint(voice) or ""] for speaker, voice in voices.items()}
        ),
        "lexicon": _digest(asdict(lexicon)),
        "settings": _digest([settings, *map(_contents, files)]),
        "narrate": version_of("narrate-edition"),
    }


def changed(former: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The things that are ``now`` not as the ``former`` edition was made from them."""
    return tuple(thing for thing, digest in now.items() if former.get(thing) != digest)


def told(things: Iterable[str]) -> tuple[str, ...]:
    """A sentence for each thing that is not as it was; a changed article's changed script goes without saying."""
    different = set(things)
    if "article" in different:
        different.discard("script")
    return tuple(words for thing, words in TOLD.items() if thing in different)


def compare(
    former: Sequence[ManifestSegment],
    script: Script,
    cast: Cast,
    *,
    changed: Iterable[str],
    article_sha256: str,
    mp3_sha256: str,
) -> Correction:
    """What ``script`` and ``cast`` change in the segments of a ``former`` manifest; the hashes are of that edition."""
    segments = describe_segments(script, cast, ())
    was_said, is_said = ([(row.kind, *row.text.split()) for row in rows] for rows in (former, segments))
    matcher = SequenceMatcher(None, was_said, is_said, autojunk=False)
    changes: list[Change] = []
    for same, was_from, was_to, now_from, now_to in matcher.get_opcodes():
        if same == "equal":
            pairs = zip(former[was_from:was_to], segments[now_from:now_to], strict=True)
            changes += [_revoiced(was, now) for was, now in pairs if _reading(was) != _reading(now)]
        else:
            changes += [Change("removed", *_fields(row)) for row in former[was_from:was_to]]
            changes += [Change("added", *_fields(row)) for row in segments[now_from:now_to]]
    return Correction(tuple(changed), article_sha256, mp3_sha256, tuple(changes))


def log(former: Sequence[ManifestCorrection], correction: Correction | None) -> tuple[ManifestCorrection, ...]:
    """The log of an edition: that of the ``former`` one and this ``correction``, the latest last. The oldest entries of
    an article that is rewritten every day are dropped.
    """
    return (*former, *([entry(correction)] if correction else []))[-LOG_LENGTH:]


def entry(correction: Correction) -> ManifestCorrection:
    """The correction as the manifest tells it: with neither words nor names, so that what was withdrawn is gone."""
    return ManifestCorrection(
        changed=correction.changed,
        former=ManifestHashes(correction.former_article_sha256, correction.former_mp3_sha256),
        added=tuple(_row(change) for change in correction.changes if change.kind == "added"),
        removed=tuple(_row(change) for change in correction.changes if change.kind == "removed"),
        revoiced=tuple(
            ManifestRevoicing(change.segment, change.voice, change.former_voice)
            for change in correction.changes
            if change.kind == "revoiced"
        ),
    )


def _row(change: Change) -> ManifestChange:
    digest = hashlib.sha256(change.text.encode(errors="surrogatepass")).hexdigest()
    return ManifestChange(change.segment, change.voice, len(change.text.split()), digest)


def _fields(row: ManifestSegment) -> tuple[int, str, str, str | None]:
    return row.index, row.text, row.speaker, row.voice


def _reading(row: ManifestSegment) -> tuple[str, str | None]:
    return row.speaker, row.voice


def _revoiced(was: ManifestSegment, now: ManifestSegment) -> Change:
    return Change("revoiced", *_fields(now), former_speaker=was.speaker, former_voice=was.voice)


def _contents(path: Path) -> str:
    """A hash of the file's bytes; where it cannot be read, its name: whoever needs it will say what is wrong."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return str(path)


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
