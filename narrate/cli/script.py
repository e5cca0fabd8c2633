"""The command ``narrate script``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from narrate.cli import _options as common
from narrate.cli._app import command
from narrate.cli._messages import print_exact, say
from narrate.cli._reports import show_notes
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.edition.plan import Plan


@dataclass(frozen=True, slots=True)
class ScriptOptions:
    """Arguments and options of ``narrate script``."""

    article: common.ArticleArgument
    output: common.TextFileOption = None
    config: common.ConfigOption = None
    language: common.LanguageOption = None
    engine: common.EngineOption = None
    min_confidence: common.ConfidenceOption = None
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each quotation with its speaker, confidence and evidence.")
    ] = False
    quiet: common.QuietOption = False


@command(example="narrate script story.md --output story.script.json")
def script(options: ScriptOptions) -> None:
    """Write the script of an article as JSON, for corrections.

    Correct a speaker or a voice in it, and pass the file to `narrate make`.
    """
    from narrate.edition.backup import save_script
    from narrate.pipeline import prepare

    article, output = options.article, options.output
    if output is not None and article != "-" and output.exists() and output.samefile(article):
        raise UsageError(f"The output would overwrite the source file {article}. Choose a different output path.")
    settings = common.load_settings(
        options.config,
        language=options.language,
        engine=options.engine,
        min_confidence=options.min_confidence,
    )
    prepared = prepare(common.source_of(article, settings), config=settings)
    if options.explain or output is None:
        print(explanation(prepared) if options.explain else prepared.document(), end="")
    if output is not None:
        for warning in save_script(prepared.document(), output):
            say(warning, level="warning")
        print_exact(str(output))
    if not options.quiet:
        show_notes(prepared, is_draft=False)


def explanation(prepared: Plan) -> str:
    """Return each quotation with its speaker, confidence and evidence, in 80 columns."""
    from textwrap import fill, shorten

    names = prepared.script.names
    blocks = []
    for segment in prepared.script.segments:
        if segment.kind == "quotation":
            reader = "" if segment.voiced_by == segment.speaker else " (read by the narrator)"
            finding = f"{names[segment.speaker]}{reader}, {segment.confidence:.2f}: {segment.evidence}"
            words = shorten(segment.text, 240, placeholder=" …")
            indented = fill(finding, 80, initial_indent="    ", subsequent_indent="    ")
            blocks.append(f"{fill(words, 80)}\n{indented}\n")
    return "\n".join(blocks) or "No quotations.\n"
