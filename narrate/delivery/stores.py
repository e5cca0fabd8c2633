"""Stores that fsspec knows, such as ``s3://bucket/audio``: editions are made in a working copy, and put there whole."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from narrate.edition.paths import MANIFEST_ENDING, SCRIPT_ENDING
from narrate.errors import DeliveryError, NarrateError, UsageError

log = logging.getLogger(__name__)

WITH_FOLDERS: Final = frozenset("file local ftp sftp ssh smb hdfs webhdfs".split())
"""Protocols whose folders must be made; elsewhere a name is enough, and making one might make a bucket."""


def is_store(place: object) -> bool:
    """Whether ``place`` is the URL of a store, such as ``s3://bucket/audio``, and not a path."""
    return isinstance(place, str) and re.match(r"[a-z][a-z0-9+.-]+://", place) is not None


class Store:
    """Files under one URL. Whatever keeps from them becomes a ``DeliveryError`` that names the URL without secrets."""

    def __init__(self, url: str) -> None:
        """Raises ``UsageError`` for a protocol that nobody knows, ``DeliveryError`` if its library is missing."""
        try:
            from fsspec.core import url_to_fs
        except ImportError as error:
            raise DeliveryError(f"{url} needs fsspec. Try: pip install 'narrate-edition[remote]'") from error
        self.url = re.sub(r"//[^/@]*@", "//", url.rstrip("/"))
        try:
            with self._reaching():
                self._files, root = url_to_fs(url)
        except ValueError as error:
            raise UsageError(f"{self.url} is no store: {error}.") from error
        self._root = root.rstrip("/")

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None if there is none."""
        with self._reaching():
            try:
                data: bytes = self._files.cat_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
        return data

    def write(self, name: str, data: bytes) -> None:
        """Put a file. In a store of objects it appears whole; elsewhere a reader may meet a part of it."""
        with self._reaching():
            self._make_folder(name)
            self._files.pipe_file(f"{self._root}/{name}", data)

    def publish(self, files: Mapping[str, Path]) -> None:
        """Put ``files``, name -> path, in that order: all under passing names first, and renamed once all are there.

        If one cannot be put, none is renamed, and what lay there stays as it was.
        """
        passing = {name: f"{self._root}/.narrate-{secrets.token_hex(4)}-{name}.part" for name in files}
        with self._reaching():
            try:
                self._make_folder("")
                for name, path in files.items():
                    self._files.put_file(str(path), passing[name])
                for name in files:
                    self._files.mv(passing[name], f"{self._root}/{name}")
            except BaseException:
                for part in passing.values():
                    with suppress(Exception):
                        self._files.rm_file(part)
                raise

    def _make_folder(self, name: str) -> None:
        protocols = self._files.protocol
        if WITH_FOLDERS & {protocols, *protocols} if isinstance(protocols, tuple) else protocols in WITH_FOLDERS:
            self._files.makedirs(f"{self._root}/{name}".rpartition("/")[0], exist_ok=True)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (NarrateError, ValueError):
            raise
        except ImportError as error:
            raise DeliveryError(f"{self.url} needs a library: {error}.") from error
        except PermissionError as error:
            raise DeliveryError(f"{self.url} refuses ({error}): are the credentials right?") from error
        except Exception as error:  # every protocol has errors of its own
            raise DeliveryError(f"{self.url} cannot be used: {type(error).__name__}: {error}.") from error


@dataclass
class Destination:
    """Where an edition is made: its folder, or the working copy of a store."""

    output: Path
    """As for ``edition_path``."""
    store: Store | None = None
    _fetched: dict[str, str] = field(default_factory=dict)
    """Name of a file in the store -> SHA-256."""

    def address(self, mp3: Path) -> str:
        """What ``mp3`` is called where it is going: a full path, or a URL."""
        return f"{self.store.url}/{mp3.name}" if self.store else str(mp3.resolve())

    def fetch(self, mp3: Path) -> None:
        """Bring what the store has of the edition of ``mp3`` into the working copy."""
        if self.store is None:
            return
        manifest = self._bring(mp3.with_suffix(MANIFEST_ENDING))
        names = {mp3.with_suffix(SCRIPT_ENDING).name}
        with suppress(ValueError, LookupError, TypeError):  # a manifest that tells nothing is told of by who reads it
            names |= {Path(str(row["name"])).name for row in json.loads(manifest or b"")["files"]}
        for name in sorted(names):
            self._bring(mp3.with_name(name))

    def publish(self, folder: Path, files: Mapping[str, Path]) -> dict[str, str]:
        """Put what has changed in the working copy into the store, the manifest last.

        Args:
            folder: The working copy.
            files: What each file of the edition holds -> its path.

        Returns:
            What each file holds -> its URL; empty if the edition is in a folder.

        Raises:
            DeliveryError: If a file cannot be put there. The store is then unchanged.
        """
        if self.store is None:
            return {}
        paths = sorted(folder.iterdir(), key=lambda path: (path.name.endswith(MANIFEST_ENDING), path.name))
        changed = {path.name: path for path in paths if self._fetched.get(path.name) != _digest(path.read_bytes())}
        if changed:
            self.store.publish(changed)
        return {holds: f"{self.store.url}/{path.name}" for holds, path in files.items()}

    def shown(self, message: str, folder: Path) -> str:
        """``message`` with the store's name for the working copy in ``folder``."""
        return message.replace(str(folder), self.store.url) if self.store else message

    def _bring(self, path: Path) -> bytes | None:
        assert self.store is not None
        data = self.store.read(path.name)
        if data is not None:
            path.write_bytes(data)
            self._fetched[path.name] = _digest(data)
        return data


@contextmanager
def open_destination(output: Any) -> Iterator[Destination]:
    """Where to make what goes to ``output``: a path, or the URL of a store, which has a working copy meanwhile.

    Raises ``UsageError`` for what no path can be.
    """
    if "\0" in str(output):
        raise UsageError(f"The output {str(output)!r} holds the character U+0000, which no path may.")
    if not str(output):
        raise UsageError("The output is empty: name a folder, or leave it out.")
    if not is_store(output):
        yield Destination(Path(output))
        return
    url, name = str(output).rstrip("/"), ""
    if url.lower().endswith(".mp3"):
        url, _, name = url.rpartition("/")
    with tempfile.TemporaryDirectory(prefix="narrate-") as folder:
        yield Destination(Path(folder) / name, Store(url))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
