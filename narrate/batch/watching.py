"""Articles that appear or change in a folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from narrate.batch.sources import articles_in
from narrate.errors import SourceError

log = logging.getLogger(__name__)

POLL_INTERVAL_S: Final = 1.0
SETTLE_TIME_S: Final = 1.0  # a file that changed within this time may still be being written

FileState = tuple[int, int]
"""Modification time in nanoseconds, and size in bytes."""


def watch_folder(folder: Path, *, stop: Callable[[], bool] = lambda: False) -> Iterator[Path | None]:
    """Find the articles in a folder, and then each article that appears or changes there.

    An article that is still being written is found once it no longer changes. If the folder disappears, the function
    logs a warning and waits for it.

    Args:
        folder: The folder to watch.
        stop: Called before each scan; the function returns once it returns True.

    Yields:
        The path of each new or changed article, and None after each scan.
    """
    found: dict[Path, FileState] = {}
    unsettled: dict[Path, tuple[FileState, float]] = {}
    is_missing = False
    while not stop():
        states = _file_states(folder)
        if states is None and not is_missing:
            log.warning("Cannot read the folder %s. Waiting for it.", folder)
        is_missing = states is None
        for path, state in (states or {}).items():
            if found.get(path) == state:
                unsettled.pop(path, None)
                continue
            if unsettled.get(path, (None,))[0] != state:
                unsettled[path] = state, time.monotonic()  # the clock of the file system may be another one
            if time.monotonic() - unsettled[path][1] >= SETTLE_TIME_S:
                found[path] = state
                del unsettled[path]
                yield path
        if states is not None:
            found = {path: state for path, state in found.items() if path in states}
            unsettled = {path: since for path, since in unsettled.items() if path in states}
        yield None
        time.sleep(POLL_INTERVAL_S)


def _file_states(folder: Path) -> dict[Path, FileState] | None:
    """Return the articles in ``folder`` with their states; None if the folder cannot be read."""
    states = {}
    try:
        for path in articles_in(folder) if folder.is_dir() else ():
            with suppress(OSError):  # removed since it was listed
                status = path.stat()
                states[path] = status.st_mtime_ns, status.st_size
    except SourceError:
        return None
    return states if folder.is_dir() else None
