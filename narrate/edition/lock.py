"""A lock, so that one process at a time makes an edition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from narrate.concurrency import process_lock
from narrate.storage import name_digest


@contextmanager
def edition_lock(address: str) -> Iterator[None]:
    """Hold the lock of an edition, and wait for it if another process of this user and machine holds it.

    Without a lock (see :func:`narrate.concurrency.process_lock`), the edition's files are still whole, and those of the
    last process stay.

    Args:
        address: The full path or the URL of the edition's MP3.
    """
    with process_lock(name_digest(address), waiting=f"Another process is making {address}. Waiting for it."):
        yield
