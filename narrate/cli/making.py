"""Commands that make editions, and what goes with them."""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli import reports
from narrate.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from narrate.config import Config
    from narrate.pipeline import Progress

from narrate.cli.common import (
    FAILED,
    UNSURE,
    ConfidenceOption,
    ConfigOption,
    EngineOption,
    NotifyOption,
    SourceArgument,
    app,
    pass_on_warnings,
    people_friendly,
    say,
    settings_from,
    show_cast,
    source_from,
    tell,
    telling,
)

EXIT_CODES: Final = """Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 the edition was made,
but the speaker of a quotation is less sure than --min-confidence, and the narrator reads it; with --check: 3 the
edition on disk is missing, damaged or no longer what would be made."""


@app.command(epilog=EXIT_CODES)
def make(
    article: SourceArgument,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="DIR|FILE|URL", help="A folder, the MP3 itself, or either in a store."),
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    draft: Annotated[bool, typer.Option("--draft", help="Speak with pyttsx3, for a listen in seconds.")] = False,
    min_confidence: ConfidenceOption = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", help="Cores to keep busy, by as many processes; 0: all."),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Speak every line anew, and keep none.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A report on standard output, as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the cast and the script; make no audio.")] = False,
    notify: NotifyOption = None,
    check_only: Annotated[
        bool, typer.Option("--check", help="Make nothing; say why the edition on disk is not current, if it is not.")
    ] = False,
) -> None:
    """Make the audio edition of ARTICLE; prints the path of the MP3."""
    with people_friendly():
        from narrate.pipeline import check, prepare, produce

        telling.article = article
        settings = settings_from(config, _drafted(engine) if draft else engine, min_confidence, workers, notify)
        if no_cache:
            settings = replace(settings, cache=replace(settings.cache, enabled=False))
        if not quiet:
            pass_on_warnings()
        source = source_from(article, settings)
        if check_only:
            reasons = check(source, output=output, config=settings)
            print(json.dumps({"current": not reasons, "reasons": reasons}) if as_json else "\n".join(reasons), end="")
            print(end="\n" if as_json or reasons else "")
            raise typer.Exit(UNSURE if reasons else 0)
        if dry_run:
            prepared = prepare(source, output=settings.delivery.folder if output is None else output, config=settings)
            print(prepared.document() if as_json else reports.read_through(prepared), end="")
            if not quiet:
                tell(prepared)
            raise typer.Exit(UNSURE if prepared.below_threshold else 0)
        with _progress_bar(quiet) as progress:
            edition = produce(source, output=output, config=settings, progress=progress)
        if not quiet:
            show_cast(edition)
            tell(edition)
            for line in (*reports.changes(edition), reports.timing_line(edition.timings)):
                say(line)
        print(json.dumps(reports.report(edition), ensure_ascii=False, indent=1) if as_json else edition.address)
        raise typer.Exit(UNSURE if edition.below_threshold else 0)


@app.command()
def script(
    article: SourceArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write it, if not standard output.")
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    min_confidence: ConfidenceOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each quotation, its speaker, how sure that is and why, for people.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False,
) -> None:
    """Write the script of ARTICLE as JSON: correct a speaker or a voice in it, then `narrate make` it."""
    with people_friendly():
        from narrate.pipeline import prepare
        from narrate.preparing import save_script

        if output is not None and article != "-" and output.exists() and output.samefile(article):
            raise UsageError(f"The script of {article} would take its place: name another output.")
        settings = settings_from(config, engine, min_confidence, None)
        prepared = prepare(source_from(article, settings), config=settings)
        if explain or output is None:
            print(reports.explanation(prepared) if explain else prepared.document(), end="")
        if output is not None:
            for told in save_script(prepared, output):
                say(told, level="warning")
            print(output)
        if not quiet:
            tell(prepared)


def _drafted(engine: str | None) -> str:
    """The engine of a draft, which is the only one that may be named with it."""
    from narrate.engines import DRAFT

    if engine not in (None, DRAFT):
        raise UsageError(f"A draft is spoken by {DRAFT}: leave out --draft, or --engine {engine}.")
    return DRAFT


@contextmanager
def _progress_bar(quiet: bool) -> Iterator[Progress | None]:
    """A bar on standard error, when that is a terminal."""
    if quiet or telling.as_json or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("Speaking"), BarColumn(), TextColumn("{task.completed}/{task.total} lines"), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@app.command()
def voices(
    try_voice: Annotated[str | None, typer.Option("--try", metavar="ID", help="Render a sentence with it.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR|FILE", help="Where --try writes its MP3.")
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="The roster as JSON.")] = False,
) -> None:
    """List the voices that may be cast, or try one."""
    with people_friendly():
        from narrate.preparing import roster
        from narrate.tasks import try_out

        settings = settings_from(config, engine, None, None)
        if try_voice:
            print(try_out(try_voice, output=output, config=settings))
            return
        listed = roster(settings)
        if as_json:
            print(json.dumps([asdict(voice) for voice in listed], ensure_ascii=False, indent=1))
            return
        rows = [[v.id, v.name, v.engine, v.language, v.gender, v.accent, v.age] for v in listed]
        print(reports.table(["Voice", "Name", "Engine", "Language", "Gender", "Accent", "Age"], rows), end="")


