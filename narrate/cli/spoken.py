"""The command ``narrate spoken``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from narrate.cli._app import command
from narrate.cli._messages import say
from narrate.cli._options import ConfigOption, load_settings
from narrate.errors import SourceError, reason


@command(example="narrate spoken 'It cost $4.5m on 3 March.'")
def spoken(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A text; '-' is standard input, line by line.")] = "-",
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help='Lines {"id", "written"} in, lines {"id", "spoken"} out; TEXT is a file.')
    ] = False,
    language: Annotated[str, typer.Option("--language", metavar="TAG", help="en-US, en-GB, ...")] = "en-US",
    lexicon: Annotated[
        Path | None, typer.Option("--lexicon", metavar="FILE", help="A pronunciation lexicon; TOML or .pls.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show what will be said for a text: numbers, dates in words.

    The lexicon is that of --lexicon, or else the one that the configuration names.
    """
    from narrate.readers.language import choose_language
    from narrate.speakable import EMPTY, speakable
    from narrate.speakable.json_lines import spoken_lines
    from narrate.speakable.lexicon import load_lexicon
    from narrate.speakable.warnings import speaking_warnings

    choose_language((), None, language)
    named = lexicon or load_settings(config).speakable.lexicon
    entries = load_lexicon(Path(named)) if named else EMPTY
    if text != "-" and not jsonl:
        print(speakable(text, language, entries).text)
        for warning in speaking_warnings([text], language=language, lexicon=lambda: entries):
            say(warning, level="warning")
        return
    with _lines(text) as lines:
        texts = (speakable(line, language, entries).text for line in lines)
        for line in spoken_lines(lines, language=language, lexicon=entries) if jsonl else texts:
            print(line, flush=True)


@contextmanager
def _lines(path: str) -> Iterator[Iterator[str]]:
    """Provide the lines of a file, or of standard input as they come."""
    try:
        if path == "-":
            yield (line.decode("utf-8-sig") for line in sys.stdin.buffer)
        else:
            with Path(path).open(encoding="utf-8-sig") as lines:
                yield lines
    except UnicodeDecodeError as error:
        name = "standard input" if path == "-" else path
        raise SourceError(f"Cannot read {name}: it is not UTF-8 ({reason(error)}). Convert it to UTF-8.") from error
