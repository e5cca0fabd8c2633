"""The command ``narrate batch``."""

from __future__ import annotations

import codecs
import os
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli import _options as common
from narrate.cli._app import command
from narrate.cli._messages import ExitCode, Level, results_on_stdout, say
from narrate.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from narrate.batch import Outcome, Place
    from narrate.config import Config


SHOWN_PLACES: Final = 3
"""Places that the message about a batch of nothing names."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """Arguments and options of ``narrate batch``."""

    places: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DIR|ARTICLE|URL]...",
            help="Folders, articles and URLs; '-' reads a list from standard input, one a line.",
        ),
    ] = None
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="DIR|URL", help="A folder, or a folder in a store. [default: output]"),
    ] = None
    config: common.ConfigOption = None
    language: common.LanguageOption = None
    engine: common.EngineOption = None
    min_confidence: common.ConfidenceOption = None
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            parser=common.whole_number,
            help="Editions made at a time; 0: one per core. [default: 0]",
        ),
    ] = None
    retry_failed: Annotated[
        Path | None, typer.Option("--retry-failed", metavar="REPORT", help="Retry what failed in an earlier report.")
    ] = None
    watch: Annotated[bool, typer.Option("--watch", help="Continue with what appears or changes in the DIR.")] = False
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADDRESS", help="Use the Dask cluster at tcp://...; or: local.")
    ] = None
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Exit with 0 if there are no articles, not with 2.")
    ] = False
    notify: common.NotifyOption = None
    require_review: common.ReviewOption = None
    replace: common.ReplaceOption = None
    quiet: common.QuietOption = False


@command(
    example="narrate batch stories/ --output site/audio > report.jsonl",
    exit_codes="0 done; 1 the batch failed; 2 wrong usage or configuration, or no articles without --allow-empty; 3 "
    "some articles failed, or wait for an editor. An uncertain quotation leaves it at 0.",
)
def batch(options: BatchOptions) -> ExitCode:
    """Make the editions of many articles, in several processes.

    Prints a line of JSON for each article.
    """
    from narrate.batch import count_skipped, produce_all

    given = {option: getattr(options, option) for option in common.SETTINGS}
    settings = common.load_settings(options.config and options.config.absolute(), **given)
    listed = _lines_on_stdin() if "-" in (options.places or []) else []
    named = [place for _, place in listed]
    places = [path for place in options.places or [] for path in (named if place == "-" else [place])]
    sources, existing_sources = _sources(places, options, settings)
    if not options.quiet:
        common.note_unused_config(options.config)
    if not options.quiet and (skipped := count_skipped(places)):
        say(skipped_message(skipped), level="warning")
    total = len(sources) if isinstance(sources, list) else None
    with _executor(options.dask, settings) as (executor, settings):
        outcomes = produce_all(
            sources, output=options.output, config=settings, executor=executor, existing_sources=existing_sources
        )
        line_numbers = line_numbers_of(listed)
        is_complete = _report((with_line(outcome, line_numbers) for outcome in outcomes), total, quiet=options.quiet)
    return ExitCode.DONE if is_complete else ExitCode.UNSURE


def _sources(places: list[str], options: BatchOptions, settings: Config) -> tuple[Iterable[Place | None], list[Place]]:
    """Return the articles of the batch, and those that have an edition in the output folder from an earlier one."""
    from narrate.batch import PreviousReport, find_sources, is_list, read_report, watch_folder

    if not places and not options.retry_failed and not (options.places and options.allow_empty):
        problem = "The list on standard input is empty" if options.places else "No articles given"
        raise UsageError(f"{problem}. Name articles, folders with articles, or URLs.")
    previous = read_report(options.retry_failed) if options.retry_failed else PreviousReport((), {})
    if options.watch and (len(places) != 1 or not Path(places[0]).is_dir() or previous.failed):
        raise UsageError("Cannot watch the articles: --watch takes one folder. Name only that.")
    folder = Path(settings.delivery.folder if options.output is None else options.output).absolute()
    existing = [source for source, mp3 in previous.made.items() if Path(mp3).absolute().parent == folder]
    if options.watch:
        return watch_folder(Path(places[0])), existing
    if listing := next((place for place in options.places or [] if is_list(Path(place))), ""):
        problem = f"Cannot narrate {listing}: it is a list of articles, not an article"
        raise UsageError(f"{problem}. Pass it on standard input: narrate batch - < {shlex.quote(listing)}")
    found = list(find_sources(places))
    sources = [*found, *(source for source in previous.failed if str(source) not in set(map(str, found)))]
    if places and not sources and not options.allow_empty:
        problem = f"No articles found in {', '.join(places[:SHOWN_PLACES])}"
        raise UsageError(f"{problem}. Name another folder, or pass --allow-empty if that is no mistake.")
    return sources, existing


def _report(outcomes: Iterable[Outcome], total: int | None, *, quiet: bool) -> bool:
    """Print the outcomes as they come, and return whether all editions were made."""
    started = time.perf_counter()
    made, failed, waiting, unsure = 0, 0, 0, 0
    for made, outcome in enumerate(outcomes, 1):
        with results_on_stdout(f"Articles finished: {made}. Their editions stay."):
            print(outcome.line(), flush=True)
        failed += outcome.status == "failed"
        waiting += outcome.status == "waiting"
        unsure += outcome.status == "unsure"
        if not quiet:
            count = made if total is None else f"{made}/{total}"
            message = f"{count} {outcome.source}: {outcome.error or _made(outcome)}"
            level: Level = "error" if outcome.status == "failed" else "info"
            say(message, level=level, article=outcome.source)
            for warning in outcome.warnings:
                say(f"{outcome.source}: {warning}", level="warning", article=outcome.source)
    if not quiet:
        waits = f", waiting for an editor: {waiting}" if waiting else ""
        checks = f", made with uncertain quotations: {unsure}" if unsure else ""
        say(f"Articles: {made}, failed: {failed}{waits}{checks}. Took {time.perf_counter() - started:.1f} s.")
    return not failed and not waiting


def _made(outcome: Outcome) -> str:
    """Say of an edition that was made whether an editor should check it."""
    if outcome.status != "unsure":
        return outcome.status
    count = outcome.unsure_quotations
    return f"done; the narrator reads {count} quotation{'s' if count > 1 else ''} whose speaker is uncertain"


def skipped_message(counts: Mapping[str, int]) -> str:
    """Return the message about files that are not articles. ``counts`` are their numbers by extension."""
    total = sum(counts.values())
    files = "1 file with an unsupported extension" if total == 1 else f"{total} files with unsupported extensions"
    return f"Skipped {files}: {', '.join(sorted(extension or '(none)' for extension in counts))}."


@contextmanager
def _executor(dask: str | None, settings: Config) -> Iterator[tuple[Executor | None, Config]]:
    """Provide the executor, None for local processes, and the settings with its number of workers."""
    if dask is None:
        yield None, settings
        return
    from narrate.batch import dask_executor

    with dask_executor(dask, workers=settings.workers) as (executor, width):
        workers = settings.synthesis.workers or width
        yield executor, replace(settings, synthesis=replace(settings.synthesis, workers=workers))


def _lines_on_stdin() -> list[tuple[int, str]]:
    """Return the places that are listed on standard input, one a line, each with the number of its line."""
    lines = (os.fsdecode(line.removeprefix(codecs.BOM_UTF8).strip()) for line in sys.stdin.buffer)
    return [(number, line) for number, line in enumerate(lines, 1) if line]


def line_numbers_of(listed: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return the first line of each listed place: the place as it is written, or its absolute path -> the number."""
    numbers: dict[str, int] = {}
    for number, place in listed:
        for name in (place, str(Path(place).absolute())):
            numbers.setdefault(name, number)
    return numbers


def with_line(outcome: Outcome, line_numbers: Mapping[str, int]) -> Outcome:
    """Name the line of the list in an error about an article that was listed."""
    if not outcome.error or not line_numbers:
        return outcome
    names = (outcome.source, str(Path(outcome.source).absolute()))
    number = min((line_numbers[name] for name in names if name in line_numbers), default=None)
    return outcome if number is None else replace(outcome, error=f"Line {number} of the list: {outcome.error}")
