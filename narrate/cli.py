"""The command ``narrate``: parse, call, print, exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from narrate.errors import NarrateError, UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.pipeline import Prepared, Progress, Source
    from narrate.types import Edition

FAILED: Final = 1
WRONG_USAGE: Final = 2
UNSURE: Final = 3
EXIT_CODES: Final = """Exit codes: 0 done; 1 something failed; 2 wrong usage or configuration; 3 the edition was made,
but the speaker of a quotation is less sure than --min-confidence, and the narrator reads it."""

app = typer.Typer(
    help="Audio editions of written journalism: an article in, a multi-voice MP3 out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

SourceArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="Text, Markdown or a script JSON; '-' is standard input.")
]
ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", metavar="FILE", help="A narrate.toml.")]
EngineOption = Annotated[str | None, typer.Option("--engine", metavar="NAME", help="The engine that speaks.")]
ConfidenceOption = Annotated[
    float | None,
    typer.Option("--min-confidence", metavar="P", help="0 to 1: the narrator reads quotations less sure than this."),
]


@app.command(epilog=EXIT_CODES)
def make(
    article: SourceArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR|FILE", help="A folder, or the MP3 itself.")
    ] = None,
    config: ConfigOption = None,
    engine: EngineOption = None,
    min_confidence: ConfidenceOption = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", help="Processes that speak at a time; 0: one a core.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A report on standard output, as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on standard error but errors.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the cast and the script; make no audio.")] = False,
) -> None:
    """Make the audio edition of ARTICLE; prints the path of the MP3."""
    with _people_friendly():
        from narrate.pipeline import prepare, produce

        settings = _settings(config, engine, min_confidence, workers)
        source = _source(article)
        if dry_run:
            prepared = prepare(source, config=settings)
            _show_prepared(prepared, as_json)
            raise typer.Exit(UNSURE if prepared.below_threshold else 0)
        with _progress_bar(quiet) as progress:
            edition = produce(source, output=output, config=settings, progress=progress)
        if not quiet:
            _show_edition(edition)
        print(json.dumps(_report(edition), ensure_ascii=False, indent=1) if as_json else edition.mp3)
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
) -> None:
    """Write the script of ARTICLE as JSON: correct a speaker or a voice in it, then `narrate make` it."""
    with _people_friendly():
        from narrate.delivery.staging import Staging
        from narrate.pipeline import prepare

        prepared = prepare(_source(article), config=_settings(config, engine, min_confidence, None))
        written = _explanation(prepared) if explain else prepared.document()
        if output is None:
            print(written, end="")
            return
        with Staging() as staging:
            staging.stage(output).write_text(written, encoding="utf-8", newline="\n")
            staging.publish()
        print(output)


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
            print(json.dumps([_plain(voice) for voice in listed], ensure_ascii=False, indent=1))
            return
        _print_table(
            ["Voice", "Name", "Engine", "Language", "Gender", "Accent", "Age"],
            [[v.id, v.name, v.engine, v.language, v.gender, v.accent, v.age] for v in listed],
        )


@app.command()
def doctor(config: ConfigOption = None) -> None:
    """Say what is installed, what is missing, and how to mend it. Exit code 1 if something is missing."""
    with _people_friendly():
        from narrate.doctor import examine

        healthy = True
        for finding in examine(Path(_settings(config, None, None, None).delivery.folder)):
            healthy &= finding.ok
            print(f"{'ok     ' if finding.ok else 'MISSING'}  {finding.name}: {finding.detail}")
            if finding.mend:
                print(f"         to mend it: {finding.mend}")
        raise typer.Exit(0 if healthy else FAILED)


def main() -> None:
    """Entry point of the command."""
    app()


@contextmanager
def _people_friendly() -> Iterator[None]:
    """Errors become a message on standard error and an exit code."""
    try:
        yield
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone, and there is nothing left to say
        raise typer.Exit(FAILED) from None
    except (NarrateError, OSError) as error:
        print(f"narrate: {error}", file=sys.stderr)
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


def _source(article: str) -> Source:
    from narrate.pipeline import open_source

    return open_source(sys.stdin.buffer.read()) if article == "-" else article


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


def _cast_rows(edition: Edition) -> list[dict[str, Any]]:
    """Narrator first, then the speakers: voice, quotations, seconds heard, and the least sure attribution."""
    from narrate.script.document import names_of

    rows = []
    for speaker, name in names_of(edition.script).items():
        quotations = [s for s in edition.script.segments if s.kind == "quotation" and s.speaker == speaker]
        voice = edition.cast.voices.get(speaker)
        rows.append(
            {
                "speaker": name,
                "voice": voice.id if voice else None,
                "quotations": len(quotations),
                "seconds": round(sum(cue.end_s - cue.start_s for cue in edition.cues if cue.speaker == name), 2),
                "confidence": min((round(s.confidence, 3) for s in quotations), default=None),
                "reason": edition.cast.reasons.get(speaker, "read by the narrator"),
            }
        )
    return rows


def _report(edition: Edition) -> dict[str, Any]:
    segments = edition.script.segments
    return {
        "mp3": str(edition.mp3),
        "captions": str(edition.captions),
        "script": str(edition.script_file),
        "title": edition.script.article.title,
        "duration_s": round(edition.duration_s, 3),
        "engine": edition.engine,
        "disclaimer": edition.disclaimer,
        "cast": _cast_rows(edition),
        "below_threshold": [
            {"segment": index, "text": segments[index].text.strip(), "confidence": round(segments[index].confidence, 3)}
            for index in edition.below_threshold
        ],
        "skipped": [{"reason": skipped.reason, "text": skipped.text} for skipped in edition.script.article.skipped],
        "warnings": list(edition.warnings),
    }


def _show_edition(edition: Edition) -> None:
    rows = [
        [
            row["speaker"],
            row["voice"] or "(narrator)",
            str(row["quotations"]),
            f"{row['seconds']:.1f}",
            "" if row["confidence"] is None else f"{row['confidence']:.2f}",
        ]
        for row in _cast_rows(edition)
    ]
    _print_table(["Speaker", "Voice", "Quotations", "Seconds", "Confidence"], rows, stderr=True)
    for index in edition.below_threshold:
        segment = edition.script.segments[index]
        print(
            f"narrate: unsure who says {segment.text.strip()[:60]!r} "
            f"(confidence {segment.confidence:.2f}): the narrator reads it",
            file=sys.stderr,
        )
    for skipped in edition.script.article.skipped:
        print(f"narrate: skipped ({skipped.reason}): {skipped.text.strip()[:60]!r}", file=sys.stderr)
    for warning in edition.warnings:
        print(f"narrate: warning: {warning}", file=sys.stderr)


def _show_prepared(prepared: Prepared, as_json: bool) -> None:
    if as_json:
        print(prepared.document(), end="")
        return
    from narrate.script.document import names_of

    names = names_of(prepared.script)
    _print_table(
        ["Speaker", "Voice", "Because"],
        [[names[id_], voice.id, prepared.cast.reasons.get(id_, "")] for id_, voice in prepared.cast.voices.items()],
    )
    for segment in prepared.script.segments:
        said_by = names[segment.speaker] + ("" if segment.voiced_by == segment.speaker else ", read by the narrator")
        print(f"[{said_by}] {' '.join(segment.text.split())}")


def _explanation(prepared: Prepared) -> str:
    """Each quotation with its speaker, confidence and evidence, in 80 columns."""
    from textwrap import fill, shorten

    from narrate.script.document import names_of

    names = names_of(prepared.script)
    blocks = []
    for segment in prepared.script.segments:
        if segment.kind == "quotation":
            narrated = "" if segment.voiced_by == segment.speaker else " (read by the narrator)"
            said = f"{names[segment.speaker]}{narrated}, {segment.confidence:.2f}: {segment.evidence}"
            words = shorten(segment.text, 240, placeholder=" …")
            indented = fill(said, 80, initial_indent="    ", subsequent_indent="    ")
            blocks.append(f"{fill(words, 80)}\n{indented}\n")
    return "\n".join(blocks) or "No quotations.\n"


def _print_table(header: list[str], rows: list[list[str]], *, stderr: bool = False) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(*header, box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*row)
    Console(stderr=stderr, markup=False).print(table)


def _plain(voice: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return asdict(voice)
