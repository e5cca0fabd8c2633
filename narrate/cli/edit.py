"""The command ``narrate edit``."""

from __future__ import annotations

import shlex
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from narrate.cli import _options as common
from narrate.cli._app import command
from narrate.cli._messages import say, show_library_warnings

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.edition.plan import Plan
    from narrate.editor.desk import Desk


MAX_PORT: Final = 65535


def port_number(text: str) -> int:
    """Parse the number of a port."""
    port = common.whole_number(text)
    if not 0 <= port <= MAX_PORT:
        raise typer.BadParameter(f"{text!r} is not between 0 and {MAX_PORT}")
    return port


@dataclass(frozen=True, slots=True)
class EditOptions:
    """Arguments and options of ``narrate edit``."""

    source: Annotated[
        str, typer.Argument(metavar="ARTICLE|SCRIPT|EDITION|DIR", help="An article, a script, an edition, or a folder.")
    ]
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="DIR|FILE", help="A folder, or the MP3, for an article. [default: output]"
        ),
    ] = None
    config: common.ConfigOption = None
    language: common.LanguageOption = None
    engine: common.EngineOption = None
    min_confidence: common.ConfidenceOption = None
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the address of the page.")] = False
    port: Annotated[int, typer.Option("--port", parser=port_number, metavar="N", help="0: any that is free.")] = 0
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Another address to listen on than this machine's own.")
    ] = "127.0.0.1"
    quiet: common.QuietOption = False


@command(
    example="narrate edit story.md",
    exit_codes="0 the editor was ended, and all changes are saved; 1 the article or the script cannot be read; 2 wrong "
    "usage or configuration, or the file is open in another editor.",
)
def edit(options: EditOptions) -> None:
    """Check and correct a script in the browser.

    Prints the address of the page, which only works with the token in it. Every change is saved at once. Ctrl-C ends
    the editor. The script of an article is where `narrate make` puts it; it is made if it does not exist yet. Of a
    folder, the page lists the scripts. The page also makes the editions.
    """
    from narrate.editor import open_editor
    from narrate.editor.session import new_session

    if not options.quiet:
        show_library_warnings()
    settings = common.load_settings(
        options.config,
        language=options.language,
        engine=options.engine,
        min_confidence=options.min_confidence,
    )
    desk, messages = _desk(options, settings)
    if not options.quiet:
        for message in messages:
            say(message)
    editor = open_editor(new_session(desk, settings), host=options.host, port=options.port)
    if not editor.is_loopback:
        say(
            f"Everyone who can reach {options.host} and has the address below can read and change the scripts; it is "
            "not encrypted. Use it in a network that you trust, and share the address like a password.",
            level="warning",
        )

    def show() -> None:
        print(editor.url, flush=True)
        if not options.no_browser:
            import threading
            import webbrowser

            threading.Thread(target=webbrowser.open, args=[editor.url], daemon=True).start()  # some do not return
        if not options.quiet:
            say("Press Ctrl-C to end the editor.")

    with suppress(KeyboardInterrupt):
        editor.run(ready=show)
    if not options.quiet:
        say("The editor has ended. All changes are saved.")


def _desk(options: EditOptions, settings: Config) -> tuple[Desk, tuple[str, ...]]:
    from narrate.editor.desk import Desk, find_script

    folder = Path(options.source)
    if folder.is_dir():
        return Desk(settings, folder=folder), ()
    file, messages = find_script(options.source, output=options.output, config=settings)
    desk = Desk(settings, file=file)
    plan = desk.open("d1").plan
    return desk, (*messages, *_draft_note(plan, options.source, settings))


def _draft_note(plan: Plan, source: str, settings: Config) -> tuple[str, ...]:
    """Say of a draft's script that its edition is robotic, and how to get another, if another engine is installed."""
    from narrate.config import AUTO
    from narrate.engines import DRAFT, choose_engine

    best = choose_engine(None, None, plan.script.article.language).name
    if settings.synthesis.engine != AUTO or plan.engine == best or plan.engine != DRAFT:
        return ()
    again = f"narrate edit {shlex.quote(source)} --engine {best}"
    return (f"This script is cast with the robotic voices of a draft. For the voices of {best}: {again}",)
