"""The Typer application, and how a plain function becomes one of its commands."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar

import typer
from typer.core import TyperGroup

from narrate.cli._messages import ExitCode, errors_as_messages, message_format

PANELS: Final = {
    "Make": ("make", "script", "batch"),
    "Check": ("edit", "read", "attribute", "verify", "listen"),
    "Library": ("voices", "lexicon", "spoken"),
    "Publish": ("feed", "player", "stats", "certificate"),
    "Set up": ("doctor", "cache"),
}
"""The panels of ``narrate --help`` with their commands, in the order in which they are shown."""
PANEL_OF: Final = {name: panel for panel, names in PANELS.items() for name in names}

Command = TypeVar("Command", bound=Callable[..., ExitCode | None])


class PanelGroup(TyperGroup):
    """The commands in their panels, each with its whole one-line description."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Parse the options before the command. Typer runs some of them meanwhile, such as ``--install-completion``."""
        with errors_as_messages():
            return super().make_context(*args, **kwargs)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names of the commands in the order of their panels."""
        return list(PANEL_OF)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write a section for each panel."""
        width = max(map(len, PANEL_OF))
        for panel, names in PANELS.items():
            with formatter.section(panel):
                formatter.write_dl([(name.ljust(width), self.commands[name].short_help) for name in names])


# Typer's options for completion then take the name of a shell. Otherwise they guess it from the parent processes.
os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"

app = typer.Typer(
    cls=PanelGroup,
    no_args_is_help=True,
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


def command(*, example: str, exit_codes: str = "") -> Callable[[Command], Command]:
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
            help=text,
            short_help=text.partition("\n")[0],
            epilog=f"Example: {example}" + (f"\n\nExit codes: {exit_codes}" if exit_codes else ""),
            rich_help_panel=PANEL_OF[name],
        )(run)
        return function

    return register
