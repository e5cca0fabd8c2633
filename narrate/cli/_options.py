"""Options that several commands have, and the settings that they change."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from narrate.cli._messages import say
from narrate.errors import UsageError

if TYPE_CHECKING:
    from narrate.config import Config
    from narrate.readers.source import Source


def whole_number(text: str) -> int:
    """Parse the value of an option that is a whole number."""
    try:
        return int(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a whole number") from None


def number(text: str) -> float:
    """Parse the value of an option that is a number."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a number") from None


ArticleArgument = Annotated[
    str, typer.Argument(metavar="ARTICLE", help="A file, a URL or a script JSON; '-' is standard input.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", metavar="FILE", help="A narrate.toml; 'narrate init' writes one.")
]
EngineOption = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="kokoro (neural), pyttsx3 (eSpeak NG, robotic), paradee (own models), silent, or "
        "auto: the best installed. [default: auto]",
    ),
]
ConfidenceOption = Annotated[
    float | None,
    typer.Option(
        "--min-confidence",
        metavar="P",
        parser=number,
        help="0 to 1: the narrator reads quotations with a lower confidence. [default: 0.65]",
    ),
]
LanguageOption = Annotated[
    str | None,
    typer.Option("--language", metavar="TAG", help="The article's language, such as en. [default: found in the text]"),
]
NotifyOption = Annotated[
    str | None,
    typer.Option(
        "--notify",
        metavar="URL",
        help="Send JSON about each edition to this address, signed if NARRATE_NOTIFY_SECRET is set.",
    ),
]
TextFileOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file. [default: standard output]")
]
ReviewOption = Annotated[
    bool | None,
    typer.Option("--require-review", help="Make no edition with a doubtful quotation that no editor has checked."),
]
ReplaceOption = Annotated[
    bool | None,
    typer.Option("--replace", help="Let an edition replace that of another article with the same file name."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Write only errors to standard error.")]


SETTINGS: Final = {
    "engine": ("synthesis", "engine"),
    "workers": ("synthesis", "workers"),
    "min_confidence": ("attribution", "min_confidence"),
    "notify": ("notify", "url"),
    "language": ("reading", "language"),
    "require_review": ("review", "required"),
    "replace": ("delivery", "replace"),
}
"""Option -> table and key of the setting that it changes."""


def load_settings(path: Path | None, **options: Any) -> Config:
    """Load a configuration file, or the defaults, and apply those of ``SETTINGS`` that were given and are not None."""
    from narrate.config import as_config

    config = as_config(path)
    for option, value in options.items():
        if value is not None:
            table, key = SETTINGS[option]
            try:
                config = replace(config, **{table: replace(getattr(config, table), **{key: value})})
            except UsageError as error:
                named = str(error).replace(f"'{table}.{key}'", f"--{option.replace('_', '-')}")
                raise UsageError(named) from error
    return config


def note_unused_config(path: Path | None) -> None:
    """Write a message if the current folder has a configuration file with settings, and none was named."""
    file = Path("narrate.toml")
    if path is None and file.is_file():
        from narrate.storage import read_toml

        with suppress(UsageError):
            if any(read_toml(file).values()):
                say(f"{file} in this folder is not used. To use it, add: --config {file}")


def source_of(article: str, settings: Config) -> Source:
    """Return the source that an argument names; ``-`` is read from standard input."""
    from narrate.readers.source import open_source

    return open_source(sys.stdin.buffer.read(), config=settings) if article == "-" else article
