"""The command ``narrate``: parse, call, print, exit code."""

from __future__ import annotations

import gc
import os
import signal
import sys
import traceback
import warnings
from io import TextIOWrapper
from typing import Annotated, Final

import typer

from narrate.cli import checking, making, reading
from narrate.cli.common import FAILED, WRONG_USAGE, app, say, telling

LOG_JSON: Final = "--log-json"
USAGE_PROBLEM: Final = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""What the framework raises for wrong usage; it moved from one package to another."""

__all__ = ["app", "checking", "main", "making", "reading"]


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"narrate-edition {version('narrate-edition')}")
        raise typer.Exit


@app.callback()
def narrate(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
    log_json: Annotated[bool, typer.Option("--log-json", help="Messages on standard error as lines of JSON.")] = False,
) -> None:
    """Audio editions of written journalism: an article in, a multi-voice MP3 out."""
    telling.as_json |= log_json


def main() -> None:
    """Entry point of the command."""
    # A closed stream would be None, and its number go to the next file that is opened.
    sys.stdin, sys.stdout = sys.stdin or open(os.devnull), sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # names are not always ASCII, nor UTF-8, which JSON escapes like this
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # so that nothing is left behind
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    try:
        if LOG_JSON in sys.argv[1:]:
            sys.exit(_run_logged())
        app()
    finally:
        gc.freeze()  # at its end Python would search all that lives, a fifth of a second long, for what nobody misses


def _run_logged() -> int:
    """Run the command so that what the framework and Python have to say of errors is told as JSON, too."""
    telling.as_json = True  # for errors met before the option itself
    warnings.showwarning = lambda message, *_, **__: say(str(message), level="warning")
    try:
        return app(standalone_mode=False) or 0
    except typer.Abort:
        say("stopped", level="error")
        return FAILED
    except Exception as error:
        if isinstance(error, USAGE_PROBLEM):
            say(error.format_message(), level="error")  # type: ignore[attr-defined]
            return WRONG_USAGE
        say("".join(traceback.format_exception(error)), level="error")
        return FAILED
