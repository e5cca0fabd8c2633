"""The command ``narrate stats``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import ExitCode, say
from narrate.cli._reports import timing_summary

if TYPE_CHECKING:
    from narrate.stats import Statistics


@dataclass(frozen=True, slots=True)
class StatsOptions:
    """Arguments and options of ``narrate stats``."""

    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="The folder of the editions; its subfolders are included.")
    ]
    as_json: Annotated[bool, typer.Option("--json", help="Print the statistics as JSON.")] = False
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw the statistics: .svg or .png.")] = (
        None
    )


@command(
    example="narrate stats site/audio --plot stats.svg",
    exit_codes="0 done; 1 an edition cannot be read; 2 wrong usage.",
)
def stats(options: StatsOptions) -> ExitCode:
    """Show statistics of many editions: minutes, words, speakers."""
    from narrate.stats import edition_statistics
    from narrate.stats.plot import plot_statistics

    statistics, problems = edition_statistics(options.folder)
    for problem in problems:
        say(f"Left out: {problem}", level="warning")
    report = json.dumps(statistics.report(), ensure_ascii=False, indent=1) if options.as_json else summary(statistics)
    print(report)
    if options.plot is not None:
        heading = f"{options.folder.resolve().name}: {headline(statistics)}"
        plot_statistics(statistics, options.plot, heading=heading)
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
            f"{statistics.voices} voices, {statistics.corrections} corrections",
            f"{statistics.quotations} quotations, {statistics.narrator_read} read by the narrator, "
            f"{statistics.unsure} of them because nobody is sure who says them",
            f"their confidence: {', '.join(confidence) or 'no quotations'}",
            f"from the cache when last made: {reused} "
            f"(known for {statistics.known_runs} of {statistics.editions} editions)",
            f"the making took {timing_summary(statistics.timings)}",
        ]
    )
