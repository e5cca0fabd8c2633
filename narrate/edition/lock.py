"""One run at a time for each edition."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

log = logging.getLogger(__name__)


@contextmanager
def edition_lock(address: str) -> Iterator[None]:
    """Wait until no other process of this user and machine works at ``address``, and keep others waiting meanwhile.

    ``address`` is a full path or a URL, always the same one for the same edition. The lock lies in the user's cache
    folder and falls with its process, however that ends. Where that folder cannot be written to there is no waiting;
    files are still whole, and the last run's stay.
    """
    import platformdirs
    from filelock import FileLock, Timeout

    name = hashlib.sha256(address.encode(errors="surrogateescape")).hexdigest()[:24]
    folder = Path(platformdirs.user_cache_dir("narrate", appauthor=False)) / "locks"
    lock = FileLock(folder / f"{name}.lock", is_singleton=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("another run is making %s: waiting for it", address)
            lock.acquire()
    except OSError as error:
        log.info("no lock for %s: %s", address, error)
    try:
        yield
    finally:
        lock.release()
