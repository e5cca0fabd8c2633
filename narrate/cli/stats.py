"""The command ``narrate stats``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode, say
from narrate.cli._reports import timing_summary

if TYPE_CHECKING:
    from narrate.stats import Statistics


@command(
    example="narrate stats site/audio --plot stats.svg",
    exit_codes="0 done; 1 an edition cannot be read; 2 wrong usage.",
)
def stats(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of the editions; its subfolders are included.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print the statistics as JSON.")] = False,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw the statistics: .svg or .png.")
    ] = None,
) -> ExitCode:
    """Show statistics of many editions: minutes, words, speakers."""
    from narrate.stats import edition_statistics
    from narrate.stats.plot import plot_statistics
    from narrate.storage import full_path

    statistics, problems = edition_statistics(folder)
    for problem in problems:
        say(f"Left out: {problem}", level="warning")
    print(json.dumps(statistics.report(), ensure_ascii=False, indent=1) if as_json else summary(statistics))
    if plot is not None:
        plot_statistics(statistics, plot, heading=f"{full_path(folder).name}: {headline(statistics)}")
    return ExitCode.FAILED if problems else ExitCode.DONE


def headline(statistics: Statistics) -> str:
    """Return the main figures in one line."""
    return (
        f"{statistics.editions} editions, {statistics.minutes:.1f} minutes, {statistics.words} words, "
        f"{statistics.speakers} speakers"
    )


def summary(statistics: Statistics) -> str:
    """Return the statistics, for people."""
    reused = f"{statistics.reused_lines} of {statistics.lines} lines" if statistics.lines else "unknown"
    bins = len(statistics.confidence)
    confidence = [f"from {n / bins:.1f}: {count}" for n, count in enumerate(statistics.confidence) if count]
    return "\n".join(
        [
            headline(statistics),
            f"voices: {statistics.voices}, corrections: {statistics.corrections}",
            f"{statistics.quotations} quotations, {statistics.narrator_read} read by the narrator, "
            f"{statistics.unsure} of them because their confidence is below the threshold",
            f"their confidence: {', '.join(confidence) or 'no quotations'}",
            f"from the cache when last made: {reused} "
            f"(known for {statistics.known_runs} of {statistics.editions} editions)",
            f"the making took {timing_summary(statistics.timings)}",
        ]
    )
