"""Over many editions: how much was made, who speaks, how sure that is, and what the cache saved."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from narrate.edition.paths import MANIFEST_ENDING
from narrate.errors import DeliveryError, SourceError
from narrate.stats.timings import added
from narrate.storage import write_text
from narrate.types import NARRATOR_NAME, STAGES, Edition, Stage, Timing

BINS: Final = 10
"""Of the distribution of confidence: 0 to 0.1, and so on; 1 belongs to the last."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the last making of an edition took. It is kept in the user's cache folder: the edition's files are the same
    however they came about."""

    lines: int
    reused_lines: int
    timings: Mapping[Stage, Timing]


@dataclass(frozen=True, slots=True)
class Statistics:
    """Sums over the editions in a folder."""

    editions: int
    minutes: float
    """How long they last together."""
    words: int
    """That are read, without the disclaimers."""
    speakers: int
    """People and groups quoted, each name counted once."""
    voices: int
    quotations: int
    narrator_read: int
    """Quotations that the narrator reads, because nobody is sure who says them or they are fragments."""
    unsure: int
    """Of these, the ones whose speaker is less sure than the threshold."""
    confidence: tuple[int, ...]
    """How many quotations lie in each tenth from 0 to 1."""
    corrections: int
    """How often the editions were corrected."""
    known_runs: int
    """For how many editions it is known what their last making took: those made on this machine by this user."""
    lines: int
    """Lines of those editions, and how many were not spoken but came from the cache."""
    reused_lines: int
    timings: Mapping[Stage, Timing]
    """What those took."""
    lengths_min: tuple[float, ...] = ()
    """How long each edition lasts, in the order of their paths."""

    def report(self) -> dict[str, Any]:
        """For JSON, minutes rounded."""
        rounded = {"minutes": round(self.minutes, 2), "lengths_min": [round(one, 2) for one in self.lengths_min]}
        return asdict(self) | rounded


def note_run(edition: Edition) -> None:
    """Keep what the making of ``edition`` took; if that cannot be kept, it is not known."""
    run = Run(edition.lines, edition.reused_lines, edition.timings)
    with suppress(DeliveryError):
        write_text(_record(edition.mp3), [json.dumps(asdict(run))])


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
            facts = _facts(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            troubles.append(f"{path} is not the manifest of an edition: {error}")
            continue
        mp3 = path.with_name(facts.mp3)
        if not mp3.is_file():
            troubles.append(f"{mp3} is missing")
            continue
        editions.append(facts)
        if run := _read_run(path):
            runs.append(run)
    if not editions and not troubles:
        raise SourceError(f"Cannot find an edition in {folder}. Make one first: narrate make")
    return _sum(editions, runs), troubles


@dataclass(frozen=True, slots=True)
class _Facts:
    """What counts of one edition."""

    mp3: str
    minutes: float
    words: int
    speakers: frozenset[str]
    voices: frozenset[str]
    confidences: tuple[float, ...]
    narrator_read: int
    unsure: int
    corrections: int


def _facts(manifest: Mapping[str, Any]) -> _Facts:
    segments = manifest["segments"]
    quotations = [row for row in segments if row["kind"] == "quotation"]
    return _Facts(
        mp3={file["holds"]: Path(file["name"]).name for file in manifest["files"]}["mp3"],
        minutes=float(manifest["duration_s"]) / 60,
        words=sum(len(row["text"].split()) for row in segments if row["kind"] != "disclaimer"),
        speakers=frozenset(row["speaker"].casefold() for row in quotations) - {NARRATOR_NAME.casefold()},
        voices=frozenset(str(row["voice"]) for row in manifest["cast"]),
        confidences=tuple(float(row["confidence"]) for row in quotations),
        narrator_read=sum(row["voiced_by"] == NARRATOR_NAME for row in quotations),
        unsure=len(manifest["below_threshold"]),
        corrections=len(manifest.get("corrections", ())),
    )


def _sum(editions: Sequence[_Facts], runs: Sequence[Run]) -> Statistics:
    tenths = Counter(
        min(int(confidence * BINS), BINS - 1) for facts in editions for confidence in facts.confidences
    )  # fmt: skip
    return Statistics(
        editions=len(editions),
        minutes=sum(facts.minutes for facts in editions),
        words=sum(facts.words for facts in editions),
        speakers=len(frozenset[str]().union(*(facts.speakers for facts in editions))),
        voices=len(frozenset[str]().union(*(facts.voices for facts in editions))),
        quotations=sum(len(facts.confidences) for facts in editions),
        narrator_read=sum(facts.narrator_read for facts in editions),
        unsure=sum(facts.unsure for facts in editions),
        confidence=tuple(tenths[number] for number in range(BINS)),
        corrections=sum(facts.corrections for facts in editions),
        known_runs=len(runs),
        lines=sum(run.lines for run in runs),
        reused_lines=sum(run.reused_lines for run in runs),
        timings=added(run.timings for run in runs),
        lengths_min=tuple(facts.minutes for facts in editions),
    )


def _read_run(manifest: Path) -> Run | None:
    path = _record(manifest.with_name(f"{manifest.name.removesuffix(MANIFEST_ENDING)}.mp3"))
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        timings = {stage: Timing(**kept["timings"][stage]) for stage in STAGES}
        return Run(int(kept["lines"]), int(kept["reused_lines"]), timings)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _record(mp3: Path) -> Path:
    """Where it is kept what the making of the edition at ``mp3`` took."""
    import platformdirs

    name = hashlib.sha256(str(mp3.resolve()).encode(errors="surrogateescape")).hexdigest()[:24]
    return Path(platformdirs.user_cache_dir("narrate", appauthor=False)) / "runs" / f"{name}.json"
