"""The progress of an edition on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from narrate.cli._messages import message_format

if TYPE_CHECKING:
    from narrate.types import Progress, ProgressCallback, ProgressStage

STAGES: Final[Mapping[ProgressStage, str]] = {
    "read": "Reading",
    "attribute": "Attributing the quotations",
    "join": "Joining the weights of the model",
    "load": "Loading the model",
    "synthesize": "Speaking",
    "master": "Mastering",
    "deliver": "Writing the files",
}
"""What a person reads of each stage."""


@contextmanager
def progress_bar(*, is_quiet: bool) -> Iterator[ProgressCallback | None]:
    """Show stages, and a bar for the lines, if standard error is a terminal. The line disappears at the end."""
    if is_quiet or message_format.as_json or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[detail]}"))
    terminal = getattr(sys.stderr, "raw_stream", sys.stderr)  # which does not escape the codes that move the cursor
    with Progress(*columns, console=Console(file=terminal), transient=True) as bar:
        task = bar.add_task(STAGES["read"], total=None, detail="")
        yield lambda progress: bar.update(
            task,
            description=STAGES[progress.stage],
            completed=progress.done,
            total=progress.total or None,
            detail=detail_of(progress),
        )


def detail_of(progress: Progress) -> str:
    """Return what is said behind the bar: the number of lines, and the time that is left once it was measured."""
    if progress.stage != "synthesize":
        return ""
    lines = f"{progress.done} of {progress.total} lines"
    if progress.left_s is None:
        return lines
    minutes, seconds = divmod(round(progress.left_s), 60)
    return f"{lines}, {minutes}:{seconds:02} left"
