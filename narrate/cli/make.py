"""The command ``narrate make``."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from narrate.cli import _options as common
from narrate.cli._app import command
from narrate.cli._messages import (
    ExitCode,
    message_format,
    print_exact,
    results_on_stdout,
    say,
    show_library_warnings,
)
from narrate.cli._progress import progress_bar
from narrate.cli._reports import cast_rows, cast_table, show_cast, show_notes
from narrate.cli._sound import sound_of
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.edition.plan import Plan
    from narrate.readers.source import Source
    from narrate.types import Changes, Edition


@dataclass(frozen=True, slots=True)
class MakeOptions:
    """Arguments and options of ``narrate make``."""

    article: common.ArticleArgument
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR|FILE|URL",
            help="A folder, the MP3 itself, or either in a store. [default: output]",
        ),
    ] = None
    config: common.ConfigOption = None
    language: common.LanguageOption = None
    engine: common.EngineOption = None
    draft: Annotated[bool, typer.Option("--draft", help="Speak with a robotic voice (pyttsx3), in seconds.")] = False
    min_confidence: common.ConfidenceOption = None
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            metavar="N",
            parser=common.whole_number,
            help="Cores to use, by as many processes; 0: all. [default: 0]",
        ),
    ] = None
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Speak each line anew, without the cache.")] = False
    as_json: Annotated[bool, typer.Option("--json", help="Write a report to standard output, as JSON.")] = False
    quiet: common.QuietOption = False
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the cast and the script; make no audio.")] = False
    notify: common.NotifyOption = None
    require_review: common.ReviewOption = None
    replace: common.ReplaceOption = None
    check: Annotated[bool, typer.Option("--check", help="Make nothing; say whether the edition is current.")] = False
    play: Annotated[bool, typer.Option("--play", help="Play the sound while the rest is spoken.")] = False
    stream: Annotated[
        bool, typer.Option("--stream", help="Write the sound to standard output as MP3, while the rest is spoken.")
    ] = False


COMBINATIONS: Final = (
    ("stream", "play", "the sound goes to one place"),
    ("stream", "as_json", "both write to standard output"),
    *((sound, other, "nothing is spoken then") for sound in ("stream", "play") for other in ("check", "dry_run")),
)
"""Two options that cannot be used together, and why."""
MAX_REVOICED: Final = 8
"""Lines that are shown because another voice says them; with another engine, these are all lines."""


@command(
    example="narrate make story.md --output site/audio",
    exit_codes="0 done; 1 something failed; 2 wrong usage or configuration; 3 the edition was made, but the narrator "
    "reads a quotation whose confidence is below --min-confidence; with --require-review: 3 no edition was made, "
    "because an editor must check a quotation first; with --check: 3 the edition is missing, damaged or not current.",
)
def make(options: MakeOptions) -> ExitCode:
    """Make the audio edition of an article, with captions and a page.

    Prints the path of the MP3. Next to it are the captions (.vtt, .srt), transcripts, chapters, the cover, the script,
    and a page that plays the edition.
    """
    message_format.article = options.article
    _refuse_combinations(options)
    settings = _settings(options)
    if not options.quiet:
        show_library_warnings()
        common.note_unused_config(options.config)
    source = common.source_of(options.article, settings)
    if options.check:
        return _check(source, options, settings)
    if options.dry_run:
        return _rehearse(source, options, settings)
    from narrate.pipeline import produce

    with sound_of(is_streamed=options.stream, is_played=options.play) as sound:
        with progress_bar(is_quiet=options.quiet) as progress:
            edition = produce(source, output=options.output, config=settings, progress=progress, stream=sound)
        _show_edition(edition, options)
    return ExitCode.UNSURE if edition.below_threshold else ExitCode.DONE


def _show_edition(edition: Edition, options: MakeOptions) -> None:
    """Write messages about the edition, and the result, which goes to standard error if the sound is on the output."""
    if not options.quiet:
        show_cast(edition)
        show_notes(edition, is_draft=options.draft)
        for message in changes_of(edition):
            say(message)
    if edition.state != "untouched" and not options.quiet:
        say(f"Took {sum(timing.wall_s for timing in edition.timings.values()):.1f} s.")
    if edition.state != "untouched" and not options.quiet and not edition.urls:
        say(f"To listen and read along, open {edition.files['player']} in a browser.")
    if edition.below_threshold and not options.quiet and not edition.urls:
        say(f"To check who speaks, and make the edition again: narrate edit {shlex.quote(str(edition.script_file))}")
    done = "is current" if edition.state == "untouched" else "was made"
    if options.stream:
        if not options.quiet:
            say(f"The edition {done}: {edition.address}.")
        return
    with results_on_stdout(f"The edition {done}: {edition.address}."):
        if options.as_json:
            print(json.dumps(edition_report(edition), ensure_ascii=False, indent=1))
        else:
            print_exact(edition.address)


def _refuse_combinations(options: MakeOptions) -> None:
    """Raise ``UsageError`` if options were given that cannot be used together."""
    for sound, other, problem in COMBINATIONS:
        if getattr(options, sound) and getattr(options, other):
            flag = other.removeprefix("as_").replace("_", "-")
            raise UsageError(f"Cannot use --{sound} with --{flag}: {problem}. Leave out one of the two.")


def _settings(options: MakeOptions) -> Config:
    given = {option: getattr(options, option) for option in common.SETTINGS}
    if options.draft:
        from narrate.engines import DRAFT

        if options.engine not in (None, DRAFT):
            problem = f"Cannot use --draft with --engine {options.engine}: drafts use {DRAFT}."
            raise UsageError(f"{problem} Leave out one of the two.")
        given["engine"] = DRAFT
    settings = common.load_settings(options.config, **given)
    return replace(settings, cache=replace(settings.cache, enabled=False)) if options.no_cache else settings


def _check(source: Source, options: MakeOptions, settings: Config) -> ExitCode:
    from narrate.pipeline import check

    reasons = check(source, output=options.output, config=settings)
    if options.as_json:
        print(json.dumps({"current": not reasons, "reasons": reasons}))
    elif reasons:
        print("\n".join(f"{options.article}: {reason}" for reason in reasons))
    return ExitCode.UNSURE if reasons else ExitCode.DONE


def _rehearse(source: Source, options: MakeOptions, settings: Config) -> ExitCode:
    """Print the cast and the script."""
    from narrate.job import lexicon_of
    from narrate.pipeline import prepare

    output = settings.delivery.folder if options.output is None else options.output
    prepared = prepare(source, output=output, config=settings)
    lexicon_of(prepared.script.article, settings)  # it is wanted only when lines are spoken, and may be missing
    print(prepared.document() if options.as_json else script_text(prepared), end="")
    if not options.quiet:
        show_notes(prepared, is_draft=options.draft)
    return ExitCode.UNSURE if prepared.below_threshold else ExitCode.DONE


def edition_report(edition: Edition) -> dict[str, Any]:
    """Describe an edition for programs: files, cast, measurements, changes, warnings."""
    segments = edition.script.segments
    return {
        "mp3": edition.address,
        "captions": edition.urls.get("captions", str(edition.captions)),
        "script": edition.urls.get("script", str(edition.script_file)),
        "files": edition.urls or {name: str(path) for name, path in edition.files.items()},
        "title": edition.script.article.title,
        "duration_s": round(edition.duration_s, 3),
        "loudness_lufs": round(edition.loudness_lufs, 2),
        "true_peak_dbtp": round(edition.true_peak_dbtp, 2),
        "provenance": dict(edition.provenance),
        "engine": edition.engine,
        "engine_reason": edition.engine_reason,
        "disclaimer": edition.disclaimer,
        "state": edition.state,
        "correction": _changes_report(edition.changes) if edition.changes else None,
        "lines": edition.lines,
        "reused_lines": edition.reused_lines,
        "timings": {stage: asdict(timing) for stage, timing in edition.timings.items()},
        "cast": cast_rows(edition),
        "below_threshold": [
            {"segment": index, "text": segments[index].text.strip(), "confidence": round(segments[index].confidence, 3)}
            for index in edition.below_threshold
        ],
        "skipped": [{"reason": skipped.reason, "text": skipped.text} for skipped in edition.script.article.skipped],
        "warnings": list(edition.warnings),
    }


def _changes_report(changes: Changes) -> dict[str, Any]:
    """Describe the changes for programs. The keys are part of the report's format."""
    rows = [
        {
            **{key: getattr(change, key) for key in ("kind", "segment", "text", "speaker", "voice")},
            "former_speaker": change.previous_speaker,
            "former_voice": change.previous_voice,
        }
        for change in changes.segments
    ]
    return {
        "changed": list(changes.changed_keys),
        "former_article_sha256": changes.previous_article_sha256,
        "former_mp3_sha256": changes.previous_mp3_sha256,
        "changes": rows,
    }


def changes_of(edition: Edition) -> list[str]:
    """Return messages about the changes from the previous edition."""
    if edition.state == "untouched":
        return ["Nothing has changed. The edition was left as it is."]
    if edition.changes is None:
        return []
    from narrate.edition.changes import describe_changes

    messages = describe_changes(edition.changes)
    revoiced = [number for number, one in enumerate(edition.changes.segments) if one.kind == "revoiced"]
    if len(revoiced) <= MAX_REVOICED:
        return messages
    summary = f"Revoiced: {len(revoiced)} lines. The report that --json writes lists them."
    return [summary, *(message for number, message in enumerate(messages) if number not in set(revoiced))]


def script_text(prepared: Plan) -> str:
    """Return the cast and the script, for people."""
    names = prepared.script.names
    lines = []
    for segment in prepared.script.segments:
        reader = "" if segment.voiced_by == segment.speaker else ", read by the narrator"
        lines.append(f"[{names[segment.speaker]}{reader}] {' '.join(segment.text.split())}\n")
    return cast_table(prepared) + "".join(lines)
