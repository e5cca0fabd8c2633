"""What became of a job, and the edition as the library describes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from narrate.edition.paths import EditionPaths
from narrate.edition.plan import Plan
from narrate.types import Changes, Delivered, Edition, EditionState, Stage, Timing


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job: the edition's files, made now or found on disk."""

    plan: Plan
    files: Delivered
    state: EditionState
    warnings: tuple[str, ...]
    changes: Changes | None = None
    reused_lines: int | None = None
    """Lines that came from the cache; None for all."""


def finished_edition(
    result: Result, paths: EditionPaths, *, timings: Mapping[Stage, Timing], urls: Mapping[str, str]
) -> Edition:
    """Return the edition of a job.

    Args:
        result: What became of the job.
        paths: Where the files of the edition are.
        config: The configuration.
        timings: The cost of each stage.
        urls: What each file in a store holds -> its URL; empty for an edition in a folder.
    """
    plan, files = result.plan, result.files
    return Edition(
        mp3=paths.mp3,
        captions=paths.sidecars["captions"],
        script_file=paths.sidecars["script"],
        script=plan.script,
        cast=plan.cast,
        cues=files.cues,
        duration_s=files.duration_s,
        chapters=files.chapters,
        files=files.files,
        provenance=files.provenance,
        loudness_lufs=files.loudness.integrated_lufs,
        true_peak_dbtp=files.loudness.true_peak_dbtp,
        disclaimer=plan.disclaimer,
        engine=plan.engine,
        engine_reason=plan.engine_reason,
        below_threshold=plan.below_threshold,
        lines=len(files.cues),
        reused_lines=len(files.cues) if result.reused_lines is None else result.reused_lines,
        state=result.state,
        changes=result.changes,
        timings=timings,
        warnings=result.warnings,
        urls=urls,
    )
