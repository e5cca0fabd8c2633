"""The report of a batch: one line of JSON for each article."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from narrate.batch.sources import Place, as_place
from narrate.errors import SourceError, reason
from narrate.types import EditionState, Stage, Timing

Status = Literal["done", "unsure", "waiting", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one article: one line of the report."""

    source: str
    status: Status
    """``unsure``: the edition was made, but the narrator reads quotations whose confidence is below the threshold.
    ``waiting``: it was not made, because a review is required and an editor must check quotations first."""
    mp3: str | None = None
    """Path or URL of the MP3; None if no edition was made."""
    error: str | None = None
    """Why no edition was made; None if one was."""
    state: EditionState | None = None
    """How the edition differs from the previous one."""
    duration_s: float = 0.0
    """Playing time of the edition."""
    took_s: float = 0.0
    """Wall-clock time spent on the article."""
    lines: int = 0
    reused_lines: int = 0
    """Number of lines whose take came from the cache."""
    unsure_quotations: int = 0
    """Number of quotations whose confidence is below the threshold."""
    timings: Mapping[Stage, Timing] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def line(self) -> str:
        """Return the outcome as JSON, without a line end.

        Bytes of a file name that are not UTF-8 are escaped; ``read_report`` restores them.
        """
        return json.dumps(asdict(self), ensure_ascii=False).encode(errors="backslashreplace").decode()


class PreviousReport(NamedTuple):
    """The last outcome of each article in a report."""

    failed: Sequence[Place]
    """Those that failed, and those that waited for an editor."""
    made: Mapping[Place, str]
    """Source of each edition that was made, with the address of its MP3."""


def read_report(report: Path) -> PreviousReport:
    """Read a report back. If it has several lines about an article, the last one counts.

    Args:
        report: File of lines as ``Outcome.line`` writes them.

    Returns:
        The articles without an edition and those that were made.

    Raises:
        SourceError: The file cannot be read, or a line of it is not an outcome.
    """
    mp3s: dict[str, str | None] = {}
    number = 1
    try:
        for number, line in enumerate(report.read_text(encoding="utf-8").rstrip("\n").split("\n"), 1):  # noqa: B007
            outcome = msgspec.convert(json.loads(line), Outcome)  # file names may hold halves of surrogate pairs
            mp3s[outcome.source] = None if outcome.status in ("failed", "waiting") else outcome.mp3
    except OSError as error:
        raise SourceError(f"Cannot read the report {report}: {reason(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"Cannot read {report}, line {number}: not a line of a batch report. "
            "Pass a file with the standard output of an earlier 'narrate batch'."
        ) from error
    failed = [as_place(source) for source, mp3 in mp3s.items() if mp3 is None]
    return PreviousReport(failed, {as_place(source): mp3 for source, mp3 in mp3s.items() if mp3 is not None})
