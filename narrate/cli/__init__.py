"""The command ``narrate``: parse, call, print, exit code."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli import reports
from narrate.errors import NarrateError, SourceError, UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.pipeline import Prepared, Progress, Source
    from narrate.types import Edition

FAILED: Final = 1
WRONG_USAGE: Final = 2
UNSURE: Final = 3
EXIT_CODES: Final = """Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 the edition was made,
but the speaker of a quotation is less sure than --min-confidence, and the narrator reads it."""
LISTENED: Final = """Exit codes: 0 said right; 1 something failed, or the extra 'check' is missing; 2 wrong usage;
3 more words were misheard than --max-wer allows. Names are left aside there, and compared by sound in the rest."""
MAX_WER: Final = 0.05

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SourceArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="A file, a URL or a script JSON; '-' is standard input.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", metavar="FILE", help="A narrate.toml.")]
EngineOption = Annotated[
    str | None, typer.Option("--engine", metavar="NAME", help="The engine that speaks; auto: the best installed.")
]
ConfidenceOption = Annotated[
    float | None,
    typer.Option("--min-confidence", metavar="P", help="0 to 1: the narrator reads quotations less sure than this."),
]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"narrate-edition {version('narrate-edition')}")
        raise typer.Exit


@app.callback()
def narrate(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Audio editions of written journalism: an article in, a multi-voice MP3 out."""


@app.command(epilog=EXIT_CODES)
def make(
    article: SourceArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR|FILE", help="A folder, or the MP3 itself.")
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    draft: Annotated[bool, typer.Option("--draft", help="Speak with pyttsx3, for a listen in seconds.")] = False,
    min_confidence: ConfidenceOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes that speak at a time; 0: one a core.")
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Speak every line anew, and keep none.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A report on standard output, as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the cast and the script; make no audio.")] = False,
) -> None:
    """Make the audio edition of ARTICLE; prints the path of the MP3."""
    with _people_friendly():
        from narrate.pipeline import prepare, produce

        settings = _settings(config, _drafted(engine) if draft else engine, min_confidence, workers)
        if no_cache:
            settings = replace(settings, cache=replace(settings.cache, enabled=False))
        if not quiet:
            _pass_on_warnings()
        source = _source(article, settings)
        if dry_run:
            prepared = prepare(source, config=settings)
            print(prepared.document() if as_json else reports.read_through(prepared), end="")
            if not quiet:
                _tell(prepared)
            raise typer.Exit(UNSURE if prepared.below_threshold else 0)
        with _progress_bar(quiet) as progress:
            edition = produce(source, output=output, config=settings, progress=progress)
        if not quiet:
            _say(reports.cast_table(edition).rstrip())
            _tell(edition)
        print(json.dumps(reports.report(edition), ensure_ascii=False, indent=1) if as_json else edition.mp3)
        raise typer.Exit(UNSURE if edition.below_threshold else 0)


@app.command()
def read(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files or http(s) URLs; '-' is standard input.")
    ],
    form: Annotated[
        str | None,
        typer.Option("--from", metavar="FORMAT", help="text, markdown, html, ninjs, jsonld or docx."),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option("--keep", metavar="KIND", help="Read what is skipped, such as byline or table.")
    ] = None,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="A line of JSON for each source.")] = False,
) -> None:
    """Show what will be read of each SOURCE, what is skipped, and why. Exit code 1 if one cannot be read."""
    with _people_friendly():
        from narrate.pipeline import read_source

        settings = _settings(config, None, None, None)
        failed = False
        for name in sources:
            source = sys.stdin.buffer.read() if name == "-" else name
            try:
                article = read_source(source, config=settings, format=form, keep=keep or ())  # type: ignore[arg-type]
            except SourceError as error:
                _say(f"narrate: {error}")
                failed = True
                continue
            print(reports.reading_line(name, article) if as_json else reports.reading(article), flush=True)
        raise typer.Exit(FAILED if failed else 0)


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
    with _people_friendly():
        from narrate.pipeline import prepare, save_script

        if output is not None and article != "-" and output.exists() and output.samefile(article):
            raise UsageError(f"The script of {article} would take its place: name another output.")
        settings = _settings(config, engine, min_confidence, None)
        prepared = prepare(_source(article, settings), config=settings)
        if explain or output is None:
            print(reports.explanation(prepared) if explain else prepared.document(), end="")
        if output is not None:
            save_script(prepared, output)
            print(output)
        if not quiet:
            _tell(prepared)


@app.command()
def attribute(
    articles: Annotated[Path, typer.Argument(metavar="ARTICLES.jsonl", help='A line each: {"id", "text"}.')],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write, if not standard output.")
    ] = None,
) -> None:
    """Find the quotations of many articles and who says them; writes a JSON line for each article."""
    with _people_friendly():
        from narrate.pipeline import attribute_file

        for line in attribute_file(articles, output):
            print(line)
        if output is not None:
            print(output)


