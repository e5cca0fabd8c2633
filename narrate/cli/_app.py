"""The Typer application, and how a plain function becomes one of its commands."""

from __future__ import annotations

import inspect
import os
import re
from collections.abc import Callable
from pathlib import PurePath
from typing import Annotated, Any, Final, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from narrate.cli._messages import ExitCode, errors_as_messages, message_format
from narrate.errors import UsageError

PANELS: Final = {
    "Make an edition": ("make", "read", "script", "edit", "batch"),
    "Check it": ("verify", "listen", "stats"),
    "Publish it": ("feed", "player", "certificate"),
    "Choose how it sounds": ("voices", "spoken", "lexicon"),
    "Set up": ("doctor", "init", "cache"),
    "For programs": ("attribute",),
}
"""The panels of ``narrate --help`` with their commands, in the order in which they are shown."""
PANEL_OF: Final = {name: panel for panel, names in PANELS.items() for name in names}

Command = TypeVar("Command", bound=Callable[..., ExitCode | None])


SHELLS: Final = ("bash", "zsh", "fish", "powershell", "pwsh")
"""The shells for which Typer has completion."""
COMPLETION_OPTIONS: Final = ("--install-completion", "--show-completion")
EXAMPLES: Final = """Examples:

\b
  narrate make story.md               Make output/story.mp3.
  narrate make story.md --draft       The same in seconds, in a robotic voice.
  narrate read https://example.org/x  Show what would be read of a page.
  narrate script story.md -o story.script.json
                                      Write who says what, to correct it.
  narrate make story.script.json      Make it from the corrected script.
  narrate batch stories/ > report.jsonl
                                      Make the editions of a folder.

'narrate help COMMAND' explains a command, with its options and an example."""
"""The end of ``narrate --help``."""
EXIT_CODES: Final = "0 done; 1 something failed; 2 wrong usage or configuration."
"""What the exit codes of a command mean that has no others."""


class PanelGroup(TyperGroup):
    """The commands in their panels, each with its whole one-line description."""

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **kwargs: Any) -> Any:
        """Parse the options before the command. Typer runs some of them meanwhile, such as ``--install-completion``."""
        with errors_as_messages():
            return super().make_context(info_name, _with_shell(_with_help_option(args)), *rest, **kwargs)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names of the commands in the order of their panels."""
        return list(PANEL_OF)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write a section for each panel."""
        width = max(map(len, PANEL_OF))
        for panel, names in PANELS.items():
            with formatter.section(panel):
                formatter.write_dl([(name.ljust(width), self.commands[name].short_help) for name in names])


class PlainCommand(TyperCommand):
    """A command whose help shows the metavars of its arguments as they are, without the types of Python."""

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        return plain_usage(super().get_usage(ctx))

    def get_help(self, ctx: Any) -> str:
        """Return the help of the command."""
        return plain_usage(super().get_help(ctx))


def plain_usage(text: str) -> str:
    """Remove what Typer adds to the metavars of arguments in usage and help, and keep the columns."""
    text = re.sub(r"^( *\S+)( <[\w\[\]]+>)", lambda found: found[1] + " " * len(found[2]), text, flags=re.MULTILINE)
    usage, line_end, rest = text.partition("\n")
    usage = re.sub(r"\{(\S+?)\}", r"\1", usage).replace("......", "...")
    return re.sub(r"\[(\[\S+?\]\.\.\.)\]\.\.\.", r"\1", usage) + line_end + rest


def _with_help_option(args: list[str]) -> list[str]:
    """Return ``help COMMAND`` as ``COMMAND --help``, and ``version`` as ``--version``. No arguments mean ``--help``."""
    if args == ["version"]:
        return ["--version"]
    return [*args[1:2], "--help"] if not args or args[0] == "help" else args


def _with_shell(args: list[str]) -> list[str]:
    """Add the name of the user's shell to an option for completion that has no value."""
    at = next((at for at, arg in enumerate(args) if arg in COMPLETION_OPTIONS), None)
    if at is None or (args[at + 1 : at + 2] and not args[at + 1].startswith("-")):
        return args
    named = os.environ.get("SHELL") or ("powershell" if "PSModulePath" in os.environ else "")
    shell = PurePath(named.replace("\\", "/")).name.removesuffix(".exe")
    if shell not in SHELLS:
        raise UsageError(f"Cannot find out which shell you use. Name it, as in: narrate {args[at]} bash")
    return [*args[: at + 1], shell, *args[at + 1 :]]


# Typer's options for completion then take the name of a shell. Otherwise they guess it from the parent processes.
os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"

app = typer.Typer(
    cls=PanelGroup,
    epilog=EXAMPLES,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        print(f"narrate-edition {version('narrate-edition')}")
        raise typer.Exit


@app.callback()
def narrate(
    _: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Write messages as lines of JSON.")] = False,
) -> None:
    """Audio editions of written journalism: an article in, a multi-voice MP3 out."""
    message_format.as_json |= log_json


def command(*, example: str, exit_codes: str = EXIT_CODES) -> Callable[[Command], Command]:
    """Make a plain function a command of the same name. The function itself is returned unchanged.

    The parameters of the function are the arguments and options of the command. If there are many, the function takes
    one value instead, ``options``: a dataclass that has them as fields. The docstring is the command's help, and its
    first line is the description in ``narrate --help``. The function returns the exit code; None is ``DONE``.

    Args:
        example: A call of the command, shown at the end of its help.
        exit_codes: What the exit codes mean, shown after the example.
    """

    def register(function: Command) -> Command:
        name, text = function.__name__, inspect.cleandoc(function.__doc__ or "")
        signature = inspect.signature(function, eval_str=True)
        options_type = signature.parameters["options"].annotation if "options" in signature.parameters else None

        def run(**values: Any) -> None:
            with errors_as_messages():
                exit_code = function(options_type(**values)) if options_type else function(**values)
            raise typer.Exit(exit_code or ExitCode.DONE)

        # Typer reads the options from this attribute.
        run.__signature__ = inspect.signature(options_type or function, eval_str=True)  # type: ignore[attr-defined]
        app.command(
            name,
            cls=PlainCommand,
            help=text,
            short_help=text.partition("\n")[0],
            epilog=f"Example: {example}\n\nExit codes: {exit_codes}",
            rich_help_panel=PANEL_OF[name],
        )(run)
        return function

    return register
