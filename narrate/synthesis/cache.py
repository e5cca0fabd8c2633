"""The take cache: takes on disk, named by a hash of their inputs, so that nothing is spoken twice."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from narrate.engines import audible
from narrate.errors import NarrateError, reason
from narrate.types import Audio, Voice, WordTime

log = logging.getLogger(__name__)

FORMAT: Final = 2  # the version of the layout, part of every key
ENDING: Final = ".take"
MARK: Final = ".made"  # of an empty file: an edition was made from takes that may be in the cache
HEAD: Final = struct.Struct(">IQI")
"""Sample rate in Hz, number of samples, number of timings. The samples (float32, little-endian), the timings, and a
digest of everything before it follow."""
TIMING: Final = struct.Struct(">IIdd")  # start and end in characters, then in seconds
DIGEST_BYTES: Final = 20


def key_of(*, engine: str, fingerprint: str, voice: Voice, text: str) -> str:
    """Return a take's name in the cache: a hash of everything that its samples depend on.

    ``fingerprint`` is the engine's, see ``Engine.fingerprint``. Fields of the voice that cannot be heard do not count.
    """
    return entry_name(engine, fingerprint, audible(voice), text)


def entry_name(*parts: Any) -> str:
    """Return the name of an entry: a hash of what it is about."""
    return hashlib.sha256(json.dumps([FORMAT, *parts], sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CacheState:
    """The contents of a cache."""

    folder: Path
    takes: int
    size_bytes: int


class SharedStore(Protocol):
    """A store of takes that many machines share. Both methods raise ``NarrateError`` if it cannot be reached."""

    def read(self, name: str) -> bytes | None:
        """Return an entry, or None if it does not exist."""

    def write(self, name: str, data: bytes) -> None:
        """Write an entry."""


class TakeCache:
    """A folder of takes that many processes may use: an entry is complete or absent, and is verified when read.

    A problem with the folder or the store never fails an edition. A take that cannot be stored is spoken again next
    time. A store that cannot be reached is not used again.

    Args:
        folder: The folder.
        limit_bytes: The size to which :meth:`trim` reduces the folder.
        store: A shared store, which is asked for takes that the folder lacks, and gets new ones.
    """

    def __init__(self, folder: Path, *, limit_bytes: int, store: SharedStore | None = None) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._store = store
        self._has_warned = False

    def get(self, key: str) -> Audio | None:
        """Return the take called ``key``, or None if it is not in the cache. A damaged one is removed."""
        return self._from_folder(key) or self._from_store(key)

    def put(self, key: str, audio: Audio) -> None:
        """Store a take under ``key``."""
        self._to_folder(key, audio)
        if self._store:
            with self._give_up_on_error(self._store):
                self._store.write(_name(key), _pack(audio, key))

    def _from_store(self, key: str) -> Audio | None:
        """Return the take from the store and copy it to the folder. A damaged one will be replaced."""
        audio = None
        if self._store:
            with self._give_up_on_error(self._store):
                data = self._store.read(_name(key))
                audio = _unpack(data, key) if data is not None else None
        if audio:
            self._to_folder(key, audio)
        return audio

    @contextmanager
    def _give_up_on_error(self, store: SharedStore) -> Iterator[None]:
        try:
            yield
        except NarrateError as error:
            if self._store is store:
                log.warning("the shared store of takes is not used any more: %s", error)
            self._store = None

    def _from_folder(self, key: str) -> Audio | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        audio = _unpack(data, key)
        with suppress(OSError):
            if audio is None:
                log.warning("the cached take %s was damaged and is spoken again", path)
                path.unlink()
            else:
                os.utime(path)  # the most recently used are deleted last
        return audio

    def _to_folder(self, key: str, audio: Audio) -> None:
        path = self._path(key)
        temporary = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(_pack(audio, key))
            temporary.replace(path)
        except OSError as error:
            if not self._has_warned:
                log.warning("takes cannot be cached in %s: %s", self._folder, reason(error))
            self._has_warned = True
            with suppress(OSError):
                temporary.unlink()

    def remember(self, mark: str) -> None:
        """Record that the edition called ``mark`` was made."""
        path = self._path(mark, MARK)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def remembers(self, mark: str) -> bool:
        """Return whether the edition was made before, so that its takes are probably in the cache."""
        return self._path(mark, MARK).exists()

    def trim(self) -> None:
        """Delete the least recently used takes until the rest is within the limit."""
        entries = sorted(self._entries(), key=lambda entry: (entry[1].st_mtime, entry[0]), reverse=True)
        kept = 0
        for path, state in entries:
            kept += state.st_size
            if kept > self._limit_bytes:
                with suppress(OSError):
                    path.unlink()

    def state(self) -> CacheState:
        """Count the takes in the folder."""
        sizes = [state.st_size for path, state in self._entries() if path.suffix == ENDING]
        return CacheState(self._folder, len(sizes), sum(sizes))

    def clear(self) -> int:
        """Delete every take, and return how many there were."""
        deleted = 0
        for path, _ in self._entries():
            with suppress(OSError):
                path.unlink()
                deleted += path.suffix == ENDING
        return deleted

    def _entries(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Yield the files of the cache, including unfinished ones of killed processes."""
        for path in self._folder.glob("??/*"):
            if path.suffix in (ENDING, MARK, ".part"):
                with suppress(OSError):  # another process deleted it
                    yield path, path.stat()

    def _path(self, key: str, ending: str = ENDING) -> Path:
        return self._folder / _name(key, ending)


def _name(key: str, ending: str = ENDING) -> str:
    return f"{key[:2]}/{key}{ending}"


def _pack(audio: Audio, key: str) -> bytes:
    head = HEAD.pack(audio.sample_rate_hz, len(audio.samples), len(audio.timings))
    body = head + audio.samples.astype("<f4").tobytes()
    body += b"".join(TIMING.pack(*astuple(timing)) for timing in audio.timings)
    return body + _digest(body, key)


def _unpack(data: bytes, key: str) -> Audio | None:
    import numpy as np

    body, digest = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    if len(body) < HEAD.size or _digest(body, key) != digest:
        return None
    sample_rate_hz, count, timed = HEAD.unpack_from(body)
    timings = TIMING.iter_unpack(body[-timed * TIMING.size :] if timed else b"")
    samples = np.frombuffer(body, "<f4", count, HEAD.size).astype(np.float32)
    return Audio(samples, sample_rate_hz, tuple(WordTime(*timing) for timing in timings))


def _digest(body: bytes, key: str) -> bytes:
    return hashlib.blake2b(body, digest_size=DIGEST_BYTES, key=key.encode()[:64]).digest()