@app.command()
def spoken(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help="What is written; '-' is standard input, line by line.")
    ] = "-",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines {"id", "written"} in, lines {"id", "spoken"} out; TEXT is a file.')
    ] = False,
    language: Annotated[str, typer.Option("--language", metavar="TAG", help="en-US, en-GB, ...")] = "en-US",
) -> None:
    """Show what will be said for a written text: numbers, money, dates, abbreviations in words."""
    with _people_friendly():
        from narrate.pipeline import spoken as said
        from narrate.pipeline import spoken_lines

        if text != "-" and not jsonl:
            print(said(text, language=language))
            return
        with _lines(text) as lines:
            answers = (
                spoken_lines(lines, language=language) if jsonl else (said(one, language=language) for one in lines)
            )
            for answer in answers:
                print(answer, flush=True)


@app.command()
def lexicon(
    action: Annotated[str, typer.Argument(metavar="lint|export|import", help="Check it, write PLS, or write TOML.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A lexicon in TOML, or in PLS 1.0 ending in .pls.")],
) -> None:
    """Check a lexicon, or show it as PLS 1.0 (export) or as Narrate's TOML (import)."""
    with _people_friendly():
        from narrate.lexicon import load_lexicon, to_pls, to_toml

        if action not in ("lint", "export", "import"):
            raise UsageError(f"There is no 'narrate lexicon {action}': say lint, export or import.")
        loaded = load_lexicon(file)
        if action == "lint":
            print(f"{file}: {len(loaded.entries)} entries")
        else:
            print(to_pls(loaded) if action == "export" else to_toml(loaded), end="")


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
    with _people_friendly():
        from narrate.pipeline import roster, try_out

        settings = _settings(config, engine, None, None)
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
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where the editions go.")] = None,
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False,
) -> None:
    """Make the editions of many articles; prints a line of JSON for each. Exit code 3 if some failed."""
    with _people_friendly():
        from narrate.batch import appearing, failed_sources, find_sources, produce_all

        listed = [path for place in places or [] for path in (_listed() if str(place) == "-" else [place])]
        again = failed_sources(retry_failed) if retry_failed else ()
        if not listed and not retry_failed:
            raise UsageError("Name the articles, or the folders they lie in.")
        if watch and (len(listed) != 1 or not listed[0].is_dir() or again):
            raise UsageError("--watch takes one folder.")
        sources = appearing(listed[0]) if watch else [*find_sources(listed), *again]
        failed = 0
        settings = _settings(config, engine, min_confidence, workers)
        for done, outcome in enumerate(produce_all(sources, output=output, config=settings), 1):
            print(outcome.line(), flush=True)
            failed += outcome.status == "failed"
            if not quiet:
                of_all = f"/{len(sources)}" if isinstance(sources, list) else ""
                _say(f"narrate: {done}{of_all} {outcome.source}: {outcome.error or outcome.status}")
        raise typer.Exit(UNSURE if failed else 0)


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
    with _people_friendly():
        from narrate.pipeline import as_config, take_cache

        takes = take_cache(as_config(config))
        state = takes.state()
        if action is CacheAction.info:
            print(f"{state.folder}: {state.takes} takes, {state.size_bytes / 1e6:.1f} MB")
        else:
            print(f"{state.folder}: {takes.clear()} takes dropped")


@app.command(epilog=LISTENED)
def listen(
    editions: Annotated[list[str], typer.Argument(metavar="EDITION...", help="MP3s, or their script JSONs.")],
    max_wer: Annotated[
        float, typer.Option("--max-wer", metavar="RATE", min=0.0, help="The word error rate that still passes.")
    ] = MAX_WER,
    config: ConfigOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was heard, as JSON.")] = False,
) -> None:
    """Listen to finished editions: transcribe each, compare it with its script, and list the misheard lines."""
    with _people_friendly():
        from narrate.pipeline import as_config
        from narrate.pipeline import listen as listen_to

        settings, hearings = as_config(config), []
        for edition in editions:
            hearings.append(listen_to(edition, config=settings))
            if not as_json:
                print(reports.heard(hearings[-1]), flush=True)
        if as_json:
            print(json.dumps([one.report() for one in hearings], ensure_ascii=False, indent=1))
        raise typer.Exit(UNSURE if any(one.score.rate_without_names > max_wer for one in hearings) else 0)


@app.command()
def feed(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the editions lie.")],
    config: ConfigOption = None,
) -> None:
    """Write feed.xml, a podcast feed over the editions in DIR; prints its path."""
    with _people_friendly():
        from narrate.pipeline import write_feed

        path, troubles = write_feed(folder, config=config)
        for trouble in troubles:
            _say(f"narrate: left out: {trouble}")
        print(path)
        raise typer.Exit(FAILED if troubles else 0)


