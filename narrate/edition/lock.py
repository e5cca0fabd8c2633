"""A lock, so that one process at a time makes an edition."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from narrate.storage import user_cache_folder

log = logging.getLogger(__name__)


@contextmanager
def edition_lock(address: str) -> Iterator[None]:
    """Hold the lock of an edition, and wait for it if another process of this user and machine holds it.

    The lock is a file in the user's cache folder, and is released when its process ends in any way. If that folder
    cannot be written to, there is no lock; the edition's files are still whole, and those of the last process stay.

    Args:
        address: The full path or the URL of the edition's MP3.
    """
    from filelock import FileLock, Timeout

    name = hashlib.sha256(address.encode(errors="surrogateescape")).hexdigest()[:24]
    folder = user_cache_folder() / "locks"
    lock = FileLock(folder / f"{name}.lock", is_singleton=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.warning("Another process is making %s. Waiting for it.", address)
            lock.acquire()
    except OSError as error:
        log.info("No lock for %s: %s", address, error)
    try:
        yield
    finally:
        lock.release()
