"""The command ``narrate``: a module for each of its commands, which is a plain function."""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
import traceback
import warnings
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final

import typer

from narrate.cli import (  # noqa: F401  (importing a module adds its command to the application)
    attribute,
    batch,
    cache,
    certificate,
    doctor,
    edit,
    feed,
    init,
    lexicon,
    listen,
    make,
    player,
    read,
    script,
    spoken,
    stats,
    verify,
    voices,
)
from narrate.cli._app import PANEL_OF, app
from narrate.cli._messages import ExitCode, message_format, say
from narrate.languages.controls import EscapingStream

WrongUsage: Final = next(base for base in typer.BadParameter.__mro__ if base.__name__ == "ClickException")
"""What Typer raises for wrong usage. Typer's versions define it in different packages."""

GC_THRESHOLD: Final = (20_000, 20, 20)
"""How seldom garbage is collected: Python's own threshold costs 0.06 s while packages and models are loaded."""

__all__ = ["app", "main"]


def main() -> None:
    """Run the command ``narrate``."""
    # A closed stream would be None, and its file descriptor would be given to the next file that is opened.
    sys.stdin, sys.stdout = sys.stdin or open(os.devnull), sys.stdout or open(os.devnull, "w")  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # file names need not be ASCII, nor even UTF-8
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # All that is printed, also by Typer and Python, goes through these: names and texts must not steer the terminal.
    sys.stdout, sys.stderr = EscapingStream(sys.stdout), EscapingStream(sys.stderr)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):  # an exception, so that temporary files are removed
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    gc.set_threshold(*GC_THRESHOLD)
    try:
        sys.exit(_run())
    finally:
        gc.freeze()  # saves the garbage collection at exit, which would take 0.2 s


def _run() -> int:
    """Run the command. Return the exit code."""
    if "--log-json" in sys.argv[1:]:
        message_format.as_json = True  # for errors before the option itself is parsed
        warnings.showwarning = lambda message, *_, **__: say(str(message), level="warning")
    try:
        return app(prog_name="narrate", standalone_mode=False) or ExitCode.DONE
    except typer.Abort:
        say("Interrupted.", level="error")
        return ExitCode.FAILED
    except Exception as error:
        if isinstance(error, WrongUsage):
            say(_usage_message(error), level="error")
            return ExitCode.WRONG_USAGE
        if not message_format.as_json:
            raise
        say("".join(traceback.format_exception(error)), level="error")
        return ExitCode.FAILED


def _is_file(name: str) -> bool:
    """Return whether there is such a file. A name that no file can have is none."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False


def _usage_message(error: Any) -> str:
    """Return what is wrong with the arguments, and where to find the right ones."""
    problem = error.format_message().replace("Value error, ", "").strip().rstrip(".")
    named = next((arg for arg in sys.argv[1:2] if arg in PANEL_OF), "")
    path = error.ctx.command_path if getattr(error, "ctx", None) else f"narrate {named}".strip()
    if extra := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", problem):
        article = ". Name one article, and an output with --output; 'narrate batch' takes several articles"
        advice = {
            "make": article,
            "script": article,
            "edit": article,
            "voices": f". Hear a voice with --try {extra[1]}",
        }
        problem = f"Unexpected argument '{extra[1]}'{advice.get(named, '')}"
    source = next(iter(sys.argv[1:]), "")
    if problem.startswith("No such command") and (re.match("https?://", source) or _is_file(source)):
        problem = f"{problem}. To make the edition of an article, write: narrate make {source}"
    end = "" if problem.endswith("?") else "."
    return f"{problem}{end} '{path} --help' shows what is possible."
