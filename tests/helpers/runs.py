"""Runs of the command, and the processes that they leave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from narrate.config import Config, SynthesisConfig

COMMAND = [sys.executable, "-c", "from narrate.cli import main; main()"]
"""The command line of ``narrate``, in the interpreter that runs the tests."""
SILENT = Config(synthesis=SynthesisConfig(engine="silent"))
Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""The fixture ``narrate``: runs the command with the arguments given."""
Node = Callable[[str, Path], str]
"""The fixture ``node``: runs JavaScript on a file and returns what it prints."""


def processes_marked(mark: str) -> list[str]:
    """Return the ids of the live processes whose environment holds ``NARRATE_MARK=mark`` (on Linux; elsewhere none)."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"NARRATE_MARK={mark}".encode() in environ.read_bytes():
                found.append(environ.parent.name)
        except OSError:
            continue
    return found
