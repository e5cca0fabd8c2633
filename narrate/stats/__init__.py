"""Add up figures over many editions: length, speakers, confidence, and what the cache saved."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from narrate.edition.manifest import Manifest, read_manifest
from narrate.edition.paths import MANIFEST_ENDING
from narrate.errors import DeliveryError, SourceError
from narrate.stats.timings import add_timings
from narrate.storage import decode_json, full_path, is_due, name_digest, user_cache_folder, write_text
from narrate.types import NARRATOR_NAME, Edition, Stage, Timing

__all__ = ["BINS", "Run", "Statistics", "edition_statistics", "note_run"]

MAX_RECORDS: Final = 20_000  # of runs, 20 MB on a disk with blocks of 1 KB
BINS: Final = 10  # Of the distribution of confidence: from 0 to 0.1, and so on. 1 belongs to the last one.


@dataclass(frozen=True, slots=True)
class Run:
    """What the last making of an edition took.

    It is kept in the user's cache folder, because the files of an edition do not depend on how they were made.
    """

    lines: int
    reused_lines: int
    timings: Mapping[Stage, Timing]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Sums over the editions in a folder."""

    editions: int
    minutes: float
    """The length of all editions together."""
    words: int
    """Words that are read, without the disclaimers."""
    speakers: int
    """People and groups that are quoted, each name counted once."""
    voices: int
    quotations: int
    narrator_read: int
    """Quotations that the narrator reads because their speaker is unsure or they are fragments."""
    unsure: int
    """How many of these have a speaker below the confidence threshold."""
    confidence: tuple[int, ...]
    """How many quotations are in each tenth from 0 to 1."""
    corrections: int
    """How often the editions were corrected."""
    known_runs: int
    """How many editions have a record of their last run: those made on this machine by this user."""
    lines: int
    """Lines of those editions."""
    reused_lines: int
    """How many of these lines came from the cache."""
    timings: Mapping[Stage, Timing]
    """What the runs took, added up."""
    lengths_min: tuple[float, ...] = ()
    """The length of each edition, in the order of their paths."""

    def report(self) -> dict[str, Any]:
        """Return the sums for JSON, with rounded minutes."""
        rounded = {"minutes": round(self.minutes, 2), "lengths_min": [round(one, 2) for one in self.lengths_min]}
        return asdict(self) | rounded


def note_run(edition: Edition) -> None:
    """Record what the making of ``edition`` took. A record that cannot be written is left out.

    Once a day, the oldest of more than ``MAX_RECORDS`` are removed.
    """
    run, path = Run(edition.lines, edition.reused_lines, edition.timings), _record_path(edition.mp3)
    with suppress(DeliveryError, OSError):
        write_text(path, [json.dumps(asdict(run))])
        if is_due(path.with_name(".pruned")):
            _remove_oldest(path.parent)


def _remove_oldest(folder: Path) -> None:
    """Remove the oldest records beyond ``MAX_RECORDS``."""
    dated: list[tuple[float, str]] = []
    for path in folder.glob("*.json"):
        with suppress(OSError):  # another process has removed it
            dated.append((path.stat().st_mtime, path.name))
    for _, name in sorted(dated, reverse=True)[MAX_RECORDS:]:
        (folder / name).unlink(missing_ok=True)


def edition_statistics(folder: str | os.PathLike[str]) -> tuple[Statistics, list[str]]:
    """Add up the figures of the editions in a folder and the folders below it.

    Args:
        folder: Path of the folder.

    Returns:
        The sums, and one message for each edition that was left out.

    Raises:
        SourceError: If there is no such folder, or no edition in it.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SourceError(f"Cannot read the editions in {folder}: there is no such folder.")
    editions, runs, troubles = [], [], []
    for path in sorted(folder.rglob(f"*{MANIFEST_ENDING}")):
        try:
            manifest = read_manifest(path)
        except SourceError as error:
            troubles.append(str(error))
            continue
        mp3 = path.with_name(next(Path(file.name).name for file in manifest.files if file.holds == "mp3"))
        if not mp3.is_file():
            troubles.append(f"{mp3} is missing")
            continue
        # The times of the words would take most of the memory.
        editions.append(msgspec.structs.replace(manifest, cues=()))
        if run := _read_run(path):
            runs.append(run)
    if not editions and not troubles:
        raise SourceError(f"Cannot find an edition in {folder}. Make one first: narrate make")
    return _sum(editions, runs), troubles


def _sum(editions: Sequence[Manifest], runs: Sequence[Run]) -> Statistics:
    segments = [segment for edition in editions for segment in edition.segments if segment.kind != "disclaimer"]
    quotations = [segment for segment in segments if segment.kind == "quotation"]
    tenths = Counter(min(int(quotation.confidence * BINS), BINS - 1) for quotation in quotations)
    lengths_min = tuple(edition.duration_s / 60 for edition in editions)
    return Statistics(
        editions=len(editions),
        minutes=sum(lengths_min),
        words=sum(len(segment.text.split()) for segment in segments),
        speakers=len({quotation.speaker.casefold() for quotation in quotations} - {NARRATOR_NAME.casefold()}),
        voices=len({row.voice for edition in editions for row in edition.cast}),
        quotations=len(quotations),
        narrator_read=sum(quotation.voiced_by == NARRATOR_NAME for quotation in quotations),
        unsure=sum(len(edition.below_threshold) for edition in editions),
        confidence=tuple(tenths[number] for number in range(BINS)),
        corrections=sum(len(edition.corrections) for edition in editions),
        known_runs=len(runs),
        lines=sum(run.lines for run in runs),
        reused_lines=sum(run.reused_lines for run in runs),
        timings=add_timings(run.timings for run in runs),
        lengths_min=lengths_min,
    )


def _read_run(manifest: Path) -> Run | None:
    path = _record_path(manifest.with_name(f"{manifest.name.removesuffix(MANIFEST_ENDING)}.mp3"))
    try:
        return decode_json(Run, path.read_bytes(), failing=f"Cannot read {path}")
    except (OSError, SourceError):
        return None


def _record_path(mp3: Path) -> Path:
    return user_cache_folder() / "runs" / f"{name_digest(str(full_path(mp3)))}.json"
