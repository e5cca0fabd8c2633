"""The command ``narrate``: parse, call, print, exit code."""

from __future__ import annotations

import os
import signal
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from narrate.cli import checking, making, reading
from narrate.cli.common import app

__all__ = ["app", "checking", "main", "making", "reading"]


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
