"""Messages on standard error, and how errors become exit codes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Literal

import typer

from narrate.errors import DeliveryError, NarrateError, ReviewError, UsageError, reason
from narrate.languages.controls import escape_unsafe

if TYPE_CHECKING:
    from narrate.types import Stage

Level = Literal["info", "warning", "error"]


class ExitCode(IntEnum):
    """The exit codes of all commands."""

    DONE = 0
    FAILED = 1
    WRONG_USAGE = 2
    UNSURE = 3
    """The work was done, but the result needs attention; each command that uses this code documents when."""


@dataclass
class MessageFormat:
    """How messages are written during this run."""

    as_json: bool = False  # whether each message is a line of JSON
    article: str | None = None  # the article that is being worked on


message_format: Final = MessageFormat()


def say(message: str, *, level: Level = "info", stage: Stage | None = None, article: str | None = None) -> None:
    """Write a message to standard error, as text or, with ``--log-json``, as a line of JSON.

    Only JSON has the stage and the article, which is by default the one being worked on.
    """
    if message_format.as_json:
        fields = {"level": level, "stage": stage, "message": message, "article": article or message_format.article}
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        write(json.dumps({"time": time, **fields}, ensure_ascii=False))
    else:
        # Further lines are indented: a name with a line end does not look like a message of its own.
        lines = f"{'warning: ' if level == 'warning' else ''}{message}".replace("\n", "\n  ")
        write(f"narrate: {lines}")


def write(text: str) -> None:
    """Write lines to standard error. A closed standard error is not a failure."""
    with suppress(OSError):
        print(escape_unsafe(text), file=sys.stderr, flush=True)


def print_exact(text: str, *, end: str = "\n") -> None:
    """Print what other programs use as it is, such as a path: exact, but escaped like all else on a terminal."""
    stream = sys.stdout if sys.stdout.isatty() else getattr(sys.stdout, "raw_stream", sys.stdout)
    print(text, file=stream, end=end)


def show_library_warnings() -> None:
    """Write what the library logs as warnings to standard error."""
    import logging

    from narrate.stats.timings import current_stage

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            say(record.getMessage(), level="warning", stage=current_stage())

    logging.getLogger("narrate").addHandler(Handler(logging.WARNING))


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Turn errors that people can act on into a message and an exit code."""
    try:
        with results_on_stdout():
            yield
    except BrokenPipeError:
        _discard_output()
        raise typer.Exit(ExitCode.FAILED) from None
    except ImportError as error:
        say(f"Cannot import a package: {error}. Run 'narrate doctor' to see what is missing.", level="error")
        raise typer.Exit(ExitCode.FAILED) from None
    except (NarrateError, OSError) as error:
        say(str(error) if isinstance(error, NarrateError) else f"{reason(error)}.", level="error")
        codes = ((UsageError, ExitCode.WRONG_USAGE), (ReviewError, ExitCode.UNSURE), (Exception, ExitCode.FAILED))
        raise typer.Exit(next(code for kind, code in codes if isinstance(error, kind))) from None


@contextmanager
def results_on_stdout(done: str = "") -> Iterator[None]:
    """Report that standard output cannot be written to, such as on a full disk.

    Args:
        done: A sentence about what was done nevertheless.

    Raises:
        DeliveryError: If what was printed in the context cannot be written. Nothing more is written afterwards.
        BrokenPipeError: If the reader of the output has ended.
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.filename is not None:  # opening a file failed
            raise
        if isinstance(error, FileNotFoundError):  # of Path.cwd(): output that is open has its file
            raise UsageError("The current folder was removed. Change to one that exists.") from error
        _discard_output()
        raise DeliveryError(f"Cannot write to standard output: {reason(error)}. {done}".rstrip()) from error


def _discard_output() -> None:
    """Write what is left in the buffer of standard output nowhere. Python would report it when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
