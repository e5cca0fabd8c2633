"""What is different between the previous edition and the next one, for people and for the manifest's log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Final

from narrate.edition.fingerprint import REVIEW, changed_keys, reasons_for
from narrate.edition.manifest import (
    ManifestChange,
    ManifestCorrection,
    ManifestHashes,
    ManifestRevoicing,
    ManifestSegment,
    describe_segments,
)
from narrate.edition.plan import Plan
from narrate.edition.previous import PreviousEdition
from narrate.errors import excerpt
from narrate.types import Cast, Change, Changes, Script

LOG_LENGTH: Final = 100
"""Changes of this many editions are kept in a manifest; those of older ones are dropped."""


def changes_since(previous: PreviousEdition | None, plan: Plan, fingerprints: Mapping[str, str]) -> Changes | None:
    """Return what ``plan`` changes in the previous edition; None if there is none, or it was made from the same.

    That an editor has checked the script is no change: nothing else is heard.
    """
    if previous is None:
        return None
    changed = [key for key in changed_keys(previous.manifest.made_from, fingerprints) if key != REVIEW]
    if not changed:
        return None
    return compare(
        previous.manifest.segments,
        plan.script,
        plan.cast,
        changed=changed,
        article_sha256=previous.manifest.article.sha256,
        mp3_sha256=previous.manifest.hashes["mp3"],
    )


def compare(
    previous: Sequence[ManifestSegment],
    script: Script,
    cast: Cast,
    *,
    changed: Iterable[str],
    article_sha256: str,
    mp3_sha256: str,
) -> Changes:
    """Return what ``script`` and ``cast`` change in the segments of the previous edition.

    Args:
        previous: The segments as the previous manifest has them.
        script: The script of the next edition.
        cast: The cast of the next edition.
        changed: The keys of the content fingerprints that are different.
        article_sha256: Hash of the previous edition's article.
        mp3_sha256: Hash of the previous edition's MP3.
    """
    segments = describe_segments(script, cast, ())
    words_before, words_now = ([(row.kind, *row.text.split()) for row in rows] for rows in (previous, segments))
    matcher = SequenceMatcher(None, words_before, words_now, autojunk=False)
    changes: list[Change] = []
    for operation, before_from, before_to, now_from, now_to in matcher.get_opcodes():
        if operation == "equal":
            pairs = zip(previous[before_from:before_to], segments[now_from:now_to], strict=True)
            changes += [_revoiced(before, now) for before, now in pairs if _reading(before) != _reading(now)]
        else:
            changes += [Change("removed", *_fields(row)) for row in previous[before_from:before_to]]
            changes += [Change("added", *_fields(row)) for row in segments[now_from:now_to]]
    return Changes(tuple(changed), article_sha256, mp3_sha256, tuple(changes))


def extended_log(previous: Sequence[ManifestCorrection], changes: Changes | None) -> tuple[ManifestCorrection, ...]:
    """Return the log of an edition: the previous edition's log and the latest ``changes``, at most ``LOG_LENGTH``."""
    return (*previous, *([log_entry(changes)] if changes else []))[-LOG_LENGTH:]


def describe_changes(changes: Changes) -> list[str]:
    """Return a sentence for each changed segment, and for what has changed besides."""
    messages = []
    for change in changes.segments:
        was = f" (was {change.previous_speaker}, voice {change.previous_voice})" if change.kind == "revoiced" else ""
        messages.append(
            f"{change.kind.capitalize()}: {change.speaker}, voice {change.voice}{was}: {excerpt(change.text)}"
        )
    others = set(changes.changed_keys) - ({"article", "script", "voices"} if changes.segments else set())
    return [*messages, *(f"{reason[0].upper()}{reason[1:]}." for reason in reasons_for(others))]


def log_entry(changes: Changes) -> ManifestCorrection:
    """Return ``changes`` for the manifest. It holds neither words nor names: what was withdrawn stays nowhere."""
    return ManifestCorrection(
        changed=changes.changed_keys,
        former=ManifestHashes(changes.previous_article_sha256, changes.previous_mp3_sha256),
        added=tuple(_row(change) for change in changes.segments if change.kind == "added"),
        removed=tuple(_row(change) for change in changes.segments if change.kind == "removed"),
        revoiced=tuple(
            ManifestRevoicing(change.segment, change.voice, change.previous_voice)
            for change in changes.segments
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


def _revoiced(before: ManifestSegment, now: ManifestSegment) -> Change:
    return Change("revoiced", *_fields(now), previous_speaker=before.speaker, previous_voice=before.voice)
