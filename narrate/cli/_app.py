"""The Typer application, and how a plain function becomes one of its commands."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Annotated, Any, Final, TypeVar, get_type_hints

import typer
from typer.core import TyperGroup

from narrate.cli._messages import ExitCode, errors_as_messages, message_format

PANELS: Final = {
    "Make": ("make", "script", "batch"),
    "Check": ("read", "attribute", "verify", "listen"),
    "Library": ("voices", "lexicon", "spoken"),
    "Publish": ("feed", "stats", "certificate"),
    "Set up": ("doctor", "cache"),
}
"""The panels of ``narrate --help`` with their commands, in the order in which they are shown."""
PANEL_OF: Final = {name: panel for panel, names in PANELS.items() for name in names}

Options = TypeVar("Options")


class PanelGroup(TyperGroup):
    """The commands in their panels, each with its whole one-line description."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return the names of the commands in the order of their panels."""
        return list(PANEL_OF)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Write a section for each panel."""
        width = max(map(len, PANEL_OF))
        for panel, names in PANELS.items():
            with formatter.section(panel):
                formatter.write_dl([(name.ljust(width), self.commands[name].short_help) for name in names])


app = typer.Typer(
    cls=PanelGroup,
    no_args_is_help=True,
    add_completion=False,
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


def command(
    *, example: str, exit_codes: str = ""
) -> Callable[[Callable[[Options], ExitCode]], Callable[[Options], ExitCode]]:
    """Make a plain function a command of the same name. The function itself is returned unchanged.

    The function takes one value, ``options``: a dataclass with a field for each argument and option of the command.
    Its docstring is the command's help, and the first line of that is the description in ``narrate --help``.

    Args:
        example: A call of the command, shown at the end of its help.
        exit_codes: What the exit codes mean, shown after the example.
    """

    def register(function: Callable[[Options], ExitCode]) -> Callable[[Options], ExitCode]:
        name, text = function.__name__, inspect.cleandoc(function.__doc__ or "")
        options_type = get_type_hints(function)["options"]

        def run(**values: Any) -> None:
            with errors_as_messages():
                exit_code = function(options_type(**values))
            raise typer.Exit(exit_code)

        run.__signature__ = _signature(options_type)  # type: ignore[attr-defined]  # Typer reads it
        app.command(
            name,
            help=text,
            short_help=text.partition("\n")[0],
            epilog=f"Example: {example}" + (f"\n\nExit codes: {exit_codes}" if exit_codes else ""),
            rich_help_panel=PANEL_OF[name],
        )(run)
        return function

    return register


def _signature(options_type: Any) -> inspect.Signature:
    """Return the signature of a function that takes the fields of a dataclass as keyword arguments."""
    annotations = get_type_hints(options_type, include_extras=True)
    return inspect.Signature(
        [
            inspect.Parameter(
                field.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if field.default is MISSING else field.default,
                annotation=annotations[field.name],
            )
            for field in fields(options_type)
        ]
    )