@app.command()
def verify(
    edition: Annotated[Path, typer.Argument(metavar="EDITION.mp3", help="What lies beside it is checked with it.")],
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON.")] = False,
) -> None:
    """Check a finished edition: 25 promises, on the files alone. Exit code 1 if one is broken."""
    with _people_friendly():
        from narrate.pipeline import verify_edition

        findings = verify_edition(edition)
        if as_json:
            print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
        else:
            for finding in findings:
                print(f"{finding.number:2} {finding.verdict:14} {finding.name}: {finding.measured}")
        raise typer.Exit(FAILED if any(finding.verdict == "fail" for finding in findings) else 0)


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Say what is installed, what is missing, and how to mend it. Exit code 1 if something is missing."""
    with _people_friendly():
        from narrate.config import Config, load_config
        from narrate.doctor import examine

        healthy = True
        for finding in examine(Path((load_config(config) if config else Config()).delivery.folder)):
            healthy &= finding.ok
            print(f"{'ok     ' if finding.ok else 'MISSING'}  {finding.name}: {finding.detail}")
            if finding.mend:
                print(f"         to mend it: {finding.mend}")
        raise typer.Exit(0 if healthy else FAILED)


def main() -> None:
    """Entry point of the command."""
    # A closed stream would be None, and its number go to the next file that is opened.
    sys.stdin, sys.stdout = sys.stdin or open(os.devnull), sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream, errors in ((sys.stdout, "strict"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors=errors)  # names and scripts are not always ASCII
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # so that nothing is left behind
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    app()


def _listed() -> list[Path]:
    """The paths on standard input, a line each."""
    return [Path(line.strip()) for line in sys.stdin if line.strip()]


def _pass_on_warnings() -> None:
    """What the library warns of while it works goes to standard error."""
    import logging

    class Teller(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            _say(f"narrate: {record.getMessage()}")

    logging.getLogger("narrate").addHandler(Teller(logging.WARNING))


def _say(text: str) -> None:
    """Tell people, on standard error; if nobody can hear it, that is no reason to fail."""
    with suppress(OSError):
        print(text, file=sys.stderr)


@contextmanager
def _people_friendly() -> Iterator[None]:
    """Errors become a message on standard error and an exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has gone. Python would say so once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(FAILED) from None
    except ImportError as error:
        _say(f"narrate: {error}. Something is missing; see: narrate doctor")
        raise typer.Exit(FAILED) from None
    except (NarrateError, OSError) as error:
        _say(f"narrate: {error}")
        raise typer.Exit(WRONG_USAGE if isinstance(error, UsageError) else FAILED) from None


def _settings(path: Path | None, engine: str | None, min_confidence: float | None, workers: int | None) -> Config:
    """The configuration file's settings, with those that were given as options in their place."""
    from narrate.pipeline import as_config

    config = as_config(path)
    if engine is not None:
        config = replace(config, synthesis=replace(config.synthesis, engine=engine))
    if workers is not None:
        config = replace(config, synthesis=replace(config.synthesis, workers=workers))
    if min_confidence is not None:
        config = replace(config, attribution=replace(config.attribution, min_confidence=min_confidence))
    return config


def _drafted(engine: str | None) -> str:
    """The engine of a draft, which is the only one that may be named with it."""
    from narrate.engines import DRAFT

    if engine not in (None, DRAFT):
        raise UsageError(f"A draft is spoken by {DRAFT}: leave out --draft, or --engine {engine}.")
    return DRAFT


@contextmanager
def _lines(path: str) -> Iterator[Iterator[str]]:
    """The lines of a file in UTF-8, or of standard input, as they come."""
    from narrate.errors import SourceError

    try:
        if path == "-":
            yield (line.decode("utf-8-sig") for line in sys.stdin.buffer)
        else:
            with Path(path).open(encoding="utf-8-sig") as lines:
                yield lines
    except UnicodeDecodeError as error:
        raise SourceError(f"{'Standard input' if path == '-' else path} is not UTF-8: {error}.") from error


def _source(article: str, settings: Config) -> Source:
    from narrate.pipeline import open_source

    return open_source(sys.stdin.buffer.read(), config=settings) if article == "-" else article


@contextmanager
def _progress_bar(quiet: bool) -> Iterator[Progress | None]:
    """A bar on standard error, when that is a terminal."""
    if quiet or not sys.stderr.isatty():
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


def _tell(made: Edition | Prepared) -> None:
    """What an editor should know, on standard error: the engine, unsure quotations, skipped text, warnings."""
    _say(f"narrate: engine {made.engine}: {made.engine_reason}")
    for index in made.below_threshold:
        segment = made.script.segments[index]
        words, confidence = segment.text.strip()[:60], segment.confidence
        _say(f"narrate: unsure who says {words!r} (confidence {confidence:.2f}): the narrator reads it")
    for skipped in made.script.article.skipped:
        _say(f"narrate: skipped ({skipped.reason}): {skipped.text.strip()[:60]!r}")
    for warning in made.warnings:
        _say(f"narrate: warning: {warning}")
