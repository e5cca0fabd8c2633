"""A lock for an edition in a store, which machines respect that share nothing but the store.

The lock is an object, ``.narrate-*.lock``. Its holder writes it anew every few seconds, so that others see that it
works; they take the lock of one that was killed. No clock is compared with that of another machine.
"""

from __future__ import annotations

import hashlib
import logging
import platform
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

from narrate.errors import NarrateError
from narrate.storage import name_digest, user_cache_folder

log = logging.getLogger(__name__)

BEAT_S: Final = 10.0
"""Seconds after which the holder writes the lock anew."""
LOST_S: Final = 60.0
"""Seconds without a change after which its holder is taken to be killed."""
POLL_S: Final = 2.0
"""Seconds between two looks at a lock that another machine holds."""


class LockStore(Protocol):
    """What the lock needs of a store. All methods raise ``NarrateError`` if the store cannot be used."""

    def create(self, name: str, data: bytes) -> bool:
        """Write a file unless there is one. Return whether it was written."""

    def read(self, name: str) -> bytes | None:
        """Return a file, or None if there is none."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file."""

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""


@contextmanager
def store_lock(store: LockStore, name: str, *, waiting: str) -> Iterator[None]:
    """Hold the lock of an edition, and wait for it if another machine holds it.

    A lock that this machine left behind is taken at once: the caller holds the lock that excludes its other processes.

    Args:
        store: The store, with a connection that only the lock uses.
        name: The name of the edition's MP3.
        waiting: A warning to log if another machine holds the lock.

    Raises:
        NarrateError: If the store cannot be used.
    """
    path = f".narrate-{name_digest(name, 12)}.lock"
    holder = f"{_machine()} {secrets.token_hex(8)}"
    _acquire(store, path, holder, waiting)
    released = threading.Event()
    beating = threading.Thread(target=_beat, args=(store, path, holder, released), daemon=True)
    beating.start()
    try:
        yield
    finally:
        released.set()
        beating.join(BEAT_S)
        with suppress(NarrateError):  # the next run takes it, or waits a minute
            if _is_held(store, path, holder):
                store.remove(path)


def _acquire(store: LockStore, path: str, holder: str, waiting: str) -> None:
    seen, since, has_warned = b"", time.monotonic(), False
    while not store.create(path, f"{holder} 0".encode()):
        current = store.read(path)
        if current is None:
            continue  # it was released just now
        if current != seen:
            seen, since = current, time.monotonic()
        is_own = current.split()[:1] == holder.encode().split()[:1]
        if is_own or time.monotonic() - since > LOST_S:
            if not is_own:
                log.warning("The machine that held the lock of the edition has ended. Continuing without it.")
            store.remove(path)
            continue
        if not has_warned:
            log.warning("%s", waiting)
            has_warned = True
        time.sleep(POLL_S)


def _beat(store: LockStore, path: str, holder: str, released: threading.Event) -> None:
    """Write the lock anew until it is released, or until another holder has taken it."""
    beats = 0
    while not released.wait(BEAT_S):
        beats += 1
        with suppress(NarrateError):  # it may be reached the next time
            if not _is_held(store, path, holder):
                log.warning("Another machine has taken the lock of the edition, because the store was out of reach.")
                return
            store.write(path, f"{holder} {beats}".encode())


def _is_held(store: LockStore, path: str, holder: str) -> bool:
    return (store.read(path) or b"").startswith(holder.encode())


def _machine() -> str:
    """Return an identifier of this user on this machine, which says nothing about them."""
    file = user_cache_folder() / "machine"
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError), file.open("x") as new:
            new.write(secrets.token_hex(16))
        return hashlib.sha256(f"{file.read_text()} {platform.node()}".encode()).hexdigest()[:16]
    return _UNKNOWN_MACHINE


_UNKNOWN_MACHINE: Final = secrets.token_hex(8)
"""The identifier if the cache folder cannot be written to: no other process has it."""
