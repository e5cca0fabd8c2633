"""Takes kept on disk by what they were made from, so that nothing is spoken twice."""

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
from typing import Final, Protocol

from narrate.engines import audible
from narrate.errors import NarrateError
from narrate.types import Audio, Voice, WordTime

log = logging.getLogger(__name__)

FORMAT: Final = 2
"""Part of every key: a later layout never meets an earlier one's entries."""
ENDING: Final = ".take"
MARK: Final = ".made"
"""An empty file that says that an edition was made of takes that may be here."""
HEAD: Final = struct.Struct(">IQI")
"""Sample rate in hertz, number of samples, number of timings; the samples follow (float32, little-endian), the timings,
and the digest of all."""
TIMING: Final = struct.Struct(">IIdd")
DIGEST_BYTES: Final = 20


def key_of(*, engine: str, fingerprint: str, voice: Voice, text: str) -> str:
    """The name of a take: a hash of all that its samples depend on. ``text`` is the spoken one."""
    made_from = [FORMAT, engine, fingerprint, audible(voice), text]
    return hashlib.sha256(json.dumps(made_from, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def mark_of(*, engine: str, text: str) -> str:
    """The name under which a cache remembers that an edition of an article was made: a hash of its ``text``."""
    return hashlib.sha256(json.dumps([FORMAT, engine, text], ensure_ascii=True).encode()).hexdigest()


def own_folder() -> Path:
    """Where takes are kept if nobody says where."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("narrate", appauthor=False)) / "takes"


@dataclass(frozen=True, slots=True)
class CacheState:
    """What a cache holds."""

    folder: Path
    takes: int
    size_bytes: int


class Shelf(Protocol):
    """Takes that many machines share. Both methods raise ``NarrateError`` where it cannot be reached."""

    def read(self, name: str) -> bytes | None:
        """None if there is no such entry."""

    def write(self, name: str, data: bytes) -> None: ...


class TakeCache:
    """A folder of takes, safe for many processes: an entry appears whole or not at all, and is verified when read.

    Behind it may stand a ``store``, which is asked for what the folder lacks, and given what is new. Trouble with
    either never fails an edition: a take that cannot be kept is spoken again next time, and a store that cannot be
    reached is left alone from then on. ``limit_bytes`` is what :meth:`trim` leaves in the folder at most.
    """

    def __init__(self, folder: Path, *, limit_bytes: int, store: Shelf | None = None) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._store = store
        self._refused = False

    def get(self, key: str) -> Audio | None:
        """The take called ``key``; None if there is none, or a damaged one, which is removed."""
        return self._kept(key) or self._shared(key)

    def put(self, key: str, audio: Audio) -> None:
        """Keep a take."""
        self._keep(key, audio)
        if self._store:
            with self._no_trouble(self._store):
                self._store.write(_name(key), _packed(audio, key))

    def _shared(self, key: str) -> Audio | None:
        """The take as the store has it, which is kept from now on; one that is damaged there will be replaced."""
        audio = None
        if self._store:
            with self._no_trouble(self._store):
                data = self._store.read(_name(key))
                audio = _unpacked(data, key) if data is not None else None
        if audio:
            self._keep(key, audio)
        return audio

    @contextmanager
    def _no_trouble(self, store: Shelf) -> Iterator[None]:
        try:
            yield
        except NarrateError as error:
            if self._store is store:
                log.warning("takes are no longer shared: %s", error)
            self._store = None

    def _kept(self, key: str) -> Audio | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        audio = _unpacked(data, key)
        with suppress(OSError):
            if audio is None:
                log.warning("the cached take %s was damaged and is spoken again", path)
                path.unlink()
            else:
                os.utime(path)  # used last: dropped last
        return audio

    def _keep(self, key: str, audio: Audio) -> None:
        path = self._path(key)
        beside = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_packed(audio, key))
            beside.replace(path)
        except OSError as error:
            if not self._refused:
                log.warning("takes cannot be kept in %s: %s", self._folder, error.strerror or error)
            self._refused = True
            with suppress(OSError):
                beside.unlink()

    def remember(self, mark: str) -> None:
        """Note that the edition called ``mark`` was made."""
        path = self._path(mark, MARK)
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def remembers(self, mark: str) -> bool:
        """Whether the edition was made before, so that its takes are probably here."""
        return self._path(mark, MARK).exists()

    def trim(self) -> None:
        """Drop the takes that were not used for longest, until the rest keeps within the limit."""
        entries = sorted(self._entries(), key=lambda entry: (entry[1].st_mtime, entry[0]), reverse=True)
        kept = 0
        for path, state in entries:
            kept += state.st_size
            if kept > self._limit_bytes:
                with suppress(OSError):
                    path.unlink()

    def state(self) -> CacheState:
        sizes = [state.st_size for path, state in self._entries() if path.suffix == ENDING]
        return CacheState(self._folder, len(sizes), sum(sizes))

    def clear(self) -> int:
        """Drop every take; return how many there were."""
        dropped = 0
        for path, _ in self._entries():
            with suppress(OSError):
                path.unlink()
                dropped += path.suffix == ENDING
        return dropped

    def _entries(self) -> Iterator[tuple[Path, os.stat_result]]:
        """Every file of ours, what a killed process left unfinished among them."""
        for path in self._folder.glob("??/*"):
            if path.suffix in (ENDING, MARK, ".part"):
                with suppress(OSError):  # another process was quicker
                    yield path, path.stat()

    def _path(self, key: str, ending: str = ENDING) -> Path:
        return self._folder / _name(key, ending)


def _name(key: str, ending: str = ENDING) -> str:
    return f"{key[:2]}/{key}{ending}"


def _packed(audio: Audio, key: str) -> bytes:
    head = HEAD.pack(audio.sample_rate_hz, len(audio.samples), len(audio.timings))
    body = head + audio.samples.astype("<f4").tobytes()
    body += b"".join(TIMING.pack(*astuple(timing)) for timing in audio.timings)
    return body + _digest(body, key)


def _unpacked(data: bytes, key: str) -> Audio | None:
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