@app.command()
def batch(
    places: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR|ARTICLE]...", help="Folders, articles; '-': a list of them.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="DIR|URL", help="Where the editions go: a folder, or a store."),
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    min_confidence: ConfidenceOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Editions made at a time; 0: one a core.")
    ] = None,
    retry_failed: Annotated[
        Path | None, typer.Option("--retry-failed", metavar="REPORT", help="What failed in an earlier batch's report.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Go on with what appears or changes in the one DIR.")] = False,
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADDRESS", help="Work on the Dask cluster at tcp://...; or: local.")
    ] = None,
    notify: NotifyOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False,
) -> None:
    """Make the editions of many articles; prints a line of JSON for each. Exit code 3 if some failed."""
    with people_friendly():
        from narrate.batch import count_skipped, find_sources, produce_all, read_report, watch_folder
        from narrate.stats.timings import added

        listed = [path for place in places or [] for path in (_listed() if str(place) == "-" else [place])]
        again, made_before = read_report(retry_failed) if retry_failed else ((), {})
        if not listed and not retry_failed:
            raise UsageError("Name the articles, or the folders they lie in.")
        if watch and (len(listed) != 1 or not listed[0].is_dir() or again):
            raise UsageError("--watch takes one folder.")
        sources = watch_folder(listed[0]) if watch else [*find_sources(listed), *again]
        if not quiet and (skipped := count_skipped(listed)):
            say(_skipped(skipped), level="warning")
        failed = 0
        made, spent = 0, added(())
        settings = settings_from(config and config.absolute(), engine, min_confidence, workers, notify)
        folder = Path(settings.delivery.folder if output is None else output).absolute()
        existing = [source for source, mp3 in made_before.items() if Path(mp3).absolute().parent == folder]
        with _at_work(dask, settings) as (executor, settings):
            outcomes = produce_all(
                sources, output=output, config=settings, executor=executor, existing_sources=existing
            )
            for done, outcome in enumerate(outcomes, 1):
                print(outcome.line(), flush=True)
                failed += outcome.status == "failed"
                made, spent = done, added((spent, outcome.timings))
                if not quiet:
                    of_all = f"/{len(sources)}" if isinstance(sources, list) else ""
                    told = f"{done}{of_all} {outcome.source}: {outcome.error or outcome.status}"
                    say(told, level="error" if outcome.error else "info", article=outcome.source)
                    for warning in outcome.warnings:
                        say(f"{outcome.source}: {warning}", level="warning", article=outcome.source)
        if not quiet:
            say(f"articles: {made}, failed: {failed}; the making {reports.timing_line(spent)}")
        raise typer.Exit(UNSURE if failed else 0)


@contextmanager
def _at_work(dask: str | None, settings: Config) -> Iterator[tuple[Executor | None, Config]]:
    """Who makes the editions, None for processes of the batch's own; and the settings, with their number."""
    if dask is None:
        yield None, settings
        return
    from narrate.batch.dask import dask_executor

    with dask_executor(dask, workers=settings.workers) as (executor, width):
        workers = settings.synthesis.workers or width
        yield executor, replace(settings, synthesis=replace(settings.synthesis, workers=workers))


def _skipped(counts: Mapping[str, int]) -> str:
    """The message about files that are not articles, by their extension."""
    total = sum(counts.values())
    files = "1 file with an unsupported extension" if total == 1 else f"{total} files with unsupported extensions"
    return f"Skipped {files}: {', '.join(sorted(extension or '(none)' for extension in counts))}."


def _listed() -> list[Path]:
    """The paths on standard input, a line each."""
    lines = (line.removeprefix(codecs.BOM_UTF8).strip() for line in sys.stdin.buffer)
    return [Path(os.fsdecode(line)) for line in lines if line]


class CacheAction(StrEnum):
    """What may be done with the cache."""

    info = "info"
    clear = "clear"


@app.command()
def cache(
    action: Annotated[CacheAction, typer.Argument(help="Say what it holds, or empty it.")],
    config: ConfigOption = None,
) -> None:
    """The takes that are kept so that nothing is spoken twice."""
    with people_friendly():
        from narrate.config import as_config
        from narrate.pipeline import take_cache

        takes = take_cache(as_config(config))
        state = takes.state()
        if action is CacheAction.info:
            print(f"{state.folder}: {state.takes} takes, {state.size_bytes / 1e6:.1f} MB")
        else:
            print(f"{state.folder}: {takes.clear()} takes dropped")


@app.command()
def certificate(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write the three files.")],
) -> None:
    """Make a certificate to try signing with. It is a test's: untrusted, whoever checks it."""
    with people_friendly():
        from narrate.delivery.certificate import write_test_certificate

        for path in write_test_certificate(folder):
            print(path)
        say("this certificate is for tests, and untrusted: get yours from an authority on the C2PA trust list")


@app.command()
def feed(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the editions lie.")],
    config: ConfigOption = None,
) -> None:
    """Write feed.xml, a podcast feed over the editions in DIR; prints its path."""
    with people_friendly():
        from narrate.delivery.feed import write_feed

        pass_on_warnings()
        path, troubles = write_feed(folder, config=config)
        for trouble in troubles:
            say(f"left out: {trouble}", level="warning")
        print(path)
        raise typer.Exit(FAILED if troubles else 0)
