"""Runs of the command, and the processes that they leave."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from narrate.config import Config, SynthesisConfig

COMMAND = [sys.executable, "-c", "from narrate.cli import main; main()"]
"""The command line of ``narrate``, in the interpreter that runs the tests."""
SILENT = Config(synthesis=SynthesisConfig(engine="silent"))
UNMEASURED = {"COVERAGE_PROCESS_CONFIG": ""}
"""Environment of a process whose processor time a test limits: measuring coverage costs time."""
Run = Callable[..., "subprocess.CompletedProcess[str]"]
"""The fixture ``narrate``: runs the command with the arguments given."""
Node = Callable[[str, Path], str]
"""The fixture ``node``: runs JavaScript on a file and returns what it prints."""


def assert_processes_end(mark: str, *, other_than: frozenset[str] = frozenset(), within_s: float = 30) -> None:
    """Wait until no process with ``mark`` is left, except those of ``other_than``."""
    deadline = time.monotonic() + within_s
    while left := set(processes_marked(mark)) - other_than:
        assert time.monotonic() < deadline, left
        time.sleep(0.02)


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
